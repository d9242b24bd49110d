package reach

import (
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// routeOutcome is what routing does with a packet.
type routeOutcome int

const (
	routePasses routeOutcome = iota
	routeUnclear
	routeFails
)

// routeVerdict is the routing of packets between one pair of addresses, and of their answers. It does not depend on ports.
type routeVerdict struct {
	outcome  routeOutcome
	findings []Finding
	// forward and answer are empty inside a VPC and where a public address is used. With an end in no VPC, forward is the route
	// from the inner end to it, and answer is empty.
	forward, answer routeTrace
	// sameVPC is set if both ends are in one VPC; public, if the packet uses the inner end's own public address.
	sameVPC, public bool
	// forwarders are those who may put an address of their own in the place of the sender's (RT-17); none if the packet passes no
	// next hop outside of the model.
	forwarders []*resolvedEndpoint
}

func (v *routeVerdict) add(f Finding, o routeOutcome) {
	v.findings = append(v.findings, f)
	v.outcome = max(v.outcome, o)
}

// routing decides about the routes of packets between two ends and of their answers. Both are needed (RT-18).
type routing struct {
	model    *Model
	family   traffic.Family
	from, to *resolvedEndpoint
	strict   bool
}

// verdict is the routing between two addresses in the subnets here and there, either of which is nil for an end outside of
// every VPC.
func (r *routing) verdict(here, there *subnetNode, source, destination netip.Addr) routeVerdict {
	switch {
	case r.from.cloudService || r.to.cloudService:
		return routeVerdict{public: true}
	case here == nil || there == nil:
		return r.externalVerdict(here, there, source, destination)
	case here.VPCID == there.VPCID:
		return routeVerdict{sameVPC: true}
	}
	return r.peeredVerdict(here, there, source, destination)
}

// externalVerdict is the routing to or from an end in no VPC: by an own public address, or else by a route to a next hop that
// translates addresses. A route to a block goes before the public address, a default route after it (RT-08).
func (r *routing) externalVerdict(here, there *subnetNode, source, destination netip.Addr) routeVerdict {
	inside, subnet, far, side, leg := r.from, here, destination, AtSource, Forward
	outer := r.to
	if here == nil {
		inside, subnet, far, side, leg, outer = r.to, there, source, AtDestination, Return, r.from
	}
	own := r.hasPublicAddress(inside)
	var out routeVerdict
	none := Finding{
		Code: CodeNoPublicAddress, Severity: Blocker, Side: side, Layer: LayerRoute, Kind: inside.kind, ID: inside.id,
		Name: inside.label, Leg: leg,
	}
	if side == AtDestination && !outer.privateElsewhere && (!own || r.family == traffic.IPv6) {
		// Whether an IPv6 address is in a bandwidth is not known. One that is not may still be let in by others, whatever becomes of
		// the answers of one that is.
		exposed := r.addExposure(&out, subnet, far)
		switch {
		case exposed && own:
			r.addBandwidth(&out, inside, side)
		case !exposed && !own:
			none.Leg = Forward
			out.add(none, routeFails)
		}
		if exposed || !own {
			return out
		}
	}
	best, public := r.model.tables.get(subnet.table).lookup(far, own)
	if public && r.family == traffic.IPv6 {
		// Without a bandwidth the default route decides. Either way, the Internet carries no private address.
		r.addBandwidth(&out, inside, side)
		if public = !outer.privateElsewhere || best == nil; !public {
			own = false
		}
	}
	if public {
		if outer.privateElsewhere {
			none.Code, none.Name, none.Kind, none.ID = CodePrivateToInternet, outer.label, "", outer.label
			if v := r.model.vpcAround(subnet.vpc, far); v != nil {
				none.With = vpcCounterpart(v)
			}
			out.add(none, routeFails)
		}
		out.public = true
		return out
	}
	if best == nil {
		switch {
		case outer.privateElsewhere:
			none = r.missingRoute(subnet, side, leg, outer)
		case inside.instance == nil:
			none.Code = CodeNoInternetRoute
		}
		out.add(none, routeFails)
		return out
	}
	out.forward = r.model.trace(subnet, "", far, own)
	r.addUncertainty(&out, &out.forward, leg, side)
	if v := out.forward.transitVPC(""); v != nil && r.strict {
		out.add(transitRefused(v, leg, side), routeFails)
	}
	for _, s := range out.forward.failures {
		f := r.failureFinding(s, leg, side)
		if s.code == CodeRouteWrongVPC && s.subnet == nil && !outer.privateElsewhere {
			// The peer's public address is not shared over the connection (PEER-12).
			f.Code, f.Layer = CodePeeringEIPNotShared, LayerVPC
		}
		out.add(f, routeFails)
	}
	return out
}

// addBandwidth adds that the IPv6 address of an end is on the Internet only as a member of a shared bandwidth (INET-03).
func (r *routing) addBandwidth(out *routeVerdict, at *resolvedEndpoint, side Side) {
	out.add(Finding{
		Code: CodeIPv6Bandwidth, Severity: Warning, Side: side, Layer: LayerRoute, Kind: at.kind, ID: at.id, Name: at.label,
		Leg: Forward,
	}, routeUnclear)
}

// addExposure adds the route by which something outside of the model may lead packets from the Internet to an end that has no
// public address (INET-09); false where there is none: any route of the VPC to a next hop other than a peering connection, or
// one in another VPC that answers would take. Instances that forward may put their own address in the place of the client's.
func (r *routing) addExposure(out *routeVerdict, subnet *subnetNode, far netip.Addr) bool {
	by := r.model.unmodelledRoutes(subnet, r.family)
	if len(by) == 0 {
		answer := r.model.trace(subnet, "", far, false)
		if len(answer.failures) > 0 || r.strict && answer.transitVPC("") != nil {
			return false
		}
		if answer.leavesBy == nil {
			r.addUncertainty(out, &answer, Return, AtDestination)
			return answer.missing != nil
		}
		by = append(by, answer.leavesBy)
	}
	out.add(Finding{
		Code: CodeExposureUnmodelled, Severity: Warning, Side: AtDestination, Layer: LayerRoute, Kind: network.KindRoute,
		ID: by[0].ID, Name: r.model.label(by[0]), Leg: Forward, With: &Counterpart{Kind: r.to.kind, ID: r.to.id, Name: r.to.label},
	}, routeUnclear)
	for _, route := range by {
		if f := r.forwarder(route); f.instance != nil {
			out.forwarders = append(out.forwarders, f)
		}
	}
	return true
}

// unmodelledRoutes are the routes of a family to next hops outside of the model (RT-17) in the VPC of a subnet, those of the
// subnet's own table first.
func (m *Model) unmodelledRoutes(subnet *subnetNode, f traffic.Family) []*network.Route {
	var own, others []*network.Route
	for _, id := range subnet.vpc.tables {
		t := m.tables.get(id)
		if t == nil {
			continue
		}
		for _, r := range t.list {
			switch {
			case r.Type == network.RoutePeering || traffic.FamilyOf(r.Prefix().Addr()) != f:
			case id == subnet.table:
				own = append(own, r)
			default:
				others = append(others, r)
			}
		}
	}
	return append(own, others...)
}

// vpcAround is the VPC that has an address in one of its blocks, though in no subnet: here if it does, else any; nil for none.
func (m *Model) vpcAround(here *vpcNode, a netip.Addr) *vpcNode {
	var found *vpcNode
	for _, v := range m.vpcs {
		inside := v.vpc != nil && slices.ContainsFunc(v.vpc.Prefixes(), func(p netip.Prefix) bool { return p.Contains(a) })
		if inside && (found == nil || v == here || found != here && v.id < found.id) {
			found = v
		}
	}
	return found
}

// hasPublicAddress reports whether an end has a public address of its own: one bound to the instance (INET-01), or a global
// IPv6 address, which is public if it is in a shared bandwidth (INET-03).
func (r *routing) hasPublicAddress(p *resolvedEndpoint) bool {
	if r.family == traffic.IPv6 {
		first, _ := p.addresses.First()
		return network.IsPublic(first)
	}
	return p.instance != nil && p.instance.public.IsValid()
}

// transitRefused is the finding of a strict question about a VPC in between (PEER-11).
func transitRefused(v *vpcNode, leg string, side Side) Finding {
	return Finding{
		Code: CodePeeringTransitRefused, Severity: Blocker, Leg: leg, Side: side, Layer: LayerVPC, Kind: network.KindVPC,
		ID: v.id, Name: v.name,
	}
}

func (r *routing) missingRoute(subnet *subnetNode, side Side, leg string, outer *resolvedEndpoint) Finding {
	code := CodeRouteMissingForward
	if leg == Return {
		code = CodeRouteMissingReturn
	}
	f := Finding{
		Code: code, Severity: Blocker, Leg: leg, Side: side, Layer: LayerRoute, Kind: network.KindVPC, ID: subnet.VPCID,
		Name: subnet.vpc.name, Target: outer.label,
	}
	if t := r.model.tables.get(subnet.table); t != nil {
		f.With = &Counterpart{Kind: network.KindRouteTable, ID: t.table.ID, Name: t.label}
	}
	return f
}

// addUncertainty adds a next hop that leaves the model or is not in the network.
func (r *routing) addUncertainty(out *routeVerdict, t *routeTrace, leg string, side Side) {
	if t.leavesBy != nil {
		if leg == Forward {
			out.forwarders = append(out.forwarders, r.forwarder(t.leavesBy))
		}
		out.add(Finding{
			Code: CodeForwarderUnverifiable, Severity: Warning, Leg: leg, Side: side, Layer: LayerRoute, Kind: network.KindRoute,
			ID: t.leavesBy.ID, Name: r.model.label(t.leavesBy),
		}, routeUnclear)
	}
	if t.missing != nil {
		out.add(Finding{
			Code: CodeUnknownUntilApply, Severity: Info, Leg: leg, Side: side, Layer: LayerQuestion, Kind: t.missing.kind,
			ID: t.missing.id, Name: t.missing.id, With: &Counterpart{Name: t.missing.from},
		}, routeUnclear)
	}
}

// forwarder is the next hop of a route outside of the model as the sender of what it forwards: an instance with its addresses and
// groups; of anything else, no address is known.
func (r *routing) forwarder(by *network.Route) *resolvedEndpoint {
	if i := r.model.instanceByID.get(by.NextHop); i != nil && i.endpoints[index(r.family)].instance != nil {
		return &i.endpoints[index(r.family)]
	}
	return &resolvedEndpoint{label: by.NextHop, external: true, addresses: traffic.AnyAddress(r.family)}
}

// peeredVerdict is the routing between two VPCs, there and back.
func (r *routing) peeredVerdict(here, there *subnetNode, source, destination netip.Addr) routeVerdict {
	out := routeVerdict{
		forward: r.model.trace(here, there.VPCID, destination, r.hasPublicAddress(r.from)),
		answer:  r.model.trace(there, here.VPCID, source, r.hasPublicAddress(r.to)),
	}
	forward, back := &out.forward, &out.answer
	known := forward.missing == nil && back.missing == nil && forward.leavesBy == nil && back.leavesBy == nil
	if known && !forward.delivered && !r.model.connected(here.VPCID, there.VPCID) {
		r.addDisconnected(&out, here.vpc, there.vpc)
		return out
	}
	if !forward.delivered || !back.delivered {
		direct := r.model.peeringBetween(here.VPCID, there.VPCID)
		if direct != nil && overlapTotal(here.vpc, there.vpc) {
			out.add(Finding{
				Code: CodePeeringOverlapTotal, Severity: Blocker, Side: AtSource, Layer: LayerVPC, Kind: network.KindPeering,
				ID: direct.ID, Name: r.model.label(direct), With: vpcCounterpart(there.vpc),
			}, routeFails)
		}
	}
	r.addFailures(&out, forward, Forward, there, destination)
	r.addFailures(&out, back, Return, here, source)
	for _, end := range []struct {
		*routeTrace
		at   *resolvedEndpoint
		side Side
	}{{forward, r.from, AtSource}, {back, r.to, AtDestination}} {
		if end.bandwidthDecides && len(end.failures) == 0 {
			r.addBandwidth(&out, end.at, end.side)
		}
	}
	r.addTransit(&out, there, here)
	// Answers may come back through other VPCs (PEER-14).
	if forward.delivered && back.delivered && !mirrored(forward.vpcs, back.vpcs) {
		out.add(Finding{
			Code: CodeRouteAsymmetric, Severity: Warning, Leg: Return, Side: AtDestination, Layer: LayerRoute,
			Kind: network.KindVPC, ID: there.VPCID, Name: there.vpc.name, With: vpcCounterpart(here.vpc),
		}, routePasses)
	}
	return out
}

// addTransit adds a third VPC on the way there or back, which a strict question refuses (PEER-11). Where a packet or its answer
// is stopped anyway, the VPCs it passes before are no further cause.
func (r *routing) addTransit(out *routeVerdict, there, here *subnetNode) {
	transit := func(t *routeTrace, to string) *vpcNode {
		if len(t.failures) == 0 {
			return t.transitVPC(to)
		}
		return nil
	}
	forward, back := transit(&out.forward, there.VPCID), transit(&out.answer, here.VPCID)
	switch {
	case forward != nil && r.strict:
		f := transitRefused(forward, "", AtSource)
		f.With = vpcCounterpart(there.vpc)
		out.add(f, routeFails)
	case back != nil && r.strict:
		f := transitRefused(back, Return, AtDestination)
		f.With = vpcCounterpart(here.vpc)
		out.add(f, routeFails)
	case forward != nil && out.forward.delivered:
		out.add(Finding{
			Code: CodePeeringTransit, Severity: Info, Side: AtSource, Layer: LayerVPC, Kind: network.KindVPC,
			ID: forward.id, Name: forward.name, With: vpcCounterpart(there.vpc),
		}, routePasses)
	}
}

// mirrored reports whether one list of VPCs is the other one backwards.
func mirrored(a, b []*vpcNode) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].id != b[len(b)-1-i].id {
			return false
		}
	}
	return true
}

