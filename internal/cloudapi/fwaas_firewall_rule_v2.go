package cloudapi

import (
	"net/http"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var fwaasFirewallRuleRoutesV2 = routeGroup{
	generation: neutron, kind: network.KindFirewallRule, invalid: "InvalidInput",
	routes: []route{
		{"POST /v2.0/fwaas/firewall_rules", showFWaaS(http.StatusCreated, "firewall_rule", createOldRule, oldRule)},
		{"GET /v2.0/fwaas/firewall_rules", listFWaaS("firewall_rules", listOldRules, oldRule)},
		{"GET /v2.0/fwaas/firewall_rules/{id}", getFWaaS("firewall_rule", oldRule)},
		{"PUT /v2.0/fwaas/firewall_rules/{id}", showFWaaS(http.StatusOK, "firewall_rule", updateOldRule, oldRule)},
		{"DELETE /v2.0/fwaas/firewall_rules/{id}", remove[*network.FirewallRule]},
	},
}

func oldRule(_ *call, r *network.FirewallRule) members {
	return members{
		"id": r.ID, "name": r.Name, "description": r.Description, "action": r.Action, "protocol": text(r.Protocol),
		"ip_version": r.IPVersion, "source_ip_address": text(r.SourceIP), "destination_ip_address": text(r.DestinationIP),
		"source_port": text(oldPorts(r.SourcePorts)), "destination_port": text(oldPorts(r.DestinationPorts)),
		"enabled": or(r.Enabled, true), "public": false, "tenant_id": r.Project, "project_id": r.Project,
	}
}

// oldPorts writes ports as this form does: a range has a colon.
func oldPorts(ports []string) string { return strings.ReplaceAll(strings.Join(ports, ","), "-", ":") }

func newPorts(ports string) []string { return splitList(strings.ReplaceAll(ports, ":", "-")) }

type oldRuleRequest struct {
	Name          *string          `json:"name"`
	Description   *string          `json:"description"`
	Action        *string          `json:"action"`
	Protocol      optional[string] `json:"protocol"`
	IPVersion     *number          `json:"ip_version"`
	SourceIP      optional[string] `json:"source_ip_address"`
	DestinationIP optional[string] `json:"destination_ip_address"`
	SourcePort    optional[string] `json:"source_port"`
	DestPort      optional[string] `json:"destination_port"`
	Enabled       *bool            `json:"enabled"`
}

func (q *oldRuleRequest) apply(r *network.FirewallRule) {
	set(&r.Name, q.Name)
	set(&r.Description, q.Description)
	set(&r.Action, q.Action)
	if q.IPVersion != nil {
		r.IPVersion = int(*q.IPVersion)
	}
	if q.Enabled != nil {
		r.Enabled = q.Enabled
	}
	for _, f := range []struct {
		from  *optional[string]
		place *string
	}{{&q.Protocol, &r.Protocol}, {&q.SourceIP, &r.SourceIP}, {&q.DestinationIP, &r.DestinationIP}} {
		if f.from.present {
			*f.place = or(f.from.value, "")
		}
	}
	for _, f := range []struct {
		from  *optional[string]
		place *[]string
	}{{&q.SourcePort, &r.SourcePorts}, {&q.DestPort, &r.DestinationPorts}} {
		if f.from.present {
			*f.place = newPorts(or(f.from.value, ""))
		}
	}
}

func (c *call) oldRuleRequest() (*oldRuleRequest, error) {
	body, err := decode[struct {
		Rule *oldRuleRequest `json:"firewall_rule"`
	}](c)
	if err != nil {
		return nil, err
	}
	return wrapped(c, body.Rule, "firewall_rule")
}

func createOldRule(c *call) (*network.FirewallRule, error) {
	q, err := c.oldRuleRequest()
	if err != nil {
		return nil, err
	}
	r := &network.FirewallRule{}
	q.apply(r)
	return create(c, c.cloud, r)
}

func updateOldRule(c *call) (*network.FirewallRule, error) {
	q, err := c.oldRuleRequest()
	if err != nil {
		return nil, err
	}
	return change(c, c.path("id"), func(_ *emulator.Cloud, r *network.FirewallRule) error {
		q.apply(r)
		return nil
	})
}

func listOldRules(c *call) (page[*network.FirewallRule], error) {
	type rule = *network.FirewallRule
	return search(c, c.own(), filters[rule]{
		"id":          byID[rule],
		"name":        func(r rule, s string) bool { return r.Name == s },
		"description": func(r rule, s string) bool { return r.Description == s },
		"action":      func(r rule, s string) bool { return strings.EqualFold(r.Action, s) },
		"tenant_id":   func(r rule, s string) bool { return r.Project == s },
	})
}
