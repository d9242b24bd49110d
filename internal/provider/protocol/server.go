// Package protocol answers Terraform's calls about the resources that stand for objects of the cloud. Every other call
// goes to the framework: schemas, the provider's configuration, imports, data sources, functions, the guard.
//
// The framework could answer these too, and does so in this package's tests, where both have to say the same. But it
// visits every value many times over, for plan modifiers, defaults, custom types, validators and semantic equality:
// measured with `make bench`, it took more than half of the provider's time. Here package resourceschema does what these
// schemas ask for. A schema that asks for anything else is refused when the provider starts.
//
// The package may import the framework's types and package managed, whose rules it calls.
package protocol

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
)

// Server is a provider's server: the framework's, except for managed resources.
type Server struct {
	tfprotov6.ProviderServer

	data  func() *managed.ProviderData
	types map[string]resourceType
	// refused says of which resources the schema, or something else, is not honoured here.
	refused []*tfprotov6.Diagnostic
}

// resourceType is a managed resource as the protocol needs it.
type resourceType struct {
	managed.Type

	object  tftypes.Type
	version int64
}

// New puts a server before the framework's. The resources are those the provider lists; data returns what the provider
// was configured with, nil before it is. Only a *managed.Resource itself is answered here: the methods of a type that
// embeds one are the framework's matter.
func New(
	framework tfprotov6.ProviderServer, provider string, resources []func() resource.Resource, data func() *managed.ProviderData,
) *Server {
	s := &Server{ProviderServer: framework, data: data, types: map[string]resourceType{}}
	ctx := context.Background()
	for _, newResource := range resources {
		r, ok := newResource().(*managed.Resource)
		if !ok {
			continue
		}
		var meta resource.MetadataResponse
		r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: provider}, &meta)
		schema := r.Type().Schema()
		if features := append(unsupported(ctx, r, meta), schema.Unsupported()...); len(features) > 0 {
			s.refused = append(s.refused, refusal(meta.TypeName, features))
			continue
		}
		s.types[meta.TypeName] = resourceType{
			Type: r.Type(), object: schema.TerraformType(ctx), version: schema.Version(),
		}
	}
	return s
}

// GetProviderSchema is the framework's, beside what is refused.
func (s *Server) GetProviderSchema(
	ctx context.Context, req *tfprotov6.GetProviderSchemaRequest,
) (*tfprotov6.GetProviderSchemaResponse, error) {
	resp, err := s.ProviderServer.GetProviderSchema(ctx, req)
	if resp != nil {
		resp.Diagnostics = append(resp.Diagnostics, s.refused...)
	}
	return resp, err
}

// ConfigureProvider is the framework's, beside what is refused: Terraform may know the schema from another process.
func (s *Server) ConfigureProvider(
	ctx context.Context, req *tfprotov6.ConfigureProviderRequest,
) (*tfprotov6.ConfigureProviderResponse, error) {
	resp, err := s.ProviderServer.ConfigureProvider(ctx, req)
	if resp != nil {
		resp.Diagnostics = append(resp.Diagnostics, s.refused...)
	}
	return resp, err
}

// ValidateResourceConfig judges an object by itself.
func (s *Server) ValidateResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	t, ok := s.types[req.TypeName]
	if !ok {
		return s.ProviderServer.ValidateResourceConfig(ctx, req)
	}
	config, wrong := t.value(req.Config, "configuration")
	if wrong != nil {
		return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: wrong}, nil
	}
	var capabilities validator.ValidateSchemaClientCapabilities
	if req.ClientCapabilities != nil {
		capabilities.WriteOnlyAttributesAllowed = req.ClientCapabilities.WriteOnlyAttributesAllowed
	}
	diags := t.Validate(ctx, config)
	diags.Append(t.Schema().Validate(ctx, config, capabilities)...)
	return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: diagnostics(ctx, diags)}, nil
}

// PlanResourceChange plans an object that is created, changed, kept or deleted.
func (s *Server) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	t, ok := s.types[req.TypeName]
	if !ok {
		return s.ProviderServer.PlanResourceChange(ctx, req)
	}
	resp := &tfprotov6.PlanResourceChangeResponse{
		PlannedState: req.ProposedNewState, PlannedPrivate: req.PriorPrivate, PlannedIdentity: identityOrNull(req.PriorIdentity),
	}
	kept := readPrivate(req.PriorPrivate)
	proposal := managed.Proposal{ReplacedID: kept.priorID()}
	for _, part := range []struct {
		from *tfprotov6.DynamicValue
		into *tftypes.Value
		name string
	}{
		{req.Config, &proposal.Config, "configuration"},
		{req.PriorState, &proposal.Prior, "prior state"},
		{req.ProposedNewState, &proposal.Planned, "proposed state"},
	} {
		if *part.into, resp.Diagnostics = t.value(part.from, part.name); resp.Diagnostics != nil {
			return resp, nil
		}
	}
	replaced, diags := t.applySchema(ctx, &proposal, kept)
	if diags.HasError() {
		resp.Diagnostics = diagnostics(ctx, diags)
		return resp, nil
	}
	planned := t.Configured(s.data()).Plan(ctx, proposal)
	resp.Diagnostics = diagnostics(ctx, append(diags, planned.Diagnostics...))
	for _, name := range planned.RequiresReplace {
		replaced = append(replaced, path.Root(name))
	}
	for _, at := range replaced {
		resp.RequiresReplace = append(resp.RequiresReplace, attributePath(ctx, at))
	}
	if planned.PriorID != "" && planned.PriorID != kept.priorID() {
		resp.PlannedPrivate = kept.withPriorID(planned.PriorID).text()
	}
	resp.PlannedState, resp.Diagnostics = t.encoded(planned.State, resp.Diagnostics)
	return resp, nil
}

