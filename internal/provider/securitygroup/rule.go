package securitygroup

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
)

// match lists what a rule's verdict rests on.
var match = []string{
	"direction", "ethertype", "protocol", "ports", "icmp_type", "icmp_code", "remote_ip_prefix", "remote_group_id",
	"remote_address_group_id", "action", "priority",
}

// NewRuleResource returns vpclab_security_group_rule.
func NewRuleResource() resource.Resource { return managed.NewResource(RuleSpec()) }

// RuleSpec describes vpclab_security_group_rule.
func RuleSpec() *managed.Spec {
	attributes := ruleAttributes()
	attributes["security_group_id"] = managed.Fixed(managed.Required("Id of the group the rule belongs to."))
	return &managed.Spec{
		Kind:    network.KindSecurityGroupRule,
		Key:     append([]string{"security_group_id"}, match...),
		Judged:  []string{"enabled"},
		Depends: map[string][]string{"ethertype": {"remote_ip_prefix", "protocol"}},
		Follow:  []string{"remote_group_id", "remote_address_group_id"},
		Schema: schema.Schema{
			MarkdownDescription: "One rule of a security group. Inside a group the rule with the lowest `priority` number " +
				"that matches decides; at equal priority deny comes before allow. `ports` are ports of the packet's " +
				"destination, whatever the direction.\n\n" +
				"For many rules of one group use `vpclab_security_group_rules`; a group's rules are written in one of the two " +
				"forms, not in both.",
			Attributes: managed.Identity(network.KindSecurityGroupRule, attributes),
		},
	}
}

// NewRulesResource returns vpclab_security_group_rules.
func NewRulesResource() resource.Resource { return managed.NewResource(RulesSpec()) }

// RulesSpec describes vpclab_security_group_rules.
func RulesSpec() *managed.Spec {
	return &managed.Spec{
		Kind:   network.KindSecurityGroupRuleSet,
		Key:    []string{"security_group_id"},
		Judged: []string{"rules"},
		Schema: schema.Schema{
			MarkdownDescription: "Any number of rules of one security group, each under a name of your choice. Terraform " +
				"handles one resource with a thousand rules much faster than a thousand resources.\n\n" +
				"The resource manages the rules it names; the group's default rules and rules made elsewhere stay. A second " +
				"one for the same group, or single `vpclab_security_group_rule`s beside it, are refused at plan.",
			Attributes: managed.Identity(network.KindSecurityGroupRuleSet, map[string]schema.Attribute{
				"security_group_id": managed.Fixed(managed.Required("Id of the group the rules belong to.")),
				"rules": schema.MapNestedAttribute{
					Required: true,
					MarkdownDescription: "The rules by name. A rule keeps its identity as long as its name and what it matches " +
						"stay.",
					NestedObject: schema.NestedAttributeObject{Attributes: ruleAttributes()},
				},
			}),
		},
	}
}

func ruleAttributes() map[string]schema.Attribute {
	return maps.Clone(map[string]schema.Attribute{
		"direction": managed.Required("`ingress` for traffic to the group's instances, `egress` for traffic from them."),
		"ethertype": managed.OptionalComputed("`IPv4` or `IPv6`. Left out, it follows from `remote_ip_prefix` or the protocol, and " +
			"is `IPv4` otherwise."),
		"protocol": managed.Optional("`tcp`, `udp`, `icmp`, `icmpv6`, `gre`, a protocol number, or `any`. Left out, any."),
		"ports":    managed.Ports("Destination ports."),
		"icmp_type": schema.Int64Attribute{
			Optional: true, MarkdownDescription: "ICMP type, 0 to 255; with `icmp` and `icmpv6` only. Left out, every type.",
		},
		"icmp_code": schema.Int64Attribute{
			Optional: true, MarkdownDescription: "ICMP code, 0 to 255; needs `icmp_type`. Left out, every code.",
		},
		"remote_ip_prefix": managed.Optional("The peer as a CIDR block. At most one of the three remotes is given; without " +
			"one the rule is about every address of its ethertype."),
		"remote_group_id": managed.Optional("The peer as the members of a security group, also across peered VPCs. Only " +
			"their private addresses count, and not traffic an instance merely forwards."),
		"remote_address_group_id": managed.Optional("The peer as an address group of the same family."),
		"action":                  managed.OptionalComputed("`allow` (default) or `deny`."),
		"priority": schema.Int64Attribute{
			Optional: true, Computed: true,
			MarkdownDescription: "1 (decides first, the default) to 100.",
		},
		"enabled":     managed.OptionalBool("Whether the rule acts. Default `true`."),
		"description": managed.Description(),
	})
}
