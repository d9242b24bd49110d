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

// routeTrace is the way that routing takes a packet, table by table.
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

// traceStep is one station of a trace: a local route, a custom route or a peering connection.
type traceStep struct {
	subnet  *subnetNode
	route   *network.Route
	peering *network.Peering
}

// lookup is the route that a packet takes, by longest prefix match, nil where no route matches. public says that the
// packet leaves by its sender's own public address instead, which goes before the default route and after every other.
func (t *tableNode) lookup(destination netip.Addr, ownPublicAddress bool) (r *network.Route, public bool) {
	if t != nil {
		r, _ = t.routes.Lookup(destination)
	}
	return r, ownPublicAddress && (r == nil || r.Prefix().Bits() == 0)
}

// trace follows the tables from a subnet until the packet arrives in the VPC to, or stops; with "" for to, until it
// leaves the VPCs. Local routes come first whatever their length, then the longest prefix; an own public address goes
// before the default route, whatever the destination. A packet that enters a VPC is looked up in its default table. A
// peering connection that is not active is noted and passed all the same, so that what lies behind it is judged too.
func (m *Model) trace(from *subnetNode, to string, destination netip.Addr, own bool) routeTrace {
	var t routeTrace
	here, table := from.vpc, m.tables.get(from.table)
	t.vpcs, t.byDefault = append(t.vpcs, here), from.table == here.defaultTable
	for {
		first := len(t.vpcs) == 1
		if s, ok := here.local.Lookup(destination); ok {
			t.steps = append(t.steps, traceStep{subnet: s})
			switch {
			case here.id == to:
				t.delivered = len(t.failures) == 0
			case first:
				t.failures = append(t.failures, routeFailure{code: CodeRouteShadowedByLocal, subnet: s, here: here, table: table})
			default:
				t.failures = append(t.failures, routeFailure{code: CodeRouteWrongVPC, subnet: s, here: here, table: table})
			}
			return t
		}
		r, public := table.lookup(destination, own && first)
		if r == nil || public {
			f := routeFailure{code: CodeRouteMissingForward, here: here, table: table}
			switch {
			case !first:
				f.code = CodeRouteWrongVPC
			case r != nil:
				f.reason = ReasonOwnPublicAddress
			}
			t.failures = append(t.failures, f)
			return t
		}
		t.steps = append(t.steps, traceStep{route: r})
		next := m.followRoute(&t, r, here, table, destination)
		if next == nil {
			return t
		}
		here, table = next, m.tables.get(next.defaultTable)
		t.vpcs = append(t.vpcs, here)
	}
}

// followRoute is the VPC a route leads to; nil where the trace ends.
func (m *Model) followRoute(
	t *routeTrace, r *network.Route, here *vpcNode, table *tableNode, destination netip.Addr,
) *vpcNode {
	if r.Type != network.RoutePeering {
		t.leavesBy = r
		return nil
	}
	p := m.peerings.get(r.NextHop)
	if p == nil && m.object(r.NextHop) == nil {
		t.missing = &missingObject{network.KindPeering, r.NextHop, "route " + m.label(r)}
		return nil
	}
	if p == nil || p.Other(here.id) == "" || p.Other(here.id) == here.id || p.Status == network.PeeringDeleted {
		t.failures = append(t.failures, routeFailure{code: CodeRouteDeadNextHop, route: r, here: here, table: table})
		return nil
	}
	t.steps = append(t.steps, traceStep{peering: p})
	if p.Status != network.PeeringActive {
		t.failures = append(t.failures, routeFailure{code: CodePeeringNotActive, peering: p, here: here, table: table})
	}
	next := m.vpc(p.Other(here.id))
	if destination.Is6() && overlap(here, next) {
		// The cloud: where the IPv4 blocks of two VPCs overlap, their connection is not usable for IPv6 either.
		t.failures = append(t.failures, routeFailure{code: CodePeeringOverlapTotal, peering: p, here: here, reason: ReasonIPv6})
	}
	if t.loops(next) || len(t.vpcs) >= maxVPCs {
		t.failures = append(t.failures, routeFailure{code: CodeRouteLoop, route: r, here: here, table: table})
		return nil
	}
	return next
}

// loops reports whether the default table of a VPC has decided about the packet before, so that it would do the same
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

// routeHops adds the stations of a trace on a leg.
func (m *Model) routeHops(out []Hop, t *routeTrace, leg string) []Hop {
	for _, s := range t.steps {
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
