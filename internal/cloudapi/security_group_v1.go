package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// securityGroupRoutesV1 have no call to change a group; clients use v2.0's.
var securityGroupRoutesV1 = routeGroup{
	generation: v1, kind: network.KindSecurityGroup, invalid: "VPC.0601",
	routes: []route{
		{"POST /v1/{project_id}/security-groups", createSecurityGroup(http.StatusOK, securityGroupV1)},
		{"GET /v1/{project_id}/security-groups", listSecurityGroups(securityGroupV1)},
		{"GET /v1/{project_id}/security-groups/{id}", getSecurityGroup(securityGroupV1)},
		{"DELETE /v1/{project_id}/security-groups/{id}", withDefaultGroup(remove[*network.SecurityGroup])},
	},
}

func securityGroupV1(c *call, g *network.SecurityGroup) (members, error) {
	rules, err := rulesOf(c, g, ruleV1)
	return members{
		"id": g.ID, "name": g.Name, "description": g.Description, "enterprise_project_id": enterpriseProject(g),
		"vpc_id": nil, "security_group_rules": rules,
	}, err
}
