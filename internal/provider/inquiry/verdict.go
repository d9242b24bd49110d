package inquiry

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
)

// Verdict is an answer measured by what was expected.
type Verdict struct {
	Answer    reach.Answer
	Satisfied bool
	// Undetermined says that the question cannot be decided, or not yet.
	Undetermined bool
	// Reason is the first cause in a few words; empty where the verdict is the expected one.
	Reason string
	Report string
}

// Decide answers a question and measures the answer by what the question expects, as a guard does an intent: reachable in the
// first address family that both ends have, IPv4 before IPv6, or blocked in each of them. What is certain decides: traffic
// that should get through and does not, or should not and does, is a violation, whatever else cannot be decided.
func Decide(w *reach.Model, q Question) (Verdict, error) {
	asked, err := q.Asked()
	if err != nil {
		return Verdict{}, err
	}
	families := w.Families(asked)
	if q.Expect != ExpectBlocked {
		families = families[:1]
	}
	verdicts := make([]Verdict, len(families))
	worst := 0
	for i, f := range families {
		if len(families) > 1 {
			asked.Family = f
		}
		verdicts[i] = measure(w, w.Decide(asked), q.Expect)
		if verdicts[i].rank() < verdicts[worst].rank() {
			worst = i
		}
	}
	v := verdicts[worst]
	for i, other := range verdicts {
		if i != worst {
			v.add(other.Answer)
		}
	}
	return v, nil
}

// measure is an answer measured by what was expected.
func measure(w *reach.Model, a reach.Answer, expect string) Verdict {
	v := Verdict{Answer: a, Report: report.Text(a)}
	wanted, violated := reach.Reachable, !a.Refused.IsEmpty()
	if expect == ExpectBlocked {
		wanted, violated = reach.Blocked, !a.Allowed.IsEmpty()
	}
	switch {
	case a.Verdict == wanted:
		v.Satisfied = true
	case a.Verdict == reach.Undetermined && !violated:
		v.Undetermined, v.Reason = true, report.Headline(a)
	case expect == ExpectBlocked:
		v.Reason, v.Report = "Network reachable", report.Unwanted(a, w.Decide(reach.Narrow(a.Question, a.Allowed)))
		v.Answer.Findings = append([]reach.Finding{{
			Code: reach.CodeIntentViolatedReachable, Severity: reach.Failure, Leg: reach.Forward, Layer: reach.LayerQuestion,
			Name: ExpectBlocked, Affected: a.Allowed, With: &reach.Counterpart{Name: a.To},
		}}, a.Findings...)
	default:
		certain := a
		certain.Verdict = reach.Partial
		v.Reason = report.Headline(certain)
	}
	return v
}

// rank orders verdicts: the violated ones first, then those that cannot be decided.
func (v *Verdict) rank() int {
	switch {
	case v.Satisfied:
		return 2
	case v.Undetermined:
		return 1
	}
	return 0
}

// add adds the answer in another address family: its traffic, what was found there only, and its verdict to the report.
func (v *Verdict) add(a reach.Answer) {
	own := &v.Answer
	own.Allowed, own.Refused, own.Unclear = own.Allowed.Union(a.Allowed), own.Refused.Union(a.Refused), own.Unclear.Union(a.Unclear)
	for _, f := range a.Findings {
		if !slices.ContainsFunc(own.Findings, func(o reach.Finding) bool {
			return o.Code == f.Code && o.ID == f.ID && o.Side == f.Side && o.Rule == f.Rule
		}) {
			own.Findings = append(own.Findings, f)
		}
	}
	v.Report += fmt.Sprintf("\n\nOver %s: %s.", a.Family, a.Verdict)
}

// Message explains the verdict.
func (v Verdict) Message() Message {
	return Message{
		At: endAtFault(path.Empty(), v.Answer.Findings), Summary: v.Reason, Text: v.Report, Findings: v.Answer.Findings,
		About: v.Answer.From + " -> " + v.Answer.To,
	}
}

// endAtFault is the attribute of the end below at which the question itself is wrong, or at where its ends are fine.
func endAtFault(at path.Path, findings []reach.Finding) path.Path {
	for i := range findings {
		if f := &findings[i]; f.Layer == reach.LayerQuestion && f.Severity == reach.Failure && f.Side != "" {
			return at.AtName(string(f.Side))
		}
	}
	return at
}
