package contract

import (
	"net/http"
	"testing"

	m2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2/model"
)

func (l *tenant) newPolicy(t *testing.T, name string, rules ...string) *m2.NeutronFirewallPolicy {
	t.Helper()
	return call(t, http.StatusCreated, l.v2.NeutronCreateFirewallPolicy, m2.NeutronCreateFirewallPolicyRequest{
		Body: &m2.NeutronCreateFirewallPolicyRequestBody{
			FirewallPolicy: &m2.NeutronCreateFirewallPolicyOption{Name: &name, FirewallRules: &rules},
		},
	}).FirewallPolicy
}

func (l *tenant) newOldRule(t *testing.T, name string) *m2.NeutronFirewallRule {
	t.Helper()
	allow := m2.GetNeutronCreateFirewallRuleOptionActionEnum().ALLOW
	return call(t, http.StatusCreated, l.v2.NeutronCreateFirewallRule, m2.NeutronCreateFirewallRuleRequest{
		Body: &m2.NeutronCreateFirewallRuleRequestBody{FirewallRule: &m2.NeutronCreateFirewallRuleOption{
			Name: &name, Protocol: new("tcp"), Action: &allow, IpVersion: new(int32(4)), DestinationPort: new("80"),
			SourceIpAddress: new("10.0.0.0/8"),
		}},
	}).FirewallRule
}

