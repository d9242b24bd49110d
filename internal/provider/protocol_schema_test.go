package provider_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64default"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/protocol"
)

// reporter is a validator of every type that reports all it is told. It fails on a text "fail".
type reporter struct{}

func (reporter) Description(context.Context) string         { return "reports what it is told" }
func (reporter) MarkdownDescription(context.Context) string { return "reports what it is told" }

func reportRequest(
	diags *diag.Diagnostics, at path.Path, expression path.Expression, allowed bool, config fmt.Stringer, value attr.Value,
) {
	detail := fmt.Sprintf("at %s, expression %s, write-only %t, value %s, of %s", at, expression, allowed, value, config)
	diags.AddAttributeWarning(at, fmt.Sprintf("validator %T", value), detail)
	if value.String() == `"fail"` {
		diags.AddAttributeError(at, "Validator failed", detail)
	}
}

func (reporter) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	reportRequest(&resp.Diagnostics, req.Path, req.PathExpression, req.ClientCapabilities.WriteOnlyAttributesAllowed, req.Config.Raw,
		req.ConfigValue)
}

func (reporter) ValidateBool(_ context.Context, req validator.BoolRequest, resp *validator.BoolResponse) {
	reportRequest(&resp.Diagnostics, req.Path, req.PathExpression, req.ClientCapabilities.WriteOnlyAttributesAllowed, req.Config.Raw,
		req.ConfigValue)
}

func (reporter) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	reportRequest(&resp.Diagnostics, req.Path, req.PathExpression, req.ClientCapabilities.WriteOnlyAttributesAllowed, req.Config.Raw,
		req.ConfigValue)
}

func (reporter) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	reportRequest(&resp.Diagnostics, req.Path, req.PathExpression, req.ClientCapabilities.WriteOnlyAttributesAllowed, req.Config.Raw,
		req.ConfigValue)
}

func (reporter) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	reportRequest(&resp.Diagnostics, req.Path, req.PathExpression, req.ClientCapabilities.WriteOnlyAttributesAllowed, req.Config.Raw,
		req.ConfigValue)
}

func (reporter) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	reportRequest(&resp.Diagnostics, req.Path, req.PathExpression, req.ClientCapabilities.WriteOnlyAttributesAllowed, req.Config.Raw,
		req.ConfigValue)
}

func (reporter) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	reportRequest(&resp.Diagnostics, req.Path, req.PathExpression, req.ClientCapabilities.WriteOnlyAttributesAllowed, req.Config.Raw,
		req.ConfigValue)
}

// condition replaces an object when a text changes to one of even length, and reports all it is told.
func condition(
	ctx context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse,
) {
	prior, diags := req.Private.GetKey(ctx, managed.PriorKey)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.AddAttributeWarning(req.Path, "condition", fmt.Sprintf(
		"at %s, expression %s, config %s of %s, plan %s of %s, state %s of %s, private %s", req.Path, req.PathExpression,
		req.ConfigValue, req.Config.Raw, req.PlanValue, req.Plan.Raw, req.StateValue, req.State.Raw, prior))
	resp.RequiresReplace = len(req.PlanValue.ValueString())%2 == 0
}

