package reach_test

import (
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// unusedTable adds a route table that serves no subnet, with one route.
func (n *testNetwork) unusedTable(vpc, destination string, t network.RouteType, hop string) *testNetwork {
	n.add("unused", &network.RouteTable{VPCID: vpc, Name: "unused"})
	n.add("unused-route", &network.Route{VPCID: vpc, RouteTableID: "unused", Destination: destination, Type: t, NextHop: hop})
	return n
}

// ipv6 gives a subnet an IPv6 block.
func (n *testNetwork) ipv6(subnet, block string) *testNetwork {
	s := *network.Get[*network.Subnet](n.build(), subnet)
	s.IPv6Enabled, s.IPv6CIDR = true, block
	n.builder.Add(&s)
	return n
}

// What could carry traffic and is not modelled makes a verdict undetermined where nothing else stops the traffic.
func TestUnmodelledIsUndetermined(t *testing.T) {
	open := func() *testNetwork { return lone("in allow tcp/443 any") }
	// The answers of b leave through A, where the gateway is.
	behind := twoVPCs(network.PeeringActive, "open", "open").route("B", any4, network.RoutePeering, "AB").
		route("A", any4, network.RouteNAT, "nat")
	six := func() *testNetwork {
		return dual("s").group("s", "in allow tcp/443 ::/0 v=6", "out allow any ::/0 v=6")
	}
	// What leaves A for B passes a firewall at 172.16.0.99, in the group open, or a gateway.
	behindGateway := joined().group("dst", "in allow tcp/80 172.30.0.0/16", "in allow tcp/81 open").
		server("c", "B-1", "10.0.0.6", "dst").
		route("A", "10.0.0.0/24", network.RouteNAT, "nat")
	for _, c := range []struct {
		rule    string
		network *testNetwork
		cases   []string
	}{
		{"a forwarder may send in its own name", forwarded("in allow tcp/80 172.16.0.99/32"), []string{
			"a b tcp/80 = undetermined forwarder_unverifiable -sg_no_match", "a b tcp/81 = blocked sg_no_match",
		}},
		{"as a member of its own groups", forwarded("in allow tcp/80 open"), []string{"a b tcp/80 = undetermined"}},
		{"not in another's", forwarded("in allow tcp/80 172.16.0.98/32"), []string{"a b tcp/80 = blocked"}},
		{"an ACL sees it so too", forwarded("in allow any any").acl("n", "B-1", "in allow tcp/80 172.16.0.99/32"), []string{
			"a b tcp/80 = undetermined -acl_default_deny", "a b tcp/81 = blocked acl_default_deny",
		}},
		{"and a firewall inside", forwarded("in allow any any").change("b", func(i *network.Instance) {
			i.GuestFirewall = []network.GuestRule{
				{Action: network.Allow, RemoteCIDR: "172.16.0.99/32"}, {Action: network.Deny, Protocol: "tcp"},
			}
		}), []string{"a b tcp/80 = undetermined -guest_firewall_deny"}},
		{"of a gateway no address is known", behindGateway, []string{
			"a c tcp/80 = undetermined", "a c tcp/81 = blocked sg_remote_group_not_preserved", "a c tcp/82 = blocked",
		}},
		{"an instance that lets the Internet in may send in its own name", lone("in allow tcp/80 10.0.0.9/32").
			server("fw", "v-1", "10.0.0.9", "g").route("v", any4, network.RouteECS, "fw"), []string{
			"@ a tcp/80 = undetermined exposure_unmodelled", "@ a tcp/81 = blocked",
		}},
		{
			"a gateway leaves the client's address", lone("in allow tcp/80 10.0.0.9/32").route("v", any4, network.RouteNAT, "nat"),
			[]string{"@ a tcp/80 = blocked sg_no_match"},
		},
		{"an IPv6 address is on the Internet only in a shared bandwidth", six(), []string{
			"2606:4700::1 b tcp/443 = undetermined ipv6_bandwidth_unmodelled", "2606:4700::1 b tcp/22 = blocked sg_no_match",
			"b 2606:4700::1 tcp/443 = undetermined ipv6_bandwidth_unmodelled",
			"2001:db8::9 b tcp/443 = reachable -ipv6_bandwidth_unmodelled",
		}},
		{"a default route decides where there is no bandwidth", six().vpc("w", "10.9.0.0/16", "10.9.0.0/24").
			ipv6("w-1", "2001:db8:9::/64").peer("v", "w", network.PeeringActive).route("v", "::/0", network.RoutePeering, "vw").
			route("w", "2001:db8::/32", network.RoutePeering, "vw"), []string{
			"b 2001:db8:9::5 tcp/443 = undetermined ipv6_bandwidth_unmodelled",
		}},
		{"without a bandwidth a forwarder may let the Internet in", dual("s").group("s", "in allow tcp/443 2001:db8::9/128 v=6").
			route("v", "::/0", network.RouteECS, "a"), []string{
			"2606:4700::1 b tcp/443 = undetermined exposure_unmodelled ipv6_bandwidth_unmodelled",
			"2606:4700::1 b tcp/22 = blocked sg_no_match",
		}},
		{"whatever else takes the answers of one with a bandwidth", six().vpc("w", "10.9.0.0/16").
			peer("v", "w", network.PeeringPending).route("v", "2606:4700::/32", network.RoutePeering, "vw").
			unusedTable("v", "::/0", network.RouteNAT, "nat"), []string{"2606:4700::1 b tcp/443 = undetermined exposure_unmodelled"}},
		{"a gateway may publish an instance without a public address", open().route("v", any4, network.RouteNAT, "nat"), []string{
			"@ a tcp/443 = undetermined exposure_unmodelled -no_public_address", "198.51.100.1 a tcp/443 = undetermined",
			"@ 10.0.0.4 tcp/443 = undetermined", "@ a tcp/22 = blocked sg_no_match",
		}},
		{"so may any next hop that is not modelled", open().route("v", "10.0.0.0/8", network.RouteER, "er"), []string{
			"@ a tcp/443 = undetermined exposure_unmodelled",
		}},
		{"in any table of the VPC", open().unusedTable("v", "203.0.113.0/24", network.RouteVIP, "10.0.0.9"), []string{
			"@ a tcp/443 = undetermined exposure_unmodelled",
		}},
		{"and behind a peering connection that answers take", behind, []string{
			"@ b tcp/443 = undetermined exposure_unmodelled", "@ b tcp/443 strict = blocked no_public_address",
		}},
		{"a peering connection publishes nothing", open().vpc("w", "10.9.0.0/16").peer("v", "w", network.PeeringActive).
			route("v", any4, network.RoutePeering, "vw"), []string{"@ a tcp/443 = blocked no_public_address"}},
		{"nor does what carries the other family", open().route("v", "fd00::/8", network.RouteECS, "a"), []string{
			"@ a tcp/443 = blocked no_public_address",
		}},
	} {
		for _, text := range c.cases {
			t.Run(c.rule+"/"+text, func(t *testing.T) { decides(t, c.network, text) })
		}
	}
}

// An intent that something stays closed is satisfied only where it certainly does.
func TestUnmodelledSatisfiesNoIntent(t *testing.T) {
	closed := reach.Intent{
		Name: "closed", Expect: reach.MustNotReach, From: reach.Selector{Internet: true},
		To: reach.Selector{InstanceIDs: []string{"a"}}, Protocol: 6, Ports: ports("443"),
	}
	for _, c := range []struct {
		rule                    string
		network                 *testNetwork
		satisfied, undetermined bool
	}{
		{"a gateway", lone("in allow tcp/443 any").route("v", any4, network.RouteNAT, "nat"), false, true},
		{"a gateway, and a group that lets nothing in", lone().route("v", any4, network.RouteNAT, "nat"), true, false},
		{"no gateway", lone("in allow tcp/443 any"), true, false},
	} {
		out := reach.Compile(c.network.build()).Check(closed)[0]
		if out.Satisfied != c.satisfied || out.Undetermined != c.undetermined {
			t.Errorf("%s: satisfied %t, undetermined %t", c.rule, out.Satisfied, out.Undetermined)
		}
	}
}
