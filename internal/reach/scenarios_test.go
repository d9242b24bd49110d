package reach_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

const any4 = "0.0.0.0/0"

// office is a VPC with two subnets, an open client a in the first, and in the second an open client c and a server b with the
// groups given.
func office(groups ...string) *testNetwork {
	return newNetwork().vpc("v", "192.168.0.0/16", "192.168.0.0/24", "192.168.1.0/24").
		group("open", "in allow any any", "egress").
		server("a", "v-1", "192.168.0.9", "open").server("c", "v-2", "192.168.1.9", "open").
		server("b", "v-2", "192.168.1.20", groups...)
}

// twoVPCs is two peered VPCs without routes, with one instance each.
func twoVPCs(status network.PeeringStatus, ga, gb string) *testNetwork {
	return newNetwork().vpc("A", "172.16.0.0/16", "172.16.0.0/24").vpc("B", "10.0.0.0/16", "10.0.0.0/24").
		group("open", "in allow any any", "egress").group("one", "self", "egress").group("two", "egress").
		peer("A", "B", status).server("a", "A-1", "172.16.0.5", ga).server("b", "B-1", "10.0.0.5", gb)
}

// routedTraffic adds the routes between the two VPCs of twoVPCs.
func routedTraffic(n *testNetwork) *testNetwork {
	return n.route("A", "10.0.0.0/16", network.RoutePeering, "AB").route("B", "172.16.0.0/16", network.RoutePeering, "AB")
}