// everyFeature is a resource whose schema declares everything that is honoured, at the top and inside of nested attributes
// of every sort. It is an address group with attributes the cloud does not know.
func everyFeature() resource.Resource {
	texts := types.ListType{ElemType: types.StringType}
	limits := map[string]attr.Type{"most": types.Int64Type, "unit": types.StringType, "used": types.StringType}
	const replaced, conditional = "is replaced", "is replaced on a condition"
	text := func(more ...func(*schema.StringAttribute)) schema.StringAttribute {
		a := schema.StringAttribute{Optional: true, Validators: []validator.String{reporter{}}}
		for _, m := range more {
			m(&a)
		}
		return a
	}
	withDefault := func(a *schema.StringAttribute) { a.Computed, a.Default = true, stringdefault.StaticString("default") }
	onCondition := func(a *schema.StringAttribute) {
		a.PlanModifiers = append(a.PlanModifiers, stringplanmodifier.RequiresReplaceIf(condition, conditional, conditional))
	}
	onChange := func(a *schema.StringAttribute) {
		a.PlanModifiers = append(a.PlanModifiers, stringplanmodifier.RequiresReplace())
	}
	inside := func(more map[string]schema.Attribute) schema.NestedAttributeObject {
		return schema.NestedAttributeObject{
			Validators: []validator.Object{reporter{}}, PlanModifiers: []planmodifier.Object{objectplanmodifier.RequiresReplaceIf(
				func(_ context.Context, req planmodifier.ObjectRequest, resp *objectplanmodifier.RequiresReplaceIfFuncResponse) {
					resp.Diagnostics.AddAttributeWarning(req.Path, "condition", fmt.Sprintf("of %s, %s to %s, expression %s",
						req.ConfigValue, req.StateValue, req.PlanValue, req.PathExpression))
				}, replaced, replaced)},
			Attributes: more,
		}
	}
	leaves := map[string]schema.Attribute{
		"mode":   text(withDefault, onCondition),
		"note":   text(func(a *schema.StringAttribute) { a.DeprecationMessage, a.Sensitive = "Write mode instead.", true }),
		"level":  schema.Int64Attribute{Optional: true, Computed: true, Default: int64default.StaticInt64(7)},
		"seen":   schema.StringAttribute{Computed: true},
		"hidden": schema.StringAttribute{Optional: true, Computed: true},
	}
	address := schema.StringAttribute{Required: true, Validators: []validator.String{reporter{}}}
	entries := map[string]schema.Attribute{"address": address, "description": text(onCondition)}
	return managed.NewResource(&managed.Spec{
		Kind: network.KindAddressGroup, Key: []string{"name"}, Judged: []string{"entries"},
		Schema: schema.Schema{
			DeprecationMessage: "Write another resource.",
			Attributes: managed.Identity(network.KindAddressGroup, map[string]schema.Attribute{
				"name": schema.StringAttribute{Required: true, Validators: []validator.String{reporter{}, reporter{}}},
				"ip_version": schema.Int64Attribute{
					Optional: true, Computed: true, Default: int64default.StaticInt64(4), Validators: []validator.Int64{reporter{}},
					PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()},
				},
				"entries":     schema.ListNestedAttribute{Required: true, NestedObject: inside(entries)},
				"description": text(onChange, onCondition),
				"label":       text(withDefault, onCondition),
				"zone": text(func(a *schema.StringAttribute) {
					a.Computed, a.PlanModifiers = true, []planmodifier.String{stringplanmodifier.RequiresReplaceIfConfigured()}
				}),
				"serial": schema.StringAttribute{Computed: true},
				"secret": text(func(a *schema.StringAttribute) { a.Sensitive, a.DeprecationMessage = true, "It is of no use." }),
				"active": schema.BoolAttribute{
					Optional: true, Computed: true, Default: booldefault.StaticBool(true), Validators: []validator.Bool{reporter{}},
					PlanModifiers: []planmodifier.Bool{boolplanmodifier.RequiresReplaceIfConfigured()},
				},
				"ports": schema.ListAttribute{
					Optional: true, Computed: true, ElementType: types.StringType, Validators: []validator.List{reporter{}},
					Default: listdefault.StaticValue(types.ListValueMust(types.StringType, []attr.Value{types.StringValue("80")})),
					PlanModifiers: []planmodifier.List{listplanmodifier.RequiresReplaceIf(
						func(_ context.Context, req planmodifier.ListRequest, resp *listplanmodifier.RequiresReplaceIfFuncResponse) {
							resp.RequiresReplace = len(req.PlanValue.Elements()) > 1
						}, replaced, replaced)},
				},
				"tags": schema.MapAttribute{
					Optional: true, Computed: true, ElementType: texts, Validators: []validator.Map{reporter{}},
					Default:       mapdefault.StaticValue(types.MapValueMust(texts, map[string]attr.Value{})),
					PlanModifiers: []planmodifier.Map{mapplanmodifier.RequiresReplaceIfConfigured()},
				},
				"groups": schema.SetAttribute{
					Optional: true, Computed: true, ElementType: types.StringType, Validators: []validator.Set{reporter{}},
					Default:       setdefault.StaticValue(types.SetValueMust(types.StringType, []attr.Value{types.StringValue("a")})),
					PlanModifiers: []planmodifier.Set{setplanmodifier.RequiresReplaceIfConfigured()},
				},
				"window": schema.ObjectAttribute{
					Optional: true, Computed: true, AttributeTypes: map[string]attr.Type{"from": types.StringType, "open": types.BoolType},
					Default: objectdefault.StaticValue(types.ObjectNull(
						map[string]attr.Type{"from": types.StringType, "open": types.BoolType})),
					Validators:    []validator.Object{reporter{}},
					PlanModifiers: []planmodifier.Object{objectplanmodifier.RequiresReplaceIfConfigured()},
				},
				"rules": schema.MapNestedAttribute{
					Optional: true, Validators: []validator.Map{reporter{}},
					NestedObject: inside(map[string]schema.Attribute{
						"mode":    text(withDefault),
						"entries": schema.ListNestedAttribute{Optional: true, NestedObject: inside(leaves)},
					}),
				},
				"limits": schema.SingleNestedAttribute{
					Optional: true, Computed: true, Validators: []validator.Object{reporter{}},
					Default: objectdefault.StaticValue(types.ObjectValueMust(limits, map[string]attr.Value{
						"most": types.Int64Value(10), "unit": types.StringNull(), "used": types.StringNull(),
					})),
					Attributes: map[string]schema.Attribute{
						"most": schema.Int64Attribute{Optional: true, Computed: true, Default: int64default.StaticInt64(20)},
						"unit": text(onCondition), "used": schema.StringAttribute{Computed: true},
					},
				},
				"policy": schema.SingleNestedAttribute{Optional: true, Attributes: leaves},
				"found":  schema.ListNestedAttribute{Optional: true, Computed: true, NestedObject: inside(leaves)},
				"members": schema.SetNestedAttribute{
					Optional: true, Validators: []validator.Set{reporter{}}, PlanModifiers: []planmodifier.Set{
						setplanmodifier.RequiresReplaceIfConfigured(),
					},
					NestedObject: schema.NestedAttributeObject{
						Validators: []validator.Object{reporter{}},
						Attributes: map[string]schema.Attribute{
							"address": address, "note": text(func(a *schema.StringAttribute) { a.DeprecationMessage = "No notes." }),
							"entries": schema.ListNestedAttribute{
								Optional: true, NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{"note": text()}},
							},
						},
					},
				},
			}),
		},
	})
}

