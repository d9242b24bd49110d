package reach

import (
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// securityGroupStages is the kind of stage of the security groups of the two ends.
type securityGroupStages struct{}

// securityGroupStage is the security groups of one end.
type securityGroupStage struct {
	*flow

	side     Side
	arriving traffic.Set
	result   filterResult
}

func (securityGroupStages) on(f *flow, side Side) stage {
	if at, _ := f.endpoints(side); at.external || !at.filtered {
		return nil
	}
	s := &f.groups[directionIndex(side.direction())]
	s.flow, s.side = f, side
	return s
}

func (securityGroupStages) audit(a *auditor) {
	a.sharedGroups()
	for _, g := range a.model.allGroups() {
		a.securityGroup(g)
	}
	a.ruleLimits()
}

func (securityGroupStages) repair(p *repairPlanner, f *Finding) (Repair, bool) {
	switch f.Code {
	case CodeSGNoMatch, CodeSGNoRules, CodeSGExplicitDeny, CodeSGRemoteNotPreserved:
		return p.securityGroup(f)
	}
	return Repair{}, false
}

func (s *securityGroupStage) at() Side { return s.side }

// pass tries group after group in their order on the instance (SG-12), and the rules of each by priority (SG-13).
func (s *securityGroupStage) pass(arriving traffic.Set) bounds {
	at, _ := s.endpoints(s.side)
	s.arriving = arriving
	peer := s.peer()
	s.result = s.model.securityGroupsResult(at, &peer, s.side.direction(), arriving)
	s.result.mayLetThrough(s.fromForwarder(s.side, func(sender *resolvedEndpoint, sent traffic.Set) traffic.Set {
		p := peerContext{model: s.model, peer: sender}
		return s.model.securityGroupsResult(at, &p, s.side.direction(), sent).possible
	}))
	return s.result.bounds
}

// peer is how the groups see the other end. What arrives after a forwarder is no longer a member's (RT-17, SG-18); what leaves
// has its own addresses still.
func (s *securityGroupStage) peer() peerContext {
	_, peer := s.endpoints(s.side)
	p := peerContext{model: s.model, peer: peer}
	if !s.rewritten {
		p.question = s.question
	}
	if s.side == AtDestination {
		p.viaForwarder = s.viaForwarder()
	}
	return p
}

// securityGroupsResult is what the security groups of an end do with its traffic in a direction: group by group in their order
// on the instance (SG-12), and what no rule matches is denied (SG-15).
func (m *Model) securityGroupsResult(
	at *resolvedEndpoint, p *peerContext, d network.Direction, arriving traffic.Set,
) filterResult {
	out := filterResult{noRules: true}
	rest := arriving
	for _, id := range at.groups {
		if rest = p.firstMatch(&out, rest, m.securityGroup(id).rules[directionIndex(d)]); rest.IsEmpty() {
			break
		}
	}
	out.decide(rest, false)
	return out
}

// securityGroup is the group with an id. Of one that is not in the network, no rule is known.
func (m *Model) securityGroup(id string) *groupNode {
	if g := m.groups.get(id); g != nil {
		return g
	}
	return m.compileGroup(matchFieldsCache{}, id, nil)
}

func (s *securityGroupStage) hops(out []Hop, p traffic.Packet) []Hop {
	at, _ := s.endpoints(s.side)
	h := Hop{Kind: network.KindSecurityGroup, Leg: Forward}
	if len(at.groups) > 0 {
		h.ID = at.groups[0]
		if g := s.model.groups.get(h.ID); g != nil {
			h.Name = g.label
		}
	}
	if r, ok := s.result.deciding(p); ok {
		h.Drops = r == nil || !r.allow
		if r != nil {
			h.ID, h.Name, h.Rule = r.group.id, r.group.label, r.ref
		}
	}
	return append(out, h)
}

func (s *securityGroupStage) explain() {
	at, _ := s.endpoints(s.side)
	for _, m := range s.result.missing {
		s.collectMissing(m, s.side, at.label, s.sent)
	}
	// What may pass, as far as is known, is not certainly stopped.
	for i := range s.result.hits {
		h := &s.result.hits[i]
		if stopped := s.relevant(s.result.denied(h)); !stopped.IsEmpty() {
			s.explainDenied(hit{h.rule, stopped})
		}
	}
	s.explainGroupOrder()
}

func (s *securityGroupStage) explainDenied(h hit) {
	at, peer := s.endpoints(s.side)
	d := s.side.direction()
	f := Finding{
		Code: CodeSGNoMatch, Severity: Blocker, Side: s.side, Layer: LayerSG,
		Kind: network.KindSecurityGroup, Name: s.groupNames(at), Rule: noRule[directionIndex(d)],
	}
	if len(at.groups) > 0 {
		f.ID = at.groups[0]
	}
	miss := nearMiss{blocked: h.set, direction: d, peers: &peerContext{model: s.model, peer: peer}}
	var all []*rule
	for _, id := range at.groups {
		if g := s.model.groups.get(id); g != nil {
			// The first group's own list serves, until another's rules come behind it.
			if rules := g.rules[directionIndex(d)]; all == nil {
				all = slices.Clip(rules)
			} else {
				all = append(all, rules...)
			}
		}
	}
	if !s.brief {
		f.Considered = miss.considered(all, h.rule)
	}
	switch {
	case h.rule != nil:
		f.Code, f.ID, f.Name, f.Rule = CodeSGExplicitDeny, h.rule.group.id, h.rule.group.label, h.rule.ref
	case s.result.noRules:
		f.Code = CodeSGNoRules
	default:
		if r := s.preventedByForwarder(all, h.set, peer); r != nil {
			f.Code, f.ID, f.Name, f.Rule = CodeSGRemoteNotPreserved, r.group.id, r.group.label, r.ref
		}
	}
	s.collect(f, h.set)
	if s.brief {
		return
	}
	if h.rule == nil {
		s.explainNearMisses(&miss, at, h.set)
	}
	acl := stageAt[*networkACLStage](s.flow, s.side)
	if acl == nil {
		return
	}
	for _, a := range acl.result.hits {
		if a.rule == nil || !a.rule.allow {
			continue
		}
		if opened := a.set.Intersect(h.set); !opened.IsEmpty() {
			f := acl.finding(CodeSGBlocksACLAllow, Warning, a.rule)
			f.With = &Counterpart{Kind: network.KindSecurityGroup, ID: at.groups[0], Name: s.groupNames(at)}
			s.collect(f, opened)
		}
	}
}

// explainNearMisses names the rules, of either direction, that miss the traffic in one field.
func (s *securityGroupStage) explainNearMisses(miss *nearMiss, at *resolvedEndpoint, stopped traffic.Set) {
	d := s.side.direction()
	for _, dir := range []network.Direction{d, d.Other()} {
		for _, id := range at.groups {
			g := s.model.groups.get(id)
			if g == nil {
				continue
			}
			for _, r := range g.rules[directionIndex(dir)] {
				if code := miss.securityGroupCode(r); code != "" {
					s.collect(Finding{
						Code: code, Severity: Hint, Side: s.side, Layer: LayerSG, Kind: network.KindSecurityGroup, ID: g.id, Name: g.label,
						Rule: r.ref,
					}, stopped)
				}
			}
		}
	}
}

// preventedByForwarder is the rule about a remote group that would let the traffic in if no forwarder were on the path, or nil.
// Behind a forwarder the sender is no longer a member (RT-17, SG-18).
func (s *securityGroupStage) preventedByForwarder(rules []*rule, stopped traffic.Set, peer *resolvedEndpoint) *rule {
	if s.side != AtDestination || s.viaForwarder().IsEmpty() || !peer.filtered {
		return nil
	}
	for _, r := range rules {
		if r.remote != "" && r.allow && !r.disabled && slices.Contains(peer.groups, r.remote) && stopped.Overlaps(r.packets) {
			return r
		}
	}
	return nil
}

func (s *securityGroupStage) groupNames(at *resolvedEndpoint) string {
	names := make([]string, len(at.groups))
	for i, id := range at.groups {
		names[i] = id
		if g := s.model.groups.get(id); g != nil {
			names[i] = g.label
		}
	}
	return strings.Join(names, ", ")
}

// isDeliberate reports whether the author of a rule named a port or a peer.
func isDeliberate(r *network.SecurityGroupRule) bool {
	return !r.Default && (len(r.Ports) > 0 || r.RemoteIPPrefix != "" && r.RemotePrefix().Bits() > 0 ||
		r.RemoteGroupID != "" || r.RemoteAddressGroupID != "")
}
