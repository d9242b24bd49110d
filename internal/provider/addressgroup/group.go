// Package addressgroup holds the resource vpclab_address_group.
package addressgroup

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
)

// NewResource returns vpclab_address_group.
func NewResource() resource.Resource { return managed.NewResource(Spec()) }

// Spec describes vpclab_address_group.
func Spec() *managed.Spec {
	return &managed.Spec{
		Kind:   network.KindAddressGroup,
		Key:    []string{"name"},
		Judged: []string{"ip_version", "entries"},
		Schema: schema.Schema{
			MarkdownDescription: "A named set of addresses of one family that rules of security groups and network ACLs can " +
				"name as their peer.",
			Attributes: managed.Identity(network.KindAddressGroup, map[string]schema.Attribute{
				"name": managed.Name("address group"),
				"ip_version": schema.Int64Attribute{
					Optional: true, Computed: true,
					MarkdownDescription: "4 (default) or 6." + managed.ReplacesText,
					PlanModifiers:       []planmodifier.Int64{int64planmodifier.RequiresReplaceIfConfigured()},
				},
				"entries": schema.ListNestedAttribute{
					Required: true, MarkdownDescription: "At most 20 entries, none repeating another.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"address":     managed.Required("An address, a CIDR block, or a range such as `10.0.0.5-10.0.0.9`."),
						"description": managed.Optional("What the entry is. At most 255 characters, without `<` and `>`."),
					}},
				},
				"description": managed.Description(),
			}),
		},
	}
}
