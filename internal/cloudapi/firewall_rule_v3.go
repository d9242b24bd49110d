package cloudapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var firewallRuleRoutesV3 = routeGroup{
	generation: v3, kind: network.KindNetworkACL, invalidCode: "VPC.9901",
	routes: []route{
		{"PUT /v3/{project_id}/vpc/firewalls/{id}/insert-rules", insertFirewallRules},
		{"PUT /v3/{project_id}/vpc/firewalls/{id}/remove-rules", removeFirewallRules},
		{"PUT /v3/{project_id}/vpc/firewalls/{id}/update-rules", updateFirewallRules},
	},
}

type firewallRule struct {
	ID                        string  `json:"id"`
	Name                      string  `json:"name"`
	Description               string  `json:"description"`
	Action                    string  `json:"action"`
	ProjectID                 string  `json:"project_id"`
	Protocol                  string  `json:"protocol"`
	IPVersion                 int     `json:"ip_version"`
	SourceIPAddress           *string `json:"source_ip_address"`
	DestinationIPAddress      *string `json:"destination_ip_address"`
	SourcePort                *string `json:"source_port"`
	DestinationPort           *string `json:"destination_port"`
	SourceAddressGroupID      *string `json:"source_address_group_id"`
	DestinationAddressGroupID *string `json:"destination_address_group_id"`
	Enabled                   bool    `json:"enabled"`
}

func renderFirewallRule(acl *network.NetworkACL, r *network.ACLRule) firewallRule {
	return firewallRule{
		ID: r.RuleID, Name: r.Name, Description: r.Description, Action: string(r.Action), ProjectID: acl.Project,
		Protocol: r.Protocol, IPVersion: r.IPVersion,
		SourceIPAddress: nullIfEmpty(r.SourceCIDR), DestinationIPAddress: nullIfEmpty(r.DestinationCIDR),
		SourcePort: nullIfEmpty(strings.Join(r.SourcePorts, ",")), DestinationPort: nullIfEmpty(strings.Join(r.DestinationPorts, ",")),
		SourceAddressGroupID:      nullIfEmpty(r.SourceAddressGroupID),
		DestinationAddressGroupID: nullIfEmpty(r.DestinationAddressGroupID), Enabled: r.IsEnabled(),
	}
}

// firewallRuleRequest is a rule to insert, or what to change in one.
type firewallRuleRequest struct {
	ID                        string           `json:"id"`
	Name                      *string          `json:"name"`
	Description               *string          `json:"description"`
	Action                    *string          `json:"action"`
	Protocol                  *string          `json:"protocol"`
	IPVersion                 *number          `json:"ip_version"`
	SourceIPAddress           optional[string] `json:"source_ip_address"`
	DestinationIPAddress      optional[string] `json:"destination_ip_address"`
	SourcePort                optional[string] `json:"source_port"`
	DestinationPort           optional[string] `json:"destination_port"`
	SourceAddressGroupID      optional[string] `json:"source_address_group_id"`
	DestinationAddressGroupID optional[string] `json:"destination_address_group_id"`
	Enabled                   *bool            `json:"enabled"`
}

// apply puts what the request carries into the rule. A null takes the value away.
func (q *firewallRuleRequest) apply(r *network.ACLRule) {
	setIfPresent(&r.Name, q.Name)
	setIfPresent(&r.Description, q.Description)
	if q.Action != nil {
		r.Action = network.Action(strings.ToLower(*q.Action))
	}
	setIfPresent(&r.Protocol, q.Protocol)
	if q.IPVersion != nil {
		r.IPVersion = int(*q.IPVersion)
	}
	if q.Enabled != nil {
		r.Enabled = q.Enabled
	}
	for _, side := range []struct {
		from *optional[string]
		to   *string
	}{
		{&q.SourceIPAddress, &r.SourceCIDR},
		{&q.DestinationIPAddress, &r.DestinationCIDR},
		{&q.SourceAddressGroupID, &r.SourceAddressGroupID},
		{&q.DestinationAddressGroupID, &r.DestinationAddressGroupID},
	} {
		if side.from.present {
			*side.to = valueOr(side.from.value, "")
		}
	}
	for _, ports := range []struct {
		from *optional[string]
		to   *[]string
	}{{&q.SourcePort, &r.SourcePorts}, {&q.DestinationPort, &r.DestinationPorts}} {
		if ports.from.present {
			*ports.to = splitList(valueOr(ports.from.value, ""))
		}
	}
}

