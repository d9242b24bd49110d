package resourceschema

import (
	"context"
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// CheckValues reports what Terraform lets through although the schema forbids it, at any depth: a required attribute that
// is null, a value for an attribute that only the provider sets, and a number that is not a whole one.
func (s *Schema) CheckValues(ctx context.Context, config tftypes.Value) (diags diag.Diagnostics) {
	s.root.checkValues(ctx, config, path.Empty(), &diags)
	return diags
}

func (o object) checkValues(ctx context.Context, value tftypes.Value, at path.Path, diags *diag.Diagnostics) {
	if !value.IsKnown() {
		return
	}
	// The attributes of an object that is null are null: a list may hold such an object.
	var values map[string]tftypes.Value
	if err := members(value, &values); err != nil {
		diags.Append(unreadable("configuration", err))
		return
	}
	for _, a := range o.attributes {
		a.checkValue(ctx, values[a.name], at.AtName(a.name), diags)
	}
}

func (a attribute) checkValue(ctx context.Context, value tftypes.Value, at path.Path, diags *diag.Diagnostics) {
	switch {
	case value.IsNull():
		if a.IsRequired() {
			diags.AddAttributeError(at, "Missing value",
				fmt.Sprintf("The argument %q is required, but its value is null.", at))
		}
		return
	case a.IsComputed() && !a.IsOptional():
		diags.AddAttributeError(at, "Read-only attribute",
			fmt.Sprintf("%q is set by the provider; a configuration cannot give it a value. Leave it out.", at))
		return
	case !value.IsKnown():
		return
	}
	if _, ok := a.Attribute.(schema.Int64Attribute); ok {
		var n big.Float
		if value.As(&n) == nil && !whole(&n) {
			diags.AddAttributeError(at, "Not a whole number",
				fmt.Sprintf("%q is %s; it must be a whole number.", at, n.Text('g', -1)))
		}
		return
	}
	switch a.nesting {
	case nestedSingle:
		a.nested.checkValues(ctx, value, at, diags)
	case nestedMap:
		var entries map[string]tftypes.Value
		if err := value.As(&entries); err != nil {
			diags.Append(unreadable("configuration", err))
		}
		for _, key := range slices.Sorted(maps.Keys(entries)) {
			a.nested.checkValues(ctx, entries[key], at.AtMapKey(key), diags)
		}
	case nestedList, nestedSet:
		var items []tftypes.Value
		if err := value.As(&items); err != nil {
			diags.Append(unreadable("configuration", err))
		}
		for i, item := range items {
			here := at.AtListIndex(i)
			if a.nesting == nestedSet {
				element, err := a.nested.typ.ValueFromTerraform(ctx, item)
				if err != nil { // The element of a set is named by its value, which the framework cannot have.
					diags.AddAttributeError(at, "Not a whole number",
						fmt.Sprintf("An element of %q holds a number that is not a whole one.", at))
					continue
				}
				here = at.AtSetValue(element)
			}
			a.nested.checkValues(ctx, item, here, diags)
		}
	}
}

// whole reports whether a number is one that fits into 64 bits.
func whole(n *big.Float) bool {
	_, accuracy := n.Int64()
	return accuracy == big.Exact
}

// members reads the members of an object or a map, or the items of a list; nil for a value that is null or unknown.
func members(value tftypes.Value, into any) error {
	if value.IsNull() || !value.IsKnown() {
		return nil
	}
	return value.As(into)
}
