package report

import (
	"fmt"
	"strconv"
	"strings"
)

// DOT writes the diagram in the language of Graphviz.
func (d Diagram) DOT() string {
	var b strings.Builder
	b.WriteString("digraph {\n  rankdir=LR; compound=true; node [shape=box, fontname=sans]; edge [fontname=sans];\n")
	d.dotInside(&b, -1, "  ")
	anchors := d.anchors()
	for _, e := range d.edges {
		attributes := map[style][]string{
			way: {"penwidth=2"}, dropped: {"color=\"#cc0000\"", "arrowhead=tee"}, back: {"style=dotted"},
			link: {"dir=none"}, deadLink: {"dir=none", "style=dashed"},
		}[e.style]
		if e.label != "" {
			attributes = append(attributes, "label="+strconv.Quote(e.label))
		}
		from, to := e.from, e.to
		if node, isBox := anchors[from]; isBox {
			attributes = append(attributes, "ltail=cluster_"+from)
			from = node
		}
		if node, isBox := anchors[to]; isBox {
			attributes = append(attributes, "lhead=cluster_"+to)
			to = node
		}
		fmt.Fprintf(&b, "  %s -> %s [%s];\n", from, to, strings.Join(attributes, ", "))
	}
	b.WriteString("}\n")
	return b.String()
}

func (d Diagram) dotInside(b *strings.Builder, inside int, indent string) {
	for i, frame := range d.boxes {
		if frame.inside == inside {
			fmt.Fprintf(b, "%ssubgraph cluster_%s {\n%s  label=%s;\n", indent, frame.id, indent, strconv.Quote(frame.label))
			fmt.Fprintf(b, "%s  %s_ [shape=point, style=invis];\n", indent, frame.id)
			d.dotInside(b, i, indent+"  ")
			fmt.Fprintf(b, "%s}\n", indent)
		}
	}
	for _, n := range d.nodes {
		if n.inside != inside {
			continue
		}
		attributes := []string{"label=" + strconv.Quote(n.label)}
		if s := map[shape]string{end: "box, style=rounded", filter: "hexagon", cloud: "ellipse"}[n.shape]; s != "" {
			attributes = append(attributes, "shape="+s)
		}
		if n.drops {
			attributes = append(attributes, "color=\"#cc0000\"", "penwidth=3")
		}
		fmt.Fprintf(b, "%s%s [%s];\n", indent, n.id, strings.Join(attributes, ", "))
	}
}

// anchors are nodes inside the boxes: Graphviz draws edges between nodes only and cuts them at the border of a box.
func (d Diagram) anchors() map[string]string {
	out := map[string]string{}
	for _, frame := range d.boxes {
		out[frame.id] = frame.id + "_"
	}
	return out
}
