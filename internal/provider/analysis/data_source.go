// Package analysis holds the data source vpclab_network_analysis.
package analysis

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/inquiry"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
)

var (
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

// mostChanges bounds the lines of gained and lost.
const mostChanges = 1000

var changesAreExact = fmt.Sprintf("The traffic of a line is exact; of more than four ends on a side and of more than %d lines "+
	"the rest are counted.", mostChanges)

// DataSource audits a whole network.
type DataSource struct{ data *managed.ProviderData }

// NewDataSource returns vpclab_network_analysis.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_network_analysis"
}

// Configure takes over the provider data.
func (d *DataSource) Configure(
	_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse,
) {
	d.data = managed.FromProviderData(req.ProviderData, &resp.Diagnostics)
}

// Schema returns what is looked for and what was found.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(required bool, description string) schema.StringAttribute {
		return schema.StringAttribute{Required: required, Optional: !required, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Looks at a whole network with no question asked: rules without effect, layers that contradict each " +
			"other, routes that lead nowhere, and who reaches whom. **Fails the plan** on the findings of `fail_on`.\n\n" +
			"Hand the resources over through a `local`, a module variable or a module output: what is said of " +
			"[vpclab_reachability](reachability.md) holds here as well. To gate a plan, " +
			"[vpclab_reachability_guard](../resources/reachability_guard.md) is the safer form.",
		Attributes: map[string]schema.Attribute{
			"network": schema.DynamicAttribute{
				Optional: true,
				MarkdownDescription: "What is looked at: " + inquiry.NetworkDescription + " " + inquiry.CompleteDescription + " " +
					inquiry.StoredDescription,
			},
			"fail_on": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: inquiry.FailOnDescription,
			},
			"ignore": schema.ListNestedAttribute{
				Optional: true, MarkdownDescription: "Findings that are accepted, and, with the code `" + inquiry.ScopeIncomplete +
					"`, objects that a list in `network` leaves out.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"code":   text(true, "Code of the finding."),
					"object": text(false, "Id or name of the object; any, if left out."),
					"reason": text(true, "Why it is accepted."),
				}},
			},
			"on_failure": text(false, "What a finding of `fail_on` does: "+inquiry.FailureDescription),
			"findings":   inquiry.ObjectList("What was found and is not ignored, errors first.", inquiry.FindingColumns()),
			"satisfied": schema.BoolAttribute{
				Computed: true, MarkdownDescription: "Whether nothing of `fail_on` was found, and everything is known.",
			},
			"matrix": inquiry.ObjectList("Who reaches whom, one entry for each pair of ends, or groups of ends that fare alike.",
				inquiry.PairColumns()),
			"gained":  inquiry.TextList("What the network lets through and the one in the store does not. " + changesAreExact),
			"lost":    inquiry.TextList("What the network in the store lets through and this one does not. " + changesAreExact),
			"diagram": inquiry.Text("The network as a Mermaid flowchart."),
			"report":  inquiry.Text("The findings in words, with their repairs."),
			"unknown": inquiry.TextList("What is not known yet and was left out."),
		},
	}
}

// configuration is what the author wrote, in plain values.
type configuration struct {
	inquiry.Audit

	OnFailure string `json:"on_failure"`
}

// ValidateConfig refuses codes there are not, and exceptions without a reason.
func (d *DataSource) ValidateConfig(
	_ context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	var c configuration
	if err := inquiry.Read(req.Config.Raw, &c, "network"); err != nil {
		managed.AddError(&resp.Diagnostics, "read the configuration", err)
		return
	}
	c.Validate(&resp.Diagnostics)
	inquiry.Choice(&resp.Diagnostics, path.Root("on_failure"), c.OnFailure, inquiry.Fail, inquiry.Warn, inquiry.Report)
}

