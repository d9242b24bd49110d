package reach

import (
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// outcome is what routing does with a packet.
type outcome int

const (
	passes outcome = iota
	unclear
	stops
)

// road is the routing of one pair of addresses, which no port changes.
type road struct {
	outcome       outcome
	findings      []Finding
	forward, back journey
	// local says that both ends are in one VPC; public that the packet uses the inner end's own public address.
	local, public bool
	// anonymous says that a forwarder stands between the ends.
	anonymous bool
}

func (r *road) add(f Finding, o outcome) {
	r.findings = append(r.findings, f)
	r.outcome = max(r.outcome, o)
}

// roads judges the routes of packets and of their answers.
type roads struct {
	w        *World
	family   traffic.Family
	from, to *place
	strict   bool
}

// road is the way of packets between two addresses in two subnets, either of which is nil for an end outside.
func (r *roads) road(here, there *subnetNode, source, destination netip.Addr) road {
	switch {
	case r.from.service || r.to.service:
		return road{public: true}
	case here == nil || there == nil:
		return r.outsideRoad(here, there, source, destination)
	case here.VPCID == there.VPCID:
		return road{local: true}
	}
	return r.vpcRoad(here, there, source, destination)
}

// outsideRoad is the way to or from what is in no VPC: by an own public address, or else by a route to something that
// shares one. A route to a block goes before the public address, a default route after it.
func (r *roads) outsideRoad(here, there *subnetNode, source, destination netip.Addr) road {
	inside, subnet, far, side, leg := r.from, here, destination, AtSource, Forward
	outer := r.to
	if here == nil {
		inside, subnet, far, side, leg, outer = r.to, there, source, AtDestination, Return, r.from
	}
	own := r.ownPublic(inside)
	var out road
	none := Finding{
		Code: CodeNoPublicAddress, Severity: Blocker, Side: side, Layer: LayerRoute, Kind: inside.kind, ID: inside.id,
		Name: inside.label, Leg: leg,
	}
	if side == AtDestination && !own && !outer.foreign {
		none.Leg = Forward
		out.add(none, stops)
		return out
	}
	var best *network.Route
	if t := r.w.tables.get(subnet.table); t != nil {
		best, _ = t.routes.Lookup(far)
	}
	if own && (best == nil || best.Prefix().Bits() == 0) {
		if outer.foreign {
			none.Code, none.Name, none.Kind, none.ID = CodePrivateToInternet, outer.label, "", outer.label
			out.add(none, stops)
		}
		out.public = true
		return out
	}
	if best == nil {
		switch {
		case outer.foreign:
			none = r.noRoute(subnet, side, leg, outer)
		case inside.instance == nil:
			none.Code = CodeNoInternetRoute
		}
		out.add(none, stops)
		return out
	}
	out.forward = r.w.travel(subnet, "", far, own)
	r.uncertain(&out, &out.forward, leg, side)
	if v := out.forward.transit(""); v != nil && r.strict {
		out.add(transitRefused(v, leg, side), stops)
	}
	for _, s := range out.forward.stops {
		f := r.stopFinding(s, leg, side)
		if s.code == CodeRouteWrongVPC && s.subnet == nil && !outer.foreign {
			f.Code, f.Layer = CodePeeringEIPNotShared, LayerVPC
		}
		out.add(f, stops)
	}
	return out
}

// ownPublic tells whether an end has a public address of its own: one bound to the instance, or a public IPv6 address.
func (r *roads) ownPublic(p *place) bool {
	if r.family == traffic.IPv6 {
		first, _ := p.addresses.First()
		return network.IsPublic(first)
	}
	return p.instance != nil && p.instance.public.IsValid()
}

func transitRefused(v *vpcNode, leg string, side Side) Finding {
	return Finding{
		Code: CodePeeringTransitRefused, Severity: Blocker, Leg: leg, Side: side, Layer: LayerVPC, Kind: network.KindVPC,
		ID: v.id, Name: v.name,
	}
}

func (r *roads) noRoute(subnet *subnetNode, side Side, leg string, outer *place) Finding {
	code := CodeRouteMissingForward
	if leg == Return {
		code = CodeRouteMissingReturn
	}
	f := Finding{
		Code: code, Severity: Blocker, Leg: leg, Side: side, Layer: LayerRoute, Kind: network.KindVPC, ID: subnet.VPCID,
		Name: subnet.vpc.name, Target: outer.label,
	}
	if t := r.w.tables.get(subnet.table); t != nil {
		f.With = &Party{Kind: network.KindRouteTable, ID: t.table.ID, Name: t.label}
	}
	return f
}

// uncertain notes a next hop that leaves the model or is not in the network.
func (r *roads) uncertain(out *road, j *journey, leg string, side Side) {
	if j.left != nil {
		out.anonymous = out.anonymous || leg == Forward
		out.add(Finding{
			Code: CodeForwarderUnverifiable, Severity: Warning, Leg: leg, Side: side, Layer: LayerRoute, Kind: network.KindRoute,
			ID: j.left.ID, Name: r.w.label(j.left),
		}, unclear)
	}
	if j.lacks != nil {
		out.add(Finding{
			Code: CodeUnknownUntilApply, Severity: Info, Leg: leg, Side: side, Layer: LayerQuestion, Kind: j.lacks.kind,
			ID: j.lacks.id, Name: j.lacks.id, With: &Party{Name: j.lacks.from},
		}, unclear)
	}
}

// vpcRoad is the way between two VPCs, there and back.
func (r *roads) vpcRoad(here, there *subnetNode, source, destination netip.Addr) road {
	out := road{
		forward: r.w.travel(here, there.VPCID, destination, r.ownPublic(r.from)),
		back:    r.w.travel(there, here.VPCID, source, r.ownPublic(r.to)),
	}
	forward, back := &out.forward, &out.back
	known := forward.lacks == nil && back.lacks == nil && forward.left == nil && back.left == nil
	if known && !forward.delivered && !slices.Contains(r.w.component(here.VPCID), there.VPCID) {
		r.disconnected(&out, here.vpc, there.vpc)
		return out
	}
	if !forward.delivered || !back.delivered {
		direct := r.w.link(here.VPCID, there.VPCID)
		if direct != nil && overlapTotal(here.vpc, there.vpc) {
			out.add(Finding{
				Code: CodePeeringOverlapTotal, Severity: Blocker, Side: AtSource, Layer: LayerVPC, Kind: network.KindPeering,
				ID: direct.ID, Name: r.w.label(direct), With: party(there.vpc),
			}, stops)
		}
	}
	r.stopped(&out, forward, Forward, there, destination)
	r.stopped(&out, back, Return, here, source)
	r.transit(&out, there, here)
	if forward.delivered && back.delivered && !mirrored(forward.vpcs, back.vpcs) {
		out.add(Finding{
			Code: CodeRouteAsymmetric, Severity: Warning, Leg: Return, Side: AtDestination, Layer: LayerRoute,
			Kind: network.KindVPC, ID: there.VPCID, Name: there.vpc.name, With: party(here.vpc),
		}, passes)
	}
	return out
}

// transit notes a third VPC on either leg, which a strict question refuses. Where a leg stops anyway, what it crosses
// before is no further cause.
func (r *roads) transit(out *road, there, here *subnetNode) {
	over := func(j *journey, to string) *vpcNode {
		if len(j.stops) == 0 {
			return j.transit(to)
		}
		return nil
	}
	forward, back := over(&out.forward, there.VPCID), over(&out.back, here.VPCID)
	switch {
	case forward != nil && r.strict:
		f := transitRefused(forward, "", AtSource)
		f.With = party(there.vpc)
		out.add(f, stops)
	case back != nil && r.strict:
		f := transitRefused(back, Return, AtDestination)
		f.With = party(here.vpc)
		out.add(f, stops)
	case forward != nil && out.forward.delivered:
		out.add(Finding{
			Code: CodePeeringTransit, Severity: Info, Side: AtSource, Layer: LayerVPC, Kind: network.KindVPC,
			ID: forward.id, Name: forward.name, With: party(there.vpc),
		}, passes)
	}
}

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

func party(v *vpcNode) *Party { return &Party{Kind: network.KindVPC, ID: v.id, Name: v.name} }

// overlapTotal says whether every subnet of either VPC overlaps one of the other, so that local routes win everywhere.
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

func (r *roads) disconnected(out *road, a, b *vpcNode) {
	out.add(Finding{
		Code: CodeVPCDisconnected, Severity: Blocker, Side: AtSource, Layer: LayerVPC,
		Kind: network.KindVPC, ID: a.id, Name: a.name, With: party(b),
	}, stops)
	for _, g := range r.from.groups {
		if slices.Contains(r.to.groups, g) {
			out.add(Finding{
				Code: CodeSGShared, Severity: Hint, Side: AtSource, Layer: LayerVPC,
				Kind: network.KindSecurityGroup, ID: g, Name: r.w.nameOf(g), With: party(b),
			}, stops)
		}
	}
}

// stopped notes why one leg does not arrive.
func (r *roads) stopped(out *road, j *journey, leg string, to *subnetNode, destination netip.Addr) {
	side := AtSource
	if leg == Return {
		side = AtDestination
	}
	r.uncertain(out, j, leg, side)
	for _, s := range j.stops {
		f := r.stopFinding(s, leg, side)
		if f.Code == CodePeeringNotActive || f.Code == CodePeeringOverlapTotal {
			f.Leg, f.Side = Forward, AtSource // One connection is one cause, whichever way the packet goes.
		} else if p := to.block(r.family); p.IsValid() {
			f.Target = p.String()
		}
		if r.diverted(s, j, to.VPCID, destination) {
			taken := j.steps[0].route
			f.Code, f.Kind, f.ID, f.Name = CodeRouteMoreSpecific, network.KindRoute, taken.ID, r.w.label(taken)
		}
		out.add(f, stops)
	}
}

// diverted tells whether the first route of a journey took the packet away from a wider one that leads to the right VPC.
func (r *roads) diverted(s stop, j *journey, to string, destination netip.Addr) bool {
	if s.code != CodeRouteWrongVPC && s.code != CodeRouteLoop && s.code != CodeRouteDeadNextHop {
		return false
	}
	taken := j.steps[0].route
	if taken == nil {
		return false
	}
	table := r.w.tables.get(r.w.tableOfRoute(taken))
	if table == nil {
		return false
	}
	for _, wider := range table.list {
		p := r.w.peerings.get(wider.NextHop)
		if wider != taken && wider.Prefix().Contains(destination) && p != nil && p.Other(j.vpcs[0].id) == to {
			return true
		}
	}
	return false
}

func (r *roads) stopFinding(s stop, leg string, side Side) Finding {
	f := Finding{Code: s.code, Severity: Blocker, Leg: leg, Side: side, Layer: LayerRoute, Reason: s.reason}
	switch {
	case s.subnet != nil:
		f.Kind, f.ID, f.Name = network.KindSubnet, s.subnet.ID, s.subnet.label
	case s.peering != nil:
		f.Kind, f.ID, f.Name = network.KindPeering, s.peering.ID, r.w.label(s.peering)
	case s.route != nil:
		f.Kind, f.ID, f.Name = network.KindRoute, s.route.ID, r.w.label(s.route)
	default:
		f.Kind, f.ID, f.Name = network.KindVPC, s.here.id, s.here.name
	}
	if s.table != nil {
		f.With = &Party{Kind: network.KindRouteTable, ID: s.table.table.ID, Name: s.table.label}
	}
	switch {
	case s.code == CodePeeringNotActive || s.code == CodePeeringOverlapTotal:
		f.Layer, f.With = LayerVPC, nil
	case s.code == CodeRouteMissingForward && leg == Return:
		f.Code = CodeRouteMissingReturn
	}
	return f
}
