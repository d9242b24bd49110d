package network_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

type (
	acl     = network.NetworkACL
	aclRule = network.ACLRule
)

func validACL() *acl {
	return &acl{
		Meta: network.Meta{ID: "a", Project: "p"}, Name: "a", SubnetIDs: []string{"s"},
		IngressRules: []aclRule{
			{Action: network.Allow, Protocol: "any"},
			{Action: network.Deny, Protocol: "tcp", SourceCIDR: "10.0.0.0/24", DestinationPorts: []string{"445"}},
		},
		EgressRules: []aclRule{{Action: network.Allow, Protocol: "any"}},
	}
}

func TestValidateNetworkACL(t *testing.T) {
	const code = "VPC.9901"
	// in changes the second ingress rule, a deny of tcp/445 from 10.0.0.0/24.
	in := func(change func(r *aclRule)) func(*acl) { return func(a *acl) { change(&a.IngressRules[1]) } }
	at := func(attribute string) string { return "ingress_rules[1]." + attribute }
	rules := func(n int) []aclRule {
		out := make([]aclRule, n)
		for i := range out {
			out[i] = aclRule{Action: network.Allow, Protocol: strconv.Itoa(i)}
		}
		return out
	}
	rows := []row[*acl]{
		{"no rules", func(a *acl) { a.IngressRules, a.EgressRules = nil, nil }, nil},
		{"100 rules in a direction", func(a *acl) { a.EgressRules = rules(100) }, nil},
		{"no subnets", func(a *acl) { a.SubnetIDs = nil }, nil},
		{
			"subnet without an id", func(a *acl) { a.SubnetIDs = []string{"", "s"} },
			refused("subnet_ids", code, "The list of ids holds an empty one"),
		},
		{
			"101 rules in a direction", func(a *acl) { a.EgressRules = rules(101) },
			advised("egress_rules", "There are 101 egress rules"),
		},
		{"no action", in(func(r *aclRule) { r.Action = "" }), refused(at("action"), code, `is ""; it must be "allow" or "deny"`)},
		{
			"unknown action", func(a *acl) { a.EgressRules[0].Action = "reject" },
			refused("egress_rules[0].action", code, `egress_rules[0].action is "reject"`),
		},
		{"IP version 4", in(func(r *aclRule) { r.IPVersion = 4 }), nil},
		{"IP version 6", in(func(r *aclRule) { r.IPVersion, r.SourceCIDR = 6, "fd00::/64" }), nil},
		{
			"IP version 5", in(func(r *aclRule) { r.IPVersion = 5 }),
			refused(at("ip_version"), code, "ip_version is 5; it must be 4 or 6"),
		},
		{
			"no protocol", in(func(r *aclRule) { r.Protocol, r.DestinationPorts = "", nil }),
			refused(at("protocol"), code, `write "any" for every one`),
		},
		{"unknown protocol", in(func(r *aclRule) { r.Protocol = "tpc" }), refused(at("protocol"), code, `"tpc" is not a protocol`)},
		{
			"icmp of IPv6", in(func(r *aclRule) { r.Protocol, r.DestinationPorts, r.SourceCIDR = "icmp", nil, "fd00::/64" }),
			refused(at("protocol"), code, "icmp belongs to IPv4"),
		},
		{
			"icmpv6 of IPv4", in(func(r *aclRule) { r.Protocol, r.DestinationPorts = "icmpv6", nil }),
			refused(at("protocol"), code, "icmpv6 belongs to IPv6"),
		},
		{"icmpv6 without addresses", in(func(r *aclRule) { r.Protocol, r.DestinationPorts, r.SourceCIDR = "icmpv6", nil, "" }), nil},

		{"addresses on both sides", in(func(r *aclRule) { r.DestinationCIDR = "10.0.1.0/24" }), nil},
		{
			"source that is none", in(func(r *aclRule) { r.SourceCIDR = "x" }),
			refused(at("source_cidr"), code, `"x" is not an address block`),
		},
		{
			"destination with host bits", in(func(r *aclRule) { r.DestinationCIDR = "10.0.1.1/24" }),
			refused(at("destination_cidr"), code, "The network it lies in is 10.0.1.0/24"),
		},
		{
			"two families", in(func(r *aclRule) { r.DestinationCIDR = "fd00::/64" }),
			refused(at("destination_cidr"), code, "fd00::/64 does not belong to a rule with ip_version 4"),
		},
		{
			"family against ip_version", in(func(r *aclRule) { r.IPVersion = 6 }),
			refused(at("source_cidr"), code, "10.0.0.0/24 does not belong to a rule with ip_version 6"),
		},
		{"source group", in(func(r *aclRule) { r.SourceCIDR, r.SourceAddressGroupID = "", "g" }), nil},
		{"destination group", in(func(r *aclRule) { r.DestinationAddressGroupID = "g" }), nil},
		{
			"block and group on one side", in(func(r *aclRule) { r.SourceAddressGroupID = "g" }),
			refused(at("source_address_group_id"), code, "The source is given both as an address block and as an address group"),
		},
		{
			"block and group on the other side", in(func(r *aclRule) {
				r.DestinationCIDR, r.DestinationAddressGroupID = "10.0.1.0/24",
					"g"
			}),
			refused(at("destination_address_group_id"), code, "The destination is given both as an address block"),
		},
		{"groups on both sides", in(func(r *aclRule) {
			r.SourceCIDR, r.SourceAddressGroupID, r.DestinationAddressGroupID = "", "g", "h"
		}), refused(at("destination_address_group_id"), code, "Only one side of a network ACL rule can be an address group")},

		{"rule name of 64 characters", in(func(r *aclRule) { r.Name = long(64) }), nil},
		{"rule name of 65 characters", in(func(r *aclRule) { r.Name = long(65) }), refused(at("name"), code, "has 65 characters")},
		{"rule name with a blank", in(func(r *aclRule) { r.Name = "a b" }), refused(at("name"), code, `The name "a b" contains " "`)},
	}
	rows = append(rows, portRows(code, at("source_ports"), func(a *acl, protocol string, ports []string) {
		a.IngressRules[1] = aclRule{Action: network.Allow, Protocol: protocol, SourcePorts: ports}
	})...)
	rows = append(rows, portRows(code, at("destination_ports"), func(a *acl, protocol string, ports []string) {
		a.IngressRules[1] = aclRule{Action: network.Allow, Protocol: protocol, DestinationPorts: ports}
	})...)
	rows = append(rows, descriptionRows(code, at("description"), func(a *acl, s string) { a.IngressRules[1].Description = s })...)
	rows = append(rows, nameRows(code, func(a *acl, s string) { a.Name = s })...)
	rows = append(rows, descriptionRows(code, "description", func(a *acl, s string) { a.Description = s })...)
	rows = append(rows, tagRows("tags", func(a *acl, tags map[string]string) { a.Tags = tags })...)
	checkValidate(t, validACL, rows)
}

