package cloudapi

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// registerFWaaS adds the older form of network ACLs, Neutron's firewalls: rules and policies of rules are objects of
// their own, and a group takes a policy for each direction. A group is a network ACL, which v3 sees too.
func (a *api) registerFWaaS() {
	rules := a.group(neutron, network.KindFirewallRule, "InvalidInput")
	resource(rules, "/v2.0/fwaas/firewall_rules", "firewall_rule", oldRule, createOldRule, updateOldRule, listOldRules)

	policies := a.group(neutron, network.KindFirewallPolicy, "InvalidInput")
	const policy = "/v2.0/fwaas/firewall_policies"
	resource(policies, policy, "firewall_policy", oldPolicy, createPolicy, updatePolicy, listPolicies)
	// These two answer with the bare policy.
	policies.on("PUT "+policy+"/{id}/insert_rule", func(c *call) (answer, error) { return movePolicyRule(c, insertIntoPolicy) })
	policies.on("PUT "+policy+"/{id}/remove_rule", func(c *call) (answer, error) { return movePolicyRule(c, takeFromPolicy) })

	a.registerFirewallGroups()
}

// resource adds the five calls about one kind of object.
func resource[T network.Object](
	g group, base, wrapper string, render func(*call, T) members,
	create func(*call) (T, error), update func(*call) (T, error), list func(*call) (page[T], error),
) {
	show := func(c *call, status int, o T, err error) (answer, error) {
		if err != nil {
			return answer{}, err
		}
		return c.ok(status, members{wrapper: render(c, o)})
	}
	g.on("POST "+base, func(c *call) (answer, error) {
		o, err := create(c)
		return show(c, http.StatusCreated, o, err)
	})
	g.on("GET "+base, func(c *call) (answer, error) {
		p, err := list(c)
		if err != nil {
			return answer{}, err
		}
		return showEach(c, base[strings.LastIndex(base, "/")+1:], p, func(o T) (members, error) { return render(c, o), nil })
	})
	g.on("GET "+base+"/{id}", func(c *call) (answer, error) {
		o, err := get[T](c, c.cloud, c.path("id"))
		return show(c, http.StatusOK, o, err)
	})
	g.on("PUT "+base+"/{id}", func(c *call) (answer, error) {
		o, err := update(c)
		return show(c, http.StatusOK, o, err)
	})
	g.on("DELETE "+base+"/{id}", func(c *call) (answer, error) { return remove[T](c, c.path("id")) })
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

func movePolicyRule(c *call, move func(*call, *network.FirewallPolicy, *policyMove) error) (answer, error) {
	q, err := decode[policyMove](c)
	if err != nil {
		return answer{}, err
	}
	p, err := change(c, c.path("id"), func(_ *emulator.Cloud, p *network.FirewallPolicy) error { return move(c, p, &q) })
	if err != nil {
		return answer{}, err
	}
	return c.ok(http.StatusOK, oldPolicy(c, p))
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
