// Package vpc holds the resource vpclab_vpc.
package vpc

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
)

// NewResource returns vpclab_vpc.
func NewResource() resource.Resource { return managed.NewResource(Spec()) }

// Spec describes vpclab_vpc.
func Spec() *managed.Spec {
	return &managed.Spec{
		Kind:    network.KindVPC,
		Key:     []string{"name"},
		Judged:  []string{"cidr", "secondary_cidrs"},
		Depends: map[string][]string{"default_route_table_id": {"name"}},
		Schema: schema.Schema{
			MarkdownDescription: "A virtual private cloud: a private network that is isolated from every other one until a " +
				"peering connection and routes join them.",
			Attributes: managed.Identity(network.KindVPC, map[string]schema.Attribute{
				"name": managed.Required("Name of the VPC, unique in its project: 1 to 64 letters, digits, `_`, `-` and `.`."),
				"cidr": managed.Required("Primary IPv4 block: part of `10.0.0.0/8`, `172.16.0.0/12` or `192.168.0.0/16`, no " +
					"smaller than a /28. It must go on holding the VPC's subnets."),
				"secondary_cidrs": managed.StringSet("Up to five further IPv4 blocks, disjoint from each other and from " +
					"the primary one."),
				"description": managed.Description(),
				"tags":        managed.Tags(),
				"default_route_table_id": managed.Computed("Id of the route table the VPC is created with. It serves every " +
					"subnet no other table lists, and decides about packets that enter the VPC."),
			}),
		},
	}
}
