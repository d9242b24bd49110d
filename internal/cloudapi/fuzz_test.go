package cloudapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/cloudapi"
)

// testRequest is one request of the scripts in testdata: among them is every call the API has.
type testRequest struct{ method, target, body string }

// testRequests are the requests of all scripts, with the names in them replaced by ids that exist.
func testRequests(tb testing.TB, names map[string]string) []testRequest {
	tb.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		tb.Fatalf("scripts: %v, %v", files, err)
	}
	var out []testRequest
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		for block := range strings.SplitSeq("\n"+string(text), "\n> ") {
			head, _, _ := strings.Cut(block, "\n< ")
			lines := strings.Split(head, "\n")
			method, target, ok := strings.Cut(lines[0], " ")
			if !ok || strings.HasPrefix(lines[0], "#") {
				continue
			}
			q := testRequest{method: method, target: target}
			for _, line := range lines[1:] {
				if strings.HasPrefix(line, "{") {
					q.body = line
				}
			}
			q.target, q.body = fillIn(q.target, names), fillIn(q.body, names)
			out = append(out, q)
		}
	}
	return out
}

var placeholder = regexp.MustCompile(`\{([a-z0-9]+)\}`)

func fillIn(text string, names map[string]string) string {
	return placeholder.ReplaceAllStringFunc(text, func(s string) string {
		if id, ok := names[s[1:len(s)-1]]; ok {
			return id
		}
		return names["vpc"]
	})
}

// populated is a lab with an object of every kind, and what their ids are called.
func populated(tb testing.TB, options cloudapi.Options) (*lab, map[string]string) {
	tb.Helper()
	l := newLab(tb, options)
	names := map[string]string{"p": project, "q": "0123456789abcdef0123456789abcdef"}
	add := func(name, path, wrapper, body string) {
		tb.Helper()
		w := l.do(http.MethodPost, fillIn(path, names), fillIn(body, names))
		id := regexp.MustCompile(`"id":"([0-9a-f-]{36})"`).FindStringSubmatch(
			w.Body.String()[max(strings.Index(w.Body.String(), `"`+wrapper+`":`), 0):])
		if w.Code >= 300 || id == nil {
			tb.Fatalf("populate %s: status %d: %s", name, w.Code, w.Body)
		}
		names[name] = id[1]
	}
	add("vpc", "/v1/{p}/vpcs", "vpc", `{"vpc":{"name":"x","cidr":"10.200.0.0/16"}}`)
	add("other", "/v1/{p}/vpcs", "vpc", `{"vpc":{"name":"y","cidr":"10.201.0.0/16"}}`)
	add("web", "/v1/{p}/subnets", "subnet",
		`{"subnet":{"name":"s","cidr":"10.200.1.0/24","gateway_ip":"10.200.1.1","vpc_id":"{vpc}"}}`)
	add("www", "/v2.0/security-groups", "security_group", `{"security_group":{"name":"g"}}`)
	add("rule", "/v2.0/security-group-rules", "security_group_rule",
		`{"security_group_rule":{"security_group_id":"{www}","direction":"ingress","protocol":"tcp"}}`)
	add("acl", "/v3/{p}/vpc/firewalls", "firewall", `{"firewall":{"name":"f"}}`)
	add("office", "/v3/{p}/vpc/address-groups", "address_group", `{"address_group":{"name":"o","ip_version":4}}`)
	add("ab", "/v2.0/vpc/peerings", "peering",
		`{"peering":{"name":"p","request_vpc_info":{"vpc_id":"{vpc}"},"accept_vpc_info":{"vpc_id":"{other}"}}}`)
	add("own", "/v1/{p}/routetables", "routetable", `{"routetable":{"vpc_id":"{vpc}","name":"t"}}`)
	add("route", "/v2.0/vpc/routes", "route",
		`{"route":{"type":"peering","nexthop":"{ab}","destination":"10.201.0.0/16","vpc_id":"{vpc}"}}`)
	add("first", "/v1/{p}/ports", "port", `{"port":{"network_id":"{web}"}}`)
	add("http", "/v2.0/fwaas/firewall_rules", "firewall_rule", `{"firewall_rule":{"name":"r"}}`)
	add("in", "/v2.0/fwaas/firewall_policies", "firewall_policy", `{"firewall_policy":{"name":"l","firewall_rules":["{http}"]}}`)
	add("pods", "/v3/{p}/vpc/virsubnet-cidr-reservations", "virsubnet_cidr_reservation",
		`{"virsubnet_cidr_reservation":{"virsubnet_id":"{web}","ip_version":4,"mask":28}}`)
	return l, names
}

