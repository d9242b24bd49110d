// Package reachability holds the data source vpclab_reachability.
package reachability

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/inquiry"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
)

var (
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

// DataSource decides one question.
type DataSource struct{ data *managed.ProviderData }

// NewDataSource returns vpclab_reachability.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_reachability"
}

// Schema returns the question and its results.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = questionSchema()
}

// Configure takes over the provider data.
func (d *DataSource) Configure(
	_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse,
) {
	d.data = managed.FromProviderData(req.ProviderData, &resp.Diagnostics)
}

// question is the configuration in plain values.
type question struct {
	inquiry.Question

	OnFailure string            `json:"on_failure"`
	Ignore    []inquiry.Ignored `json:"ignore"`
}

func read(config tftypes.Value) (q question, values map[string]tftypes.Value, err error) {
	if err = config.As(&values); err != nil {
		return q, nil, fmt.Errorf("read configuration: %w", err)
	}
	return q, values, inquiry.Read(config, &q, "network")
}

// ValidateConfig refuses questions that say nothing, or two things at once.
func (d *DataSource) ValidateConfig(
	_ context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	q, values, err := read(req.Config.Raw)
	if err != nil {
		managed.AddError(&resp.Diagnostics, "read the question", err)
		return
	}
	for name, e := range map[string]inquiry.Endpoint{"source": q.Source, "destination": q.Destination} {
		if values[name].IsFullyKnown() {
			e.Validate(path.Root(name), &resp.Diagnostics)
		}
	}
	inquiry.Choice(&resp.Diagnostics, path.Root("expect"), q.Expect, inquiry.ExpectReachable, inquiry.ExpectBlocked)
	inquiry.Choice(&resp.Diagnostics, path.Root("on_failure"), q.OnFailure, inquiry.Fail, inquiry.Warn, inquiry.Report)
	inquiry.ValidateIgnored(q.Ignore, &resp.Diagnostics)
	q.Validate(path.Empty(), &resp.Diagnostics)
}

// Read decides the question. Terraform calls it during plan when everything the block refers to is known and no
// resource it refers to directly has a pending change, and during apply otherwise.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	q, values, err := read(req.Config.Raw)
	if err != nil {
		managed.AddError(&resp.Diagnostics, "read the question", err)
		return
	}
	if d.data == nil {
		managed.AddError(&resp.Diagnostics, "decide the question", inquiry.ErrNoLab)
		return
	}
	scope, err := inquiry.Collect(ctx, d.data, values["network"])
	if err != nil {
		managed.AddError(&resp.Diagnostics, "read the network", err)
		return
	}
	managed.AddProblems(&resp.Diagnostics, scope.Problems)
	if resp.Diagnostics.HasError() {
		return
	}
	v, err := inquiry.Decide(scope.Model(), q.Question)
	if err != nil {
		managed.AddError(&resp.Diagnostics, "read the question", err)
		return
	}
	asker := "the vpclab_reachability of " + v.Answer.From + " and " + v.Answer.To
	message, complete, err := inquiry.Complete(ctx, d.data, scope, asker, q.Ignore)
	if err != nil {
		managed.AddError(&resp.Diagnostics, "read the planned network", err)
		return
	}
	if !complete {
		message.Announce(&resp.Diagnostics, inquiry.Action(d.data, q.OnFailure))
		if resp.Diagnostics.HasError() {
			return // Causes that what is missing makes are none.
		}
	}
	d.announce(v, q, &resp.Diagnostics)
	inquiry.KeepOpen(d.data, scope, asker, q.outcome)
	if values["network"].Type() != nil {
		// The network is the question's, not the answer's. Keeping it in the state would double the cost of an apply.
		values["network"] = tftypes.NewValue(values["network"].Type(), nil)
	}
	for name, result := range results(v, scope.UnknownNames()) {
		if values[name], err = result.ToTerraformValue(ctx); err != nil {
			managed.AddError(&resp.Diagnostics, "record the answer", err)
			return
		}
	}
	resp.State.Raw = tftypes.NewValue(req.Config.Raw.Type(), values)
}

// announce makes a verdict that is not as expected fail the plan, or whatever else was asked for.
func (d *DataSource) announce(v inquiry.Verdict, q question, diags *diag.Diagnostics) {
	action := inquiry.Action(d.data, q.OnFailure)
	message := v.Message()
	switch {
	case v.Satisfied:
		// The verdict is the expected one, and there is something its author should know all the same.
		if action != inquiry.Report && q.Expect != inquiry.ExpectBlocked && slices.ContainsFunc(v.Answer.Findings, isWarning) {
			message.Summary = inquiry.ReachableWithWarning
			message.Warn(diags)
		}
	case v.Undetermined && !q.Strict:
		if action != inquiry.Report {
			message.Text += d.late()
			message.Warn(diags)
		}
	default:
		message.Text += d.late()
		message.Announce(diags, action)
	}
}

// outcome is the answer on a network, line by line.
func (q question) outcome(scope inquiry.Scope) []string {
	v, err := inquiry.Decide(scope.Model(), q.Question)
	if err != nil {
		return []string{err.Error()}
	}
	out := []string{"the verdict is " + string(v.Answer.Verdict)}
	for _, flow := range report.ExactFlows(v.Answer.Allowed) {
		out = append(out, flow+" gets through")
	}
	return out
}

func isWarning(f reach.Finding) bool { return f.Severity == reach.Warning }

// late explains a verdict that comes after objects have been made.
func (d *DataSource) late() string {
	n := d.data.Applied()
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("\n\nThis was decided during the apply, after %d objects had been changed, and not during the plan: "+
		"the block refers directly to a resource with a pending change, or has depends_on or a condition, or one of its "+
		"values was not known before. Hand network, source and destination over through a local or a module variable, or "+
		"use vpclab_reachability_guard, which decides in every plan.", n)
}

func results(v inquiry.Verdict, unknown []string) map[string]attr.Value {
	return map[string]attr.Value{
		"verdict": types.StringValue(string(v.Answer.Verdict)), "satisfied": types.BoolValue(v.Satisfied),
		"reason": types.StringValue(v.Reason), "report": types.StringValue(v.Report),
		"diagram": types.StringValue(report.Mermaid(v.Answer)),
		"allowed": inquiry.Texts(report.ExactFlows(v.Answer.Allowed)), "refused": inquiry.Texts(report.ExactFlows(v.Answer.Refused)),
		"path": inquiry.Path(v.Answer.Path), "findings": inquiry.Findings(v.Answer.Findings),
		"unknown": inquiry.Texts(unknown),
	}
}
