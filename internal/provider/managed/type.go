package managed

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/resourceschema"
)

// Type is a type of resource that stands for something in the emulated cloud: what Terraform's calls about it do, in plain
// values. The framework reaches it by Resource, the package protocol by itself.
type Type struct {
	spec *Spec
	// schema compiles the schema when it is first needed: the framework makes many a resource for its name only.
	schema     func() *resourceschema.Schema
	operations operations
	data       *ProviderData
}

// NewType returns the type of a spec, which has no provider data yet.
func NewType(spec *Spec) Type {
	t := Type{spec: spec, schema: sync.OnceValue(func() *resourceschema.Schema { return resourceschema.New(spec.Schema) })}
	switch spec.Kind {
	case network.KindSecurityGroupRuleSet:
		t.operations = ruleSetOperations{}
	case network.KindPeeringAccepter:
		t.operations = accepterOperations{}
	default:
		t.operations = objectOperations{spec}
	}
	return t
}

// Configured is the type with provider data; nil stands for a provider that is not configured, as while Terraform only
// validates.
func (t Type) Configured(data *ProviderData) Type {
	t.data = data
	return t
}

// Schema is the compiled schema of the resource.
func (t Type) Schema() *resourceschema.Schema { return t.schema() }

// Result is what became of an object: its state, null where it is gone, and its id.
type Result struct {
	State       tftypes.Value
	ID          string
	Diagnostics diag.Diagnostics
}

// Validate judges the object by itself, as far as its values are known.
func (t Type) Validate(ctx context.Context, config tftypes.Value) (diags diag.Diagnostics) {
	if diags = t.schema().CheckValues(ctx, config); diags.HasError() {
		return diags
	}
	doc, unknown, err := toDocument(config)
	if err != nil {
		AddError(&diags, "read the configuration", err)
		return diags
	}
	problems, err := t.operations.validate(doc)
	if err != nil {
		AddError(&diags, "read the configuration", err)
		return diags
	}
	AddProblems(&diags, problems.Knowing(unknown))
	return diags
}

// Create applies the planned object. Its id was promised by the plan.
func (t Type) Create(ctx context.Context, plan tftypes.Value) Result {
	return t.write(plan, "create", func(doc Document) (Document, error) { return t.operations.create(ctx, t.data, doc) })
}

// Update applies a change in place.
func (t Type) Update(ctx context.Context, state, plan tftypes.Value) Result {
	return t.write(plan, "update", func(doc Document) (Document, error) {
		return t.operations.update(ctx, t.data, idOf(state), doc)
	})
}

// write writes the planned object. The state it leaves is the plan, whose unknown values the stored object supplies.
func (t Type) write(plan tftypes.Value, doing string, do func(Document) (Document, error)) (out Result) {
	if !t.usable(&out.Diagnostics) {
		return out
	}
	defer t.data.Busy()()
	doc, _, err := toDocument(plan)
	if err == nil {
		t.data.Applying()
		doc, err = do(doc)
	}
	if err != nil {
		AddError(&out.Diagnostics, doing+" the "+t.spec.Kind.Label(), err)
		return out
	}
	out.ID, _ = doc["id"].(string)
	out.State = plan
	if plan.IsFullyKnown() {
		return out
	}
	objectOperations, err := fromPlain(plan.Type(), doc)
	if err != nil {
		AddError(&out.Diagnostics, "record the result", err)
		return out
	}
	out.State = fill(plan, tftypes.NewValue(plan.Type(), nil), objectOperations)
	return out
}

// Read brings a state up to date with the store.
func (t Type) Read(ctx context.Context, state tftypes.Value) (out Result) {
	if !t.usable(&out.Diagnostics) {
		return out
	}
	out.ID = idOf(state)
	doc, err := t.operations.read(ctx, t.data, out.ID)
	if err == nil && doc == nil {
		out.State = tftypes.NewValue(state.Type(), nil)
		return out
	}
	var now tftypes.Value
	if err == nil {
		now, err = fromPlain(state.Type(), doc)
	}
	if err != nil {
		AddError(&out.Diagnostics, "read the "+t.spec.Kind.Label(), err)
		return out
	}
	out.State = keepEquivalents(state, now)
	return out
}

// Delete removes the object. One that is gone already is no error.
func (t Type) Delete(ctx context.Context, state tftypes.Value) (out Result) {
	if !t.usable(&out.Diagnostics) {
		return out
	}
	defer t.data.Busy()()
	t.data.Applying()
	id := idOf(state)
	doc, err := t.operations.read(ctx, t.data, id)
	if err == nil && doc != nil {
		err = t.operations.delete(ctx, t.data, id)
	}
	if err != nil {
		AddError(&out.Diagnostics, "delete the "+t.spec.Kind.Label(), err)
	}
	out.State = tftypes.NewValue(state.Type(), nil)
	return out
}

// usable reports whether there is a cloud to work on. A command without one happens only when the provider's configuration
// is still unknown at apply.
func (t Type) usable(diags *diag.Diagnostics) bool { return usable(t.data, diags) }

func usable(data *ProviderData, diags *diag.Diagnostics) bool {
	if data != nil && data.Cloud != nil {
		return true
	}
	diags.AddError("Provider not configured",
		"The configuration of the provider vpclab is not known, so there is no store to work on. Give its \"store\" and "+
			"\"project_id\" values that are known at plan.")
	return false
}

// keepEquivalents does so for the members of an object one by one.
func keepEquivalents(prior, read tftypes.Value) tftypes.Value {
	var before, now map[string]tftypes.Value
	if members(prior, &before) != nil || read.As(&now) != nil {
		return read
	}
	for name, value := range now {
		if old, ok := before[name]; ok {
			now[name] = keepEquivalent(old, value)
		}
	}
	return tftypes.NewValue(read.Type(), now)
}
