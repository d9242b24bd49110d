package reach

import (
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// maxVPCs bounds the number of VPCs a packet passes.
const maxVPCs = 8

// stop is a reason why a packet does not arrive.
type stop struct {
	code string
	// subnet, route, peering or, if all are nil, the VPC here is at fault; table is the one that decided.
	subnet  *subnetNode
	route   *network.Route
	peering *network.Peering
	here    *vpcNode
	table   *tableNode
	// reason tells apart why, where the code has several reasons.
	reason string
}

// journey is where routing takes a packet.
type journey struct {
	delivered bool
	stops     []stop
	// left is the route to a next hop outside the model that took the packet, lacks what the next hop refers to.
	left  *network.Route
	lacks *missing
	vpcs  []*vpcNode
	steps []step
	// byDefault says that the default table of the first VPC sent the packet out.
	byDefault bool
}

// step is one station of a journey: a local route, a custom route or a peering connection.
type step struct {
	subnet  *subnetNode
	route   *network.Route
	peering *network.Peering
}

// travel follows the tables from a subnet until the packet arrives in the VPC to, or stops; with "" for to, until it
// leaves the VPCs. Local routes come first whatever their length, then the longest prefix; an own public address goes
// before the default route, whatever the destination. A packet that enters a VPC is looked up in its default table. A
// peering connection that is not active is noted and passed all the same, so that what lies behind it is judged too.
func (w *World) travel(from *subnetNode, to string, destination netip.Addr, own bool) journey {
	var j journey
	here, table := from.vpc, w.tables.get(from.table)
	j.vpcs, j.byDefault = append(j.vpcs, here), from.table == here.defaultTable
	for {
		first := len(j.vpcs) == 1
		if s, ok := here.local.Lookup(destination); ok {
			j.steps = append(j.steps, step{subnet: s})
			switch {
			case here.id == to:
				j.delivered = len(j.stops) == 0
			case first:
				j.stops = append(j.stops, stop{code: CodeRouteShadowedByLocal, subnet: s, here: here, table: table})
			default:
				j.stops = append(j.stops, stop{code: CodeRouteWrongVPC, subnet: s, here: here, table: table})
			}
			return j
		}
		var r *network.Route
		if table != nil {
			r, _ = table.routes.Lookup(destination)
		}
		if r != nil && first && own && r.Prefix().Bits() == 0 {
			j.stops = append(j.stops, stop{
				code: CodeRouteMissingForward, here: here, table: table, reason: ReasonOwnPublicAddress,
			})
			return j
		}
		if r == nil {
			code := CodeRouteMissingForward
			if !first {
				code = CodeRouteWrongVPC
			}
			j.stops = append(j.stops, stop{code: code, here: here, table: table})
			return j
		}
		j.steps = append(j.steps, step{route: r})
		next := w.follow(&j, r, here, table, destination)
		if next == nil {
			return j
		}
		here, table = next, w.tables.get(next.defaultTable)
		j.vpcs = append(j.vpcs, here)
	}
}

// follow is the VPC a route leads to; nil where the journey ends.
func (w *World) follow(
	j *journey, r *network.Route, here *vpcNode, table *tableNode, destination netip.Addr,
) *vpcNode {
	if r.Type != network.RoutePeering {
		j.left = r
		return nil
	}
	p := w.peerings.get(r.NextHop)
	if p == nil && w.object(r.NextHop) == nil {
		j.lacks = &missing{network.KindPeering, r.NextHop, "route " + w.label(r)}
		return nil
	}
	if p == nil || p.Other(here.id) == "" || p.Other(here.id) == here.id || p.Status == network.PeeringDeleted {
		j.stops = append(j.stops, stop{code: CodeRouteDeadNextHop, route: r, here: here, table: table})
		return nil
	}
	j.steps = append(j.steps, step{peering: p})
	if p.Status != network.PeeringActive {
		j.stops = append(j.stops, stop{code: CodePeeringNotActive, peering: p, here: here, table: table})
	}
	next := w.vpc(p.Other(here.id))
	if destination.Is6() && overlap(here, next) {
		// The cloud: where the IPv4 blocks of two VPCs overlap, their connection is not usable for IPv6 either.
		j.stops = append(j.stops, stop{code: CodePeeringOverlapTotal, peering: p, here: here, reason: ReasonIPv6})
	}
	if j.circles(next) || len(j.vpcs) >= maxVPCs {
		j.stops = append(j.stops, stop{code: CodeRouteLoop, route: r, here: here, table: table})
		return nil
	}
	return next
}

// circles tells whether the default table of a VPC has decided about the packet before, so that it would do the same
// again. A packet may come back to the VPC it started in, where another table sent it out.
func (j *journey) circles(next *vpcNode) bool {
	for i, v := range j.vpcs {
		if v.id == next.id && (i > 0 || j.byDefault) {
			return true
		}
	}
	return false
}

// transit is the first VPC on the way that is not its end; nil where there is none.
func (j *journey) transit(to string) *vpcNode {
	for _, v := range j.vpcs[1:] {
		if v.id != to {
			return v
		}
	}
	return nil
}

// hops adds the stations of a journey on a leg.
func (w *World) hops(out []Hop, j *journey, leg string) []Hop {
	for _, s := range j.steps {
		switch {
		case s.subnet != nil:
			out = append(out, Hop{
				Kind: network.KindSubnet, ID: s.subnet.ID, Name: s.subnet.label, Detail: "local route", Leg: leg,
			})
		case s.route != nil:
			table := w.tableOfRoute(s.route)
			detail := "table " + table
			if t := w.tables.get(table); t != nil {
				detail = "table " + t.label
			}
			out = append(out, Hop{
				Kind: network.KindRoute, ID: s.route.ID, Name: s.route.Destination, Detail: detail, Leg: leg,
			})
		case s.peering != nil:
			out = append(out, Hop{
				Kind: network.KindPeering, ID: s.peering.ID, Name: w.label(s.peering), Detail: string(s.peering.Status), Leg: leg,
				Drops: s.peering.Status != network.PeeringActive,
			})
		}
	}
	return out
}
