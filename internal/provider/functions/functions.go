// Package functions holds the provider functions reachability and analyze: pure questions about values.
package functions

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/inquiry"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
)

var (
	_ function.Function = (*Reachability)(nil)
	_ function.Function = (*Analyze)(nil)
)

func networkParameter() function.Parameter {
	return function.DynamicParameter{
		Name:               "network",
		AllowUnknownValues: true,
		MarkdownDescription: "What is decided on, and nothing else: " + inquiry.NetworkDescription + " A `ref` is not accepted: a " +
			"function sees neither plan nor store.",
	}
}

// collect reads the network parameter.
func collect(ctx context.Context, value types.Dynamic) (inquiry.Scope, *function.FuncError) {
	raw, err := value.UnderlyingValue().ToTerraformValue(ctx)
	if err != nil {
		return inquiry.Scope{}, function.NewArgumentFuncError(0, err.Error())
	}
	scope, err := inquiry.Collect(ctx, nil, raw)
	if err != nil {
		return scope, function.NewArgumentFuncError(0, err.Error())
	}
	if refused := scope.Problems.Refusals(); len(refused) > 0 {
		return scope, function.NewArgumentFuncError(0, refused[0].Summary+": "+refused[0].ForAuthor())
	}
	return scope, nil
}

// Reachability is provider::vpclab::reachability.
type Reachability struct{}

// NewReachability returns the function reachability.
func NewReachability() function.Function { return &Reachability{} }

// Metadata names the function.
func (*Reachability) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "reachability"
}

func answerTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"verdict": types.StringType, "satisfied": types.BoolType, "reason": types.StringType, "report": types.StringType,
		"diagram": types.StringType, "allowed": types.ListType{ElemType: types.StringType},
		"refused":  types.ListType{ElemType: types.StringType},
		"findings": listOf(inquiry.FindingColumns()), "path": listOf(inquiry.HopColumns()),
	}
}

func listOf(columns []inquiry.Column) attr.Type {
	return types.ListType{ElemType: types.ObjectType{AttrTypes: inquiry.AttributeTypes(columns)}}
}

// Definition describes the function.
func (*Reachability) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Decide whether traffic gets through a network given by value",
		MarkdownDescription: "Decides one question on objects that are handed over, as the data source `vpclab_reachability` does, " +
			"and returns an object with the data source's results: `verdict`, `satisfied`, `reason`, `report`, `diagram`, " +
			"`allowed`, `refused`, `findings` and `path`. It never fails on a verdict, and needs no lab: for the conditions of " +
			"variables, outputs and resources, and for tests.",
		Parameters: []function.Parameter{
			networkParameter(),
			function.DynamicParameter{
				Name:               "question",
				AllowUnknownValues: true,
				MarkdownDescription: "An object with `source` and `destination`, and optionally `protocol`, `ports`, `icmp_type`, " +
					"`icmp_code`, `expect` and `strict`, as in the data source.",
			},
		},
		Return: function.ObjectReturn{AttributeTypes: answerTypes()},
	}
}

// Run decides the question.
func (*Reachability) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var net, question types.Dynamic
	if resp.Error = req.Arguments.Get(ctx, &net, &question); resp.Error != nil {
		return
	}
	if isUnknown(net) || isUnknown(question) {
		resp.Error = resp.Result.Set(ctx, types.ObjectUnknown(answerTypes()))
		return
	}
	scope, failed := collect(ctx, net)
	if failed != nil {
		resp.Error = failed
		return
	}
	raw, err := question.UnderlyingValue().ToTerraformValue(ctx)
	if err == nil && !raw.IsFullyKnown() {
		resp.Error = resp.Result.Set(ctx, types.ObjectUnknown(answerTypes()))
		return
	}
	var q inquiry.Question
	if err == nil {
		q, err = asked(raw)
	}
	var v inquiry.Verdict
	if err == nil {
		v, err = inquiry.Decide(scope.Model(), q)
	}
	if err != nil {
		resp.Error = function.NewArgumentFuncError(1, err.Error())
		return
	}
	if len(scope.Unknown) > 0 {
		resp.Error = set(ctx, resp, answerTypes(), certain(v))
		return
	}
	resp.Error = set(ctx, resp, answerTypes(), map[string]attr.Value{
		"verdict": types.StringValue(string(v.Answer.Verdict)), "satisfied": types.BoolValue(v.Satisfied),
		"reason": types.StringValue(v.Reason), "report": types.StringValue(v.Report),
		"diagram": types.StringValue(report.Mermaid(v.Answer)), "allowed": inquiry.Texts(report.ExactFlows(v.Answer.Allowed)),
		"refused": inquiry.Texts(report.ExactFlows(v.Answer.Refused)), "findings": inquiry.Findings(v.Answer.Findings),
		"path": inquiry.Path(v.Answer.Path),
	})
}

