// Package route holds the resources vpclab_route_table and vpclab_route.
package route

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
)

// NewTableResource returns vpclab_route_table.
func NewTableResource() resource.Resource { return managed.NewResource(TableSpec()) }

// TableSpec describes vpclab_route_table.
func TableSpec() *managed.Spec {
	return &managed.Spec{
		Kind:   network.KindRouteTable,
		Key:    []string{"vpc_id", "name"},
		Judged: []string{"subnet_ids"},
		Schema: schema.Schema{
			MarkdownDescription: "A custom route table. It governs what leaves the subnets it lists; what enters the VPC is " +
				"looked up in the default table. A subnet no table lists belongs to the default table.",
			Attributes: managed.Identity(network.KindRouteTable, map[string]schema.Attribute{
				"vpc_id":      managed.Fixed(managed.Required("Id of the VPC.")),
				"name":        managed.Name("route table"),
				"subnet_ids":  managed.StringSet("Ids of the subnets the table serves."),
				"description": managed.Description(),
			}),
		},
	}
}

// NewResource returns vpclab_route.
func NewResource() resource.Resource { return managed.NewResource(Spec()) }

// Spec describes vpclab_route.
func Spec() *managed.Spec {
	return &managed.Spec{
		Kind:    network.KindRoute,
		Key:     []string{"vpc_id", "route_table_id", "destination"},
		Judged:  []string{"type", "nexthop"},
		Depends: map[string][]string{"route_table_id": {"vpc_id"}},
		Follow:  []string{"nexthop"},
		Schema: schema.Schema{
			MarkdownDescription: "A custom route. Routes to the VPC's own subnets are there without being written and win over " +
				"every custom route, even over a longer prefix; among custom routes the longest prefix wins. A peering " +
				"connection needs a route on **both** sides.",
			Attributes: managed.Identity(network.KindRoute, map[string]schema.Attribute{
				"vpc_id":         managed.Fixed(managed.Required("Id of the VPC.")),
				"route_table_id": managed.Fixed(managed.OptionalComputed("Id of the route table; the VPC's default table unless given.")),
				"destination": managed.Fixed(managed.Required("Destination as a CIDR block; once in a table, and not equal to or inside a " +
					"subnet of the VPC.")),
				"type": managed.Fixed(managed.Required("What `nexthop` is: `peering`, `ecs` (an instance), or `eni`, `vip`, `nat`, " +
					"`vpn`, `dc`, `cc`, `egw`, `er`, `subeni`, which lead out of what the lab models.")),
				"nexthop": managed.Required("Id of the next hop. Where the connection or instance it names is replaced, the " +
					"route is replaced with it."),
				"description": managed.Description(),
			}),
		},
	}
}
