package main

import (
	"fmt"
	"strings"
)

// chartOf draws, for each command, the provider's processor time for a resource over the number of resources: level
// lines mean that twice the network costs twice as much.
func chartOf(results []result, sizes []int) string {
	var b strings.Builder
	layout := results[0].layout
	for _, phase := range []string{firstPlan, noOpPlan, apply} {
		var values []string
		highest := 0.0
		for _, n := range sizes {
			for _, r := range results {
				if r.layout == layout && r.resources == n && r.kind == plain && r.phase == phase {
					v := perResource(r)
					highest = max(highest, v)
					values = append(values, fmt.Sprintf("%.2f", v))
				}
			}
		}
		if len(values) != len(sizes) {
			continue
		}
		axis := strings.Join(strings.Fields(strings.Trim(fmt.Sprint(sizes), "[]")), ", ")
		fmt.Fprintf(&b, "```mermaid\nxychart-beta\n  title \"Provider, %s: ms of processor time for a resource\"\n"+
			"  x-axis \"resources\" [%s]\n  y-axis \"ms\" 0 --> %.0f\n  line [%s]\n```\n\n",
			phase, axis, highest*2+1, strings.Join(values, ", "))
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// perResource is the provider's processor time for one resource, in milliseconds.
func perResource(r result) float64 {
	return float64(r.inProvider.Microseconds()) / 1000 / float64(r.resources)
}
