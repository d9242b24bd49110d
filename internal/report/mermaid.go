package report

import (
	"fmt"
	"strings"
)

// Mermaid writes the diagram in the language of Mermaid.
func (d Diagram) Mermaid() string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	d.mermaidInside(&b, -1, "  ")
	for _, e := range d.edges {
		arrow := map[style]string{way: "==>", dropped: "--x", back: "-.->", link: "---", deadLink: "-.-"}[e.style]
		if e.label != "" {
			arrow += "|\"" + mermaidText(e.label) + "\"|"
		}
		fmt.Fprintf(&b, "  %s %s %s\n", e.from, arrow, e.to)
	}
	for _, n := range d.nodes {
		if n.drops {
			fmt.Fprintf(&b, "  style %s stroke:#c00,stroke-width:3px\n", n.id)
		}
	}
	return b.String()
}

func (d Diagram) mermaidInside(b *strings.Builder, inside int, indent string) {
	for i, frame := range d.boxes {
		if frame.inside == inside {
			fmt.Fprintf(b, "%ssubgraph %s[\"%s\"]\n", indent, frame.id, mermaidText(frame.label))
			d.mermaidInside(b, i, indent+"  ")
			fmt.Fprintf(b, "%send\n", indent)
		}
	}
	for _, n := range d.nodes {
		if n.inside == inside {
			around := map[shape][2]string{plain: {"[", "]"}, end: {"([", "])"}, filter: {"{{", "}}"}, cloud: {"((", "))"}}[n.shape]
			fmt.Fprintf(b, "%s%s%s\"%s\"%s\n", indent, n.id, around[0], mermaidText(n.label), around[1])
		}
	}
}

func mermaidText(s string) string {
	return strings.NewReplacer("\"", "#quot;", "\n", " ").Replace(s)
}
