// Package guard holds the resource vpclab_reachability_guard.
package guard

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/inquiry"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
)

var (
	_ resource.ResourceWithConfigure      = (*Guard)(nil)
	_ resource.ResourceWithModifyPlan     = (*Guard)(nil)
	_ resource.ResourceWithValidateConfig = (*Guard)(nil)
)

// Guard decides intents in every plan. It is a resource, and not a data source, because Terraform plans every resource in
// every plan, whatever it refers to, while it puts a data source off as soon as something it refers to is to change.
type Guard struct{ data *managed.ProviderData }

// NewResource returns vpclab_reachability_guard.
func NewResource() resource.Resource { return &Guard{} }

// Metadata names the resource.
func (g *Guard) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_reachability_guard"
}

// Schema returns the intents and what came of them.
func (g *Guard) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = guardSchema()
}

// Configure takes over the provider data.
func (g *Guard) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	g.data = managed.FromProviderData(req.ProviderData, &resp.Diagnostics)
}

// configuration is what the author wrote, in plain values.
type configuration struct {
	inquiry.Audit

	Intents   map[string]inquiry.Intent `json:"intents"`
	OnFailure string                    `json:"on_failure"`
}

// read reads the configuration and says what of it is not known yet.
func read(config tftypes.Value) (c configuration, network tftypes.Value, unknown []string, err error) {
	var values map[string]tftypes.Value
	if err = config.As(&values); err != nil {
		return c, network, nil, fmt.Errorf("read configuration: %w", err)
	}
	if err = inquiry.Read(config, &c, "network"); err != nil {
		return c, network, nil, err
	}
	for _, name := range []string{"fail_on", "ignore", "on_failure"} {
		if !values[name].IsFullyKnown() {
			unknown = append(unknown, name)
		}
	}
	if !values["intents"].IsKnown() {
		return c, values["network"], append(unknown, "intents"), nil
	}
	var intents map[string]tftypes.Value
	if err = values["intents"].As(&intents); err != nil {
		return c, network, nil, fmt.Errorf("read intents: %w", err)
	}
	for name, intent := range intents {
		if !intent.IsFullyKnown() {
			unknown = append(unknown, fmt.Sprintf("the intent %q", name))
			delete(c.Intents, name)
		}
	}
	slices.Sort(unknown)
	return c, values["network"], unknown, nil
}

// ValidateConfig refuses intents that cannot mean anything.
func (g *Guard) ValidateConfig(
	_ context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	c, _, unknown, err := read(req.Config.Raw)
	if err != nil {
		managed.AddError(&resp.Diagnostics, "read the guard", err)
		return
	}
	for name, intent := range c.Intents {
		intent.Validate(path.Root("intents").AtMapKey(name), &resp.Diagnostics)
	}
	if !slices.Contains(unknown, "fail_on") && !slices.Contains(unknown, "ignore") {
		c.Validate(&resp.Diagnostics)
	}
	inquiry.Choice(&resp.Diagnostics, path.Root("on_failure"), c.OnFailure, inquiry.Fail, inquiry.Warn, inquiry.Report)
}

// ModifyPlan decides. Terraform calls it in every plan, and once more at apply when something of the guard changes, in a
// process that knows nothing of the plan. With a network that is listed, all results are functions of the configuration and
// the guard's own state, so that the second call gives what the first gave. About the whole lab, the second call sees what
// is applied by then; so the plan promises only what holds however far the apply has come.
func (g *Guard) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || g.data == nil {
		return
	}
	d := g.decide(ctx, req.Config.Raw, req.State.Raw, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	results := d.results
	if d.scope.Whole && results != nil && !unchanged(ctx, req.State.Raw, results) {
		results = d.promised()
	}
	raw, err := withResults(ctx, req.Plan.Raw, results)
	if err != nil {
		managed.AddError(&resp.Diagnostics, "plan the guard", err)
		return
	}
	resp.Plan.Raw = raw
}

// Create records what the plan decided, or decides what it could not.
func (g *Guard) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	raw, whole := g.settle(ctx, req.Plan.Raw, req.Config.Raw, tftypes.NewValue(req.Plan.Raw.Type(), nil), &resp.Diagnostics)
	resp.State.Raw = raw
	if whole {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, settling, []byte("true"))...)
	}
}

// Update records what the plan decided, or decides what it could not.
func (g *Guard) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	raw, whole := g.settle(ctx, req.Plan.Raw, req.Config.Raw, req.State.Raw, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.State.Raw = raw
	if whole {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, settling, []byte("true"))...)
	}
}

// settling is the private mark of a guard about the whole lab that was applied, perhaps before the rest of the lab was.
const settling = "settling"

func (g *Guard) settle(
	ctx context.Context, plan, config, state tftypes.Value, diags *diag.Diagnostics,
) (result tftypes.Value, whole bool) {
	none := tftypes.NewValue(plan.Type(), nil)
	if plan.IsFullyKnown() {
		return plan, false
	}
	d := g.decide(ctx, config, state, diags)
	if diags.HasError() {
		return none, false
	}
	if d.results == nil {
		diags.AddError("Reachability not decided", "Some values are not known even now, during the apply. This is a bug in vpclab.")
		return none, false
	}
	raw, err := withResults(ctx, plan, d.results)
	if err != nil {
		managed.AddError(diags, "record the guard", err)
		return none, false
	}
	return raw, d.scope.Whole
}

