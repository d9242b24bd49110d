package cloudapi

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// firewallRoutesV3 are the network ACLs, which v3 calls firewalls.
var firewallRoutesV3 = routeGroup{
	generation: v3, kind: network.KindNetworkACL, invalidCode: "VPC.9901",
	routes: []route{
		{"POST /v3/{project_id}/vpc/firewalls", createFirewall},
		{"GET /v3/{project_id}/vpc/firewalls", listFirewalls},
		{"GET /v3/{project_id}/vpc/firewalls/{id}", getFirewall},
		{"PUT /v3/{project_id}/vpc/firewalls/{id}", updateFirewall},
		{"DELETE /v3/{project_id}/vpc/firewalls/{id}", deleteObject[*network.NetworkACL]},
		{"PUT /v3/{project_id}/vpc/firewalls/{id}/associate-subnets", associateFirewallSubnets},
		{"PUT /v3/{project_id}/vpc/firewalls/{id}/disassociate-subnets", disassociateFirewallSubnets},
	},
}

// listedFirewall is a network ACL as lists show it: without its rules.
func listedFirewall(acl *network.NetworkACL) jsonObject {
	associations := make([]jsonObject, 0, len(acl.SubnetIDs))
	for _, id := range acl.SubnetIDs {
		associations = append(associations, jsonObject{"virsubnet_id": id})
	}
	return jsonObject{
		"id": acl.ID, "name": acl.Name, "description": acl.Description, "project_id": acl.Project,
		"enterprise_project_id": enterpriseProject(acl), "created_at": timeV3(acl.CreatedAt),
		"updated_at": timeV3(acl.UpdatedAt), "admin_state_up": acl.IsEnabled(), "status": networkACLStatus(acl),
		"tags": tagList(acl.Tags), "associations": associations, "type": firewallType,
	}
}

// firewallType says which subnets a network ACL is for; the other type is about a kind of subnet this cloud has not.
const firewallType = "normal"

func firewallV3(acl *network.NetworkACL) jsonObject {
	body := listedFirewall(acl)
	for _, d := range []network.Direction{network.Ingress, network.Egress} {
		rules := acl.Rules(d)
		out := make([]firewallRule, 0, len(rules))
		for i := range rules {
			out = append(out, renderFirewallRule(acl, &rules[i]))
		}
		body[network.RulesAttribute(d)] = out
	}
	return body
}

type firewallRequest struct {
	Name                *string `json:"name"`
	Description         *string `json:"description"`
	EnterpriseProjectID string  `json:"enterprise_project_id"`
	AdminStateUp        *bool   `json:"admin_state_up"`
	Tags                []tag   `json:"tags"`
	Type                string  `json:"type"`
}

func (q *firewallRequest) apply(acl *network.NetworkACL) {
	setIfPresent(&acl.Name, q.Name)
	setIfPresent(&acl.Description, q.Description)
	if q.AdminStateUp != nil {
		acl.Enabled = q.AdminStateUp
	}
}

func (c *requestContext) firewallRequest() (q *firewallRequest, dryRun bool, err error) {
	body, err := decode[struct {
		Firewall *firewallRequest `json:"firewall"`
		DryRun   bool             `json:"dry_run"`
	}](c)
	if err != nil {
		return nil, false, err
	}
	if q, err = required(c, body.Firewall, "firewall"); err != nil {
		return nil, false, err
	}
	if q.Type != "" && q.Type != firewallType {
		return nil, false, c.invalidRequest("firewall.type is %q; this cloud has network ACLs of type %q only.", q.Type, firewallType)
	}
	return q, body.DryRun, nil
}

func createFirewall(c *requestContext) (response, error) {
	q, dryRun, err := c.firewallRequest()
	if err != nil {
		return response{}, err
	}
	acl := &network.NetworkACL{Tags: tagMap(q.Tags)}
	acl.EnterpriseProjectID = q.EnterpriseProjectID
	q.apply(acl)
	acl, err = createOrValidate(c, dryRun, acl)
	switch {
	case err != nil:
		return response{}, err
	case dryRun:
		return dryRunPassed()
	default:
		return respond(http.StatusCreated, jsonObject{"firewall": firewallV3(acl)})
	}
}

func listFirewalls(c *requestContext) (response, error) {
	type acl = *network.NetworkACL
	p, err := selectPage(c, c.ownFilter(), queryFilters[acl]{
		"id":                    byID[acl],
		"name":                  func(a acl, s string) bool { return a.Name == s },
		"status":                func(a acl, s string) bool { return networkACLStatus(a) == s },
		"admin_state_up":        func(a acl, s string) bool { return strconv.FormatBool(a.IsEnabled()) == s },
		"enterprise_project_id": byEnterpriseProject[acl],
	})
	if err != nil {
		return response{}, err
	}
	return respondPage(c, "firewalls", p, listedFirewall)
}

func getFirewall(c *requestContext) (response, error) {
	acl, err := get[*network.NetworkACL](c, c.cloud, c.path("id"))
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"firewall": firewallV3(acl)})
}

func updateFirewall(c *requestContext) (response, error) {
	q, dryRun, err := c.firewallRequest()
	if err != nil {
		return response{}, err
	}
	return changeFirewall(c, dryRun, func(acl *network.NetworkACL) error {
		q.apply(acl)
		return nil
	})
}

// changeFirewall changes the network ACL the path names and answers with the whole of it.
func changeFirewall(c *requestContext, dryRun bool, edit func(*network.NetworkACL) error) (response, error) {
	acl, err := changeOrValidate(c, dryRun, c.path("id"), func(_ *emulator.Cloud, acl *network.NetworkACL) error {
		return edit(acl)
	})
	switch {
	case err != nil:
		return response{}, err
	case dryRun:
		return dryRunPassed()
	default:
		return respond(http.StatusOK, jsonObject{"firewall": firewallV3(acl)})
	}
}

func associateFirewallSubnets(c *requestContext) (response, error) {
	return changeFirewallSubnets(c, func(acl *network.NetworkACL, id string) error {
		acl.SubnetIDs = append(acl.SubnetIDs, id)
		return nil
	})
}

func disassociateFirewallSubnets(c *requestContext) (response, error) {
	return changeFirewallSubnets(c, func(acl *network.NetworkACL, id string) error {
		at := slices.Index(acl.SubnetIDs, id)
		if at < 0 {
			return badRequest("VPC.9901", "The subnet %s is not associated with the network ACL %s.", id, acl.ID)
		}
		acl.SubnetIDs = slices.Delete(acl.SubnetIDs, at, at+1)
		return nil
	})
}

func changeFirewallSubnets(c *requestContext, edit func(*network.NetworkACL, string) error) (response, error) {
	body, err := decode[struct {
		Subnets []struct {
			ID string `json:"virsubnet_id"`
		} `json:"subnets"`
		DryRun bool `json:"dry_run"`
	}](c)
	if err != nil {
		return response{}, err
	}
	if len(body.Subnets) == 0 {
		return response{}, c.invalidRequest("subnets names no subnet.")
	}
	return changeFirewall(c, body.DryRun, func(acl *network.NetworkACL) error {
		for _, s := range body.Subnets {
			if err := edit(acl, s.ID); err != nil {
				return err
			}
		}
		return nil
	})
}
