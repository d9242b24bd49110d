// Package instance holds the resource vpclab_instance.
package instance

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
)

// NewResource returns vpclab_instance.
func NewResource() resource.Resource { return managed.NewResource(Spec()) }

// Spec describes vpclab_instance.
func Spec() *managed.Spec {
	return &managed.Spec{
		Kind:   network.KindInstance,
		Key:    []string{"subnet_id", "ip_address"},
		Judged: []string{"ipv6_address", "security_group_ids", "public_ip", "listeners", "guest_firewall"},
		Schema: schema.Schema{
			MarkdownDescription: "A server with one network interface. It stands for whatever has an address: reachability is " +
				"asked from and to instances.\n\n" +
				"`listeners` and `guest_firewall` say what no network configuration can know. Left out, a verdict ends at the " +
				"instance's border and says so.",
			Attributes: managed.Identity(network.KindInstance, map[string]schema.Attribute{
				"name":      managed.Name("instance"),
				"subnet_id": managed.Fixed(managed.Required("Id of the subnet.")),
				"ip_address": managed.Fixed(managed.Required("IPv4 address in the subnet: neither its first nor one of its last " +
					"three, nor the gateway's.")),
				"ipv6_address": managed.Fixed(managed.Optional("IPv6 address in the subnet's IPv6 block.")),
				"security_group_ids": schema.ListAttribute{
					Required: true, ElementType: types.StringType,
					MarkdownDescription: "Ids of the security groups in the order they are tried: the first group with a rule that " +
						"matches decides, and the groups after it are not asked.",
				},
				"public_ip": managed.Optional("Public IPv4 address bound to the instance."),
				"listeners": schema.ListNestedAttribute{
					Optional: true, MarkdownDescription: "Services that accept connections. An empty list says there are none.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"protocol": managed.Required("`tcp` or `udp`."),
						"ports": schema.ListAttribute{
							Required: true, ElementType: types.StringType,
							MarkdownDescription: "Ports and ranges the service accepts connections on.",
						},
					}},
				},
				"guest_firewall": schema.ListNestedAttribute{
					Optional: true,
					MarkdownDescription: "Rules of the firewall inside the instance. The first that matches decides; what none " +
						"matches is let through.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"direction":   managed.OptionalComputed("`ingress` (default) or `egress`."),
						"action":      managed.Required("`allow` or `deny`."),
						"protocol":    managed.Optional("Protocol as in a security group rule. Left out, any."),
						"ports":       managed.Ports("Destination ports."),
						"remote_cidr": managed.Optional("The peer as a CIDR block. Left out, any."),
					}},
				},
			}),
		},
	}
}
