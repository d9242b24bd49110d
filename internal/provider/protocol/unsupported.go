package protocol

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/resourceschema"
)

// unsupported lists what a resource type declares beside its schema and is not honoured here. Importing, moving, and
// upgrading state and identity are the framework's calls, so that their interfaces work.
func unsupported(ctx context.Context, r resource.Resource, meta resource.MetadataResponse) (out []resourceschema.Unsupported) {
	refuse := func(feature string) { out = append(out, resourceschema.Unsupported{Feature: feature}) }
	if _, ok := r.(resource.ResourceWithConfigValidators); ok {
		refuse("ResourceWithConfigValidators")
	}
	if meta.ResourceBehavior != (resource.ResourceBehavior{}) {
		refuse("a ResourceBehavior")
	}
	if i, ok := r.(resource.ResourceWithIdentity); ok {
		var resp resource.IdentitySchemaResponse
		i.IdentitySchema(ctx, resource.IdentitySchemaRequest{}, &resp)
		if typ := resp.IdentitySchema.Type().TerraformType(ctx); !typ.Equal(identityType) {
			refuse("an identity other than a text \"id\"")
		}
	} else {
		refuse("no identity")
	}
	return out
}

// refusal says that a resource type cannot be served.
func refusal(name string, features []resourceschema.Unsupported) *tfprotov6.Diagnostic {
	var lines strings.Builder
	for _, f := range features {
		at := name
		if f.Attribute != "" {
			at += "." + f.Attribute
		}
		fmt.Fprintf(&lines, "\n  %s: %s", at, f.Feature)
	}
	return &tfprotov6.Diagnostic{
		Severity: tfprotov6.DiagnosticSeverityError, Summary: "Unsupported resource schema",
		Detail: fmt.Sprintf("Something that the resource type %s declares would be ignored, as the provider answers calls about "+
			"it without terraform-plugin-framework:%s\n\nThis is a bug in vpclab; please report it. To mend it, have the package "+
			"resourceschema honour this, or do without.", name, lines.String()),
	}
}
