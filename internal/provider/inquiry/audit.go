package inquiry

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
)

// DefaultFailOn are the findings of an audit that fail a plan unless its author says otherwise: layers that contradict
// each other, VPCs that are not connected although they share a group, routes that lead nowhere or only one way.
func DefaultFailOn() []string {
	return []string{
		reach.CodeACLSGConflict, reach.CodeVPCDisconnected, reach.CodeSGShared, reach.CodeRouteDeadNextHop,
		reach.CodeRouteMissingReturn,
	}
}

// severities are accepted in fail_on beside codes.
var severities = []string{string(reach.Blocker), string(reach.Failure), string(reach.Warning), string(reach.Info)}

// Ignored is a finding that an author has looked at and accepts.
type Ignored struct {
	Code   string `json:"code"`
	Object string `json:"object"`
	Reason string `json:"reason"`
}

// Audit is what to look for in a whole network.
type Audit struct {
	// FailOn are codes or severities; nil stands for DefaultFailOn.
	FailOn []string  `json:"fail_on"`
	Ignore []Ignored `json:"ignore"`
}

// Validate refuses codes there are not, and exceptions without a reason.
func (a Audit) Validate(diags *diag.Diagnostics) {
	for i, text := range a.FailOn {
		if !slices.Contains(reach.Codes(), text) && !slices.Contains(severities, text) {
			diags.AddAttributeError(path.Root("fail_on").AtListIndex(i), "Neither code nor severity",
				fmt.Sprintf("%q is not the code of a finding, and not one of the severities %s.", text, strings.Join(severities, ", ")))
		}
	}
	ValidateIgnored(a.Ignore, diags)
}

// ValidateIgnored refuses exceptions for codes there are not, and those without a reason.
func ValidateIgnored(list []Ignored, diags *diag.Diagnostics) {
	for i, entry := range list {
		at := path.Root("ignore").AtListIndex(i)
		if entry.Code != "" && entry.Code != ScopeIncomplete && !slices.Contains(reach.Codes(), entry.Code) {
			diags.AddAttributeError(at.AtName("code"), "No such finding", fmt.Sprintf("%q is not the code of a finding.", entry.Code))
		}
		if strings.TrimSpace(entry.Reason) == "" {
			diags.AddAttributeError(at.AtName("reason"), "Exception without a reason",
				"Whoever reads this later has to know why the finding is accepted. Write it down.")
		}
	}
}

// Judge audits a network: all findings but the ignored ones, and those among them that fail. The cautions of intents count among
// them.
func (a Audit) Judge(w *reach.Model, standings ...Standing) (all, failing []reach.Finding) {
	failOn := a.FailOn
	if failOn == nil {
		failOn = DefaultFailOn()
	}
	found := w.Audit()
	for _, s := range standings {
		found = append(found, s.Cautions()...)
	}
	for _, f := range found {
		if slices.ContainsFunc(a.Ignore, func(i Ignored) bool {
			return i.Code == f.Code && (i.Object == "" || i.Object == f.ID || i.Object == f.Name)
		}) {
			continue
		}
		all = append(all, f)
		if slices.Contains(failOn, f.Code) || slices.Contains(failOn, string(f.Severity)) {
			failing = append(failing, f)
		}
	}
	return all, failing
}

// About explains one finding of an audit.
func About(f reach.Finding) Message {
	return Message{Summary: report.Title(f), Text: report.Cause(f), Findings: []reach.Finding{f}, About: strings.TrimSpace(
		f.Kind.Label() + " " + f.Name)}
}

// Reachability is who reaches whom, one entry for each pair of classes of ends that fare alike. It is small enough to be
// shown in a plan up to `most` entries; beyond that it is nil and complete is false.
func Reachability(w *reach.Model, most int) (out map[string]string, complete bool) {
	out = map[string]string{}
	for _, m := range report.Pairs(w) {
		if len(out) == most {
			return nil, false
		}
		// Classes are told by the names of their members, and two objects may have one name.
		ends := m.Ends
		for n := 2; out[ends] != ""; n++ {
			ends = fmt.Sprintf("%s (%d)", m.Ends, n)
		}
		out[ends] = m.Services
	}
	return out, true
}

// FailOnDescription says what fail_on accepts.
var FailOnDescription = "Findings of the audit that fail the plan: codes, or severities (`error`, `warning`, `info`). " +
	"Default: `" + strings.Join(DefaultFailOn(), "`, `") + "`; an empty list fails on nothing."

// PairColumns are the attributes of an entry of the matrix.
func PairColumns() []Column {
	return []Column{
		{"ends", "The two ends, or groups of ends, as `from -> to`.", types.StringType},
		{"traffic", "What gets through, exactly.", types.StringType},
	}
}

// Pairs is who reaches whom as a list of objects of PairColumns.
func Pairs(w *reach.Model) attr.Value {
	return objects(PairColumns(), report.Pairs(w), func(p report.Pair) map[string]attr.Value {
		return map[string]attr.Value{"ends": text(p.Ends), "traffic": text(p.Services)}
	})
}