// isUnknown reports whether nothing of an argument is known.
func isUnknown(v types.Dynamic) bool { return v.IsUnknown() || v.IsUnderlyingValueUnknown() }

// certain is what is certain of an answer while not everything is known. Terraform asks again when it is, and takes an answer
// that differs from this one for a fault.
func certain(v inquiry.Verdict) map[string]attr.Value {
	out := map[string]attr.Value{}
	for name, t := range answerTypes() {
		switch t := t.(type) {
		case types.ListType:
			out[name] = types.ListUnknown(t.ElemType)
		default:
			out[name] = types.StringUnknown()
		}
	}
	out["satisfied"] = types.BoolUnknown()
	if !v.Undetermined {
		out["satisfied"] = types.BoolValue(v.Satisfied)
	}
	if v.Answer.Verdict != reach.Undetermined {
		out["verdict"] = types.StringValue(string(v.Answer.Verdict))
	}
	return out
}

// Analyze is provider::vpclab::analyze.
type Analyze struct{}

// NewAnalyze returns the function analyze.
func NewAnalyze() function.Function { return &Analyze{} }

// Metadata names the function.
func (*Analyze) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "analyze"
}

func analysisTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"findings": listOf(inquiry.FindingColumns()), "matrix": listOf(inquiry.PairColumns()), "diagram": types.StringType,
		"report": types.StringType,
	}
}

// Definition describes the function.
func (*Analyze) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Audit a network given by value",
		MarkdownDescription: "Looks at a whole network with no question asked, as the data source `vpclab_network_analysis` " +
			"does, and returns an object with `findings`, `matrix`, `diagram` and `report`.",
		Parameters: []function.Parameter{networkParameter()},
		Return:     function.ObjectReturn{AttributeTypes: analysisTypes()},
	}
}

// Run audits the network.
func (*Analyze) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var net types.Dynamic
	if resp.Error = req.Arguments.Get(ctx, &net); resp.Error != nil {
		return
	}
	var scope inquiry.Scope
	var failed *function.FuncError
	if !isUnknown(net) {
		scope, failed = collect(ctx, net)
	}
	switch {
	case failed != nil:
		resp.Error = failed
		return
	case isUnknown(net) || len(scope.Unknown) > 0:
		resp.Error = resp.Result.Set(ctx, types.ObjectUnknown(analysisTypes()))
		return
	}
	w := reach.Compile(scope.Network)
	findings := w.Audit()
	resp.Error = set(ctx, resp, analysisTypes(), map[string]attr.Value{
		"findings": inquiry.Findings(findings), "matrix": inquiry.Pairs(w), "report": types.StringValue(report.Audit(findings)),
		"diagram": types.StringValue(report.Map(scope.Network, reach.Answer{}).Mermaid()),
	})
}

func set(
	ctx context.Context, resp *function.RunResponse, attributeTypes map[string]attr.Type, values map[string]attr.Value,
) *function.FuncError {
	object, diags := types.ObjectValue(attributeTypes, maps.Clone(values))
	if diags.HasError() {
		return function.FuncErrorFromDiags(ctx, diags)
	}
	return resp.Result.Set(ctx, object)
}
