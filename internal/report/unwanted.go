package report

import (
	"fmt"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// Unwanted explains an answer where nothing should get through: what does, one packet of it, and the rules that let it
// through. The open answer is about a part of that traffic which gets through as a whole.
func Unwanted(a, open reach.Answer) string {
	var b strings.Builder
	put := func(first, rest, text string) { b.WriteString(wrap(first, rest, text) + "\n") }
	put("", "  ", fmt.Sprintf("%s: %s, and should be blocked.", Subject(a), a.Verdict))
	b.WriteString("\nGets through: [" + reach.CodeIntentViolatedReachable + "]\n")
	for _, text := range Flows(a.Allowed) {
		put("  - ", "    ", text)
	}
	if p, ok := reach.Witness(a.Allowed); ok {
		put("    for example ", "    ", p.String())
	}
	b.WriteString("\nLet through by:\n")
	found := false
	for _, h := range open.Path {
		if h.Leg == reach.Return || h.Kind == network.KindRoute || h.Rule == nil {
			continue
		}
		found = true
		put("  - ", "    ", fmt.Sprintf("the %s %s: %s", h.Kind.Label(), h.Name, h.Rule.Summary))
	}
	if !found {
		put("  - ", "    ", "no rule: nothing on the way filters it")
	}
	return strings.TrimRight(b.String(), "\n")
}
