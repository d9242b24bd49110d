package reach

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// The limits of the modelled cloud on what takes effect.
const (
	// maxGroupRules is the number of rules a security group can have by default.
	maxGroupRules = 50
	// maxComplexRules is how many rules of an instance and a direction take effect that name a group, an address group or
	// ports that are not one range.
	maxComplexRules = 128
)

// ruleLimits finds more rules than take effect.
func (a *auditor) ruleLimits() {
	for _, g := range a.model.allGroups() {
		n := 0
		for _, rules := range g.rules {
			for _, r := range rules {
				if r.sg != nil {
					n++
				}
			}
		}
		if n > maxGroupRules && g.group != nil {
			a.collect(Finding{
				Code: CodeSGRuleOverLimit, Severity: Warning, Layer: LayerSG, Kind: network.KindSecurityGroup, ID: g.id,
				Name: "The security group " + g.label, Reason: fmt.Sprintf("%d rules (at most %d)", n, maxGroupRules),
			})
		}
	}
	for i := range a.model.instances {
		for k, d := range []network.Direction{network.Ingress, network.Egress} {
			n := 0
			for _, id := range i.SecurityGroupIDs {
				if g := a.model.groups.get(id); g != nil {
					n += complexRules(g.rules[k])
				}
			}
			if n > maxComplexRules {
				a.collect(Finding{
					Code: CodeSGRuleOverLimit, Severity: Warning, Layer: LayerSG, Kind: network.KindInstance, ID: i.ID,
					Name: "The instance " + i.label, Rule: noRule[k], Reason: fmt.Sprintf(
						"%d %s rules that name a group, an address group or several ports (at most %d)", n, d, maxComplexRules),
				})
			}
		}
	}
}

func complexRules(rules []*rule) int {
	n := 0
	for _, r := range rules {
		if r.sg != nil && (r.remote != "" || r.sg.RemoteAddressGroupID != "" || len(r.sg.Ports) > 1) {
			n++
		}
	}
	return n
}

// accepted is what the groups of an instance let through in a direction, rule by rule, whoever the other end is.
func (a *auditor) accepted(groups []string, d network.Direction) []hit {
	var got filterResult
	rest := everywhere
	anyPeer := peerContext{model: a.model}
	for _, id := range groups {
		if g := a.model.groups.get(id); g != nil {
			rest = anyPeer.firstMatch(&got, rest, g.rules[directionIndex(d)])
		}
	}
	return slices.DeleteFunc(got.hits, func(h hit) bool { return !h.rule.allow })
}

// filteredSubnet is a subnet with an ACL and one list of groups that instances in it have.
type filteredSubnet struct {
	subnet *subnetNode
	groups string
}

// conflicts compares every ACL with the groups behind it, in both directions.
func (a *auditor) conflicts() {
	accepted := map[string][2][]hit{} // by list of groups
	seen := map[filteredSubnet]bool{}
	behind := map[string][]*groupNode{} // the groups behind an ACL, by its id
	for i := range a.model.instances {
		if i.subnet == nil {
			continue
		}
		f := a.model.acls.get(i.SubnetID)
		if f == nil {
			continue
		}
		groups := unique(i.SecurityGroupIDs)
		at := filteredSubnet{i.subnet, strings.Join(groups, "\x00")}
		if seen[at] {
			continue
		}
		seen[at] = true
		for _, id := range groups {
			if g := a.model.groups.get(id); g != nil {
				behind[f.acl.ID] = append(behind[f.acl.ID], g)
			}
		}
		hits, ok := accepted[at.groups]
		if !ok {
			hits = [2][]hit{a.accepted(groups, network.Ingress), a.accepted(groups, network.Egress)}
			accepted[at.groups] = hits
		}
		for k, d := range []network.Direction{network.Ingress, network.Egress} {
			crossing := crossings(i.subnet, d)
			for _, h := range hits[k] {
				if isDeliberate(h.rule.sg) {
					a.conflict(f, h, h.set.Intersect(crossing), d)
				}
			}
		}
	}
	for _, f := range a.acls() {
		a.unopened(f, behind[f.acl.ID])
	}
}

// crossings is all traffic over the border of a subnet in a direction (ACL-18), but for what is exempt.
func crossings(s *subnetNode, d network.Direction) traffic.Set {
	own := s.sets[0].Union(s.sets[1])
	outside := traffic.AnyAddress(0).Subtract(own)
	match := traffic.Match{Source: &outside, Destination: &own}
	if d == network.Egress {
		match = traffic.Match{Source: &own, Destination: &outside}
	}
	out, _ := match.Set()
	return out.Subtract(aclExempt[0])
}

// conflict compares what a group's rule lets through with what the ACL does with it.
func (a *auditor) conflict(f *aclNode, h hit, set traffic.Set, d network.Direction) {
	if set.IsEmpty() {
		return
	}
	got := f.result(d, set, nil)
	// The groups do not look at source ports (SG-01): it is no conflict where the ACL denies only ports that clients do not use
	// (ACL-20).
	denied, agreed := clientQuestion.relevant(set.Subtract(got.possible)), clientQuestion.relevant(got.possible)
	if denied.IsEmpty() {
		return
	}
	out := Finding{
		Code: CodeACLSGConflict, Severity: Failure, Side: sideOf(d), Layer: LayerACL, Kind: network.KindNetworkACL,
		ID: f.acl.ID, Name: f.label, Rule: noRule[directionIndex(d)], Affected: denied,
		With: &Counterpart{Kind: network.KindSecurityGroup, ID: h.rule.group.id, Name: h.rule.group.label, Rule: h.rule.ref},
	}
	for _, stopped := range got.hits {
		if stopped.rule != nil && !stopped.rule.allow {
			out.Rule = stopped.rule.ref
			break
		}
	}
	if !agreed.IsEmpty() {
		out.Code, out.Severity, out.Contrast = CodeConflictPartial, Warning, agreed
	}
	a.collect(out)
}

// unopened finds allow rules of an ACL, written for something in particular, that no group behind it follows.
func (a *auditor) unopened(f *aclNode, groups []*groupNode) {
	if len(groups) == 0 || !f.acl.IsEnabled() {
		return
	}
	for k, rules := range f.rules {
		var got filterResult
		anyPeer := peerContext{model: a.model}
		anyPeer.firstMatch(&got, everywhere, rules)
		for _, h := range got.hits {
			r := h.rule
			if !r.allow || len(r.acl.DestinationPorts) == 0 || a.anyAllows(groups, k, h.set) {
				continue
			}
			a.collect(Finding{
				Code: CodeSGBlocksACLAllow, Severity: Warning, Side: sideOf(r.direction), Layer: LayerACL, Kind: network.KindNetworkACL,
				ID: f.acl.ID, Name: f.label, Rule: r.ref, Affected: h.set,
				With: &Counterpart{Kind: network.KindSecurityGroup, ID: groups[0].id, Name: groupLabels(groups)},
			})
		}
	}
}

func (a *auditor) anyAllows(groups []*groupNode, k int, set traffic.Set) bool {
	for _, g := range groups {
		for _, r := range g.rules[k] {
			if (r.allow || r.missing != nil) && !r.disabled && set.Overlaps(r.packets) {
				return true
			}
		}
	}
	return false
}

func groupLabels(groups []*groupNode) string {
	var names []string
	for _, g := range groups {
		names = append(names, g.label)
	}
	return strings.Join(unique(names), ", ")
}
