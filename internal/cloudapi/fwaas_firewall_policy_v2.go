package cloudapi

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var fwaasFirewallPolicyRoutesV2 = routeGroup{
	generation: neutron, kind: network.KindFirewallPolicy, invalid: "InvalidInput",
	routes: []route{
		{"POST /v2.0/fwaas/firewall_policies", showFWaaS(http.StatusCreated, "firewall_policy", createPolicy, oldPolicy)},
		{"GET /v2.0/fwaas/firewall_policies", listFWaaS("firewall_policies", listPolicies, oldPolicy)},
		{"GET /v2.0/fwaas/firewall_policies/{id}", getFWaaS("firewall_policy", oldPolicy)},
		{"PUT /v2.0/fwaas/firewall_policies/{id}", showFWaaS(http.StatusOK, "firewall_policy", updatePolicy, oldPolicy)},
		{"DELETE /v2.0/fwaas/firewall_policies/{id}", remove[*network.FirewallPolicy]},
		// These two answer with the bare policy.
		{"PUT /v2.0/fwaas/firewall_policies/{id}/insert_rule", changePolicyRules(insertIntoPolicy)},
		{"PUT /v2.0/fwaas/firewall_policies/{id}/remove_rule", changePolicyRules(takeFromPolicy)},
	},
}

func oldPolicy(_ *call, p *network.FirewallPolicy) members {
	return members{
		"id": p.ID, "name": p.Name, "description": p.Description, "firewall_rules": list(p.RuleIDs), "audited": p.Audited,
		"public": false, "tenant_id": p.Project, "project_id": p.Project,
	}
}

type policyRequest struct {
	Name        *string   `json:"name"`
	Description *string   `json:"description"`
	Rules       *[]string `json:"firewall_rules"`
	Audited     *bool     `json:"audited"`
}

func (q *policyRequest) apply(p *network.FirewallPolicy) {
	set(&p.Name, q.Name)
	set(&p.Description, q.Description)
	set(&p.RuleIDs, q.Rules)
	set(&p.Audited, q.Audited)
}

func (c *call) policyRequest() (*policyRequest, error) {
	body, err := decode[struct {
		Policy *policyRequest `json:"firewall_policy"`
	}](c)
	if err != nil {
		return nil, err
	}
	return wrapped(c, body.Policy, "firewall_policy")
}

func createPolicy(c *call) (*network.FirewallPolicy, error) {
	q, err := c.policyRequest()
	if err != nil {
		return nil, err
	}
	p := &network.FirewallPolicy{}
	q.apply(p)
	return create(c, c.cloud, p)
}

func updatePolicy(c *call) (*network.FirewallPolicy, error) {
	q, err := c.policyRequest()
	if err != nil {
		return nil, err
	}
	return change(c, c.path("id"), func(_ *emulator.Cloud, p *network.FirewallPolicy) error {
		q.apply(p)
		return nil
	})
}

func listPolicies(c *call) (page[*network.FirewallPolicy], error) {
	type policy = *network.FirewallPolicy
	return search(c, c.own(), filters[policy]{
		"id":          byID[policy],
		"name":        func(p policy, s string) bool { return p.Name == s },
		"description": func(p policy, s string) bool { return p.Description == s },
		"audited":     func(p policy, s string) bool { return strconv.FormatBool(p.Audited) == s },
		"tenant_id":   func(p policy, s string) bool { return p.Project == s },
	})
}

// policyMove is a rule to put into a policy or take out of it.
type policyMove struct {
	Rule   string `json:"firewall_rule_id"`
	After  string `json:"insert_after"`
	Before string `json:"insert_before"`
}

func changePolicyRules(edit func(*call, *network.FirewallPolicy, *policyMove) error) handler {
	return func(c *call) (answer, error) {
		q, err := decode[policyMove](c)
		if err != nil {
			return answer{}, err
		}
		p, err := change(c, c.path("id"), func(_ *emulator.Cloud, p *network.FirewallPolicy) error { return edit(c, p, &q) })
		if err != nil {
			return answer{}, err
		}
		return c.ok(http.StatusOK, oldPolicy(c, p))
	}
}

// insertIntoPolicy puts a rule behind or before another one, or to the front.
func insertIntoPolicy(c *call, p *network.FirewallPolicy, q *policyMove) error {
	at := 0
	if neighbour := q.After + q.Before; neighbour != "" {
		i := slices.Index(p.RuleIDs, neighbour)
		if i < 0 {
			return c.malformed("The firewall policy %s has no rule %s to insert another one beside.", p.ID, neighbour)
		}
		if at = i; q.After != "" {
			at = i + 1
		}
	}
	p.RuleIDs = slices.Insert(p.RuleIDs, at, q.Rule)
	return nil
}

func takeFromPolicy(c *call, p *network.FirewallPolicy, q *policyMove) error {
	at := slices.Index(p.RuleIDs, q.Rule)
	if at < 0 {
		return c.malformed("The firewall policy %s has no rule %s.", p.ID, q.Rule)
	}
	p.RuleIDs = slices.Delete(p.RuleIDs, at, at+1)
	return nil
}
