package managed

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// Resource is any resource of the provider that stands for something in the lab.
type Resource struct {
	spec *Spec
	life life
	lab  *Lab
}

// priorKey is the private entry by which the first planning pass of a replacement tells the second one, which has no
// prior state, what it replaces.
const priorKey = "prior"

// Metadata names the resource type.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + string(r.spec.Kind)
}

// Schema returns the schema of the spec.
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.spec.Schema
}

// Configure takes over the lab. It is nil while Terraform only validates.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.lab = FromProviderData(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig judges the object by itself, as far as its values are known.
func (r *Resource) ValidateConfig(
	_ context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	doc, unknown, err := toDocument(req.Config.Raw)
	if err != nil {
		AddError(&resp.Diagnostics, "read the configuration", err)
		return
	}
	problems, err := r.life.validate(doc)
	if err != nil {
		AddError(&resp.Diagnostics, "read the configuration", err)
		return
	}
	AddProblems(&resp.Diagnostics, problems.Knowing(unknown))
}

// ModifyPlan puts the planned object into the draft and completes the plan with all that follows from its values.
// Terraform calls it for every resource in the configuration, changed or not, and for every one that goes.
func (r *Resource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	ready := r.lab != nil && r.lab.Draft != nil
	switch {
	case req.Plan.Raw.IsNull():
		if ready {
			r.life.drop(r.lab, stateID(req.State))
		}
	case ready:
		r.plan(ctx, req, resp)
	case !req.State.Raw.IsNull():
		// The provider's own configuration is unknown. An id never changes in an update, so it can be promised anyway;
		// an unknown one would make everything that refers to it a replacement.
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("id"), stateID(req.State))...)
	}
}

func (r *Resource) plan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	in, err := r.intent(req)
	if err != nil {
		AddError(&resp.Diagnostics, "read the plan", err)
		return
	}
	if in.id == "" {
		in.replaces = r.replaced(ctx, req, &resp.Diagnostics)
	} else {
		prior, err := json.Marshal(in.id)
		if err == nil {
			resp.Diagnostics.Append(resp.Private.SetKey(ctx, priorKey, prior)...)
		}
		if goes := r.replacements(req, in); len(goes) > 0 {
			// Another pass follows, for the new object and without prior state. This one ends the old object.
			r.life.drop(r.lab, in.id)
			for _, name := range goes {
				resp.RequiresReplace = append(resp.RequiresReplace, path.Root(name))
			}
			return
		}
	}
	computed, problems, err := r.life.plan(ctx, r.lab, in)
	if err != nil {
		AddError(&resp.Diagnostics, "plan the "+r.spec.Kind.Label(), err)
		return
	}
	AddProblems(&resp.Diagnostics, problems)
	r.complete(req, computed, in.unknown, resp)
}

// intent reads the planned object. Computed attributes that an update keeps come from the state.
func (r *Resource) intent(req resource.ModifyPlanRequest) (intent, error) {
	doc, _, err := toDocument(req.Plan.Raw)
	if err != nil {
		return intent{}, err
	}
	_, unknown, err := toDocument(req.Config.Raw)
	if err != nil {
		return intent{}, err
	}
	in := intent{doc: doc, unknown: unknown}
	if req.State.Raw.IsNull() {
		return in, nil
	}
	in.id = stateID(req.State)
	before, _, err := toDocument(req.State.Raw)
	if err != nil {
		return intent{}, err
	}
	for _, name := range r.spec.Keep {
		if _, set := doc[name]; !set && !unknown[name] && before[name] != nil {
			doc[name] = before[name]
		}
	}
	return in, nil
}

// replaced is the id the first pass of a replacement left behind; empty for an object that is simply new.
func (r *Resource) replaced(ctx context.Context, req resource.ModifyPlanRequest, diags *diag.Diagnostics) string {
	if req.Private == nil {
		return ""
	}
	prior, d := req.Private.GetKey(ctx, priorKey)
	diags.Append(d...)
	var id string
	if len(prior) > 0 && json.Unmarshal(prior, &id) != nil {
		return ""
	}
	return id
}

