package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// explainGroupOrder collects traffic that one group of an end allows and another one denies: the first of them decides,
// whatever the priorities (SG-12, SG-16).
func (s *securityGroupStage) explainGroupOrder() {
	at, peer := s.endpoints(s.side)
	if len(at.groups) < 2 || s.brief {
		return
	}
	i := directionIndex(s.side.direction())
	deny := false
	for _, id := range at.groups {
		g := s.model.groups.get(id)
		deny = deny || g != nil && g.hasDeny[i]
	}
	if !deny {
		return
	}
	p := peerContext{model: s.model, peer: peer}
	var allowed, denied []traffic.Set
	for _, id := range at.groups {
		var result filterResult
		if g := s.model.groups.get(id); g != nil {
			p.firstMatch(&result, s.arriving, g.rules[i])
		}
		var allows, denies traffic.Set
		for _, h := range result.hits {
			if h.rule.allow {
				allows = allows.Union(h.set)
			} else {
				denies = denies.Union(h.set)
			}
		}
		allowed, denied = append(allowed, allows), append(denied, denies)
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
		s.collect(Finding{
			Code: CodeSGOrderSurprise, Severity: Info, Side: s.side, Layer: LayerSG, Kind: at.kind, ID: at.id, Name: at.label,
			Rule: noRule[i], With: &Counterpart{Kind: network.KindSecurityGroup, ID: at.groups[0], Name: s.groupNames(at)},
		}, contested)
	}
}

// explainDisjoint collects the traffic of two ends each of which lets some of it through, where no packet is let through by
// both.
func (f *flow) explainDisjoint() {
	if f.from.external || f.to.external || !f.relevant(f.passing.possible).IsEmpty() {
		return
	}
	sent, accepted := f.relevant(f.allowedAt(AtSource)), f.relevant(f.allowedAt(AtDestination))
	if sent.IsEmpty() || accepted.IsEmpty() || sent.Overlaps(accepted) {
		return
	}
	f.evaluation.collect(Finding{
		Code: CodeEgressIngressDisjoint, Severity: Blocker, Side: AtDestination, Layer: LayerSG, Kind: f.to.kind, ID: f.to.id,
		Name: f.to.label, With: &Counterpart{Kind: f.from.kind, ID: f.from.id, Name: f.from.label}, Contrast: accepted,
	}, sent)
}

// allowedAt is what the security groups and the ACL of one end may let through, with the headers it was sent with.
func (f *flow) allowedAt(side Side) traffic.Set {
	out := f.sent
	for i, s := range f.stages {
		switch s := s.(type) {
		case *securityGroupStage:
			if s.side == side {
				out = out.Intersect(f.asSent(i, s.result.possible))
			}
		case *networkACLStage:
			if s.side == side {
				out = out.Intersect(f.asSent(i, s.result.possible.Union(s.exempt)))
			}
		}
	}
	return out
}