func vpcCounterpart(v *vpcNode) *Counterpart {
	return &Counterpart{Kind: network.KindVPC, ID: v.id, Name: v.name}
}

// overlapTotal reports whether every subnet of either VPC overlaps one of the other, so that local routes win everywhere
// (PEER-08).
func overlapTotal(a, b *vpcNode) bool {
	all := func(these, those *vpcNode) bool {
		for _, s := range these.subnets {
			if !s.blocks[0].IsValid() || !those.local.OverlapsPrefix(s.blocks[0]) {
				return false
			}
		}
		return len(these.subnets) > 0
	}
	return all(a, b) && all(b, a)
}

// addDisconnected adds that nothing connects two VPCs, and the groups that both ends have: a shared group connects nothing
// (SG-25).
func (r *routing) addDisconnected(out *routeVerdict, a, b *vpcNode) {
	out.add(Finding{
		Code: CodeVPCDisconnected, Severity: Blocker, Side: AtSource, Layer: LayerVPC,
		Kind: network.KindVPC, ID: a.id, Name: a.name, With: vpcCounterpart(b),
	}, routeFails)
	for _, g := range r.from.groups {
		if slices.Contains(r.to.groups, g) {
			out.add(Finding{
				Code: CodeSGShared, Severity: Hint, Side: AtSource, Layer: LayerVPC,
				Kind: network.KindSecurityGroup, ID: g, Name: r.model.nameOf(g), With: vpcCounterpart(b),
			}, routeFails)
		}
	}
}

