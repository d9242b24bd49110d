package reach

import (
	"cmp"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Audit lists what is wrong or without effect in the network as it is, with no question asked: errors first, then
// warnings, then the rest. Two audits of one network are equal.
func (m *Model) Audit() []Finding {
	a := auditor{model: m}
	for _, k := range stageKinds() {
		k.audit(&a)
	}
	order := []Severity{Failure, Blocker, Warning, Info, Hint}
	layers := []Layer{LayerVPC, LayerRoute, LayerACL, LayerSG, LayerHost}
	slices.SortStableFunc(a.findings, func(x, y Finding) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, x.Severity), slices.Index(order, y.Severity)),
			cmp.Compare(slices.Index(layers, x.Layer), slices.Index(layers, y.Layer)),
			cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID), compareRefs(x.Rule, y.Rule), cmp.Compare(x.Code, y.Code),
		)
	})
	return a.findings
}

func compareRefs(a, b *RuleRef) int {
	switch {
	case a == b:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return cmp.Or(cmp.Compare(b.Direction, a.Direction), cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID))
}

// auditor collects findings about a network by itself.
type auditor struct {
	model *Model
	findingList
}

// collect collects a finding.
func (a *auditor) collect(f Finding) { a.add(&f) }

// acls are the compiled network ACLs by id, edits included. One that is bound to no subnet is not in the model, and compiled
// here.
func (a *auditor) acls() []*aclNode {
	var out []*aclNode
	cache := matchFieldsCache{}
	bound := map[string]*aclNode{}
	for _, f := range valuesByID(a.model.acls) {
		bound[f.acl.ID] = f
	}
	for _, acl := range objects[*network.NetworkACL](a.model) {
		if f := bound[acl.ID]; f != nil {
			out = append(out, f)
		} else {
			out = append(out, a.model.compileACL(cache, acl))
		}
	}
	return out
}

// objects are the objects of one type by id, edits included.
func objects[T network.Object](m *Model) []T {
	out := network.All[T](m.base)
	if len(m.edits) == 0 {
		return out
	}
	out = slices.DeleteFunc(out, func(o T) bool {
		_, edited := m.edits[o.Base().ID]
		return edited
	})
	for _, o := range m.edits {
		if t, ok := o.(T); ok {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b T) int { return cmp.Compare(a.Base().ID, b.Base().ID) })
	return out
}

// networkACL checks one network ACL by itself.
func (a *auditor) networkACL(f *aclNode) {
	finding := func(code string, s Severity, r *rule) Finding {
		out := Finding{Code: code, Severity: s, Layer: LayerACL, Kind: network.KindNetworkACL, ID: f.acl.ID, Name: f.label}
		if r != nil {
			out.Rule = r.ref
		}
		return out
	}
	var bound []*subnetNode
	for _, id := range f.acl.SubnetIDs {
		if s := a.model.subnetByID[id]; s != nil {
			bound = append(bound, s)
		}
	}
	unbound := len(f.acl.SubnetIDs) == 0
	switch {
	case unbound:
		a.collect(finding(CodeACLUnassociated, Warning, nil))
	case !f.acl.IsEnabled():
		a.collect(finding(CodeACLDisabledDeniesAll, Warning, nil))
	}
	for _, rules := range f.rules {
		idle := map[*rule]string{}
		for _, e := range inertACLRules(rules) {
			switch {
			case e.unmatchable:
				a.collect(finding(CodeACLRuleUnmatchable, Warning, e.rule))
				continue
			case e.opposite:
				out := finding(CodeACLRuleShadowed, Warning, e.rule)
				out.Others = refs(e.by)
				a.collect(out)
				idle[e.rule] = ReasonShadowed
			default:
				out := finding(CodeACLRuleRedundant, Info, e.rule)
				out.Others = refs(e.by)
				a.collect(out)
			}
		}
		for _, r := range rules {
			if len(bound) > 0 && r.missing == nil && !r.packets.IsEmpty() && !onSide(r, bound) {
				a.collect(finding(CodeACLRuleOutsideSubnet, Warning, r))
			}
			if r.allow {
				continue
			}
			reason := idle[r]
			switch {
			case reason != "":
			case unbound:
				reason = ReasonUnbound
			case r.disabled:
				reason = ReasonDisabled
			case len(bound) > 0 && insideEach(r, bound):
				reason = ReasonSameSubnet
			case !r.packets.IsEmpty() && r.packets.SubsetOf(aclExempt[0]):
				reason = ReasonExempt
			default:
				continue
			}
			out := finding(CodeACLDenyNotEffective, Warning, r)
			out.Reason = reason
			a.collect(out)
		}
	}
}

