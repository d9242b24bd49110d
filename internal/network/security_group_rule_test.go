package network_test

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func validRule() *network.SecurityGroupRule {
	return &network.SecurityGroupRule{
		Meta: network.Meta{ID: "r", Project: "p"}, SecurityGroupID: "g", Direction: network.Ingress, Protocol: "tcp",
		Ports: []string{"80"}, RemoteIPPrefix: "10.0.0.0/24",
	}
}

type rule = network.SecurityGroupRule

func TestValidateSecurityGroupRule(t *testing.T) {
	protocol := func(text string, ports ...string) func(*rule) {
		return func(r *rule) { r.Protocol, r.Ports = text, ports }
	}
	ethertype := func(e network.Ethertype) func(*rule) { return func(r *rule) { r.Ethertype = e } }
	remote := func(text string) func(*rule) { return func(r *rule) { r.RemoteIPPrefix = text } }
	priority := func(n int) func(*rule) { return func(r *rule) { r.Priority = &n } }
	icmp := func(protocol string, kind, code *int) func(*rule) {
		return func(r *rule) {
			r.Protocol, r.Ports, r.ICMPType, r.ICMPCode = protocol, nil, kind, code
			if protocol == "icmpv6" {
				r.RemoteIPPrefix = "fd00::/64"
			}
		}
	}
	const code = "VPC.9902"
	rows := []row[*rule]{
		{"no group", func(r *rule) { r.SecurityGroupID = "" }, refused("security_group_id", code, "security_group_id is empty")},
		{"egress", func(r *rule) { r.Direction = network.Egress }, nil},
		{
			"no direction", func(r *rule) { r.Direction = "" },
			refused("direction", code, `direction is ""; it must be "ingress" or "egress"`),
		},
		{"unknown direction", func(r *rule) { r.Direction = "Ingress" }, refused("direction", code, `direction is "Ingress"`)},
		{"deny", func(r *rule) { r.Action = network.Deny }, nil},
		{
			"unknown action", func(r *rule) { r.Action = "drop" },
			refused("action", code, `action is "drop"; it must be "allow" or "deny"`),
		},
		{"ethertype of the prefix", ethertype("IPv4"), nil},
		{"unknown ethertype", ethertype("ipv4"), []want{
			{path: "ethertype", code: code, part: `ethertype is "ipv4"; it must be "IPv4" or "IPv6"`},
			{path: "remote_ip_prefix", code: code, part: "ethertype is ipv4"},
		}},

		{"no protocol", protocol(""), nil},
		{"any protocol", protocol("any"), nil},
		{"protocol in capitals", protocol("TCP", "80"), nil},
		{"lowest protocol number", protocol("0"), nil},
		{"highest protocol number", protocol("255"), nil},
		{"protocol number beyond", protocol("256"), refused("protocol", code, `"256" is not a protocol`)},
		{"unknown protocol", protocol("tpc"), refused("protocol", code, `"tpc" is not a protocol; write tcp, udp, icmp`)},
		{"gre", protocol("gre"), nil},
		{"icmp in a rule for IPv4", protocol("icmp"), nil},
		{
			"icmpv6 in a rule for IPv4", protocol("icmpv6"),
			refused("protocol", code, "icmpv6 belongs to IPv6 and this rule is about IPv4"),
		},
		{
			"icmp in a rule for IPv6", func(r *rule) { r.Protocol, r.Ports, r.RemoteIPPrefix = "1", nil, "fd00::/64" },
			refused("protocol", code, "icmp belongs to IPv4 and this rule is about IPv6"),
		},
		{"icmpv6 in a rule for IPv6", func(r *rule) { r.Protocol, r.Ports, r.RemoteIPPrefix = "58", nil, "fd00::/64" }, nil},
		{"icmpv6 alone makes the rule one for IPv6", func(r *rule) { r.Protocol, r.Ports, r.RemoteIPPrefix = "icmpv6", nil, "" }, nil},

		{"ICMP type and code", icmp("icmp", new(3), new(4)), nil},
		{"ICMP type without a code", icmp("icmpv6", new(128), nil), nil},
		{"lowest ICMP type and code", icmp("icmp", new(0), new(0)), nil},
		{"highest ICMP type and code", icmp("icmp", new(255), new(255)), nil},
		{"ICMP type below", icmp("icmp", new(-1), nil), refused("icmp_type", code, "The ICMP type is -1; it must be 0 to 255")},
		{"ICMP type beyond", icmp("icmp", new(256), nil), refused("icmp_type", code, "The ICMP type is 256")},
		{"ICMP code below", icmp("icmp", new(3), new(-1)), refused("icmp_code", code, "The ICMP code is -1; it must be 0 to 255")},
		{"ICMP code beyond", icmp("icmp", new(3), new(256)), refused("icmp_code", code, "The ICMP code is 256")},
		{
			"ICMP code without a type", icmp("icmp", nil, new(4)),
			refused("icmp_code", code, "The ICMP code is 4, but codes have a meaning only within a type"),
		},
		{"ICMP type with tcp", func(r *rule) { r.ICMPType = new(8) }, refused("icmp_type", code, "its protocol is tcp")},
		{"ICMP type and code with every protocol", icmp("", new(8), new(0)), []want{
			{path: "icmp_type", code: code, part: "its protocol is any"},
			{path: "icmp_code", code: code, part: "its protocol is any"},
		}},
		{"ICMP type with an unknown protocol", icmp("ping", new(8), nil), refused("protocol", code, `"ping" is not a protocol`)},

		{"no remote", remote(""), nil},
		{"every address", remote("0.0.0.0/0"), nil},
		{"remote of IPv6", remote("fd00::/64"), nil},
		{"remote that is none", remote("everywhere"), refused("remote_ip_prefix", code, `"everywhere" is not an address block`)},
		{"remote that is one address", remote("10.0.0.5"), refused("remote_ip_prefix", code, "write 10.0.0.5/32")},
		{"remote with host bits", remote("10.0.0.5/24"), refused("remote_ip_prefix", code, "The network it lies in is 10.0.0.0/24")},
		{
			"remote of the other family", func(r *rule) { r.Ethertype, r.RemoteIPPrefix = "IPv4", "fd00::/64" },
			refused("remote_ip_prefix", code, "fd00::/64 is an IPv6 block, but the rule's ethertype is IPv4"),
		},
		{"remote group", func(r *rule) { r.RemoteIPPrefix, r.RemoteGroupID = "", "h" }, nil},
		{"remote address group", func(r *rule) { r.RemoteIPPrefix, r.RemoteAddressGroupID = "", "a" }, nil},
		{
			"prefix and group", func(r *rule) { r.RemoteGroupID = "h" },
			refused("remote_group_id", code, "remote_ip_prefix and remote_group_id are set"),
		},
		{
			"prefix and address group", func(r *rule) { r.RemoteAddressGroupID = "a" },
			refused("remote_address_group_id", code, "remote_ip_prefix and remote_address_group_id are set"),
		},
		{
			"group and address group", func(r *rule) { r.RemoteIPPrefix, r.RemoteGroupID, r.RemoteAddressGroupID = "", "h", "a" },
			refused("remote_address_group_id", code, "remote_group_id and remote_address_group_id are set"),
		},
		{
			"all three", func(r *rule) { r.RemoteGroupID, r.RemoteAddressGroupID = "h", "a" },
			refused("remote_group_id", code, "remote_ip_prefix and remote_group_id and remote_address_group_id are set"),
		},

		{"highest priority", priority(1), nil},
		{"lowest priority", priority(100), nil},
		{"priority 0", priority(0), refused("priority", code, "The priority is 0; it must be 1 (decides first) to 100")},
		{"priority 101", priority(101), refused("priority", code, "The priority is 101")},
	}
	rows = append(rows, portRows(code, "ports", func(r *rule, protocol string, ports []string) {
		r.Protocol, r.Ports = protocol, ports
	})...)
	rows = append(rows, descriptionRows(code, "description", func(r *rule, s string) { r.Description = s })...)
	checkValidate(t, validRule, rows)
}

