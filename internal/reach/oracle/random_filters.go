package oracle

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func split(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

// tables adds tables for some subnets, and routes to every table. Peered VPCs mostly get the routes an author would have
// written, so that there is something to filter.
func (r *random) tables() {
	used := map[string]bool{}
	chained := !r.often("no chain")
	for k, v := range r.vpcs {
		tables := []string{""} // the default table
		for _, s := range r.subnets {
			if s.VPCID != v.ID || r.often("default table") {
				continue
			}
			t := &network.RouteTable{VPCID: v.ID, Name: r.id("t"), SubnetIDs: []string{s.ID}}
			t.ID = t.Name
			r.add(t)
			tables = append(tables, t.ID)
		}
		for _, table := range tables {
			switch {
			case chained:
				r.chainRoutes(used, k, table)
			case r.often("routes to each peer"):
				r.peerRoutes(used, v.ID, table)
			default:
				r.defaultRoute(used, v.ID, table)
			}
			for range rapid.IntRange(0, 2).Draw(r.t, "more routes") {
				r.anyRoute(used, v.ID, table)
			}
		}
	}
}

// peered reports whether two VPCs have a peering connection.
func (r *random) peered(a, b string) bool {
	return slices.ContainsFunc(r.peers, func(p *network.Peering) bool { return otherEnd(p, a) == b })
}

// peerRoutes adds routes to most peers, and at times to what these are peered with: to the block of the VPC or to each of its
// subnets.
func (r *random) peerRoutes(used map[string]bool, vpc, table string) {
	for _, p := range r.peers {
		far := otherEnd(p, vpc)
		if far == "" || !r.often("routes to the peer") {
			continue
		}
		transit, whole := !r.often("routes to the peer only"), rapid.Bool().Draw(r.t, "route to the VPC's block")
		for _, v := range r.vpcs {
			if v.ID == far || transit && v.ID != vpc && r.peered(far, v.ID) {
				r.routesTo(used, vpc, table, v, whole, p.ID)
			}
		}
	}
}

// chainRoutes makes each VPC the way to those behind it: by a default route, but for the first VPC, which has routes to their
// subnets, as every VPC has to those before it.
func (r *random) chainRoutes(used map[string]bool, k int, table string) {
	vpc := r.vpcs[k].ID
	for j, v := range r.vpcs {
		neighbor := k - 1
		if j > k {
			neighbor = k + 1
		}
		for _, p := range r.peers {
			switch {
			case j == k || otherEnd(p, vpc) != r.vpcs[neighbor].ID:
			case j > k && k > 0:
				r.route(used, vpc, table, "0.0.0.0/0", network.RoutePeering, p.ID)
				r.route(used, vpc, table, "::/0", network.RoutePeering, p.ID)
			default:
				r.routesTo(used, vpc, table, v, false, p.ID)
			}
		}
	}
}

// routesTo adds routes over a peering connection: to the block of a VPC or to its subnets.
func (r *random) routesTo(used map[string]bool, vpc, table string, to *network.VPC, whole bool, hop string) {
	if whole {
		r.route(used, vpc, table, to.CIDR, network.RoutePeering, hop)
	}
	for _, s := range r.subnets {
		if s.VPCID == to.ID {
			if !whole {
				r.route(used, vpc, table, s.CIDR, network.RoutePeering, hop)
			}
			r.route(used, vpc, table, s.IPv6CIDR, network.RoutePeering, hop)
		}
	}
}

// defaultRoute makes a peer of a VPC, or a gateway, the way to everything else.
func (r *random) defaultRoute(used map[string]bool, vpc, table string) {
	hops := r.hops(vpc)
	if len(hops) == 0 || !r.often("a peer") {
		r.route(used, vpc, table, "0.0.0.0/0", network.RouteNAT, "gateway")
		return
	}
	hop := r.pick("next hop", hops)
	r.route(used, vpc, table, "0.0.0.0/0", network.RoutePeering, hop)
	r.route(used, vpc, table, "::/0", network.RoutePeering, hop)
}

// hops are the peering connections of a VPC.
func (r *random) hops(vpc string) []string {
	var out []string
	for _, p := range r.peers {
		if otherEnd(p, vpc) != "" {
			out = append(out, p.ID)
		}
	}
	return out
}

// anyRoute adds a route to one of the targets: mostly over a peering connection of the VPC, at times to an instance of
// it or a gateway that is not modelled, or to a peering connection that is gone.
func (r *random) anyRoute(used map[string]bool, vpc, table string) {
	target := r.pick("target", targets4)
	if r.seldom("IPv6 target") {
		target = r.pick("target", targets6)
	}
	hopType, hop := network.RoutePeering, "gone"
	if hops := r.hops(vpc); len(hops) > 0 {
		hop = r.pick("next hop", hops)
	}
	if !r.often("peering") {
		hopType = rapid.SampledFrom([]network.RouteType{
			network.RouteECS, network.RouteNAT, network.RouteVPN, network.RouteVIP,
		}).Draw(r.t, "type of next hop")
		hop = "gateway"
	}
	if hopType == network.RouteECS {
		var near []string
		for _, i := range r.hosts {
			if r.vpcOf[i.SubnetID] == vpc {
				near = append(near, i.ID)
			}
		}
		if len(near) == 0 {
			return
		}
		hop = r.pick("forwarder", near)
	}
	r.route(used, vpc, table, target, hopType, hop)
}

// route adds a route unless its table has one for the destination already. The cloud refuses a destination inside a subnet
// (RT-10), and yet such routes occur: the subnet may be younger than the route (RT-11).
func (r *random) route(used map[string]bool, vpc, table, target string, hopType network.RouteType, hop string) {
	key := vpc + "/" + table + "/" + target
	if target == "" || used[key] {
		return
	}
	used[key] = true
	o := &network.Route{VPCID: vpc, RouteTableID: table, Destination: target, Type: hopType, NextHop: hop}
	o.ID = r.id("route")
	r.add(o)
}

// acls gives some subnets a network ACL; one ACL may have subnets of several VPCs.
func (r *random) acls() {
	bound := map[string][]string{}
	for _, s := range r.subnets {
		if id := r.pick("ACL of the subnet", []string{"", "", "n1", "n2"}); id != "" {
			bound[id] = append(bound[id], s.ID)
		}
	}
	for _, id := range []string{"n1", "n2"} {
		if len(bound[id]) == 0 {
			continue
		}
		a := &network.NetworkACL{Name: id, SubnetIDs: bound[id], Enabled: new(!r.seldom("switched off"))}
		a.ID = id
		a.IngressRules, a.EgressRules = r.aclRules(), r.aclRules()
		r.add(a)
	}
}

// aclRules mostly end in what lets everything through, so that the rules before it matter.
func (r *random) aclRules() []network.ACLRule {
	var out []network.ACLRule
	for range rapid.IntRange(0, 3).Draw(r.t, "ACL rules") {
		out = append(out, r.aclRule())
	}
	if r.often("allow the rest") {
		for _, version := range []int{4, 6} {
			out = append(out, network.ACLRule{Action: network.Allow, Protocol: "any", IPVersion: version})
		}
	}
	return out
}

func (r *random) aclRule() network.ACLRule {
	rule := network.ACLRule{
		Action: network.Action(r.pick("action", []string{"allow", "deny"})), IPVersion: 4,
		Enabled: new(!r.seldom("switched off")),
	}
	if !r.often("IPv4") {
		rule.IPVersion = 6
	}
	rule.Protocol = r.protocol(rule.IPVersion)
	switch rule.Protocol {
	case "tcp", "udp", "6", "17":
		rule.DestinationPorts = r.ports()
		if !r.often("any source port") {
			rule.SourcePorts = split(r.pick("source ports", []string{"1-1023", "1024-65535", "2000", "1000-1024", "1024"}))
		}
	}
	switch rapid.IntRange(0, 5).Draw(r.t, "sides") {
	case 0:
	case 1:
		rule.SourceAddressGroupID = r.list(rule.IPVersion)
	case 2:
		rule.DestinationAddressGroupID = r.list(rule.IPVersion)
	case 3:
		rule.SourceCIDR = r.remote(rule.IPVersion)
	case 4:
		rule.DestinationCIDR = r.remote(rule.IPVersion)
	case 5:
		rule.SourceCIDR, rule.DestinationCIDR = r.remote(rule.IPVersion), r.remote(rule.IPVersion)
	}
	return rule
}
