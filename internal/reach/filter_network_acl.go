package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// networkACLStages is the kind of stage of the network ACLs of the subnets that traffic leaves and enters (ACL-18).
type networkACLStages struct{}

// networkACLStage is the network ACL of the subnet at one end.
type networkACLStage struct {
	*flow

	side Side
	acl  *aclNode
	// result is about the traffic that the ACL filters; exempt is the rest.
	result filterResult
	exempt traffic.Set
}

func (networkACLStages) on(f *flow, side Side) stage {
	subnet := f.subnet(side)
	if subnet == nil {
		return nil
	}
	acl := f.model.acls.get(subnet.ID)
	if acl == nil {
		return nil
	}
	f.tellsSourcePorts = f.tellsSourcePorts || acl.tellsSourcePorts
	s := &f.acls[directionIndex(side.direction())]
	s.flow, s.side, s.acl = f, side, acl
	return s
}

func (networkACLStages) audit(a *auditor) {
	for _, acl := range a.acls() {
		a.networkACL(acl)
	}
	a.conflicts()
}

func (networkACLStages) repair(p *repairPlanner, f *Finding) (Repair, bool) {
	switch f.Code {
	case CodeACLExplicitDeny, CodeACLDefaultDeny, CodeACLDisabledDeniesAll:
		e, ok := p.networkACL(f)
		return Repair{Edit: e}, ok
	}
	return Repair{}, false
}

func (s *networkACLStage) at() Side { return s.side }

func (s *networkACLStage) pass(arriving traffic.Set) bounds {
	s.exempt = s.exemptTraffic(arriving)
	question := s.question
	if s.rewritten {
		question = nil
	}
	if !s.exempt.IsEmpty() {
		arriving = arriving.Subtract(s.exempt)
	}
	s.result = s.acl.result(s.side.direction(), arriving, question)
	s.result.mayLetThrough(s.fromForwarder(s.side, func(_ *resolvedEndpoint, sent traffic.Set) traffic.Set {
		return s.acl.result(s.side.direction(), sent, question).possible
	}))
	if s.exempt.IsEmpty() {
		return s.result.bounds
	}
	return s.result.or(s.exempt)
}

// result is what an ACL does with traffic that crosses the border of a subnet (ACL-18) and is not exempt (ACL-08). A disabled
// ACL has only its final rule left, which denies (ACL-13). question is the one the traffic belongs to, or nil.
func (a *aclNode) result(d network.Direction, arriving traffic.Set, question *Question) filterResult {
	var out filterResult
	if arriving.IsEmpty() {
		return out
	}
	rest := arriving
	if a.acl.IsEnabled() {
		anyPeer := peerContext{question: question}
		rest = anyPeer.firstMatch(&out, rest, a.rules[directionIndex(d)])
	}
	out.decide(rest, false)
	return out
}

func (s *networkACLStage) hops(out []Hop, p traffic.Packet) []Hop {
	h := Hop{Kind: network.KindNetworkACL, ID: s.acl.acl.ID, Name: s.acl.label, Leg: Forward}
	r, ok := s.result.deciding(p)
	switch {
	case !ok:
		h.Detail = "exempt"
	case r == nil:
		h.Drops = true
		h.Detail = "final deny"
	default:
		h.Rule, h.Drops = r.ref, !r.allow
	}
	return append(out, h)
}

func (s *networkACLStage) finding(code string, severity Severity, r *rule) Finding {
	out := Finding{
		Code: code, Severity: severity, Side: s.side, Layer: LayerACL, Kind: network.KindNetworkACL, ID: s.acl.acl.ID,
		Name: s.acl.label, Rule: noRule[directionIndex(s.side.direction())],
	}
	if r != nil {
		out.Rule = r.ref
	}
	return out
}

func (s *networkACLStage) explain() {
	at, _ := s.endpoints(s.side)
	for _, m := range s.result.missing {
		s.collectMissing(m, s.side, at.label, s.sent)
	}
	if !s.exempt.IsEmpty() {
		s.collect(s.finding(CodeACLExempt, Info, nil), s.exempt)
	}
	// What may pass, as far as is known, is not certainly stopped.
	for i := range s.result.hits {
		h := &s.result.hits[i]
		if stopped := s.relevant(s.result.denied(h)); !stopped.IsEmpty() {
			s.explainDenied(hit{h.rule, stopped})
		}
	}
}

func (s *networkACLStage) explainDenied(h hit) {
	d := s.side.direction()
	code := CodeACLDefaultDeny
	switch {
	case !s.acl.acl.IsEnabled():
		code = CodeACLDisabledDeniesAll
	case h.rule != nil:
		code = CodeACLExplicitDeny
	}
	f := s.finding(code, Blocker, h.rule)
	miss := nearMiss{blocked: h.set, direction: d}
	if code != CodeACLDisabledDeniesAll && !s.brief {
		f.Considered = miss.considered(s.acl.rules[directionIndex(d)], h.rule)
	}
	s.collect(f, h.set)
	if s.brief {
		return
	}
	if code != CodeACLDisabledDeniesAll {
		for _, dir := range []network.Direction{d, d.Other()} {
			for _, r := range s.acl.rules[directionIndex(dir)] {
				code := miss.networkACLCode(r)
				if code != "" && (h.rule == nil || code == CodeACLRuleDisabled) {
					s.collect(s.finding(code, Hint, r), h.set)
				}
			}
		}
	}
	groups := stageAt[*securityGroupStage](s.flow, s.side)
	if groups == nil {
		return
	}
	for _, g := range groups.result.hits {
		if g.rule == nil || !g.rule.allow {
			continue
		}
		if disputed := g.set.Intersect(h.set); !disputed.IsEmpty() {
			s.explainConflict(g, disputed, h.rule)
		}
	}
}

// explainConflict collects traffic that the groups allow and the ACL denies, which decides (ACL-20). It is a mistake where the
// group's rule was written for a port or a peer, and an explanation where the rule lets everything through.
func (s *networkACLStage) explainConflict(g hit, disputed traffic.Set, by *rule) {
	f := s.finding(CodeACLSGConflict, Hint, by)
	f.With = &Counterpart{Kind: network.KindSecurityGroup, ID: g.rule.group.id, Name: g.rule.group.label, Rule: g.rule.ref}
	if isDeliberate(g.rule.sg) {
		f.Severity = Failure
	}
	if agreed := g.set.Intersect(s.result.sure); !agreed.IsEmpty() {
		f.Code, f.Contrast = CodeConflictPartial, agreed
		if f.Severity == Failure {
			f.Severity = Warning
		}
	}
	s.collect(f, disputed)
}
