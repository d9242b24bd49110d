package reach_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// sixes gives subnets IPv6 blocks and instances addresses in them: "A-1=fd00:0:0:1::/64", "a=fd00:0:0:1::5".
func (n *testNetwork) sixes(list ...string) *testNetwork {
	for _, text := range list {
		id, value, _ := strings.Cut(text, "=")
		if s := network.Get[*network.Subnet](n.build(), id); s != nil {
			changed := *s
			changed.IPv6Enabled, changed.IPv6CIDR = true, value
			n.builder.Add(&changed)
			continue
		}
		n.change(id, func(i *network.Instance) { i.IPv6Address = value })
	}
	return n
}

// table gives a subnet a route table of its own with one route through a peering connection.
func (n *testNetwork) table(vpc, subnet, destination, hop string) *testNetwork {
	n.add("t-"+subnet, &network.RouteTable{VPCID: vpc, Name: "t-" + subnet, SubnetIDs: []string{subnet}})
	n.add("tr-"+subnet, &network.Route{
		VPCID: vpc, RouteTableID: "t-" + subnet, Destination: destination, Type: network.RoutePeering, NextHop: hop,
	})
	return n
}

// Rules about which the evaluator and the oracle in internal/reach/oracle once disagreed, each with a similar case to which the
// rule does not apply.
func TestRulesOfTheOracle(t *testing.T) {
	const peering, active = network.RoutePeering, network.PeeringActive
	// Two VPCs whose subnets do not overlap, peered and routed for IPv6.
	six := func(second string) *testNetwork {
		block := strings.Replace(second, ".0/24", ".5", 1)
		vpc := second[:strings.LastIndex(strings.TrimSuffix(second, ".0/24"), ".")] + ".0.0/16"
		return newNetwork().vpc("A", "10.0.0.0/16", "10.0.0.0/24").vpc("B", vpc, second).
			group("open", "in allow any any v=6", "out allow any any v=6", "in allow any any", "egress").
			server("a", "A-1", "10.0.0.5", "open").server("b", "B-1", block, "open").peer("A", "B", active).
			sixes("A-1=fd00:0:0:1::/64", "B-1=fd00:0:0:2::/64", "a=fd00:0:0:1::5", "b=fd00:0:0:2::5").
			route("A", "fd00:0:0:2::/64", peering, "AB").route("B", "fd00:0:0:1::/64", peering, "AB").
			route("A", second, peering, "AB").route("B", "10.0.0.0/24", peering, "AB")
	}
	sports := func(rules ...string) *testNetwork {
		return office("open").acl("n", "v-2", append(rules, "out allow any")...)
	}
	// The client a has a public address, and only the default route leads to the other VPC.
	byDefault := func() *testNetwork {
		return twoVPCs(active, "open", "open").route("A", any4, peering, "AB").route("B", "172.16.0.0/16", peering, "AB")
	}
	public := func(i *network.Instance) { i.PublicIP = "203.0.113.5" }
	// The packet goes from A to C directly, its answer through B.
	detour := chain(false).peer("A", "C", active).route("A", "192.168.0.0/24", peering, "AC").
		route("C", "172.16.0.0/16", peering, "BC").route("B", "172.16.0.0/16", peering, "AB")
	// A subnet's own table sends the packet to B, which sends it back to A, whose default table has a route to C.
	back := three().peer("A", "C", active).table("A", "A-1", "192.168.0.0/16", "AB").
		route("B", "192.168.0.0/16", peering, "AB").route("A", "192.168.0.0/16", peering, "AC").
		route("C", "172.16.0.0/16", peering, "AC")
	loop := three().table("A", "A-1", "192.168.0.0/16", "AB").route("B", "192.168.0.0/16", peering, "AB").
		route("A", "192.168.0.0/16", peering, "AB")
	for _, c := range []struct {
		rule    string
		network *testNetwork
		cases   []string // question [strict] = verdict [codes that must occur, -code that must not]
	}{
		{"overlapping IPv4 blocks make a peering connection useless for IPv6 (PEER-10)", six("10.0.1.0/24"), []string{
			"fd00:0:0:1::5 b tcp/80 = blocked peering_overlap_total", "b fd00:0:0:1::5 tcp/80 = blocked peering_overlap_total",
			"10.0.0.5 b tcp/80 = reachable",
		}},
		{"distinct IPv4 blocks let a peering connection carry IPv6 (PEER-10)", six("10.1.1.0/24"), []string{
			"fd00:0:0:1::5 b tcp/80 = reachable", "b fd00:0:0:1::5 tcp/80 = reachable",
		}},
		{
			"what a gateway outside of the model does is not decided (RT-17)", lone().route("v", "10.99.0.0/16", network.RouteNAT, "nat"),
			[]string{"a 10.99.0.1 tcp/80 = undetermined forwarder_unverifiable -private_address_to_internet"},
		},
		{
			"the default route takes nothing from the system route to the cloud's services (RT-02)",
			newNetwork().vpc("A", "172.16.0.0/16", "172.16.0.0/24").vpc("B", "10.0.0.0/16", "100.125.7.0/28").
				group("open", "in allow any any", "egress").peer("A", "B", network.PeeringActive).
				server("a", "A-1", "172.16.0.5", "open").server("b", "B-1", "100.125.7.5", "open").
				route("A", any4, peering, "AB").route("B", "172.16.0.0/16", peering, "AB"),
			[]string{"a b tcp/80 = blocked route_missing_forward"},
		},
		{"an own public address goes before the default route (RT-08)", byDefault().change("a", public), []string{
			"a b tcp/80 = blocked route_missing_forward", "b a tcp/80 = blocked route_missing_return",
		}},
		{"without a public address the default route leads to the peer (RT-08)", byDefault(), []string{"a b tcp/80 = reachable"}},
		{
			"a route to a block goes before the own public address (RT-08)", joined().change("a", public).route("A", any4, peering, "AB"),
			[]string{"a b tcp/80 = reachable"},
		},
		{"a strict question refuses transit for the answer too (PEER-11)", detour, []string{
			// Proves: One-sided route / asymmetric return.
			"a c tcp/80 = reachable route_asymmetric", "a c tcp/80 strict = blocked peering_transit_unsupported",
		}},
		{"a packet that another table sends on is in no loop (RT-05, RT-19)", back, []string{"a c tcp/80 = reachable -route_loop"}},
		{"a packet that a table has decided about before is in a loop (RT-19)", loop, []string{"a c tcp/80 = blocked route_loop"}},
		{
			"an ACL tells source ports apart, a question is about clients (ACL-03)", sports("in allow tcp/80 any sport=1024-65535"),
			[]string{"a b tcp/80 = reachable -acl_default_deny"},
		},
		{
			"an ACL that refuses some clients refuses some of what was asked (ACL-03)", sports("in allow tcp/80 any sport=1024-4999"),
			[]string{"a b tcp/80 = partial acl_default_deny"},
		},
		{"an ACL about ports that no client uses lets nothing in (ACL-03)", sports("in allow tcp any sport=53"), []string{
			"a b tcp/80 = blocked acl_default_deny",
		}},
	} {
		for _, text := range c.cases {
			t.Run(c.rule+"/"+text, func(t *testing.T) { decides(t, c.network, text) })
		}
	}
}

