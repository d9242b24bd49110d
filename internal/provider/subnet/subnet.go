// Package subnet holds the resource vpclab_subnet.
package subnet

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
)

// NewResource returns vpclab_subnet.
func NewResource() resource.Resource { return managed.NewResource(Spec()) }

// Spec describes vpclab_subnet.
func Spec() *managed.Spec {
	return &managed.Spec{
		Kind:   network.KindSubnet,
		Key:    []string{"vpc_id", "cidr"},
		Judged: []string{"ipv6_enabled", "ipv6_cidr"},
		Keep:   []string{"gateway_ip", "ipv6_cidr"},
		Depends: map[string][]string{
			"gateway_ip": {"cidr"}, "ipv6_cidr": {"vpc_id", "cidr", "ipv6_enabled"}, "ipv6_enabled": {"ipv6_cidr"},
		},
		ReplaceIf: ipv6Withdrawn,
		Defaults: func(doc managed.Document) {
			if doc["ipv6_enabled"] == nil {
				doc["ipv6_enabled"] = false
			}
		},
		Schema: schema.Schema{
			MarkdownDescription: "A block of a VPC's addresses. Subnets of one VPC reach each other by local routes; what " +
				"crosses the border of a subnet passes its network ACL.",
			Attributes: managed.Identity(network.KindSubnet, map[string]schema.Attribute{
				"vpc_id": managed.Fixed(managed.Required("Id of the VPC.")),
				"name":   managed.Name("subnet"),
				"cidr": managed.Fixed(managed.Required("IPv4 block inside one block of the VPC, no smaller than a /28, disjoint " +
					"from the other subnets.")),
				"gateway_ip": managed.Fixed(managed.OptionalComputed("Address of the gateway; the first host unless given.")),
				"availability_zone": managed.Fixed(managed.Optional("Zone the subnet is pinned to; any text, the lab has no zones of its " +
					"own.")),
				"ipv6_enabled": managed.OptionalBool("Whether the subnet has an IPv6 block too. The cloud cannot switch it off again: " +
					"changing it to `false` creates a new subnet."),
				"ipv6_cidr": managed.OptionalComputed("The IPv6 block, a /64. Where `ipv6_enabled` is set and none is given, the lab " +
					"assigns a unique local one. Changing it creates a new subnet."),
				"dns_servers": managed.StringList("Name servers the subnet's instances are told, in order."),
				"description": managed.Description(),
				"tags":        managed.Tags(),
			}),
		},
	}
}

// ipv6Withdrawn says that an IPv6 block is taken away or exchanged, which the cloud cannot do.
func ipv6Withdrawn(before, after managed.Document) []string {
	had, has := before["ipv6_cidr"], after["ipv6_cidr"]
	switch {
	case had == nil:
		return nil
	case after["ipv6_enabled"] == false:
		return []string{"ipv6_enabled"}
	case has != nil && has != had:
		return []string{"ipv6_cidr"}
	default:
		return nil
	}
}
