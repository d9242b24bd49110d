package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// Matrix tells in plain text who reaches whom: the classes of ends that fare alike, then what gets from one to the
// other.
func Matrix(m *reach.Matrix) string {
	var p page
	for i, c := range m.Classes() {
		p.put(fmt.Sprintf("%d. ", i+1), "   ", members(c.Members))
	}
	p.gap()
	empty := true
	for e := range m.Entries() {
		empty = false
		p.put(fmt.Sprintf("%d -> %d: ", e.From+1, e.To+1), "  ", cell(e.Cell))
	}
	if empty {
		p.put("", "", "Nothing reaches anything.")
	}
	return p.text()
}

func cell(c reach.Cell) string {
	var parts []string
	if !c.Allowed.IsEmpty() {
		parts = append(parts, enumerate(Flows(c.Allowed)))
	}
	if !c.Unclear.IsEmpty() {
		parts = append(parts, "not decided: "+enumerate(Flows(c.Unclear)))
	}
	return strings.Join(parts, "; ")
}

func members(list []reach.Member) string {
	names := make([]string, len(list))
	for i := range list {
		names[i] = list[i].Name
	}
	return enumerate(names)
}

// Difference tells in plain text what a change gains and loses.
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

// Outcomes tells in plain text how a network stands to intents.
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