// addFailures adds why the packets, or the answers with leg Return, do not arrive in the subnet to.
func (r *routing) addFailures(out *routeVerdict, t *routeTrace, leg string, to *subnetNode, destination netip.Addr) {
	side := AtSource
	if leg == Return {
		side = AtDestination
	}
	r.addUncertainty(out, t, leg, side)
	for _, s := range t.failures {
		f := r.failureFinding(s, leg, side)
		if f.Code == CodePeeringNotActive || f.Code == CodePeeringOverlapTotal {
			f.Leg, f.Side = Forward, AtSource // One connection is one cause, there and back.
		} else if p := to.block(r.family); p.IsValid() {
			f.Target = p.String()
		}
		if r.divertedByLongerPrefix(s, t, to.VPCID, destination) {
			taken := t.steps[0].route
			f.Code, f.Kind, f.ID, f.Name = CodeRouteMoreSpecific, network.KindRoute, taken.ID, r.model.label(taken)
		}
		out.add(f, routeFails)
	}
}

// divertedByLongerPrefix reports whether the first route of a trace took the packet away from a wider one that leads to the
// right VPC (RT-07).
func (r *routing) divertedByLongerPrefix(s routeFailure, t *routeTrace, to string, destination netip.Addr) bool {
	if s.code != CodeRouteWrongVPC && s.code != CodeRouteLoop && s.code != CodeRouteDeadNextHop {
		return false
	}
	taken := t.steps[0].route
	if taken == nil {
		return false
	}
	table := r.model.tables.get(r.model.tableOfRoute(taken))
	if table == nil {
		return false
	}
	for _, wider := range table.list {
		p := r.model.peerings.get(wider.NextHop)
		if wider != taken && wider.Prefix().Contains(destination) && p != nil && p.Other(t.vpcs[0].id) == to {
			return true
		}
	}
	return false
}

func (r *routing) failureFinding(s routeFailure, leg string, side Side) Finding {
	f := Finding{Code: s.code, Severity: Blocker, Leg: leg, Side: side, Layer: LayerRoute, Reason: s.reason}
	switch {
	case s.subnet != nil:
		f.Kind, f.ID, f.Name = network.KindSubnet, s.subnet.ID, s.subnet.label
	case s.peering != nil:
		f.Kind, f.ID, f.Name = network.KindPeering, s.peering.ID, r.model.label(s.peering)
	case s.route != nil:
		f.Kind, f.ID, f.Name = network.KindRoute, s.route.ID, r.model.label(s.route)
	default:
		f.Kind, f.ID, f.Name = network.KindVPC, s.here.id, s.here.name
	}
	if s.table != nil {
		f.With = &Counterpart{Kind: network.KindRouteTable, ID: s.table.table.ID, Name: s.table.label}
	}
	switch {
	case s.code == CodePeeringNotActive || s.code == CodePeeringOverlapTotal:
		f.Layer, f.With = LayerVPC, nil
	case s.code == CodeRouteMissingForward && leg == Return:
		f.Code = CodeRouteMissingReturn
	}
	return f
}
