package managed

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Proposal is what Terraform wants planned: the three objects of its planning call, each of the resource's type.
type Proposal struct {
	// Config is what the author wrote; null when the object is deleted.
	Config tftypes.Value
	// Prior is the state; null for a new object.
	Prior tftypes.Value
	// Planned is the author's values and the schema's defaults beside what the state has for the others; computed ones are
	// unknown where anything changes. It is null when the object is deleted.
	Planned tftypes.Value
	// Replaced says that the schema's plan modifiers ask for another object.
	Replaced bool
	// ReplacedID is what Planned.PriorID was when Terraform planned the same object before: the id of the object that a
	// second planning pass, which sees no prior state, replaces.
	ReplacedID string
}

// Planned is the answer to a Proposal.
type Planned struct {
	// State is the planned object, with unknown values where nothing can be promised yet.
	State tftypes.Value
	// RequiresReplace names the attributes that ask for another object, beside those whose plan modifiers do.
	RequiresReplace []string
	// PriorID is the id in the prior state, for the next planning pass; empty for a new object.
	PriorID     string
	Diagnostics diag.Diagnostics
}

// Plan puts the planned object into the draft and completes the plan with all that follows from its values. Terraform
// asks it for every resource in the configuration, changed or not, and for every one that is deleted.
func (t Type) Plan(ctx context.Context, p Proposal) Planned {
	defer t.data.Busy()()
	out := Planned{State: p.Planned}
	ready := t.data != nil && t.data.Draft != nil
	if p.Planned.IsNull() {
		if ready {
			problems, err := t.operations.drop(ctx, t.data, idOf(p.Prior))
			if err != nil {
				AddError(&out.Diagnostics, "plan the "+t.spec.Kind.Label(), err)
			}
			AddProblems(&out.Diagnostics, problems)
		}
		return out
	}
	switch {
	case ready:
		t.plan(ctx, p, &out)
	case !p.Prior.IsNull():
		// The provider's own configuration is unknown. An id never changes in an update, so it can be promised anyway;
		// an unknown one would make everything that refers to it a replacement.
		out.State = with(out.State, "id", tftypes.NewValue(tftypes.String, idOf(p.Prior)))
	}
	return out
}

// planInput is a proposal in the forms the rules work on.
type planInput struct {
	planRequest
	// config and before are the author's and the state's values by attribute; before is nil for a new object.
	config map[string]tftypes.Value
	before Document
}

func (t Type) plan(ctx context.Context, p Proposal, out *Planned) {
	in, err := t.planInput(p, out.State)
	if err != nil {
		AddError(&out.Diagnostics, "read the plan", err)
		return
	}
	if in.id != "" {
		out.PriorID = in.id
		if names := t.replacements(in); len(names) > 0 || p.Replaced {
			// Another pass follows, for the new object and without prior state. This one ends the old object.
			t.operations.replace(t.data, in.id)
			out.RequiresReplace = names
			return
		}
	}
	computed, problems, err := t.operations.plan(ctx, t.data, in.planRequest)
	if err != nil {
		AddError(&out.Diagnostics, "plan the "+t.spec.Kind.Label(), err)
		return
	}
	AddProblems(&out.Diagnostics, problems)
	state, err := t.complete(out.State, in, computed)
	if err != nil {
		AddError(&out.Diagnostics, "complete the plan", err)
		return
	}
	out.State = state
}

// planInput takes the planned object apart. Computed attributes that an update keeps come from the state.
func (t Type) planInput(p Proposal, planned tftypes.Value) (planInput, error) {
	var in planInput
	var err error
	if in.doc, _, err = toDocument(planned); err != nil {
		return in, err
	}
	if err = members(p.Config, &in.config); err != nil {
		return in, err
	}
	in.unknown = map[string]bool{}
	for name, value := range in.config {
		if !value.IsFullyKnown() {
			in.unknown[name] = true
		}
	}
	if p.Prior.IsNull() {
		in.replaces = p.ReplacedID
		return in, nil
	}
	if in.before, _, err = toDocument(p.Prior); err != nil {
		return in, err
	}
	if in.id, _ = in.before["id"].(string); in.id == "" {
		in.replaces = p.ReplacedID
	}
	for _, name := range t.spec.Keep {
		if _, set := in.doc[name]; !set && !in.unknown[name] && in.before[name] != nil {
			in.doc[name] = in.before[name]
		}
	}
	return in, nil
}

// replacements names the attributes that take the object along with another one, or that change as the cloud does not
// change an existing object, each once.
func (t Type) replacements(in planInput) []string {
	var out []string
	for _, name := range t.spec.Follow {
		old, _ := in.before[name].(string)
		if old != "" && in.doc[name] != old && t.data.Draft.Dropped(old) {
			out = append(out, name)
		}
	}
	if t.spec.ReplaceIf != nil {
		out = append(out, t.spec.ReplaceIf(in.before, in.doc)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// complete writes the computed values into the plan. What the author wrote, known or not, stays as it is.
func (t Type) complete(state tftypes.Value, in planInput, computed Document) (tftypes.Value, error) {
	whole, err := fromPlain(state.Type(), computed)
	if err != nil {
		return state, err
	}
	var planned, values map[string]tftypes.Value
	if err := state.As(&planned); err != nil {
		return state, err
	}
	if err := whole.As(&values); err != nil {
		return state, err
	}
	planned = maps.Clone(planned)
	for name, attribute := range t.spec.Schema.Attributes {
		switch {
		case t.pending(name, in.unknown):
			if attribute.IsComputed() && in.config[name].IsNull() {
				planned[name] = tftypes.NewValue(planned[name].Type(), tftypes.UnknownValue)
			}
		case name == "ref" || name == "id" || name == "kind":
			planned[name] = values[name]
		default:
			planned[name] = fill(planned[name], in.config[name], values[name])
		}
	}
	return tftypes.NewValue(state.Type(), planned), nil
}

// pending reports whether a computed attribute follows from one that is not known yet.
func (t Type) pending(name string, unknown map[string]bool) bool {
	if len(unknown) == 0 {
		return false
	}
	from := t.spec.Depends[name]
	switch name {
	case "id":
		from = t.spec.Key
	case "ref":
		from = append(slices.Clone(t.spec.Key), t.spec.Judged...)
	case "kind":
		from = nil
	}
	return slices.ContainsFunc(from, func(input string) bool { return unknown[input] })
}

// with is an object with one member set.
func with(object tftypes.Value, name string, value tftypes.Value) tftypes.Value {
	var values map[string]tftypes.Value
	if members(object, &values) != nil || values == nil {
		return object
	}
	values = maps.Clone(values)
	values[name] = value
	return tftypes.NewValue(object.Type(), values)
}

// idOf is the id in a state, empty where there is none.
func idOf(state tftypes.Value) string {
	var values map[string]tftypes.Value
	if members(state, &values) != nil {
		return ""
	}
	var id string
	if value, ok := values["id"]; !ok || members(value, &id) != nil {
		return ""
	}
	return id
}