// Whatever is sent to any call, the answer has one of the cloud's shapes, and nothing is the emulator's own failure.
func TestAnswersHaveKnownShapes(t *testing.T) {
	t.Parallel()
	values := []string{
		`null`, `true`, `0`, `-1`, `1e400`, `99999999999999999999`, `""`, `"none"`, `"\u0000"`, `"<>"`, `[]`, `[null]`, `[{}]`,
		`{}`, `{"a":{}}`, `[[]]`, `"10.0.0.0/8"`, `"::/0"`, `"1-65535"`, `"` + strings.Repeat("x", 300) + `"`,
	}
	members := regexp.MustCompile(`"[a-zA-Z_0-9]+": ?("[^"]*"|[0-9]+|true|false|null|\[[^\[\]]*\])`)
	rapid.Check(t, func(r *rapid.T) {
		l, names := populated(t, cloudapi.Options{Strict: rapid.Bool().Draw(r, "strict")})
		all := testRequests(t, names)
		for range 40 {
			q := rapid.SampledFrom(all).Draw(r, "request")
			switch rapid.IntRange(0, 5).Draw(r, "change") {
			case 0: // As it is.
			case 1: // Another value for a member.
				if at := members.FindAllStringSubmatchIndex(q.body, -1); len(at) > 0 {
					m := rapid.SampledFrom(at).Draw(r, "member")
					q.body = q.body[:m[2]] + rapid.SampledFrom(values).Draw(r, "value") + q.body[m[3]:]
				}
			case 2: // Cut off.
				q.body = q.body[:rapid.IntRange(0, len(q.body)).Draw(r, "length")]
			case 3: // Another id.
				parts := strings.Split(q.target, "/")
				i := rapid.IntRange(1, len(parts)-1).Draw(r, "part")
				parts[i] = rapid.SampledFrom([]string{"none", names["web"], "%00", "a%2Fb", "%", "..", names["first"], ""}).Draw(r, "id")
				q.target = strings.Join(parts, "/")
			case 4: // Another query.
				name := rapid.SampledFrom([]string{"limit", "marker", "offset", "id", "vpc_id", "name", "network_id"}).Draw(r, "name")
				q.target, _, _ = strings.Cut(q.target, "?")
				q.target += "?" + name + "=" + rapid.SampledFrom([]string{"", "-1", "x", "0", "1", names["web"], "%zz"}).Draw(r, "text")
			case 5: // Another method.
				q.method = rapid.SampledFrom([]string{"GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "TRACE"}).Draw(r, "method")
			}
			if complaint := l.ask(q); complaint != "" {
				r.Fatalf("%s %s %s: %s", q.method, q.target, q.body, complaint)
			}
		}
	})
}

// ask makes a request that may be no proper one, and says what is wrong with its answer.
func (l *lab) ask(q testRequest) string {
	r := httptest.NewRequestWithContext(l.tb.Context(), http.MethodGet, "http://lab.test/", strings.NewReader(q.body))
	r.Method = q.method
	u, err := r.URL.Parse("http://lab.test" + q.target)
	if err != nil {
		return "" // The server of the standard library refuses it before a handler sees it.
	}
	r.URL = u
	w := httptest.NewRecorder()
	l.handler.ServeHTTP(w, r)
	if q.method == http.MethodHead {
		return ""
	}
	if complaint := wellFormed(r, w); complaint != "" {
		return complaint + ": " + w.Body.String()
	}
	if w.Code >= http.StatusInternalServerError {
		return fmt.Sprintf("status %d: %s", w.Code, w.Body)
	}
	return ""
}

// FuzzBodies sends bodies to every call that takes one.
func FuzzBodies(f *testing.F) {
	l, names := populated(f, cloudapi.Options{})
	strict, _ := populated(f, cloudapi.Options{Strict: true})
	var calls []testRequest
	seen := map[string]int{}
	for _, q := range testRequests(f, names) {
		if q.body == "" || strings.Contains(q.target, "none") {
			continue
		}
		key := q.method + regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|\?.*`).ReplaceAllString(q.target, "*")
		if _, known := seen[key]; !known {
			seen[key] = len(calls)
			calls = append(calls, q)
		}
		f.Add(seen[key], q.body)
	}
	f.Fuzz(func(t *testing.T, call int, body string) {
		q := calls[max(call, -call, 0)%len(calls)]
		q.body = body
		for _, lab := range []*lab{l, strict} {
			lab := *lab
			lab.tb = t
			if complaint := lab.ask(q); complaint != "" {
				t.Errorf("%s %s %q: %s", q.method, q.target, q.body, complaint)
			}
		}
	})
}

// FuzzTargets sends methods, paths and queries.
func FuzzTargets(f *testing.F) {
	l, names := populated(f, cloudapi.Options{})
	for _, q := range testRequests(f, names) {
		f.Add(q.method, q.target)
	}
	f.Add("GET", "/v1/%2e%2e/vpcs")
	f.Add("GET", "//////")
	f.Add("GET", "*")
	f.Fuzz(func(t *testing.T, method, target string) {
		if strings.ContainsAny(method, " \r\n\t") || method == "" {
			return
		}
		lab := *l
		lab.tb = t
		if complaint := lab.ask(testRequest{method: method, target: target, body: ""}); complaint != "" {
			t.Errorf("%s %s: %s", method, target, complaint)
		}
	})
}

// FuzzAuthorization sends headers that are to be signatures and tokens. None of them is one.
func FuzzAuthorization(f *testing.F) {
	l := newLab(f, cloudapi.Options{AccessKey: accessKey, SecretKey: secretKey})
	for _, s := range signed {
		f.Add(authorization(accessKey, "x-sdk-date", s.signature), signedAt, "", project)
		f.Add("", "", s.signature+"."+s.signature, "")
	}
	f.Fuzz(func(t *testing.T, auth, date, token, owner string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://lab.test/v1/p/vpcs", http.NoBody)
		for name, value := range map[string]string{
			"Authorization": auth, "X-Sdk-Date": date, "X-Auth-Token": token, "X-Project-Id": owner,
		} {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		l.handler.ServeHTTP(w, r)
		if complaint := wellFormed(r, w); complaint != "" || w.Code != http.StatusUnauthorized {
			t.Errorf("status %d, %s: %s", w.Code, complaint, w.Body)
		}
	})
}

// FuzzParseFault reads texts that are to be faults.
func FuzzParseFault(f *testing.F) {
	f.Add("POST /v1/*/vpcs status=503 every=3 times=2 latency=1s")
	f.Fuzz(func(t *testing.T, text string) {
		fault, err := cloudapi.ParseFault(text)
		if (err == nil) == (fault.Status == 0 && fault.Latency == 0) && err == nil {
			t.Errorf("%q became %+v without an error", text, fault)
		}
	})
}
