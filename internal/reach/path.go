package reach

import (
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// path is the way of one packet: one that gets through if any does.
func (e *evaluation) path() []Hop {
	p, ok := e.typicalOf(e.total.sure).Sample()
	if !ok {
		if p, ok = e.typicalOf(e.asked).Sample(); !ok {
			return nil
		}
	}
	for i := range e.pairs {
		if l := &e.pairs[i]; l.asked.Contains(p) {
			return e.pathOn(l, p)
		}
	}
	return nil
}

func (e *evaluation) pathOn(l *subnetPair, p traffic.Packet) []Hop {
	end := func(at *resolvedEndpoint) Hop { return Hop{Kind: at.kind, ID: at.id, Name: at.label, Leg: Forward} }
	// The road, or none, and the other stations: two ends, and groups and an ACL at each.
	i := slices.IndexFunc(l.routes, func(r routedTraffic) bool { return r.set.Contains(p) })
	stations := 7
	if i >= 0 {
		stations += len(l.routes[i].forward.steps) + len(l.routes[i].answer.steps)
	}
	out := append(make([]Hop, 0, stations), end(e.from))
	out = e.filterHops(out, &l.out, e.from, p)
	if i >= 0 {
		r := &l.routes[i]
		switch {
		case r.sameVPC:
			out = append(out, Hop{
				Kind: network.KindVPC, ID: e.from.vpc, Name: e.model.vpc(e.from.vpc).name, Detail: "local route", Leg: Forward,
			})
		case r.public && !e.to.cloudService && !e.from.cloudService:
			inside := e.from
			if inside.external {
				inside = e.to
			}
			h := Hop{Kind: inside.kind, ID: inside.id, Name: inside.label, Leg: Forward, Detail: "public address"}
			if inside.instance != nil && inside.instance.PublicIP != "" && !p.Source.Is6() {
				h.Detail = "public address " + inside.instance.PublicIP
			}
			out = append(out, h)
		default:
			out = e.model.routeHops(out, &r.forward, Forward)
		}
		way := len(out)
		out = e.filterHops(out, &l.in, e.to, p)
		// A packet meets the destination's ACL before its groups.
		slices.Reverse(out[way:])
		return e.model.routeHops(append(out, end(e.to)), &r.answer, Return)
	}
	return out
}

// filterHops are the groups and the ACL at one end with the rules that decided about a packet.
func (e *evaluation) filterHops(out []Hop, s *endpointResult, at *resolvedEndpoint, p traffic.Packet) []Hop {
	if at.external {
		return out
	}
	if at.filtered {
		h := Hop{Kind: network.KindSecurityGroup, Leg: Forward}
		if len(at.groups) > 0 {
			h.ID = at.groups[0]
			if g := e.model.groups.get(h.ID); g != nil {
				h.Name = g.label
			}
		}
		if r, ok := decider(s.groups.hits, p); ok {
			h.Drops = r == nil || !r.allow
			if r != nil {
				h.ID, h.Name, h.Rule = r.group.id, r.group.label, r.ref
			}
		}
		out = append(out, h)
	}
	if s.aclNode != nil {
		h := Hop{Kind: network.KindNetworkACL, ID: s.aclNode.acl.ID, Name: s.aclNode.label, Leg: Forward}
		r, ok := decider(s.acl.hits, p)
		switch {
		case !ok:
			h.Detail = "exempt"
		case r == nil:
			h.Drops = true
			h.Detail = "final deny"
		default:
			h.Rule, h.Drops = r.ref, !r.allow
		}
		out = append(out, h)
	}
	return out
}

// decider is the rule that decided about a packet, nil for the final one; ok is false if the table did not see it.
func decider(hits []hit, p traffic.Packet) (r *rule, ok bool) {
	for i := range hits {
		if hits[i].set.Contains(p) {
			return hits[i].rule, true
		}
	}
	return nil, false
}
