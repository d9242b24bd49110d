// Package resourceschema does what terraform-plugin-framework does with a resource's schema in Terraform's calls, for
// resources that package protocol answers beside the framework: it runs validators, applies defaults, marks computed values
// as unknown, and asks plan modifiers for replacements.
//
// A schema is looked at once, when it is compiled, and a call visits only the attributes that declare something. What a
// schema may declare is a closed list: whatever is not honoured here is named by Unsupported, so that nothing is ignored.
package resourceschema

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Schema is a compiled schema.
type Schema struct {
	source schema.Schema
	root   object
	// request has the schema in the form in which validators and plan modifiers get it, and no values.
	request     resource.ModifyPlanRequest
	unsupported []Unsupported
}

// Unsupported is something a schema declares that is not honoured here.
type Unsupported struct {
	// Attribute is where it is declared; empty for the schema as a whole.
	Attribute string
	// Feature names it.
	Feature string
}

// attribute is an attribute of a schema or of a nested object.
type attribute struct {
	schema.Attribute

	name string
	typ  attr.Type
	// validate runs the validators, modify the plan modifiers; nil where there are none.
	validate validateFunc
	modify   modifyFunc
	// defaultValue is nil where there is none.
	defaultValue *tftypes.Value
	nesting      nesting
	// nested is nil for an attribute without attributes of its own.
	nested *object
	tasks
}

// object is the schema's own object, or the object of a nested attribute.
type object struct {
	// attributes are ordered by name.
	attributes []attribute
	typ        attr.Type
	validate   validateFunc
	modify     modifyFunc
	tasks
}

// tasks says what there is to do for an attribute or an object, or for anything inside of it.
type tasks struct{ validates, defaults, marks, replaces bool }

func (t *tasks) add(more tasks) {
	t.validates = t.validates || more.validates
	t.defaults = t.defaults || more.defaults
	t.marks = t.marks || more.marks
	t.replaces = t.replaces || more.replaces
}

// nesting is how a nested attribute holds its objects.
type nesting int

const (
	notNested nesting = iota
	nestedList
	nestedMap
	nestedSet
	nestedSingle
)

// New compiles a schema.
func New(source schema.Schema) *Schema {
	c := compiler{}
	for _, name := range slices.Sorted(maps.Keys(source.Blocks)) {
		c.refuse(name, "a block")
	}
	root := c.object("", source.Attributes, false)
	root.typ = source.Type()
	slices.SortStableFunc(c.unsupported, func(a, b Unsupported) int { return cmp.Compare(a.Attribute, b.Attribute) })
	return &Schema{
		source: source, root: root, unsupported: c.unsupported, request: resource.ModifyPlanRequest{
			Config: tfsdk.Config{Schema: source}, Plan: tfsdk.Plan{Schema: source}, State: tfsdk.State{Schema: source},
		},
	}
}

// Unsupported lists what the schema declares and is not honoured, ordered by attribute. Such a schema must not be used.
func (s *Schema) Unsupported() []Unsupported { return s.unsupported }

// Version is the version of the resource's states.
func (s *Schema) Version() int64 { return s.source.Version }

// ModifyPlanRequest is a request for plan modifiers, without private data.
func (s *Schema) ModifyPlanRequest(config, plan, state tftypes.Value) resource.ModifyPlanRequest {
	req := s.request
	req.Config.Raw, req.Plan.Raw, req.State.Raw = config, plan, state
	return req
}

// TerraformType is the type of the resource's objects.
func (s *Schema) TerraformType(ctx context.Context) tftypes.Type {
	return s.root.typ.TerraformType(ctx)
}
