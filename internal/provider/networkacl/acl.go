// Package networkacl holds the resource vpclab_network_acl.
package networkacl

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
)

// NewResource returns vpclab_network_acl.
func NewResource() resource.Resource { return managed.NewResource(Spec()) }

// Spec describes vpclab_network_acl.
func Spec() *managed.Spec {
	return &managed.Spec{
		Kind:   network.KindNetworkACL,
		Key:    []string{"name"},
		Judged: []string{"enabled", "ingress_rules", "egress_rules", "subnet_ids"},
		Schema: schema.Schema{
			MarkdownDescription: "A network ACL: a filter at the border of the subnets it is bound to. In each direction the " +
				"first rule that matches decides, and what none matches is denied, so an ACL without rules cuts its subnets " +
				"off. It keeps track of connections: answers need no rule. Traffic inside a subnet does not pass it.\n\n" +
				"A network ACL and the security groups must both allow; an ACL that denies wins over a group that allows.",
			Attributes: managed.Identity(network.KindNetworkACL, map[string]schema.Attribute{
				"name": managed.Name("network ACL"),
				"enabled": managed.OptionalBool("Whether the rules act. A disabled ACL that is bound to subnets denies everything " +
					"that crosses their border. Default `true`."),
				"ingress_rules": rules("Rules for traffic into the subnets, in the order they are tried."),
				"egress_rules":  rules("Rules for traffic out of the subnets, in the order they are tried."),
				"subnet_ids": managed.StringSet("Ids of the subnets the ACL is bound to, of any VPC. A subnet has at most one " +
					"network ACL."),
				"description": managed.Description(),
				"tags":        managed.Tags(),
			}),
		},
	}
}

func rules(description string) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Optional: true, MarkdownDescription: description,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"name":     managed.Optional("Name of the rule, for reports."),
			"action":   managed.Required("`allow` or `deny`."),
			"protocol": managed.Required("`tcp`, `udp`, `icmp`, `icmpv6`, `gre`, a protocol number, or `any`."),
			"ip_version": schema.Int64Attribute{
				Optional: true, Computed: true,
				MarkdownDescription: "4 or 6. Left out, it follows from the addresses or the protocol, and is 4 otherwise.",
			},
			"source_cidr": managed.Optional("Source addresses as a CIDR block. Left out, any."),
			"source_address_group_id": managed.Optional("Source addresses as an address group, instead of `source_cidr`. Only one " +
				"side of a rule can be a group."),
			"source_ports":                 managed.Ports("Source ports."),
			"destination_cidr":             managed.Optional("Destination addresses as a CIDR block. Left out, any."),
			"destination_address_group_id": managed.Optional("Destination addresses as an address group."),
			"destination_ports":            managed.Ports("Destination ports."),
			"enabled":                      managed.OptionalBool("Whether the rule acts; a disabled rule is skipped. Default `true`."),
			"description":                  managed.Description(),
		}},
	}
}
