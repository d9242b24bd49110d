package reach

import (
	"fmt"
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

// limits finds more rules than take effect.
func (a *audit) limits() {
	for _, g := range a.w.allGroups() {
		n := 0
		for _, rules := range g.rules {
			for _, r := range rules {
				if r.sg != nil {
					n++
				}
			}
		}
		if n > maxGroupRules && g.group != nil {
			a.note(Finding{
				Code: CodeSGRuleOverLimit, Severity: Warning, Layer: LayerSG, Kind: network.KindSecurityGroup, ID: g.id,
				Name: "The security group " + g.label, Reason: fmt.Sprintf("%d rules (at most %d)", n, maxGroupRules),
			})
		}
	}
	for i := range a.w.instances {
		for k, d := range []network.Direction{network.Ingress, network.Egress} {
			n := 0
			for _, id := range i.SecurityGroupIDs {
				if g := a.w.groups.get(id); g != nil {
					n += complexRules(g.rules[k])
				}
			}
			if n > maxComplexRules {
				a.note(Finding{
					Code: CodeSGRuleOverLimit, Severity: Warning, Layer: LayerSG, Kind: network.KindInstance, ID: i.ID,
					Name: "The instance " + i.label, Rule: directions[k], Reason: fmt.Sprintf(
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
func (a *audit) accepted(groups []string, d network.Direction) []hit {
	var out []hit
	rest := everywhere
	for _, id := range groups {
		g := a.w.groups.get(id)
		if g == nil {
			continue
		}
		for _, r := range g.rules[directionIndex(d)] {
			if r.off || r.lacks != nil {
				continue
			}
			part := rest.Intersect(r.match)
			if r.remote != "" {
				part = part.Intersect(a.fromMembers(r))
			}
			if part.IsEmpty() {
				continue
			}
			rest = rest.Subtract(part)
			if r.allow {
				out = append(out, hit{r, part})
			}
		}
	}
	return out
}

// fromMembers is all traffic with the members of a rule's remote group.
func (a *audit) fromMembers(r *rule) traffic.Set {
	var addresses traffic.AddressSet
	if m := a.w.members.get(r.remote); m != nil {
		for _, set := range m.byVPC {
			addresses = addresses.Union(set)
		}
	}
	match := traffic.Match{Source: &addresses}
	if r.direction == network.Egress {
		match = traffic.Match{Destination: &addresses}
	}
	s, _ := match.Set()
	return s
}

// meeting is a subnet with an ACL and one list of groups that instances in it have.
type meeting struct {
	subnet *subnetNode
	groups string
}

// conflicts compares every ACL with the groups behind it, in both directions.
func (a *audit) conflicts() {
	memo := map[string][2][]hit{}
	seen := map[meeting]bool{}
	guarded := map[string][]*groupNode{}
	for i := range a.w.instances {
		if i.subnet == nil {
			continue
		}
		f := a.w.filters.get(i.SubnetID)
		if f == nil {
			continue
		}
		groups := unique(i.SecurityGroupIDs)
		at := meeting{i.subnet, strings.Join(groups, "\x00")}
		if seen[at] {
			continue
		}
		seen[at] = true
		for _, id := range groups {
			if g := a.w.groups.get(id); g != nil {
				guarded[f.acl.ID] = append(guarded[f.acl.ID], g)
			}
		}
		hits, ok := memo[at.groups]
		if !ok {
			hits = [2][]hit{a.accepted(groups, network.Ingress), a.accepted(groups, network.Egress)}
			memo[at.groups] = hits
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
		a.unopened(f, guarded[f.acl.ID])
	}
}

// crossings is all traffic over the border of a subnet in a direction, but for what is exempt.
func crossings(s *subnetNode, d network.Direction) traffic.Set {
	own := s.sets[0].Union(s.sets[1])
	outside := traffic.AnyAddress(0).Subtract(own)
	match := traffic.Match{Source: &outside, Destination: &own}
	if d == network.Egress {
		match = traffic.Match{Source: &own, Destination: &outside}
	}
	out, _ := match.Set()
	return out.Subtract(exempt[0])
}

func sideOf(d network.Direction) Side {
	if d == network.Egress {
		return AtSource
	}
	return AtDestination
}

// conflict compares what a group's rule lets through with what the ACL does with it.
func (a *audit) conflict(f *filter, h hit, set traffic.Set, d network.Direction) {
	if set.IsEmpty() {
		return
	}
	got := f.ruling(d, set, nil)
	// The groups do not look at source ports: what only other ports than clients' are denied is no conflict.
	denied, agreed := clients.concerned(set.Subtract(got.possible)), clients.concerned(got.possible)
	if denied.IsEmpty() {
		return
	}
	out := Finding{
		Code: CodeACLSGConflict, Severity: Failure, Side: sideOf(d), Layer: LayerACL, Kind: network.KindNetworkACL,
		ID: f.acl.ID, Name: f.label, Rule: directions[directionIndex(d)], Affected: denied,
		With: &Party{Kind: network.KindSecurityGroup, ID: h.rule.group.id, Name: h.rule.group.label, Rule: h.rule.ref},
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
	a.note(out)
}

// unopened finds allow rules of an ACL, written for something in particular, that no group behind it follows.
func (a *audit) unopened(f *filter, groups []*groupNode) {
	if len(groups) == 0 || !f.acl.IsEnabled() {
		return
	}
	for k, rules := range f.rules {
		var rest traffic.Set
		for i, r := range rules {
			if i == 0 {
				rest = everywhere
			}
			if r.off || r.lacks != nil {
				continue
			}
			effective := rest.Intersect(r.match)
			rest = rest.Subtract(r.match)
			if !r.allow || effective.IsEmpty() || len(r.acl.DestinationPorts) == 0 || a.anyAllows(groups, k, effective) {
				continue
			}
			d := r.direction
			a.note(Finding{
				Code: CodeSGBlocksACLAllow, Severity: Warning, Side: sideOf(d), Layer: LayerACL, Kind: network.KindNetworkACL,
				ID: f.acl.ID, Name: f.label, Rule: r.ref, Affected: effective,
				With: &Party{Kind: network.KindSecurityGroup, ID: groups[0].id, Name: groupLabels(groups)},
			})
		}
	}
}

func (a *audit) anyAllows(groups []*groupNode, k int, set traffic.Set) bool {
	for _, g := range groups {
		for _, r := range g.rules[k] {
			if (r.allow || r.lacks != nil) && !r.off && set.Overlaps(r.match) {
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
