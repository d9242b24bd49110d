package resourceschema_test

import (
	"context"
	"maps"
	"math/big"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/resourceschema"
)

// custom types, a default and a plan modifier that may do anything.
type (
	customString   struct{ basetypes.StringType }
	customObject   struct{ basetypes.ObjectType }
	customDefault  struct{ defaults.String }
	customModifier struct{ planmodifier.String }
	customAttr     struct{ schema.StringAttribute }
)

// Whatever is not honoured is named, with the attribute that declares it, at any depth.
func TestUnsupported(t *testing.T) {
	t.Parallel()
	const optional = true
	for name, c := range map[string]struct {
		attribute schema.Attribute
		want      string
		// inSet holds where the attribute is refused only inside a set.
		inSet bool
	}{
		"custom type": {
			schema.StringAttribute{Optional: optional, CustomType: customString{}},
			"the CustomType resourceschema_test.customString", false,
		},
		"custom element type": {
			schema.ListAttribute{Optional: optional, ElementType: customString{}},
			"elements of the type resourceschema_test.customString", false,
		},
		"custom type in an element": {
			schema.MapAttribute{Optional: optional, ElementType: types.SetType{ElemType: customString{}}},
			"elements of the type resourceschema_test.customString", false,
		},
		"no element type": {schema.ListAttribute{Optional: optional}, "elements of the type <nil>", false},
		"numbers as elements": {
			schema.SetAttribute{Optional: optional, ElementType: types.Int64Type}, "elements of the type basetypes.Int64Type", false,
		},
		"custom member type": {
			schema.ObjectAttribute{Optional: optional, AttributeTypes: map[string]attr.Type{"b": types.NumberType}},
			"elements of the type basetypes.NumberType", false,
		},
		"custom nested object": {
			schema.ListNestedAttribute{
				Optional: optional, NestedObject: schema.NestedAttributeObject{CustomType: customObject{}},
			}, "the CustomType resourceschema_test.customObject", false,
		},
		"write-only":      {schema.BoolAttribute{Optional: optional, WriteOnly: true}, "WriteOnly", false},
		"no flag":         {schema.Int64Attribute{}, "no Required, Optional or Computed", false},
		"float":           {schema.Float64Attribute{Optional: optional}, "an attribute of the type schema.Float64Attribute", false},
		"number":          {schema.NumberAttribute{Optional: optional}, "an attribute of the type schema.NumberAttribute", false},
		"int32":           {schema.Int32Attribute{Optional: optional}, "an attribute of the type schema.Int32Attribute", false},
		"dynamic":         {schema.DynamicAttribute{Optional: optional}, "an attribute of the type schema.DynamicAttribute", false},
		"type of its own": {customAttr{}, "an attribute of the type resourceschema_test.customAttr", false},
		"plan modifier": {
			schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}},
			"the plan modifier stringplanmodifier.useStateForUnknownModifier", false,
		},
		"plan modifier after another": {
			schema.StringAttribute{Optional: optional, PlanModifiers: []planmodifier.String{
				stringplanmodifier.RequiresReplace(), customModifier{},
			}}, "the plan modifier resourceschema_test.customModifier", false,
		},
		"plan modifier of an object": {
			schema.MapNestedAttribute{Optional: optional, NestedObject: schema.NestedAttributeObject{
				PlanModifiers: []planmodifier.Object{objectplanmodifier.UseStateForUnknown()},
			}}, "the plan modifier objectplanmodifier.useStateForUnknownModifier", false,
		},
		"default that is not static": {
			schema.StringAttribute{Optional: optional, Computed: true, Default: customDefault{}},
			"the Default resourceschema_test.customDefault, which is not a static value", false,
		},
		"default of another type": {
			schema.ListAttribute{
				Optional: optional, Computed: true, ElementType: types.StringType,
				Default: listdefault.StaticValue(types.ListValueMust(types.BoolType, nil)),
			}, "a Default of the type types.ListType[basetypes.BoolType]", false,
		},
		"default without computed": {
			schema.BoolAttribute{Optional: optional, Default: booldefault.StaticBool(true)}, "a Default without Computed", false,
		},
		"default in a set": {
			schema.StringAttribute{Optional: optional, Computed: true, Default: stringdefault.StaticString("a")},
			"Computed inside a set", true,
		},
		"plan modifier in a set": {
			schema.StringAttribute{Optional: optional, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}},
			"a plan modifier inside a set", true,
		},
	} {
		inside := schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{"a": c.attribute}}
		for at, outer := range map[string]schema.Attribute{
			"a":               c.attribute,
			"list[*].a":       schema.ListNestedAttribute{Optional: true, NestedObject: inside},
			`map["*"].a`:      schema.MapNestedAttribute{Optional: true, NestedObject: inside},
			"set[Value(*)].a": schema.SetNestedAttribute{Optional: true, NestedObject: inside},
			"single.a":        schema.SingleNestedAttribute{Optional: true, Attributes: inside.Attributes},
			"list[*].single.a": schema.ListNestedAttribute{
				Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"single": schema.SingleNestedAttribute{Optional: true, Attributes: inside.Attributes},
				}},
			},
		} {
			t.Run(name+" at "+at, func(t *testing.T) {
				t.Parallel()
				root := at[:strings.IndexAny(at+".", ".[")]
				got := resourceschema.New(schema.Schema{Attributes: map[string]schema.Attribute{root: outer}}).Unsupported()
				found := slices.ContainsFunc(got, func(u resourceschema.Unsupported) bool {
					return u.Feature == c.want && len(u.Attribute) >= len(at) && u.Attribute[:len(at)] == at
				})
				if want := !c.inSet || root == "set"; found != want {
					t.Errorf("refused %v, not %t: %s: %s", got, want, at, c.want)
				}
			})
		}
	}
	blocks := resourceschema.New(schema.Schema{Blocks: map[string]schema.Block{"timeouts": schema.SingleNestedBlock{}}})
	if want := []resourceschema.Unsupported{{Attribute: "timeouts", Feature: "a block"}}; !slices.Equal(blocks.Unsupported(), want) {
		t.Errorf("refused %v, not %v", blocks.Unsupported(), want)
	}
}

