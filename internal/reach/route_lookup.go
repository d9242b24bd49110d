package reach

import (
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// maxVPCs bounds the number of VPCs a packet passes (RT-19).
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

// routeTrace is the route of a packet, table by table.
type routeTrace struct {
	// delivered reports whether the packet arrives; failures are the reasons why it does not.
	delivered bool
	failures  []routeFailure
	// leavesBy is the route to a next hop outside of the model that took the packet (RT-17), missing a peering connection that
	// the next hop refers to and that is not in the network. Behind either nothing is known.
	leavesBy *network.Route
	missing  *missingObject
	// vpcs are the VPCs the packet passes, the first and the last included.
	vpcs  []*vpcNode
	steps []traceStep
	// bandwidthDecides is set if the sender's IPv6 address goes before the default route only as a member of a shared bandwidth,
	// which is not modelled (INET-03). The default route is followed.
	bandwidthDecides bool
	// byDefault is set if the default table of the first VPC decided about the packet.
	byDefault bool
}

// traceStep is one step of a trace: the local route to subnet, a custom route, or a peering connection.
type traceStep struct {
	subnet  *subnetNode
	route   *network.Route
	peering *network.Peering
}

// lookup is the custom route to a destination, by longest prefix match (RT-07), nil where no route matches. public reports
// whether the packet leaves by its sender's own public address instead, which goes before the default route and after every
// other (RT-08). A route that is no longer than the system route to the cloud's services takes none of their packets (RT-02).
func (t *tableNode) lookup(destination netip.Addr, ownPublicAddress bool) (r *network.Route, public bool) {
	if t != nil {
		r, _ = t.routes.Lookup(destination)
	}
	if r != nil && r.Prefix().Bits() < systemRouteBits(destination) {
		return nil, false
	}
	return r, ownPublicAddress && (r == nil || r.Prefix().Bits() == 0)
}

// systemRouteBits is the length of the system route to an address (RT-02), 0 for an address that has none.
func systemRouteBits(a netip.Addr) int {
	for _, p := range serviceBlocks {
		if p.Contains(a) {
			return p.Bits()
		}
	}
	return 0
}

// trace follows the tables from a subnet until the packet arrives in the VPC with the id to, or stops; with "" for to, until
// it leaves the VPCs. Local routes come first whatever their length (RT-06), then the longest prefix (RT-07); an own public
// address goes before the default route, whatever the destination (RT-08). A packet that enters a VPC is looked up in its
// default table (RT-05). A peering connection that is not active is a failure, and followed all the same, so that the failures
// behind it are found too.
func (m *Model) trace(from *subnetNode, to string, destination netip.Addr, ownPublicAddress bool) routeTrace {
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
		r, public := table.lookup(destination, ownPublicAddress && first)
		if public && r != nil && destination.Is6() {
			t.bandwidthDecides, public = true, false
		}
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

// followRoute is the VPC a route leads to; nil where the trace ends. Next hops other than peering connections leave the model
// (RT-17), and a route through a connection that is gone or foreign carries nothing (RT-16).
func (m *Model) followRoute(
	t *routeTrace, r *network.Route, here *vpcNode, table *tableNode, destination netip.Addr,
) *vpcNode {
	if r.Type != network.RoutePeering {
		t.leavesBy = r
		return nil
	}
	p := m.peerings.get(r.NextHop)
	if p == nil && m.object(r.NextHop) == nil {
		t.missing = &missingObject{kind: network.KindPeering, id: r.NextHop, from: "route " + m.label(r)}
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
		// Where the IPv4 blocks of two VPCs overlap, their connection is not usable for IPv6 either (PEER-10).
		t.failures = append(t.failures, routeFailure{code: CodePeeringOverlapTotal, peering: p, here: here, reason: ReasonIPv6})
	}
	if t.loops(next) || len(t.vpcs) >= maxVPCs {
		t.failures = append(t.failures, routeFailure{code: CodeRouteLoop, route: r, here: here, table: table})
		return nil
	}
	return next
}

// loops reports whether the default table of a VPC has decided about the packet before, so that it would decide the same
// again (RT-19). A packet may come back to the VPC it started in if another table than the default one sent it out.
func (t *routeTrace) loops(next *vpcNode) bool {
	for i, v := range t.vpcs {
		if v.id == next.id && (i > 0 || t.byDefault) {
			return true
		}
	}
	return false
}

// transitVPC is the first VPC behind the start that is not the one with the id to; nil where there is none.
func (t *routeTrace) transitVPC(to string) *vpcNode {
	for _, v := range t.vpcs[1:] {
		if v.id != to {
			return v
		}
	}
	return nil
}

// routeHops adds the hops of a trace. leg is Forward or Return.
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
