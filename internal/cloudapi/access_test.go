package cloudapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/cloudapi"
	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
)

const (
	accessKey = "LABACCESSKEY"
	secretKey = "lab-secret-key"
	project   = network.DefaultProject
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

func TestFaults(t *testing.T) {
	t.Parallel()
	var faults []cloudapi.Fault
	for _, text := range []string{
		"POST /v1/*/vpcs status=503 every=2", "GET /v3/** status=429 times=1", "* /v2.0/vpc/peerings status=500",
		"GET /v1/*/subnets latency=1ms",
	} {
		f, err := cloudapi.ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		faults = append(faults, f)
	}
	l := newLab(t, cloudapi.Options{Faults: faults})
	for _, c := range []struct {
		method, path, body string
		want               int
	}{
		{"POST", "/v1/p/vpcs", `{"vpc":{"name":"a","cidr":"10.0.0.0/16"}}`, 200},
		{"POST", "/v1/p/vpcs", `{"vpc":{"name":"b","cidr":"10.0.0.0/16"}}`, 503},
		{"POST", "/v1/p/vpcs", `{"vpc":{"name":"b","cidr":"10.0.0.0/16"}}`, 200},
		{"GET", "/v1/p/vpcs", "", 200},
		{"GET", "/v3/p/vpc/vpcs", "", 429},
		{"GET", "/v3/p/vpc/vpcs", "", 200},
		{"GET", "/v2.0/vpc/peerings", "", 500},
		{"GET", "/v2.0/vpc/peerings/x", "", 404},
		{"GET", "/v1/p/subnets", "", 200},
	} {
		if w := l.do(c.method, c.path, c.body); w.Code != c.want {
			t.Errorf("%s %s: status %d, want %d", c.method, c.path, w.Code, c.want)
		}
	}
}

func TestParseFaultRefuses(t *testing.T) {
	t.Parallel()
	for text, complaint := range map[string]string{
		"":                               "a method, a path",
		"GET /":                          "a method, a path",
		"GET vpcs status=500":            "must begin with /",
		"GET * status=200":               "400 to 599",
		"GET * status=x":                 "400 to 599",
		"GET * latency=fast":             "200ms",
		"GET * latency=-1s":              "200ms",
		"GET * every=0":                  "1 or more",
		"GET * times=0 status=500":       "1 or more",
		"GET * every=2":                  "no effect",
		"GET * colour=red":               "none of status",
		"GET * status=500 latency=1s xx": "none of status",
	} {
		if _, err := cloudapi.ParseFault(text); err == nil || !strings.Contains(err.Error(), complaint) {
			t.Errorf("%q: error %v, want one that says %q", text, err, complaint)
		}
	}
}

// What is told about a request is what was answered, also when the handler fails or panics.
func TestAccess(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	var seen []cloudapi.Access
	l := newLab(t, cloudapi.Options{
		Logger:  slog.New(slog.NewJSONHandler(&log, nil)),
		Observe: func(a cloudapi.Access) { seen = append(seen, a) },
	})
	l.do(http.MethodGet, "/v1/p/vpcs?limit=3", "")
	l.do(http.MethodGet, "/v1/p/vpcs/none", "")
	l.do(http.MethodGet, "/nothing", "")
	want := []cloudapi.Access{
		{Method: "GET", Path: "/v1/p/vpcs", Query: "limit=3", Pattern: "GET /v1/{project_id}/vpcs", Project: "p", Status: 200},
		{Method: "GET", Path: "/v1/p/vpcs/none", Pattern: "GET /v1/{project_id}/vpcs/{id}", Project: "p", Status: 404},
		{Method: "GET", Path: "/nothing", Status: 404},
	}
	if len(seen) != len(want) {
		t.Fatalf("saw %d requests", len(seen))
	}
	for i, a := range seen {
		if a.Bytes == 0 || a.RequestID == "" {
			t.Errorf("request %d: %+v", i, a)
		}
		a.Bytes, a.RequestID = 0, ""
		if a != want[i] {
			t.Errorf("request %d is %+v, want %+v", i, a, want[i])
		}
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != len(want) {
		t.Errorf("the log has %d lines:\n%s", len(lines), &log)
	}
	for _, line := range lines {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry["request_id"] == "" || entry["status"] == nil {
			t.Errorf("log line %s: %v", line, err)
		}
	}
}

// A clock that panics stands for any mistake inside a handler.
func TestPanicIsAnswered(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	calls := 0
	l := newLab(t, cloudapi.Options{
		Logger:          slog.New(slog.NewTextHandler(&log, nil)),
		TransitionDelay: time.Minute,
		Clock: func() time.Time {
			if calls++; calls == 3 {
				panic("a mistake")
			}
			return epoch
		},
	})
	w := l.do(http.MethodPost, "/v1/p/vpcs", `{"vpc":{"name":"a","cidr":"10.0.0.0/16"}}`)
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "SYS.0500") {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), "mistake") || !strings.Contains(log.String(), "a mistake") {
		t.Errorf("the cause belongs into the log only: %s\n%s", w.Body, &log)
	}
	if w := l.do(http.MethodGet, "/v1/p/vpcs", ""); w.Code != http.StatusOK {
		t.Errorf("the next request: status %d", w.Code)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	l := newLab(t, cloudapi.Options{MaxBody: 100})
	body := `{"vpc":{"name":"a","cidr":"10.0.0.0/16","description":"` + strings.Repeat("x", 100) + `"}}`
	if w := l.do(http.MethodPost, "/v1/p/vpcs", body); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a body over the limit: status %d", w.Code)
	}
	if w := l.do(http.MethodPost, "/v1/p/vpcs", `{"vpc":{"name":"a","cidr":"10.0.0.0/16"}}`); w.Code != http.StatusOK {
		t.Errorf("a body under the limit: status %d", w.Code)
	}
	// Without Strict, members nobody knows are passed over as the cloud does.
	if w := l.do(http.MethodPost, "/v1/p/vpcs", `{"vpc":{"name":"b","cidr":"10.0.0.0/16","x":1},"y":2}`); w.Code != http.StatusOK {
		t.Errorf("unknown members: status %d: %s", w.Code, w.Body)
	}
}