// A field that a later version of the framework adds to an attribute or a schema would be ignored. Whoever adds its name
// here honours it or refuses it.
func TestFieldsOfTheFramework(t *testing.T) {
	t.Parallel()
	known := []string{
		"CustomType", "Required", "Optional", "Computed", "Sensitive", "Description", "MarkdownDescription",
		"DeprecationMessage", "Validators", "PlanModifiers", "Default", "WriteOnly", "ElementType", "AttributeTypes", "NestedObject",
		"Attributes",
	}
	for _, declared := range []any{
		schema.StringAttribute{},
		schema.BoolAttribute{},
		schema.Int64Attribute{},
		schema.ListAttribute{},
		schema.MapAttribute{},
		schema.SetAttribute{},
		schema.ObjectAttribute{},
		schema.ListNestedAttribute{},
		schema.MapNestedAttribute{},
		schema.SetNestedAttribute{},
		schema.SingleNestedAttribute{},
		schema.NestedAttributeObject{},
	} {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(declared)) {
			if !slices.Contains(known, field.Name) {
				t.Errorf("%T.%s is not looked at", declared, field.Name)
			}
		}
	}
	known = []string{"Attributes", "Blocks", "Description", "MarkdownDescription", "DeprecationMessage", "Version"}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[schema.Schema]()) {
		if !slices.Contains(known, field.Name) {
			t.Errorf("schema.Schema.%s is not looked at", field.Name)
		}
	}
}

