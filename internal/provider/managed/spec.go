package managed

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// Spec says what is particular about one resource.
type Spec struct {
	Kind   network.Kind
	Schema schema.Schema
	// Key lists the attributes that determine the id (network.Object's NaturalKey).
	Key []string
	// Judged lists the attributes a verdict rests on. While one is unknown, so is ref.
	Judged []string
	// Keep lists computed attributes that keep their value on an update although the author does not set them.
	Keep []string
	// Depends says for computed attributes which others they follow from, besides those of Key.
	Depends map[string][]string
	// Follow lists references whose object, when it is replaced, takes this resource along: the cloud would refuse to
	// delete the old object, or delete this one with it, before an update could come.
	Follow []string
	// ReplaceIf names further attributes whose change means another object.
	ReplaceIf func(before, after Document) []string
	// Defaults adds to a stored object's document what only the resource shows.
	Defaults func(Document)
}

// Identity are the attributes every resource has. They are known at plan as soon as what they follow from is.
func Identity(kind network.Kind, attributes map[string]schema.Attribute) map[string]schema.Attribute {
	attributes["id"] = schema.StringAttribute{
		Computed: true,
		MarkdownDescription: "Identifier. It follows from the values that make the " + kind.Label() +
			" unlike others, so the plan shows it before anything exists.",
	}
	attributes["kind"] = schema.StringAttribute{
		Computed: true,
		MarkdownDescription: "Always `" + string(kind) + "`. It tells a reachability question what the object is when the " +
			"whole resource is handed over.",
	}
	attributes["ref"] = schema.StringAttribute{
		Computed: true,
		MarkdownDescription: "Short form of the resource for the `network` of a reachability question. It is known at plan " +
			"as soon as everything is that a verdict rests on.",
	}
	return attributes
}
