package contract

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The judge of shapes is a test of its own kind, so it is shown here to find what it is there to find.
func TestTheJudgeFindsWhatIsWrong(t *testing.T) {
	rule := func(change string) string {
		r := strings.NewReplacer()
		if old, replacement, ok := strings.Cut(change, " -> "); ok {
			r = strings.NewReplacer(old, replacement)
		}
		return r.Replace(`{"security_group_rule":{"id":"a","description":"","security_group_id":"b","direction":"ingress",` +
			`"protocol":null,"ethertype":"IPv4","multiport":"80","action":"allow","priority":1,"remote_group_id":null,` +
			`"remote_ip_prefix":null,"remote_address_group_id":null,"created_at":"2026-01-02T03:04:05Z",` +
			`"updated_at":"2026-01-02T03:04:05Z","project_id":"p","enabled":true}}`)
	}
	const path = "/v3/p/vpc/security-group-rules/a"
	cases := []struct {
		name, path string
		status     int
		body       string
		complaint  string
	}{
		{"right", path, 200, rule(""), ""},
		{"number for a text", path, 200, rule(`"80" -> 80`), "multiport"},
		{"fraction for an integer", path, 200, rule(`"priority":1 -> "priority":1.5`), "priority"},
		{"time without a zone", path, 200, rule(`04:05Z","upd -> 04:05","upd`), "created_at"},
		{"missing member", path, 200, rule(`"project_id":"p", -> `), "project_id"},
		{"null for what has a value", path, 200, rule(`"enabled":true -> "enabled":null`), "enabled"},
		{"null for a list", "/v3/p/vpc/vpcs/a", 200, `{"vpc":{"tags":null}}`, "vpc.tags"},
		{"member that lists leave out", "/v1/p/routetables", 200, `{"routetables":[{"routes":[]}]}`, "routes is there"},
		{
			"object inside a list", "/v1/p/security-groups", 200, `{"security_groups":[{"security_group_rules":[{}]}]}`,
			"security_group_rules[0].id",
		},
		{"body of another generation", path, 404, `{"code":"VPC.9904","message":"no"}`, "error_code"},
		{"Neutron's body in v1", "/v1/p/vpcs", 404, `{"NeutronError":{"type":"a","message":"b","detail":""}}`, "Neutron"},
		{"deletion with a body", path, 204, `{}`, "204"},
		{"no JSON", path, 200, `<html>`, "JSON"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			answer := httptest.NewRecorder()
			answer.Header().Set("X-Request-Id", "x")
			answer.Header().Set("Content-Type", "application/json")
			answer.WriteHeader(c.status)
			_, _ = answer.WriteString(c.body)
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, c.path, http.NoBody)
			complaints := strings.Join(judge(request, answer), "; ")
			if c.complaint == "" && complaints != "" || !strings.Contains(complaints, c.complaint) {
				t.Errorf("complaints: %q, want one of %q", complaints, c.complaint)
			}
		})
	}
}
