package guard

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/inquiry"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// mostPairs bounds the reachability kept in the state and shown in a plan.
const mostPairs = 400

// computed are the results by name.
var computed = []string{"verdicts", "findings", "reachability", "gained", "changed", "lost"}

// resultsOf are the results of a decision; gained, changed and lost are measured against the reachability in the guard's
// state and stay as they were while nothing changes, so that the plan after an apply is empty.
func resultsOf(
	w *reach.Model, standings []inquiry.Standing, findings []reach.Finding, state tftypes.Value,
) map[string]attr.Value {
	verdicts := map[string]attr.Value{}
	for _, s := range standings {
		verdicts[s.Name] = types.StringValue(s.Word)
	}
	out := map[string]attr.Value{
		"verdicts": types.MapValueMust(types.StringType, verdicts), "findings": inquiry.Texts(lines(findings)),
		"reachability": types.MapNull(types.StringType),
	}
	now, complete := inquiry.Reachability(w, mostPairs)
	if !complete {
		note := []string{fmt.Sprintf("not shown: more than %d pairs of ends reach each other", mostPairs)}
		out["gained"], out["changed"], out["lost"] = inquiry.Texts(note), inquiry.Texts(note), inquiry.Texts(note)
		return out
	}
	out["reachability"] = reachabilityOf(now)
	before := prior(state)
	d := differenceOf(before.reachability, now)
	if d.isEmpty() && !state.IsNull() {
		d = before.difference
	}
	out["gained"], out["changed"], out["lost"] = inquiry.Texts(d.gained), inquiry.Texts(d.changed), inquiry.Texts(d.lost)
	return out
}

// lines are findings as code and object, each once.
func lines(findings []reach.Finding) []string {
	out := make([]string, 0, len(findings))
	for _, f := range findings {
		line := f.Code
		if f.Name != "" {
			line += ": " + f.Kind.Label() + " " + f.Name
		}
		if !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

// difference is what a change of the network does to its reachability, pair by pair.
type difference struct{ gained, changed, lost []string }

func (d difference) isEmpty() bool { return len(d.gained)+len(d.changed)+len(d.lost) == 0 }

func differenceOf(before, after map[string]string) difference {
	var d difference
	for ends, services := range after {
		switch was, there := before[ends]; {
		case !there:
			d.gained = append(d.gained, ends+": "+services)
		case was != services:
			d.changed = append(d.changed, fmt.Sprintf("%s: %s, was %s", ends, services, was))
		}
	}
	for ends, services := range before {
		if _, there := after[ends]; !there {
			d.lost = append(d.lost, ends+": "+services)
		}
	}
	slices.Sort(d.gained)
	slices.Sort(d.changed)
	slices.Sort(d.lost)
	return d
}

// earlier is what the state holds.
type earlier struct {
	reachability map[string]string
	difference   difference
}

func prior(state tftypes.Value) earlier {
	var values map[string]tftypes.Value
	if state.IsNull() || state.As(&values) != nil {
		return earlier{}
	}
	out := earlier{map[string]string{}, difference{texts(values["gained"]), texts(values["changed"]), texts(values["lost"])}}
	plain, err := managed.Plain(values["reachability"])
	if entries, ok := plain.(managed.Document); ok && err == nil {
		for ends, services := range entries {
			out.reachability[ends], _ = services.(string)
		}
	}
	return out
}

func texts(v tftypes.Value) []string {
	out := []string{}
	plain, err := managed.Plain(v)
	if items, ok := plain.([]any); ok && err == nil {
		for _, item := range items {
			text, _ := item.(string)
			out = append(out, text)
		}
	}
	return out
}

// withResults is the plan with results in it; nil makes them unknown, which brings the guard to the apply.
func withResults(ctx context.Context, plan tftypes.Value, results map[string]attr.Value) (tftypes.Value, error) {
	var values map[string]tftypes.Value
	if err := plan.As(&values); err != nil {
		return plan, fmt.Errorf("read plan: %w", err)
	}
	out := maps.Clone(values) // As hands out the value's own.
	for _, name := range computed {
		if results == nil {
			out[name] = tftypes.NewValue(values[name].Type(), tftypes.UnknownValue)
			continue
		}
		var err error
		if out[name], err = results[name].ToTerraformValue(ctx); err != nil {
			return plan, fmt.Errorf("%s: %w", name, err)
		}
	}
	return tftypes.NewValue(plan.Type(), out), nil
}

func reachabilityOf(now map[string]string) attr.Value {
	entries := map[string]attr.Value{}
	for ends, services := range now {
		entries[ends] = types.StringValue(services)
	}
	return types.MapValueMust(types.StringType, entries)
}
