package report

import (
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// guides is where the registry shows the provider's guides.
const guides = "https://registry.terraform.io/providers/vpclab/vpclab/latest/docs/guides/"

// mostReferences is the number of pages that are listed; beyond it the list of all findings is named instead.
const mostReferences = 3

// References names the pages that explain findings: those of the blockers and errors or, where there are none, those of
// the warnings. It is empty where there are neither. A page's address is longer than a line and is not broken.
func References(findings []reach.Finding) string {
	codes := codesOf(findings, reach.Blocker, reach.Failure)
	if len(codes) == 0 {
		codes = codesOf(findings, reach.Warning)
	}
	switch {
	case len(codes) == 0:
		return ""
	case len(codes) > mostReferences:
		codes = []string{"findings"}
	}
	var b strings.Builder
	b.WriteString("Explained at:")
	for _, code := range codes {
		b.WriteString("\n  " + guides + code)
	}
	return b.String()
}

// codesOf lists the codes of the findings of some severities, each once, in their order.
func codesOf(findings []reach.Finding, severities ...reach.Severity) []string {
	var out []string
	for i := range findings {
		if f := &findings[i]; slices.Contains(severities, f.Severity) && !slices.Contains(out, f.Code) {
			out = append(out, f.Code)
		}
	}
	return out
}
