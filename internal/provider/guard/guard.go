// Package guard holds the resource vpclab_reachability_guard.
package guard

import (
	"context"
	"errors"
	"fmt"
	"maps"
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
	// late are the intents that are not known yet; Intents has the others.
	late []string
}

// read reads the configuration and says what of it is not known yet, but for intents.
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
			c.late = append(c.late, name)
			delete(c.Intents, name)
		}
	}
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
// process that knows nothing of the plan: the second call has to give what the first one gave. With a network that is listed,
// all results are functions of the configuration and the guard's own state. About the whole lab, the second call sees what is
// applied by then. That is all the guard is about, because both calls wait for the walk to go quiet, and because the plan
// fails when something that would change any of the results is planned later.
func (g *Guard) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || g.data == nil {
		return
	}
	// Terraform allows what it calls deferral in an apply only.
	results := g.decide(ctx, req.Config.Raw, req.State.Raw, req.ClientCapabilities.DeferralAllowed, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
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
	resp.State.Raw = g.settle(ctx, req.Plan.Raw, req.Config.Raw, tftypes.NewValue(req.Plan.Raw.Type(), nil), &resp.Diagnostics)
}

// Update records what the plan decided, or decides what it could not.
func (g *Guard) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	raw := g.settle(ctx, req.Plan.Raw, req.Config.Raw, req.State.Raw, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.State.Raw = raw
	}
}

func (g *Guard) settle(ctx context.Context, plan, config, state tftypes.Value, diags *diag.Diagnostics) tftypes.Value {
	none := tftypes.NewValue(plan.Type(), nil)
	if plan.IsFullyKnown() {
		return plan
	}
	results := g.decide(ctx, config, state, true, diags)
	if diags.HasError() {
		return none
	}
	if results == nil {
		diags.AddError("Reachability not decided", "Some values are not known even now, during the apply. This is a bug in vpclab.")
		return none
	}
	raw, err := withResults(ctx, plan, results)
	if err != nil {
		managed.AddError(diags, "record the guard", err)
		return none
	}
	return raw
}

// Read keeps the state: nothing outside of it can change a guard.
func (g *Guard) Read(_ context.Context, _ resource.ReadRequest, _ *resource.ReadResponse) {}

// Delete forgets the guard.
func (g *Guard) Delete(_ context.Context, _ resource.DeleteRequest, _ *resource.DeleteResponse) {}

// decide judges the configuration and reports what is not as expected. The results are nil while that is not known.
func (g *Guard) decide(
	ctx context.Context, config, state tftypes.Value, applying bool, diags *diag.Diagnostics,
) map[string]attr.Value {
	c, network, unknown, err := read(config)
	if err != nil {
		managed.AddError(diags, "read the guard", err)
		return nil
	}
	scope, err := inquiry.Collect(ctx, g.data, network)
	if errors.Is(err, inquiry.ErrNoLab) {
		scope, err = inquiry.Scope{Unknown: []reach.Unknown{{Name: "the provider's configuration"}}}, nil
	}
	if err != nil {
		managed.AddError(diags, "read the network", err)
		return nil
	}
	managed.AddProblems(diags, scope.Problems)
	if diags.HasError() {
		return nil
	}
	action := inquiry.Action(g.data, c.OnFailure)
	if slices.Contains(unknown, "on_failure") || slices.Contains(unknown, "intents") {
		// What is not as expected may be meant to be an error, or no more than a result.
		diags.AddWarning("Reachability not decided at plan", report.Paragraph(inquiry.Undecided(unknown)+
			" The guard decides during the apply, before anything that depends on it."))
		return nil
	}
	message, complete, err := inquiry.Complete(ctx, g.data, scope, asker, c.Ignore)
	if err != nil {
		managed.AddError(diags, "read the planned network", err)
		return nil
	}
	if !complete {
		message.Announce(diags, action)
		if diags.HasError() {
			return nil // Causes that what is missing makes are none.
		}
	}
	model := scope.Model()
	standings, err := inquiry.Check(model, c.Intents)
	if err != nil {
		managed.AddError(diags, "read the intents", err)
		return nil
	}
	unknown = append(unknown, scope.UnknownNames()...)
	late := c.announce(action, standings, scope.Whole && (applying || g.data.Applied() > 0), len(unknown) > 0, diags)
	if len(unknown)+len(c.late) > 0 {
		// The audit would take for a fault what is only not known, and no result is certain before everything is.
		if action != inquiry.Report && !diags.HasError() {
			diags.AddWarning("Reachability not wholly decided at plan", report.Paragraph(undecided(unknown, late)))
		}
		inquiry.KeepOpen(g.data, scope, asker, c.outcome)
		return nil
	}
	findings, failing := c.Judge(model, standings...)
	for _, f := range failing {
		inquiry.About(f).Announce(diags, action)
	}
	inquiry.KeepOpen(g.data, scope, asker, c.outcome)
	return resultsOf(model, standings, findings, state)
}

// asker is the guard in texts about other resources.
const asker = "the vpclab_reachability_guard"

// outcome is all that the results say of a lab, line by line.
func (c configuration) outcome(scope inquiry.Scope) []string {
	model := scope.Model()
	standings, err := inquiry.Check(model, c.Intents)
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	for _, s := range standings {
		out = append(out, fmt.Sprintf("the intent %q is %s", s.Name, s.Word))
	}
	if len(scope.Unknown) > 0 {
		return out // The rest is decided during the apply.
	}
	findings, _ := c.Judge(model, standings...)
	for _, line := range lines(findings) {
		out = append(out, "the audit finds "+line)
	}
	now, _ := inquiry.Reachability(model, mostPairs)
	for _, ends := range slices.Sorted(maps.Keys(now)) {
		out = append(out, ends+": "+now[ends]+" gets through")
	}
	return out
}

// undecided says what is not known, and which intents have to wait for it.
func undecided(unknown, late []string) string {
	var text string
	if len(unknown) > 0 {
		text = inquiry.Undecided(unknown) + " "
	}
	const when = "decided during the apply, before anything that depends on the guard."
	for i, name := range late {
		late[i] = fmt.Sprintf("%q", name)
	}
	switch len(late) {
	case 0:
		return text + "Every intent is decided all the same. Audit and results follow during the apply."
	case 1:
		return text + "The intent " + late[0] + " depends on what is not known, and is " + when
	}
	return text + "The intents " + inquiry.List(late) + " depend on what is not known, and are " + when
}

// announce reports every intent that is not satisfied, and cautions about those that are, each as one diagnostic. early says
// that the rest of the lab may be still to come. late are the intents that are not decided while something is not known.
func (c configuration) announce(
	action string, standings []inquiry.Standing, early, unknown bool, diags *diag.Diagnostics,
) (late []string) {
	late = slices.Clone(c.late)
	for _, s := range standings {
		message := s.Message()
		if early {
			message.Text += "\n\n" + report.Paragraph("This was decided during the apply. Should something of the network be still to "+
				"come, give the guard a depends_on that names what it is about, so that it comes last.")
		}
		switch {
		case s.Word == inquiry.StandsSatisfied:
			if s.Summary != "" && action != inquiry.Report {
				message.Warn(diags)
			}
		case s.Word == inquiry.StandsUndetermined && c.Intents[s.Name].Strict:
			message.Announce(diags, action)
		case s.Word == inquiry.StandsUndetermined && action != inquiry.Report:
			if unknown {
				late = append(late, s.Name)
			}
			message.Warn(diags)
		default:
			message.Announce(diags, action)
		}
	}
	return late
}
