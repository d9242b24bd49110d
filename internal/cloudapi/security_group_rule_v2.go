package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var securityGroupRuleRoutesV2 = routeGroup{
	generation: neutron, kind: network.KindSecurityGroupRule, invalid: "InvalidInput",
	routes: []route{
		{"POST /v2.0/security-group-rules", createSecurityGroupRule(http.StatusCreated, ruleRequestV1, ruleV2)},
		{"GET /v2.0/security-group-rules", listSecurityGroupRules(ruleV2)},
		{"GET /v2.0/security-group-rules/{id}", getSecurityGroupRule(ruleV2)},
		{"DELETE /v2.0/security-group-rules/{id}", remove[*network.SecurityGroupRule]},
	},
}

type ruleBodyV2 struct {
	ruleBodyV1

	ProjectID string `json:"project_id"`
	CreatedAt string `json:"created_at"`
	UpdatedAt string `json:"updated_at"`
}

func ruleV2(r *network.SecurityGroupRule) ruleBodyV2 {
	return ruleBodyV2{ruleV1(r), r.Project, timeV1(r.CreatedAt), timeV1(r.UpdatedAt)}
}
