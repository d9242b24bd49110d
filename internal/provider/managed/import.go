package managed

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// nameForm is how people tell objects of one kind apart: by texts of the object, where a reference stands for the name of
// the object it leads to. "shop/front" is the subnet front of the VPC shop.
type nameForm struct {
	kind       network.Kind
	attributes []string
	// form is the readable name as documentation and messages show it.
	form string
}

// nameForms are the names that an import accepts beside the id. A single security group rule has none: nothing short
// tells it from the others of its group.
var nameForms = map[network.Kind]nameForm{
	network.KindVPC:           {network.KindVPC, []string{"name"}, "the VPC's name"},
	network.KindSubnet:        {network.KindSubnet, []string{"vpc_id", "name"}, "VPC/subnet, both by name"},
	network.KindSecurityGroup: {network.KindSecurityGroup, []string{"name"}, "the group's name"},
	network.KindSecurityGroupRuleSet: {
		network.KindSecurityGroup, []string{"name"}, "the group's name",
	},
	network.KindNetworkACL:   {network.KindNetworkACL, []string{"name"}, "the ACL's name"},
	network.KindAddressGroup: {network.KindAddressGroup, []string{"name"}, "the address group's name"},
	network.KindPeering:      {network.KindPeering, []string{"name"}, "the connection's name"},
	network.KindRouteTable:   {network.KindRouteTable, []string{"vpc_id", "name"}, "VPC/table, both by name"},
	network.KindRoute: {
		network.KindRoute, []string{"vpc_id", "destination"}, "VPC/destination, the VPC by name",
	},
	network.KindInstance: {network.KindInstance, []string{"name"}, "the instance's name"},
}

// identityType is the form of an identity.
var identityType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String}}

// IdentitySchema is what tells an object from others across configurations: its id.
func (r *Resource) IdentitySchema(
	_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse,
) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{
			RequiredForImport: true, Description: "Identifier of the " + r.of.spec.Kind.Label() + ".",
		},
	}}
}

// identify records the identity beside a state. Terraform before 1.12 asks for none.
func identify(identity *tfsdk.ResourceIdentity, id string) {
	if identity != nil && id != "" {
		identity.Raw = tftypes.NewValue(identityType, map[string]tftypes.Value{"id": tftypes.NewValue(tftypes.String, id)})
	}
}

// ImportState takes the object's identity, its id, or its readable name.
func (r *Resource) ImportState(
	ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse,
) {
	id := req.ID
	if id == "" {
		var given types.String
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("id"), &given)...)
		id = given.ValueString()
	}
	if resp.Diagnostics.HasError() || !r.of.usable(&resp.Diagnostics) {
		return
	}
	found, err := r.of.operations.read(ctx, r.of.data, id)
	if err == nil && found == nil {
		id, err = r.resolve(ctx, id)
	}
	if err != nil {
		AddError(&resp.Diagnostics, "import the "+r.of.spec.Kind.Label(), err)
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	identify(resp.Identity, id)
}

// resolve finds the one object with a readable name. Its errors are network.Problems.
func (r *Resource) resolve(ctx context.Context, text string) (string, error) {
	label := r.of.spec.Kind.Label()
	names, ok := nameForms[r.of.spec.Kind]
	if !ok {
		return "", notImported("Project %s has no %s with the id %q in the store %s.", r.of.data.Project, label, text,
			r.of.data.Cloud.Location())
	}
	objects, err := r.of.data.Cloud.Objects(ctx, names.kind, r.of.data.Project)
	if err != nil {
		return "", err
	}
	var ids []string
	for _, o := range objects {
		name, err := r.readableName(ctx, names, o)
		if err != nil {
			return "", err
		}
		if name == text {
			ids = append(ids, o.Base().ID)
		}
	}
	switch len(ids) {
	case 0:
		return "", notImported("Project %s has no %s with the id or the name %q in the store %s. Give its id, or %s.",
			r.of.data.Project, label, text, r.of.data.Cloud.Location(), names.form)
	case 1:
		return ids[0], nil
	default:
		return "", notImported("%q is the name of %d objects of the kind %s. Give the id of the one that is meant: %s.",
			text, len(ids), label, strings.Join(ids, ", "))
	}
}

func notImported(format string, args ...any) error {
	return network.Problems{{Summary: "Cannot import", Detail: fmt.Sprintf(format, args...)}}
}

// readableName is an object's name in the form of its kind; "" where it has none.
func (r *Resource) readableName(ctx context.Context, names nameForm, o network.Object) (string, error) {
	doc, err := encode(o)
	if err != nil {
		return "", err
	}
	parts := make([]string, 0, len(names.attributes))
	for _, attribute := range names.attributes {
		text, _ := doc[attribute].(string)
		if attribute == "vpc_id" {
			vpc, err := r.of.data.Cloud.Read(ctx, network.KindVPC, text)
			if err != nil {
				return "", err
			}
			text = vpc.Title()
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "/"), nil
}
