// Package reachability holds the data source vpclab_reachability.
package reachability

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

var (
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

// DataSource decides one question.
type DataSource struct{ lab *managed.Lab }

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

// Configure takes over the lab.
func (d *DataSource) Configure(
	_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse,
) {
	d.lab = managed.FromProviderData(req.ProviderData, &resp.Diagnostics)
}

// question is the configuration in plain values.
type question struct {
	Source      endpoint `json:"source"`
	Destination endpoint `json:"destination"`
	Protocol    string   `json:"protocol"`
	Ports       []string `json:"ports"`
	Expect      string   `json:"expect"`
	OnFailure   string   `json:"on_failure"`
}

type endpoint struct {
	InstanceID       string   `json:"instance_id"`
	SubnetID         string   `json:"subnet_id"`
	SecurityGroupIDs []string `json:"security_group_ids"`
	Address          string   `json:"address"`
	VPCID            string   `json:"vpc_id"`
	Internet         bool     `json:"internet"`
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
	for name, e := range map[string]endpoint{"source": q.Source, "destination": q.Destination} {
		if values[name].IsFullyKnown() {
			e.validate(path.Root(name), &resp.Diagnostics)
		}
	}
	choice(&resp.Diagnostics, "expect", q.Expect, "reachable", "blocked")
	choice(&resp.Diagnostics, "on_failure", q.OnFailure, "error", "warning", "report")
	protocol, err := traffic.ParseProtocol(q.Protocol)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("protocol"), "Unknown protocol", err.Error()+".")
	} else if q.Protocol != "" && len(q.Ports) > 0 && !protocol.HasPorts() {
		resp.Diagnostics.AddAttributeError(path.Root("ports"), "Ports without a protocol that has them",
			fmt.Sprintf("The question names ports, and its protocol %s has none. Ask for tcp or udp.", protocol))
	}
	for i, port := range q.Ports {
		if _, err := traffic.ParsePortRange(port); err != nil {
			resp.Diagnostics.AddAttributeError(path.Root("ports").AtListIndex(i), "Invalid port", err.Error()+".")
		}
	}
}

func choice(diags *diag.Diagnostics, name, value string, accepted ...string) {
	if value != "" && !slices.Contains(accepted, value) {
		diags.AddAttributeError(path.Root(name), "Invalid "+name,
			fmt.Sprintf("%s is %q; it must be one of %q.", name, value, accepted))
	}
}

func (e endpoint) validate(at path.Path, diags *diag.Diagnostics) {
	given := 0
	for _, set := range []bool{e.InstanceID != "", e.SubnetID != "", e.Address != "", e.Internet} {
		if set {
			given++
		}
	}
	if given != 1 {
		diags.AddAttributeError(at, "Endpoint not clear",
			"Exactly one of instance_id, subnet_id, address and internet = true says which end is meant.")
	}
	if e.VPCID != "" && e.Address == "" {
		diags.AddAttributeError(at.AtName("vpc_id"), "VPC without an address", "vpc_id says where address lies.")
	}
	if len(e.SecurityGroupIDs) > 0 && e.SubnetID == "" && e.Address == "" {
		diags.AddAttributeError(at.AtName("security_group_ids"), "Groups of an endpoint that has its own",
			"security_group_ids goes with subnet_id or address; an instance has its own groups.")
	}
}

func read(config tftypes.Value) (question, map[string]tftypes.Value, error) {
	var q question
	var values map[string]tftypes.Value
	if err := config.As(&values); err != nil {
		return q, nil, fmt.Errorf("read configuration: %w", err)
	}
	plain := managed.Document{}
	for name, value := range values {
		if name == "network" {
			continue
		}
		p, err := managed.Plain(value)
		if err != nil {
			return q, nil, fmt.Errorf("read %s: %w", name, err)
		}
		plain[name] = p
	}
	body, err := json.Marshal(plain)
	if err == nil {
		err = json.Unmarshal(body, &q)
	}
	return q, values, err
}

// Read decides the question. Terraform calls it during plan when everything the block refers to is known and no
// resource it refers to directly has a pending change, and during apply otherwise.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	q, values, err := read(req.Config.Raw)
	if err != nil {
		managed.AddError(&resp.Diagnostics, "read the question", err)
		return
	}
	if d.lab == nil || d.lab.Cloud == nil {
		resp.Diagnostics.AddError("Provider not configured", "The configuration of the provider vpclab is not known yet, so "+
			"there is no lab to decide the question in. Give its \"store\" and \"project_id\" values that are known at plan.")
		return
	}
	net, unknown, ok := d.network(ctx, values["network"], &resp.Diagnostics)
	if !ok {
		return
	}
	asked, err := q.asked()
	if err != nil {
		managed.AddError(&resp.Diagnostics, "read the question", err)
		return
	}
	result := conclude(reach.Decide(net, asked), q.Expect, unknown)
	d.announce(result, q, &resp.Diagnostics)
	if values["network"].Type() != nil {
		// The network is the question's, not the answer's. Keeping it in the state would double the cost of an apply.
		values["network"] = tftypes.NewValue(values["network"].Type(), nil)
	}
	if err := result.write(values); err != nil {
		managed.AddError(&resp.Diagnostics, "record the answer", err)
		return
	}
	resp.State.Raw = tftypes.NewValue(req.Config.Raw.Type(), values)
}

