package inquiry

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
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
func Action(lab *managed.Lab, own string) string {
	if lab != nil && lab.OnFailure != "" {
		return lab.OnFailure
	}
	if own == "" {
		return Fail
	}
	return own
}

// wayOut tells how to go on. Terraform asks before it destroys, too.
const wayOut = "To go on all the same, to destroy for example, set VPCLAB_ON_FAILURE=warning in the environment or " +
	"on_failure = \"warning\" in the provider block."

// Announce reports that something is not as expected, as the action says.
func Announce(diags *diag.Diagnostics, action, summary, text string) {
	switch action {
	case Report:
	case Warn:
		diags.AddWarning(summary, text)
	default:
		diags.AddError(summary, text+"\n\n"+wayOut)
	}
}

// Undecided words that a verdict has to wait, or could not be reached, because values are not known.
func Undecided(unknown []string) string {
	return fmt.Sprintf("Not decided: not everything is known yet about %s.", list(unknown))
}

// list is "a, b and c" of at most ten items.
func list(items []string) string {
	const most = 10
	if len(items) > most {
		items = append(items[:most:most], fmt.Sprintf("%d more", len(items)-most))
	}
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}
