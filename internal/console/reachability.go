package console

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
)

// reachabilityContent is a question and, if one was asked, its answer.
type reachabilityContent struct {
	Form   *form
	Answer *answer
}

// answer is an answer as the page shows it.
type answer struct {
	Verdict, Headline, Subject string
	// Causes stop traffic; Notes are everything else that was found.
	Causes, Notes []cause
	// Forward and Return are the stations of the way there and of the answers' way back.
	Forward, Return []station
	// Gets, Held and Open are the traffic that gets through, that does not, and that is not decided.
	Gets, Held, Open []string
	Drawing          *drawing
	// Report, Mermaid and DOT are the answer in other forms, to be copied.
	Report, Mermaid, DOT string
}

// cause is a finding.
type cause struct {
	Severity, Title, Sentence, Code string
	// Object is the one at fault, if it is in the lab.
	Object *link
	Repair []string
	Hints  []string
}

// station is a stop on the way of a packet.
type station struct {
	Kind, Name, Detail, Rule string
	Object                   *link
	Drops                    bool
}

func reachability(l *lab, r *http.Request) view {
	v := view{template: "reachability.html", Title: "Reachability", Here: base + "reachability"}
	c := reachabilityContent{Form: l.newForm(r.URL.Query())}
	if c.Form.Asked {
		if q, ok := l.question(c.Form); ok {
			c.Answer = l.answer(reach.Compile(l.net).Decide(q))
			v.Title = c.Answer.Headline
		} else {
			v.status = http.StatusUnprocessableEntity
		}
	}
	v.Content = c
	return v
}

func (l *lab) answer(a reach.Answer) *answer {
	out := &answer{
		Verdict: string(a.Verdict), Headline: report.Headline(a), Subject: report.Subject(a),
		Gets: report.Flows(a.Allowed), Held: report.Flows(a.Refused), Open: report.Flows(a.Unclear),
		Drawing: l.draw(a), Report: report.Text(a), Mermaid: report.Mermaid(a), DOT: report.DOT(a),
	}
	for _, f := range a.Findings {
		c := cause{
			Severity: string(f.Severity), Title: report.Title(f), Sentence: report.Sentence(f), Code: f.Code, Object: l.known(f.ID),
		}
		if f.Repair != nil {
			c.Repair = report.Repair(f.Repair)
		}
		switch {
		case f.Severity == reach.Blocker || f.Severity == reach.Failure:
			out.Causes = append(out.Causes, c)
		case f.Severity == reach.Hint && len(out.Causes) > 0:
			last := &out.Causes[len(out.Causes)-1]
			last.Hints = append(last.Hints, c.Sentence)
		default:
			out.Notes = append(out.Notes, c)
		}
	}
	for _, h := range a.Path {
		s := station{Kind: h.Kind.Label(), Name: h.Name, Detail: h.Detail, Object: l.known(h.ID), Drops: h.Drops}
		if h.Rule != nil {
			s.Rule = h.Rule.Summary
		}
		if h.Leg == reach.Return {
			out.Return = append(out.Return, s)
		} else {
			out.Forward = append(out.Forward, s)
		}
	}
	return out
}

// known is a link to the object with an id, nil where there is none.
func (l *lab) known(id string) *link {
	if o := l.net.Object(id); o != nil {
		to := l.link(o)
		return &to
	}
	return nil
}
