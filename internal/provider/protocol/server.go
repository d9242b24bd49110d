// Package protocol answers Terraform's calls about the resources that stand for objects of the lab. Every other call
// goes to the framework: schemas, the provider's configuration, imports, data sources, functions, the guard.
//
// The framework could answer these too, and does so in this package's tests, where both have to say the same. But it
// walks every value many times over, for plan modifiers, defaults, custom types, validators and semantic equality, of
// which these schemas have none: measured with `make bench`, it took more than half of the provider's time.
//
// The package may import the framework's types and the room managed, whose rules it calls.
package protocol

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
)

// Server is a provider's server: the framework's, except for managed resources.
type Server struct {
	tfprotov6.ProviderServer

	lab   func() *managed.Lab
	types map[string]resourceType
}

// resourceType is a managed resource as the protocol needs it.
type resourceType struct {
	managed.Type

	object  tftypes.Type
	version int64
}

// New puts a server before the framework's. The resources are those the provider lists; lab returns what the provider
// was configured with, nil before it is.
func New(
	framework tfprotov6.ProviderServer, provider string, resources []func() resource.Resource, lab func() *managed.Lab,
) *Server {
	s := &Server{ProviderServer: framework, lab: lab, types: map[string]resourceType{}}
	ctx := context.Background()
	for _, newResource := range resources {
		r, ok := newResource().(*managed.Resource)
		if !ok {
			continue
		}
		var meta resource.MetadataResponse
		r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: provider}, &meta)
		var schema resource.SchemaResponse
		r.Schema(ctx, resource.SchemaRequest{}, &schema)
		s.types[meta.TypeName] = resourceType{
			Type: r.Type(), object: schema.Schema.Type().TerraformType(ctx), version: schema.Schema.Version,
		}
	}
	return s
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
	return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: diagnostics(t.Validate(config))}, nil
}

// PlanResourceChange plans an object that comes, changes, stays or goes.
func (s *Server) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	t, ok := s.types[req.TypeName]
	if !ok {
		return s.ProviderServer.PlanResourceChange(ctx, req)
	}
	resp := &tfprotov6.PlanResourceChangeResponse{
		PlannedState: req.ProposedNewState, PlannedPrivate: req.PriorPrivate, PlannedIdentity: orNone(req.PriorIdentity),
	}
	kept := readPrivate(req.PriorPrivate)
	proposal := managed.Proposal{Replaces: kept.remembered()}
	for _, part := range []struct {
		from *tfprotov6.DynamicValue
		into *tftypes.Value
		name string
	}{
		{req.Config, &proposal.Config, "configuration"},
		{req.PriorState, &proposal.Prior, "prior state"},
		{req.ProposedNewState, &proposal.Proposed, "proposed state"},
	} {
		if *part.into, resp.Diagnostics = t.value(part.from, part.name); resp.Diagnostics != nil {
			return resp, nil
		}
	}
	planned := t.In(s.lab()).Plan(ctx, proposal)
	resp.Diagnostics = diagnostics(planned.Diagnostics)
	for _, name := range planned.RequiresReplace {
		resp.RequiresReplace = append(resp.RequiresReplace, tftypes.NewAttributePath().WithAttributeName(name))
	}
	if planned.Remember != "" && planned.Remember != kept.remembered() {
		resp.PlannedPrivate = kept.remember(planned.Remember).text()
	}
	resp.PlannedState, resp.Diagnostics = t.encoded(planned.State, resp.Diagnostics)
	return resp, nil
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
		NewState: req.CurrentState, Private: withoutImportMark(req.Private), NewIdentity: orNone(req.CurrentIdentity),
	}
	state, wrong := t.value(req.CurrentState, "state")
	if wrong != nil {
		resp.Diagnostics = wrong
		return resp, nil
	}
	read := t.In(s.lab()).Read(ctx, state)
	resp.Diagnostics = diagnostics(read.Diagnostics)
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
		NewState: req.PriorState, Private: req.PlannedPrivate, NewIdentity: orNone(req.PlannedIdentity),
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
	r := t.In(s.lab())
	var done managed.Done
	switch {
	case planned.IsNull():
		done = r.Delete(ctx, prior)
	case prior.IsNull():
		done = r.Create(ctx, planned)
	default:
		done = r.Update(ctx, prior, planned)
	}
	resp.Diagnostics = diagnostics(done.Diagnostics)
	if done.Diagnostics.HasError() {
		return resp, nil
	}
	resp.NewState, resp.Diagnostics = t.encoded(done.State, resp.Diagnostics)
	if planned.IsNull() {
		resp.Private, resp.NewIdentity = nil, noIdentity
	} else {
		resp.NewIdentity = identity(done.ID)
	}
	return resp, nil
}
