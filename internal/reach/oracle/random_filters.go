package oracle

import (
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
	for _, v := range r.vpcs {
		tables := []string{""} // the default table
		for _, s := range r.subnets {
			if s.VPCID != v.ID || !r.seldom("own table") {
				continue
			}
			t := &network.RouteTable{VPCID: v.ID, Name: r.id("t"), SubnetIDs: []string{s.ID}}
			t.ID = t.Name
			r.add(t)
			tables = append(tables, t.ID)
		}
		for _, table := range tables {
			for _, p := range r.peers {
				far := p.PeerVPCID
				if far == v.ID {
					far = p.VPCID
				}
				if p.VPCID != v.ID && p.PeerVPCID != v.ID || !r.often("routes to the peer") {
					continue
				}
				for _, s := range r.subnets {
					if s.VPCID == far {
						r.route(used, v.ID, table, s.CIDR, network.RoutePeering, p.ID)
						r.route(used, v.ID, table, s.IPv6CIDR, network.RoutePeering, p.ID)
					}
				}
			}
			for range rapid.IntRange(0, 2).Draw(r.t, "more routes") {
				r.anyRoute(used, v.ID, table)
			}
		}
	}
}

// anyRoute adds a route to one of the targets: mostly over a peering connection of the VPC, at times to an instance of
// it or a gateway that is not modelled, or to a peering connection that is gone.
func (r *random) anyRoute(used map[string]bool, vpc, table string) {
	target := r.pick("target", targets4)
	if r.seldom("IPv6 target") {
		target = r.pick("target", targets6)
	}
	hopType, hop := network.RoutePeering, "gone"
	var hops []string
	for _, p := range r.peers {
		if p.VPCID == vpc || p.PeerVPCID == vpc {
			hops = append(hops, p.ID)
		}
	}
	if len(hops) > 0 {
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
		if r.seldom("source ports") {
			rule.SourcePorts = split(r.pick("source ports", []string{"1-1023", "1024-65535", "2000", "1000-1024"}))
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
