package reach

import "github.com/vpclab/terraform-provider-vpclab/internal/traffic"

// inertRule is a rule that changes nothing, and why.
type inertRule struct {
	rule *rule
	// unmatchable is set for a rule that matches no packet in itself.
	unmatchable bool
	// by are the rules that leave this one nothing to decide, all of those that are about any of its traffic; opposite is set
	// if some of them do the opposite.
	by       []*rule
	opposite bool
}

// inertACLRules finds the rules of an ordered list that change nothing, with all the rules that are the reason.
func inertACLRules(rules []*rule) []inertRule {
	var out []inertRule
	var seen traffic.Set
	for i, r := range rules {
		if r.disabled || r.missing != nil {
			continue
		}
		if r.packets.IsEmpty() {
			out = append(out, inertRule{rule: r, unmatchable: true})
			continue
		}
		if r.packets.SubsetOf(seen) {
			out = append(out, explainInertRule(r, rules[:i]))
			continue // It adds nothing to what is seen.
		}
		seen = seen.Union(r.packets)
	}
	return out
}

func explainInertRule(r *rule, before []*rule) inertRule {
	e := inertRule{rule: r}
	rest := r.packets
	for _, o := range before {
		if o.disabled || o.missing != nil || !o.packets.Overlaps(r.packets) {
			continue
		}
		e.by = append(e.by, o)
		if part := rest.Intersect(o.packets); !part.IsEmpty() {
			e.opposite = e.opposite || o.allow != r.allow
			rest = rest.Subtract(part)
		}
	}
	return e
}

// inertGroupRules is inertACLRules for a security group, in which the order of rules of one priority and action means nothing
// (SG-13), and a rule about a remote group can be replaced only by one about the same group or about addresses.
func inertGroupRules(rules []*rule) []inertRule {
	var out []inertRule
	superfluous := map[*rule]bool{}
	for i, r := range rules {
		if r.disabled || r.missing != nil {
			continue
		}
		if r.packets.IsEmpty() {
			out = append(out, inertRule{rule: r, unmatchable: true})
			continue
		}
		var before []*rule
		var cover traffic.Set
		for j, o := range rules {
			if o == r || o.disabled || o.missing != nil || superfluous[o] || o.remote != "" && o.remote != r.remote {
				continue
			}
			equal := o.sg.Rank() == r.sg.Rank() && o.allow == r.allow
			if j > i && !equal {
				continue
			}
			before = append(before, o)
			cover = cover.Union(o.packets)
		}
		if len(before) > 0 && r.packets.SubsetOf(cover) {
			superfluous[r] = true
			out = append(out, explainInertRule(r, before))
		}
	}
	return out
}