func TestNormalizeNetworkACL(t *testing.T) {
	one := func(r aclRule) *acl { return &acl{Enabled: new(true), EgressRules: []aclRule{r}} }
	checkNormalize(t, []normalized{
		{"defaults", &acl{}, &acl{Enabled: new(true)}},
		{"switched off", &acl{Enabled: new(false)}, &acl{Enabled: new(false)}},
		{"subnets as a set", &acl{SubnetIDs: []string{"b", "a", "b"}}, &acl{Enabled: new(true), SubnetIDs: []string{"a", "b"}}},
		{"rule", one(aclRule{}), one(aclRule{IPVersion: 4, Enabled: new(true)})},
		{"rule switched off", one(aclRule{Enabled: new(false)}), one(aclRule{IPVersion: 4, Enabled: new(false)})},
		{
			"addresses", one(aclRule{SourceCIDR: "FD00::1", DestinationCIDR: "FD00::/64"}),
			one(aclRule{SourceCIDR: "fd00::1/128", DestinationCIDR: "fd00::/64", IPVersion: 6, Enabled: new(true)}),
		},
		{
			"family of the destination", one(aclRule{DestinationCIDR: "fd00::/64"}),
			one(aclRule{DestinationCIDR: "fd00::/64", IPVersion: 6, Enabled: new(true)}),
		},
		{
			"the source comes before the destination", one(aclRule{SourceCIDR: "10.0.0.0/8", DestinationCIDR: "fd00::/64"}),
			one(aclRule{SourceCIDR: "10.0.0.0/8", DestinationCIDR: "fd00::/64", IPVersion: 4, Enabled: new(true)}),
		},
		{"family of the protocol", one(aclRule{Protocol: "58"}), one(aclRule{Protocol: "58", IPVersion: 6, Enabled: new(true)})},
		{
			"family of the author's", one(aclRule{SourceCIDR: "10.0.0.0/8", IPVersion: 6}),
			one(aclRule{SourceCIDR: "10.0.0.0/8", IPVersion: 6, Enabled: new(true)}),
		},
		{
			"no rule ids before the ACL has one", one(aclRule{Protocol: "tcp"}),
			one(aclRule{Protocol: "tcp", IPVersion: 4, Enabled: new(true)}),
		},
	})
}

