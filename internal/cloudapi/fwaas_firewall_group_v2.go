package cloudapi

import (
	"net/http"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var fwaasFirewallGroupRoutesV2 = routeGroup{
	generation: v2, kind: network.KindNetworkACL, invalidCode: "InvalidInput",
	routes: []route{
		{"POST /v2.0/fwaas/firewall_groups", showFWaaS(http.StatusCreated, "firewall_group", createFWaaSGroup, fwaasGroup)},
		{"GET /v2.0/fwaas/firewall_groups", listFWaaS("firewall_groups", listFWaaSGroups, fwaasGroup)},
		{"GET /v2.0/fwaas/firewall_groups/{id}", getFWaaS("firewall_group", fwaasGroup)},
		{"PUT /v2.0/fwaas/firewall_groups/{id}", showFWaaS(http.StatusOK, "firewall_group", updateFWaaSGroup, fwaasGroup)},
		{"DELETE /v2.0/fwaas/firewall_groups/{id}", deleteObject[*network.NetworkACL]},
	},
}

// fwaasGroup is a network ACL in the older form, where its subnets are known by the ports of their gateways (ACL-27).
func fwaasGroup(c *requestContext, acl *network.NetworkACL) jsonObject {
	ports := make([]string, 0, len(acl.SubnetIDs))
	for _, id := range acl.SubnetIDs {
		ports = append(ports, gatewayPortID(id))
	}
	return jsonObject{
		"id": acl.ID, "name": acl.Name, "description": acl.Description, "admin_state_up": acl.IsEnabled(),
		"ingress_firewall_policy_id": nullIfEmpty(acl.IngressPolicyID), "egress_firewall_policy_id": nullIfEmpty(acl.EgressPolicyID),
		"ports": ports, "public": false, "status": c.transitionStatus(acl, "PENDING_CREATE", networkACLStatus(acl)),
		"tenant_id": acl.Project, "project_id": acl.Project,
		"created_at": timeV1(acl.CreatedAt), "updated_at": timeV1(acl.UpdatedAt),
	}
}

type fwaasGroupRequest struct {
	Name          *string          `json:"name"`
	Description   *string          `json:"description"`
	IngressPolicy optional[string] `json:"ingress_firewall_policy_id"`
	EgressPolicy  optional[string] `json:"egress_firewall_policy_id"`
	Ports         *[]string        `json:"ports"`
	AdminStateUp  *bool            `json:"admin_state_up"`
}

// apply puts what the request carries into the network ACL. Without a policy, a direction has no rules.
func (q *fwaasGroupRequest) apply(c *requestContext, cloud *emulator.Cloud, acl *network.NetworkACL) error {
	setIfPresent(&acl.Name, q.Name)
	setIfPresent(&acl.Description, q.Description)
	if q.AdminStateUp != nil {
		acl.Enabled = q.AdminStateUp
	}
	for _, side := range []struct {
		from   *optional[string]
		policy *string
		rules  *[]network.ACLRule
	}{
		{&q.IngressPolicy, &acl.IngressPolicyID, &acl.IngressRules},
		{&q.EgressPolicy, &acl.EgressPolicyID, &acl.EgressRules},
	} {
		if !side.from.present {
			continue
		}
		if *side.policy = valueOr(side.from.value, ""); *side.policy == "" {
			*side.rules = nil
		}
	}
	if q.Ports == nil {
		return nil
	}
	subnets, err := c.subnetsOfGateways(cloud, *q.Ports)
	acl.SubnetIDs = subnets
	return err
}

// subnetsOfGateways are the subnets whose gateways have the ports.
func (c *requestContext) subnetsOfGateways(cloud *emulator.Cloud, ports []string) ([]string, error) {
	found, err := emulator.Select(c.r.Context(), cloud, c.ownFilter(), func(s *network.Subnet) bool {
		return slices.Contains(ports, gatewayPortID(s.ID))
	})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, s := range found {
		out = append(out, s.ID)
	}
	for _, port := range ports {
		if !slices.ContainsFunc(out, func(id string) bool { return gatewayPortID(id) == port }) {
			return nil, c.invalidRequest("The port %s is not that of a subnet's gateway, which a firewall group is bound to.", port)
		}
	}
	return out, nil
}

func (c *requestContext) fwaasGroupRequest() (*fwaasGroupRequest, error) {
	body, err := decode[struct {
		Group *fwaasGroupRequest `json:"firewall_group"`
	}](c)
	if err != nil {
		return nil, err
	}
	return required(c, body.Group, "firewall_group")
}

func createFWaaSGroup(c *requestContext) (*network.NetworkACL, error) {
	q, err := c.fwaasGroupRequest()
	if err != nil {
		return nil, err
	}
	var created *network.NetworkACL
	err = c.cloud.Atomically(c.r.Context(), func(cloud *emulator.Cloud) error {
		acl := &network.NetworkACL{}
		if err := q.apply(c, cloud, acl); err != nil {
			return err
		}
		created, err = create(c, cloud, acl)
		return err
	})
	return created, err
}

func updateFWaaSGroup(c *requestContext) (*network.NetworkACL, error) {
	q, err := c.fwaasGroupRequest()
	if err != nil {
		return nil, err
	}
	return change(c, c.path("id"), func(cloud *emulator.Cloud, acl *network.NetworkACL) error {
		return q.apply(c, cloud, acl)
	})
}

func listFWaaSGroups(c *requestContext) (page[*network.NetworkACL], error) {
	type acl = *network.NetworkACL
	return selectPage(c, c.ownFilter(), queryFilters[acl]{
		"id":                         byID[acl],
		"name":                       func(a acl, s string) bool { return a.Name == s },
		"description":                func(a acl, s string) bool { return a.Description == s },
		"ingress_firewall_policy_id": func(a acl, s string) bool { return a.IngressPolicyID == s },
		"egress_firewall_policy_id":  func(a acl, s string) bool { return a.EgressPolicyID == s },
		"tenant_id":                  func(a acl, s string) bool { return a.Project == s },
	})
}
