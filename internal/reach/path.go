package reach

import (
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// path is the way of one packet: one that gets through if any does.
func (k *walk) path() []Hop {
	p, ok := k.typical(k.total.sure).Sample()
	if !ok {
		if p, ok = k.typical(k.asked).Sample(); !ok {
			return nil
		}
	}
	for i := range k.legs {
		if l := &k.legs[i]; l.asked.Contains(p) {
			return k.pathOn(l, p)
		}
	}
	return nil
}

func (k *walk) pathOn(l *leg, p traffic.Packet) []Hop {
	end := func(at *place) Hop { return Hop{Kind: at.kind, ID: at.id, Name: at.label, Leg: Forward} }
	// The road, or none, and the other stations: two ends, and groups and an ACL at each.
	i := slices.IndexFunc(l.roads, func(r routed) bool { return r.set.Contains(p) })
	stations := 7
	if i >= 0 {
		stations += len(l.roads[i].forward.steps) + len(l.roads[i].back.steps)
	}
	out := append(make([]Hop, 0, stations), end(k.from))
	out = k.filterHops(out, &l.out, k.from, p)
	if i >= 0 {
		r := &l.roads[i]
		switch {
		case r.local:
			out = append(out, Hop{
				Kind: network.KindVPC, ID: k.from.vpc, Name: k.w.vpc(k.from.vpc).name, Detail: "local route", Leg: Forward,
			})
		case r.public && !k.to.service && !k.from.service:
			inside := k.from
			if inside.outside {
				inside = k.to
			}
			h := Hop{Kind: inside.kind, ID: inside.id, Name: inside.label, Leg: Forward, Detail: "public address"}
			if inside.instance != nil && inside.instance.PublicIP != "" && !p.Source.Is6() {
				h.Detail = "public address " + inside.instance.PublicIP
			}
			out = append(out, h)
		default:
			out = k.w.hops(out, &r.forward, Forward)
		}
		way := len(out)
		out = k.filterHops(out, &l.in, k.to, p)
		// A packet meets the destination's ACL before its groups.
		slices.Reverse(out[way:])
		return k.w.hops(append(out, end(k.to)), &r.back, Return)
	}
	return out
}

// filterHops are the groups and the ACL at one end with the rules that decided about a packet.
func (k *walk) filterHops(out []Hop, s *sideRuling, at *place, p traffic.Packet) []Hop {
	if at.outside {
		return out
	}
	if at.guarded {
		h := Hop{Kind: network.KindSecurityGroup, Leg: Forward}
		if len(at.groups) > 0 {
			h.ID = at.groups[0]
			if g := k.w.groups.get(h.ID); g != nil {
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
	if s.filter != nil {
		h := Hop{Kind: network.KindNetworkACL, ID: s.filter.acl.ID, Name: s.filter.label, Leg: Forward}
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
