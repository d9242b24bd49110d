package protocol

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// value decodes an object of the type. What Terraform leaves out is null.
func (t resourceType) value(from *tfprotov6.DynamicValue, name string) (tftypes.Value, []*tfprotov6.Diagnostic) {
	if from == nil {
		return tftypes.NewValue(t.object, nil), nil
	}
	value, err := from.Unmarshal(t.object)
	if err != nil {
		return value, unreadable(name, err)
	}
	return value, nil
}

// encoded is an object as the protocol carries it, beside the diagnostics so far.
func (t resourceType) encoded(
	value tftypes.Value, so []*tfprotov6.Diagnostic,
) (*tfprotov6.DynamicValue, []*tfprotov6.Diagnostic) {
	out, err := tfprotov6.NewDynamicValue(t.object, value)
	if err != nil {
		return nil, append(so, &tfprotov6.Diagnostic{
			Severity: tfprotov6.DiagnosticSeverityError, Summary: "Value not encodable",
			Detail: fmt.Sprintf("The answer to Terraform could not be encoded: %s. This is a bug in vpclab; please report it.", err),
		})
	}
	return &out, so
}

// unreadable says that what Terraform sent does not fit the schema.
func unreadable(name string, err error) []*tfprotov6.Diagnostic {
	return []*tfprotov6.Diagnostic{{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: "Value not readable",
		Detail: fmt.Sprintf("The %s that Terraform sent does not fit the resource's schema: %s. If the state was edited by "+
			"hand, undo that; otherwise this is a bug, please report it.", name, err),
	}}
}

// identityType is the form of an identity: managed.Resource.IdentitySchema.
var identityType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}

// nullIdentity is the identity of what has none yet; the framework too sends it rather than nothing.
var nullIdentity = mustIdentity(tftypes.NewValue(identityType, nil))

func identity(id string) *tfprotov6.ResourceIdentityData {
	if id == "" {
		return nullIdentity
	}
	return mustIdentity(tftypes.NewValue(identityType, map[string]tftypes.Value{"id": tftypes.NewValue(tftypes.String, id)}))
}

func mustIdentity(value tftypes.Value) *tfprotov6.ResourceIdentityData {
	out, err := tfprotov6.NewDynamicValue(identityType, value)
	if err != nil {
		panic(err) // An object of one text can be encoded.
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: &out}
}

// identityOrNull is an identity, or that of an object that has none yet.
func identityOrNull(given *tfprotov6.ResourceIdentityData) *tfprotov6.ResourceIdentityData {
	if given == nil || given.IdentityData == nil {
		return nullIdentity
	}
	return given
}

// diagnostics turns the framework's diagnostics into the protocol's.
func diagnostics(ctx context.Context, from diag.Diagnostics) []*tfprotov6.Diagnostic {
	var out []*tfprotov6.Diagnostic
	for _, d := range from {
		to := &tfprotov6.Diagnostic{
			Severity: tfprotov6.DiagnosticSeverityWarning, Summary: d.Summary(), Detail: d.Detail(),
		}
		if d.Severity() == diag.SeverityError {
			to.Severity = tfprotov6.DiagnosticSeverityError
		}
		if at, ok := d.(diag.DiagnosticWithPath); ok {
			to.Attribute = attributePath(ctx, at.Path())
		}
		out = append(out, to)
	}
	return out
}

// attributePath names the same place in the protocol's way. It ends before an element of a set that cannot be named.
func attributePath(ctx context.Context, at path.Path) *tftypes.AttributePath {
	var steps []tftypes.AttributePathStep
	for _, step := range at.Steps() {
		switch step := step.(type) {
		case path.PathStepAttributeName:
			steps = append(steps, tftypes.AttributeName(step))
		case path.PathStepElementKeyInt:
			steps = append(steps, tftypes.ElementKeyInt(step))
		case path.PathStepElementKeyString:
			steps = append(steps, tftypes.ElementKeyString(step))
		case path.PathStepElementKeyValue:
			element, err := step.ToTerraformValue(ctx)
			if err != nil {
				return tftypes.NewAttributePathWithSteps(steps)
			}
			steps = append(steps, tftypes.ElementKeyValue(element))
		}
	}
	return tftypes.NewAttributePathWithSteps(steps)
}
