package reach

import (
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// side judges the two filters at one end together, because their disagreement is a finding of its own.
func (w *walk) side(p packet, atom traffic.Set, side Side, d network.Direction, exempt bool) (outcome, []Hop) {
	at, _ := w.ends(side)
	if at.outside {
		return passes, nil
	}
	var group groupDecision
	var hops []Hop
	if at.guarded {
		group = decideGroups(w.groups[side][d], d, p)
		hops = append(hops, groupHop(w.n, at, group))
	}
	var acl aclDecision
	own := p.source
	if side == AtDestination {
		own = p.destination
	}
	if s := at.subnetOf(own); s != nil {
		acl = w.filters[s.ID].decide(d, p, exempt)
	}
	if acl.acl != nil {
		hops = append(hops, Hop{
			Kind: network.KindNetworkACL, ID: acl.acl.ID, Name: acl.acl.Name, Leg: Forward, Rule: aclRef(acl.rule, d),
			Drops: acl.outcome == stops,
		})
	}
	for _, m := range append(group.lacks, acl.lacks...) {
		w.lacks(m, side, atom)
	}
	if acl.exempt {
		w.note(aclFinding(CodeACLExempt, Info, side, d, acl), atom)
	}
	if acl.outcome == stops {
		w.aclBlocks(p, atom, side, d, acl)
		if at.guarded && group.outcome == passes && group.rule != nil {
			w.conflict(atom, side, d, acl, group)
		}
	}
	if group.outcome == stops {
		w.groupBlocks(p, atom, side, at, d, group)
		if acl.rule != nil && acl.outcome == passes {
			f := aclFinding(CodeSGBlocksACLAllow, Warning, side, d, acl)
			f.With = &Party{Kind: network.KindSecurityGroup, Name: w.groupNames(at)}
			w.note(f, atom)
		}
	}
	return max(acl.outcome, group.outcome), hops
}

// conflict notes that the groups let in what the ACL keeps out. It is a mistake where the author's rule names what it
// is for, and an explanation where it lets everything through.
func (w *walk) conflict(atom traffic.Set, side Side, d network.Direction, acl aclDecision, group groupDecision) {
	r := group.rule.rule
	severity := Hint
	if !r.Default && (len(r.Ports) > 0 || r.RemoteIPPrefix != "" && r.RemotePrefix().Bits() > 0 ||
		r.RemoteGroupID != "" || r.RemoteAddressGroupID != "") {
		severity = Failure
	}
	f := aclFinding(CodeACLSGConflict, severity, side, d, acl)
	f.With = &Party{Kind: network.KindSecurityGroup, ID: group.rule.group, Name: nameOf(w.n,
		group.rule.group), Rule: groupRef(r)}
	w.note(f, atom)
}

func groupHop(n *network.Network, at *place, decided groupDecision) Hop {
	h := Hop{Kind: network.KindSecurityGroup, Leg: Forward, Drops: decided.outcome == stops}
	if decided.rule != nil {
		h.ID, h.Name, h.Rule = decided.rule.group, nameOf(n, decided.rule.group), groupRef(decided.rule.rule)
	} else if len(at.groups) > 0 {
		h.ID, h.Name = at.groups[0], nameOf(n, at.groups[0])
	}
	return h
}

func aclFinding(code string, severity Severity, side Side, d network.Direction, decided aclDecision) Finding {
	return Finding{
		Code: code, Severity: severity, Side: side, Layer: LayerACL, Kind: network.KindNetworkACL,
		ID: decided.acl.ID, Name: decided.acl.Name, Rule: aclRef(decided.rule, d),
	}
}

func (w *walk) aclBlocks(p packet, atom traffic.Set, side Side, d network.Direction, decided aclDecision) {
	code := CodeACLDefaultDeny
	switch {
	case !decided.acl.IsEnabled():
		code = CodeACLDisabledDeniesAll
	case decided.rule != nil:
		code = CodeACLExplicitDeny
	}
	w.note(aclFinding(code, Blocker, side, d, decided), atom)
	if code == CodeACLDisabledDeniesAll {
		return
	}
	for _, f := range w.filters {
		if f == nil || f.acl.ID != decided.acl.ID {
			continue
		}
		for _, dir := range []network.Direction{d, d.Other()} {
			rules := f.rules[dir]
			for i := range rules {
				if hint := aclHint(&rules[i], dir == d,
					p); hint != "" && (code == CodeACLDefaultDeny || hint == CodeACLRuleDisabled) {
					w.note(aclFinding(hint, Hint, side, dir, aclDecision{acl: f.acl, rule: &rules[i]}), atom)
				}
			}
		}
		return
	}
}

func (w *walk) groupBlocks(p packet, atom traffic.Set, side Side, at *place, d network.Direction,
	decided groupDecision,
) {
	f := Finding{
		Code: CodeSGNoMatch, Severity: Blocker, Side: side, Layer: LayerSG,
		Kind: network.KindSecurityGroup, Name: w.groupNames(at), Rule: &RuleRef{Direction: d},
	}
	if len(at.groups) > 0 {
		f.ID = at.groups[0]
	}
	switch {
	case decided.rule != nil:
		f.Code, f.ID, f.Name = CodeSGExplicitDeny, decided.rule.group, nameOf(w.n, decided.rule.group)
		f.Rule = groupRef(decided.rule.rule)
		w.note(f, atom)
		return
	case decided.empty:
		f.Code = CodeSGNoRules
	}
	w.note(f, atom)
	for _, dir := range []network.Direction{d, d.Other()} {
		rules := w.groups[side][dir]
		for i := range rules {
			if hint := groupHint(&rules[i], dir == d, dir, w.seenFrom(p, dir == d)); hint != "" {
				w.note(Finding{
					Code: hint, Severity: Hint, Side: side, Layer: LayerSG, Kind: network.KindSecurityGroup,
					ID: rules[i].group, Name: nameOf(w.n, rules[i].group), Rule: groupRef(rules[i].rule),
				}, atom)
			}
		}
	}
}

// seenFrom turns the addresses round for a rule of the other direction: its author meant the same peer.
func (w *walk) seenFrom(p packet, same bool) packet {
	if !same {
		p.source, p.destination = p.destination, p.source
	}
	return p
}

func (w *walk) groupNames(at *place) string {
	names := make([]string, len(at.groups))
	for i, id := range at.groups {
		names[i] = nameOf(w.n, id)
	}
	return strings.Join(names, ", ")
}

// lacks notes an object that the decision needs and the network does not hold.
func (w *walk) lacks(m *missing, side Side, atom traffic.Set) {
	w.note(Finding{
		Code: CodeUnknownUntilApply, Severity: Info, Side: side, Layer: LayerQuestion, Kind: m.kind, ID: m.id, Name: m.id,
		With: &Party{Name: m.from},
	}, atom)
}

// host judges what the instances themselves do, as far as their author said so.
func (w *walk) host(p packet, atom traffic.Set) outcome {
	result := passes
	for _, end := range []struct {
		side Side
		d    network.Direction
	}{{AtSource, network.Egress}, {AtDestination, network.Ingress}} {
		at, _ := w.ends(end.side)
		i := at.instance
		if i == nil {
			continue
		}
		f := Finding{Severity: Blocker, Side: end.side, Layer: LayerHost, Kind: network.KindInstance, ID: i.ID, Name: i.Name}
		if allowed, position := guestDecides(i, end.d, p); !allowed {
			f.Code, f.Rule = CodeGuestFirewallDeny, &RuleRef{Direction: end.d, Position: position, Action: network.Deny}
			w.note(f, atom)
			result = stops
		}
		if end.side == AtDestination && !listens(i, p) {
			f.Code, f.Rule = CodeServiceNotListening, nil
			w.note(f, atom)
			result = stops
		}
	}
	return result
}

// cautions notes what may still stop traffic the network lets through.
func (w *walk) cautions(p packet, atom traffic.Set) {
	internet := (w.from.outside || w.to.outside) && !w.from.service && !w.to.service
	if internet && riskyPorts[p.protocol].Contains(p.port) {
		w.note(Finding{Code: CodeHighRiskPort, Severity: Warning, Layer: LayerHost}, atom)
	}
	if internet && w.to.outside && p.protocol == traffic.TCP && p.port == 25 {
		w.note(Finding{Code: CodeSMTP25Blocked, Severity: Warning, Layer: LayerHost}, atom)
	}
	if i := w.to.instance; i != nil && (i.Listeners == nil || i.GuestFirewall == nil) {
		w.note(Finding{
			Code: CodeGuestUnverifiable, Severity: Info, Layer: LayerHost, Side: AtDestination, Kind: network.KindInstance,
			ID: i.ID, Name: i.Name,
		}, atom)
	}
}