// A rule keeps its id as long as it says the same, wherever it moves in the list.
func TestACLRuleIDs(t *testing.T) {
	tcp, udp := aclRule{Action: network.Allow, Protocol: "tcp"}, aclRule{Action: network.Allow, Protocol: "udp"}
	ids := func(id string, ingress, egress []aclRule) (in, out []string) {
		a := &acl{Meta: network.Meta{ID: id}, IngressRules: ingress, EgressRules: egress}
		a.Normalize()
		again := &acl{Meta: network.Meta{ID: id}, IngressRules: ingress, EgressRules: egress}
		again.Normalize()
		if diff := cmp.Diff(a, again); diff != "" {
			t.Errorf("a second Normalize changes the ids:\n%s", diff)
		}
		for _, r := range a.IngressRules {
			in = append(in, r.RuleID)
		}
		for _, r := range a.EgressRules {
			out = append(out, r.RuleID)
		}
		return in, out
	}
	in, out := ids("a", []aclRule{tcp, udp}, []aclRule{tcp})
	if in[0] == "" || in[0] == in[1] || out[0] == in[0] {
		t.Errorf("the ids are %v and %v; want three", in, out)
	}
	moved, _ := ids("a", []aclRule{{Action: network.Deny, Protocol: "any"}, udp, tcp}, nil)
	if moved[2] != in[0] || moved[1] != in[1] {
		t.Errorf("rules that moved have the ids %v; they had %v", moved, in)
	}
	other, _ := ids("b", []aclRule{tcp}, nil)
	if other[0] == in[0] {
		t.Errorf("rules of two ACLs share the id %s", in[0])
	}
	same, _ := ids("a", []aclRule{tcp, tcp, {Action: network.Allow, Protocol: "6", Description: "again"}}, nil)
	if same[0] != in[0] || same[1] == same[0] || same[2] == same[0] || same[2] == same[1] {
		t.Errorf("three equal rules have the ids %v", same)
	}
	kept := tcp
	kept.RuleID = same[0]
	given, _ := ids("a", []aclRule{tcp, kept}, nil)
	if given[1] != same[0] || given[0] == same[0] || given[0] == "" {
		t.Errorf("beside a rule with the id %s an equal one gets %v", same[0], given)
	}
	written, _ := ids("a", []aclRule{{Action: network.Allow, Protocol: "TCP", DestinationPorts: []string{"1-65535"}}}, nil)
	if written[0] != in[0] {
		t.Errorf("the rule written in another form has the id %s and not %s", written[0], in[0])
	}
}

