package cloudapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/cloudapi"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	now := epoch
	l := newLab(t, cloudapi.Options{AccessKey: accessKey, SecretKey: secretKey, Clock: func() time.Time { return now }})
	login := func(user, password string) *httptest.ResponseRecorder {
		return l.do(http.MethodPost, "/v3/auth/tokens", fmt.Sprintf(
			`{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":%q,"password":%q}}},"scope":{"project":{"id":"p1"}}}}`,
			user, password))
	}
	for _, wrong := range [][2]string{{accessKey, "x"}, {"x", secretKey}, {"", ""}, {accessKey, ""}} {
		if w := login(wrong[0], wrong[1]); w.Code != http.StatusUnauthorized || w.Header().Get("X-Subject-Token") != "" {
			t.Errorf("login as %q with %q: status %d", wrong[0], wrong[1], w.Code)
		}
	}
	w := login(accessKey, secretKey)
	token := w.Header().Get("X-Subject-Token")
	if w.Code != http.StatusCreated || token == "" {
		t.Fatalf("login: status %d, token %q", w.Code, token)
	}
	if w := l.do(http.MethodPost, "/v2.0/security-groups", `{"security_group":{"name":"g"}}`, "X-Auth-Token", token); w.Code != 201 {
		t.Fatalf("with the token: status %d: %s", w.Code, w.Body)
	} else if !strings.Contains(w.Body.String(), `"project_id":"p1"`) {
		t.Errorf("the group is not the token's project's: %s", w.Body)
	}
	if w := l.do(http.MethodGet, "/v1/p2/vpcs", "", "X-Auth-Token", token); w.Code != http.StatusBadRequest {
		t.Errorf("another project's path: status %d", w.Code)
	}
	// One token buys another, for another project.
	w = l.do(http.MethodPost, "/v3/auth/tokens", `{"auth":{"identity":{"methods":["token"],"token":{"id":"`+token+`"}}}}`)
	if w.Code != http.StatusCreated {
		t.Errorf("exchange: status %d", w.Code)
	}
	for _, bad := range []string{"x", "x.y", token + "A", token[1:], strings.Replace(token, ".", "", 1)} {
		for _, path := range []string{"/v1/p1/vpcs", "/v2.0/security-groups", "/v3/p1/vpc/vpcs"} {
			if w := l.do(http.MethodGet, path, "", "X-Auth-Token", bad); w.Code != http.StatusUnauthorized {
				t.Errorf("token %q: status %d", bad, w.Code)
			}
		}
	}
	now = epoch.Add(25 * time.Hour)
	if w := l.do(http.MethodGet, "/v2.0/security-groups", "", "X-Auth-Token", token); w.Code != http.StatusUnauthorized {
		t.Errorf("a day later: status %d", w.Code)
	}
	for _, open := range []string{"/healthz", "/", "/v2.0/"} {
		if w := l.do(http.MethodGet, open, ""); w.Code != http.StatusOK {
			t.Errorf("%s without credentials: status %d", open, w.Code)
		}
	}
}
