package inquiry

import (
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

// Decide answers a question and measures the answer by what the question expects. With unknown objects left out of the
// network the verdict is undetermined: they could change it either way.
func Decide(w *reach.Model, q Question, unknown []string) (Verdict, error) {
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
		v.Reason = report.Headline(a)
		if len(unknown) > 0 {
			v.Reason = "Reachability not decided"
			v.Report = Undecided(unknown) + "\n\n" + v.Report
		}
	case q.Expect == ExpectBlocked:
		v.Satisfied = a.Verdict == reach.Blocked
		if !v.Satisfied {
			v.Reason, v.Report = "Network reachable", report.Unwanted(a, w.Decide(reach.Narrow(asked, a.Allowed)))
			v.Answer.Findings = append([]reach.Finding{{
				Code: reach.CodeIntentViolatedReachable, Severity: reach.Failure, Leg: reach.Forward, Layer: reach.LayerQuestion,
				Name: ExpectBlocked, Affected: a.Allowed, With: &reach.Counterpart{Name: a.To},
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