// decides holds the answer of a network to "question [strict] = verdict [codes that must occur, -code that must not]".
func decides(t *testing.T, n *testNetwork, text string) {
	t.Helper()
	question, want, _ := strings.Cut(text, " = ")
	question, isStrict := strings.CutSuffix(question, " strict")
	q := ask(question)
	q.Strict = isStrict
	codes := strings.Fields(want)
	a := reach.Decide(n.build(), q)
	if string(a.Verdict) != codes[0] {
		t.Errorf("verdict %s, want %s; findings %v", a.Verdict, codes[0], findingCodes(a))
	}
	for _, code := range codes[1:] {
		code, unwanted := strings.CutPrefix(code, "-")
		if slices.Contains(findingCodes(a), code) == unwanted {
			t.Errorf("%s: wanted %t, found %v", code, !unwanted, findingCodes(a))
		}
	}
}

// The sets of an answer tell source ports apart only where a rule does, and hold no port wrongly.
func TestSourcePortsInAnswers(t *testing.T) {
	for _, c := range []struct{ rule, allowed, refused string }{
		{"in allow any", "tcp/80 from 192.168.0.9 to 192.168.1.20", "none"},
		{"in allow tcp/80 any sport=1024-65535", "tcp/80 from 192.168.0.9 source port 1024-65535 to 192.168.1.20", "none"},
		{"in allow tcp/80 any sport=53", "none", "tcp/80 from 192.168.0.9 source port 0-52,54-65535 to 192.168.1.20"},
		{
			"in allow tcp/80 any sport=1-4999", "tcp/80 from 192.168.0.9 source port 1-4999 to 192.168.1.20",
			"tcp/80 from 192.168.0.9 source port 0,5000-65535 to 192.168.1.20",
		},
	} {
		a := reach.Decide(office("open").acl("n", "v-2", c.rule, "out allow any").build(), ask("a b tcp/80"))
		if a.Allowed.String() != c.allowed || a.Refused.String() != c.refused {
			t.Errorf("%s: allowed %s, refused %s", c.rule, a.Allowed, a.Refused)
		}
	}
}

// An intent that nothing gets through is about every source port, one that traffic does about those that clients use.
func TestIntentsAboutSourcePorts(t *testing.T) {
	for _, c := range []struct {
		rule         string
		reaches, not bool
	}{
		{"in allow tcp/80 any sport=53", false, false},
		{"in allow tcp/80 any sport=1024-65535", true, false},
		{"in allow tcp/80 any sport=1-2000", false, false},
		{"in deny tcp/80", false, true},
	} {
		model := reach.Compile(office("open").acl("n", "v-2", c.rule, "out allow any").build())
		out := model.Check(intent(reach.MustReach, "a", "b", "80"))[0]
		not := model.Check(intent(reach.MustNotReach, "a", "b", "80"))[0]
		if out.Satisfied != c.reaches || not.Satisfied != c.not {
			t.Errorf("%s: must reach %t, must not reach %t", c.rule, out.Satisfied, not.Satisfied)
		}
		if !not.Satisfied && (not.Witness == nil || not.Example == nil || not.Example.Allowed.IsEmpty()) {
			t.Errorf("%s: no example of what gets through: %+v", c.rule, not)
		}
	}
	model := reach.Compile(office("open").acl("n", "v-2", "in allow tcp/80 any sport=53").build())
	i := slices.IndexFunc(model.Matrix(traffic.IPv4).Classes(), func(c reach.Class) bool { return c.Members[0].ID == "b" })
	if got := model.Matrix(traffic.IPv4).Cell(classOf(model.Matrix(traffic.IPv4), "a"), i).Allowed; got.IsEmpty() {
		t.Error("the matrix leaves out what comes from port 53")
	}
}