// replacements names the attributes that change and cannot change on an existing object.
func (r *Resource) replacements(req resource.ModifyPlanRequest, in intent) []string {
	before, _, err := toDocument(req.State.Raw)
	if err != nil {
		return nil
	}
	var out []string
	for _, name := range network.FixedAttributes(r.spec.Kind) {
		if in.unknown[name] || different(before[name], in.doc[name]) && !r.computes(req, name) {
			out = append(out, name)
		}
	}
	for _, name := range r.spec.Follow {
		old, _ := before[name].(string)
		if old != "" && in.doc[name] != old && r.lab.Draft.Dropped(old) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if r.spec.ReplaceIf != nil {
		out = append(out, r.spec.ReplaceIf(before, in.doc)...)
	}
	return out
}

// computes says whether the author leaves an attribute to the provider. Its new value is not in the plan yet and
// follows from others, which decide about a replacement themselves.
func (r *Resource) computes(req resource.ModifyPlanRequest, name string) bool {
	attribute := r.spec.Schema.Attributes[name]
	return attribute != nil && attribute.IsComputed() && isNull(req.Config.Raw, name)
}

func different(a, b any) bool {
	empty := func(v any) bool { return v == nil || v == "" || v == false }
	if empty(a) && empty(b) {
		return false
	}
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX != nil || errY != nil || string(x) != string(y)
}

// complete writes the computed values into the plan. What the author wrote, known or not, stays as it is.
func (r *Resource) complete(
	req resource.ModifyPlanRequest, computed Document, unknown map[string]bool, resp *resource.ModifyPlanResponse,
) {
	whole, err := fromPlain(req.Plan.Raw.Type(), computed)
	if err != nil {
		AddError(&resp.Diagnostics, "complete the plan", err)
		return
	}
	var planned, config, values map[string]tftypes.Value
	for _, step := range []struct {
		from tftypes.Value
		into *map[string]tftypes.Value
	}{{req.Plan.Raw, &planned}, {req.Config.Raw, &config}, {whole, &values}} {
		if err := step.from.As(step.into); err != nil {
			AddError(&resp.Diagnostics, "complete the plan", err)
			return
		}
	}
	for name, attribute := range r.spec.Schema.Attributes {
		switch {
		case r.pending(name, unknown):
			if attribute.IsComputed() && config[name].IsNull() {
				planned[name] = tftypes.NewValue(planned[name].Type(), tftypes.UnknownValue)
			}
		case name == "ref" || name == "id" || name == "kind":
			planned[name] = values[name]
		default:
			planned[name] = fill(planned[name], config[name], values[name])
		}
	}
	resp.Plan.Raw = tftypes.NewValue(req.Plan.Raw.Type(), planned)
}

// pending says whether a computed attribute follows from one that is not known yet.
func (r *Resource) pending(name string, unknown map[string]bool) bool {
	from := r.spec.Depends[name]
	switch name {
	case "id":
		from = r.spec.Key
	case "ref":
		from = append(slices.Clone(r.spec.Key), r.spec.Judged...)
	case "kind":
		from = nil
	}
	return slices.ContainsFunc(from, func(input string) bool { return unknown[input] })
}

// Create applies the planned object. Its id was promised by the plan.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	doc, _, err := toDocument(req.Plan.Raw)
	if err == nil && r.usable(&resp.Diagnostics) {
		r.lab.Applying()
		doc, err = r.life.create(ctx, r.lab, doc)
	}
	if err != nil {
		AddError(&resp.Diagnostics, "create the "+r.spec.Kind.Label(), err)
		return
	}
	if !resp.Diagnostics.HasError() {
		r.write(ctx, &resp.Diagnostics, &resp.State, resp.Identity, req.Plan.Raw, doc)
	}
}

// Update applies a change in place.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	doc, _, err := toDocument(req.Plan.Raw)
	if err == nil && r.usable(&resp.Diagnostics) {
		r.lab.Applying()
		doc, err = r.life.update(ctx, r.lab, stateID(req.State), doc)
	}
	if err != nil {
		AddError(&resp.Diagnostics, "update the "+r.spec.Kind.Label(), err)
		return
	}
	if !resp.Diagnostics.HasError() {
		r.write(ctx, &resp.Diagnostics, &resp.State, resp.Identity, req.Plan.Raw, doc)
	}
}

// Read brings the state up to date with the store. The framework wants an identity even of what is gone.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	if !r.usable(&resp.Diagnostics) {
		return
	}
	id := stateID(req.State)
	doc, err := r.life.read(ctx, r.lab, id)
	if err == nil {
		err = identify(ctx, resp.Identity, id)
	}
	if err != nil {
		AddError(&resp.Diagnostics, "read the "+r.spec.Kind.Label(), err)
		return
	}
	if doc == nil {
		resp.State.RemoveResource(ctx)
		return
	}
	value, err := fromPlain(req.State.Raw.Type(), doc)
	if err != nil {
		AddError(&resp.Diagnostics, "read the "+r.spec.Kind.Label(), err)
		return
	}
	resp.State.Raw = settleAll(req.State.Raw, value)
}

// Delete removes the object. One that is gone already is no error.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if !r.usable(&resp.Diagnostics) {
		return
	}
	r.lab.Applying()
	id := stateID(req.State)
	doc, err := r.life.read(ctx, r.lab, id)
	if err == nil && doc != nil {
		err = r.life.delete(ctx, r.lab, id)
	}
	if err != nil {
		AddError(&resp.Diagnostics, "delete the "+r.spec.Kind.Label(), err)
	}
}

// usable says whether there is a lab to work on. A command without one happens only when the provider's configuration
// is still unknown at apply.
func (r *Resource) usable(diags *diag.Diagnostics) bool {
	if r.lab == nil || r.lab.Cloud == nil {
		diags.AddError("Provider not configured",
			"The configuration of the provider vpclab is not known, so there is no store to work on. Give its \"store\" and "+
				"\"project_id\" values that are known at plan.")
		return false
	}
	return true
}

// write makes the state of a write: the plan, whose unknown values the stored object supplies.
func (r *Resource) write(
	ctx context.Context, diags *diag.Diagnostics, state *tfsdk.State, identity *tfsdk.ResourceIdentity, plan tftypes.Value,
	doc Document,
) {
	value, err := fromPlain(plan.Type(), doc)
	if err == nil {
		id, _ := doc["id"].(string)
		err = identify(ctx, identity, id)
	}
	if err != nil {
		AddError(diags, "record the result", err)
		return
	}
	known := tftypes.NewValue(plan.Type(), nil)
	state.Raw = fill(plan, known, value)
}

func settleAll(prior, read tftypes.Value) tftypes.Value {
	var before, now map[string]tftypes.Value
	if members(prior, &before) != nil || read.As(&now) != nil {
		return read
	}
	for name, value := range now {
		if old, ok := before[name]; ok {
			now[name] = settle(old, value)
		}
	}
	return tftypes.NewValue(read.Type(), now)
}

// stateID is the id in a state, empty where there is none.
func stateID(state tfsdk.State) string {
	doc, _, err := toDocument(state.Raw)
	if err != nil {
		return ""
	}
	s, _ := doc["id"].(string)
	return s
}

func isNull(object tftypes.Value, name string) bool {
	var values map[string]tftypes.Value
	if object.As(&values) != nil {
		return false
	}
	value, ok := values[name]
	return ok && value.IsNull()
}
