package cloudapi

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
)

// tokenLife is how long a token is good for, as in the cloud (API-07).
const tokenLife = 24 * time.Hour

// claims are what a token says.
type claims struct {
	Project string    `json:"project"`
	Expires time.Time `json:"expires"`
}

// tokens issues and reads tokens. They carry their claims, so the server keeps none.
type tokens struct{ key []byte }

// newTokens makes tokens with a key that follows from the secret, so that they outlive a restart; without a secret,
// nobody relies on them.
func newTokens(secret string) tokens {
	if secret == "" {
		key := make([]byte, sha256.Size)
		_, _ = rand.Read(key) // It does not fail.
		return tokens{key}
	}
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte("token"))
	return tokens{h.Sum(nil)}
}

func (t tokens) issue(c claims) string {
	body, _ := json.Marshal(c) // A text and a time can be written.
	return base64.RawURLEncoding.EncodeToString(body) + "." + base64.RawURLEncoding.EncodeToString(t.mac(body))
}

// verify returns what a token says; valid is false for one that this key did not make or that has expired.
func (t tokens) verify(token string, now time.Time) (c claims, valid bool) {
	first, second, found := strings.Cut(token, ".")
	if !found {
		return c, false
	}
	body, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		return c, false
	}
	mac, err := base64.RawURLEncoding.DecodeString(second)
	if err != nil || !hmac.Equal(mac, t.mac(body)) {
		return c, false
	}
	if json.Unmarshal(body, &c) != nil || !now.Before(c.Expires) {
		return claims{}, false
	}
	return c, true
}

func (t tokens) mac(body []byte) []byte {
	h := hmac.New(sha256.New, t.key)
	h.Write(body)
	return h.Sum(nil)
}
