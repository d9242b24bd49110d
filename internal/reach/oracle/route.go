package oracle

import (
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// maxVPCs is the number of VPCs a packet passes before it counts as caught in a loop (RT-19).
const maxVPCs = 8

// forward follows a packet from one end to the other. by is the routes to instances and other next hops that are not modelled
// and that it may pass.
func forward(n *network.Network, from, to endpoint, strict bool) (j Judgement, by []*network.Route) {
	if !from.inside() {
		return fromOutside(n, from, to, strict)
	}
	return followRoutes(n, from, to, strict)
}

// fromOutside: what comes from the Internet needs a public address to go to (INET-02); the public IPv4 address of an instance
// is translated to its private one (INET-01). How packets of a private network outside of every VPC come in is not modelled.
func fromOutside(n *network.Network, from, to endpoint, strict bool) (j Judgement, by []*network.Route) {
	switch {
	case serviceBits(from.address) > 0:
		return passes("the cloud's services have routes in every VPC"), nil
	case !isPublic(from.address):
		return unknown("how %s comes in is not modelled", from.address), nil
	case !hasPublic(to):
		return exposed(n, from, to, strict)
	}
	return passes("by the public address"), nil
}

// exposed: without a public address, a host may still be reached through a gateway that some table of its VPC has a route to, or
// one that its answers would get to through another VPC (INET-09). A gateway leaves the client's address, an instance may not.
func exposed(n *network.Network, from, to endpoint, strict bool) (j Judgement, by []*network.Route) {
	var gateways []*network.Route
	for _, r := range network.All[*network.Route](n) {
		if r.VPCID == to.vpc && hopOf(r) == forwarder && family(prefixOf(r).Addr()) == family(to.address) {
			gateways = append(gateways, r)
		}
	}
	answer := passes("it is in the VPC")
	if len(gateways) == 0 {
		answer, gateways = followRoutes(n, to, from, strict)
	}
	for _, r := range gateways {
		if _, ok := instanceAt(n, r, family(to.address)); ok {
			by = append(by, r)
		}
	}
	if len(gateways) == 0 && answer.Outcome != Unknown {
		return stopped("%s has no public address", to.address), nil
	}
	return unknown("something that is not modelled may lead to %s", to.address), by
}

// instanceAt is the instance a route leads to, as a host of the network; false for other next hops.
func instanceAt(n *network.Network, r *network.Route, version int) (endpoint, bool) {
	i := network.Get[*network.Instance](n, r.NextHop)
	if i == nil {
		return endpoint{}, false
	}
	host := endpoint{
		address: addressOf(i.IPAddress), subnet: network.Get[*network.Subnet](n, i.SubnetID), instance: i, filtered: true,
		groups: i.SecurityGroupIDs,
	}
	if version == 6 {
		host.address = addressOf(i.IPv6Address)
	}
	host.vpc = host.subnet.VPCID
	return host, host.address.IsValid()
}

// senders are hosts in whose name forwarders may send a packet on: an instance in its own. Of any other next hop no address is
// known: all are tried that stand at a border of a rule of the destination.
func senders(n *network.Network, by []*network.Route, to endpoint) []endpoint {
	var out []endpoint
	for _, r := range by {
		if host, ok := instanceAt(n, r, family(to.address)); ok {
			out = append(out, host)
			continue
		}
		for _, a := range borders(n, to) {
			out = append(out, endpoint{address: a})
		}
	}
	return out
}

// borders are the first address of every block that a rule about what enters a host names, and the address behind its last.
func borders(n *network.Network, to endpoint) []netip.Addr {
	c := &Corners{Addresses: []netip.Addr{netip.MustParseAddr("0.0.0.0"), netip.MustParseAddr("::")}}
	for _, r := range network.All[*network.SecurityGroupRule](n) {
		c.block(r.RemoteIPPrefix)
	}
	for _, acl := range network.All[*network.NetworkACL](n) {
		for i := range acl.IngressRules {
			c.block(acl.IngressRules[i].SourceCIDR)
		}
	}
	for _, g := range network.All[*network.AddressGroup](n) {
		c.group(g)
	}
	if to.instance != nil {
		for _, r := range to.instance.GuestFirewall {
			c.block(r.RemoteCIDR)
		}
	}
	return slices.DeleteFunc(c.Addresses, func(a netip.Addr) bool { return family(a) != family(to.address) })
}

// hasPublic: an instance may have a public IPv4 address bound to it (INET-01); a global IPv6 address is public as a member of a
// shared bandwidth (INET-03).
func hasPublic(host endpoint) bool {
	if host.address.Is6() {
		return isPublic(host.address) && host.inBandwidth
	}
	return host.instance != nil && host.instance.PublicIP != ""
}

// back follows the answer. Both filters keep track of connections, so answers need no rule (SG-17, ACL-07), but they need
// routes (RT-18). Of a route from outside, nothing is known, nor of the answers to what came in a way that is not known.
func back(n *network.Network, from, to endpoint, strict bool, there Judgement) Judgement {
	switch {
	case !to.inside():
		return passes("the route back from outside is not modelled")
	case !from.inside() && isPublic(from.address) && there.Outcome == Unknown:
		return passes("as unknown as the way in")
	}
	j, _ := followRoutes(n, to, from, strict)
	j.Why = "route back: " + j.Why
	return j
}

// followRoutes follows the routes from an end in a VPC to another end.
//
// What leaves a subnet is looked up in the subnet's table, what enters a VPC in that VPC's default table (RT-05). A packet that
// enters over a peering connection may be sent on over another one (PEER-11).
func followRoutes(n *network.Network, from, to endpoint, strict bool) (j Judgement, by []*network.Route) {
	vpc, table := from.vpc, tableOf(n, from.subnet)
	for passed := 1; passed <= maxVPCs; passed++ {
		next, r := lookup(n, vpc, table, from, to.address, passed == 1)
		switch next {
		case local:
			if to.vpc != vpc {
				return stopped("%s is an address of VPC %s", to.address, vpc), nil
			}
			return passes("delivered in VPC %s", vpc), nil
		case outside:
			if to.inside() {
				return stopped("%s leaves for the outside", to.address), nil
			}
			if !isPublic(to.address) && serviceBits(to.address) == 0 {
				return stopped("the Internet does not carry %s", to.address), nil
			}
			return passes("delivered outside"), nil
		case forwarder:
			return unknown("route %s of VPC %s leads out of the model", r.ID, vpc), []*network.Route{r}
		case noRoute:
			return stopped("no route to %s in VPC %s", to.address, vpc), nil
		}
		p := network.Get[*network.Peering](n, r.NextHop)
		far := otherEnd(p, vpc)
		switch {
		case p == nil:
			return unknown("peering connection %s is not part of the network", r.NextHop), nil
		case far == "":
			return stopped("route %s leads to no peering connection of VPC %s", r.ID, vpc), nil
		case p.Status != network.PeeringActive:
			return stopped("peering connection %s is %s", p.ID, p.Status), nil
		case to.address.Is6() && overlap(n, p):
			return stopped("the VPCs of peering connection %s overlap, it carries no IPv6", p.ID), nil
		case strict && far != to.vpc:
			return stopped("VPC %s would be a transit VPC", far), nil
		}
		vpc, table = far, defaultTable(n, far)
	}
	return stopped("caught in a loop"), nil
}

// hop is what a lookup comes to.
type hop int

const (
	noRoute hop = iota
	local
	peering
	forwarder
	outside
)

// lookup finds the next hop: a local route first, even where a custom route is longer (RT-06); then the longest prefix of the
// table's custom routes (RT-07) and the system routes to the cloud's services (RT-02); then the instance's own public address;
// then the default route (RT-08).
func lookup(
	n *network.Network, vpc, table string, from endpoint, to netip.Addr, firstVPC bool,
) (hop, *network.Route) {
	for _, s := range network.All[*network.Subnet](n) {
		if s.VPCID == vpc && covers(s, to) {
			return local, nil
		}
	}
	best := longest(n, table, to)
	switch {
	case best != nil && prefixOf(best).Bits() > 0 && prefixOf(best).Bits() >= serviceBits(to):
		return hopOf(best), best
	case serviceBits(to) > 0:
		return outside, nil
	case firstVPC && hasPublic(from):
		return outside, nil
	case best != nil:
		return hopOf(best), best
	}
	return noRoute, nil
}

func longest(n *network.Network, table string, to netip.Addr) *network.Route {
	var best *network.Route
	for _, r := range network.All[*network.Route](n) {
		if r.RouteTableID == table && in(r.Destination, to) &&
			(best == nil || prefixOf(r).Bits() > prefixOf(best).Bits()) {
			best = r
		}
	}
	return best
}

func prefixOf(r *network.Route) netip.Prefix {
	p, err := netip.ParsePrefix(r.Destination)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// hopOf: of the next hops only a peering connection is modelled (RT-17).
func hopOf(r *network.Route) hop {
	if r.Type == network.RoutePeering {
		return peering
	}
	return forwarder
}

// serviceBits is the prefix length of the system route to an address of the cloud's services (RT-02), 0 for any other address.
// The metadata service is reached without a route (RT-03).
func serviceBits(a netip.Addr) int {
	for _, s := range []string{"169.254.169.254/32", "198.19.128.0/20", "100.64.0.0/10"} {
		if p := netip.MustParsePrefix(s); p.Contains(a) {
			return p.Bits()
		}
	}
	return 0
}

// tableOf is the id of a subnet's table: the one that lists it, else the default table (RT-04).
func tableOf(n *network.Network, s *network.Subnet) string {
	for _, t := range network.All[*network.RouteTable](n) {
		if slices.Contains(t.SubnetIDs, s.ID) {
			return t.ID
		}
	}
	return defaultTable(n, s.VPCID)
}

func defaultTable(n *network.Network, vpc string) string {
	for _, t := range network.All[*network.RouteTable](n) {
		if t.VPCID == vpc && t.Default {
			return t.ID
		}
	}
	return ""
}

func otherEnd(p *network.Peering, vpc string) string {
	switch {
	case p == nil:
	case p.VPCID == vpc:
		return p.PeerVPCID
	case p.PeerVPCID == vpc:
		return p.VPCID
	}
	return ""
}

// overlap: where the IPv4 blocks of two peered VPCs overlap, their connection cannot be used for IPv6 either (PEER-10).
func overlap(n *network.Network, p *network.Peering) bool {
	blocks := func(id string) []string {
		v := network.Get[*network.VPC](n, id)
		return append([]string{v.CIDR}, v.SecondaryCIDRs...)
	}
	for _, a := range blocks(p.VPCID) {
		for _, b := range blocks(p.PeerVPCID) {
			if netip.MustParsePrefix(a).Overlaps(netip.MustParsePrefix(b)) {
				return true
			}
		}
	}
	return false
}
