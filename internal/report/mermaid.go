package report

import (
	"fmt"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// Mermaid draws the way of the traffic as a small diagram: stations that drop it are marked, the way back is dotted.
func Mermaid(a reach.Answer) string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	if len(a.Path) == 0 {
		fmt.Fprintf(&b, "  n0[\"%s\"] -- %s --x n1[\"%s\"]\n", quote(orUnknown(a.From)), a.Verdict, quote(orUnknown(a.To)))
		return b.String()
	}
	for i, h := range a.Path {
		label := h.Name
		if h.Kind != "" {
			label = h.Kind.Label() + " " + label
		}
		if h.Rule != nil && h.Rule.Summary != "" {
			label += ": " + h.Rule.Summary
		} else if h.Detail != "" {
			label += ": " + h.Detail
		}
		fmt.Fprintf(&b, "  n%d[\"%s\"]\n", i, quote(label))
		if h.Drops {
			fmt.Fprintf(&b, "  style n%d stroke:#c00,stroke-width:3px\n", i)
		}
	}
	for i := 1; i < len(a.Path); i++ {
		arrow := "-->"
		switch {
		case a.Path[i].Leg == reach.Return:
			arrow = "-.->"
		case a.Path[i-1].Drops:
			arrow = "--x"
		}
		fmt.Fprintf(&b, "  n%d %s n%d\n", i-1, arrow, i)
	}
	return b.String()
}

func quote(s string) string { return strings.ReplaceAll(s, "\"", "#quot;") }