// A problem that depends on two attributes is not raised while one of them is unknown.
func TestRuleProblemsInvolve(t *testing.T) {
	for _, c := range []struct {
		name    string
		rule    rule
		unknown []string
	}{
		{
			"protocol of the other family",
			rule{Protocol: "icmpv6", Ethertype: "IPv4"},
			[]string{"protocol", "ethertype", "remote_ip_prefix"},
		},
		{"ports without a protocol", rule{Ports: []string{"80"}}, []string{"ports", "protocol"}},
		{"ICMP type without ICMP", rule{ICMPType: new(8)}, []string{"icmp_type", "protocol"}},
		{"ICMP code without a type", rule{Protocol: "icmp", ICMPCode: new(0)}, []string{"icmp_code", "icmp_type"}},
		{"two remotes", rule{RemoteGroupID: "h", RemoteAddressGroupID: "a"}, []string{"remote_group_id", "remote_address_group_id"}},
		{"remote of the other family", rule{Ethertype: "IPv4", RemoteIPPrefix: "fd00::/64"}, []string{"remote_ip_prefix", "ethertype"}},
	} {
		c.rule.SecurityGroupID, c.rule.Direction = "g", network.Ingress
		if got := c.rule.Validate(); len(got) != 1 {
			t.Errorf("%s: want one problem, got\n%s", c.name, list(got))
		}
		for _, attribute := range c.unknown {
			if got := c.rule.Validate().Knowing(map[string]bool{attribute: true}); got != nil {
				t.Errorf("%s: problems although %s is unknown:\n%s", c.name, attribute, list(got))
			}
		}
		if got := c.rule.Validate().Knowing(map[string]bool{"description": true}); len(got) != 1 {
			t.Errorf("%s: no problem while only the description is unknown", c.name)
		}
	}
}

