package reach

import "github.com/vpclab/terraform-provider-vpclab/internal/traffic"

// effect is what a rule contributes to its table.
type effect struct {
	rule *rule
	// unmatchable rules match no packet in themselves.
	unmatchable bool
	// by are the rules that leave this one nothing to decide, all of those that are about any of its traffic; opposite
	// says that some of them do the opposite.
	by       []*rule
	opposite bool
}

// effects finds the rules of an ordered table that change nothing, with all the rules that are the reason.
func effects(rules []*rule) []effect {
	var out []effect
	var seen traffic.Set
	for i, r := range rules {
		if r.off || r.lacks != nil {
			continue
		}
		if r.match.IsEmpty() {
			out = append(out, effect{rule: r, unmatchable: true})
			continue
		}
		if r.match.SubsetOf(seen) {
			out = append(out, explainEffect(r, rules[:i]))
			continue // It adds nothing to what is seen.
		}
		seen = seen.Union(r.match)
	}
	return out
}

func explainEffect(r *rule, before []*rule) effect {
	e := effect{rule: r}
	rest := r.match
	for _, o := range before {
		if o.off || o.lacks != nil || !o.match.Overlaps(r.match) {
			continue
		}
		e.by = append(e.by, o)
		if part := rest.Intersect(o.match); !part.IsEmpty() {
			e.opposite = e.opposite || o.allow != r.allow
			rest = rest.Subtract(part)
		}
	}
	return e
}

// groupEffects is effects for a security group, in which the order of rules of one priority and action means nothing,
// and a rule about a remote group can be replaced only by one about the same group or about everyone.
func groupEffects(rules []*rule) []effect {
	var out []effect
	superfluous := map[*rule]bool{}
	for i, r := range rules {
		if r.off || r.lacks != nil {
			continue
		}
		if r.match.IsEmpty() {
			out = append(out, effect{rule: r, unmatchable: true})
			continue
		}
		var before []*rule
		var cover traffic.Set
		for j, o := range rules {
			if o == r || o.off || o.lacks != nil || superfluous[o] || o.remote != "" && o.remote != r.remote {
				continue
			}
			equal := o.sg.Rank() == r.sg.Rank() && o.allow == r.allow
			if j > i && !equal {
				continue
			}
			before = append(before, o)
			cover = cover.Union(o.match)
		}
		if len(before) > 0 && r.match.SubsetOf(cover) {
			superfluous[r] = true
			out = append(out, explainEffect(r, before))
		}
	}
	return out
}
