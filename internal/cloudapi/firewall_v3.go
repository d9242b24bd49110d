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
	generation: v3, kind: network.KindNetworkACL, invalid: "VPC.9901",
	routes: []route{
		{"POST /v3/{project_id}/vpc/firewalls", createFirewall},
		{"GET /v3/{project_id}/vpc/firewalls", listFirewalls},
		{"GET /v3/{project_id}/vpc/firewalls/{id}", getFirewall},
		{"PUT /v3/{project_id}/vpc/firewalls/{id}", updateFirewall},
		{"DELETE /v3/{project_id}/vpc/firewalls/{id}", remove[*network.NetworkACL]},
		{"PUT /v3/{project_id}/vpc/firewalls/{id}/associate-subnets", associateFirewallSubnets},
		{"PUT /v3/{project_id}/vpc/firewalls/{id}/disassociate-subnets", disassociateFirewallSubnets},
	},
}

// listedFirewall is a network ACL as lists show it: without its rules.
func listedFirewall(acl *network.NetworkACL) members {
	associations := make([]members, 0, len(acl.SubnetIDs))
	for _, id := range acl.SubnetIDs {
		associations = append(associations, members{"virsubnet_id": id})
	}
	return members{
		"id": acl.ID, "name": acl.Name, "description": acl.Description, "project_id": acl.Project,
		"enterprise_project_id": enterpriseProject(acl), "created_at": timeV3(acl.CreatedAt),
		"updated_at": timeV3(acl.UpdatedAt), "admin_state_up": acl.IsEnabled(), "status": firewallStatus(acl),
		"tags": tagList(acl.Tags), "associations": associations, "type": firewallType,
	}
}

// firewallType says which subnets a network ACL is for; the other type is about a kind of subnet this cloud has not.
const firewallType = "normal"

func firewallV3(acl *network.NetworkACL) members {
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
	set(&acl.Name, q.Name)
	set(&acl.Description, q.Description)
	if q.AdminStateUp != nil {
		acl.Enabled = q.AdminStateUp
	}
}

func (c *call) firewallRequest() (q *firewallRequest, dryRun bool, err error) {
	body, err := decode[struct {
		Firewall *firewallRequest `json:"firewall"`
		DryRun   bool             `json:"dry_run"`
	}](c)
	if err != nil {
		return nil, false, err
	}
	if q, err = wrapped(c, body.Firewall, "firewall"); err != nil {
		return nil, false, err
	}
	if q.Type != "" && q.Type != firewallType {
		return nil, false, c.malformed("firewall.type is %q; this cloud has network ACLs of type %q only.", q.Type, firewallType)
	}
	return q, body.DryRun, nil
}

func createFirewall(c *call) (answer, error) {
	q, dryRun, err := c.firewallRequest()
	if err != nil {
		return answer{}, err
	}
	acl := &network.NetworkACL{Tags: tagMap(q.Tags)}
	acl.EnterpriseProjectID = q.EnterpriseProjectID
	q.apply(acl)
	acl, rehearsed, err := createOr(c, dryRun, acl)
	switch {
	case err != nil:
		return answer{}, err
	case rehearsed:
		return c.passed()
	default:
		return c.ok(http.StatusCreated, members{"firewall": firewallV3(acl)})
	}
}

func listFirewalls(c *call) (answer, error) {
	type acl = *network.NetworkACL
	p, err := search(c, c.own(), filters[acl]{
		"id":                    byID[acl],
		"name":                  func(a acl, s string) bool { return a.Name == s },
		"status":                func(a acl, s string) bool { return firewallStatus(a) == s },
		"admin_state_up":        func(a acl, s string) bool { return strconv.FormatBool(a.IsEnabled()) == s },
		"enterprise_project_id": byEnterpriseProject[acl],
	})
	if err != nil {
		return answer{}, err
	}
	return show(c, "firewalls", p, listedFirewall)
}

func getFirewall(c *call) (answer, error) {
	acl, err := get[*network.NetworkACL](c, c.cloud, c.path("id"))
	if err != nil {
		return answer{}, err
	}
	return c.ok(http.StatusOK, members{"firewall": firewallV3(acl)})
}

func updateFirewall(c *call) (answer, error) {
	q, dryRun, err := c.firewallRequest()
	if err != nil {
		return answer{}, err
	}
	return changeFirewall(c, dryRun, func(acl *network.NetworkACL) error {
		q.apply(acl)
		return nil
	})
}

// changeFirewall changes the network ACL the path names and answers with the whole of it.
func changeFirewall(c *call, dryRun bool, edit func(*network.NetworkACL) error) (answer, error) {
	acl, rehearsed, err := changeOr(c, dryRun, c.path("id"), func(_ *emulator.Cloud, acl *network.NetworkACL) error {
		return edit(acl)
	})
	switch {
	case err != nil:
		return answer{}, err
	case rehearsed:
		return c.passed()
	default:
		return c.ok(http.StatusOK, members{"firewall": firewallV3(acl)})
	}
}

func associateFirewallSubnets(c *call) (answer, error) {
	return changeFirewallSubnets(c, func(acl *network.NetworkACL, id string) error {
		acl.SubnetIDs = append(acl.SubnetIDs, id)
		return nil
	})
}

func disassociateFirewallSubnets(c *call) (answer, error) {
	return changeFirewallSubnets(c, func(acl *network.NetworkACL, id string) error {
		at := slices.Index(acl.SubnetIDs, id)
		if at < 0 {
			return badRequest("VPC.9901", "The subnet %s is not associated with the network ACL %s.", id, acl.ID)
		}
		acl.SubnetIDs = slices.Delete(acl.SubnetIDs, at, at+1)
		return nil
	})
}

func changeFirewallSubnets(c *call, edit func(*network.NetworkACL, string) error) (answer, error) {
	body, err := decode[struct {
		Subnets []struct {
			ID string `json:"virsubnet_id"`
		} `json:"subnets"`
		DryRun bool `json:"dry_run"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	if len(body.Subnets) == 0 {
		return answer{}, c.malformed("subnets names no subnet.")
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
