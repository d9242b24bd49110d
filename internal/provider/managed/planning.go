package managed

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// Proposal is what Terraform wants planned: the three objects of its planning call, each of the resource's type.
type Proposal struct {
	// Config is what the author wrote; null when the object goes.
	Config tftypes.Value
	// Prior is the state; null for a new object.
	Prior tftypes.Value
	// Proposed is the author's values beside what the state has for the others; null when the object goes.
	Proposed tftypes.Value
	// Replaces is what Planned.Remember was when Terraform planned the same object before: the id of the object that a
	// second planning pass, which sees no prior state, replaces.
	Replaces string
}

// Planned is the answer to a Proposal.
type Planned struct {
	// State is the planned object, with unknown values where nothing can be promised yet.
	State tftypes.Value
	// RequiresReplace names the attributes that ask for another object.
	RequiresReplace []string
	// Remember is what the next pass is to be told; empty leaves what it was.
	Remember    string
	Diagnostics diag.Diagnostics
}

// Plan puts the planned object into the draft and completes the plan with all that follows from its values. Terraform
// asks it for every resource in the configuration, changed or not, and for every one that goes.
func (t Type) Plan(ctx context.Context, p Proposal) Planned {
	out := Planned{State: p.Proposed}
	ready := t.lab != nil && t.lab.Draft != nil
	if p.Proposed.IsNull() {
		if ready {
			t.life.drop(t.lab, idOf(p.Prior))
		}
		return out
	}
	if !p.Proposed.Equal(p.Prior) {
		out.State = leaveOpen(t.spec.Schema.Attributes, p.Proposed, p.Config)
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

// leaveOpen makes every computed value that the author left out unknown, at any depth. What the provider can promise
// is filled in later; a value of the state that stayed would bind it to the past.
func leaveOpen(attributes map[string]schema.Attribute, proposed, config tftypes.Value) tftypes.Value {
	var values, written map[string]tftypes.Value
	if members(proposed, &values) != nil || values == nil || members(config, &written) != nil {
		return proposed
	}
	values = maps.Clone(values) // As hands out the value's own.
	for name, attribute := range attributes {
		author, given := written[name]
		switch {
		case given && !author.IsNull():
			values[name] = leaveItemsOpen(attribute, values[name], author)
		case attribute.IsComputed():
			values[name] = tftypes.NewValue(values[name].Type(), tftypes.UnknownValue)
		}
	}
	return tftypes.NewValue(proposed.Type(), values)
}

// leaveItemsOpen does so for the objects of a nested list or map.
func leaveItemsOpen(attribute schema.Attribute, proposed, config tftypes.Value) tftypes.Value {
	switch nested := attribute.(type) {
	case schema.ListNestedAttribute:
		var items, written []tftypes.Value
		if members(proposed, &items) != nil || members(config, &written) != nil || len(items) != len(written) {
			return proposed
		}
		items = slices.Clone(items)
		for i := range items {
			items[i] = leaveOpen(nested.NestedObject.Attributes, items[i], written[i])
		}
		if items != nil {
			return tftypes.NewValue(proposed.Type(), items)
		}
	case schema.MapNestedAttribute:
		var entries, written map[string]tftypes.Value
		if members(proposed, &entries) != nil || members(config, &written) != nil {
			return proposed
		}
		entries = maps.Clone(entries)
		for key, entry := range entries {
			if author, ok := written[key]; ok {
				entries[key] = leaveOpen(nested.NestedObject.Attributes, entry, author)
			}
		}
		if entries != nil {
			return tftypes.NewValue(proposed.Type(), entries)
		}
	}
	return proposed
}

// reading is a proposal in the forms the rules work on.
type reading struct {
	intent
	// config and before are the author's and the state's values by attribute; before is nil for a new object.
	config map[string]tftypes.Value
	before Document
}

func (t Type) plan(ctx context.Context, p Proposal, out *Planned) {
	in, err := t.reading(p, out.State)
	if err != nil {
		AddError(&out.Diagnostics, "read the plan", err)
		return
	}
	if in.id != "" {
		out.Remember = in.id
		if goes := t.replacements(in); len(goes) > 0 {
			// Another pass follows, for the new object and without prior state. This one ends the old object.
			t.life.drop(t.lab, in.id)
			out.RequiresReplace = goes
			return
		}
	}
	computed, problems, err := t.life.plan(ctx, t.lab, in.intent)
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

// reading takes the planned object apart. Computed attributes that an update keeps come from the state.
func (t Type) reading(p Proposal, planned tftypes.Value) (reading, error) {
	var in reading
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
		in.replaces = p.Replaces
		return in, nil
	}
	if in.before, _, err = toDocument(p.Prior); err != nil {
		return in, err
	}
	if in.id, _ = in.before["id"].(string); in.id == "" {
		in.replaces = p.Replaces
	}
	for _, name := range t.spec.Keep {
		if _, set := in.doc[name]; !set && !in.unknown[name] && in.before[name] != nil {
			in.doc[name] = in.before[name]
		}
	}
	return in, nil
}

// replacements names the attributes that change and cannot change on an existing object, each once.
func (t Type) replacements(in reading) []string {
	var out []string
	for _, name := range network.FixedAttributes(t.spec.Kind) {
		if in.unknown[name] || different(in.before[name], in.doc[name]) && !t.computes(in, name) {
			out = append(out, name)
		}
	}
	for _, name := range t.spec.Follow {
		old, _ := in.before[name].(string)
		if old != "" && in.doc[name] != old && t.lab.Draft.Dropped(old) {
			out = append(out, name)
		}
	}
	if t.spec.ReplaceIf != nil {
		out = append(out, t.spec.ReplaceIf(in.before, in.doc)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// computes says whether the author leaves an attribute to the provider. Its new value is not in the plan yet and
// follows from others, which decide about a replacement themselves.
func (t Type) computes(in reading, name string) bool {
	attribute := t.spec.Schema.Attributes[name]
	return attribute != nil && attribute.IsComputed() && in.config[name].IsNull()
}

func different(a, b any) bool {
	empty := func(v any) bool { return v == nil || v == "" || v == false }
	if empty(a) && empty(b) {
		return false
	}
	x, isText := a.(string)
	if y, too := b.(string); isText && too {
		return x != y
	}
	before, errBefore := json.Marshal(a)
	after, errAfter := json.Marshal(b)
	return errBefore != nil || errAfter != nil || string(before) != string(after)
}

// complete writes the computed values into the plan. What the author wrote, known or not, stays as it is.
func (t Type) complete(state tftypes.Value, in reading, computed Document) (tftypes.Value, error) {
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

// pending says whether a computed attribute follows from one that is not known yet.
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
