package resourceschema

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// validation is what a validator is told beside the value, and where its diagnostics go.
type validation struct {
	path         path.Path
	expression   path.Expression
	config       tfsdk.Config
	capabilities validator.ValidateSchemaClientCapabilities
	diags        *diag.Diagnostics
}

// validateFunc runs the validators of an attribute or an object on its value.
type validateFunc func(context.Context, validation, attr.Value)

// Validate runs the validators of the schema on a configuration and warns of deprecated attributes.
func (s *Schema) Validate(
	ctx context.Context, config tftypes.Value, capabilities validator.ValidateSchemaClientCapabilities,
) (diags diag.Diagnostics) {
	if message := s.source.DeprecationMessage; message != "" {
		diags.AddWarning("Deprecated", message)
	}
	if !s.root.validates {
		return diags
	}
	v := validation{config: s.request.Config, capabilities: capabilities, diags: &diags}
	v.config.Raw = config
	var values map[string]tftypes.Value
	if err := members(config, &values); err != nil {
		diags.Append(unreadable("configuration", err))
		return diags
	}
	for _, a := range s.root.attributes {
		if !a.validates {
			continue
		}
		v.path, v.expression = path.Root(a.name), path.MatchRoot(a.name)
		// A number that is not whole is CheckValues' matter; the framework too runs no validator on what holds one.
		if value, err := a.typ.ValueFromTerraform(ctx, values[a.name]); err == nil {
			a.runValidators(ctx, v, value)
		}
	}
	return diags
}

func (a attribute) runValidators(ctx context.Context, v validation, value attr.Value) {
	if a.validate != nil {
		a.validate(ctx, v, value)
	}
	for _, e := range a.elements(value) {
		inside := v
		switch key := e.key.(type) {
		case int:
			inside.path, inside.expression = v.path.AtListIndex(key), v.expression.AtListIndex(key)
		case string:
			inside.path, inside.expression = v.path.AtMapKey(key), v.expression.AtMapKey(key)
		case attr.Value:
			inside.path, inside.expression = v.path.AtSetValue(key), v.expression.AtSetValue(key)
		}
		a.nested.runValidators(ctx, inside, e.object)
	}
	if message := a.GetDeprecationMessage(); message != "" && !value.IsNull() && !value.IsUnknown() {
		v.diags.AddAttributeWarning(v.path, "Attribute Deprecated", message)
	}
}

func (o object) runValidators(ctx context.Context, v validation, value attr.Value) {
	if o.validate != nil {
		o.validate(ctx, v, value)
	}
	for _, a := range o.attributes {
		if a.validates {
			inside := v
			inside.path, inside.expression = v.path.AtName(a.name), v.expression.AtName(a.name)
			a.runValidators(ctx, inside, a.ofConfiguration(ctx, value))
		}
	}
}

// unreadable reports a value that does not fit the schema.
func unreadable(what string, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Value not readable", fmt.Sprintf(
		"The %s does not fit the resource's schema: %s. This is a bug in vpclab; please report it.", what, err))
}

// validators joins validators; nil where there are none.
func validators[V any](
	declared []V, run func(context.Context, V, validation, attr.Value) diag.Diagnostics,
) validateFunc {
	if len(declared) == 0 {
		return nil
	}
	return func(ctx context.Context, v validation, value attr.Value) {
		for _, d := range declared {
			v.diags.Append(run(ctx, d, v, value)...)
		}
	}
}

func validateString(ctx context.Context, check validator.String, v validation, value attr.Value) diag.Diagnostics {
	var resp validator.StringResponse
	typed, _ := value.(types.String)
	check.ValidateString(ctx, validator.StringRequest{
		Path: v.path, PathExpression: v.expression, Config: v.config, ConfigValue: typed, ClientCapabilities: v.capabilities,
	}, &resp)
	return resp.Diagnostics
}

func validateBool(ctx context.Context, check validator.Bool, v validation, value attr.Value) diag.Diagnostics {
	var resp validator.BoolResponse
	typed, _ := value.(types.Bool)
	check.ValidateBool(ctx, validator.BoolRequest{
		Path: v.path, PathExpression: v.expression, Config: v.config, ConfigValue: typed, ClientCapabilities: v.capabilities,
	}, &resp)
	return resp.Diagnostics
}

func validateInt64(ctx context.Context, check validator.Int64, v validation, value attr.Value) diag.Diagnostics {
	var resp validator.Int64Response
	typed, _ := value.(types.Int64)
	check.ValidateInt64(ctx, validator.Int64Request{
		Path: v.path, PathExpression: v.expression, Config: v.config, ConfigValue: typed, ClientCapabilities: v.capabilities,
	}, &resp)
	return resp.Diagnostics
}

func validateList(ctx context.Context, check validator.List, v validation, value attr.Value) diag.Diagnostics {
	var resp validator.ListResponse
	typed, _ := value.(types.List)
	check.ValidateList(ctx, validator.ListRequest{
		Path: v.path, PathExpression: v.expression, Config: v.config, ConfigValue: typed, ClientCapabilities: v.capabilities,
	}, &resp)
	return resp.Diagnostics
}

func validateMap(ctx context.Context, check validator.Map, v validation, value attr.Value) diag.Diagnostics {
	var resp validator.MapResponse
	typed, _ := value.(types.Map)
	check.ValidateMap(ctx, validator.MapRequest{
		Path: v.path, PathExpression: v.expression, Config: v.config, ConfigValue: typed, ClientCapabilities: v.capabilities,
	}, &resp)
	return resp.Diagnostics
}

func validateSet(ctx context.Context, check validator.Set, v validation, value attr.Value) diag.Diagnostics {
	var resp validator.SetResponse
	typed, _ := value.(types.Set)
	check.ValidateSet(ctx, validator.SetRequest{
		Path: v.path, PathExpression: v.expression, Config: v.config, ConfigValue: typed, ClientCapabilities: v.capabilities,
	}, &resp)
	return resp.Diagnostics
}

func validateObject(ctx context.Context, check validator.Object, v validation, value attr.Value) diag.Diagnostics {
	var resp validator.ObjectResponse
	typed, _ := value.(types.Object)
	check.ValidateObject(ctx, validator.ObjectRequest{
		Path: v.path, PathExpression: v.expression, Config: v.config, ConfigValue: typed, ClientCapabilities: v.capabilities,
	}, &resp)
	return resp.Diagnostics
}
