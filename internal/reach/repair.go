package reach

import "slices"

// addRepairs gives every blocker an edit that removes it, and tries the edits: the question is decided again on the network
// with all of them, with each alone, and with all but one, to find those that the others make superfluous.
func (m *Model) addRepairs(a *Answer) {
	if !slices.ContainsFunc(a.Findings, func(f Finding) bool { return f.Severity == Blocker }) {
		return
	}
	e, wrong := m.newEvaluation(&a.Question)
	if len(wrong) > 0 || e.from.anyAddress || e.to.anyAddress {
		return // A rule for every address that an end may turn out to have would open more than is asked for.
	}
	p := repairPlanner{
		model: m, question: &a.Question, from: e.from, to: e.to, family: e.family, asked: e.asked, moved: map[string]Edit{},
	}
	var at []int // the positions of the findings whose repairs are edits
	var edits []Edit
	for i := range a.Findings {
		f := &a.Findings[i]
		if f.Severity != Blocker {
			continue
		}
		if r, ok := p.at(f).propose(f); ok {
			f.Repair = &r
			at, edits = append(at, i), append(edits, r.Edit)
		}
	}
	if len(edits) == 0 {
		return
	}
	after := m.decideWith(&a.Question, edits)
	for n, i := range at {
		f := &a.Findings[i]
		f.Repair.Verified = after.Verdict == Reachable || !slices.ContainsFunc(after.Findings, func(b Finding) bool {
			return b.Severity == Blocker && b.Layer == f.Layer && b.Leg == f.Leg && b.Side == f.Side &&
				(b.Code == f.Code || f.Layer != LayerHost && b.Code != CodeEgressIngressDisjoint)
		})
		if len(edits) == 1 {
			f.Repair.StillBlockedBy = after.blockerCount()
			continue
		}
		alone := m.decideWith(&a.Question, edits[n:n+1])
		f.Repair.StillBlockedBy = alone.blockerCount()
	}
	if after.Verdict == Reachable && len(edits) > 1 {
		m.dropSuperfluous(a, at, edits)
	}
}

// dropSuperfluous marks repairs as redundant as long as the others suffice, the last ones first.
func (m *Model) dropSuperfluous(a *Answer, at []int, edits []Edit) {
	kept := slices.Clone(edits)
	for n := len(edits) - 1; n >= 0 && len(kept) > 1; n-- {
		without := slices.Delete(slices.Clone(kept), n, n+1)
		if m.decideWith(&a.Question, without).Verdict == Reachable {
			a.Findings[at[n]].Repair.Redundant = true
			kept = without
		}
	}
}

// decideWith decides a question on the network with some edits made.
func (m *Model) decideWith(q *Question, edits []Edit) Answer {
	return m.Apply(edits...).decide(*q, true)
}

func (a *Answer) blockerCount() int {
	n := 0
	for i := range a.Findings {
		if a.Findings[i].Severity == Blocker {
			n++
		}
	}
	return n
}

// Repaired is the model with every repair of an answer made that is not redundant.
func (m *Model) Repaired(a *Answer) *Model {
	var edits []Edit
	for i := range a.Findings {
		if f := &a.Findings[i]; f.Repair != nil && !f.Repair.Redundant {
			edits = append(edits, f.Repair.Edit)
		}
	}
	return m.Apply(edits...)
}