// network is what the question is decided on, and the objects left out because not everything of theirs is known.
func (d *DataSource) network(
	ctx context.Context, value tftypes.Value, diags *diag.Diagnostics,
) (*network.Network, []string, bool) {
	if value.IsNull() {
		n, err := d.lab.Cloud.Snapshot(ctx)
		if err != nil {
			managed.AddError(diags, "read the network", err)
		}
		return n, nil, err == nil
	}
	plain, err := managed.Plain(value)
	s := scope{lab: d.lab, builder: network.NewBuilder()}
	if err == nil {
		err = s.add(ctx, plain)
	}
	if err != nil {
		managed.AddError(diags, "read the network", err)
		return nil, nil, false
	}
	managed.AddProblems(diags, s.problems)
	return s.builder.Network(), s.unknown, !diags.HasError()
}

func (q question) asked() (reach.Question, error) {
	protocol := traffic.TCP
	var err error
	if q.Protocol != "" {
		if protocol, err = traffic.ParseProtocol(q.Protocol); err != nil {
			return reach.Question{}, fmt.Errorf("protocol: %w", err)
		}
	}
	ports, err := traffic.ParsePorts(q.Ports)
	if err != nil {
		return reach.Question{}, fmt.Errorf("ports: %w", err)
	}
	return reach.Question{
		Source: q.Source.asked(), Destination: q.Destination.asked(), Protocol: protocol, Ports: ports,
	}, nil
}

func (e endpoint) asked() reach.Endpoint {
	return reach.Endpoint{
		InstanceID: e.InstanceID, SubnetID: e.SubnetID, SecurityGroupIDs: e.SecurityGroupIDs,
		Address: e.Address, VPCID: e.VPCID, Internet: e.Internet,
	}
}

// announce makes a verdict that is not as expected fail the plan, or whatever else was asked for.
func (d *DataSource) announce(r result, q question, diags *diag.Diagnostics) {
	action := q.OnFailure
	if d.lab.OnFailure != "" {
		action = d.lab.OnFailure
	}
	if r.satisfied {
		// The verdict is the expected one, and there is something its author should know all the same.
		if action != "report" && slices.ContainsFunc(r.answer.Findings, isWarning) {
			diags.AddWarning("Reachable, with a warning", r.report)
		}
		return
	}
	if r.answer.Verdict == reach.Undetermined && action != "report" {
		diags.AddWarning("Reachability not decided", r.report)
		return
	}
	switch action {
	case "report":
	case "warning":
		diags.AddWarning(r.reason, r.report)
	default:
		diags.AddError(r.reason, r.report+"\n\n"+wayOut)
	}
}

func isWarning(f reach.Finding) bool { return f.Severity == reach.Warning }

const wayOut = "To go on all the same, to destroy for example, set VPCLAB_ON_FAILURE=warning in the environment or " +
	"on_failure = \"warning\" in the provider block."

// result is an answer measured by what was expected.
type result struct {
	answer    reach.Answer
	satisfied bool
	reason    string
	report    string
}

func conclude(a reach.Answer, expect string, unknown []string) result {
	if len(unknown) > 0 {
		a.Verdict = reach.Undetermined
	}
	r := result{answer: a, report: report.Text(a)}
	for _, name := range unknown {
		r.report = fmt.Sprintf("Not everything is known yet about the %s.\n", name) + r.report
	}
	switch expect {
	case "blocked":
		r.satisfied = a.Verdict == reach.Blocked
		r.reason = "Network reachable"
	default:
		r.satisfied = a.Verdict == reach.Reachable
		r.reason = report.Headline(a)
	}
	if r.satisfied {
		r.reason = ""
	}
	return r
}

func (r result) write(values map[string]tftypes.Value) error {
	for name, v := range map[string]any{
		"verdict": string(r.answer.Verdict), "satisfied": r.satisfied, "reason": r.reason, "report": r.report,
	} {
		values[name] = tftypes.NewValue(values[name].Type(), v)
	}
	list, ok := values["findings"].Type().(tftypes.List)
	if !ok {
		return fmt.Errorf("findings is a %s, not a list", values["findings"].Type())
	}
	items := make([]tftypes.Value, 0, len(r.answer.Findings))
	for _, f := range r.answer.Findings {
		members := map[string]tftypes.Value{}
		for name, text := range map[string]string{
			"code": f.Code, "severity": string(f.Severity), "layer": string(f.Layer), "side": string(f.Side),
			"object": f.ID, "message": report.Sentence(f),
		} {
			members[name] = tftypes.NewValue(tftypes.String, text)
		}
		items = append(items, tftypes.NewValue(list.ElementType, members))
	}
	values["findings"] = tftypes.NewValue(list, items)
	return nil
}