func TestNetworkACLKey(t *testing.T) {
	checkKey(t, validACL, map[string]func(*acl){
		"project_id": func(a *acl) { a.Project = "q" },
		"name":       func(a *acl) { a.Name = "b" },
	}, map[string]func(*acl){
		"enabled":           func(a *acl) { a.Enabled = new(false) },
		"ingress_rules":     func(a *acl) { a.IngressRules = nil },
		"egress_rules":      func(a *acl) { a.EgressRules = nil },
		"subnet_ids":        func(a *acl) { a.SubnetIDs = nil },
		"description":       func(a *acl) { a.Description = "d" },
		"tags":              func(a *acl) { a.Tags = map[string]string{"a": "b"} },
		"ingress_policy_id": func(a *acl) { a.IngressPolicyID = "i" },
		"egress_policy_id":  func(a *acl) { a.EgressPolicyID = "e" },
	})
}

func TestNetworkACLTexts(t *testing.T) {
	a := validACL()
	if a.Title() != "a" {
		t.Errorf("the title is %q", a.Title())
	}
	a.IngressPolicyID, a.EgressPolicyID, a.SubnetIDs = "i", "e", []string{"s", "t"}
	a.IngressRules[1].SourceAddressGroupID, a.EgressRules[0].DestinationAddressGroupID = "g", "h"
	checkReferences(t, a, "ingress_policy_id firewall_policy i", "egress_policy_id firewall_policy e", "subnet_ids subnet s",
		"subnet_ids subnet t", "ingress_rules[1].source_address_group_id address_group g",
		"egress_rules[0].destination_address_group_id address_group h")
	checkReferences(t, &acl{})
	for _, c := range []struct {
		enabled *bool
		on      bool
	}{{nil, true}, {new(true), true}, {new(false), false}} {
		a.Enabled, a.IngressRules[0].Enabled = c.enabled, c.enabled
		if a.IsEnabled() != c.on || a.IngressRules[0].IsEnabled() != c.on {
			t.Errorf("the ACL is on: %t, the rule: %t; want %t", a.IsEnabled(), a.IngressRules[0].IsEnabled(), c.on)
		}
	}
}

func TestACLRuleTexts(t *testing.T) {
	for _, c := range []struct {
		rule aclRule
		want string
	}{
		{
			aclRule{Action: network.Deny, Protocol: "tcp", SourceCIDR: "10.0.0.0/24", DestinationPorts: []string{"445"}},
			"deny tcp from 10.0.0.0/24 to any:445",
		},
		{
			aclRule{Action: network.Allow, Protocol: "17", SourcePorts: []string{"53", "60-70"}, DestinationCIDR: "10.0.0.0/8"},
			"allow udp from any:53,60-70 to 10.0.0.0/8",
		},
		{aclRule{Action: network.Allow, Protocol: "any", SourceAddressGroupID: "g"}, "allow any from address group <g> to any"},
		{
			aclRule{Action: network.Allow, Protocol: "tcp", DestinationAddressGroupID: "g", DestinationPorts: []string{"80"}},
			"allow tcp from any to address group <g>:80",
		},
		{aclRule{Action: "reject", Protocol: "tpc"}, "reject tpc from any to any"},
	} {
		if got := c.rule.SummaryNaming(func(id string) string { return "<" + id + ">" }); got != c.want {
			t.Errorf("the summary is %q; want %q", got, c.want)
		}
		if got, want := c.rule.Summary(), strings.NewReplacer("<", "", ">", "").Replace(c.want); got != want {
			t.Errorf("the summary by ids is %q; want %q", got, want)
		}
	}
	r := aclRule{SourceCIDR: "10.0.0.0/24", DestinationCIDR: "10.0.1.0/24"}
	if r.Source().String() != r.SourceCIDR || r.Destination().String() != r.DestinationCIDR {
		t.Errorf("the sides are %s and %s", r.Source(), r.Destination())
	}
	if none := (&aclRule{}); none.Source().IsValid() || none.Destination().IsValid() {
		t.Errorf("the sides of a rule without addresses are %s and %s", none.Source(), none.Destination())
	}
}
