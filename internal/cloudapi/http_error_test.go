package cloudapi_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/cloudapi"
)

// One problem has another code, and in v2.0 a type, in each generation of the API.
func TestErrorCodes(t *testing.T) {
	t.Parallel()
	const missing = "5f0c8b1e-0000-5000-8000-000000000000"
	l, names := populated(t, cloudapi.Options{})
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		code                     string
	}{
		{
			"v1: a subnet that is not there", "GET", "/v1/{p}/subnets/" + missing, "", http.StatusNotFound, "VPC.0202",
		},
		{
			"v1: a subnet in a VPC that is not there", "POST", "/v1/{p}/subnets",
			`{"subnet":{"name":"t","cidr":"10.200.2.0/24","gateway_ip":"10.200.2.1","vpc_id":"` + missing + `"}}`,
			http.StatusNotFound, "VPC.0003",
		},
		{
			"v1: a route table in a VPC that is not there", "POST", "/v1/{p}/routetables",
			`{"routetable":{"name":"t","vpc_id":"` + missing + `"}}`, http.StatusNotFound, "VPC.0202",
		},
		{
			"v1: a rule of a security group that is not there", "POST", "/v1/{p}/security-group-rules",
			`{"security_group_rule":{"security_group_id":"` + missing + `","direction":"ingress"}}`,
			http.StatusNotFound, "VPC.0603",
		},
		{
			"v2.0: a rule of a security group that is not there", "POST", "/v2.0/security-group-rules",
			`{"security_group_rule":{"security_group_id":"` + missing + `","direction":"ingress"}}`,
			http.StatusNotFound, "SecurityGroupNotFound",
		},
		{
			"v3: a rule of a security group that is not there", "POST", "/v3/{p}/vpc/security-group-rules",
			`{"security_group_rule":{"security_group_id":"` + missing + `","direction":"ingress"}}`,
			http.StatusNotFound, "VPC.9904",
		},
		{
			"v1: a rule that is there already", "POST", "/v1/{p}/security-group-rules",
			`{"security_group_rule":{"security_group_id":"{www}","direction":"ingress","protocol":"tcp"}}`,
			http.StatusConflict, "VPC.0602",
		},
		{
			"v2.0: a rule that is there already", "POST", "/v2.0/security-group-rules",
			`{"security_group_rule":{"security_group_id":"{www}","direction":"ingress","protocol":"tcp"}}`,
			http.StatusConflict, "SecurityGroupRuleExists",
		},
		{
			"v1: a security group that is not there", "GET", "/v1/{p}/security-groups/" + missing, "",
			http.StatusNotFound, "VPC.0603",
		},
		{
			"v2.0: a security group that is not there", "GET", "/v2.0/security-groups/" + missing, "",
			http.StatusNotFound, "SecurityGroupNotFound",
		},
		{
			"v3: a security group that is not there", "GET", "/v3/{p}/vpc/security-groups/" + missing, "",
			http.StatusNotFound, "VPC.9904",
		},
		{"v1: a port that is not there", "GET", "/v1/{p}/ports/" + missing, "", http.StatusNotFound, "VPC.0704"},
		{"v2.0: a port that is not there", "GET", "/v2.0/ports/" + missing, "", http.StatusNotFound, "PortNotFound"},
		{"v3: a port that is not there", "GET", "/v3/{p}/ports/" + missing, "", http.StatusNotFound, "VPC.9904"},
		{
			"v2.0: tags of a VPC that is not there", "GET", "/v2.0/{p}/vpcs/" + missing + "/tags", "",
			http.StatusNotFound, "VPC.2204",
		},
		{"a path that no service has", "GET", "/v1/{p}/nothing", "", http.StatusNotFound, "APIGW.0101"},
		{"a method that a path has not", "PUT", "/v1/{p}/vpcs", "", http.StatusNotFound, "APIGW.0101"},
	} {
		w := l.do(c.method, fillIn(c.path, names), fillIn(c.body, names))
		var body struct {
			V1      string `json:"code"`
			V3      string `json:"error_code"`
			Neutron struct {
				Type string `json:"type"`
			} `json:"NeutronError"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if code := body.V1 + body.V3 + body.Neutron.Type; w.Code != c.status || code != c.code {
			t.Errorf("%s: status %d, code %s; want %d, %s: %s", c.name, w.Code, code, c.status, c.code, w.Body)
		}
	}
}