// A store that cannot be read is told in the API's own words.
func TestUnusableStore(t *testing.T) {
	t.Parallel()
	s := sqlite.Open(t.TempDir())
	t.Cleanup(func() { _ = s.Close() })
	l := &lab{tb: t, handler: cloudapi.New(emulator.New(s), cloudapi.Options{})}
	for _, path := range []string{"/v1/p/vpcs", "/v3/p/vpc/security-groups", "/v2.0/vpc/peerings"} {
		if w := l.do(http.MethodGet, path, ""); w.Code != http.StatusInternalServerError {
			t.Errorf("%s: status %d", path, w.Code)
		}
	}
	if w := l.do(http.MethodGet, "/healthz", ""); w.Code != http.StatusServiceUnavailable {
		t.Errorf("health: status %d", w.Code)
	}
}

// Many clients at once: every object they make is there once, every refusal is one of the two that can be, and what
// they delete is gone.
func TestConcurrency(t *testing.T) {
	t.Parallel()
	s := sqlite.Open(filepath.Join(t.TempDir(), "lab.db"))
	t.Cleanup(func() { _ = s.Close() })
	quota, err := emulator.DefaultQuota().With(map[string]int{"vpc": 0, "subnet": 0})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(cloudapi.New(emulator.New(s, emulator.WithQuota(quota)), cloudapi.Options{}))
	defer server.Close()
	send := func(method, path, body string) (int, map[string]any) {
		request, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Error(err)
			return 0, nil
		}
		answer, err := server.Client().Do(request)
		if err != nil {
			t.Error(err)
			return 0, nil
		}
		defer answer.Body.Close() //nolint:errcheck // It is only read.
		var out map[string]any
		_ = json.NewDecoder(answer.Body).Decode(&out)
		return answer.StatusCode, out
	}
	_, made := send("POST", "/v1/p/vpcs", `{"vpc":{"name":"shared","cidr":"10.0.0.0/8"}}`)
	shared, _ := made["vpc"].(map[string]any)["id"].(string)

	const clients, rounds = 16, 4
	var mu sync.Mutex
	var winners int
	var kept []string
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			for round := range rounds {
				// All clients want this block; one of them gets it.
				status, _ := send("POST", "/v1/p/subnets", fmt.Sprintf(
					`{"subnet":{"name":"s","cidr":"10.%d.0.0/16","gateway_ip":"10.%d.0.1","vpc_id":%q}}`, round, round, shared))
				mu.Lock()
				if status == http.StatusOK {
					winners++
				} else if status != http.StatusBadRequest {
					t.Errorf("a block that is taken: status %d", status)
				}
				mu.Unlock()
				name := fmt.Sprintf("v-%d-%d", client, round)
				status, made := send("POST", "/v3/p/vpc/vpcs", fmt.Sprintf(`{"vpc":{"name":%q,"cidr":"10.0.0.0/16"}}`, name))
				vpc, _ := made["vpc"].(map[string]any)
				id, _ := vpc["id"].(string)
				if status != http.StatusCreated || id == "" {
					t.Errorf("create %s: status %d", name, status)
					continue
				}
				// Concurrent changes of one object do not undo each other.
				if status, _ := send("POST", "/v2.0/p/vpcs/"+shared+"/tags/action",
					fmt.Sprintf(`{"action":"create","tags":[{"key":"k%d"}]}`, client)); status != http.StatusNoContent {
					t.Errorf("tag: status %d", status)
				}
				if round%2 == 0 {
					if status, _ := send("DELETE", "/v1/p/vpcs/"+id, ""); status != http.StatusNoContent {
						t.Errorf("delete: status %d", status)
					}
					continue
				}
				mu.Lock()
				kept = append(kept, id)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if winners != rounds {
		t.Errorf("%d subnets were made in %d blocks", winners, rounds)
	}
	_, tags := send("GET", "/v2.0/p/vpcs/"+shared+"/tags", "")
	if list, _ := tags["tags"].([]any); len(list) != clients {
		t.Errorf("%d of %d tags are there", len(list), clients)
	}
	var listed []string
	for marker := ""; ; {
		_, out := send("GET", "/v1/p/vpcs?limit=7&marker="+marker, "")
		list, _ := out["vpcs"].([]any)
		if len(list) == 0 {
			break
		}
		for _, item := range list {
			marker, _ = item.(map[string]any)["id"].(string)
			if marker != shared {
				listed = append(listed, marker)
			}
		}
	}
	slices.Sort(listed)
	slices.Sort(kept)
	if !slices.Equal(listed, kept) {
		t.Errorf("%d VPCs are listed, %d were kept", len(listed), len(kept))
	}
}
