package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var securityGroupRoutesV3 = routeGroup{
	generation: v3, kind: network.KindSecurityGroup, invalidCode: "VPC.9901",
	routes: []route{
		{"POST /v3/{project_id}/vpc/security-groups", createSecurityGroup(http.StatusCreated, securityGroupV3)},
		{"GET /v3/{project_id}/vpc/security-groups", listSecurityGroups(listedSecurityGroupV3)},
		{"GET /v3/{project_id}/vpc/security-groups/{id}", getSecurityGroup(securityGroupV3)},
		{"PUT /v3/{project_id}/vpc/security-groups/{id}", updateSecurityGroup(securityGroupV3)},
		{"DELETE /v3/{project_id}/vpc/security-groups/{id}", withDefaultGroup(deleteObject[*network.SecurityGroup])},
	},
}

// listedSecurityGroupV3 is a group as lists show it: without its rules.
func listedSecurityGroupV3(_ *requestContext, g *network.SecurityGroup) (jsonObject, error) {
	return jsonObject{
		"id": g.ID, "name": g.Name, "description": g.Description, "project_id": g.Project,
		"enterprise_project_id": enterpriseProject(g), "tags": tagList(g.Tags),
		"created_at": timeV3(g.CreatedAt), "updated_at": timeV3(g.UpdatedAt),
	}, nil
}

func securityGroupV3(c *requestContext, g *network.SecurityGroup) (jsonObject, error) {
	body, err := listedSecurityGroupV3(c, g)
	if err != nil {
		return nil, err
	}
	body["security_group_rules"], err = securityGroupRulesOf(c, g, securityGroupRuleV3)
	return body, err
}