// firewallRulesRequest lists rules of either direction.
type firewallRulesRequest struct {
	Ingress []firewallRuleRequest `json:"ingress_rules"`
	Egress  []firewallRuleRequest `json:"egress_rules"`
	// InsertAfter is the rule behind which new ones go; without it they go to the front (ACL-22).
	InsertAfter *string `json:"insert_after_rule"`
}

func (c *requestContext) firewallRulesRequest() (q *firewallRulesRequest, dryRun bool, err error) {
	body, err := decode[struct {
		Firewall *firewallRulesRequest `json:"firewall"`
		DryRun   bool                  `json:"dry_run"`
	}](c)
	if err != nil {
		return nil, false, err
	}
	if q, err = required(c, body.Firewall, "firewall"); err != nil {
		return nil, false, err
	}
	if len(q.Ingress)+len(q.Egress) == 0 {
		return nil, false, c.invalidRequest("firewall.ingress_rules and firewall.egress_rules name no rule.")
	}
	return q, body.DryRun, nil
}

// forEachDirection calls edit for each direction in which the request names rules.
func (q *firewallRulesRequest) forEachDirection(
	acl *network.NetworkACL, edit func(rules []network.ACLRule, request []firewallRuleRequest) ([]network.ACLRule, error),
) error {
	for _, d := range []struct {
		to      *[]network.ACLRule
		policy  *string
		request []firewallRuleRequest
	}{{&acl.IngressRules, &acl.IngressPolicyID, q.Ingress}, {&acl.EgressRules, &acl.EgressPolicyID, q.Egress}} {
		if len(d.request) == 0 {
			continue
		}
		rules, err := edit(*d.to, d.request)
		if err != nil {
			return err
		}
		// Rules that are changed here are the network ACL's own from now on, and no policy's.
		*d.to, *d.policy = rules, ""
	}
	return nil
}

func insertFirewallRules(c *requestContext) (response, error) {
	q, dryRun, err := c.firewallRulesRequest()
	if err != nil {
		return response{}, err
	}
	if q.InsertAfter != nil && len(q.Ingress) > 0 && len(q.Egress) > 0 {
		return response{}, c.invalidRequest("insert_after_rule goes with rules of one direction, and the request has both.")
	}
	return changeFirewall(c, dryRun, func(acl *network.NetworkACL) error {
		return q.forEachDirection(acl, func(rules []network.ACLRule, request []firewallRuleRequest) ([]network.ACLRule, error) {
			at := 0
			if q.InsertAfter != nil {
				i, err := firewallRuleIndex(acl, rules, *q.InsertAfter)
				if err != nil {
					return nil, err
				}
				at = i + 1
			}
			batch := make([]network.ACLRule, len(request))
			for i := range request {
				request[i].apply(&batch[i])
			}
			return slices.Insert(slices.Clone(rules), at, batch...), nil
		})
	})
}

func removeFirewallRules(c *requestContext) (response, error) {
	q, dryRun, err := c.firewallRulesRequest()
	if err != nil {
		return response{}, err
	}
	return changeFirewall(c, dryRun, func(acl *network.NetworkACL) error {
		return q.forEachDirection(acl, func(rules []network.ACLRule, request []firewallRuleRequest) ([]network.ACLRule, error) {
			left := slices.Clone(rules)
			for i := range request {
				at, err := firewallRuleIndex(acl, left, request[i].ID)
				if err != nil {
					return nil, err
				}
				left = slices.Delete(left, at, at+1)
			}
			return left, nil
		})
	})
}

func updateFirewallRules(c *requestContext) (response, error) {
	q, dryRun, err := c.firewallRulesRequest()
	if err != nil {
		return response{}, err
	}
	return changeFirewall(c, dryRun, func(acl *network.NetworkACL) error {
		return q.forEachDirection(acl, func(rules []network.ACLRule, request []firewallRuleRequest) ([]network.ACLRule, error) {
			changed := slices.Clone(rules)
			for i := range request {
				at, err := firewallRuleIndex(acl, changed, request[i].ID)
				if err != nil {
					return nil, err
				}
				request[i].apply(&changed[at])
			}
			return changed, nil
		})
	})
}

// firewallRuleIndex is the position of the rule with an id.
func firewallRuleIndex(acl *network.NetworkACL, rules []network.ACLRule, id string) (int, error) {
	at := slices.IndexFunc(rules, func(r network.ACLRule) bool { return r.RuleID == id })
	if at < 0 {
		return 0, &apiError{
			http.StatusNotFound, "VPC.9904", "The network ACL " + acl.ID + " has no rule with id \"" + id + "\" in that direction.",
		}
	}
	return at, nil
}