// The deprecated form of network ACLs: rules, in policies, in a group that is bound to the gateways of subnets.
func TestOldFirewall(t *testing.T) {
	l := newLab(t)
	a, b := l.newOldRule(t, "a"), l.newOldRule(t, "b")
	same(t, "protocol", a.Protocol, "tcp")
	deny := m2.GetNeutronUpdateFirewallRuleOptionActionEnum().DENY
	changed := call(t, http.StatusOK, l.v2.NeutronUpdateFirewallRule, m2.NeutronUpdateFirewallRuleRequest{
		FirewallRuleId: a.Id, Body: &m2.NeutronUpdateFirewallRuleRequestBody{
			FirewallRule: &m2.NeutronUpdateFirewallRuleOption{Action: &deny},
		},
	}).FirewallRule
	same(t, "action", changed.Action.Value(), "DENY")
	same(t, "source that the update did not name", changed.SourceIpAddress, "10.0.0.0/8")
	same(t, "shown rule", *call(t, http.StatusOK, l.v2.NeutronShowFirewallRule,
		m2.NeutronShowFirewallRuleRequest{FirewallRuleId: a.Id}).FirewallRule, *changed)
	rules := call(t, http.StatusOK, l.v2.NeutronListFirewallRules, m2.NeutronListFirewallRulesRequest{}).FirewallRules
	same(t, "rules", ids(rules, func(r m2.NeutronFirewallRule) string { return r.Name }), []string{"a", "b"})

	policy := l.newPolicy(t, "in", a.Id)
	inserted := call(t, http.StatusOK, l.v2.NeutronAddFirewallRule, m2.NeutronAddFirewallRuleRequest{
		FirewallPolicyId: policy.Id, Body: &m2.NeutronInsertFirewallRuleRequestBody{
			FirewallRuleId: b.Id, InsertAfter: &a.Id,
		},
	})
	same(t, "rules after one is inserted", *inserted.FirewallRules, []string{a.Id, b.Id})
	removed := call(t, http.StatusOK, l.v2.NeutronRemoveFirewallRule, m2.NeutronRemoveFirewallRuleRequest{
		FirewallPolicyId: policy.Id, Body: &m2.NeutronRemoveFirewallRuleRequestBody{FirewallRuleId: a.Id},
	})
	same(t, "rules after one is removed", *removed.FirewallRules, []string{b.Id})
	call(t, http.StatusOK, l.v2.NeutronUpdateFirewallPolicy, m2.NeutronUpdateFirewallPolicyRequest{
		FirewallPolicyId: policy.Id, Body: &m2.NeutronUpdateFirewallPolicyRequestBody{
			FirewallPolicy: &m2.NeutronUpdateFirewallPolicyOption{FirewallRules: &[]string{b.Id, a.Id}},
		},
	})
	shown := call(t, http.StatusOK, l.v2.NeutronShowFirewallPolicy,
		m2.NeutronShowFirewallPolicyRequest{FirewallPolicyId: policy.Id}).FirewallPolicy
	same(t, "rules in the order given", shown.FirewallRules, []string{b.Id, a.Id})
	policies := call(t, http.StatusOK, l.v2.NeutronListFirewallPolicies, m2.NeutronListFirewallPoliciesRequest{})
	same(t, "policies", ids(policies.FirewallPolicies, func(p m2.NeutronFirewallPolicy) string { return p.Name }),
		[]string{"in"})
	_, err := l.v2.NeutronDeleteFirewallRule(&m2.NeutronDeleteFirewallRuleRequest{FirewallRuleId: a.Id})
	same(t, "status of deleting a rule in use", statusOf(t, err), http.StatusConflict)

	vpc := l.newVPC(t, "a", "10.0.0.0/16")
	subnet := l.newSubnet(t, vpc, "s", "10.0.1.0/24")
	gateway := ""
	for _, p := range *call(t, http.StatusOK, l.v2.NeutronListPorts,
		m2.NeutronListPortsRequest{NetworkId: &subnet.Id}).Ports {
		for _, ip := range p.FixedIps {
			if text(ip.IpAddress) == subnet.GatewayIp {
				gateway = p.Id
			}
		}
	}
	if gateway == "" {
		t.Fatal("the subnet has no port at its gateway's address")
	}
	group := call(t, http.StatusCreated, l.v2.NeutronCreateFirewallGroup, m2.NeutronCreateFirewallGroupRequest{
		Body: &m2.NeutronCreateFirewallGroupRequestBody{FirewallGroup: &m2.NeutronCreateFirewallGroupOption{
			Name: new("acl"), IngressFirewallPolicyId: &policy.Id, Ports: &[]string{gateway},
		}},
	}).FirewallGroup
	show := func() *m2.NeutronFirewallGroup {
		t.Helper()
		return call(t, http.StatusOK, l.v2.NeutronShowFirewallGroup,
			m2.NeutronShowFirewallGroupRequest{FirewallGroupId: group.Id}).FirewallGroup
	}
	same(t, "status with a port", show().Status, "ACTIVE")
	same(t, "ports", show().Ports, []string{gateway})
	same(t, "ingress policy", show().IngressFirewallPolicyId, policy.Id)
	call(t, http.StatusOK, l.v2.NeutronUpdateFirewallGroup, m2.NeutronUpdateFirewallGroupRequest{
		FirewallGroupId: group.Id, Body: &m2.NeutronUpdateFirewallGroupRequestBody{
			FirewallGroup: &m2.NeutronUpdateFirewallGroupOption{Ports: &[]string{}},
		},
	})
	same(t, "status without ports", show().Status, "INACTIVE")
	groups := call(t, http.StatusOK, l.v2.NeutronListFirewallGroups, m2.NeutronListFirewallGroupsRequest{}).FirewallGroups
	same(t, "groups", ids(groups, func(g m2.NeutronFirewallGroup) string { return g.Name }), []string{"acl"})
	call(t, http.StatusNoContent, l.v2.NeutronDeleteFirewallGroup,
		m2.NeutronDeleteFirewallGroupRequest{FirewallGroupId: group.Id})
	call(t, http.StatusNoContent, l.v2.NeutronDeleteFirewallPolicy,
		m2.NeutronDeleteFirewallPolicyRequest{FirewallPolicyId: policy.Id})
	call(t, http.StatusNoContent, l.v2.NeutronDeleteFirewallRule,
		m2.NeutronDeleteFirewallRuleRequest{FirewallRuleId: a.Id})
	refused(t, http.StatusNotFound, "", "NeutronError", l.v2.NeutronShowFirewallRule,
		m2.NeutronShowFirewallRuleRequest{FirewallRuleId: a.Id})
}
