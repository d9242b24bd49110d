package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// explainGroupOrder notes traffic that one group of an end allows and another one denies: which of them comes first decides.
func (e *evaluation) explainGroupOrder(l *subnetPair, at *resolvedEndpoint, side Side, d network.Direction) {
	if len(at.groups) < 2 || !at.filtered || e.brief {
		return
	}
	i := directionIndex(d)
	deny := false
	for _, id := range at.groups {
		g := e.model.groups.get(id)
		deny = deny || g != nil && g.hasDeny[i]
	}
	if !deny {
		return
	}
	_, peer := e.endpointsAt(side)
	p := peerContext{model: e.model, peer: peer}
	var allowed, denied []traffic.Set
	for _, id := range at.groups {
		var own filterResult
		if g := e.model.groups.get(id); g != nil {
			p.firstMatch(&own, l.asked, g.rules[i])
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
		e.collect(Finding{
			Code: CodeSGOrderSurprise, Severity: Info, Side: side, Layer: LayerSG, Kind: at.kind, ID: at.id, Name: at.label,
			Rule: noRule[i], With: &Counterpart{Kind: network.KindSecurityGroup, ID: at.groups[0], Name: e.groupNames(at)},
		}, contested)
	}
}

// explainDisjoint notes that either end lets some of the traffic through, and no packet is let through by both.
func (e *evaluation) explainDisjoint(l *subnetPair) {
	if e.from.external || e.to.external || !e.relevant(l.total.possible).IsEmpty() {
		return
	}
	sent, accepted := e.relevant(l.out.passing(l)), e.relevant(l.in.passing(l))
	if sent.IsEmpty() || accepted.IsEmpty() || sent.Overlaps(accepted) {
		return
	}
	e.collect(Finding{
		Code: CodeEgressIngressDisjoint, Severity: Blocker, Side: AtDestination, Layer: LayerSG, Kind: e.to.kind, ID: e.to.id,
		Name: e.to.label, With: &Counterpart{Kind: e.from.kind, ID: e.from.id, Name: e.from.label}, Contrast: accepted,
	}, sent)
}

// passing is what the ACL and the groups of one end let through.
func (s *endpointResult) passing(l *subnetPair) traffic.Set {
	if s.aclNode == nil {
		return s.groups.possible
	}
	return s.groups.possible.Intersect(s.acl.possible.Union(l.exempt))
}
