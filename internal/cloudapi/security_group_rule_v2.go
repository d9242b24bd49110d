package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var securityGroupRuleRoutesV2 = routeGroup{
	generation: v2, kind: network.KindSecurityGroupRule, invalidCode: "InvalidInput",
	routes: []route{
		{
			"POST /v2.0/security-group-rules",
			createSecurityGroupRule(http.StatusCreated, parseSecurityGroupRuleV1, securityGroupRuleV2),
		},
		{"GET /v2.0/security-group-rules", listSecurityGroupRules(securityGroupRuleV2)},
		{"GET /v2.0/security-group-rules/{id}", getSecurityGroupRule(securityGroupRuleV2)},
		{"DELETE /v2.0/security-group-rules/{id}", deleteObject[*network.SecurityGroupRule]},
	},
}

type securityGroupRuleBodyV2 struct {
	securityGroupRuleBodyV1

	ProjectID string `json:"project_id"`
	CreatedAt string `json:"created_at"`
	UpdatedAt string `json:"updated_at"`
}

func securityGroupRuleV2(r *network.SecurityGroupRule) securityGroupRuleBodyV2 {
	return securityGroupRuleBodyV2{securityGroupRuleV1(r), r.Project, timeV1(r.CreatedAt), timeV1(r.UpdatedAt)}
}
