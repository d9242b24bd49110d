package reach

import (
	"slices"
	"strconv"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// walk decides the atoms of one question.
type walk struct {
	n        *network.Network
	q        Question
	family   traffic.Family
	from, to *place
	groups   map[Side]map[network.Direction][]groupRule
	filters  map[string]*filter
	cuts     cuts

	order                     []string
	findings                  map[string]*Finding
	affected                  map[string]traffic.Set
	allowed, refused, unclear traffic.Set
	path                      []Hop
	pathIsOpen                bool
}

func newWalk(n *network.Network, q Question, f traffic.Family, from, to *place) *walk {
	w := &walk{
		n: n, q: q, family: f, from: from, to: to,
		groups:  map[Side]map[network.Direction][]groupRule{AtSource: {}, AtDestination: {}},
		filters: map[string]*filter{}, findings: map[string]*Finding{}, affected: map[string]traffic.Set{},
	}
	w.cuts.both(serviceAddresses)
	for _, p := range exemptDestinations {
		w.cuts.both(traffic.FromPrefix(p))
	}
	w.cuts.ports = append(w.cuts.ports, portsOf(80), portsOf(25))
	if from.outside || to.outside {
		w.cuts.ports = append(w.cuts.ports, riskyPorts[traffic.TCP], riskyPorts[traffic.UDP])
	}
	var vpcs []string
	for _, side := range []Side{AtSource, AtDestination} {
		at, peer := w.ends(side)
		for _, d := range []network.Direction{network.Ingress, network.Egress} {
			w.groups[side][d] = compileGroups(n, at, peer, d)
			w.cuts.groups(w.groups[side][d])
		}
		for _, s := range at.subnets {
			if w.filters[s.ID] == nil {
				w.filters[s.ID] = filterOf(n, s)
				w.cuts.filter(w.filters[s.ID])
			}
		}
		w.cuts.guest(at.instance)
		if at.vpc != "" {
			for _, vpc := range component(n, at.vpc) {
				if !slices.Contains(vpcs, vpc) {
					vpcs = append(vpcs, vpc)
				}
			}
		}
	}
	w.cuts.routes(n, vpcs)
	return w
}

// ends are the place at a side and the one at the other side.
func (w *walk) ends(side Side) (at, peer *place) {
	if side == AtSource {
		return w.from, w.to
	}
	return w.to, w.from
}

func (w *walk) run() {
	asked := w.q.Ports
	if asked.IsEmpty() {
		asked = traffic.AllPorts()
	}
	protocols := protocolAtoms(w.q.Protocol, w.cuts.protocols, w.family)
	for _, source := range addressAtoms(w.from.addresses, w.cuts.sources) {
		for _, destination := range addressAtoms(w.to.addresses, w.cuts.destinations) {
			src, _ := source.First()
			dst, _ := destination.First()
			way := w.road(packet{source: src, destination: dst})
			for _, list := range protocols {
				ports := []traffic.PortSet{traffic.AllPorts()}
				if list[0].HasPorts() {
					ports = portAtoms(asked, w.cuts.ports)
				}
				for _, set := range ports {
					m := traffic.Match{Family: w.family, Protocols: list, Source: &source, Destination: &destination}
					if list[0].HasPorts() {
						m.DestinationPorts = &set
					}
					atom, err := m.Set()
					if err != nil {
						continue
					}
					p := packet{protocol: list[0], source: src, destination: dst}
					if r := set.Ranges(); len(r) > 0 {
						p.port = r[0].First
					}
					w.judge(atom, way, w.variants(p))
				}
			}
		}
	}
}

// variants are packets that a flow does not tell apart but rules may: by source port, and for a question about all
// protocols by ICMP type. A flow counts as allowed when all of them pass.
func (w *walk) variants(p packet) []packet {
	if p.protocol.HasPorts() {
		var out []packet
		for _, ports := range portAtoms(clientPorts, w.cuts.sourcePorts) {
			p.sourcePort = ports.Ranges()[0].First
			out = append(out, p)
		}
		return out
	}
	if !p.protocol.IsICMP() {
		return []packet{p}
	}
	p.icmpType = 8
	if p.protocol == traffic.ICMPv6 {
		p.icmpType = 128
	}
	if w.q.ICMPType != nil && w.q.Protocol.IsICMP() {
		p.icmpType = *w.q.ICMPType
	}
	if w.q.ICMPCode != nil && w.q.Protocol.IsICMP() {
		p.icmpCode = *w.q.ICMPCode
	}
	out := []packet{p}
	if w.q.Protocol == traffic.AnyProtocol {
		for _, pair := range append(w.cuts.icmp, [2]int{253, 0}) {
			p.icmpType, p.icmpCode = pair[0], pair[1]
			out = append(out, p)
		}
	}
	return out
}

// judge walks the packets of one atom past every layer and notes every cause that stops one of them.
func (w *walk) judge(atom traffic.Set, way road, packets []packet) {
	for _, f := range way.findings {
		w.note(f, atom)
	}
	result := way.outcome
	var hops []Hop
	for i, p := range packets {
		exempt := isExempt(w.from, w.to, p)
		leaves, out := w.side(p, atom, AtSource, network.Egress, exempt)
		enters, in := w.side(p, atom, AtDestination, network.Ingress, exempt)
		result = max(result, leaves, enters, w.host(p, atom))
		if i == 0 {
			hops = w.stations(way, out, in)
		}
	}
	open := result == passes
	if w.path == nil || open && !w.pathIsOpen {
		w.path, w.pathIsOpen = hops, open
	}
	switch result {
	case passes:
		w.allowed = w.allowed.Union(atom)
		w.cautions(packets[0], atom)
	case unclear:
		w.unclear = w.unclear.Union(atom)
	case stops:
		w.refused = w.refused.Union(atom)
	}
}

// stations lists what a packet passes, in order.
func (w *walk) stations(way road, out, in []Hop) []Hop {
	end := func(at *place) Hop { return Hop{Kind: at.kind, ID: at.id, Name: at.label, Leg: Forward} }
	hops := append([]Hop{end(w.from)}, out...)
	hops = append(hops, way.forward...)
	// A packet meets the destination's ACL before its groups.
	slices.Reverse(in)
	hops = append(hops, in...)
	hops = append(hops, end(w.to))
	return append(hops, way.back...)
}

// note keeps a finding once and adds to it the traffic it is about.
func (w *walk) note(f Finding, atom traffic.Set) {
	if f.Leg == "" {
		f.Leg = Forward
	}
	parts := []string{f.Code, f.Leg, string(f.Side), f.ID, f.Target, string(f.Severity)}
	for _, r := range []*RuleRef{f.Rule, withRule(f)} {
		if r != nil {
			parts = append(parts, string(r.Direction), strconv.Itoa(r.Position), r.ID)
		}
	}
	key := strings.Join(parts, "\x00")
	if w.findings[key] == nil {
		w.findings[key] = &f
		w.order = append(w.order, key)
	}
	w.affected[key] = w.affected[key].Union(atom)
}

func withRule(f Finding) *RuleRef {
	if f.With == nil {
		return nil
	}
	return f.With.Rule
}

// ordered lists the findings in the order of the way: what is between the ends, source, destination, host, the way
// back, then cautions. What explains a blocker comes after it.
func (w *walk) ordered() []Finding {
	out := make([]Finding, 0, len(w.order))
	for _, key := range w.order {
		f := *w.findings[key]
		f.Affected = w.affected[key]
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return rank(a) - rank(b) })
	for i := range out {
		for _, other := range out {
			if other.Code != out[i].Code && other.Layer == out[i].Layer && other.ID == out[i].ID && other.Side == out[i].Side &&
				!slices.Contains(out[i].Related, other.Code) {
				out[i].Related = append(out[i].Related, other.Code)
			}
		}
	}
	return out
}

func rank(f Finding) int {
	out := 10 * slices.Index([]Layer{LayerQuestion, LayerVPC, LayerRoute, LayerSG, LayerACL, LayerHost}, f.Layer)
	if f.Side == AtDestination && f.Layer != LayerVPC && f.Layer != LayerRoute {
		out += 100
		if f.Layer == LayerACL {
			out -= 20
		}
	}
	switch {
	case f.Severity == Warning:
		return out + 2000
	case f.Severity == Info:
		return out + 3000
	case f.Leg == Return:
		out += 1000
	}
	if f.Severity != Blocker {
		out++
	}
	return out
}
