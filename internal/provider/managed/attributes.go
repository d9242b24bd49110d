package managed

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ReplacesText ends the description of an attribute that cannot change on an existing object.
const ReplacesText = " Changing it creates a new object."

// Fixed is a string that cannot change on an existing object, one of network.FixedAttributes.
func Fixed(a schema.StringAttribute) schema.StringAttribute {
	a.MarkdownDescription += ReplacesText
	switch {
	case a.Required:
		a.PlanModifiers = []planmodifier.String{stringplanmodifier.RequiresReplace()}
	case a.Computed:
		// Where the author leaves it to the provider, its value follows from others, which decide themselves.
		a.PlanModifiers = []planmodifier.String{stringplanmodifier.RequiresReplaceIfConfigured()}
	default:
		a.PlanModifiers = []planmodifier.String{stringplanmodifier.RequiresReplaceIf(textChanges, fixedText, fixedText)}
	}
	return a
}

const fixedText = "If the value of this attribute changes, the resource is replaced. No value and an empty one are the same."

// textChanges reports whether a text changes. The cloud makes no difference between an absent text and an empty one.
func textChanges(
	_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse,
) {
	resp.RequiresReplace = req.PlanValue.IsUnknown() || req.PlanValue.ValueString() != req.StateValue.ValueString()
}

// Required is a string the author must give.
func Required(description string) schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: description}
}

// Optional is a string the author may give.
func Optional(description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description}
}

// OptionalComputed is a string that follows from other attributes where the author gives none.
func OptionalComputed(description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: description}
}

// Computed is a string only the provider gives.
func Computed(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// OptionalBool is a bool with a default that follows from the object.
func OptionalBool(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, Computed: true, MarkdownDescription: description}
}

// StringList is a list of strings whose order counts.
func StringList(description string) schema.ListAttribute {
	return schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description}
}

// StringSet is a set of strings.
func StringSet(description string) schema.SetAttribute {
	return schema.SetAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description}
}

// Name is the name every named object has.
func Name(of string) schema.StringAttribute {
	return Required("Name of the " + of + ": 1 to 64 letters, digits, `_`, `-` and `.`.")
}

// Description is the free text every object can have.
func Description() schema.StringAttribute {
	return Optional("Free text of at most 255 characters, without `<` and `>`.")
}

// Tags are the labels of an object.
func Tags() schema.MapAttribute {
	return schema.MapAttribute{
		Optional: true, ElementType: types.StringType,
		MarkdownDescription: "At most 20 tags; a key has up to 128 characters, a value up to 255.",
	}
}

// Ports is the list of destination ports of a rule.
func Ports(description string) schema.ListAttribute {
	return StringList(description + " Each entry is a port such as `\"80\"` or a range such as `\"8000-8010\"`; at most 20, " +
		"without overlap. Only for `tcp` and `udp`; left out, every port.")
}
