package managed

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// AddProblems reports problems where they belong. Problems about the object as a whole go to the resource.
func AddProblems(diags *diag.Diagnostics, problems network.Problems) {
	for _, p := range problems {
		detail := p.ForAuthor()
		if p.Code != "" {
			detail += "\n\nThe cloud's code for this is " + p.Code + "."
		}
		at := attributePath(p.Path)
		switch whole := len(p.Path) == 0; {
		case p.Class == network.Advice && whole:
			diags.AddWarning(p.Summary, detail)
		case p.Class == network.Advice:
			diags.AddAttributeWarning(at, p.Summary, detail)
		case whole:
			diags.AddError(p.Summary, detail)
		default:
			diags.AddAttributeError(at, p.Summary, detail)
		}
	}
}

// AddError reports an error of a command: its problems one by one, or else what went wrong with the store.
func AddError(diags *diag.Diagnostics, doing string, err error) {
	var problems network.Problems
	if errors.As(err, &problems) {
		AddProblems(diags, problems)
		return
	}
	if errors.Is(err, context.Canceled) {
		diags.AddError("Interrupted", "Could not "+doing+": the run was interrupted before it was done, and nothing of it was stored.")
		return
	}
	diags.AddError("Lab store not usable", "Could not "+doing+": "+err.Error()+".")
}

func attributePath(p network.Path) path.Path {
	at := path.Empty()
	p.Walk(
		func(name string) { at = at.AtName(name) },
		func(i int) { at = at.AtListIndex(i) },
		func(key string) { at = at.AtMapKey(key) },
	)
	return at
}
