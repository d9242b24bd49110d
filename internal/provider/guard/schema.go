package guard

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/inquiry"
)

func guardSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Holds a network to what it is meant to do. Every plan decides the intents and audits the network, " +
			"and fails when one is violated, before anything is changed. This is the form to gate a plan with: unlike a data " +
			"source it is decided in every plan whatever it refers to, with `depends_on`, and inside modules.\n\n" +
			"What is not known yet is no end: an address that will come is some free address of its subnet, and an intent that is " +
			"violated or satisfied whatever the unknown values turn out to be is decided at plan. The plan warns of the others, " +
			"which are decided during the apply; one that is `strict` fails.",
		Attributes: map[string]schema.Attribute{
			"network": schema.DynamicAttribute{
				Optional: true, WriteOnly: true,
				MarkdownDescription: "What the intents are decided on: " + inquiry.NetworkDescription + " " +
					inquiry.CompleteDescription + " It is " +
					"never stored. " + inquiry.StoredDescription,
			},
			"intents": schema.MapNestedAttribute{
				Optional: true, MarkdownDescription: "What must get through, and what must not, by a name of your own.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"source":      selector("Where the traffic comes from."),
					"destination": selector("Where the traffic goes to."),
					"protocol":    schema.StringAttribute{Optional: true, MarkdownDescription: inquiry.ProtocolDescription},
					"ports":       list(inquiry.PortsDescription),
					"icmp_type":   schema.Int64Attribute{Optional: true, MarkdownDescription: inquiry.ICMPTypeDescription},
					"icmp_code":   schema.Int64Attribute{Optional: true, MarkdownDescription: inquiry.ICMPCodeDescription},
					"expect": schema.StringAttribute{
						Optional: true, MarkdownDescription: inquiry.ExpectDescription,
					},
					"strict": schema.BoolAttribute{
						Optional: true, MarkdownDescription: "`true`: transit through a third VPC is not accepted as a way.",
					},
				}},
			},
			"fail_on": list(inquiry.FailOnDescription),
			"ignore": schema.ListNestedAttribute{
				Optional: true, MarkdownDescription: "Findings that are accepted, and, with the code `" + inquiry.ScopeIncomplete +
					"`, objects that a list in `network` leaves out.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"code":   schema.StringAttribute{Required: true, MarkdownDescription: "Code of the finding."},
					"object": schema.StringAttribute{Optional: true, MarkdownDescription: "Id or name of the object; any, if left out."},
					"reason": schema.StringAttribute{Required: true, MarkdownDescription: "Why it is accepted."},
				}},
			},
			"on_failure": schema.StringAttribute{
				Optional: true, MarkdownDescription: "What a violated intent or a finding does: " + inquiry.FailureDescription,
			},
			"verdicts": schema.MapAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "How the network stands to each intent: `satisfied`, `violated`, `undetermined`, `vacuous` (about " +
					"nothing) or `contradictory` (to another intent).",
			},
			"findings": computedList("What the audit found and is not ignored: code and object."),
			"reachability": schema.MapAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Who reaches whom in the planned network, one entry for each pair of ends, or groups of ends " +
					"that fare alike. Null for a network with more than 400 of them.",
			},
			"gained":  computedList("Pairs between which something gets through after the last change, and nothing did before."),
			"changed": computedList("Pairs between which other traffic gets through than before the last change."),
			"lost":    computedList("Pairs between which nothing gets through any more since the last change."),
		},
	}
}

func list(description string) schema.ListAttribute {
	return schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description}
}

func computedList(description string) schema.ListAttribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

func selector(description string) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Required: true, MarkdownDescription: description + " All ends that any of the attributes names.",
		Attributes: map[string]schema.Attribute{
			"all_instances":      schema.BoolAttribute{Optional: true, MarkdownDescription: "`true`: every instance of the network."},
			"instance_ids":       list("Ids of instances."),
			"subnet_ids":         list("Ids of subnets: the instances in them."),
			"vpc_ids":            list("Ids of VPCs: the instances in them."),
			"security_group_ids": list("Ids of security groups: their members."),
			"addresses":          list("Addresses and CIDR blocks, each an end of its own."),
			"internet":           schema.BoolAttribute{Optional: true, MarkdownDescription: "`true`: any public address."},
			"any": schema.BoolAttribute{
				Optional: true, MarkdownDescription: "`true`: the intent is about any one of the ends, not about all of them.",
			},
		},
	}
}
