package inquiry

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
)

// What a verdict that is not as expected does.
const (
	// Fail makes it an error, which fails the plan.
	Fail = "error"
	// Warn makes it a warning.
	Warn = "warning"
	// Report leaves it to the results.
	Report = "report"
)

// Action is what a verdict that is not as expected does: what the provider's configuration or the environment says,
// or else what the block itself says.
func Action(data *managed.ProviderData, own string) string {
	if data != nil && data.OnFailure != "" {
		return data.OnFailure
	}
	if own == "" {
		return Fail
	}
	return own
}

// wayOut tells how to go on. Terraform asks before it destroys, too.
const wayOut = "To go on all the same, to destroy for example, set VPCLAB_ON_FAILURE=warning in the environment or " +
	"on_failure = \"warning\" in the provider block."

// Message is what a diagnostic says about something that is not as expected.
type Message struct {
	// At is the attribute it is about; empty for the block as a whole.
	At            path.Path
	Summary, Text string
	// About names the question. Terraform shows one of several warnings with equal summaries and counts the others.
	About string
	// Findings are the causes. The pages that explain them are named.
	Findings []reach.Finding
}

// Announce reports that something is not as expected, as the action says.
func (m Message) Announce(diags *diag.Diagnostics, action string) {
	switch action {
	case Report:
	case Warn:
		m.Warn(diags)
	default:
		diags.Append(m.located(diag.NewErrorDiagnostic(m.Summary, m.explained()+"\n\n"+wayOut)))
	}
}

// Warn reports it as a warning.
func (m Message) Warn(diags *diag.Diagnostics) {
	summary := m.Summary
	if m.About != "" {
		summary += " (" + m.About + ")"
	}
	diags.Append(m.located(diag.NewWarningDiagnostic(summary, m.explained())))
}

func (m Message) located(d diag.Diagnostic) diag.Diagnostic {
	if len(m.At.Steps()) == 0 {
		return d
	}
	return diag.WithPath(m.At, d)
}

func (m Message) explained() string {
	if pages := report.References(m.Findings); pages != "" {
		return m.Text + "\n\n" + pages
	}
	return m.Text
}

// Undecided words that a verdict has to wait, or could not be reached, because values are not known.
func Undecided(unknown []string) string {
	return fmt.Sprintf("Not everything is known yet about %s.", List(unknown))
}

// List is "a, b and c" of at most ten items.
func List(items []string) string {
	const most = 10
	if len(items) > most {
		items = append(items[:most:most], fmt.Sprintf("%d more", len(items)-most))
	}
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}
