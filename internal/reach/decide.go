package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Decide answers one question on a network. For several questions, compile the network once and keep the Model.
func Decide(n *network.Network, q Question) Answer { return Compile(n).Decide(q) }

// Decide answers a question. It never stops at the first cause: every stage of the path and the routes back are evaluated,
// and every cause is named once with all the traffic it stops. Blockers carry repairs where the network can be repaired.
func (m *Model) Decide(q Question) Answer {
	a := m.decide(q, false)
	m.addRepairs(&a)
	return a
}

// Explain is Decide without repairs, which cost several evaluations each.
func (m *Model) Explain(q Question) Answer { return m.decide(q, false) }

// decide is Explain; brief leaves out whatever only explains blockers.
func (m *Model) decide(q Question, brief bool) Answer {
	a := Answer{Question: q, Verdict: Undetermined}
	e, wrong := m.newEvaluation(&q)
	e.brief = brief
	a.From, a.To, a.Findings = e.from.label, e.to.label, wrong
	a.Family, a.OtherFamily = e.family, e.otherFamily
	if len(a.Findings) > 0 {
		return a
	}
	if e.from.instance != nil && e.to.instance != nil && e.from.id == e.to.id {
		a.Verdict = Reachable
		a.Findings = append(a.Findings, Finding{
			Code: CodeSelfProbe, Severity: Info, Leg: Forward, Layer: LayerQuestion, Kind: e.from.kind, ID: e.from.id,
			Name: e.from.label,
		})
		return a
	}
	e.run()
	e.explain()
	if !brief {
		a.Path = e.path()
	}
	a.Allowed, a.Refused, a.Unclear = e.passing.sure, e.asked.Subtract(e.passing.possible), e.passing.possible
	if !a.Unclear.IsEmpty() {
		a.Unclear = a.Unclear.Subtract(e.passing.sure)
	}
	a.Allowed, a.Refused, a.Unclear = e.relevant(a.Allowed), e.relevant(a.Refused), e.relevant(a.Unclear)
	a.Findings = e.takeFindings()
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

// evaluation decides one question.
type evaluation struct {
	routing

	question *Question
	asked    traffic.Set
	// otherFamily reports whether the question is about the other family too.
	otherFamily bool
	// flows divide the asked traffic by the subnets of either end.
	flows []flow
	// passing is what gets past all stages.
	passing bounds
	// tellsSourcePorts reports whether a filter on the path tells source ports apart.
	tellsSourcePorts bool
	// brief leaves out what only explains blockers, quick leaves out the blockers too.
	brief, quick bool
	findings     *findingList
}

// newEvaluation finds the ends of a question. The findings are about what is wrong with them; with any, there is nothing to
// evaluate.
func (m *Model) newEvaluation(q *Question) (*evaluation, []Finding) {
	family, other, wrong := m.familyOf(q)
	r := endpointResolver{model: m, family: family}
	from, wrongFrom := r.resolve(&q.Source, AtSource)
	to, wrongTo := r.resolve(&q.Destination, AtDestination)
	e, findings := m.evaluationBetween(q, family, from, to)
	e.otherFamily = other
	var all []Finding
	for _, f := range [...]*Finding{wrong, wrongFrom, wrongTo} {
		if f != nil {
			all = append(all, *f)
		}
	}
	if len(all) > 0 {
		return e, all
	}
	return e, findings
}

// evaluationBetween is newEvaluation for two ends that were found.
func (m *Model) evaluationBetween(q *Question, f traffic.Family, from, to *resolvedEndpoint) (*evaluation, []Finding) {
	r := endpointResolver{model: m, family: f}
	from, to, wrong := r.byPublicAddress(from, to)
	e := &evaluation{question: q, routing: routing{model: m, family: f, from: from, to: to, strict: q.Strict}}
	switch {
	case wrong != nil:
		return e, []Finding{*wrong}
	case from.external && to.external:
		return e, []Finding{*unresolved(CodeEndpointNotFound, AtSource, endpointKind(&q.Source), from.label, from.label)}
	}
	e.asked = q.asked(f, from, to)
	return e, nil
}

// run sends the asked traffic through the stages, flow by flow.
func (e *evaluation) run() {
	sources, destinations := e.from.subnets(), e.to.subnets()
	whole := len(sources) == 1 && len(destinations) == 1
	e.flows = make([]flow, 0, len(sources)*len(destinations))
	for i := range sources {
		for j := range destinations {
			e.flows = append(e.flows, flow{
				evaluation: e, routing: e.routing, source: &sources[i], destination: &destinations[j], sent: e.asked,
			})
			f := &e.flows[len(e.flows)-1]
			if f.source.owner != nil {
				f.from = f.source.owner
			}
			if f.destination.owner != nil {
				f.to = f.destination.owner
			}
			if !whole {
				between, _ := traffic.Match{Source: &f.source.addresses, Destination: &f.destination.addresses}.Set()
				f.sent = e.asked.Intersect(between)
			}
			f.run()
			if whole {
				e.passing = f.passing
			} else {
				e.passing.sure = e.passing.sure.Union(f.passing.sure)
				e.passing.possible = e.passing.possible.Union(f.passing.possible)
			}
		}
	}
	e.whateverIsUnknown()
}

// explain turns what was decided into findings, each with all the traffic it is about.
func (e *evaluation) explain() {
	for i := range e.flows {
		e.flows[i].explain()
	}
	if !e.brief {
		e.explainUnknown()
		e.explainCautions()
	}
}

// path is the path of an example packet: one that gets through if any does.
func (e *evaluation) path() []Hop {
	p, ok := e.typicalOf(e.passing.sure).Sample()
	if !ok {
		if p, ok = e.typicalOf(e.asked).Sample(); !ok {
			return nil
		}
	}
	for i := range e.flows {
		if f := &e.flows[i]; f.sent.Contains(p) {
			return f.path(p)
		}
	}
	return nil
}