// applySchema does to a proposed object what its schema asks for: defaults, unknown values, and replacements, whose paths
// it returns.
func (t resourceType) applySchema(
	ctx context.Context, p *managed.Proposal, kept private,
) (replaced path.Paths, diags diag.Diagnostics) {
	var err error
	if p.Planned, err = t.Schema().Defaults(p.Planned, p.Config); err == nil && !p.Planned.Equal(p.Prior) {
		p.Planned, err = t.Schema().MarkUnknown(p.Planned, p.Config)
	}
	if err != nil {
		managed.AddError(&diags, "read the proposed state", err)
		return nil, diags
	}
	if p.Prior.IsNull() || p.Planned.IsNull() {
		return nil, nil // Nothing is replaced when an object is created or deleted.
	}
	req := t.Schema().ModifyPlanRequest(p.Config, p.Planned, p.Prior)
	kept.show(ctx, &req)
	replaced, diags = t.Schema().RequiresReplace(ctx, req)
	p.Replaced = len(replaced) > 0
	return replaced, diags
}

// ReadResource brings a state up to date with the store.
func (s *Server) ReadResource(
	ctx context.Context, req *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	t, ok := s.types[req.TypeName]
	if !ok {
		return s.ProviderServer.ReadResource(ctx, req)
	}
	resp := &tfprotov6.ReadResourceResponse{
		NewState: req.CurrentState, Private: withoutImportMark(req.Private), NewIdentity: identityOrNull(req.CurrentIdentity),
	}
	state, wrong := t.value(req.CurrentState, "state")
	if wrong != nil {
		resp.Diagnostics = wrong
		return resp, nil
	}
	read := t.Configured(s.data()).Read(ctx, state)
	resp.Diagnostics = diagnostics(ctx, read.Diagnostics)
	if !read.Diagnostics.HasError() {
		resp.NewState, resp.Diagnostics = t.encoded(read.State, resp.Diagnostics)
		resp.NewIdentity = identity(read.ID)
	}
	return resp, nil
}

// UpgradeResourceState reads a stored state. One of another version is the framework's matter.
func (s *Server) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	t, ok := s.types[req.TypeName]
	if !ok || req.Version != t.version || req.RawState == nil {
		return s.ProviderServer.UpgradeResourceState(ctx, req)
	}
	resp := &tfprotov6.UpgradeResourceStateResponse{}
	value, err := req.RawState.UnmarshalWithOpts(t.object, tfprotov6.UnmarshalOpts{
		ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true},
	})
	if err != nil {
		// The framework says it at length.
		return s.ProviderServer.UpgradeResourceState(ctx, req)
	}
	resp.UpgradedState, resp.Diagnostics = t.encoded(value, nil)
	return resp, nil
}

// ApplyResourceChange creates, updates or deletes.
func (s *Server) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	t, ok := s.types[req.TypeName]
	if !ok {
		return s.ProviderServer.ApplyResourceChange(ctx, req)
	}
	resp := &tfprotov6.ApplyResourceChangeResponse{
		NewState: req.PriorState, Private: req.PlannedPrivate, NewIdentity: identityOrNull(req.PlannedIdentity),
	}
	prior, wrong := t.value(req.PriorState, "prior state")
	if wrong != nil {
		resp.Diagnostics = wrong
		return resp, nil
	}
	planned, wrong := t.value(req.PlannedState, "planned state")
	if wrong != nil {
		resp.Diagnostics = wrong
		return resp, nil
	}
	r := t.Configured(s.data())
	var result managed.Result
	switch {
	case planned.IsNull():
		result = r.Delete(ctx, prior)
	case prior.IsNull():
		result = r.Create(ctx, planned)
	default:
		result = r.Update(ctx, prior, planned)
	}
	resp.Diagnostics = diagnostics(ctx, result.Diagnostics)
	if result.Diagnostics.HasError() {
		return resp, nil
	}
	resp.NewState, resp.Diagnostics = t.encoded(result.State, resp.Diagnostics)
	if planned.IsNull() {
		resp.Private, resp.NewIdentity = nil, nullIdentity
	} else {
		resp.NewIdentity = identity(result.ID)
	}
	return resp, nil
}
