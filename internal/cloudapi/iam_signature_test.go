package cloudapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/cloudapi"
)

// Signatures that the cloud's own SDK for Go made, of requests at the epoch of the tests.
var signed = []struct{ name, method, target, body, headers, signature string }{
	{
		"list", http.MethodGet, "/v1/" + project + "/vpcs?limit=1", "", "x-project-id;x-sdk-date",
		"23dde7ab67260853b7c934e286ca51fb538011db429668666ad840e4cd159958",
	},
	{
		"values to escape, in another order", http.MethodGet,
		"/v3/" + project + "/vpc/vpcs?name=b&name=a&description=a%20b%2Fc%2Bd%3De%26f~%C3%BC", "", "x-project-id;x-sdk-date",
		"912328c0c308440264319780d1f82c955c829df15f7d06ce6fcac6f7828152c9",
	},
	{
		"body", http.MethodPost, "/v1/" + project + "/vpcs", `{"vpc":{"name":"a","cidr":"10.0.0.0/16"}}`,
		"x-project-id;x-sdk-date", "217e6b8fb6217b74f0e360adbabb540435a245a8f919a64b9e5d58d0cd4b1323",
	},
}

const signedAt = "20261123T090000Z"

func authorization(access, headers, signature string) string {
	return fmt.Sprintf("SDK-HMAC-SHA256 Access=%s, SignedHeaders=%s, Signature=%s", access, headers, signature)
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	for _, s := range signed {
		l := newLab(t, cloudapi.Options{AccessKey: accessKey, SecretKey: secretKey})
		ask := func(what string, want int, method, target, body, auth, date string) {
			t.Helper()
			w := l.do(method, target, body, "Authorization", auth, "X-Sdk-Date", date, "X-Project-Id", project,
				"Content-Type", "application/json")
			if w.Code != want {
				t.Errorf("%s, %s: status %d, want %d: %s", s.name, what, w.Code, want, w.Body)
			}
		}
		good := authorization(accessKey, s.headers, s.signature)
		separator, other := "?", http.MethodGet
		if strings.Contains(s.target, "?") {
			separator, other = "&", http.MethodPost
		}
		ask("as signed", http.StatusOK, s.method, s.target, s.body, good, signedAt)
		bad := http.StatusUnauthorized
		ask("another body", bad, s.method, s.target, s.body+" ", good, signedAt)
		ask("another query", bad, s.method, s.target+separator+"x=y", s.body, good, signedAt)
		ask("another method", bad, other, s.target, s.body, good, signedAt)
		ask("another key", bad, s.method, s.target, s.body, authorization("OTHER", s.headers, s.signature), signedAt)
		ask("another time", bad, s.method, s.target, s.body, good, "20261123T090001Z")
		ask("fewer headers", bad, s.method, s.target, s.body, authorization(accessKey, "x-sdk-date", s.signature), signedAt)
		ask("flipped", bad, s.method, s.target, s.body,
			authorization(accessKey, s.headers, "00"+s.signature[2:]), signedAt)
		for _, nonsense := range []string{
			"", "Bearer x", "SDK-HMAC-SHA256", "SDK-HMAC-SHA256 Access=" + accessKey,
			authorization(accessKey, s.headers, "zz"), authorization(accessKey, s.headers, ""), authorization("", "", s.signature),
		} {
			ask("header "+nonsense, bad, s.method, s.target, s.body, nonsense, signedAt)
		}
		ask("no time", bad, s.method, s.target, s.body, good, "")
		w := l.do(s.method, s.target, s.body, "Authorization", good, "X-Sdk-Date", signedAt, "X-Project-Id", project,
			"Content-Type", "application/json", "X-Sdk-Content-Sha256", "UNSIGNED-PAYLOAD")
		if w.Code != bad {
			t.Errorf("%s: a body that is not signed: status %d", s.name, w.Code)
		}
	}
}

// A signature is good for a quarter of an hour.
func TestSignatureExpires(t *testing.T) {
	t.Parallel()
	for offset, want := range map[time.Duration]int{
		-16 * time.Minute: http.StatusUnauthorized, -14 * time.Minute: http.StatusOK,
		14 * time.Minute: http.StatusOK, 16 * time.Minute: http.StatusUnauthorized,
	} {
		l := newLab(t, cloudapi.Options{
			AccessKey: accessKey, SecretKey: secretKey, Clock: func() time.Time { return epoch.Add(offset) },
		})
		s := signed[0]
		w := l.do(s.method, s.target, "", "Authorization", authorization(accessKey, s.headers, s.signature),
			"X-Sdk-Date", signedAt, "X-Project-Id", project)
		if w.Code != want {
			t.Errorf("%s after the signature: status %d, want %d", offset, w.Code, want)
		}
	}
}
