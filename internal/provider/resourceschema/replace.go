package resourceschema

import (
	"cmp"
	"context"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// modification is what a plan modifier is told beside the values, and where its answer goes.
type modification struct {
	resource.ModifyPlanRequest

	path       path.Path
	expression path.Expression
	replace    *path.Paths
	diags      *diag.Diagnostics
}

// values are the three values of an attribute or an object that a plan modifier sees.
type values struct{ config, plan, state attr.Value }

// modifyFunc runs the plan modifiers of an attribute or an object.
type modifyFunc func(context.Context, modification, values)

// RequiresReplace returns the paths that the plan modifiers of the schema name, ordered, each once. The plan is the one
// the framework would show them: with defaults, and with unknown values where it marks them.
func (s *Schema) RequiresReplace(
	ctx context.Context, req resource.ModifyPlanRequest,
) (paths path.Paths, diags diag.Diagnostics) {
	if !s.root.replaces || req.State.Raw.IsNull() || req.Plan.Raw.IsNull() {
		return nil, nil // The modifiers do nothing for an object that is created or deleted.
	}
	var config, plan, state map[string]tftypes.Value
	for _, part := range []struct {
		name string
		from tftypes.Value
		into *map[string]tftypes.Value
	}{{"configuration", req.Config.Raw, &config}, {"plan", req.Plan.Raw, &plan}, {"state", req.State.Raw, &state}} {
		if err := members(part.from, part.into); err != nil {
			diags.Append(unreadable(part.name, err))
			return nil, diags
		}
	}
	m := modification{ModifyPlanRequest: req, replace: &paths, diags: &diags}
	for _, a := range s.root.attributes {
		// The modifiers do nothing for a value that stays.
		if !a.replaces || plan[a.name].Equal(state[a.name]) {
			continue
		}
		var v values
		for _, part := range []struct {
			name string
			from tftypes.Value
			into *attr.Value
		}{{"configuration", config[a.name], &v.config}, {"plan", plan[a.name], &v.plan}, {"state", state[a.name], &v.state}} {
			var err error
			if *part.into, err = a.typ.ValueFromTerraform(ctx, part.from); err != nil {
				diags.Append(unreadable(part.name, err))
				return nil, diags
			}
		}
		m.path = path.Root(a.name)
		a.runModifiers(ctx, m, v)
	}
	slices.SortFunc(paths, func(a, b path.Path) int { return cmp.Compare(a.String(), b.String()) })
	return slices.CompactFunc(paths, path.Path.Equal), diags
}

func (a attribute) runModifiers(ctx context.Context, m modification, v values) {
	if a.modify != nil {
		a.modify(ctx, m, v)
	}
	if a.nested == nil || !a.nested.replaces {
		return
	}
	config, state := a.counterpart(ctx, v.config), a.counterpart(ctx, v.state)
	for _, e := range a.elements(v.plan) {
		inside := m
		switch key := e.key.(type) {
		case int:
			inside.path = m.path.AtListIndex(key)
			inside.expression = inside.path.Expression()
		case string:
			inside.path = m.path.AtMapKey(key)
			inside.expression = inside.path.Expression()
		}
		a.nested.runModifiers(ctx, inside, values{config: config(e.key), plan: e.object, state: state(e.key)})
	}
}

func (o object) runModifiers(ctx context.Context, m modification, v values) {
	if o.modify != nil {
		o.modify(ctx, m, v)
	}
	if v.plan.IsNull() || v.plan.IsUnknown() {
		return
	}
	for _, a := range o.attributes {
		if a.replaces {
			inside := m
			inside.path, inside.expression = m.path.AtName(a.name), m.expression.AtName(a.name)
			a.runModifiers(ctx, inside, values{config: a.of(ctx, v.config), plan: a.of(ctx, v.plan), state: a.of(ctx, v.state)})
		}
	}
}

// modifiers joins plan modifiers; nil where there are none. One that is not of the example's type is refused: it could
// plan another value.
func modifiers[M planmodifier.Describer](
	c *compiler, at string, declared []M, example M,
	run func(context.Context, M, modification, values) (bool, diag.Diagnostics),
) modifyFunc {
	var supported []M
	for _, d := range declared {
		// RequiresReplace, RequiresReplaceIf and RequiresReplaceIfConfigured share this type.
		if reflect.TypeOf(d) == reflect.TypeOf(example) {
			supported = append(supported, d)
		} else {
			c.refuse(at, "the plan modifier %T", d)
		}
	}
	if len(supported) == 0 {
		return nil
	}
	return func(ctx context.Context, m modification, v values) {
		for _, modifier := range supported {
			replace, diags := run(ctx, modifier, m, v)
			m.diags.Append(diags...)
			if replace {
				*m.replace = append(*m.replace, m.path)
			}
		}
	}
}

func modifyString(
	ctx context.Context, modifier planmodifier.String, m modification, v values,
) (bool, diag.Diagnostics) {
	config, _ := v.config.(types.String)
	plan, _ := v.plan.(types.String)
	state, _ := v.state.(types.String)
	resp := planmodifier.StringResponse{PlanValue: plan, Private: m.Private}
	modifier.PlanModifyString(ctx, planmodifier.StringRequest{
		Path: m.path, PathExpression: m.expression, Config: m.Config, ConfigValue: config, Plan: m.Plan, PlanValue: plan,
		State: m.State, StateValue: state, Private: m.Private,
	}, &resp)
	return resp.RequiresReplace, resp.Diagnostics
}

func modifyBool(
	ctx context.Context, modifier planmodifier.Bool, m modification, v values,
) (bool, diag.Diagnostics) {
	config, _ := v.config.(types.Bool)
	plan, _ := v.plan.(types.Bool)
	state, _ := v.state.(types.Bool)
	resp := planmodifier.BoolResponse{PlanValue: plan, Private: m.Private}
	modifier.PlanModifyBool(ctx, planmodifier.BoolRequest{
		Path: m.path, PathExpression: m.expression, Config: m.Config, ConfigValue: config, Plan: m.Plan, PlanValue: plan,
		State: m.State, StateValue: state, Private: m.Private,
	}, &resp)
	return resp.RequiresReplace, resp.Diagnostics
}

func modifyInt64(
	ctx context.Context, modifier planmodifier.Int64, m modification, v values,
) (bool, diag.Diagnostics) {
	config, _ := v.config.(types.Int64)
	plan, _ := v.plan.(types.Int64)
	state, _ := v.state.(types.Int64)
	resp := planmodifier.Int64Response{PlanValue: plan, Private: m.Private}
	modifier.PlanModifyInt64(ctx, planmodifier.Int64Request{
		Path: m.path, PathExpression: m.expression, Config: m.Config, ConfigValue: config, Plan: m.Plan, PlanValue: plan,
		State: m.State, StateValue: state, Private: m.Private,
	}, &resp)
	return resp.RequiresReplace, resp.Diagnostics
}

func modifyList(
	ctx context.Context, modifier planmodifier.List, m modification, v values,
) (bool, diag.Diagnostics) {
	config, _ := v.config.(types.List)
	plan, _ := v.plan.(types.List)
	state, _ := v.state.(types.List)
	resp := planmodifier.ListResponse{PlanValue: plan, Private: m.Private}
	modifier.PlanModifyList(ctx, planmodifier.ListRequest{
		Path: m.path, PathExpression: m.expression, Config: m.Config, ConfigValue: config, Plan: m.Plan, PlanValue: plan,
		State: m.State, StateValue: state, Private: m.Private,
	}, &resp)
	return resp.RequiresReplace, resp.Diagnostics
}

func modifyMap(
	ctx context.Context, modifier planmodifier.Map, m modification, v values,
) (bool, diag.Diagnostics) {
	config, _ := v.config.(types.Map)
	plan, _ := v.plan.(types.Map)
	state, _ := v.state.(types.Map)
	resp := planmodifier.MapResponse{PlanValue: plan, Private: m.Private}
	modifier.PlanModifyMap(ctx, planmodifier.MapRequest{
		Path: m.path, PathExpression: m.expression, Config: m.Config, ConfigValue: config, Plan: m.Plan, PlanValue: plan,
		State: m.State, StateValue: state, Private: m.Private,
	}, &resp)
	return resp.RequiresReplace, resp.Diagnostics
}

func modifySet(
	ctx context.Context, modifier planmodifier.Set, m modification, v values,
) (bool, diag.Diagnostics) {
	config, _ := v.config.(types.Set)
	plan, _ := v.plan.(types.Set)
	state, _ := v.state.(types.Set)
	resp := planmodifier.SetResponse{PlanValue: plan, Private: m.Private}
	modifier.PlanModifySet(ctx, planmodifier.SetRequest{
		Path: m.path, PathExpression: m.expression, Config: m.Config, ConfigValue: config, Plan: m.Plan, PlanValue: plan,
		State: m.State, StateValue: state, Private: m.Private,
	}, &resp)
	return resp.RequiresReplace, resp.Diagnostics
}

func modifyObject(
	ctx context.Context, modifier planmodifier.Object, m modification, v values,
) (bool, diag.Diagnostics) {
	config, _ := v.config.(types.Object)
	plan, _ := v.plan.(types.Object)
	state, _ := v.state.(types.Object)
	resp := planmodifier.ObjectResponse{PlanValue: plan, Private: m.Private}
	modifier.PlanModifyObject(ctx, planmodifier.ObjectRequest{
		Path: m.path, PathExpression: m.expression, Config: m.Config, ConfigValue: config, Plan: m.Plan, PlanValue: plan,
		State: m.State, StateValue: state, Private: m.Private,
	}, &resp)
	return resp.RequiresReplace, resp.Diagnostics
}
