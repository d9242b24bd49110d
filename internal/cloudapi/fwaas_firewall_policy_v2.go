package cloudapi

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var fwaasFirewallPolicyRoutesV2 = routeGroup{
	generation: v2, kind: network.KindFirewallPolicy, invalidCode: "InvalidInput",
	routes: []route{
		{"POST /v2.0/fwaas/firewall_policies", showFWaaS(http.StatusCreated, "firewall_policy", createFWaaSPolicy, fwaasPolicy)},
		{"GET /v2.0/fwaas/firewall_policies", listFWaaS("firewall_policies", listFWaaSPolicies, fwaasPolicy)},
		{"GET /v2.0/fwaas/firewall_policies/{id}", getFWaaS("firewall_policy", fwaasPolicy)},
		{"PUT /v2.0/fwaas/firewall_policies/{id}", showFWaaS(http.StatusOK, "firewall_policy", updateFWaaSPolicy, fwaasPolicy)},
		{"DELETE /v2.0/fwaas/firewall_policies/{id}", deleteObject[*network.FirewallPolicy]},
		// These two answer with the bare policy.
		{"PUT /v2.0/fwaas/firewall_policies/{id}/insert_rule", changeFWaaSPolicyRules(insertFWaaSPolicyRule)},
		{"PUT /v2.0/fwaas/firewall_policies/{id}/remove_rule", changeFWaaSPolicyRules(removeFWaaSPolicyRule)},
	},
}

func fwaasPolicy(_ *requestContext, p *network.FirewallPolicy) jsonObject {
	return jsonObject{
		"id": p.ID, "name": p.Name, "description": p.Description, "firewall_rules": emptyIfNil(p.RuleIDs), "audited": p.Audited,
		"public": false, "tenant_id": p.Project, "project_id": p.Project,
	}
}

type fwaasPolicyRequest struct {
	Name        *string   `json:"name"`
	Description *string   `json:"description"`
	Rules       *[]string `json:"firewall_rules"`
	Audited     *bool     `json:"audited"`
}

func (q *fwaasPolicyRequest) apply(p *network.FirewallPolicy) {
	setIfPresent(&p.Name, q.Name)
	setIfPresent(&p.Description, q.Description)
	setIfPresent(&p.RuleIDs, q.Rules)
	setIfPresent(&p.Audited, q.Audited)
}

func (c *requestContext) fwaasPolicyRequest() (*fwaasPolicyRequest, error) {
	body, err := decode[struct {
		Policy *fwaasPolicyRequest `json:"firewall_policy"`
	}](c)
	if err != nil {
		return nil, err
	}
	return required(c, body.Policy, "firewall_policy")
}

func createFWaaSPolicy(c *requestContext) (*network.FirewallPolicy, error) {
	q, err := c.fwaasPolicyRequest()
	if err != nil {
		return nil, err
	}
	p := &network.FirewallPolicy{}
	q.apply(p)
	return create(c, c.cloud, p)
}

func updateFWaaSPolicy(c *requestContext) (*network.FirewallPolicy, error) {
	q, err := c.fwaasPolicyRequest()
	if err != nil {
		return nil, err
	}
	return change(c, c.path("id"), func(_ *emulator.Cloud, p *network.FirewallPolicy) error {
		q.apply(p)
		return nil
	})
}

func listFWaaSPolicies(c *requestContext) (page[*network.FirewallPolicy], error) {
	type policy = *network.FirewallPolicy
	return selectPage(c, c.ownFilter(), queryFilters[policy]{
		"id":          byID[policy],
		"name":        func(p policy, s string) bool { return p.Name == s },
		"description": func(p policy, s string) bool { return p.Description == s },
		"audited":     func(p policy, s string) bool { return strconv.FormatBool(p.Audited) == s },
		"tenant_id":   func(p policy, s string) bool { return p.Project == s },
	})
}

// fwaasPolicyRuleRequest is a rule to put into a policy or take out of it.
type fwaasPolicyRuleRequest struct {
	Rule   string `json:"firewall_rule_id"`
	After  string `json:"insert_after"`
	Before string `json:"insert_before"`
}

func changeFWaaSPolicyRules(edit func(*requestContext, *network.FirewallPolicy, *fwaasPolicyRuleRequest) error) handler {
	return func(c *requestContext) (response, error) {
		q, err := decode[fwaasPolicyRuleRequest](c)
		if err != nil {
			return response{}, err
		}
		p, err := change(c, c.path("id"), func(_ *emulator.Cloud, p *network.FirewallPolicy) error { return edit(c, p, &q) })
		if err != nil {
			return response{}, err
		}
		return respond(http.StatusOK, fwaasPolicy(c, p))
	}
}

// insertFWaaSPolicyRule puts a rule behind or before another one, or to the front.
func insertFWaaSPolicyRule(c *requestContext, p *network.FirewallPolicy, q *fwaasPolicyRuleRequest) error {
	at := 0
	if other := q.After + q.Before; other != "" {
		i := slices.Index(p.RuleIDs, other)
		if i < 0 {
			return c.invalidRequest("The firewall policy %s has no rule %s to insert another one beside.", p.ID, other)
		}
		if at = i; q.After != "" {
			at = i + 1
		}
	}
	p.RuleIDs = slices.Insert(p.RuleIDs, at, q.Rule)
	return nil
}

func removeFWaaSPolicyRule(c *requestContext, p *network.FirewallPolicy, q *fwaasPolicyRuleRequest) error {
	at := slices.Index(p.RuleIDs, q.Rule)
	if at < 0 {
		return c.invalidRequest("The firewall policy %s has no rule %s.", p.ID, q.Rule)
	}
	p.RuleIDs = slices.Delete(p.RuleIDs, at, at+1)
	return nil
}
