package reach

import "slices"

// repair gives every blocker an edit that removes it, and tries the edits: the question is decided again on the network
// with all of them, with each alone, and with all but one, to find those that the others make superfluous.
func (w *World) repair(a *Answer) {
	if !slices.ContainsFunc(a.Findings, func(f Finding) bool { return f.Severity == Blocker }) {
		return
	}
	k, ends := w.prepare(&a.Question)
	if len(ends) > 0 {
		return
	}
	p := planner{w: w, q: &a.Question, from: k.from, to: k.to, family: k.family, asked: k.asked, moved: map[string]Edit{}}
	var at []int
	var edits []Edit
	for i := range a.Findings {
		f := &a.Findings[i]
		if f.Severity != Blocker {
			continue
		}
		if e, ok := p.propose(f); ok {
			f.Fix = &e
			at, edits = append(at, i), append(edits, e.Edit)
		}
	}
	if len(edits) == 0 {
		return
	}
	after := w.again(&a.Question, edits)
	for n, i := range at {
		f := &a.Findings[i]
		f.Fix.Verified = after.Verdict == Reachable || !slices.ContainsFunc(after.Findings, func(b Finding) bool {
			return b.Severity == Blocker && b.Layer == f.Layer && b.Leg == f.Leg && b.Side == f.Side &&
				(b.Code == f.Code || f.Layer != LayerHost && b.Code != CodeEgressIngressDisjoint)
		})
		if len(edits) == 1 {
			f.Fix.StillBlockedBy = after.blockerCount()
			continue
		}
		alone := w.again(&a.Question, edits[n:n+1])
		f.Fix.StillBlockedBy = alone.blockerCount()
	}
	if after.Verdict == Reachable && len(edits) > 1 {
		w.dropSuperfluous(a, at, edits)
	}
}

// dropSuperfluous marks the edits without which the others do.
func (w *World) dropSuperfluous(a *Answer, at []int, edits []Edit) {
	kept := slices.Clone(edits)
	for n := len(edits) - 1; n >= 0 && len(kept) > 1; n-- {
		without := slices.Delete(slices.Clone(kept), n, n+1)
		if w.again(&a.Question, without).Verdict == Reachable {
			a.Findings[at[n]].Fix.Redundant = true
			kept = without
		}
	}
}

// again decides a question on the network with some edits made.
func (w *World) again(q *Question, edits []Edit) Answer { return w.Apply(edits...).decide(*q, true) }

func (a *Answer) blockerCount() int {
	n := 0
	for i := range a.Findings {
		if a.Findings[i].Severity == Blocker {
			n++
		}
	}
	return n
}

// Repaired is the world with every repair of an answer made that is needed.
func (w *World) Repaired(a *Answer) *World {
	var edits []Edit
	for i := range a.Findings {
		if f := &a.Findings[i]; f.Fix != nil && !f.Fix.Redundant {
			edits = append(edits, f.Fix.Edit)
		}
	}
	return w.Apply(edits...)
}
