package resourceschema

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// element is an object of a nested attribute.
type element struct {
	// key is an int in a list, a string in a map, the object itself in a set, and nil in a single nested attribute.
	key    any
	object attr.Value
}

// elements lists the objects of a nested attribute's value; those of a map by key.
func (a attribute) elements(value attr.Value) (out []element) {
	if a.nested == nil || value.IsNull() || value.IsUnknown() {
		return nil
	}
	switch v := value.(type) {
	case types.List:
		for i, object := range v.Elements() {
			out = append(out, element{i, object})
		}
	case types.Set:
		for _, object := range v.Elements() {
			out = append(out, element{object, object})
		}
	case types.Map:
		entries := v.Elements()
		for _, key := range slices.Sorted(maps.Keys(entries)) {
			out = append(out, element{key, entries[key]})
		}
	case types.Object:
		out = append(out, element{nil, v})
	}
	return out
}

// counterpart returns a function that finds the object with a key in another value of the same attribute: null where there
// is none, unknown in an unknown value.
func (a attribute) counterpart(ctx context.Context, value attr.Value) func(key any) attr.Value {
	byKey := map[any]attr.Value{}
	for _, e := range a.elements(value) {
		byKey[e.key] = e.object
	}
	return func(key any) attr.Value {
		if object, ok := byKey[key]; ok {
			return object
		}
		return absent(ctx, a.nested.typ, value.IsUnknown())
	}
}

// of is the attribute's value in an object.
func (a attribute) of(ctx context.Context, value attr.Value) attr.Value {
	if object, ok := value.(types.Object); ok && !object.IsNull() && !object.IsUnknown() {
		return object.Attributes()[a.name]
	}
	return absent(ctx, a.typ, value.IsUnknown())
}

// ofConfiguration is the attribute's value in an object as validators see it: the framework shows them the attributes of an
// unknown object as null.
func (a attribute) ofConfiguration(ctx context.Context, value attr.Value) attr.Value {
	if value.IsUnknown() {
		return absent(ctx, a.typ, false)
	}
	return a.of(ctx, value)
}

// absent stands for a part of a value that is not there.
func absent(ctx context.Context, typ attr.Type, unknown bool) attr.Value {
	var content any
	if unknown {
		content = tftypes.UnknownValue
	}
	value, err := typ.ValueFromTerraform(ctx, tftypes.NewValue(typ.TerraformType(ctx), content))
	if err != nil {
		panic(err) // Every type has a null and an unknown value.
	}
	return value
}
