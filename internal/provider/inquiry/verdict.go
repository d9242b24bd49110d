package inquiry

import (
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

// Decide answers a question and measures the answer by what the question expects. With unknown objects left out of the
// network the verdict is undetermined: they could change it either way.
func Decide(w *reach.World, q Question, unknown []string) (Verdict, error) {
	asked, err := q.Asked()
	if err != nil {
		return Verdict{}, err
	}
	a := w.Decide(asked)
	if len(unknown) > 0 {
		a.Verdict = reach.Undetermined
	}
	v := Verdict{Answer: a, Undetermined: a.Verdict == reach.Undetermined, Report: report.Text(a)}
	switch {
	case v.Undetermined:
		v.Reason = "Reachability not decided"
		if len(unknown) > 0 {
			v.Report = Undecided(unknown) + "\n\n" + v.Report
		}
	case q.Expect == ExpectBlocked:
		v.Satisfied = a.Verdict == reach.Blocked
		if !v.Satisfied {
			v.Reason, v.Report = "Network reachable", report.Unwanted(a, w.Decide(reach.Narrow(asked, a.Allowed)))
			v.Answer.Findings = append([]reach.Finding{{
				Code: reach.CodeIntentViolatedReachable, Severity: reach.Failure, Leg: reach.Forward, Layer: reach.LayerQuestion,
				Name: ExpectBlocked, Affected: a.Allowed, With: &reach.Party{Name: a.To},
			}}, a.Findings...)
		}
	default:
		v.Satisfied = a.Verdict == reach.Reachable
		if !v.Satisfied {
			v.Reason = report.Headline(a)
		}
	}
	return v, nil
}