func TestNormalizeSecurityGroupRule(t *testing.T) {
	filled := func(e network.Ethertype, prefix, protocol string) *rule {
		return &rule{
			Ethertype: e, RemoteIPPrefix: prefix, Protocol: protocol, Action: network.Allow, Priority: new(1), Enabled: new(true),
		}
	}
	checkNormalize(t, []normalized{
		{"defaults", &rule{}, filled("IPv4", "", "")},
		{"family of the prefix", &rule{RemoteIPPrefix: "FD00::/64"}, filled("IPv6", "fd00::/64", "")},
		{"family of a bare address", &rule{RemoteIPPrefix: "FD00::1"}, filled("IPv6", "fd00::1/128", "")},
		{"bare IPv4 address", &rule{RemoteIPPrefix: "10.0.0.5"}, filled("IPv4", "10.0.0.5/32", "")},
		{"family of the protocol", &rule{Protocol: "58"}, filled("IPv6", "", "58")},
		{
			"the prefix comes before the protocol", &rule{Protocol: "icmpv6", RemoteIPPrefix: "10.0.0.0/8"},
			filled("IPv4", "10.0.0.0/8", "icmpv6"),
		},
		{"what is no prefix stays", &rule{RemoteIPPrefix: "x"}, filled("IPv4", "x", "")},
		{
			"what the author wrote stays",
			&rule{Ethertype: "IPv6", Action: network.Deny, Priority: new(0), Enabled: new(false), Protocol: "TCP", Ports: []string{
				"90",
				"80",
			}},
			&rule{Ethertype: "IPv6", Action: network.Deny, Priority: new(0), Enabled: new(false), Protocol: "TCP", Ports: []string{
				"90",
				"80",
			}},
		},
	})
}

func TestSecurityGroupRuleKey(t *testing.T) {
	checkKey(t, validRule, map[string]func(*rule){
		"security_group_id":       func(r *rule) { r.SecurityGroupID = "h" },
		"direction":               func(r *rule) { r.Direction = network.Egress },
		"ethertype":               func(r *rule) { r.Ethertype = network.EthertypeIPv6 },
		"protocol":                func(r *rule) { r.Protocol = "udp" },
		"ports":                   func(r *rule) { r.Ports = []string{"81"} },
		"icmp_type":               func(r *rule) { r.ICMPType = new(0) },
		"icmp_code":               func(r *rule) { r.ICMPCode = new(0) },
		"remote_ip_prefix":        func(r *rule) { r.RemoteIPPrefix = "10.0.1.0/24" },
		"remote_group_id":         func(r *rule) { r.RemoteGroupID = "h" },
		"remote_address_group_id": func(r *rule) { r.RemoteAddressGroupID = "a" },
		"action":                  func(r *rule) { r.Action = network.Deny },
		"priority":                func(r *rule) { r.Priority = new(2) },
	}, map[string]func(*rule){
		"project_id":  func(r *rule) { r.Project = "q" },
		"name":        func(r *rule) { r.Name = "n" },
		"enabled":     func(r *rule) { r.Enabled = new(false) },
		"description": func(r *rule) { r.Description = "d" },
		"default":     func(r *rule) { r.Default = true },
		"set":         func(r *rule) { r.Set = true },
	})
}