func refs(rules []*rule) []*RuleRef {
	out := make([]*RuleRef, len(rules))
	for i, r := range rules {
		out[i] = r.ref
	}
	return out
}

// onSide reports whether a rule's own side overlaps any of the subnets its ACL is bound to.
func onSide(r *rule, bound []*subnetNode) bool {
	own := r.destination
	if r.direction == network.Egress {
		own = r.source
	}
	return slices.ContainsFunc(bound, func(s *subnetNode) bool {
		return own.Overlaps(s.sets[0]) || own.Overlaps(s.sets[1])
	})
}

// insideEach reports whether the traffic of a rule, as far as it concerns any of the subnets, stays inside that subnet, where no
// ACL filters it (ACL-08).
func insideEach(r *rule, bound []*subnetNode) bool {
	own, peer := r.destination, r.source
	if r.direction == network.Egress {
		own, peer = r.source, r.destination
	}
	concerned := false
	for _, s := range bound {
		block := s.sets[0].Union(s.sets[1])
		if !own.Overlaps(block) {
			continue
		}
		concerned = true
		if !peer.SubsetOf(block) {
			return false
		}
	}
	return concerned
}

// securityGroup checks one security group by itself.
func (a *auditor) securityGroup(g *groupNode) {
	if g.group == nil {
		return
	}
	finding := func(code string, s Severity, r *rule) Finding {
		out := Finding{Code: code, Severity: s, Layer: LayerSG, Kind: network.KindSecurityGroup, ID: g.id, Name: g.label}
		if r != nil {
			out.Rule = r.ref
		}
		return out
	}
	members := a.model.memberships.get(g.id)
	if members == nil || len(members.instances) == 0 {
		a.collect(finding(CodeSGUnattached, Info, nil))
	}
	for _, rules := range g.rules {
		written := map[string]bool{}
		twice := map[*rule]bool{}
		for _, r := range rules {
			if r.sg == nil {
				continue
			}
			if key := r.sg.NaturalKey(); written[key] {
				twice[r] = true
				a.collect(finding(CodeSGDuplicateRule, Failure, r))
			} else {
				written[key] = true
			}
			a.remote(g, members, r, finding)
		}
		for _, e := range inertGroupRules(rules) {
			if e.unmatchable || twice[e.rule] {
				continue
			}
			out := finding(CodeSGRuleRedundant, Info, e.rule)
			if e.opposite {
				out.Code, out.Severity = CodeSGRuleShadowed, Warning
			}
			out.Others = refs(e.by)
			a.collect(out)
		}
	}
}

// remote checks the group that a rule names as its peer.
func (a *auditor) remote(g *groupNode, members *membership, r *rule, finding func(string, Severity, *rule) Finding) {
	if r.remote == "" || r.remote == g.id || r.disabled || a.model.object(r.remote) == nil {
		return
	}
	peers := a.model.memberships.get(r.remote)
	with := &Counterpart{Kind: network.KindSecurityGroup, ID: r.remote, Name: a.model.nameOf(r.remote)}
	if peers == nil || len(peers.instances) == 0 {
		out := finding(CodeSGRemoteGroupEmpty, Warning, r)
		out.With = with
		a.collect(out)
		return
	}
	if members == nil || len(members.instances) == 0 {
		return
	}
	for vpc := range members.byVPC {
		for other := range peers.byVPC {
			if a.model.connected(vpc, other) {
				return
			}
		}
	}
	out := finding(CodeSGRemoteGroupUnreachable, Warning, r)
	out.With = with
	a.collect(out)
}

// everywhere is every packet of both families.
var everywhere = traffic.All(0)
