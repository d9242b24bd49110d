// Package securitygroup holds the resources vpclab_security_group, vpclab_security_group_rule and
// vpclab_security_group_rules.
package securitygroup

import (
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
)

// NewResource returns vpclab_security_group.
func NewResource() resource.Resource { return managed.NewResource(Spec()) }

// Spec describes vpclab_security_group.
func Spec() *managed.Spec {
	return &managed.Spec{
		Kind:   network.KindSecurityGroup,
		Key:    []string{"name"},
		Judged: []string{"delete_default_rules"},
		Defaults: func(doc managed.Document) {
			if doc["delete_default_rules"] == nil {
				doc["delete_default_rules"] = false
			}
		},
		Schema: schema.Schema{
			MarkdownDescription: "A security group: a set of rules that filters the traffic of the instances it is attached " +
				"to. It belongs to a project, not to a VPC, and connects nothing by itself.\n\n" +
				"A new group has four rules of priority 100: everything in from the group itself and everything out, for " +
				"each address family. `delete_default_rules` leaves them out; without any rule a group denies everything.",
			Attributes: managed.Identity(network.KindSecurityGroup, map[string]schema.Attribute{
				"name":        managed.Name("security group"),
				"description": managed.Description(),
				"delete_default_rules": schema.BoolAttribute{
					Optional: true, Computed: true,
					MarkdownDescription: "Whether the group starts without the four default rules. Default `false`." + managed.ReplacesText,
					PlanModifiers:       []planmodifier.Bool{boolplanmodifier.RequiresReplaceIfConfigured()},
				},
				"tags": managed.Tags(),
			}),
		},
	}
}
