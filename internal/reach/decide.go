package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// Decide answers one question on a network. Whoever has several keeps the World.
func Decide(n *network.Network, q Question) Answer { return Compile(n).Decide(q) }

// Decide answers a question. It never stops at the first obstacle: every layer on the way forward and the route back
// are judged, and every cause is named once with all the traffic it stops.
func (m *Model) Decide(q Question) Answer {
	a := m.decide(q, false)
	m.addRepairs(&a)
	return a
}

// Explain is Decide without repairs, for whoever asks many questions and repairs none.
func (m *Model) Explain(q Question) Answer { return m.decide(q, false) }

// decide is Decide without repairs, and with brief without whatever only explains blockers.
func (m *Model) decide(q Question, brief bool) Answer {
	a := Answer{Question: q, Verdict: Undetermined}
	k, ends := m.newEvaluation(&q)
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
	a.Allowed, a.Refused, a.Unclear = k.relevant(a.Allowed), k.relevant(a.Refused), k.relevant(a.Unclear)
	a.Findings = k.takeFindings()
	if !brief {
		orderFindings(a.Findings)
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

// newEvaluation finds the ends of a question; the findings say what is wrong with them.
func (m *Model) newEvaluation(q *Question) (*evaluation, []Finding) {
	family, wrong := m.familyOf(q)
	l := endpointResolver{model: m, family: family}
	from, lostFrom := l.resolve(&q.Source, AtSource)
	l.fromExternal = from.external
	to, lostTo := l.resolve(&q.Destination, AtDestination)
	if to.external && from.external {
		// Both ends are outside, unless the source's public address is that of an instance.
		l.fromExternal = true
		from, lostFrom = l.resolve(&q.Source, AtSource)
	}
	var findings []Finding
	for _, f := range [...]*Finding{wrong, lostFrom, lostTo} {
		if f != nil {
			findings = append(findings, *f)
		}
	}
	if from.external && to.external && len(findings) == 0 {
		findings = append(findings, *unresolved(CodeEndpointNotFound, AtSource, endpointKind(&q.Source), from.label, from.label))
	}
	k := &evaluation{
		model: m, question: q, from: from, to: to,
		routing: routing{model: m, family: family, from: from, to: to, strict: q.Strict},
	}
	if len(findings) == 0 {
		k.asked = q.asked(family, from, to)
	}
	return k, findings
}
