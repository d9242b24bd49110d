package reach

import (
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// explain turns what was decided into findings, each with all the traffic it is about.
func (k *walk) explain() {
	for i := range k.legs {
		l := &k.legs[i]
		for j := range l.roads {
			for _, f := range l.roads[j].findings {
				k.note(f, l.roads[j].set)
			}
		}
		k.explainSide(l, &l.out, AtSource, network.Egress)
		k.explainSide(l, &l.in, AtDestination, network.Ingress)
		k.disjoint(l)
	}
	if !k.brief {
		k.cautions()
	}
}

// ends are the place at a side and the one at the other side.
func (k *walk) ends(side Side) (at, peer *place) {
	if side == AtSource {
		return k.from, k.to
	}
	return k.to, k.from
}

func (k *walk) explainSide(l *leg, s *sideRuling, side Side, d network.Direction) {
	at, _ := k.ends(side)
	for _, m := range s.groups.lacks {
		k.lacks(m, side, at.label, l.asked)
	}
	for _, m := range s.acl.lacks {
		k.lacks(m, side, at.label, l.asked)
	}
	if s.filter != nil && !l.exempt.IsEmpty() {
		k.note(k.aclFinding(CodeACLExempt, Info, side, d, s.filter, nil), l.exempt)
	}
	// What may pass for all that is known is not stopped for certain.
	for _, h := range s.acl.hits {
		if stopped := k.concerned(stoppedBy(&h, s.acl.possible)); !stopped.IsEmpty() {
			k.aclBlocks(hit{h.rule, stopped}, s, side, d)
		}
	}
	for _, h := range s.groups.hits {
		if stopped := k.concerned(stoppedBy(&h, s.groups.possible)); !stopped.IsEmpty() {
			k.groupBlocks(hit{h.rule, stopped}, l, s, side, d)
		}
	}
	k.orderMatters(l, at, side, d)
	f := Finding{Severity: Blocker, Side: side, Layer: LayerHost, Kind: network.KindInstance, ID: at.id, Name: at.label}
	for _, h := range s.guest {
		f.Code, f.Rule = CodeGuestFirewallDeny, h.rule.ref
		k.note(f, h.set)
	}
	if !s.unheard.IsEmpty() {
		f.Code, f.Rule = CodeServiceNotListening, nil
		k.note(f, s.unheard)
	}
}

// stoppedBy is the part of a hit that certainly does not pass.
func stoppedBy(h *hit, possible traffic.Set) traffic.Set {
	if h.rule != nil && h.rule.allow {
		return traffic.Set{}
	}
	return h.set.Subtract(possible)
}

func (k *walk) aclFinding(code string, s Severity, side Side, d network.Direction, f *filter, r *rule) Finding {
	out := Finding{
		Code: code, Severity: s, Side: side, Layer: LayerACL, Kind: network.KindNetworkACL, ID: f.acl.ID, Name: f.label,
		Rule: directions[directionIndex(d)],
	}
	if r != nil {
		out.Rule = r.ref
	}
	return out
}

// directions refer to what is left of a list when none of its rules decided.
var directions = [2]*RuleRef{{Direction: network.Ingress}, {Direction: network.Egress}}

func (k *walk) aclBlocks(h hit, s *sideRuling, side Side, d network.Direction) {
	code := CodeACLDefaultDeny
	switch {
	case !s.filter.acl.IsEnabled():
		code = CodeACLDisabledDeniesAll
	case h.rule != nil:
		code = CodeACLExplicitDeny
	}
	f := k.aclFinding(code, Blocker, side, d, s.filter, h.rule)
	seen := view{blocked: h.set, direction: d}
	if code != CodeACLDisabledDeniesAll && !k.brief {
		f.Considered = seen.considered(s.filter.rules[directionIndex(d)], h.rule)
	}
	k.note(f, h.set)
	if k.brief {
		return
	}
	if code != CodeACLDisabledDeniesAll {
		for _, dir := range []network.Direction{d, d.Other()} {
			for _, r := range s.filter.rules[directionIndex(dir)] {
				hint := seen.aclHint(r)
				if hint != "" && (h.rule == nil || hint == CodeACLRuleDisabled) {
					k.note(k.aclFinding(hint, Hint, side, dir, s.filter, r), h.set)
				}
			}
		}
	}
	for _, g := range s.groups.hits {
		if g.rule == nil || !g.rule.allow {
			continue
		}
		if disputed := g.set.Intersect(h.set); !disputed.IsEmpty() {
			k.conflict(g, disputed, s, h.rule, side, d)
		}
	}
}

// conflict notes that the groups let in what the ACL keeps out. It is a mistake where the author's rule names what it
// is for, and an explanation where it lets everything through.
func (k *walk) conflict(g hit, disputed traffic.Set, s *sideRuling, by *rule, side Side, d network.Direction) {
	f := k.aclFinding(CodeACLSGConflict, Hint, side, d, s.filter, by)
	f.With = &Party{Kind: network.KindSecurityGroup, ID: g.rule.group.id, Name: g.rule.group.label, Rule: g.rule.ref}
	if isDeliberate(g.rule.sg) {
		f.Severity = Failure
	}
	if agreed := g.set.Intersect(s.acl.sure); !agreed.IsEmpty() {
		f.Code, f.Contrast = CodeConflictPartial, agreed
		if f.Severity == Failure {
			f.Severity = Warning
		}
	}
	k.note(f, disputed)
}

// isDeliberate tells whether the author of a rule named a port or a peer.
func isDeliberate(r *network.SecurityGroupRule) bool {
	return !r.Default && (len(r.Ports) > 0 || r.RemoteIPPrefix != "" && r.RemotePrefix().Bits() > 0 ||
		r.RemoteGroupID != "" || r.RemoteAddressGroupID != "")
}

func (k *walk) groupBlocks(h hit, l *leg, s *sideRuling, side Side, d network.Direction) {
	at, peer := k.ends(side)
	f := Finding{
		Code: CodeSGNoMatch, Severity: Blocker, Side: side, Layer: LayerSG,
		Kind: network.KindSecurityGroup, Name: k.groupNames(at), Rule: directions[directionIndex(d)],
	}
	if len(at.groups) > 0 {
		f.ID = at.groups[0]
	}
	seen := view{blocked: h.set, direction: d, peers: &peers{w: k.w, place: peer}, from: k.from, to: k.to}
	var all []*rule
	for _, id := range at.groups {
		if g := k.w.groups.get(id); g != nil {
			// The first group's own list serves, until another's rules come behind it.
			if rules := g.rules[directionIndex(d)]; all == nil {
				all = slices.Clip(rules)
			} else {
				all = append(all, rules...)
			}
		}
	}
	if !k.brief {
		f.Considered = seen.considered(all, h.rule)
	}
	switch {
	case h.rule != nil:
		f.Code, f.ID, f.Name, f.Rule = CodeSGExplicitDeny, h.rule.group.id, h.rule.group.label, h.rule.ref
	case s.groups.empty:
		f.Code = CodeSGNoRules
	default:
		if r := k.identityLost(l, all, h.set, peer); r != nil && side == AtDestination {
			f.Code, f.ID, f.Name, f.Rule = CodeSGRemoteNotPreserved, r.group.id, r.group.label, r.ref
		}
	}
	k.note(f, h.set)
	if k.brief {
		return
	}
	if h.rule == nil {
		for _, dir := range []network.Direction{d, d.Other()} {
			for _, id := range at.groups {
				g := k.w.groups.get(id)
				if g == nil {
					continue
				}
				for _, r := range g.rules[directionIndex(dir)] {
					if hint := seen.groupHint(r); hint != "" {
						k.note(Finding{
							Code: hint, Severity: Hint, Side: side, Layer: LayerSG, Kind: network.KindSecurityGroup, ID: g.id, Name: g.label,
							Rule: r.ref,
						}, h.set)
					}
				}
			}
		}
	}
	for _, a := range s.acl.hits {
		if a.rule == nil || !a.rule.allow {
			continue
		}
		if opened := a.set.Intersect(h.set); !opened.IsEmpty() {
			f := k.aclFinding(CodeSGBlocksACLAllow, Warning, side, d, s.filter, a.rule)
			f.With = &Party{Kind: network.KindSecurityGroup, ID: at.groups[0], Name: k.groupNames(at)}
			k.note(f, opened)
		}
	}
}

// identityLost is the rule that would let the traffic in if a forwarder on the way had not taken its place, or nil.
func (k *walk) identityLost(l *leg, rules []*rule, stopped traffic.Set, peer *place) *rule {
	anonymous := slices.ContainsFunc(l.roads, func(r routed) bool { return r.anonymous })
	if !anonymous || !peer.guarded {
		return nil
	}
	for _, r := range rules {
		if r.remote != "" && r.allow && !r.off && slices.Contains(peer.groups, r.remote) && stopped.Overlaps(r.match) {
			return r
		}
	}
	return nil
}

func (k *walk) groupNames(at *place) string {
	names := make([]string, len(at.groups))
	for i, id := range at.groups {
		names[i] = id
		if g := k.w.groups.get(id); g != nil {
			names[i] = g.label
		}
	}
	return strings.Join(names, ", ")
}

// lacks notes an object that the decision needs and the network does not hold.
func (k *walk) lacks(m *missing, side Side, from string, set traffic.Set) {
	if m.from != "" {
		from = m.from
	}
	k.note(Finding{
		Code: CodeUnknownUntilApply, Severity: Info, Side: side, Layer: LayerQuestion, Kind: m.kind, ID: m.id, Name: m.id,
		With: &Party{Name: from},
	}, set)
}

// cautions notes what may still stop traffic that the network lets through.
func (k *walk) cautions() {
	through := k.total.sure
	if through.IsEmpty() {
		return
	}
	if (k.from.outside || k.to.outside) && !k.from.service && !k.to.service && !k.from.foreign && !k.to.foreign {
		if s := through.Intersect(risky); !s.IsEmpty() {
			k.note(Finding{Code: CodeHighRiskPort, Severity: Warning, Layer: LayerHost}, s)
		}
		if s := through.Intersect(mail); k.to.outside && !s.IsEmpty() {
			k.note(Finding{Code: CodeSMTP25Blocked, Severity: Warning, Layer: LayerHost}, s)
		}
	}
	if i := k.to.instance; i != nil && (i.Listeners == nil || i.GuestFirewall == nil) {
		k.note(Finding{
			Code: CodeGuestUnverifiable, Severity: Info, Layer: LayerHost, Side: AtDestination, Kind: network.KindInstance,
			ID: i.ID, Name: i.label,
		}, through)
	}
}
