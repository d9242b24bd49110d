package reach

import "github.com/vpclab/terraform-provider-vpclab/internal/network"

// Decide answers one question on a network. Whoever has several keeps the World.
func Decide(n *network.Network, q Question) Answer { return Compile(n).Decide(q) }

func decide(n *network.Network, q Question) Answer {
	a := Answer{Question: q, Verdict: Undetermined}
	family, wrong := familyOf(n, q)
	from, lostFrom := locator{n: n, family: family}.locate(q.Source, AtSource)
	to, lostTo := locator{n: n, family: family, fromOutside: from.outside}.locate(q.Destination, AtDestination)
	if to.outside && from.outside {
		from, lostFrom = locator{n: n, family: family, fromOutside: true}.locate(q.Source, AtSource)
	}
	a.From, a.To = from.label, to.label
	for _, f := range []*Finding{wrong, lostFrom, lostTo} {
		if f != nil {
			a.Findings = append(a.Findings, *f)
		}
	}
	if from.outside && to.outside && len(a.Findings) == 0 {
		a.Findings = append(a.Findings, Finding{
			Code: CodeEndpointNotFound, Severity: Failure, Leg: Forward, Layer: LayerQuestion, Side: AtSource, Name: from.label,
		})
	}
	if len(a.Findings) > 0 {
		return a
	}
	if from.instance != nil && to.instance != nil && from.id == to.id {
		a.Verdict = Reachable
		a.Findings = append(a.Findings, Finding{
			Code: CodeSelfProbe, Severity: Info, Leg: Forward, Layer: LayerQuestion, Kind: from.kind, ID: from.id, Name: from.label,
		})
		return a
	}
	w := newWalk(n, q, family, &from, &to)
	w.run()
	a.Path = w.path
	a.Allowed, a.Refused, a.Unclear = w.allowed, w.refused, w.unclear
	a.Findings = w.ordered()
	switch {
	case !w.unclear.IsEmpty():
	case w.refused.IsEmpty():
		a.Verdict = Reachable
	case w.allowed.IsEmpty():
		a.Verdict = Blocked
	default:
		a.Verdict = Partial
	}
	return a
}
