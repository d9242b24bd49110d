package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var securityGroupRoutesV2 = routeGroup{
	generation: v2, kind: network.KindSecurityGroup, invalidCode: "InvalidInput",
	routes: []route{
		{"POST /v2.0/security-groups", createSecurityGroup(http.StatusCreated, securityGroupV2)},
		{"GET /v2.0/security-groups", listSecurityGroups(securityGroupV2)},
		{"GET /v2.0/security-groups/{id}", getSecurityGroup(securityGroupV2)},
		{"PUT /v2.0/security-groups/{id}", updateSecurityGroup(securityGroupV2)},
		{"DELETE /v2.0/security-groups/{id}", withDefaultGroup(deleteObject[*network.SecurityGroup])},
	},
}

func securityGroupV2(c *requestContext, g *network.SecurityGroup) (jsonObject, error) {
	rules, err := securityGroupRulesOf(c, g, securityGroupRuleV2)
	return jsonObject{
		"id": g.ID, "name": g.Name, "description": g.Description, "tenant_id": g.Project, "project_id": g.Project,
		"created_at": timeV1(g.CreatedAt), "updated_at": timeV1(g.UpdatedAt), "security_group_rules": rules,
	}, err
}