// Read audits the network. Terraform calls it during plan or apply as it does any data source.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var c configuration
	var values map[string]tftypes.Value
	err := req.Config.Raw.As(&values)
	if err == nil {
		err = inquiry.Read(req.Config.Raw, &c, "network")
	}
	if err == nil && d.data == nil {
		err = inquiry.ErrNoLab
	}
	var scope inquiry.Scope
	if err == nil {
		scope, err = inquiry.Collect(ctx, d.data, values["network"])
	}
	if err != nil {
		managed.AddError(&resp.Diagnostics, "read the network", err)
		return
	}
	managed.AddProblems(&resp.Diagnostics, scope.Problems)
	if resp.Diagnostics.HasError() {
		return
	}
	const asker = "the vpclab_network_analysis"
	message, complete, err := inquiry.Complete(ctx, d.data, scope, asker, c.Ignore)
	if err != nil {
		managed.AddError(&resp.Diagnostics, "read the planned network", err)
		return
	}
	if !complete {
		message.Announce(&resp.Diagnostics, inquiry.Action(d.data, c.OnFailure))
		if resp.Diagnostics.HasError() {
			return // Causes that what is missing makes are none.
		}
	}
	w := reach.Compile(scope.Network)
	difference, err := d.difference(ctx, scope, w)
	if err != nil {
		managed.AddError(&resp.Diagnostics, "read the store", err)
		return
	}
	findings, failing := c.Judge(w)
	action := inquiry.Action(d.data, c.OnFailure)
	for _, f := range failing {
		inquiry.About(f).Announce(&resp.Diagnostics, action)
	}
	if len(scope.Unknown) > 0 && action != inquiry.Report {
		resp.Diagnostics.AddWarning("Network not wholly known", report.Paragraph(inquiry.Undecided(scope.UnknownNames())))
	}
	inquiry.KeepOpen(d.data, scope, asker, c.outcome)
	if values["network"].Type() != nil {
		values["network"] = tftypes.NewValue(values["network"].Type(), nil)
	}
	for name, result := range map[string]attr.Value{
		"findings": inquiry.Findings(findings), "satisfied": types.BoolValue(len(failing)+len(scope.Unknown) == 0),
		"matrix": inquiry.Pairs(w), "gained": inquiry.Texts(inquiry.Changes(difference.Gained, mostChanges)),
		"lost":    inquiry.Texts(inquiry.Changes(difference.Lost, mostChanges)),
		"diagram": types.StringValue(report.Map(scope.Network, reach.Answer{}).Mermaid()),
		"report":  types.StringValue(report.Audit(findings)),
		"unknown": inquiry.Texts(scope.UnknownNames()),
	} {
		if values[name], err = result.ToTerraformValue(ctx); err != nil {
			managed.AddError(&resp.Diagnostics, "record "+name, err)
			return
		}
	}
	resp.State.Raw = tftypes.NewValue(req.Config.Raw.Type(), values)
}

// outcome is what is found in a network, line by line, and who reaches whom there.
func (c configuration) outcome(scope inquiry.Scope) []string {
	model := reach.Compile(scope.Network)
	findings, _ := c.Judge(model)
	var out []string
	for _, f := range findings {
		out = append(out, fmt.Sprintf("%s of the %s %s", f.Code, f.Kind.Label(), f.Name))
	}
	reachability, _ := inquiry.Reachability(model, mostChanges)
	for ends, services := range reachability {
		out = append(out, ends+": "+services)
	}
	slices.Sort(out)
	return out
}

// difference compares the network with what the store holds: all of it where the network is the whole lab, else what lies in
// its VPCs.
func (d *DataSource) difference(ctx context.Context, scope inquiry.Scope, after *reach.Model) (reach.Difference, error) {
	stored, err := d.data.Cloud.Snapshot(ctx)
	if err != nil {
		return reach.Difference{}, fmt.Errorf("compare: %w", err)
	}
	before := network.NewBuilder()
	for _, kind := range network.Kinds() {
		for _, o := range stored.OfKind(kind) {
			if i, ok := o.(*network.Instance); ok && !scope.Whole {
				s := network.Get[*network.Subnet](stored, i.SubnetID)
				if s == nil || scope.Network.Object(s.VPCID) == nil {
					continue
				}
			}
			before.Add(o)
		}
	}
	return reach.Compare(reach.Compile(before.Network()), after), nil
}
