package reach

import (
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// explain turns what was decided into findings, each with all the traffic it is about.
func (e *evaluation) explain() {
	for i := range e.pairs {
		l := &e.pairs[i]
		for j := range l.routes {
			for _, f := range l.routes[j].findings {
				e.collect(f, l.routes[j].set)
			}
		}
		e.explainSide(l, &l.out, AtSource, network.Egress)
		e.explainSide(l, &l.in, AtDestination, network.Ingress)
		e.explainDisjoint(l)
	}
	if !e.brief {
		e.explainCautions()
	}
}

// endpointsAt are the place at a side and the one at the other side.
func (e *evaluation) endpointsAt(side Side) (at, peer *resolvedEndpoint) {
	if side == AtSource {
		return e.from, e.to
	}
	return e.to, e.from
}

func (e *evaluation) explainSide(l *subnetPair, s *endpointResult, side Side, d network.Direction) {
	at, _ := e.endpointsAt(side)
	for _, m := range s.groups.missing {
		e.collectMissing(m, side, at.label, l.asked)
	}
	for _, m := range s.acl.missing {
		e.collectMissing(m, side, at.label, l.asked)
	}
	if s.aclNode != nil && !l.exempt.IsEmpty() {
		e.collect(e.aclFinding(CodeACLExempt, Info, side, d, s.aclNode, nil), l.exempt)
	}
	// What may pass for all that is known is not stopped for certain.
	for _, h := range s.acl.hits {
		if stopped := e.relevant(stoppedBy(&h, s.acl.possible)); !stopped.IsEmpty() {
			e.explainACL(hit{h.rule, stopped}, s, side, d)
		}
	}
	for _, h := range s.groups.hits {
		if stopped := e.relevant(stoppedBy(&h, s.groups.possible)); !stopped.IsEmpty() {
			e.explainSecurityGroups(hit{h.rule, stopped}, l, s, side, d)
		}
	}
	e.explainGroupOrder(l, at, side, d)
	f := Finding{Severity: Blocker, Side: side, Layer: LayerHost, Kind: network.KindInstance, ID: at.id, Name: at.label}
	for _, h := range s.guest {
		f.Code, f.Rule = CodeGuestFirewallDeny, h.rule.ref
		e.collect(f, h.set)
	}
	if !s.notListening.IsEmpty() {
		f.Code, f.Rule = CodeServiceNotListening, nil
		e.collect(f, s.notListening)
	}
}

// stoppedBy is the part of a hit that certainly does not pass.
func stoppedBy(h *hit, possible traffic.Set) traffic.Set {
	if h.rule != nil && h.rule.allow {
		return traffic.Set{}
	}
	return h.set.Subtract(possible)
}

func (e *evaluation) aclFinding(code string, s Severity, side Side, d network.Direction, f *aclNode, r *rule) Finding {
	out := Finding{
		Code: code, Severity: s, Side: side, Layer: LayerACL, Kind: network.KindNetworkACL, ID: f.acl.ID, Name: f.label,
		Rule: noRule[directionIndex(d)],
	}
	if r != nil {
		out.Rule = r.ref
	}
	return out
}

// noRule refer to what is left of a list when none of its rules decided.
var noRule = [2]*RuleRef{{Direction: network.Ingress}, {Direction: network.Egress}}

func (e *evaluation) explainACL(h hit, s *endpointResult, side Side, d network.Direction) {
	code := CodeACLDefaultDeny
	switch {
	case !s.aclNode.acl.IsEnabled():
		code = CodeACLDisabledDeniesAll
	case h.rule != nil:
		code = CodeACLExplicitDeny
	}
	f := e.aclFinding(code, Blocker, side, d, s.aclNode, h.rule)
	seen := nearMiss{blocked: h.set, direction: d}
	if code != CodeACLDisabledDeniesAll && !e.brief {
		f.Considered = seen.considered(s.aclNode.rules[directionIndex(d)], h.rule)
	}
	e.collect(f, h.set)
	if e.brief {
		return
	}
	if code != CodeACLDisabledDeniesAll {
		for _, dir := range []network.Direction{d, d.Other()} {
			for _, r := range s.aclNode.rules[directionIndex(dir)] {
				hint := seen.networkACLCode(r)
				if hint != "" && (h.rule == nil || hint == CodeACLRuleDisabled) {
					e.collect(e.aclFinding(hint, Hint, side, dir, s.aclNode, r), h.set)
				}
			}
		}
	}
	for _, g := range s.groups.hits {
		if g.rule == nil || !g.rule.allow {
			continue
		}
		if disputed := g.set.Intersect(h.set); !disputed.IsEmpty() {
			e.explainConflict(g, disputed, s, h.rule, side, d)
		}
	}
}

// explainConflict notes that the groups let in what the ACL keeps out. It is a mistake where the author's rule names what it
// is for, and an explanation where it lets everything through.
func (e *evaluation) explainConflict(g hit, disputed traffic.Set, s *endpointResult, by *rule, side Side, d network.Direction) {
	f := e.aclFinding(CodeACLSGConflict, Hint, side, d, s.aclNode, by)
	f.With = &Counterpart{Kind: network.KindSecurityGroup, ID: g.rule.group.id, Name: g.rule.group.label, Rule: g.rule.ref}
	if isDeliberate(g.rule.sg) {
		f.Severity = Failure
	}
	if agreed := g.set.Intersect(s.acl.sure); !agreed.IsEmpty() {
		f.Code, f.Contrast = CodeConflictPartial, agreed
		if f.Severity == Failure {
			f.Severity = Warning
		}
	}
	e.collect(f, disputed)
}

// isDeliberate tells whether the author of a rule named a port or a peer.
func isDeliberate(r *network.SecurityGroupRule) bool {
	return !r.Default && (len(r.Ports) > 0 || r.RemoteIPPrefix != "" && r.RemotePrefix().Bits() > 0 ||
		r.RemoteGroupID != "" || r.RemoteAddressGroupID != "")
}

func (e *evaluation) explainSecurityGroups(h hit, l *subnetPair, s *endpointResult, side Side, d network.Direction) {
	at, peer := e.endpointsAt(side)
	f := Finding{
		Code: CodeSGNoMatch, Severity: Blocker, Side: side, Layer: LayerSG,
		Kind: network.KindSecurityGroup, Name: e.groupNames(at), Rule: noRule[directionIndex(d)],
	}
	if len(at.groups) > 0 {
		f.ID = at.groups[0]
	}
	seen := nearMiss{blocked: h.set, direction: d, peers: &peerContext{model: e.model, peer: peer}, from: e.from, to: e.to}
	var all []*rule
	for _, id := range at.groups {
		if g := e.model.groups.get(id); g != nil {
			// The first group's own list serves, until another's rules come behind it.
			if rules := g.rules[directionIndex(d)]; all == nil {
				all = slices.Clip(rules)
			} else {
				all = append(all, rules...)
			}
		}
	}
	if !e.brief {
		f.Considered = seen.considered(all, h.rule)
	}
	switch {
	case h.rule != nil:
		f.Code, f.ID, f.Name, f.Rule = CodeSGExplicitDeny, h.rule.group.id, h.rule.group.label, h.rule.ref
	case s.groups.noRules:
		f.Code = CodeSGNoRules
	default:
		if r := e.rulePreventedByForwarder(l, all, h.set, peer); r != nil && side == AtDestination {
			f.Code, f.ID, f.Name, f.Rule = CodeSGRemoteNotPreserved, r.group.id, r.group.label, r.ref
		}
	}
	e.collect(f, h.set)
	if e.brief {
		return
	}
	if h.rule == nil {
		for _, dir := range []network.Direction{d, d.Other()} {
			for _, id := range at.groups {
				g := e.model.groups.get(id)
				if g == nil {
					continue
				}
				for _, r := range g.rules[directionIndex(dir)] {
					if hint := seen.securityGroupCode(r); hint != "" {
						e.collect(Finding{
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
			f := e.aclFinding(CodeSGBlocksACLAllow, Warning, side, d, s.aclNode, a.rule)
			f.With = &Counterpart{Kind: network.KindSecurityGroup, ID: at.groups[0], Name: e.groupNames(at)}
			e.collect(f, opened)
		}
	}
}

// rulePreventedByForwarder is the rule that would let the traffic in if a forwarder on the way had not taken its place, or nil.
func (e *evaluation) rulePreventedByForwarder(l *subnetPair, rules []*rule, stopped traffic.Set, peer *resolvedEndpoint) *rule {
	anonymous := slices.ContainsFunc(l.routes, func(r routedTraffic) bool { return r.viaForwarder })
	if !anonymous || !peer.filtered {
		return nil
	}
	for _, r := range rules {
		if r.remote != "" && r.allow && !r.disabled && slices.Contains(peer.groups, r.remote) && stopped.Overlaps(r.packets) {
			return r
		}
	}
	return nil
}

func (e *evaluation) groupNames(at *resolvedEndpoint) string {
	names := make([]string, len(at.groups))
	for i, id := range at.groups {
		names[i] = id
		if g := e.model.groups.get(id); g != nil {
			names[i] = g.label
		}
	}
	return strings.Join(names, ", ")
}

// collectMissing notes an object that the decision needs and the network does not hold.
func (e *evaluation) collectMissing(m *missingObject, side Side, from string, set traffic.Set) {
	if m.from != "" {
		from = m.from
	}
	e.collect(Finding{
		Code: CodeUnknownUntilApply, Severity: Info, Side: side, Layer: LayerQuestion, Kind: m.kind, ID: m.id, Name: m.id,
		With: &Counterpart{Name: from},
	}, set)
}

// explainCautions notes what may still stop traffic that the network lets through.
func (e *evaluation) explainCautions() {
	through := e.total.sure
	if through.IsEmpty() {
		return
	}
	if (e.from.external || e.to.external) && !e.from.cloudService && !e.to.cloudService && !e.from.privateElsewhere && !e.to.privateElsewhere {
		if s := through.Intersect(carrierBlocked); !s.IsEmpty() {
			e.collect(Finding{Code: CodeHighRiskPort, Severity: Warning, Layer: LayerHost}, s)
		}
		if s := through.Intersect(smtp); e.to.external && !s.IsEmpty() {
			e.collect(Finding{Code: CodeSMTP25Blocked, Severity: Warning, Layer: LayerHost}, s)
		}
	}
	if i := e.to.instance; i != nil && (i.Listeners == nil || i.GuestFirewall == nil) {
		e.collect(Finding{
			Code: CodeGuestUnverifiable, Severity: Info, Layer: LayerHost, Side: AtDestination, Kind: network.KindInstance,
			ID: i.ID, Name: i.label,
		}, through)
	}
}
