package resourceschema

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// compiler collects what is not honoured while it compiles.
type compiler struct{ unsupported []Unsupported }

func (c *compiler) refuse(at string, format string, args ...any) {
	c.unsupported = append(c.unsupported, Unsupported{Attribute: at, Feature: fmt.Sprintf(format, args...)})
}

// join is the path of an attribute of an object, written as the framework writes it.
func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

func (c *compiler) object(at string, attributes map[string]schema.Attribute, inSet bool) object {
	out := object{attributes: make([]attribute, 0, len(attributes))}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := c.attribute(join(at, name), attributes[name], inSet)
		a.name = name
		out.attributes = append(out.attributes, a)
		out.add(a.tasks)
	}
	return out
}

// attribute compiles an attribute. The switch is over the framework's own types and not over its interfaces, so that a
// type that is not listed is refused.
func (c *compiler) attribute(at string, declared schema.Attribute, inSet bool) attribute {
	out := attribute{Attribute: declared, typ: declared.GetType()}
	switch a := declared.(type) {
	case schema.StringAttribute:
		c.string(at, &out, a)
	case schema.BoolAttribute:
		c.bool(at, &out, a)
	case schema.Int64Attribute:
		c.int64(at, &out, a)
	case schema.ListAttribute:
		c.elements(at, a.ElementType)
		c.list(at, &out, a.CustomType, a.Validators, a.PlanModifiers, a.Default)
	case schema.MapAttribute:
		c.elements(at, a.ElementType)
		c.mapping(at, &out, a.CustomType, a.Validators, a.PlanModifiers, a.Default)
	case schema.SetAttribute:
		c.elements(at, a.ElementType)
		c.set(at, &out, a.CustomType, a.Validators, a.PlanModifiers, a.Default)
	case schema.ObjectAttribute:
		c.elements(at, types.ObjectType{AttrTypes: a.AttributeTypes})
		c.single(at, &out, a.CustomType, a.Validators, a.PlanModifiers, a.Default)
	case schema.ListNestedAttribute:
		c.list(at, &out, a.CustomType, a.Validators, a.PlanModifiers, a.Default)
		out.nest(nestedList, c.nested(at+"[*]", a.NestedObject, inSet))
	case schema.MapNestedAttribute:
		c.mapping(at, &out, a.CustomType, a.Validators, a.PlanModifiers, a.Default)
		out.nest(nestedMap, c.nested(at+`["*"]`, a.NestedObject, inSet))
	case schema.SetNestedAttribute:
		c.set(at, &out, a.CustomType, a.Validators, a.PlanModifiers, a.Default)
		out.nest(nestedSet, c.nested(at+"[Value(*)]", a.NestedObject, true))
	case schema.SingleNestedAttribute:
		c.single(at, &out, a.CustomType, a.Validators, a.PlanModifiers, a.Default)
		out.nest(nestedSingle, c.object(at, a.Attributes, inSet))
	default:
		c.refuse(at, "an attribute of the type %T", declared)
		return out
	}
	c.flags(at, &out, inSet)
	out.add(tasks{
		validates: out.validate != nil || declared.GetDeprecationMessage() != "",
		defaults:  out.defaultValue != nil,
		marks:     declared.IsComputed(),
		replaces:  out.modify != nil,
	})
	return out
}

// flags refuses flags that are not honoured. Sensitive is not among them: Terraform itself does what it asks for.
func (c *compiler) flags(at string, a *attribute, inSet bool) {
	if a.IsWriteOnly() {
		c.refuse(at, "WriteOnly")
	}
	if !a.IsRequired() && !a.IsOptional() && !a.IsComputed() {
		c.refuse(at, "no Required, Optional or Computed")
	}
	if a.defaultValue != nil && !a.IsComputed() {
		c.refuse(at, "a Default without Computed")
	}
	// The framework looks for the objects of a set by their values, which these change.
	if inSet && a.IsComputed() {
		c.refuse(at, "Computed inside a set")
	}
	if inSet && a.modify != nil {
		c.refuse(at, "a plan modifier inside a set")
	}
}

func (a *attribute) nest(how nesting, inside object) {
	if how == nestedSet {
		inside.tasks = tasks{validates: inside.validates} // Everything else is refused there.
	}
	if how == nestedSingle {
		inside.typ = a.typ
	}
	a.nesting, a.nested = how, &inside
	a.add(inside.tasks)
}

func (c *compiler) nested(at string, declared schema.NestedAttributeObject, inSet bool) object {
	out := c.object(at, declared.Attributes, inSet)
	out.typ = declared.Type()
	c.custom(at, declared.CustomType)
	out.validate = validators(declared.Validators, validateObject)
	out.modify = modifiers(c, at, declared.PlanModifiers, objectplanmodifier.RequiresReplace(), modifyObject)
	if inSet && out.modify != nil {
		c.refuse(at, "a plan modifier inside a set")
	}
	out.add(tasks{validates: out.validate != nil, replaces: out.modify != nil})
	return out
}

// custom refuses a custom type: its values may have validation and semantic equality of their own.
func (c *compiler) custom(at string, typ attr.Type) {
	if typ != nil {
		c.refuse(at, "the CustomType %T", typ)
	}
}

