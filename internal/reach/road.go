package reach

import (
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// road judges the routes of a packet and of its answers.
func (w *walk) road(p packet) road {
	key := p.source.String() + ">" + p.destination.String()
	if known, ok := w.roads[key]; ok {
		return known
	}
	var r road
	switch {
	case w.from.outside || w.to.outside:
		r = w.internetRoad(p)
	case w.from.vpc == w.to.vpc:
		r = road{open: true}
	default:
		r = w.vpcRoad(p)
	}
	w.roads[key] = r
	return r
}

// internetRoad is the way to or from the Internet: an own public address, or else a route to something that shares one.
func (w *walk) internetRoad(p packet) road {
	inside, far := w.from, p.destination
	side := AtSource
	if w.from.outside {
		inside, far, side = w.to, p.source, AtDestination
	}
	if inside.instance != nil && inside.instance.Public().IsValid() {
		return road{open: true}
	}
	if side == AtSource && inside.subnet != nil {
		if j := travel(w.n, inside.subnet, "", far); j.code == "left" {
			return road{open: true, left: true, hops: j.hops, findings: []Finding{w.leftModel(j)}}
		}
	}
	f := Finding{
		Code: "no_public_address", Severity: Blocker, Leg: "forward", Side: side, Layer: LayerRoute,
		Kind: network.KindInstance, Name: inside.label,
	}
	if inside.instance != nil {
		f.ID = inside.instance.ID
	}
	return road{findings: []Finding{f}}
}

func (w *walk) leftModel(j journey) Finding {
	return Finding{
		Code: "forwarder_unverifiable", Severity: Warning, Leg: "forward", Layer: LayerRoute, Kind: network.KindRoute,
		ID: j.at.Base().ID, Name: j.at.Title(),
	}
}

// vpcRoad is the way between two VPCs, there and back.
func (w *walk) vpcRoad(p packet) road {
	if !joined(w.n, w.from.vpc, w.to.vpc) {
		return road{findings: w.disconnected()}
	}
	forward := travel(w.n, w.from.subnet, w.to.vpc, p.destination)
	back := travel(w.n, w.to.subnet, w.from.vpc, p.source)
	r := road{hops: forward.hops, open: forward.delivered && back.delivered}
	r.findings = append(r.findings, w.stopped(forward, "forward", w.from, w.to, p.destination)...)
	r.findings = append(r.findings, w.stopped(back, "return", w.to, w.from, p.source)...)
	if forward.code == "left" || back.code == "left" {
		r.left = true
	}
	if forward.delivered && len(forward.vpcs) > 2 {
		f := Finding{
			Code: "peering_transit", Severity: Info, Leg: "forward", Layer: LayerVPC, Kind: network.KindVPC,
			ID: forward.vpcs[1], Name: nameOf(w.n, forward.vpcs[1]),
		}
		if w.q.Strict {
			f.Code, f.Severity, r.open = "peering_transit_unsupported", Blocker, false
		}
		r.findings = append(r.findings, f)
	}
	return r
}

func (w *walk) disconnected() []Finding {
	out := []Finding{{
		Code: "vpc_disconnected", Severity: Blocker, Leg: "forward", Side: AtSource, Layer: LayerVPC,
		Kind: network.KindVPC, ID: w.from.vpc, Name: nameOf(w.n, w.from.vpc), Other: nameOf(w.n, w.to.vpc),
	}}
	for _, g := range w.from.groups {
		for _, h := range w.to.groups {
			if g == h {
				out = append(out, Finding{
					Code: "sg_shared_across_disconnected_vpcs", Severity: Hint, Leg: "forward", Side: AtSource, Layer: LayerVPC,
					Kind: network.KindSecurityGroup, ID: g, Name: nameOf(w.n, g),
				})
			}
		}
	}
	return out
}

// stopped says why one leg does not arrive.
func (w *walk) stopped(j journey, leg string, from, to *place, destination netip.Addr) []Finding {
	if j.delivered {
		return nil
	}
	if j.code == "left" {
		return []Finding{w.leftModel(j)}
	}
	side := AtSource
	if leg == "return" {
		side = AtDestination
	}
	f := Finding{
		Code: j.code, Severity: Blocker, Leg: leg, Side: side, Layer: LayerRoute,
		Other: nameOf(w.n, from.vpc) + " to " + nameOf(w.n, to.vpc),
	}
	if j.at != nil {
		f.Kind, f.ID, f.Name = j.at.Kind(), j.at.Base().ID, j.at.Title()
	}
	switch j.code {
	case "peering_not_active":
		f.Layer = LayerVPC
		f.Side = AtSource // One connection is one cause, whichever way the packet goes.
	case "route_missing_forward":
		if leg == "return" {
			f.Code = "route_missing_return"
		}
		f.Other = destination.String()
		if s := to.subnet; s != nil {
			f.Other = s.CIDR
			if destination.Is6() {
				f.Other = s.IPv6CIDR
			}
		}
	}
	return []Finding{f}
}
