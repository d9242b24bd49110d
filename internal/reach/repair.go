package reach

import (
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// repair gives every blocker an edit that removes it, and tries the edits: the network is decided again with all of
// them, and with each alone.
func repair(n *network.Network, a *Answer) {
	if len(a.Blockers()) == 0 {
		return
	}
	p := planner{n: n, q: a.Question}
	var edits []Edit
	for i := range a.Findings {
		f := &a.Findings[i]
		if f.Severity != Blocker {
			continue
		}
		if e, ok := p.propose(*f); ok {
			f.Fix = &Fix{Edit: e}
			edits = append(edits, e)
		}
	}
	if len(edits) == 0 {
		return
	}
	after := decide(apply(n, edits), a.Question)
	for i := range a.Findings {
		f := &a.Findings[i]
		if f.Fix == nil {
			continue
		}
		f.Fix.Verified = after.Verdict == Reachable || !slices.ContainsFunc(after.Blockers(), func(b Finding) bool {
			return b.Layer == f.Layer && b.Leg == f.Leg && b.Side == f.Side
		})
		f.Fix.StillBlockedBy = len(decide(apply(n, []Edit{f.Fix.Edit}), a.Question).Blockers())
	}
}

// apply is the network with some edits made.
func apply(n *network.Network, edits []Edit) *network.Network {
	b := network.NewBuilder()
	for _, kind := range network.Kinds() {
		for _, o := range n.OfKind(kind) {
			b.Add(o)
		}
	}
	acls := map[string]*network.NetworkACL{}
	for _, e := range edits {
		for _, r := range append(slices.Clone(e.GroupRules), e.Demoted...) {
			b.Add(r)
		}
		for _, r := range e.Routes {
			b.Add(r)
		}
		if e.Peering != nil {
			b.Add(e.Peering)
		}
		if e.Kind != network.KindNetworkACL {
			continue
		}
		acl := acls[e.ID]
		if acl == nil {
			original := network.Get[*network.NetworkACL](n, e.ID)
			if original == nil {
				continue
			}
			changed := *original
			acl = &changed
			acls[e.ID] = acl
			b.Add(acl)
		}
		editACL(acl, e)
	}
	return b.Network()
}

func editACL(acl *network.NetworkACL, e Edit) {
	if e.Action == EnableACL {
		acl.Enabled = new(true)
		return
	}
	rules := slices.Clone(acl.Rules(e.Direction))
	at := len(rules)
	if e.Before > 0 {
		at = min(e.Before-1, at)
		if i := slices.IndexFunc(rules,
			func(r network.ACLRule) bool { return e.anchor != "" && r.RuleID == e.anchor }); i >= 0 {
			at = i
		}
	}
	rules = slices.Insert(rules, at, e.ACLRules...)
	if e.Direction == network.Ingress {
		acl.IngressRules = rules
	} else {
		acl.EgressRules = rules
	}
}