// What Terraform lets through although the schema forbids it is refused at any depth.
func TestCheckValues(t *testing.T) {
	t.Parallel()
	inside := map[string]schema.Attribute{
		"key": schema.StringAttribute{Required: true}, "size": schema.Int64Attribute{Optional: true},
		"id": schema.StringAttribute{Computed: true},
	}
	object := schema.NestedAttributeObject{Attributes: inside}
	compiled := resourceschema.New(schema.Schema{Attributes: map[string]schema.Attribute{
		"key": inside["key"], "size": inside["size"], "id": inside["id"],
		"list":   schema.ListNestedAttribute{Optional: true, NestedObject: object},
		"map":    schema.MapNestedAttribute{Optional: true, NestedObject: object},
		"set":    schema.SetNestedAttribute{Optional: true, NestedObject: object},
		"single": schema.SingleNestedAttribute{Optional: true, Attributes: inside},
	}})
	typ, _ := compiled.TerraformType(context.Background()).(tftypes.Object)
	leaf, _ := typ.AttributeTypes["single"].(tftypes.Object)
	valid := func() map[string]tftypes.Value {
		return map[string]tftypes.Value{
			"key": tftypes.NewValue(tftypes.String, "k"), "size": tftypes.NewValue(tftypes.Number, 1),
			"id": tftypes.NewValue(tftypes.String, nil),
		}
	}
	for _, c := range []struct {
		name, attribute string
		value           tftypes.Value
		want            string
	}{
		{"null", "key", tftypes.NewValue(tftypes.String, nil), "Missing value"},
		{"unknown", "key", tftypes.NewValue(tftypes.String, tftypes.UnknownValue), ""},
		{"read-only", "id", tftypes.NewValue(tftypes.String, "x"), "Read-only attribute"},
		{"read-only unknown", "id", tftypes.NewValue(tftypes.String, tftypes.UnknownValue), "Read-only attribute"},
		{"fraction", "size", tftypes.NewValue(tftypes.Number, 1.5), "Not a whole number"},
		{"too large", "size", tftypes.NewValue(tftypes.Number, new(big.Float).SetMantExp(big.NewFloat(1), 63)), "Not a whole number"},
		{"whole", "size", tftypes.NewValue(tftypes.Number, -1e18), ""},
	} {
		members := valid()
		members[c.attribute] = c.value
		item := tftypes.NewValue(leaf, members)
		items := []tftypes.Value{tftypes.NewValue(leaf, valid()), item}
		for at, nested := range map[string]map[string]tftypes.Value{
			c.attribute:                    {c.attribute: c.value},
			"list[1]." + c.attribute:       {"list": tftypes.NewValue(typ.AttributeTypes["list"], items)},
			`map["x"].` + c.attribute:      {"map": tftypes.NewValue(typ.AttributeTypes["map"], map[string]tftypes.Value{"x": item})},
			"set[Value(*)]." + c.attribute: {"set": tftypes.NewValue(typ.AttributeTypes["set"], []tftypes.Value{item})},
			"single." + c.attribute:        {"single": item},
		} {
			want := ""
			if c.want != "" {
				want = at + " " + c.want
				if c.want == "Not a whole number" && strings.HasPrefix(at, "set") {
					want = "set " + c.want // Such an element cannot be named.
				}
			}
			check(t, c.name+" at "+at, compiled, typ, valid(), nested, want)
		}
	}
	null := tftypes.NewValue(leaf, nil)
	check(t, "null object", compiled, typ, valid(),
		map[string]tftypes.Value{"list": tftypes.NewValue(typ.AttributeTypes["list"], []tftypes.Value{null})},
		"list[0].key Missing value")
	unknown := tftypes.NewValue(leaf, tftypes.UnknownValue)
	check(t, "unknown object", compiled, typ, valid(),
		map[string]tftypes.Value{"list": tftypes.NewValue(typ.AttributeTypes["list"], []tftypes.Value{unknown})}, "")
}

// setValue is the step of a path to an element of a set.
var setValue = regexp.MustCompile(`\[Value\(.*\)\]`)

// check requires one diagnostic, or none. An element of a set is written "[Value(*)]".
func check(
	t *testing.T, name string, s *resourceschema.Schema, typ tftypes.Object, top, more map[string]tftypes.Value, want string,
) {
	t.Helper()
	members := map[string]tftypes.Value{}
	for attribute, memberType := range typ.AttributeTypes {
		members[attribute] = tftypes.NewValue(memberType, nil)
	}
	for _, values := range []map[string]tftypes.Value{top, more} {
		maps.Copy(members, values)
	}
	var got []string
	for _, d := range s.CheckValues(context.Background(), tftypes.NewValue(typ, members)) {
		at := ""
		if located, ok := d.(diag.DiagnosticWithPath); ok {
			at = setValue.ReplaceAllString(located.Path().String(), "[Value(*)]")
		}
		got = append(got, at+" "+d.Summary())
	}
	if strings.Join(got, ", ") != want {
		t.Errorf("%s: %q, not %q", name, got, want)
	}
}
