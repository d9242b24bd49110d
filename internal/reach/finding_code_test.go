package reach_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// scenario is a network, what is asked about it, and the answer: findings and text.
type scenario struct {
	network *testNetwork
	// question is set for a data source, intents for a guard, neither for an audit.
	question *reach.Question
	intents  []reach.Intent
	find     func() ([]reach.Finding, string)
}

func asking(n *testNetwork, question string) scenario {
	return questioning(n, ask(question))
}

func strictly(n *testNetwork, question string) scenario {
	q := ask(question)
	q.Strict = true
	return questioning(n, q)
}

func questioning(n *testNetwork, q reach.Question) scenario {
	return scenario{network: n, question: &q, find: func() ([]reach.Finding, string) {
		a := reach.Decide(n.build(), q)
		return a.Findings, report.Text(a)
	}}
}

func auditing(n *testNetwork) scenario {
	return scenario{network: n, find: func() ([]reach.Finding, string) {
		list := reach.Compile(n.build()).Audit()
		return list, report.Audit(list)
	}}
}

func checking(n *testNetwork, intents ...reach.Intent) scenario {
	return scenario{network: n, intents: intents, find: func() (list []reach.Finding, text string) {
		outcomes := n.compile().Check(intents...)
		for _, o := range outcomes {
			list = append(list, o.Findings...)
		}
		return list, report.Outcomes(outcomes)
	}}
}

func intent(expect reach.Expectation, from, to, port string) reach.Intent {
	return reach.Intent{
		Name: from + " " + string(expect) + " " + to, Expect: expect, From: reach.Selector{InstanceIDs: []string{from}},
		To: reach.Selector{InstanceIDs: []string{to}}, Protocol: traffic.TCP, Ports: ports(port),
	}
}

// halfOpen is two instances, one of which lets half of its subnet in.
func halfOpen() *testNetwork {
	return lone("in allow tcp/443 10.0.0.0/25").server("b", "v-1", "10.0.0.5", "g")
}

// lone is a VPC with one instance that has no public address.
func lone(rules ...string) *testNetwork {
	return newNetwork().vpc("v", "10.0.0.0/16", "10.0.0.0/24").group("g", append(rules, "egress")...).
		server("a", "v-1", "10.0.0.4", "g")
}

// twins are two VPCs with the same block, peered, with routes on both sides.
func twins(second string) *testNetwork {
	return newNetwork().vpc("A", "10.0.0.0/16", "10.0.0.0/24").vpc("B", "10.0.0.0/16", second).
		group("open", "in allow any any", "egress").peer("A", "B", network.PeeringActive).
		route("A", "10.0.0.0/16", network.RoutePeering, "AB").route("B", "10.0.0.0/16", network.RoutePeering, "AB")
}

// chain is A-B-C with the routes for transit from A to C, and those back if asked for.
func chain(back bool) *testNetwork {
	n := three().route("A", "192.168.0.0/16", network.RoutePeering, "AB").
		route("B", "192.168.0.0/16", network.RoutePeering, "BC")
	if back {
		n.route("C", "172.16.0.0/16", network.RoutePeering, "BC").route("B", "172.16.0.0/16", network.RoutePeering, "AB")
	}
	return n
}

func meshed() *testNetwork {
	return chain(true).peer("A", "C", network.PeeringActive)
}

func joined() *testNetwork { return routedTraffic(twoVPCs(network.PeeringActive, "open", "open")) }

func many(n int, rule string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf(rule, i+1)
	}
	return out
}

