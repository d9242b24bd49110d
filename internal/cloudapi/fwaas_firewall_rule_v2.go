package cloudapi

import (
	"net/http"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var fwaasFirewallRuleRoutesV2 = routeGroup{
	generation: v2, kind: network.KindFirewallRule, invalidCode: "InvalidInput",
	routes: []route{
		{"POST /v2.0/fwaas/firewall_rules", showFWaaS(http.StatusCreated, "firewall_rule", createFWaaSRule, fwaasRule)},
		{"GET /v2.0/fwaas/firewall_rules", listFWaaS("firewall_rules", listFWaaSRules, fwaasRule)},
		{"GET /v2.0/fwaas/firewall_rules/{id}", getFWaaS("firewall_rule", fwaasRule)},
		{"PUT /v2.0/fwaas/firewall_rules/{id}", showFWaaS(http.StatusOK, "firewall_rule", updateFWaaSRule, fwaasRule)},
		{"DELETE /v2.0/fwaas/firewall_rules/{id}", deleteObject[*network.FirewallRule]},
	},
}

func fwaasRule(_ *requestContext, r *network.FirewallRule) jsonObject {
	return jsonObject{
		"id": r.ID, "name": r.Name, "description": r.Description, "action": r.Action, "protocol": nullIfEmpty(r.Protocol),
		"ip_version": r.IPVersion, "source_ip_address": nullIfEmpty(r.SourceIP), "destination_ip_address": nullIfEmpty(r.DestinationIP),
		"source_port": nullIfEmpty(fwaasPorts(r.SourcePorts)), "destination_port": nullIfEmpty(fwaasPorts(r.DestinationPorts)),
		"enabled": valueOr(r.Enabled, true), "public": false, "tenant_id": r.Project, "project_id": r.Project,
	}
}

// fwaasPorts writes ports as this form does: a range has a colon.
func fwaasPorts(ports []string) string { return strings.ReplaceAll(strings.Join(ports, ","), "-", ":") }

func parseFWaaSPorts(ports string) []string { return splitList(strings.ReplaceAll(ports, ":", "-")) }

type fwaasRuleRequest struct {
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

func (q *fwaasRuleRequest) apply(r *network.FirewallRule) {
	setIfPresent(&r.Name, q.Name)
	setIfPresent(&r.Description, q.Description)
	setIfPresent(&r.Action, q.Action)
	if q.IPVersion != nil {
		r.IPVersion = int(*q.IPVersion)
	}
	if q.Enabled != nil {
		r.Enabled = q.Enabled
	}
	for _, f := range []struct {
		from *optional[string]
		to   *string
	}{{&q.Protocol, &r.Protocol}, {&q.SourceIP, &r.SourceIP}, {&q.DestinationIP, &r.DestinationIP}} {
		if f.from.present {
			*f.to = valueOr(f.from.value, "")
		}
	}
	for _, f := range []struct {
		from *optional[string]
		to   *[]string
	}{{&q.SourcePort, &r.SourcePorts}, {&q.DestPort, &r.DestinationPorts}} {
		if f.from.present {
			*f.to = parseFWaaSPorts(valueOr(f.from.value, ""))
		}
	}
}

func (c *requestContext) fwaasRuleRequest() (*fwaasRuleRequest, error) {
	body, err := decode[struct {
		Rule *fwaasRuleRequest `json:"firewall_rule"`
	}](c)
	if err != nil {
		return nil, err
	}
	return required(c, body.Rule, "firewall_rule")
}

func createFWaaSRule(c *requestContext) (*network.FirewallRule, error) {
	q, err := c.fwaasRuleRequest()
	if err != nil {
		return nil, err
	}
	r := &network.FirewallRule{}
	q.apply(r)
	return create(c, c.cloud, r)
}

func updateFWaaSRule(c *requestContext) (*network.FirewallRule, error) {
	q, err := c.fwaasRuleRequest()
	if err != nil {
		return nil, err
	}
	return change(c, c.path("id"), func(_ *emulator.Cloud, r *network.FirewallRule) error {
		q.apply(r)
		return nil
	})
}

func listFWaaSRules(c *requestContext) (page[*network.FirewallRule], error) {
	type rule = *network.FirewallRule
	return selectPage(c, c.ownFilter(), queryFilters[rule]{
		"id":          byID[rule],
		"name":        func(r rule, s string) bool { return r.Name == s },
		"description": func(r rule, s string) bool { return r.Description == s },
		"action":      func(r rule, s string) bool { return strings.EqualFold(r.Action, s) },
		"tenant_id":   func(r rule, s string) bool { return r.Project == s },
	})
}
