package managed

import (
	"fmt"
	"maps"
	"math/big"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// misshapen reports what Terraform lets through although the schema forbids it, at any depth: a required attribute
// whose expression is null, and a number that is not a whole one.
func misshapen(attributes map[string]schema.Attribute, object tftypes.Value, at path.Path) (diags diag.Diagnostics) {
	var values map[string]tftypes.Value
	if members(object, &values) != nil || values == nil {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		attribute, value, here := attributes[name], values[name], at.AtName(name)
		if attribute.IsRequired() && value.IsNull() {
			diags.AddAttributeError(here, "Missing value", fmt.Sprintf("The argument %q is required, but its value is null.", name))
			continue
		}
		switch attribute := attribute.(type) {
		case schema.Int64Attribute:
			var n *big.Float
			if members(value, &n) == nil && n != nil && !whole(n) {
				diags.AddAttributeError(here, "Not a whole number",
					fmt.Sprintf("%q is %s; it must be a whole number.", name, n.Text('g', -1)))
			}
		case schema.ListNestedAttribute:
			var items []tftypes.Value
			if members(value, &items) == nil {
				for i, item := range items {
					diags.Append(misshapen(attribute.NestedObject.Attributes, item, here.AtListIndex(i))...)
				}
			}
		case schema.MapNestedAttribute:
			var entries map[string]tftypes.Value
			if members(value, &entries) == nil {
				for _, key := range slices.Sorted(maps.Keys(entries)) {
					diags.Append(misshapen(attribute.NestedObject.Attributes, entries[key], here.AtMapKey(key))...)
				}
			}
		}
	}
	return diags
}

// whole says whether a number fits into 64 bits.
func whole(n *big.Float) bool {
	_, accuracy := n.Int64()
	return accuracy == big.Exact
}