// scenarios has for every code a network that shows it and a similar one that does not.
var scenarios = map[string][2]scenario{
	reach.CodeEndpointNotFound:  {asking(lone(), "a zz tcp/80"), asking(office("open"), "a b tcp/80")},
	reach.CodeEndpointNoAddress: {asking(office("open"), "a b icmpv6"), asking(office("open"), "a b icmp")},
	reach.CodeEndpointAmbiguous: {
		asking(twins("10.0.0.0/24").server("a", "A-1", "10.0.0.5", "open"), "a 10.0.0.9 tcp/80"),
		asking(twins("10.0.1.0/24").server("a", "A-1", "10.0.0.5", "open"), "a 10.0.1.9 tcp/80"),
	},
	reach.CodeAddressOutsideSubnet: {
		asking(office("open").server("x", "v-1", "192.168.9.9", "open"), "a x tcp/80"),
		asking(office("open").server("x", "v-1", "192.168.0.99", "open"), "a x tcp/80"),
	},
	reach.CodeAddressNotRoutable: {asking(lone(), "a 127.0.0.1 tcp/80"), asking(lone(), "a 192.0.2.1 tcp/80")},
	reach.CodeAddressUnowned:     {asking(office("open"), "a 192.168.1.77 tcp/80"), asking(office("open"), "a 192.168.1.20 tcp/80")},
	reach.CodeIPFamilyMismatch: {
		asking(lone(), "10.0.0.4 2001:db8::1 tcp/80"),
		asking(lone(), "10.0.0.4 192.0.2.1 tcp/80"),
	},
	reach.CodeProtocolFamilyMismatch: {asking(lone(), "a 192.0.2.1 icmpv6"), asking(lone(), "a 192.0.2.1 icmp")},
	reach.CodeSelfProbe:              {asking(lone(), "a a tcp/80"), asking(office("open"), "a b tcp/80")},
	reach.CodeUnknownUntilApply: {
		asking(office("absent"), "a b tcp/80"),
		asking(office("absent").group("absent"), "a b tcp/80"),
	},

	reach.CodeValueUnknown: {
		checking(halfOpen().hide("b", "ip_address"), intent(reach.MustReach, "b", "a", "443")),
		checking(halfOpen(), intent(reach.MustReach, "b", "a", "443")),
	},

	reach.CodeVPCDisconnected: {asking(newNetwork().vpc("A", "172.16.0.0/16", "172.16.0.0/24").
		vpc("B", "10.0.0.0/16", "10.0.0.0/24").group("g", "self", "egress").server("a", "A-1", "172.16.0.5", "g").
		server("b", "B-1", "10.0.0.5", "g"), "a b tcp/80"), asking(joined(), "a b tcp/80")},
	reach.CodeSGShared: {auditing(newNetwork().vpc("A", "172.16.0.0/16", "172.16.0.0/24").
		vpc("B", "10.0.0.0/16", "10.0.0.0/24").group("g", "self", "egress").server("a", "A-1", "172.16.0.5", "g").
		server("b", "B-1", "10.0.0.5", "g")), auditing(routedTraffic(twoVPCs(network.PeeringActive, "one", "one")))},
	reach.CodePeeringNotActive: {
		asking(routedTraffic(twoVPCs(network.PeeringPending, "open", "open")), "a b any"),
		asking(joined(), "a b any"),
	},
	reach.CodePeeringOverlapTotal: {asking(twins("10.0.0.0/24").server("a", "A-1", "10.0.0.5", "open").
		server("b", "B-1", "10.0.0.6", "open"), "a b tcp/80"), asking(twins("10.0.1.0/24").
		server("a", "A-1", "10.0.0.5", "open").server("b", "B-1", "10.0.1.6", "open"), "a b tcp/80")},
	reach.CodePeeringOverlapPartial: {auditing(twins("10.0.1.0/24")), auditing(joined())},
	reach.CodePeeringTransit:        {asking(chain(true), "a c tcp/80"), asking(joined(), "a b tcp/80")},
	reach.CodePeeringTransitRefused: {strictly(chain(true), "a c tcp/80"), asking(chain(true), "a c tcp/80")},
	reach.CodePeeringEIPNotShared: {asking(twoVPCs(network.PeeringActive, "open", "open").
		route("B", any4, network.RoutePeering, "AB"), "b @ tcp/443"), asking(twoVPCs(network.PeeringActive, "open", "open").
		route("B", any4, network.RoutePeering, "AB").route("A", any4, network.RouteNAT, "nat"), "b @ tcp/443")},
	reach.CodePeeringDuplicate: {auditing(joined().peer("B", "A", network.PeeringActive)), auditing(joined())},
	reach.CodePeeringSelf:      {auditing(joined().peer("A", "A", network.PeeringActive)), auditing(joined())},
	reach.CodeCIDROverlap: {
		auditing(newNetwork().vpc("v", "10.0.0.0/16", "10.0.0.0/24", "10.0.0.0/25")),
		auditing(newNetwork().vpc("v", "10.0.0.0/16", "10.0.0.0/24", "10.0.1.0/25")),
	},

	reach.CodeRouteMissingForward: {
		asking(twoVPCs(network.PeeringActive, "open", "open"), "a b tcp/80"),
		asking(joined(), "a b tcp/80"),
	},
	reach.CodeRouteMissingReturn: {asking(twoVPCs(network.PeeringActive, "open", "open").
		route("A", "10.0.0.0/16", network.RoutePeering, "AB"), "a b tcp/80"), asking(joined(), "a b tcp/80")},
	reach.CodeRouteShadowedByLocal: {asking(twins("10.0.0.0/24").server("a", "A-1", "10.0.0.5", "open").
		server("b", "B-1", "10.0.0.6", "open"), "a b tcp/80"), asking(joined(), "a b tcp/80")},
	reach.CodeRouteMoreSpecific: {asking(three().peer("A", "C", network.PeeringActive).
		route("A", "192.168.0.0/16", network.RoutePeering, "AC").route("A", "192.168.0.0/24", network.RoutePeering, "AB").
		route("C", "172.16.0.0/16", network.RoutePeering, "AC"), "a c tcp/80"), asking(meshed(), "a c tcp/80")},
	reach.CodeRouteWrongVPC: {
		asking(three().route("A", "192.168.0.0/16", network.RoutePeering, "AB"), "a c tcp/80"),
		asking(chain(true), "a c tcp/80"),
	},
	reach.CodeRouteDeadNextHop: {
		asking(three().route("A", "10.0.0.0/16", network.RoutePeering, "BC"), "a b tcp/80"),
		asking(joined(), "a b tcp/80"),
	},
	reach.CodeRouteLoop: {asking(three().route("A", "192.168.0.0/16", network.RoutePeering, "AB").
		route("B", "192.168.0.0/16", network.RoutePeering, "AB"), "a c tcp/80"), asking(chain(true), "a c tcp/80")},
	reach.CodeRouteAsymmetric: {asking(chain(false).peer("A", "C", network.PeeringActive).
		route("C", "172.16.0.0/16", network.RoutePeering, "AC"), "a c tcp/80"), asking(chain(true), "a c tcp/80")},
	reach.CodeRouteDuplicate: {auditing(func() *testNetwork {
		n := joined()
		n.add("again", &network.Route{VPCID: "A", Destination: "10.0.0.0/16", Type: network.RoutePeering, NextHop: "AB"})
		return n
	}()), auditing(joined())},
	reach.CodeRouteConflictsWithSubnet: {
		auditing(joined().route("A", "172.16.0.0/25", network.RoutePeering, "AB")),
		auditing(joined().route("A", "172.16.0.0/12", network.RoutePeering, "AB")),
	},
	reach.CodeForwarderUnverifiable: {asking(twoVPCs(network.PeeringActive, "open", "open").
		route("A", any4, network.RouteNAT, "nat"), "a @ tcp/443"), asking(joined(), "a b tcp/80")},
	reach.CodeNoPublicAddress: {
		asking(lone(), "a @ tcp/443"),
		asking(lone().public("p", "v-1", "10.0.0.9", "203.0.113.9", "g"), "p @ tcp/443"),
	},
	reach.CodeExposureUnmodelled: {
		asking(lone("in allow tcp/443 any").route("v", any4, network.RouteNAT, "nat"), "@ a tcp/443"),
		asking(lone("in allow tcp/443 any"), "@ a tcp/443"),
	},
	reach.CodeIPv6Bandwidth: {
		asking(dual("s").group("s", "in allow tcp/443 ::/0 v=6"), "2606:4700::1111 b tcp/443"),
		asking(dual("s").group("s", "in allow tcp/443 ::/0 v=6"), "a b tcp/443"),
	},
	reach.CodeNoInternetRoute: {asking(lone(), "10.0.0.77 @ tcp/443"), asking(lone(), "a @ tcp/443")},
	reach.CodePrivateToInternet: {
		asking(lone().public("p", "v-1", "10.0.0.9", "203.0.113.9", "g"), "p 10.99.0.1 tcp/80"),
		asking(lone().route("v", "10.99.0.0/16", network.RouteVPN, "vpn"), "a 10.99.0.1 tcp/80"),
	},

	reach.CodeACLExplicitDeny: {
		asking(office("open").acl("n", "v-2", "in deny tcp/80", "in allow any"), "a b tcp/80"),
		asking(office("open").acl("n", "v-2", "in deny tcp/81", "in allow any"), "a b tcp/80"),
	},
	reach.CodeACLDefaultDeny: {
		asking(office("open").acl("n", "v-2", "in allow tcp/81"), "a b tcp/80"),
		asking(office("open").acl("n", "v-2", "in allow tcp/80"), "a b tcp/80"),
	},
	reach.CodeACLDisabledDeniesAll: {
		asking(office("open").acl("n", "v-2", "in allow any").disabled("n"), "a b tcp/80"),
		asking(office("open").acl("n", "", "in allow any").disabled("n"), "a b tcp/80"),
	},
	reach.CodeACLWrongDirection: {
		asking(office("open").acl("n", "v-2", "out allow tcp/80"), "a b tcp/80"),
		asking(office("open").acl("n", "v-2", "out allow tcp/81"), "a b tcp/80"),
	},
	reach.CodeACLWrongProtocol: {
		asking(office("open").acl("n", "v-2", "in allow udp/80"), "a b tcp/80"),
		asking(office("open").acl("n", "v-2", "in allow udp/81"), "a b tcp/80"),
	},
	reach.CodeACLWrongPort: {
		asking(office("open").acl("n", "v-2", "in allow tcp/81"), "a b tcp/80"),
		asking(office("open").acl("n", "v-2", "in allow tcp/81 172.16.0.0/16"), "a b tcp/80"),
	},
	reach.CodeACLRuleDisabled: {
		asking(office("open").acl("n", "v-2", "in allow tcp/80 off"), "a b tcp/80"),
		asking(office("open").acl("n", "v-2", "in allow tcp/81 off"), "a b tcp/80"),
	},
	reach.CodeACLExempt: {
		asking(office("open").acl("n", "v-2"), "c b tcp/80"),
		asking(office("open").acl("n", "v-2", "in allow any"), "a b tcp/80"),
	},
	reach.CodeACLRuleShadowed: {
		auditing(office("open").acl("n", "v-2", "in deny tcp/1-100", "in allow tcp/80")),
		auditing(office("open").acl("n", "v-2", "in deny tcp/1-79", "in allow tcp/80")),
	},
	reach.CodeACLRuleRedundant: {auditing(office("open").acl("n", "v-2", "in allow tcp/1-79", "in allow tcp/80-90",
		"in allow tcp/70-85")), auditing(office("open").acl("n", "v-2", "in allow tcp/1-79", "in allow tcp/81-90",
		"in allow tcp/70-85"))},
	reach.CodeACLRuleUnmatchable: {auditing(office("open").addresses("six", "2001:db8::/32").
		acl("n", "v-2", "in allow tcp/80 from=six")), auditing(office("open").addresses("four", "192.0.2.0/24").
		acl("n", "v-2", "in allow tcp/80 from=four"))},
	reach.CodeACLDenyNotEffective: {
		auditing(office("open").acl("n", "v-2", "in allow tcp", "in deny tcp/23")),
		auditing(office("open").acl("n", "v-2", "in deny tcp/23", "in allow tcp")),
	},
	reach.CodeACLUnassociated: {
		auditing(office("open").acl("n", "", "in allow any")),
		auditing(office("open").acl("n", "v-2", "in allow any")),
	},
	reach.CodeACLRuleOutsideSubnet: {
		auditing(office("open").acl("n", "v-2", "in allow tcp any 192.168.0.0/24")),
		auditing(office("open").acl("n", "v-2", "in allow tcp any 192.168.1.0/26")),
	},

	reach.CodeSGNoMatch: {
		asking(office("s").group("s", "in allow tcp/22 any"), "a b tcp/80"),
		asking(office("s").group("s", "in allow tcp/80 any"), "a b tcp/80"),
	},
	reach.CodeSGExplicitDeny: {
		asking(office("s").group("s", "in deny tcp/80 any", "in allow tcp any"), "a b tcp/80"),
		asking(office("s").group("s", "in deny tcp/80 any 2", "in allow tcp any 1"), "a b tcp/80"),
	},
	reach.CodeSGNoRules: {
		asking(office("s").group("s", "egress"), "a b tcp/80"),
		asking(office("s").group("s", "in allow udp any"), "a b tcp/80"),
	},
	reach.CodeSGWrongDirection: {
		asking(office("s").group("s", "out allow tcp/80 192.168.0.0/24"), "a b tcp/80"),
		asking(office("s").group("s", "out allow tcp/80 172.16.0.0/24"), "a b tcp/80"),
	},
	reach.CodeSGWrongProtocol: {
		asking(office("s").group("s", "in allow udp/80 any"), "a b tcp/80"),
		asking(office("s").group("s", "in allow udp/81 any"), "a b tcp/80"),
	},
	reach.CodeSGWrongPort: {
		asking(office("s").group("s", "in allow tcp/81 any"), "a b tcp/80"),
		asking(office("s").group("s", "in allow udp/81 any"), "a b tcp/80"),
	},
	reach.CodeSGWrongPeer: {
		asking(office("s").group("s", "in allow tcp/80 172.16.0.0/16"), "a b tcp/80"),
		asking(office("s").group("s", "in allow tcp/81 172.16.0.0/16"), "a b tcp/80"),
	},
	reach.CodeSGRuleDisabled: {
		asking(office("s").group("s", "in allow tcp/80 any off"), "a b tcp/80"),
		asking(office("s").group("s", "in allow tcp/81 any off"), "a b tcp/80"),
	},
	reach.CodeSGRemoteNotPreserved: {
		asking(forwarded("in allow any src"), "a b tcp/80"),
		asking(forwarded("in allow any 172.16.0.0/16"), "a b tcp/80"),
	},
	reach.CodeSGOrderSurprise: {asking(office("s", "t").group("s", "in deny tcp/80 any").group("t", "in allow tcp any"),
		"a b tcp/80"), asking(office("s", "t").group("s", "in deny tcp/81 any").group("t", "in allow tcp any"), "a b tcp/80")},
	reach.CodeSGRuleShadowed: {
		auditing(office("s").group("s", "in deny tcp any 1", "in allow tcp/80 any 2")),
		auditing(office("s").group("s", "in deny tcp any 2", "in allow tcp/80 any 1")),
	},
	reach.CodeSGRuleRedundant: {
		auditing(office("s").group("s", "in allow tcp/80 any", "in allow tcp/1-100 any")),
		auditing(office("s").group("s", "in allow tcp/80 any", "in allow tcp/81-100 any")),
	},
	reach.CodeSGDuplicateRule: {
		auditing(office("s").group("s", "in allow tcp/80 any", "in allow tcp/80 any")),
		auditing(office("s").group("s", "in allow tcp/80 any", "in allow tcp/81 any")),
	},
	reach.CodeSGUnattached: {auditing(office("open").group("idle", "egress")), auditing(office("open"))},
	reach.CodeSGRemoteGroupEmpty: {
		auditing(office("s").group("nobody").group("s", "in allow tcp nobody")),
		auditing(office("s").group("s", "in allow tcp open")),
	},
	reach.CodeSGRemoteGroupUnreachable: {
		auditing(newNetwork().vpc("A", "172.16.0.0/16", "172.16.0.0/24").
			vpc("B", "10.0.0.0/16", "10.0.0.0/24").group("far", "egress").group("near", "in allow tcp far").
			server("a", "A-1", "172.16.0.5", "near").server("b", "B-1", "10.0.0.5", "far")),
		auditing(joined().group("near", "in allow tcp open").server("n", "A-1", "172.16.0.9", "near")),
	},
	reach.CodeSGRuleOverLimit: {
		auditing(office("s").group("s", many(51, "in allow tcp/%d any")...)),
		auditing(office("s").group("s", many(50, "in allow tcp/%d any")...)),
	},

	reach.CodeACLSGConflict: {asking(office("s").group("s", "in allow tcp/80 any").acl("n", "v-2", "in deny tcp/80"),
		"a b tcp/80"), asking(office("s").group("s", "in allow tcp/80 any").acl("n", "v-2", "in allow tcp/80"), "a b tcp/80")},
	reach.CodeConflictPartial: {asking(office("s").group("s", "in allow tcp/80-90 any").
		acl("n", "v-2", "in deny tcp/80", "in allow tcp"), "a b tcp/80-90"), asking(office("s").
		group("s", "in allow tcp/80-90 any").acl("n", "v-2", "in allow tcp"), "a b tcp/80-90")},
	reach.CodeSGBlocksACLAllow: {asking(office("s").group("s", "in allow tcp/22 any").acl("n", "v-2", "in allow tcp/80"),
		"a b tcp/80"), asking(office("s").group("s", "in allow tcp/80 any").acl("n", "v-2", "in allow tcp/80"), "a b tcp/80")},
	reach.CodeEgressIngressDisjoint: {
		asking(office("s").group("s", "in allow tcp/80 any").
			group("limited", "out allow tcp/443 any").server("x", "v-1", "192.168.0.77", "limited"), "x b any"),
		asking(office("s").group("s", "in allow tcp/80 any").group("limited", "out allow tcp/80-443 any").
			server("x", "v-1", "192.168.0.77", "limited"), "x b any"),
	},

	reach.CodeHighRiskPort: {asking(lone("in allow tcp any").public("p", "v-1", "10.0.0.9", "203.0.113.9", "g"),
		"@ p tcp/445"), asking(lone("in allow tcp any").server("p", "v-1", "10.0.0.9", "g"), "a p tcp/445")},
	reach.CodeSMTP25Blocked: {
		asking(lone().public("p", "v-1", "10.0.0.9", "203.0.113.9", "g"), "p @ tcp/25"),
		asking(lone().public("p", "v-1", "10.0.0.9", "203.0.113.9", "g"), "p @ tcp/465"),
	},
	reach.CodeServiceNotListening: {
		asking(office("open").change("b", listens("80")), "a b tcp/81"),
		asking(office("open").change("b", listens("80")), "a b tcp/80"),
	},
	reach.CodeGuestFirewallDeny: {
		asking(office("open").change("b", drops("192.168.0.0/24")), "a b tcp/80"),
		asking(office("open").change("b", drops("192.168.1.0/24")), "a b tcp/80"),
	},
	reach.CodeGuestUnverifiable: {asking(office("open"), "a b tcp/80"), asking(office("open").change("b", listens("80")).
		change("b", drops("172.16.0.0/16")), "a b tcp/80")},

	reach.CodeIntentViolatedBlocked: {
		checking(shop(), intent(reach.MustReach, "c", "d", "5432")),
		checking(shop(), intent(reach.MustReach, "w1", "d", "5432")),
	},
	reach.CodeIntentViolatedReachable: {
		checking(shop(), intent(reach.MustNotReach, "w1", "d", "1-65535")),
		checking(shop(), intent(reach.MustNotReach, "c", "d", "1-65535")),
	},
	reach.CodeIntentVacuous: {
		checking(shop(), intent(reach.MustNotReach, "zz", "d", "80")),
		checking(shop(), intent(reach.MustNotReach, "c", "d", "80")),
	},
	reach.CodeIntentContradictory: {checking(shop(), intent(reach.MustReach, "w1", "d", "5432"),
		intent(reach.MustNotReach, "w1", "d", "5000-6000")), checking(shop(), intent(reach.MustReach, "w1", "d", "5432"),
		intent(reach.MustNotReach, "w1", "d", "5433"))},
}

