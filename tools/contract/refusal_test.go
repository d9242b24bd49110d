package contract

import (
	"net/http"
	"strings"
	"testing"

	m2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2/model"
)

// What is no request of the API at all is refused in the cloud's own way, by every generation. The shapes of the
// refusals are judged in shapes_test.go.
func TestBadInput(t *testing.T) {
	l := newLab(t)
	const vpcs, groups = "/v1/" + project + "/vpcs", "/v3/" + project + "/vpc/security-groups"
	cases := []struct {
		name, method, path, body string
		status                   int
	}{
		{"no JSON, v1", http.MethodPost, vpcs, `{"vpc":`, http.StatusBadRequest},
		{"no JSON, v3", http.MethodPost, groups, `{"security_group":`, http.StatusBadRequest},
		{"no JSON, v2.0", http.MethodPost, "/v2.0/security-groups", `{"security_group":`, http.StatusBadRequest},
		{"more than one document", http.MethodPost, groups, `{"security_group":{"name":"a"}} {}`, http.StatusBadRequest},
		{"no body", http.MethodPost, vpcs, ``, http.StatusBadRequest},
		{"no wrapper", http.MethodPost, vpcs, `{"name":"a","cidr":"10.0.0.0/16"}`, http.StatusBadRequest},
		{"a null wrapper", http.MethodPost, vpcs, `{"vpc":null}`, http.StatusBadRequest},
		{"a list for an object", http.MethodPost, vpcs, `{"vpc":[]}`, http.StatusBadRequest},
		{"a number for a text", http.MethodPost, vpcs, `{"vpc":{"name":7,"cidr":"10.0.0.0/16"}}`, http.StatusBadRequest},
		{
			"an unknown member", http.MethodPost, vpcs, `{"vpc":{"name":"a","cidr":"10.0.0.0/16","colour":"red"}}`,
			http.StatusBadRequest,
		},
		{"deep nesting", http.MethodPost, vpcs, strings.Repeat("[", 20000), http.StatusBadRequest},
		{
			"a huge body", http.MethodPost, vpcs, `{"vpc":{"name":"` + strings.Repeat("a", 16<<20) + `"}}`,
			http.StatusRequestEntityTooLarge,
		},
		{"an unknown path", http.MethodGet, "/v1/" + project + "/teapots", ``, http.StatusNotFound},
		{"an unknown generation", http.MethodGet, "/v9/" + project + "/vpcs", ``, http.StatusNotFound},
		{"an unknown method", http.MethodPatch, vpcs, ``, http.StatusNotFound},
		{
			"a path that climbs", http.MethodGet, "/v1/" + project + "/vpcs/..%2f..%2f..%2fetc%2fpasswd", ``,
			http.StatusNotFound,
		},
		{"an id that is none", http.MethodGet, vpcs + "/%00%ff", ``, http.StatusNotFound},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			status, body := l.do(c.method, c.path, c.body)
			switch {
			case c.status == http.StatusRequestEntityTooLarge:
				if status != http.StatusBadRequest && status != c.status {
					t.Errorf("status %d", status)
				}
			case status != c.status:
				t.Errorf("status %d, want %d: %s", status, c.status, body)
			}
			if c.status == http.StatusNotFound && strings.Contains(c.name, "unknown") && !strings.Contains(body, "APIGW.0101") {
				t.Errorf("the refusal has another code than APIGW.0101: %s", body)
			}
		})
	}
	same(t, "VPCs after bad input", len(*call(t, http.StatusOK, l.v2.ListVpcs, m2.ListVpcsRequest{}).Vpcs), 0)
}

// Some clients join a base URL that ends with a slash and a path that begins with one.
func TestDoubledSlash(t *testing.T) {
	l := newLab(t)
	if status, body := l.get("//v2.0/vpc/peerings"); status != http.StatusOK {
		t.Errorf("status %d: %s", status, body)
	}
}

// One tenant sees nothing of another.
func TestProjectsAreApart(t *testing.T) {
	l := newLab(t)
	id := l.newVPC(t, "a", "10.0.0.0/16")
	other := l.as(otherProject, secretKey)
	same(t, "VPCs of the other project", len(*call(t, http.StatusOK, other.v2.ListVpcs, m2.ListVpcsRequest{}).Vpcs), 0)
	refused(t, http.StatusNotFound, "VPC.0202", id, other.v2.ShowVpc, m2.ShowVpcRequest{VpcId: id})
	refused(t, http.StatusNotFound, "VPC.0202", id, other.v2.DeleteVpc, m2.DeleteVpcRequest{VpcId: id})
	other.newVPC(t, "a", "10.0.0.0/16")
	call(t, http.StatusOK, l.v2.ShowVpc, m2.ShowVpcRequest{VpcId: id})
}
