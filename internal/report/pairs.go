package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Pair is what gets from some ends to others, in words.
type Pair struct{ Ends, Services string }

// Pairs lists who reaches whom in the whole network: one entry for each pair of classes of ends that fare alike, IPv4
// before IPv6, ordered by name.
func Pairs(w *reach.Model) []Pair {
	var out []Pair
	for _, f := range []traffic.Family{traffic.IPv4, traffic.IPv6} {
		m := w.Matrix(f)
		names := make([]string, len(m.Classes()))
		for i, c := range m.Classes() {
			names[i] = className(c)
		}
		start := len(out)
		for e := range m.Entries() {
			ends := names[e.From] + " -> " + names[e.To]
			if f == traffic.IPv6 {
				ends += " (IPv6)"
			}
			services := servicesOf(e.Cell.Allowed)
			if !e.Cell.Unclear.IsEmpty() {
				services = append(services, "undetermined: "+strings.Join(servicesOf(e.Cell.Unclear), ", "))
			}
			out = append(out, Pair{ends, strings.Join(services, ", ")})
		}
		slices.SortFunc(out[start:], func(a, b Pair) int { return strings.Compare(a.Ends, b.Ends) })
	}
	return out
}

// className names the members of a class: all of a few, or three and how many more.
func className(c reach.Class) string {
	names := make([]string, len(c.Members))
	for i, m := range c.Members {
		names[i] = m.Name
	}
	slices.Sort(names)
	const most = 4
	if len(names) > most {
		names = append(names[:most-1:most-1], fmt.Sprintf("%d more", len(names)-most+1))
	}
	return strings.Join(names, ", ")
}

// servicesOf is the services of a set, each once: a set whose parts differ only in their addresses names them once.
func servicesOf(s traffic.Set) []string {
	var out []string
	for b := range s.Boxes() {
		if text := service(b); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// Paragraph breaks a text into lines.
func Paragraph(text string) string { return wrap("", "", text) }
