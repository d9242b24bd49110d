package inquiry

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Words that the schemas of data sources and resources share.
const (
	ProtocolDescription = "`tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `any`. Default `tcp`."
	PortsDescription    = "Destination ports and ranges, such as `[\"443\", \"8000-8010\"]`. Left out, every port."
	ICMPTypeDescription = "ICMP type, 0 to 255. Left out, an echo request, or any type where `blocked` is expected."
	ICMPCodeDescription = "ICMP code, 0 to 255; goes with `icmp_type`."
	// ExpectDescription is one rule for questions and intents.
	ExpectDescription = "`reachable` (default): all of the traffic gets through, in IPv4 where both ends have it and in IPv6 " +
		"otherwise. `blocked`: none of it does, in any address family that both ends have, from whatever source port."
	FailureDescription = "`error` (default) fails the plan, `warning` warns, `report` leaves it to the results. The provider's " +
		"`on_failure` and `VPCLAB_ON_FAILURE` override it."
)

// ObjectList is a computed list of objects with these columns.
func ObjectList(description string, columns []Column) schema.ListNestedAttribute {
	attributes := map[string]schema.Attribute{}
	for _, c := range columns {
		switch c.Type {
		case types.BoolType:
			attributes[c.Name] = schema.BoolAttribute{Computed: true, MarkdownDescription: c.Description}
		case types.Int64Type:
			attributes[c.Name] = schema.Int64Attribute{Computed: true, MarkdownDescription: c.Description}
		case types.StringType:
			attributes[c.Name] = schema.StringAttribute{Computed: true, MarkdownDescription: c.Description}
		default:
			attributes[c.Name] = TextList(c.Description)
		}
	}
	return schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: description, NestedObject: schema.NestedAttributeObject{Attributes: attributes},
	}
}

// TextList is a computed list of texts.
func TextList(description string) schema.ListAttribute {
	return schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description}
}

// Text is a computed text.
func Text(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}
