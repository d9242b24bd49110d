package managed

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var (
	_ datasource.DataSourceWithConfigure = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*ListDataSource)(nil)
)

// plurals are the names of the data sources that list objects.
var plurals = map[network.Kind]string{
	network.KindVPC:               "vpcs",
	network.KindSubnet:            "subnets",
	network.KindSecurityGroup:     "security_groups",
	network.KindSecurityGroupRule: "security_group_rules",
	network.KindNetworkACL:        "network_acls",
	network.KindAddressGroup:      "address_groups",
	network.KindPeering:           "vpc_peering_connections",
	network.KindRouteTable:        "route_tables",
	network.KindRoute:             "routes",
	network.KindInstance:          "instances",
}

// filters lists the attributes an object can be looked up by: the texts of its schema.
func filters(spec *Spec) []string {
	var out []string
	for name, attribute := range spec.Schema.Attributes {
		if _, ok := attribute.(resourceschema.StringAttribute); ok && name != "kind" && name != "ref" && name != "description" {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// search returns the documents of the project's objects that have every value the configuration gives.
func search(ctx context.Context, data *ProviderData, spec *Spec, wanted Document) ([]Document, error) {
	objects, err := data.Cloud.Objects(ctx, spec.Kind, data.Project)
	if err != nil {
		return nil, err
	}
	var out []Document
	for _, o := range objects {
		doc, err := objectOperations{spec}.document(o)
		if err != nil {
			return nil, err
		}
		if matches(doc, wanted) {
			out = append(out, doc)
		}
	}
	return out, nil
}

func matches(doc, wanted Document) bool {
	for name, value := range wanted {
		if doc[name] != value {
			return false
		}
	}
	return true
}

// DataSource is a data source that finds one object.
type DataSource struct {
	spec *Spec
	data *ProviderData
}

// NewDataSource returns the data source for single objects of a spec's kind.
func NewDataSource(spec *Spec) datasource.DataSource { return &DataSource{spec: spec} }

// Metadata names the data source like the resource.
func (l *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + string(l.spec.Kind)
}

// Schema is the resource's, everything computed; the texts can be given to find the object by.
func (l *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := computedAttributes(l.spec.Schema.Attributes)
	for _, name := range filters(l.spec) {
		attributes[name] = schema.StringAttribute{
			Optional: true, Computed: true, MarkdownDescription: l.spec.Schema.Attributes[name].GetMarkdownDescription(),
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Looks up one " + l.spec.Kind.Label() + " of the project by whatever texts are given; it is an " +
			"error when none has them, or more than one.",
		Attributes: attributes,
	}
}

// Configure takes over the provider data.
func (l *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	l.data = FromProviderData(req.ProviderData, &resp.Diagnostics)
}

// Read finds the object in the store.
func (l *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !usable(l.data, &resp.Diagnostics) {
		return
	}
	wanted, _, err := toDocument(req.Config.Raw)
	if err != nil {
		AddError(&resp.Diagnostics, "read the configuration", err)
		return
	}
	found, err := search(ctx, l.data, l.spec, wanted)
	if err != nil {
		AddError(&resp.Diagnostics, "look up the "+l.spec.Kind.Label(), err)
		return
	}
	label := l.spec.Kind.Label()
	switch {
	case len(found) == 0:
		resp.Diagnostics.AddError("No such object", fmt.Sprintf("Project %s has no %s with %s in the store %s.",
			l.data.Project, label, describe(wanted), l.data.Cloud.Location()))
	case len(found) > 1:
		ids := make([]string, len(found))
		for i, doc := range found {
			ids[i] = fmt.Sprint(doc["id"])
		}
		resp.Diagnostics.AddError("More than one object", fmt.Sprintf(
			"Project %s has %d objects of kind %s with %s: %s. Give more of the object's values, or its id.",
			l.data.Project, len(found), l.spec.Kind, describe(wanted), strings.Join(ids, ", ")))
	default:
		value, err := fromPlain(req.Config.Raw.Type(), found[0])
		if err != nil {
			AddError(&resp.Diagnostics, "look up the "+label, err)
			return
		}
		resp.State.Raw = value
	}
}

func describe(wanted Document) string {
	if len(wanted) == 0 {
		return "any values"
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		parts = append(parts, fmt.Sprintf("%s = %q", name, fmt.Sprint(wanted[name])))
	}
	return strings.Join(parts, ", ")
}

// ListDataSource is a data source that lists objects; the list may be empty.
type ListDataSource struct {
	spec *Spec
	data *ProviderData
}

// NewListDataSource returns the data source for all objects of a spec's kind.
func NewListDataSource(spec *Spec) datasource.DataSource { return &ListDataSource{spec: spec} }

// Metadata names the data source by the plural.
func (l *ListDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + plurals[l.spec.Kind]
}

// Schema has the texts to choose by, and the objects found.
func (l *ListDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{}
	for _, name := range filters(l.spec) {
		if name == "id" {
			continue
		}
		attributes[name] = schema.StringAttribute{
			Optional: true, MarkdownDescription: "Lists only objects whose `" + name + "` is this.",
		}
	}
	attributes["objects"] = schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: "The objects found, in the order of their creation.",
		NestedObject: schema.NestedAttributeObject{Attributes: computedAttributes(l.spec.Schema.Attributes)},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the objects of kind `" + string(l.spec.Kind) + "` of the project. An empty list is no error.",
		Attributes:          attributes,
	}
}

// Configure takes over the provider data.
func (l *ListDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	l.data = FromProviderData(req.ProviderData, &resp.Diagnostics)
}

// Read lists the objects of the store.
func (l *ListDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !usable(l.data, &resp.Diagnostics) {
		return
	}
	wanted, _, err := toDocument(req.Config.Raw)
	if err != nil {
		AddError(&resp.Diagnostics, "read the configuration", err)
		return
	}
	found, err := search(ctx, l.data, l.spec, wanted)
	if err != nil {
		AddError(&resp.Diagnostics, "list objects of kind "+string(l.spec.Kind), err)
		return
	}
	items := make([]any, len(found))
	for i, doc := range found {
		items[i] = doc
	}
	var config map[string]tftypes.Value
	if err := req.Config.Raw.As(&config); err != nil {
		AddError(&resp.Diagnostics, "read the configuration", err)
		return
	}
	if config["objects"], err = fromPlain(config["objects"].Type(), items); err != nil {
		AddError(&resp.Diagnostics, "list objects of kind "+string(l.spec.Kind), err)
		return
	}
	resp.State.Raw = tftypes.NewValue(req.Config.Raw.Type(), config)
}

// computedAttributes are the attributes of a resource as a data source shows them.
func computedAttributes(from map[string]resourceschema.Attribute) map[string]schema.Attribute {
	out := map[string]schema.Attribute{}
	for name, attribute := range from {
		text := attribute.GetMarkdownDescription()
		switch a := attribute.(type) {
		case resourceschema.StringAttribute:
			out[name] = schema.StringAttribute{Computed: true, MarkdownDescription: text}
		case resourceschema.BoolAttribute:
			out[name] = schema.BoolAttribute{Computed: true, MarkdownDescription: text}
		case resourceschema.Int64Attribute:
			out[name] = schema.Int64Attribute{Computed: true, MarkdownDescription: text}
		case resourceschema.ListAttribute:
			out[name] = schema.ListAttribute{Computed: true, ElementType: a.ElementType, MarkdownDescription: text}
		case resourceschema.SetAttribute:
			out[name] = schema.SetAttribute{Computed: true, ElementType: a.ElementType, MarkdownDescription: text}
		case resourceschema.MapAttribute:
			out[name] = schema.MapAttribute{Computed: true, ElementType: a.ElementType, MarkdownDescription: text}
		case resourceschema.ListNestedAttribute:
			out[name] = schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: text,
				NestedObject: schema.NestedAttributeObject{Attributes: computedAttributes(a.NestedObject.Attributes)},
			}
		}
	}
	return out
}