// The published scenarios of the modelled cloud (RULES.md, Cases).
//
// Proves: Single-flow verdict (source, destination, protocol, port).
func TestConformance(t *testing.T) {
	g13 := func(self string) *testNetwork {
		rules := []string{"in allow tcp/22 " + any4, "in allow tcp/3389 " + any4, "in allow tcp/80 192.168.0.9/32", "egress"}
		if self != "" {
			rules = append(rules, self)
		}
		return office("ab").group("ab", rules...).server("m", "v-2", "192.168.1.21", "ab")
	}
	g22 := office("B").group("A", "in allow tcp/22 192.168.0.0/24", "self", "egress").
		group("B", "in allow tcp/22 A", "self", "egress").server("x", "v-2", "192.168.1.30", "A")
	snat := func(def bool) *testNetwork {
		n := twoVPCs(network.PeeringActive, "open", "open").route("B", any4, network.RoutePeering, "AB").
			route("A", "10.0.0.0/24", network.RoutePeering, "AB")
		if def {
			n.route("A", any4, network.RouteECS, "a")
		}
		return n
	}
	active := network.PeeringActive
	seen := map[string]bool{}
	for _, c := range []struct {
		id      string
		network *testNetwork
		cases   []string // question = verdict [codes that must occur]
	}{
		{"G01", office("s").group("s", "in allow tcp/22 "+any4, "egress"), []string{"a b tcp/22 = reachable"}},
		{"G02", office("s").group("s", "in allow tcp/3389 "+any4), []string{
			"a b tcp/3389 = reachable", "a b tcp/22 = blocked sg_no_match sg_wrong_port",
		}},
		{"G03", office("s").group("s", "in allow tcp/22 192.168.0.0/24"), []string{
			"a b tcp/22 = reachable", "c b tcp/22 = blocked sg_no_match sg_wrong_peer",
		}},
		{"G04", office("s").group("s", "in allow tcp/3389 192.168.0.0/24"), []string{
			"a b tcp/3389 = reachable", "c b tcp/3389 = blocked",
		}},
		{"G06", office("s").group("s", "in allow tcp/80 "+any4, "in allow tcp/443 "+any4), []string{
			"a b tcp/80,443 = reachable", "a b tcp/8080 = blocked", "a b tcp/80,8080 = partial",
		}},
		{"G07", office("s").group("s", "in allow icmp "+any4, "in allow icmpv6 ::/0"), []string{
			"a b icmp = reachable", "a b tcp/22 = blocked sg_no_match",
		}},
		{
			// Proves: SG-as-source resolved to members.
			"G08", office("s").group("s", "in allow tcp/3306 open").group("o", "egress").server("d", "v-1", "192.168.0.8", "o"),
			[]string{"a b tcp/3306 = reachable", "d b tcp/3306 = blocked sg_wrong_peer"},
		},
		{"G09", office("s").group("s", "egress"), []string{"a b tcp/3306 = blocked sg_no_rules"}},
		{"G11", newNetwork().vpc("v", "10.0.0.0/16", "10.0.0.0/24").group("s", "out allow tcp/80 203.0.113.1/32",
			"out allow tcp/443 203.0.113.2/32").public("a", "v-1", "10.0.0.4", "198.51.100.1", "s"), []string{
			"a 203.0.113.1 tcp/80 = reachable", "a 203.0.113.2 tcp/443 = reachable",
			"a 203.0.113.1 tcp/443 = blocked sg_no_match", "a 203.0.113.9 tcp/80 = blocked",
		}},
		{"G13", g13("in allow any ab"), []string{
			"b m tcp/5000 = reachable", "c b tcp/22 = reachable", "a b tcp/80 = reachable", "c b tcp/80 = blocked",
		}},
		{"G14", g13(""), []string{"b m tcp/5000 = blocked sg_no_match"}},
		{
			"G15", newNetwork().vpc("A", "172.16.0.0/16", "172.16.0.0/24").vpc("B", "10.0.0.0/16", "10.0.0.0/24").
				group("one", "self", "egress").server("a", "A-1", "172.16.0.5", "one").server("b", "B-1", "10.0.0.5", "one"),
			[]string{"a b any = blocked vpc_disconnected sg_shared_across_disconnected_vpcs"},
		},
		{"G17", office("s").group("s", "in deny tcp/80 "+any4+" 1", "in allow tcp/80 "+any4+" 2"), []string{
			"a b tcp/80 = blocked sg_explicit_deny",
		}},
		{"G17 swapped", office("s").group("s", "in deny tcp/80 "+any4+" 2", "in allow tcp/80 "+any4+" 1"), []string{
			"a b tcp/80 = reachable",
		}},
		{"G19", office("s1", "s2").group("s1", "in allow tcp/1 "+any4).group("s2", "in allow tcp/80 "+any4), []string{
			"a b tcp/80 = reachable",
		}},
		{"G20", newNetwork().vpc("v", "10.0.0.0/16", "10.0.0.0/24").group("s", "egress").
			public("a", "v-1", "10.0.0.4", "198.51.100.1", "s"), []string{
			"a @ tcp/443 = reachable", "@ a tcp/443 = blocked sg_no_rules",
		}},
		{"G21", office("s").group("s", "in allow tcp/22 "+any4), []string{
			"a b tcp/22 = reachable", "b a tcp/22 = blocked sg_no_rules sg_wrong_direction",
		}},
		{"G22", g22, []string{"a x tcp/22 = reachable", "x b tcp/22 = reachable", "a b tcp/22 = blocked"}},
		{"G24", office("open").acl("n", "v-2", "in deny tcp/445", "in allow any", "out allow any"), []string{
			"a b tcp/445 = blocked acl_explicit_deny", "a b tcp/80 = reachable",
		}},
		{"G26", office("s").group("s", "in allow tcp/80,443 "+any4).
			acl("n", "v-2", "in allow tcp/80", "in allow tcp/443", "out allow any"), []string{
			"a b tcp/80,443 = reachable", "a b tcp/22 = blocked acl_default_deny acl_wrong_port sg_no_match",
		}},
		{"G27", office("open").acl("n", "v-2", "in allow tcp/80", "in allow tcp/443"), []string{
			"a b tcp/22 = blocked acl_default_deny",
		}},
		{"G28", office("open").server("d", "v-1", "192.168.0.102", "open").
			acl("n", "v-2", "in deny tcp 192.168.0.102/32", "in allow any"), []string{
			"d b tcp/80 = blocked acl_explicit_deny", "a b tcp/80 = reachable", "d b udp/53 = reachable",
		}},
		// Proves: Stateful vs stateless filters honoured.
		{"G30", office("open").acl("n", "v-2", "in allow tcp/80"), []string{
			"a b tcp/80 = reachable", "b a tcp/80 = blocked acl_default_deny acl_wrong_direction",
		}},
		{"G32", office("open").acl("n", "v-2"), []string{
			"a b any = blocked", "b a any = blocked acl_default_deny", "c b any = reachable acl_exempt",
		}},
		{"G35", office("s").group("s", "in allow tcp/80 "+any4).acl("n", "v-2", "in deny tcp/80", "in allow any"), []string{
			"a b tcp/80 = blocked acl_explicit_deny acl_sg_conflict",
		}},
		{"G36", office("s").group("s", "in allow tcp/22 "+any4).acl("n", "v-2", "in allow any"), []string{
			"a b tcp/80 = blocked sg_no_match sg_blocks_acl_allow",
		}},
		{"G37", office("open").acl("n", "v-2"), []string{
			"b 169.254.169.254 tcp/80 = reachable acl_exempt", "b 100.125.1.250 udp/53 = reachable acl_exempt",
		}},
		{"G39", routedTraffic(twoVPCs(active, "open", "open")), []string{"a b any = reachable", "b a any = reachable"}},
		// Proves: Forward and return direction judged together.
		// Proves: One-sided route / asymmetric return.
		{"G40 return", twoVPCs(active, "open", "open").route("A", "10.0.0.0/16", network.RoutePeering, "AB"), []string{
			"a b tcp/80 = blocked route_missing_return",
		}},
		{"G40 forward", twoVPCs(active, "open", "open").route("B", "172.16.0.0/16", network.RoutePeering, "AB"), []string{
			"a b tcp/80 = blocked route_missing_forward",
		}},
		{"G40 both", twoVPCs(active, "open", "open"), []string{
			"a b tcp/80 = blocked route_missing_forward route_missing_return",
		}},
		{"G41", mesh(), []string{
			"a b any = reachable", "b a any = reachable", "a c any = reachable", "c a any = reachable",
			"b c any = reachable", "c b any = reachable",
		}},
		{"G44", newNetwork().vpc("A", "10.0.0.0/16", "10.0.0.0/24", "10.0.1.0/24").
			vpc("B", "10.0.0.0/16", "10.0.0.0/24", "10.0.1.0/24").group("open", "in allow any any", "egress").
			peer("A", "B", active).route("A", "10.0.0.0/16", network.RoutePeering, "AB").
			route("B", "10.0.0.0/16", network.RoutePeering, "AB").
			server("a", "A-1", "10.0.0.5", "open").server("b", "B-2", "10.0.1.5", "open"), []string{
			"a b tcp/80 = blocked route_shadowed_by_local peering_overlap_total",
		}},
		// Proves: Peering state checked.
		{"G46 pending", routedTraffic(twoVPCs(network.PeeringPending, "open",
			"open")), []string{"a b any = blocked peering_not_active"}},
		{"G46 rejected", routedTraffic(twoVPCs(network.PeeringRejected, "open",
			"open")), []string{"a b any = blocked peering_not_active"}},
		{"G47", routedTraffic(twoVPCs(active, "one", "one")), []string{"a b any = reachable"}},
		{"G48", routedTraffic(twoVPCs(active, "one", "two")), []string{"a b tcp/80 = blocked sg_no_rules"}},
		{"G50", snat(true), []string{"b @ tcp/443 = undetermined forwarder_unverifiable"}},
		{"G51", snat(false), []string{"b @ tcp/443 = blocked peering_eip_not_shared"}},
		{"G54", office("open"), []string{"a b any = reachable"}},
		{"G55", office("open").acl("n", "v-2"), []string{"c b tcp/80 = reachable"}},
		{"G55 sg", office("s").group("s", "egress").acl("n", "v-2"), []string{"c b tcp/80 = blocked sg_no_rules"}},
		{"G56", office("s").group("s", "in allow icmp "+any4), []string{"a b icmp = reachable", "a b tcp/22 = blocked"}},
		{"G59", newNetwork().vpc("v", "10.0.0.0/16", "10.0.0.0/24").group("s", "in allow tcp/445 "+any4, "egress").
			public("b", "v-1", "10.0.0.4", "198.51.100.1", "s").server("c", "v-1", "10.0.0.5", "s"), []string{
			"@ b tcp/445 = reachable high_risk_port", "c b tcp/445 = reachable",
		}},
		// RULES.md, Cases without a number.
		{"equal priority", office("s").group("s", "in allow tcp/80 "+any4, "in deny tcp/80 "+any4), []string{
			"a b tcp/80 = blocked sg_explicit_deny",
		}},
		// Proves: SG with deny, priority and per-instance group order.
		{"first group denies", office("s1", "s2").group("s1", "in deny tcp/80 "+any4+" 100").
			group("s2", "in allow tcp/80 "+any4+" 1"), []string{"a b tcp/80 = blocked sg_explicit_deny sg_order_surprise"}},
		{"second group denies", office("s1", "s2").group("s1", "in allow tcp/80 "+any4+" 100").
			group("s2", "in deny tcp/80 "+any4+" 1"), []string{"a b tcp/80 = reachable sg_order_surprise"}},
		{"disabled ACL", office("open").acl("n", "v-2", "in allow any", "out allow any").disabled("n"), []string{
			"a b tcp/80 = blocked acl_disabled_denies_all", "b a tcp/80 = blocked acl_disabled_denies_all",
			"c b tcp/80 = reachable",
		}},
		{"local wins", office("open").vpc("w", "172.16.0.0/16").peer("v", "w", active).
			route("v", "192.168.1.20/32", network.RoutePeering, "vw"), []string{"a b tcp/80 = reachable"}},
		{"address groups", office("s").addresses("list", "192.168.0.0/28", "192.168.1.7-192.168.1.9").
			group("s", "in allow tcp/80 any ag=list").acl("n", "v-2", "in allow tcp from=list", "out allow any"), []string{
			"a b tcp/80 = reachable", "c b tcp/80 = reachable", "192.168.0.99 b tcp/80 = blocked sg_no_match acl_default_deny",
		}},
		// Proves: Three-valued honesty (unknown is not yes or no).
		{"absent address group", office("s").group("s", "in allow tcp/80 any ag=gone"), []string{
			"a b tcp/80 = undetermined unknown_until_apply", "a b tcp/81 = blocked sg_no_match",
		}},
		{
			"source ports", office("open").acl("n", "v-2", "in allow tcp/80 any sport=1024-65535", "in allow tcp/53 any sport=53"),
			[]string{"a b tcp/80 = reachable", "a b tcp/53 = blocked acl_default_deny"},
		},
		// Proves: ICMP type and code.
		{"ICMP types", office("s").group("s", "in allow icmp any type=8", "in allow icmp any type=3 code=4"), []string{
			"a b icmp = reachable", "a b icmp:3/4 = reachable", "a b icmp:3/1 = blocked sg_wrong_port", "a b icmp:3 = partial",
			"a b any = partial",
		}},
		// Proves: IPv6.
		{"IPv6 from the Internet", dual("s").group("s", "in allow tcp/443 ::/0"), []string{
			"2001:4860::1 b tcp/443 = undetermined ipv6_bandwidth_unmodelled", "2001:4860::1 b tcp/80 = blocked",
		}},
		{"no public IPv6", dual("s").group("s", "in allow any ::/0").
			change("b", func(i *network.Instance) { i.IPv6Address = "fd00:0:0:1::20" }), []string{
			"2001:4860::1 b tcp/443 = undetermined address_outside_subnet",
		}},
	} {
		seen[strings.Fields(c.id)[0]] = true
		for _, text := range c.cases {
			t.Run(c.id+"/"+text, func(t *testing.T) {
				question, want, _ := strings.Cut(text, " = ")
				codes := strings.Fields(want)
				a := reach.Decide(c.network.build(), ask(question))
				if string(a.Verdict) != codes[0] {
					t.Errorf("verdict %s, want %s; findings %v", a.Verdict, codes[0], findingCodes(a))
				}
				for _, f := range a.Blockers() {
					if f.Repair == nil && !slices.Contains(beyondRepair, f.Code) || f.Repair != nil && !f.Repair.Verified {
						t.Errorf("%s has no repair that holds: %+v", f.Code, f.Repair)
					}
				}
				for _, code := range codes[1:] {
					if !strings.Contains(" "+strings.Join(findingCodes(a), " ")+" ", " "+code+" ") {
						t.Errorf("no %s in %v", code, findingCodes(a))
					}
				}
			})
		}
	}
	for _, id := range published {
		if !seen[id] {
			t.Errorf("%s has no test", id)
		}
	}
}