// The cloud refuses a rule that says what another one of the group says, however it is written.
func TestRulesThatAreTheSame(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b rule
		same bool
	}{
		{
			"defaults written out",
			rule{Protocol: "tcp"},
			rule{Protocol: "tcp", Ethertype: "IPv4", Action: "allow", Priority: new(1)},
			true,
		},
		{"protocol by name and number", rule{Protocol: "TCP"}, rule{Protocol: "6"}, true},
		{"every protocol", rule{}, rule{Protocol: "any"}, true},
		{
			"ports in another order",
			rule{Protocol: "tcp", Ports: []string{"80", "443"}},
			rule{Protocol: "tcp", Ports: []string{"443", "80"}},
			true,
		},
		{
			"ports one by one and as a range",
			rule{Protocol: "tcp", Ports: []string{"80", "81"}},
			rule{Protocol: "tcp", Ports: []string{"80-81"}},
			true,
		},
		{"one port as a range", rule{Protocol: "tcp", Ports: []string{"80"}}, rule{Protocol: "tcp", Ports: []string{"80-80"}}, true},
		{"every port", rule{Protocol: "tcp"}, rule{Protocol: "tcp", Ports: []string{"1-65535"}}, true},
		{"every port in two ranges", rule{Protocol: "tcp"}, rule{Protocol: "tcp", Ports: []string{"1-10", "11-65535"}}, true},
		{"bare address", rule{RemoteIPPrefix: "10.0.0.5"}, rule{RemoteIPPrefix: "10.0.0.5/32"}, true},
		{"IPv6 in capitals", rule{RemoteIPPrefix: "FD00::/64"}, rule{RemoteIPPrefix: "fd00::/64"}, true},
		{"family inferred", rule{RemoteIPPrefix: "fd00::/64"}, rule{RemoteIPPrefix: "fd00::/64", Ethertype: "IPv6"}, true},
		{"two ports", rule{Protocol: "tcp", Ports: []string{"80"}}, rule{Protocol: "tcp", Ports: []string{"81"}}, false},
		{
			"a port and a wider range",
			rule{Protocol: "tcp", Ports: []string{"80"}},
			rule{Protocol: "tcp", Ports: []string{"80-81"}},
			false,
		},
		{"families of no remote", rule{Ethertype: "IPv4"}, rule{Ethertype: "IPv6"}, false},
		{"every address and no remote", rule{RemoteIPPrefix: "0.0.0.0/0"}, rule{}, false},
		{"ICMP type 0 and none", rule{Protocol: "icmp", ICMPType: new(0)}, rule{Protocol: "icmp"}, false},
		{
			"ports that do not parse",
			rule{Protocol: "tcp", Ports: []string{"x", "y"}},
			rule{Protocol: "tcp", Ports: []string{"x", "y"}},
			true,
		},
	} {
		before, protocol := c.a.Ethertype, c.a.Protocol
		if same := c.a.NaturalKey() == c.b.NaturalKey(); same != c.same {
			t.Errorf("%s: one key: %t; want %t\n%s\n%s", c.name, same, c.same, c.a.NaturalKey(), c.b.NaturalKey())
		}
		if same := c.a.Same(&c.b); same != c.same {
			t.Errorf("%s: Same is %t; want %t", c.name, same, c.same)
		}
		if c.a.Ethertype != before || c.a.Protocol != protocol || c.a.Priority != nil {
			t.Errorf("%s: the comparison changed the rule to %+v", c.name, c.a)
		}
	}
}

