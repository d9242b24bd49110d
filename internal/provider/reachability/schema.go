package reachability

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func questionSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Decides whether traffic gets from a source to a destination over routing, network ACLs and " +
			"security groups, and **fails the plan** when it is not as expected, before anything exists.\n\n" +
			"Hand the resources over through a `local`, a module variable or a module output. Terraform does not read a data " +
			"block during plan that refers to a resource directly while that resource has a pending change, and `depends_on` " +
			"or a condition in the block puts it off to the apply as well.",
		Attributes: map[string]schema.Attribute{
			"network": schema.DynamicAttribute{
				Optional: true,
				MarkdownDescription: "What the question is decided on, and nothing else: whole resources, their `ref`s, module " +
					"outputs, in lists, maps and objects nested in any way. Left out, what the store holds now.",
			},
			"source":      endpointSchema("Where the traffic comes from."),
			"destination": endpointSchema("Where the traffic goes to."),
			"protocol": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "`tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `any`. Default `tcp`.",
			},
			"ports": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Destination ports and ranges, such as `[\"443\", \"8000-8010\"]`. Left out, every port.",
			},
			"expect": schema.StringAttribute{
				Optional: true, MarkdownDescription: "`reachable` (default) or `blocked`.",
			},
			"on_failure": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "What a verdict other than the expected one does: `error` (default) fails the plan, `warning` " +
					"warns, `report` leaves it to the results. The provider's `on_failure` and `VPCLAB_ON_FAILURE` override it.",
			},
			"verdict": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "`reachable`, `partial` (some of the traffic), `blocked` or `undetermined`.",
			},
			"satisfied": schema.BoolAttribute{
				Computed: true, MarkdownDescription: "Whether the verdict is the expected one. An undetermined one is not.",
			},
			"reason": schema.StringAttribute{
				Computed: true, MarkdownDescription: "The first cause in a few words; empty when the traffic gets through.",
			},
			"report": schema.StringAttribute{
				Computed: true, MarkdownDescription: "The whole explanation: every cause, the rule, and the repair.",
			},
			"findings": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "Every cause on the way, in the order of the way.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"code":     text("Stable code of the cause, such as `acl_explicit_deny`."),
					"severity": text("`blocker`, `hint`, `error`, `warning` or `info`."),
					"layer":    text("`vpc`, `route`, `acl`, `sg`, `host` or `question`."),
					"side":     text("`source` or `destination`."),
					"object":   text("Id of the object at fault."),
					"message":  text("The cause in a sentence."),
				}},
			},
		},
	}
}

func text(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func endpointSchema(description string) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Required:            true,
		MarkdownDescription: description + " Exactly one of `instance_id`, `subnet_id`, `address` and `internet` is given.",
		Attributes: map[string]schema.Attribute{
			"instance_id": schema.StringAttribute{Optional: true, MarkdownDescription: "Id of an instance."},
			"subnet_id": schema.StringAttribute{
				Optional: true, MarkdownDescription: "Id of a subnet: any address an instance in it could have.",
			},
			"security_group_ids": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "With `subnet_id` or `address`: the groups an instance there would have. Left out, the " +
					"security groups of this side are not part of the question.",
			},
			"address": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "An IP address or CIDR block; inside the VPC `vpc_id`, or outside of every VPC.",
			},
			"vpc_id":   schema.StringAttribute{Optional: true, MarkdownDescription: "With `address`: the VPC it lies in."},
			"internet": schema.BoolAttribute{Optional: true, MarkdownDescription: "`true`: any public address."},
		},
	}
}
