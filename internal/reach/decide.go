package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// Decide answers one question on a network. Whoever has several keeps the World.
func Decide(n *network.Network, q Question) Answer { return Compile(n).Decide(q) }

// Decide answers a question. It never stops at the first obstacle: every layer on the way forward and the route back
// are judged, and every cause is named once with all the traffic it stops.
func (w *World) Decide(q Question) Answer {
	a := w.decide(q, false)
	w.repair(&a)
	return a
}

// Explain is Decide without repairs, for whoever asks many questions and repairs none.
func (w *World) Explain(q Question) Answer { return w.decide(q, false) }

// decide is Decide without repairs, and with brief without whatever only explains blockers.
func (w *World) decide(q Question, brief bool) Answer {
	a := Answer{Question: q, Verdict: Undetermined}
	k, ends := w.prepare(&q)
	k.brief = brief
	a.From, a.To, a.Findings = k.from.label, k.to.label, ends
	if len(a.Findings) > 0 {
		return a
	}
	if k.from.instance != nil && k.to.instance != nil && k.from.id == k.to.id {
		a.Verdict = Reachable
		a.Findings = append(a.Findings, Finding{
			Code: CodeSelfProbe, Severity: Info, Leg: Forward, Layer: LayerQuestion, Kind: k.from.kind, ID: k.from.id,
			Name: k.from.label,
		})
		return a
	}
	k.run()
	k.explain()
	if !brief {
		a.Path = k.path()
	}
	a.Allowed, a.Refused, a.Unclear = k.total.sure, k.asked.Subtract(k.total.possible), k.total.possible
	if !a.Unclear.IsEmpty() {
		a.Unclear = a.Unclear.Subtract(k.total.sure)
	}
	a.Allowed, a.Refused, a.Unclear = k.concerned(a.Allowed), k.concerned(a.Refused), k.concerned(a.Unclear)
	a.Findings = k.conclude()
	if !brief {
		order(a.Findings)
	}
	switch {
	case !a.Unclear.IsEmpty():
	case a.Refused.IsEmpty():
		a.Verdict = Reachable
	case a.Allowed.IsEmpty():
		a.Verdict = Blocked
	default:
		a.Verdict = Partial
	}
	return a
}

// prepare finds the ends of a question; the findings say what is wrong with them.
func (w *World) prepare(q *Question) (*walk, []Finding) {
	family, wrong := w.familyOf(q)
	l := locator{w: w, family: family}
	from, lostFrom := l.locate(&q.Source, AtSource)
	l.fromOutside = from.outside
	to, lostTo := l.locate(&q.Destination, AtDestination)
	if to.outside && from.outside {
		// Both ends are outside, unless the source's public address is that of an instance.
		l.fromOutside = true
		from, lostFrom = l.locate(&q.Source, AtSource)
	}
	var findings []Finding
	for _, f := range [...]*Finding{wrong, lostFrom, lostTo} {
		if f != nil {
			findings = append(findings, *f)
		}
	}
	if from.outside && to.outside && len(findings) == 0 {
		findings = append(findings, *lost(CodeEndpointNotFound, AtSource, endpointKind(&q.Source), from.label, from.label))
	}
	k := &walk{
		w: w, q: q, from: from, to: to,
		roads: roads{w: w, family: family, from: from, to: to, strict: q.Strict},
	}
	if len(findings) == 0 {
		k.asked = q.asked(family, from, to)
	}
	return k, findings
}