// synthetic is the provider with other resources.
type synthetic struct {
	frameworkprovider.Provider

	resources []func() resource.Resource
	data      *managed.ProviderData
}

func (p *synthetic) Resources(context.Context) []func() resource.Resource { return p.resources }

func (p *synthetic) Configure(
	ctx context.Context, req frameworkprovider.ConfigureRequest, resp *frameworkprovider.ConfigureResponse,
) {
	p.Provider.Configure(ctx, req, resp)
	p.data, _ = resp.ResourceData.(*managed.ProviderData)
}

// syntheticServers serve the provider with other resources, as the provider does and as the framework does.
func syntheticServers(resources ...func() resource.Resource) (served, framework tfprotov6.ProviderServer) {
	of := func() (*synthetic, tfprotov6.ProviderServer) {
		p := &synthetic{Provider: provider.New("test")(), resources: resources}
		return p, providerserver.NewProtocol6(p)()
	}
	p, server := of()
	_, framework = of()
	return protocol.New(server, "vpclab", resources, func() *managed.ProviderData { return p.data }), framework
}

// Everything a real resource's schema declares is honoured, and each type is answered beside the framework.
func TestNoResourceIsRefused(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, newResource := range provider.New("test")().Resources(ctx) {
		r, ok := newResource().(*managed.Resource)
		if !ok {
			var meta resource.MetadataResponse
			newResource().Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "vpclab"}, &meta)
			if meta.TypeName != "vpclab_reachability_guard" {
				t.Errorf("%s is not answered beside the framework", meta.TypeName)
			}
			continue
		}
		for _, u := range r.Type().Schema().Unsupported() {
			t.Errorf("%+v", u)
		}
	}
	served := provider.NewServer("test")
	schemas, err := served.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schemas.Diagnostics) > 0 {
		t.Error(err, schemas.Diagnostics)
	}
}

