package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// orderMatters notes traffic that one group of an end allows and another one denies: which of them comes first decides.
func (k *walk) orderMatters(l *leg, at *place, side Side, d network.Direction) {
	if len(at.groups) < 2 || !at.guarded || k.brief {
		return
	}
	i := directionIndex(d)
	deny := false
	for _, id := range at.groups {
		g := k.w.groups.get(id)
		deny = deny || g != nil && g.hasDeny[i]
	}
	if !deny {
		return
	}
	_, peer := k.ends(side)
	p := peers{w: k.w, place: peer}
	var allowed, denied []traffic.Set
	for _, id := range at.groups {
		var own ruling
		if g := k.w.groups.get(id); g != nil {
			p.judge(&own, l.asked, g.rules[i])
		}
		var yes, no traffic.Set
		for _, h := range own.hits {
			if h.rule.allow {
				yes = yes.Union(h.set)
			} else {
				no = no.Union(h.set)
			}
		}
		allowed, denied = append(allowed, yes), append(denied, no)
	}
	var contested traffic.Set
	for a := range allowed {
		for b := range denied {
			if a != b {
				contested = contested.Union(allowed[a].Intersect(denied[b]))
			}
		}
	}
	if !contested.IsEmpty() {
		k.note(Finding{
			Code: CodeSGOrderSurprise, Severity: Info, Side: side, Layer: LayerSG, Kind: at.kind, ID: at.id, Name: at.label,
			Rule: directions[i], With: &Party{Kind: network.KindSecurityGroup, ID: at.groups[0], Name: k.groupNames(at)},
		}, contested)
	}
}

// disjoint notes that either end lets some of the traffic through, and no packet is let through by both.
func (k *walk) disjoint(l *leg) {
	if k.from.outside || k.to.outside || !k.concerned(l.total.possible).IsEmpty() {
		return
	}
	sent, accepted := k.concerned(l.out.passing(l)), k.concerned(l.in.passing(l))
	if sent.IsEmpty() || accepted.IsEmpty() || sent.Overlaps(accepted) {
		return
	}
	k.note(Finding{
		Code: CodeEgressIngressDisjoint, Severity: Blocker, Side: AtDestination, Layer: LayerSG, Kind: k.to.kind, ID: k.to.id,
		Name: k.to.label, With: &Party{Kind: k.from.kind, ID: k.from.id, Name: k.from.label}, Contrast: accepted,
	}, sent)
}

// passing is what the ACL and the groups of one end let through.
func (s *sideRuling) passing(l *leg) traffic.Set {
	if s.filter == nil {
		return s.groups.possible
	}
	return s.groups.possible.Intersect(s.acl.possible.Union(l.exempt))
}
