package reachability

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/inquiry"
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
				MarkdownDescription: "What the question is decided on: " + inquiry.NetworkDescription + " " +
					inquiry.CompleteDescription + " " +
					inquiry.StoredDescription,
			},
			"source":      endpointSchema("Where the traffic comes from."),
			"destination": endpointSchema("Where the traffic goes to."),
			"protocol":    schema.StringAttribute{Optional: true, MarkdownDescription: inquiry.ProtocolDescription},
			"icmp_type":   schema.Int64Attribute{Optional: true, MarkdownDescription: inquiry.ICMPTypeDescription},
			"icmp_code":   schema.Int64Attribute{Optional: true, MarkdownDescription: inquiry.ICMPCodeDescription},
			"ports": schema.ListAttribute{
				Optional: true, ElementType: types.StringType, MarkdownDescription: inquiry.PortsDescription,
			},
			"expect": schema.StringAttribute{
				Optional: true, MarkdownDescription: inquiry.ExpectDescription,
			},
			"strict": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "`true`: an undetermined verdict fails like a wrong one, and transit through a third VPC is " +
					"not accepted as a way. Default `false`.",
			},
			"on_failure": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What a verdict other than the expected one does: " + inquiry.FailureDescription,
			},
			"ignore": schema.ListNestedAttribute{
				Optional: true, MarkdownDescription: "What a list in `network` leaves out on purpose.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"code":   schema.StringAttribute{Required: true, MarkdownDescription: "`" + inquiry.ScopeIncomplete + "`."},
					"object": schema.StringAttribute{Optional: true, MarkdownDescription: "Id or name of the object; any, if left out."},
					"reason": schema.StringAttribute{Required: true, MarkdownDescription: "Why it is left out."},
				}},
			},
			"verdict": inquiry.Text("`reachable`, `partial` (some of the traffic), `blocked` or `undetermined`."),
			"satisfied": schema.BoolAttribute{
				Computed: true, MarkdownDescription: "Whether the verdict is the expected one. An undetermined one is not.",
			},
			"reason":  inquiry.Text("The first cause in a few words; empty when the verdict is the expected one."),
			"report":  inquiry.Text("The whole explanation: every cause, the rule, and the repair."),
			"diagram": inquiry.Text("The way as a Mermaid flowchart, with the stations that drop the traffic marked."),
			"allowed": inquiry.TextList("The asked traffic that gets through, exactly."),
			"refused": inquiry.TextList("The asked traffic that does not, exactly."),
			"unknown": inquiry.TextList("Objects of which not everything is known yet. Where what they turn out to be decides, the " +
				"verdict is `undetermined`."),
			"path":     inquiry.ObjectList("The way, station by station.", inquiry.HopColumns()),
			"findings": inquiry.ObjectList("Every cause on the way, in the order of the way.", inquiry.FindingColumns()),
		},
	}
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
