package main

import (
	"fmt"
	"slices"
	"strings"
)

// tableOf writes results as a Markdown table, each beside its floor.
func tableOf(results []result) string {
	var b strings.Builder
	b.WriteString("| layout | resources | command | configuration | wall s | CPU s | to the floor | provider CPU s " +
		"| ms per resource | provider MiB |\n|---|---:|---|---|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range results {
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %.2f | %.2f | %s | %.2f | %.2f | %d |\n", r.layout, r.resources, r.phase, r.kind,
			r.wall.Seconds(), r.cpu.Seconds(), ratio(results, r), r.inProvider.Seconds(),
			perResource(r), r.memory>>20)
	}
	return b.String()
}

// ratio is the processor time of a run in units of its floor.
func ratio(results []result, r result) string {
	i := slices.IndexFunc(results, func(other result) bool {
		return other.kind == floor && other.layout == r.layout && other.resources == r.resources && other.phase == r.phase
	})
	if i < 0 || results[i].cpu == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", float64(r.cpu)/float64(results[i].cpu))
}
