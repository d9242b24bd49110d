package managed

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// Resource is a Type as the framework knows it.
type Resource struct{ of Type }

// NewResource returns the resource of a spec.
func NewResource(spec *Spec) resource.Resource { return &Resource{NewType(spec)} }

// Type is what the resource does.
func (r *Resource) Type() Type { return r.of }

// Metadata names the resource type.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + string(r.of.spec.Kind)
}

// Schema returns the schema of the spec.
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.of.spec.Schema
}

// Configure takes over the provider data. It is nil while Terraform only validates.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.of = r.of.Configured(FromProviderData(req.ProviderData, &resp.Diagnostics))
}

// ValidateConfig is Type.Validate.
func (r *Resource) ValidateConfig(
	ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	resp.Diagnostics.Append(r.of.Validate(ctx, req.Config.Raw)...)
}

// PriorKey is the private entry that keeps Planned.PriorID for the next pass, as a text in JSON.
const PriorKey = "prior"

// ModifyPlan is Type.Plan. The framework has applied the schema's defaults and has asked its plan modifiers; it does not
// tell what they answered.
func (r *Resource) ModifyPlan(
	ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	p := Proposal{Config: req.Config.Raw, Prior: req.State.Raw, Planned: req.Plan.Raw}
	replaced, diags := r.of.schema().RequiresReplace(ctx, req)
	if diags.HasError() {
		return // The framework reports what its plan modifiers say.
	}
	p.Replaced = len(replaced) > 0
	if req.Private != nil {
		prior, diags := req.Private.GetKey(ctx, PriorKey)
		resp.Diagnostics.Append(diags...)
		if len(prior) > 0 && json.Unmarshal(prior, &p.ReplacedID) != nil {
			p.ReplacedID = ""
		}
	}
	planned := r.of.Plan(ctx, p)
	resp.Plan.Raw = planned.State
	resp.Diagnostics.Append(planned.Diagnostics...)
	for _, name := range planned.RequiresReplace {
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root(name))
	}
	if planned.PriorID == "" {
		return
	}
	text, err := json.Marshal(planned.PriorID)
	if err != nil {
		AddError(&resp.Diagnostics, "plan the "+r.of.spec.Kind.Label(), err)
		return
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, PriorKey, text)...)
}

// Create is Type.Create.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	r.of.Create(ctx, req.Plan.Raw).record(&resp.State, resp.Identity, &resp.Diagnostics)
}

// Update is Type.Update.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	r.of.Update(ctx, req.State.Raw, req.Plan.Raw).record(&resp.State, resp.Identity, &resp.Diagnostics)
}

// Read is Type.Read. The framework wants an identity even of what is gone.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	r.of.Read(ctx, req.State.Raw).record(&resp.State, resp.Identity, &resp.Diagnostics)
}

// Delete is Type.Delete.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	resp.Diagnostics.Append(r.of.Delete(ctx, req.State.Raw).Diagnostics...)
}

func (d Result) record(state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics) {
	diags.Append(d.Diagnostics...)
	if !d.Diagnostics.HasError() {
		state.Raw = d.State
		identify(identity, d.ID)
	}
}