// Same is a quick way to compare the keys and must agree with them.
func TestSameAgreesWithKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		few := func(label string, texts ...string) string { return rapid.SampledFrom(texts).Draw(t, label) }
		draw := func() *rule {
			r := &rule{
				SecurityGroupID: few("group", "g", "h"), Direction: network.Direction(few("direction", "ingress", "egress")),
				Protocol: few("protocol", "tcp", "6"),
				Ports: rapid.SliceOfN(rapid.SampledFrom([]string{"80", "81", "080", "0", "80-80", "1-65535", ""}), 0, 2).Draw(t,
					"ports"),
				RemoteIPPrefix: few("prefix", "", "10.0.0.5", "10.0.0.5/32"), RemoteGroupID: few("remote group", "", "g"),
			}
			if n := rapid.IntRange(0, 2).Draw(t, "priority"); n > 0 {
				r.Priority = &n
			}
			return r
		}
		a, b := draw(), draw()
		if a.Same(b) != (a.NaturalKey() == b.NaturalKey()) {
			t.Errorf("Same is %t for the keys\n%s\n%s", a.Same(b), a.NaturalKey(), b.NaturalKey())
		}
	})
}

func TestSecurityGroupRuleTexts(t *testing.T) {
	for _, c := range []struct {
		rule rule
		want string
	}{
		{*validRule(), "ingress allow tcp/80 from 10.0.0.0/24, priority 1"},
		{
			rule{Direction: network.Egress, Ports: []string{"80", "90-99"}, Protocol: "17", Priority: new(7)},
			"egress allow udp/80,90-99 to any IPv4 address, priority 7",
		},
		{
			rule{Direction: network.Ingress, Action: network.Deny, Ethertype: "IPv6"},
			"ingress deny any from any IPv6 address, priority 1",
		},
		{
			rule{Direction: network.Ingress, Protocol: "icmp", ICMPType: new(3)},
			"ingress allow icmp type 3 from any IPv4 address, priority 1",
		},
		{
			rule{Direction: network.Ingress, Protocol: "icmp", ICMPType: new(3), ICMPCode: new(4)},
			"ingress allow icmp type 3 code 4 from any IPv4 address, priority 1",
		},
		{
			rule{Direction: network.Ingress, SecurityGroupID: "g", RemoteGroupID: "g"},
			"ingress allow any from the group itself, priority 1",
		},
		{rule{Direction: network.Ingress, SecurityGroupID: "g", RemoteGroupID: "h"}, "ingress allow any from group <h>, priority 1"},
		{rule{Direction: network.Egress, RemoteAddressGroupID: "a"}, "egress allow any to address group <a>, priority 1"},
		{rule{Direction: network.Egress, Protocol: "tpc"}, "egress allow tpc to any IPv4 address, priority 1"},
	} {
		c.rule.Normalize()
		if got := c.rule.SummaryNaming(func(id string) string { return "<" + id + ">" }); got != c.want {
			t.Errorf("the summary is %q; want %q", got, c.want)
		}
	}
	r := validRule()
	r.Normalize()
	r.RemoteIPPrefix, r.RemoteGroupID = "", "h"
	if got, want := r.Title(), "ingress allow tcp/80 from group h, priority 1"; got != want || r.Summary() != want {
		t.Errorf("the title is %q and the summary %q; want %q", got, r.Summary(), want)
	}
	r.Name = "web"
	if r.Title() != "web" {
		t.Errorf("the title of a rule with a name is %q", r.Title())
	}
	r.RemoteAddressGroupID = "a"
	checkReferences(t, r, "security_group_id security_group g", "remote_group_id security_group h",
		"remote_address_group_id address_group a")
	checkReferences(t, &rule{})
}

func TestRuleReadings(t *testing.T) {
	r := validRule()
	if r.RemotePrefix().String() != "10.0.0.0/24" || (&rule{}).RemotePrefix().IsValid() {
		t.Errorf("the remote blocks are %s and %s", r.RemotePrefix(), (&rule{}).RemotePrefix())
	}
	for _, c := range []struct {
		enabled  *bool
		priority *int
		on       bool
		rank     int
	}{{nil, nil, true, 1}, {new(true), new(1), true, 1}, {new(false), new(100), false, 100}} {
		r.Enabled, r.Priority = c.enabled, c.priority
		if r.IsEnabled() != c.on || r.Rank() != c.rank {
			t.Errorf("enabled %t, rank %s; want %t, %d", r.IsEnabled(), strconv.Itoa(r.Rank()), c.on, c.rank)
		}
	}
}
