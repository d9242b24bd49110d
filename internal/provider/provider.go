// Package provider is the Terraform side of the lab: provider configuration and the list of resources, data sources
// and functions. Each noun has a package of its own below this one.
package provider

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/addressgroup"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/analysis"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/functions"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/guard"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/instance"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/networkacl"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/peering"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/protocol"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/reachability"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/route"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/securitygroup"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/subnet"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/vpc"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/open"
)

// Environment variables that stand in for attributes of the provider configuration.
const (
	EnvStore     = "VPCLAB_STORE"
	EnvProject   = "VPCLAB_PROJECT_ID"
	EnvOnFailure = "VPCLAB_ON_FAILURE"
)

// DefaultStore is the store's file where none is named, below the working directory.
var DefaultStore = filepath.Join(".vpclab", "lab.db")

// New returns the factory of the provider. Nothing lives on the provider itself: Terraform configures it anew for each
// walk, and tests configure one instance many times over.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &vpclab{version: version} }
}

type vpclab struct {
	version string
	// data is what the provider was last configured with, for the server that answers beside the framework.
	data atomic.Pointer[managed.ProviderData]
}

// NewServer returns a server of the provider: the framework's, with the package protocol before it.
func NewServer(version string) tfprotov6.ProviderServer {
	p := &vpclab{version: version}
	return protocol.New(providerserver.NewProtocol6(p)(), typeName, p.Resources(context.Background()), p.data.Load)
}

// typeName begins the name of every resource and data source.
const typeName = "vpclab"

type configuration struct {
	Store     types.String `tfsdk:"store"`
	ProjectID types.String `tfsdk:"project_id"`
	OnFailure types.String `tfsdk:"on_failure"`
	Quotas    types.Map    `tfsdk:"quotas"`
}

// Metadata names the provider.
func (p *vpclab) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName, resp.Version = typeName, p.version
}

// Schema is the provider's configuration.
func (p *vpclab) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Virtual private clouds (VPCs, subnets, security groups, network ACLs, peerings, routes) against " +
			"a local emulated cloud, with reachability proved at plan.",
		Attributes: map[string]schema.Attribute{
			"store": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Where the lab is: the path of an SQLite file, or for a lab that several machines share the " +
					"URL of a PostgreSQL database, such as `postgres://user@host/database`. The first apply creates it. Default " +
					"`.vpclab/lab.db` below the working directory; also set by `" + EnvStore + "`, which is the place for a URL " +
					"with a password. The guide *Share a lab* says what each promises.",
			},
			"project_id": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Account that owns what this configuration creates. Two configurations with different " +
					"projects can peer VPCs with each other. Default `" + network.DefaultProject + "`; also set by `" +
					EnvProject + "`.",
			},
			"on_failure": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "What a failing verdict does, whatever the question says: `warning` lets Terraform go on with " +
					"a warning, `report` says nothing. Terraform reads data sources before it destroys, too, so this is the way " +
					"out when a failing verdict stands in the way of `terraform destroy`. Also set by `" + EnvOnFailure + "`.",
			},
			"quotas": schema.MapAttribute{
				Optional: true, ElementType: types.Int64Type,
				MarkdownDescription: "Limits that differ from those of a new account, by name; 0 means no limit. Names: `" +
					strings.Join(emulator.DefaultQuota().Names(), "`, `") + "`.",
			},
		},
	}
}

var projectForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Configure opens nothing: it says which lab the walk is about. The store is opened when it is first asked.
func (p *vpclab) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var c configuration
	resp.Diagnostics.Append(req.Config.Get(ctx, &c)...)
	if resp.Diagnostics.HasError() {
		return
	}
	data := &managed.ProviderData{}
	p.data.Store(data)
	resp.ResourceData, resp.DataSourceData = data, data
	if c.Store.IsUnknown() || c.ProjectID.IsUnknown() || c.Quotas.IsUnknown() || c.OnFailure.IsUnknown() {
		// Without these there is no store to look into. Resources are planned without ids and applied later.
		return
	}
	location := choose(c.Store, EnvStore, DefaultStore)
	place, err := open.Store(location)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("store"), "Invalid store", sentence(err))
	}
	data.Project = choose(c.ProjectID, EnvProject, network.DefaultProject)
	if !projectForm.MatchString(data.Project) {
		resp.Diagnostics.AddAttributeError(path.Root("project_id"), "Invalid project",
			fmt.Sprintf("The project %q is not 1 to 64 letters, digits, '_' or '-'.", data.Project))
	}
	switch data.OnFailure = choose(c.OnFailure, EnvOnFailure, ""); data.OnFailure {
	case "", "error", "warning", "report":
	default:
		resp.Diagnostics.AddAttributeError(path.Root("on_failure"), "Invalid on_failure",
			fmt.Sprintf("on_failure is %q; it must be \"error\", \"warning\" or \"report\".", data.OnFailure))
	}
	quota, err := quotas(ctx, c.Quotas)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("quotas"), "Invalid quota", err.Error()+".")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	data.Cloud = emulator.New(place, emulator.WithQuota(quota), emulator.InSession(session()))
	// A server that is configured again, as one under a debugger is by every command, leaves the data before to the
	// collector; calls that still use it end undisturbed.
	runtime.AddCleanup(data.Cloud, func(s store.Store) { _ = s.Close() }, place)
	data.Draft = emulator.NewDraft(data.Cloud, emulator.WalkingAgain(startedByTest))
}

// sentence is an error as a diagnostic's text.
func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

func quotas(ctx context.Context, m types.Map) (emulator.Quota, error) {
	changes := map[string]int64{}
	if !m.IsNull() {
		if diags := m.ElementsAs(ctx, &changes, false); diags.HasError() {
			return nil, fmt.Errorf("%s", diags.Errors()[0].Detail())
		}
	}
	limits := map[string]int{}
	for name, limit := range changes {
		if limit > math.MaxInt32 {
			return nil, fmt.Errorf("quota %q is %d, which is more than a lab can hold; 0 means no limit", name, limit)
		}
		limits[name] = int(limit)
	}
	return emulator.DefaultQuota().With(limits)
}

// choose is the attribute, or else the environment variable, or else the default.
func choose(attribute types.String, variable, otherwise string) string {
	if s := attribute.ValueString(); s != "" {
		return s
	}
	if s := os.Getenv(variable); s != "" {
		return s
	}
	return otherwise
}

// specs lists every resource's spec, for the data sources that show the same objects.
func specs() []*managed.Spec {
	return []*managed.Spec{
		vpc.Spec(), subnet.Spec(), securitygroup.Spec(), securitygroup.RuleSpec(), networkacl.Spec(), addressgroup.Spec(),
		peering.Spec(), route.TableSpec(), route.Spec(), instance.Spec(),
	}
}

// Resources lists the resources.
func (p *vpclab) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		vpc.NewResource,
		subnet.NewResource,
		securitygroup.NewResource,
		securitygroup.NewRuleResource,
		securitygroup.NewRulesResource,
		networkacl.NewResource,
		addressgroup.NewResource,
		peering.NewResource,
		peering.NewAccepterResource,
		route.NewTableResource,
		route.NewResource,
		instance.NewResource,
		guard.NewResource,
	}
}

// DataSources lists the data sources: the reachability question, and for each kind of object one that finds a single
// object and one that lists them.
func (p *vpclab) DataSources(context.Context) []func() datasource.DataSource {
	out := []func() datasource.DataSource{reachability.NewDataSource, analysis.NewDataSource}
	for _, spec := range specs() {
		out = append(out,
			func() datasource.DataSource { return managed.NewDataSource(spec) },
			func() datasource.DataSource { return managed.NewListDataSource(spec) },
		)
	}
	return out
}

// Functions lists the functions.
func (p *vpclab) Functions(context.Context) []func() function.Function {
	return []func() function.Function{functions.NewReachability, functions.NewAnalyze}
}
