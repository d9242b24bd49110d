package protocol

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
)

type (
	plain          struct{ *managed.Resource }
	withValidators struct{ plain }
	withIdentity   struct{ plain }
	withoutID      struct{ resource.Resource }
)

func (withValidators) ConfigValidators(context.Context) []resource.ConfigValidator { return nil }

func (withIdentity) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{}, "project": identityschema.StringAttribute{},
	}}
}

// A resource type that would have this package ignore one of its methods is refused.
func TestUnsupportedResource(t *testing.T) {
	t.Parallel()
	r, _ := managed.NewResource(&managed.Spec{Kind: network.KindVPC}).(*managed.Resource)
	base := plain{r}
	for _, c := range []struct {
		name string
		r    resource.Resource
		meta resource.MetadataResponse
		want string
	}{
		{"nothing", base, resource.MetadataResponse{}, ""},
		{"config validators", withValidators{base}, resource.MetadataResponse{}, "ResourceWithConfigValidators"},
		{"another identity", withIdentity{base}, resource.MetadataResponse{}, `an identity other than a text "id"`},
		{"no identity", withoutID{base}, resource.MetadataResponse{}, "no identity"},
		{
			"behaviour", base,
			resource.MetadataResponse{ResourceBehavior: resource.ResourceBehavior{MutableIdentity: true}},
			"a ResourceBehavior",
		},
	} {
		var got []string
		for _, u := range unsupported(context.Background(), c.r, c.meta) {
			got = append(got, u.Feature)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: refused %v, not %q", c.name, got, c.want)
		}
	}
}

// A method of managed resources that none of the framework's calls was known to use would be ignored. Whoever adds its name
// here has the server call it, refuses it, or leaves its call to the framework.
func TestMethodsOfResources(t *testing.T) {
	t.Parallel()
	known := []string{
		"Configure", "Create", "Delete", "IdentitySchema", "ImportState", "Metadata", "ModifyPlan", "Read", "Schema", "Type", "Update",
		"ValidateConfig",
		// Calls that are the framework's.
		"MoveState", "UpgradeIdentity", "UpgradeState",
	}
	for method := range reflect.TypeFor[*managed.Resource]().Methods() {
		if !slices.Contains(known, method.Name) {
			t.Errorf("(*managed.Resource).%s is not known here", method.Name)
		}
	}
}
