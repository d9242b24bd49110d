package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

func members(list []reach.Member) string {
	names := make([]string, len(list))
	for i := range list {
		names[i] = list[i].Name
	}
	return enumerate(names)
}

// Difference says in plain text what a change gains and loses.
func Difference(d reach.Difference) string {
	if d.IsEmpty() {
		return "The same traffic gets through as before."
	}
	var p page
	p.changes("Gained", d.Gained)
	p.changes("Lost", d.Lost)
	return p.text()
}

func (p *page) changes(title string, list []reach.Change) {
	if len(list) == 0 {
		return
	}
	p.gap()
	p.WriteString(title + ":\n")
	for i := range list {
		c := &list[i]
		text := fmt.Sprintf("%s -> %s: %s", members(c.From), members(c.To), enumerate(Flows(c.Traffic)))
		if c.Code != "" {
			text += " [" + c.Code + "]"
		}
		p.put("  - ", "    ", text)
	}
}

// Outcomes says in plain text how a network stands to intents.
func Outcomes(list []reach.Outcome) string {
	var p page
	for i := range list {
		o := &list[i]
		p.gap()
		state := "violated"
		switch {
		case o.Satisfied:
			state = "satisfied"
		case o.Undetermined:
			state = "not decided"
		}
		p.put("", "  ", fmt.Sprintf("%s: %s.", intentName(o.Intent), state))
		p.findings(toldOf(o))
		p.changes("In dispute", o.Violations)
		if o.Witness != nil {
			p.put("For example: ", "  ", o.Witness.String())
		}
	}
	return p.text()
}

// toldOf are the findings of an outcome that are told. What stops the rest of a traffic that nobody wants is none: it would
// come with a repair that opens it.
func toldOf(o *reach.Outcome) []reach.Finding {
	if o.Intent.Expect != reach.MustNotReach {
		return o.Findings
	}
	return slices.DeleteFunc(slices.Clone(o.Findings), func(f reach.Finding) bool { return f.Severity != reach.Failure })
}

func intentName(i reach.Intent) string {
	if i.Name != "" {
		return i.Name
	}
	return strings.ReplaceAll(string(i.Expect), "_", " ")
}
