package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// securityGroupRoutesV1 have no call to change a group; clients use v2.0's.
var securityGroupRoutesV1 = routeGroup{
	generation: v1, kind: network.KindSecurityGroup, invalidCode: "VPC.0601",
	routes: []route{
		{"POST /v1/{project_id}/security-groups", createSecurityGroup(http.StatusOK, securityGroupV1)},
		{"GET /v1/{project_id}/security-groups", listSecurityGroups(securityGroupV1)},
		{"GET /v1/{project_id}/security-groups/{id}", getSecurityGroup(securityGroupV1)},
		{"DELETE /v1/{project_id}/security-groups/{id}", withDefaultGroup(deleteObject[*network.SecurityGroup])},
	},
}

func securityGroupV1(c *requestContext, g *network.SecurityGroup) (jsonObject, error) {
	rules, err := securityGroupRulesOf(c, g, securityGroupRuleV1)
	return jsonObject{
		"id": g.ID, "name": g.Name, "description": g.Description, "enterprise_project_id": enterpriseProject(g),
		"vpc_id": nil, "security_group_rules": rules,
	}, err
}