// Every code has a scenario in which it is found and one in which it is not, and every scenario has a code.
//
// Proves: Stable machine-readable cause codes.
// Proves: Deny rule that has no effect.
func TestEveryCode(t *testing.T) {
	codes := reach.Codes()
	for _, code := range slices.Sorted(maps.Keys(scenarios)) {
		if !slices.Contains(codes, code) {
			t.Errorf("%s is not a code", code)
		}
	}
	for _, code := range codes {
		t.Run(code, func(t *testing.T) {
			s, ok := scenarios[code]
			if !ok {
				t.Fatal("no scenario")
			}
			has := func(list []reach.Finding) bool {
				return slices.ContainsFunc(list, func(f reach.Finding) bool { return f.Code == code })
			}
			fires, _ := s[0].find()
			if !has(fires) {
				t.Errorf("not found in %v", codesIn(fires))
			}
			for _, f := range fires {
				open := code == reach.CodeValueUnknown // What is not certain has no repair.
				if f.Severity == reach.Blocker && f.Repair == nil && !open && !slices.Contains(beyondRepair, f.Code) {
					t.Errorf("%s has no repair", f.Code)
				}
			}
			if quiet, _ := s[1].find(); has(quiet) {
				t.Errorf("found where it should not be: %v", codesIn(quiet))
			}
		})
	}
}

func codesIn(list []reach.Finding) string {
	var out []string
	for _, f := range list {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}