// published are the scenarios of the cloud's own documentation that RULES.md numbers.
var published = []string{
	"G01", "G02", "G03", "G04", "G06", "G07", "G08", "G09", "G11", "G13", "G14", "G15", "G17", "G19", "G20", "G21", "G22",
	"G24", "G26", "G27", "G28", "G30", "G32", "G35", "G36", "G37", "G39", "G40", "G41", "G44", "G46", "G47", "G48", "G50",
	"G51", "G54", "G55", "G56", "G59",
}

// beyondRepair are the blockers that have no repair of their own: a disjoint pair is repaired at the rules that make it
// so, and services, address translators and addresses outside of the model are not the network's to make.
var beyondRepair = []string{
	reach.CodeEgressIngressDisjoint, reach.CodeServiceNotListening, reach.CodeNoInternetRoute, reach.CodePrivateToInternet,
}

// mesh is three VPCs, every two of them peered and routed.
func mesh() *testNetwork {
	const peering = network.RoutePeering
	return three().peer("A", "C", network.PeeringActive).route("A", "10.0.0.0/16", peering, "AB").
		route("A", "192.168.0.0/16", peering, "AC").route("B", "172.16.0.0/16", peering, "AB").
		route("B", "192.168.0.0/16", peering, "BC").route("C", "172.16.0.0/16", peering, "AC").
		route("C", "10.0.0.0/16", peering, "BC")
}

// dual is the office with IPv6 addresses beside the IPv4 ones.
func dual(groups ...string) *testNetwork {
	n := office(groups...).group("six", "in allow any any v=6", "out allow any any v=6", "egress")
	for i, id := range []string{"v-1", "v-2"} {
		s := *network.Get[*network.Subnet](n.build(), id)
		s.IPv6Enabled, s.IPv6CIDR = true, fmt.Sprintf("2001:db8:0:%d::/64", i)
		n.builder.Add(&s)
	}
	n.change("a", func(i *network.Instance) {
		i.IPv6Address, i.SecurityGroupIDs = "2001:db8::9", []string{"six"}
	})
	return n.change("b", func(i *network.Instance) { i.IPv6Address = "2001:db8:0:1::20" })
}

func findingCodes(a reach.Answer) []string {
	out := make([]string, len(a.Findings))
	for i, f := range a.Findings {
		out[i] = f.Code
	}
	return out
}