// elements refuses types of elements that may have validation or semantic equality of their own, and numbers, which the
// framework refuses where they are not whole.
func (c *compiler) elements(at string, typ attr.Type) {
	switch t := typ.(type) {
	case basetypes.StringType, basetypes.BoolType:
	case basetypes.ListType:
		c.elements(at, t.ElemType)
	case basetypes.SetType:
		c.elements(at, t.ElemType)
	case basetypes.MapType:
		c.elements(at, t.ElemType)
	case basetypes.ObjectType:
		for _, name := range slices.Sorted(maps.Keys(t.AttrTypes)) {
			c.elements(join(at, name), t.AttrTypes[name])
		}
	default:
		c.refuse(at, "elements of the type %T", typ)
	}
}

func (c *compiler) string(at string, out *attribute, a schema.StringAttribute) {
	c.custom(at, a.CustomType)
	out.validate = validators(a.Validators, validateString)
	out.modify = modifiers(c, at, a.PlanModifiers, stringplanmodifier.RequiresReplace(), modifyString)
	if c.static(at, a.Default, stringdefault.StaticString("")) {
		var resp defaults.StringResponse
		a.Default.DefaultString(context.Background(), defaults.StringRequest{}, &resp)
		c.defaultValue(at, out, resp.PlanValue)
	}
}

func (c *compiler) bool(at string, out *attribute, a schema.BoolAttribute) {
	c.custom(at, a.CustomType)
	out.validate = validators(a.Validators, validateBool)
	out.modify = modifiers(c, at, a.PlanModifiers, boolplanmodifier.RequiresReplace(), modifyBool)
	if c.static(at, a.Default, booldefault.StaticBool(false)) {
		var resp defaults.BoolResponse
		a.Default.DefaultBool(context.Background(), defaults.BoolRequest{}, &resp)
		c.defaultValue(at, out, resp.PlanValue)
	}
}

func (c *compiler) int64(at string, out *attribute, a schema.Int64Attribute) {
	c.custom(at, a.CustomType)
	out.validate = validators(a.Validators, validateInt64)
	out.modify = modifiers(c, at, a.PlanModifiers, int64planmodifier.RequiresReplace(), modifyInt64)
	if c.static(at, a.Default, int64default.StaticInt64(0)) {
		var resp defaults.Int64Response
		a.Default.DefaultInt64(context.Background(), defaults.Int64Request{}, &resp)
		c.defaultValue(at, out, resp.PlanValue)
	}
}

func (c *compiler) list(
	at string, out *attribute, custom attr.Type, checks []validator.List, plan []planmodifier.List, value defaults.List,
) {
	c.custom(at, custom)
	out.validate = validators(checks, validateList)
	out.modify = modifiers(c, at, plan, listplanmodifier.RequiresReplace(), modifyList)
	if c.static(at, value, listdefault.StaticValue(types.List{})) {
		var resp defaults.ListResponse
		value.DefaultList(context.Background(), defaults.ListRequest{}, &resp)
		c.defaultValue(at, out, resp.PlanValue)
	}
}

func (c *compiler) mapping(
	at string, out *attribute, custom attr.Type, checks []validator.Map, plan []planmodifier.Map, value defaults.Map,
) {
	c.custom(at, custom)
	out.validate = validators(checks, validateMap)
	out.modify = modifiers(c, at, plan, mapplanmodifier.RequiresReplace(), modifyMap)
	if c.static(at, value, mapdefault.StaticValue(types.Map{})) {
		var resp defaults.MapResponse
		value.DefaultMap(context.Background(), defaults.MapRequest{}, &resp)
		c.defaultValue(at, out, resp.PlanValue)
	}
}

func (c *compiler) set(
	at string, out *attribute, custom attr.Type, checks []validator.Set, plan []planmodifier.Set, value defaults.Set,
) {
	c.custom(at, custom)
	out.validate = validators(checks, validateSet)
	out.modify = modifiers(c, at, plan, setplanmodifier.RequiresReplace(), modifySet)
	if c.static(at, value, setdefault.StaticValue(types.Set{})) {
		var resp defaults.SetResponse
		value.DefaultSet(context.Background(), defaults.SetRequest{}, &resp)
		c.defaultValue(at, out, resp.PlanValue)
	}
}

func (c *compiler) single(
	at string, out *attribute, custom attr.Type, checks []validator.Object, plan []planmodifier.Object,
	value defaults.Object,
) {
	c.custom(at, custom)
	out.validate = validators(checks, validateObject)
	out.modify = modifiers(c, at, plan, objectplanmodifier.RequiresReplace(), modifyObject)
	if c.static(at, value, objectdefault.StaticValue(types.Object{})) {
		var resp defaults.ObjectResponse
		value.DefaultObject(context.Background(), defaults.ObjectRequest{}, &resp)
		c.defaultValue(at, out, resp.PlanValue)
	}
}

// static reports whether there is a default. One that is not a static value like the example is refused: it could depend
// on the call.
func (c *compiler) static(at string, declared, example defaults.Describer) bool {
	switch {
	case declared == nil:
		return false
	case reflect.TypeOf(declared) != reflect.TypeOf(example):
		c.refuse(at, "the Default %T, which is not a static value", declared)
		return false
	}
	return true
}

func (c *compiler) defaultValue(at string, out *attribute, value attr.Value) {
	ctx := context.Background()
	if typ := value.Type(ctx); !typ.Equal(out.typ) {
		c.refuse(at, "a Default of the type %s", typ)
		return
	}
	converted, err := value.ToTerraformValue(ctx)
	if err != nil {
		c.refuse(at, "a Default that cannot be converted (%s)", err)
		return
	}
	out.defaultValue = &converted
}
