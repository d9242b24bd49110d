package inquiry

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
)

// Column is one attribute of a result object: its name, type and description, for schemas and functions alike.
type Column struct {
	Name, Description string
	Type              attr.Type
}

var texts = types.ListType{ElemType: types.StringType}

// FindingColumns are the attributes of a finding.
func FindingColumns() []Column {
	return []Column{
		{"code", "Stable code of the cause, such as `acl_explicit_deny`.", types.StringType},
		{"severity", "`blocker`, `hint`, `error`, `warning` or `info`.", types.StringType},
		{"layer", "`question`, `vpc`, `route`, `acl`, `sg` or `host`.", types.StringType},
		{"leg", "`forward`, or `return` for the way of the answers.", types.StringType},
		{"side", "`source` or `destination`.", types.StringType},
		{"kind", "Kind of the object at fault, such as `network_acl`.", types.StringType},
		{"object", "Id of the object at fault.", types.StringType},
		{"name", "Name of the object at fault.", types.StringType},
		{"rule", "The rule that decided, in words; empty where none did.", types.StringType},
		{"position", "Position of the rule in its list, counted from 1; 0 for a rule without one.", types.Int64Type},
		{"affected", "The traffic the finding is about, exactly.", texts},
		{"related", "Codes of findings that say something else about the same object.", texts},
		{"repair", "The change that removes the cause; empty where there is none.", types.StringType},
		{"verified", "Whether the evaluator accepted the network with the repair.", types.BoolType},
		{"still_blocked_by", "How many other causes remain with the repair alone.", types.Int64Type},
		{"message", "The cause in a sentence.", types.StringType},
	}
}

// HopColumns are the attributes of a station of the way.
func HopColumns() []Column {
	return []Column{
		{"kind", "Kind of the object.", types.StringType},
		{"object", "Id of the object.", types.StringType},
		{"name", "Name of the object.", types.StringType},
		{"leg", "`forward` or `return`.", types.StringType},
		{"detail", "What the station does, where there is more to say.", types.StringType},
		{"rule", "The rule that decided there, in words.", types.StringType},
		{"drops", "Whether the packet ends there.", types.BoolType},
	}
}

// AttributeTypes are the types of columns by name.
func AttributeTypes(columns []Column) map[string]attr.Type {
	out := make(map[string]attr.Type, len(columns))
	for _, c := range columns {
		out[c.Name] = c.Type
	}
	return out
}

// Findings are findings as a list of objects of FindingColumns.
func Findings(list []reach.Finding) attr.Value {
	return objects(FindingColumns(), list, func(f reach.Finding) map[string]attr.Value {
		out := map[string]attr.Value{
			"code": text(f.Code), "severity": text(string(f.Severity)), "layer": text(string(f.Layer)), "leg": text(f.Leg),
			"side": text(string(f.Side)), "kind": text(string(f.Kind)), "object": text(f.ID), "name": text(f.Name),
			"rule": text(""), "position": types.Int64Value(0), "affected": Texts(report.ExactFlows(f.Affected)),
			"related": Texts(f.Related), "repair": text(""), "verified": types.BoolValue(false),
			"still_blocked_by": types.Int64Value(0), "message": text(report.Sentence(f)),
		}
		if f.Rule != nil {
			out["rule"], out["position"] = text(f.Rule.Summary), types.Int64Value(int64(f.Rule.Position))
		}
		if f.Repair != nil {
			out["repair"], out["verified"] = text(report.Edit(f.Repair.Edit)), types.BoolValue(f.Repair.Verified)
			out["still_blocked_by"] = types.Int64Value(int64(f.Repair.StillBlockedBy))
		}
		return out
	})
}

// Path is a way as a list of objects of HopColumns.
func Path(hops []reach.Hop) attr.Value {
	return objects(HopColumns(), hops, func(h reach.Hop) map[string]attr.Value {
		rule := ""
		if h.Rule != nil {
			rule = h.Rule.Summary
		}
		return map[string]attr.Value{
			"kind": text(string(h.Kind)), "object": text(h.ID), "name": text(h.Name), "leg": text(h.Leg), "detail": text(h.Detail),
			"rule": text(rule), "drops": types.BoolValue(h.Drops),
		}
	})
}

// Changes words gained or lost traffic, at most `most` lines of it and then how many more there are.
func Changes(changes []reach.Change, most int) []string {
	var out []string
	for _, c := range changes {
		ends := members(c.From) + " -> " + members(c.To) + ": "
		for _, flow := range report.Services(c.Traffic) {
			out = append(out, ends+flow)
		}
	}
	if len(out) > most {
		out = append(out[:most:most], fmt.Sprintf("and %d more", len(out)-most))
	}
	return out
}

// members names ends, at most four of them.
func members(list []reach.Member) string {
	const most = 4
	names := make([]string, 0, most)
	for i, m := range list {
		if i == most {
			names = append(names, fmt.Sprintf("%d more", len(list)-most))
			break
		}
		names = append(names, m.Name)
	}
	return strings.Join(names, ", ")
}

func text(s string) attr.Value { return types.StringValue(s) }

// Texts is a list of texts.
func Texts(list []string) attr.Value {
	out := make([]attr.Value, len(list))
	for i, s := range list {
		out[i] = text(s)
	}
	return types.ListValueMust(types.StringType, out)
}

func objects[T any](columns []Column, list []T, object func(T) map[string]attr.Value) attr.Value {
	attributeTypes := AttributeTypes(columns)
	out := make([]attr.Value, len(list))
	for i, item := range list {
		out[i] = types.ObjectValueMust(attributeTypes, object(item))
	}
	return types.ListValueMust(types.ObjectType{AttrTypes: attributeTypes}, out)
}