// Read keeps the state, because nothing outside of it can change a guard. Only what a guard about the whole lab recorded
// during an apply is brought up to date once, with the lab as that apply left it.
func (g *Guard) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	mark, diags := req.Private.GetKey(ctx, settling)
	resp.Diagnostics.Append(diags...)
	if mark == nil || g.data == nil || g.data.Cloud == nil {
		return
	}
	n, err := g.data.Cloud.Snapshot(ctx)
	if err == nil {
		resp.State.Raw, err = settled(ctx, req.State.Raw, reach.Compile(n))
	}
	if err != nil {
		managed.AddError(&resp.Diagnostics, "read the guard", err)
		return
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, settling, nil)...)
}

// Delete forgets the guard.
func (g *Guard) Delete(_ context.Context, _ resource.DeleteRequest, _ *resource.DeleteResponse) {}

// asker is the guard in texts about other resources.
const asker = "the vpclab_reachability_guard"

// decision is what the guard found. results is nil while something is not known.
type decision struct {
	scope     inquiry.Scope
	action    string
	standings []inquiry.Standing
	results   map[string]attr.Value
}

// promised are the results that hold however far the apply has come when the guard is planned again: where every intent
// that is not satisfied stops the apply, all of them are. The others are unknown.
func (d *decision) promised() map[string]attr.Value {
	isOther := func(s inquiry.Standing) bool { return s.Word != inquiry.StandsSatisfied }
	if d.action != inquiry.Fail || slices.ContainsFunc(d.standings, isOther) {
		return nil
	}
	return map[string]attr.Value{"verdicts": d.results["verdicts"]}
}

// decide judges the configuration and reports what is not as expected.
func (g *Guard) decide(ctx context.Context, config, state tftypes.Value, diags *diag.Diagnostics) (d decision) {
	c, network, unknown, err := read(config)
	if err != nil {
		managed.AddError(diags, "read the guard", err)
		return d
	}
	d.scope, err = inquiry.Collect(ctx, g.data, network)
	if errors.Is(err, inquiry.ErrNoLab) {
		d.scope, err = inquiry.Scope{Unknown: []string{"the provider's configuration"}}, nil
	}
	if err != nil {
		managed.AddError(diags, "read the network", err)
		return d
	}
	managed.AddProblems(diags, d.scope.Problems)
	if diags.HasError() {
		return d
	}
	d.action = inquiry.Action(g.data, c.OnFailure)
	if unknown = append(unknown, d.scope.Unknown...); len(unknown) > 0 {
		if d.action != inquiry.Report {
			diags.AddWarning("Reachability not decided at plan", report.Paragraph(inquiry.Undecided(unknown)+
				" The guard decides during the apply, before anything that depends on it."))
		}
		return d
	}
	message, complete, err := inquiry.Complete(ctx, g.data, d.scope, asker, c.Ignore)
	if err != nil {
		managed.AddError(diags, "read the planned network", err)
		return d
	}
	if !complete {
		message.Announce(diags, d.action)
		if diags.HasError() {
			return d // Causes that what is missing makes are none.
		}
	}
	model := reach.Compile(d.scope.Network)
	if d.standings, err = inquiry.Check(model, c.Intents); err != nil {
		managed.AddError(diags, "read the intents", err)
		return d
	}
	g.announce(d, diags)
	findings, failing := c.Judge(model)
	for _, f := range failing {
		inquiry.About(f).Announce(diags, d.action)
	}
	inquiry.KeepOpen(g.data, d.scope, asker, c.outcome)
	d.results = resultsOf(model, d.standings, findings, state)
	return d
}

// outcome is what the guard says of a lab, line by line: how it stands to each intent, and what of it fails.
func (c configuration) outcome(scope inquiry.Scope) []string {
	if len(scope.Unknown) > 0 {
		return []string{"not decided, because something is not known yet"}
	}
	model := reach.Compile(scope.Network)
	standings, err := inquiry.Check(model, c.Intents)
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	for _, s := range standings {
		out = append(out, fmt.Sprintf("the intent %q is %s", s.Name, s.Word))
	}
	_, failing := c.Judge(model)
	for _, f := range failing {
		out = append(out, fmt.Sprintf("%s of the %s %s", f.Code, f.Kind.Label(), f.Name))
	}
	return out
}

// announce reports every intent that is not satisfied, each as one diagnostic.
func (g *Guard) announce(d decision, diags *diag.Diagnostics) {
	early := ""
	if n := g.data.Applied(); n > 0 && d.scope.Whole {
		early = fmt.Sprintf("\n\nThis was decided during the apply, after %d objects had been changed. Should others be still to "+
			"come, give the guard a depends_on that names what it is about, so that it comes last.", n)
	}
	for _, s := range d.standings {
		message := s.Message()
		message.Text += early
		switch {
		case s.Word == inquiry.StandsSatisfied:
		case s.Word == inquiry.StandsUndetermined && d.action == inquiry.Fail:
			message.Warn(diags)
		default:
			message.Announce(diags, d.action)
		}
	}
}