// A schema that asks for what is not honoured is refused when Terraform asks for the schema, and when it configures.
func TestUnsupportedSchemaIsRefused(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	served, _ := syntheticServers(func() resource.Resource {
		return managed.NewResource(&managed.Spec{Kind: network.KindVPC, Schema: schema.Schema{
			Attributes: map[string]schema.Attribute{
				"name": schema.StringAttribute{
					Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				},
			},
		}})
	})
	schemas, err := served.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	typ := schemas.Provider.ValueType()
	config, err := tfprotov6.NewDynamicValue(typ, object(typ, nil))
	if err != nil {
		t.Fatal(err)
	}
	configured, err := served.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	for call, diags := range map[string][]*tfprotov6.Diagnostic{
		"GetProviderSchema": schemas.Diagnostics, "ConfigureProvider": configured.Diagnostics,
	} {
		if !slices.ContainsFunc(diags, func(d *tfprotov6.Diagnostic) bool {
			return d.Severity == tfprotov6.DiagnosticSeverityError &&
				strings.Contains(d.Detail, "vpclab_vpc.name: the plan modifier stringplanmodifier.useStateForUnknownModifier")
		}) {
			t.Errorf("%s does not name the plan modifier: %v", call, diags)
		}
	}
}

// embedding is a resource that adds a method of its own.
type embedding struct{ *managed.Resource }

func (embedding) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{configValidator{}}
}

type configValidator struct{ reporter }

func (configValidator) ValidateResource(
	_ context.Context, _ resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse,
) {
	resp.Diagnostics.AddWarning("config validator", "It ran.")
}

// A type that embeds a managed resource is the framework's matter, so that its own methods count.
func TestEmbeddedResourceIsTheFrameworks(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	served, _ := syntheticServers(func() resource.Resource {
		return embedding{everyFeature().(*managed.Resource)} //nolint:forcetypeassert // NewResource says so.
	})
	schemas, err := served.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	typ := schemas.ResourceSchemas["vpclab_address_group"].ValueType()
	config, err := tfprotov6.NewDynamicValue(typ, object(typ, nil))
	if err != nil {
		t.Fatal(err)
	}
	valid, err := served.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: "vpclab_address_group", Config: &config,
	})
	if err != nil || !slices.ContainsFunc(valid.Diagnostics, func(d *tfprotov6.Diagnostic) bool {
		return d.Summary == "config validator"
	}) {
		t.Error("the config validator did not run", err, valid.Diagnostics)
	}
}

// What a schema declares as fixed is what the cloud does not change.
func TestFixedAttributesAreDeclared(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, newResource := range provider.New("test")().Resources(ctx) {
		r := newResource()
		var meta resource.MetadataResponse
		r.Metadata(ctx, resource.MetadataRequest{}, &meta)
		var resp resource.SchemaResponse
		r.Schema(ctx, resource.SchemaRequest{}, &resp)
		var declared []string
		for name, attribute := range resp.Schema.Attributes {
			switch a := attribute.(type) {
			case schema.StringAttribute:
				if len(a.PlanModifiers) > 0 {
					declared = append(declared, name)
				}
			case schema.BoolAttribute:
				if len(a.PlanModifiers) > 0 {
					declared = append(declared, name)
				}
			case schema.Int64Attribute:
				if len(a.PlanModifiers) > 0 {
					declared = append(declared, name)
				}
			}
		}
		fixed := slices.Sorted(slices.Values(network.FixedAttributes(network.Kind(strings.TrimPrefix(meta.TypeName, "_")))))
		slices.Sort(declared)
		if !slices.Equal(declared, fixed) {
			t.Errorf("%s declares %v, the cloud does not change %v", meta.TypeName, declared, fixed)
		}
	}
}
