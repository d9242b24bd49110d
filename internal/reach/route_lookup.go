package reach

import (
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// maxVPCs bounds the number of VPCs a packet passes.
const maxVPCs = 8

// routeFailure is a reason why a packet does not arrive.
type routeFailure struct {
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

// routeTrace is where routing takes a packet.
type routeTrace struct {
	delivered bool
	failures  []routeFailure
	// leavesBy is the route to a next hop outside the model that took the packet, lacks what the next hop refers to.
	leavesBy *network.Route
	missing  *missingObject
	vpcs     []*vpcNode
	steps    []traceStep
	// byDefault says that the default table of the first VPC sent the packet out.
	byDefault bool
}

// traceStep is one station of a journey: a local route, a custom route or a peering connection.
type traceStep struct {
	subnet  *subnetNode
	route   *network.Route
	peering *network.Peering
}

// trace follows the tables from a subnet until the packet arrives in the VPC to, or stops; with "" for to, until it
// leaves the VPCs. Local routes come first whatever their length, then the longest prefix; an own public address goes
// before the default route, whatever the destination. A packet that enters a VPC is looked up in its default table. A
// peering connection that is not active is noted and passed all the same, so that what lies behind it is judged too.
func (m *Model) trace(from *subnetNode, to string, destination netip.Addr, own bool) routeTrace {
	var j routeTrace
	here, table := from.vpc, m.tables.get(from.table)
	j.vpcs, j.byDefault = append(j.vpcs, here), from.table == here.defaultTable
	for {
		first := len(j.vpcs) == 1
		if s, ok := here.local.Lookup(destination); ok {
			j.steps = append(j.steps, traceStep{subnet: s})
			switch {
			case here.id == to:
				j.delivered = len(j.failures) == 0
			case first:
				j.failures = append(j.failures, routeFailure{code: CodeRouteShadowedByLocal, subnet: s, here: here, table: table})
			default:
				j.failures = append(j.failures, routeFailure{code: CodeRouteWrongVPC, subnet: s, here: here, table: table})
			}
			return j
		}
		var r *network.Route
		if table != nil {
			r, _ = table.routes.Lookup(destination)
		}
		if r != nil && first && own && r.Prefix().Bits() == 0 {
			j.failures = append(j.failures, routeFailure{
				code: CodeRouteMissingForward, here: here, table: table, reason: ReasonOwnPublicAddress,
			})
			return j
		}
		if r == nil {
			code := CodeRouteMissingForward
			if !first {
				code = CodeRouteWrongVPC
			}
			j.failures = append(j.failures, routeFailure{code: code, here: here, table: table})
			return j
		}
		j.steps = append(j.steps, traceStep{route: r})
		next := m.followRoute(&j, r, here, table, destination)
		if next == nil {
			return j
		}
		here, table = next, m.tables.get(next.defaultTable)
		j.vpcs = append(j.vpcs, here)
	}
}

// followRoute is the VPC a route leads to; nil where the journey ends.
func (m *Model) followRoute(
	j *routeTrace, r *network.Route, here *vpcNode, table *tableNode, destination netip.Addr,
) *vpcNode {
	if r.Type != network.RoutePeering {
		j.leavesBy = r
		return nil
	}
	p := m.peerings.get(r.NextHop)
	if p == nil && m.object(r.NextHop) == nil {
		j.missing = &missingObject{network.KindPeering, r.NextHop, "route " + m.label(r)}
		return nil
	}
	if p == nil || p.Other(here.id) == "" || p.Other(here.id) == here.id || p.Status == network.PeeringDeleted {
		j.failures = append(j.failures, routeFailure{code: CodeRouteDeadNextHop, route: r, here: here, table: table})
		return nil
	}
	j.steps = append(j.steps, traceStep{peering: p})
	if p.Status != network.PeeringActive {
		j.failures = append(j.failures, routeFailure{code: CodePeeringNotActive, peering: p, here: here, table: table})
	}
	next := m.vpc(p.Other(here.id))
	if destination.Is6() && overlap(here, next) {
		// The cloud: where the IPv4 blocks of two VPCs overlap, their connection is not usable for IPv6 either.
		j.failures = append(j.failures, routeFailure{code: CodePeeringOverlapTotal, peering: p, here: here, reason: ReasonIPv6})
	}
	if j.loops(next) || len(j.vpcs) >= maxVPCs {
		j.failures = append(j.failures, routeFailure{code: CodeRouteLoop, route: r, here: here, table: table})
		return nil
	}
	return next
}

// loops tells whether the default table of a VPC has decided about the packet before, so that it would do the same
// again. A packet may come back to the VPC it started in, where another table sent it out.
func (t *routeTrace) loops(next *vpcNode) bool {
	for i, v := range t.vpcs {
		if v.id == next.id && (i > 0 || t.byDefault) {
			return true
		}
	}
	return false
}

// transitVPC is the first VPC on the way that is not its end; nil where there is none.
func (t *routeTrace) transitVPC(to string) *vpcNode {
	for _, v := range t.vpcs[1:] {
		if v.id != to {
			return v
		}
	}
	return nil
}

// routeHops adds the stations of a journey on a leg.
func (m *Model) routeHops(out []Hop, j *routeTrace, leg string) []Hop {
	for _, s := range j.steps {
		switch {
		case s.subnet != nil:
			out = append(out, Hop{
				Kind: network.KindSubnet, ID: s.subnet.ID, Name: s.subnet.label, Detail: "local route", Leg: leg,
			})
		case s.route != nil:
			table := m.tableOfRoute(s.route)
			detail := "table " + table
			if t := m.tables.get(table); t != nil {
				detail = "table " + t.label
			}
			out = append(out, Hop{
				Kind: network.KindRoute, ID: s.route.ID, Name: s.route.Destination, Detail: detail, Leg: leg,
			})
		case s.peering != nil:
			out = append(out, Hop{
				Kind: network.KindPeering, ID: s.peering.ID, Name: m.label(s.peering), Detail: string(s.peering.Status), Leg: leg,
				Drops: s.peering.Status != network.PeeringActive,
			})
		}
	}
	return out
}
