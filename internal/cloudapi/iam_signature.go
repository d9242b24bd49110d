package cloudapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// What a signed request carries, as the cloud's documentation of request signatures says (API-06).
const (
	signatureAlgorithm  = "SDK-HMAC-SHA256"
	signatureDateHeader = "X-Sdk-Date"
	signatureDateForm   = "20060102T150405Z"
	contentHashHeader   = "X-Sdk-Content-Sha256"
	// signatureLife is how far the time of a signature and the server's may be apart.
	signatureLife = 15 * time.Minute
)

// signature is a request's Authorization header taken apart.
type signature struct {
	access  string
	headers []string
	value   []byte
}

// parseSignature takes an Authorization header apart; ok is false for one of another form.
func parseSignature(header string) (s signature, ok bool) {
	rest, found := strings.CutPrefix(header, signatureAlgorithm+" ")
	if !found {
		return s, false
	}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Access":
			s.access = value
		case "SignedHeaders":
			s.headers = strings.Split(value, ";")
		case "Signature":
			raw, err := hex.DecodeString(value)
			if err != nil {
				return s, false
			}
			s.value = raw
		}
	}
	return s, s.access != "" && len(s.headers) > 0 && len(s.value) == sha256.Size
}

// verifySignature returns why a request's signature does not prove that its sender has the keys, or "" when it does. u is
// the URL as it was sent: the signature is over the client's spelling.
func (a *api) verifySignature(r *http.Request, u *url.URL, body []byte) string {
	s, ok := parseSignature(r.Header.Get("Authorization"))
	if !ok {
		return "the Authorization header is not a signature of the form " + signatureAlgorithm
	}
	date := r.Header.Get(signatureDateHeader)
	signed, err := time.Parse(signatureDateForm, date)
	if err != nil {
		return signatureDateHeader + " is missing or not of the form " + signatureDateForm
	}
	if apart := a.Clock().Sub(signed).Abs(); apart > signatureLife {
		return "the signature's time and the server's are more than " + signatureLife.String() + " apart"
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	if claimed := r.Header.Get(contentHashHeader); claimed != "" && !strings.EqualFold(claimed, hash) {
		return contentHashHeader + " is not the hash of the body"
	}
	want := sign([]byte(a.SecretKey), date, canonicalRequest(r, u, s.headers, hash))
	// Both are compared whatever the first comparison says, and in constant time.
	known := subtle.ConstantTimeCompare([]byte(s.access), []byte(a.AccessKey))
	if equal := subtle.ConstantTimeCompare(s.value, want); known&equal != 1 {
		return "verify aksk signature fail"
	}
	return ""
}

func sign(secret []byte, date, canonical string) []byte {
	sum := sha256.Sum256([]byte(canonical))
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(signatureAlgorithm + "\n" + date + "\n" + hex.EncodeToString(sum[:])))
	return h.Sum(nil)
}

// canonicalRequest is the one spelling of a request that client and server both sign.
func canonicalRequest(r *http.Request, u *url.URL, headers []string, bodyHash string) string {
	var lines strings.Builder
	for _, name := range headers {
		value := strings.Join(r.Header.Values(name), ",")
		if strings.EqualFold(name, "host") {
			value = r.Host
		}
		lines.WriteString(strings.ToLower(name) + ":" + strings.TrimSpace(value) + "\n")
	}
	return strings.Join([]string{
		r.Method, canonicalPath(u), canonicalQuery(u), lines.String(), strings.Join(headers, ";"), bodyHash,
	}, "\n")
}

func canonicalPath(u *url.URL) string {
	segments := strings.Split(u.EscapedPath(), "/")
	for i, s := range segments {
		if plain, err := url.PathUnescape(s); err == nil {
			segments[i] = escape(plain)
		}
	}
	path := strings.Join(segments, "/")
	if !strings.HasSuffix(path, "/") {
		path += "/"
	}
	return path
}

func canonicalQuery(u *url.URL) string {
	query := u.Query()
	names := make([]string, 0, len(query))
	for name := range query {
		names = append(names, name)
	}
	slices.Sort(names)
	var pairs []string
	for _, name := range names {
		values := slices.Clone(query[name])
		slices.Sort(values)
		for _, value := range values {
			pairs = append(pairs, escape(name)+"="+escape(value))
		}
	}
	return strings.Join(pairs, "&")
}

// escape is percent-encoding of everything but RFC 3986's unreserved characters.
func escape(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("-_.~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	return b.String()
}
