package reach

import (
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// road is the routing of one pair of addresses, which no port changes.
type road struct {
	outcome       outcome
	findings      []Finding
	forward, back []Hop
}

func (r *road) add(f Finding, o outcome) {
	r.findings = append(r.findings, f)
	r.outcome = max(r.outcome, o)
}

// road judges the routes of a packet and of its answers.
func (w *walk) road(p packet) road {
	switch {
	case w.from.service || w.to.service:
		return road{}
	case w.from.outside || w.to.outside:
		return w.internetRoad(p)
	case w.from.vpc == w.to.vpc:
		hop := Hop{Kind: network.KindVPC, ID: w.from.vpc, Name: nameOf(w.n,
			w.from.vpc), Detail: "local route", Leg: Forward}
		return road{forward: []Hop{hop}}
	default:
		return w.vpcRoad(p)
	}
}

// internetRoad is the way to or from the Internet: an own public address, or else a route to something that shares one.
// A route to a block of public addresses goes before the public address, a default route after it.
func (w *walk) internetRoad(p packet) road {
	inside, own, far, side := w.from, p.source, p.destination, AtSource
	if w.from.outside {
		inside, own, far, side = w.to, p.destination, p.source, AtDestination
	}
	public := inside.instance != nil && inside.instance.Public().IsValid() && w.family == traffic.IPv4
	var r road
	none := Finding{
		Code: CodeNoPublicAddress, Severity: Blocker, Side: side, Layer: LayerRoute, Kind: inside.kind, ID: inside.id,
		Name: inside.label,
	}
	subnet := inside.subnetOf(own)
	if subnet == nil || side == AtDestination && !public {
		r.add(none, stops)
		return r
	}
	table := tableOf(w.n, subnet)
	best := longest(w.n, table, subnet.VPCID, far)
	if public && (best == nil || best.Prefix().Bits() == 0) {
		hop := Hop{
			Kind: network.KindInstance, ID: inside.id, Name: inside.label, Leg: Forward,
			Detail: "public address " + inside.instance.PublicIP,
		}
		r.forward = []Hop{hop}
		return r
	}
	if best == nil {
		r.add(none, stops)
		return r
	}
	leg := Forward
	if side == AtDestination {
		leg = Return
	}
	j := travel(w.n, subnet, "", far)
	r.forward = onLeg(j.hops, Forward)
	w.uncertain(&r, j, leg, side)
	for _, s := range j.stops {
		f := stopFinding(s, leg, side)
		if s.code == CodeRouteWrongVPC && s.at.Kind() == network.KindVPC {
			f.Code, f.Layer = CodePeeringEIPNotShared, LayerVPC
		}
		r.add(f, stops)
	}
	return r
}

func onLeg(hops []Hop, leg string) []Hop {
	out := slices.Clone(hops)
	for i := range out {
		out[i].Leg = leg
	}
	return out
}

// uncertain notes a next hop that leaves the model or is not in the network.
func (w *walk) uncertain(r *road, j journey, leg string, side Side) {
	if j.left != nil {
		r.add(Finding{
			Code: CodeForwarderUnverifiable, Severity: Warning, Leg: leg, Side: side, Layer: LayerRoute, Kind: network.KindRoute,
			ID: j.left.ID, Name: j.left.Title(),
		}, unclear)
	}
	if j.lacks != nil {
		r.add(Finding{
			Code: CodeUnknownUntilApply, Severity: Info, Leg: leg, Side: side, Layer: LayerQuestion, Kind: j.lacks.kind,
			ID: j.lacks.id, Name: j.lacks.id, With: &Party{Name: j.lacks.from},
		}, unclear)
	}
}

// vpcRoad is the way between two VPCs, there and back.
func (w *walk) vpcRoad(p packet) road {
	var r road
	here, there := w.from.subnetOf(p.source), w.to.subnetOf(p.destination)
	if here == nil || there == nil {
		return road{outcome: stops}
	}
	forward := travel(w.n, here, w.to.vpc, p.destination)
	back := travel(w.n, there, w.from.vpc, p.source)
	r.forward, r.back = onLeg(forward.hops, Forward), onLeg(back.hops, Return)
	if !slices.Contains(component(w.n, w.from.vpc), w.to.vpc) && forward.lacks == nil && back.lacks == nil &&
		forward.left == nil && back.left == nil {
		w.disconnected(&r)
		return r
	}
	if w.overlapTotal() {
		direct := between(w.n, w.from.vpc, w.to.vpc)
		if direct != nil {
			r.add(Finding{
				Code: CodePeeringOverlapTotal, Severity: Failure, Side: AtSource, Layer: LayerVPC, Kind: network.KindPeering,
				ID: direct.ID, Name: direct.Name, With: w.farVPC(),
			}, stops)
		}
	}
	w.stopped(&r, forward, Forward, p.destination)
	w.stopped(&r, back, Return, p.source)
	if forward.delivered && len(forward.vpcs) > 2 {
		f := Finding{
			Code: CodePeeringTransit, Severity: Info, Side: AtSource, Layer: LayerVPC, Kind: network.KindVPC,
			ID: forward.vpcs[1], Name: nameOf(w.n, forward.vpcs[1]),
		}
		o := passes
		if w.q.Strict {
			f.Code, f.Severity, o = CodePeeringTransitRefused, Blocker, stops
		}
		r.add(f, o)
	}
	if forward.delivered && back.delivered {
		reversed := slices.Clone(back.vpcs)
		slices.Reverse(reversed)
		if !slices.Equal(forward.vpcs, reversed) {
			r.add(Finding{
				Code: CodeRouteAsymmetric, Severity: Warning, Leg: Return, Side: AtDestination, Layer: LayerRoute,
				Kind: network.KindVPC, ID: w.to.vpc, Name: nameOf(w.n, w.to.vpc), With: w.farVPC(),
			}, passes)
		}
	}
	return r
}

func (w *walk) farVPC() *Party {
	return &Party{Kind: network.KindVPC, ID: w.to.vpc, Name: nameOf(w.n, w.to.vpc)}
}

// overlapTotal says whether every subnet of either VPC overlaps one of the other.
func (w *walk) overlapTotal() bool {
	a := network.Referring[*network.Subnet](w.n, "vpc_id", w.from.vpc)
	b := network.Referring[*network.Subnet](w.n, "vpc_id", w.to.vpc)
	all := func(these, those []*network.Subnet) bool {
		for _, s := range these {
			if !slices.ContainsFunc(those, func(o *network.Subnet) bool { return s.Prefix().Overlaps(o.Prefix()) }) {
				return false
			}
		}
		return len(these) > 0
	}
	return all(a, b) && all(b, a)
}

func (w *walk) disconnected(r *road) {
	r.add(Finding{
		Code: CodeVPCDisconnected, Severity: Blocker, Side: AtSource, Layer: LayerVPC,
		Kind: network.KindVPC, ID: w.from.vpc, Name: nameOf(w.n, w.from.vpc), With: w.farVPC(),
	}, stops)
	for i, g := range w.from.groups {
		if slices.Contains(w.to.groups, g) && slices.Index(w.from.groups, g) == i {
			r.add(Finding{
				Code: CodeSGShared, Severity: Hint, Side: AtSource, Layer: LayerVPC,
				Kind: network.KindSecurityGroup, ID: g, Name: nameOf(w.n, g), With: w.farVPC(),
			}, stops)
		}
	}
}

// stopped notes why one leg does not arrive.
func (w *walk) stopped(r *road, j journey, leg string, destination netip.Addr) {
	side, to := AtSource, w.to
	if leg == Return {
		side, to = AtDestination, w.from
	}
	w.uncertain(r, j, leg, side)
	for _, s := range j.stops {
		f := stopFinding(s, leg, side)
		if f.Code == CodePeeringNotActive {
			f.Leg, f.Side = Forward, AtSource // One connection is one cause, whichever way the packet goes.
		}
		if end := to.subnetOf(destination); end != nil && f.Code != CodePeeringNotActive {
			f.Target = block(end, w.family).String()
		}
		if elsewhere := w.diverted(s, j, to.vpc, destination); elsewhere != nil {
			f.Code, f.Kind, f.ID, f.Name = CodeRouteMoreSpecific, network.KindRoute, elsewhere.ID, elsewhere.Title()
		}
		r.add(f, stops)
	}
}

// diverted is the route that takes a packet away from a wider route that leads to the right VPC, or nil.
func (w *walk) diverted(s stop, j journey, to string, destination netip.Addr) *network.Route {
	if s.code != CodeRouteWrongVPC && s.code != CodeRouteLoop && s.code != CodeRouteDeadNextHop {
		return nil
	}
	start := j.vpcs[0]
	var taken *network.Route
	for _, h := range j.hops {
		if taken = network.Get[*network.Route](w.n, h.ID); taken != nil {
			break
		}
	}
	if taken == nil {
		return nil
	}
	table := network.Get[*network.RouteTable](w.n, taken.RouteTableID)
	if table == nil {
		table = defaultTable(w.n, start)
	}
	for _, r := range routesOf(w.n, table, start) {
		p := network.Get[*network.Peering](w.n, r.NextHop)
		if r.ID != taken.ID && r.Prefix().IsValid() && r.Prefix().Contains(destination) && p != nil && p.Other(start) == to {
			return taken
		}
	}
	return nil
}

func stopFinding(s stop, leg string, side Side) Finding {
	f := Finding{Code: s.code, Severity: Blocker, Leg: leg, Side: side, Layer: LayerRoute}
	if s.at != nil {
		f.Kind, f.ID, f.Name = s.at.Kind(), s.at.Base().ID, s.at.Title()
	}
	if s.table != nil {
		f.With = &Party{Kind: network.KindRouteTable, ID: s.table.ID, Name: s.table.Name}
	}
	switch {
	case s.code == CodePeeringNotActive:
		f.Layer = LayerVPC
		f.With = nil
	case s.code == CodeRouteMissingForward && leg == Return:
		f.Code = CodeRouteMissingReturn
	}
	return f
}
