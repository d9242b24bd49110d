package provider_test

import (
	"context"
	"encoding/json"
	"maps"
	"math/big"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider"
)

// twins answer every call about a resource twice, by the provider's server and by the framework's own on a store that
// went through the same, and require the same answer.
type twins struct {
	tfprotov6.ProviderServer

	framework tfprotov6.ProviderServer
	t         *rapid.T
	schemas   *tfprotov6.GetProviderSchemaResponse
	calls     map[string]int
}

func (w *twins) ConfigureProvider(
	ctx context.Context, req *tfprotov6.ConfigureProviderRequest,
) (*tfprotov6.ConfigureProviderResponse, error) {
	typ := w.schemas.Provider.ValueType()
	config, err := req.Config.Unmarshal(typ)
	if err != nil {
		w.t.Fatal(err)
	}
	var members map[string]tftypes.Value
	var store string
	if err := config.As(&members); err != nil {
		w.t.Fatal(err)
	}
	if err := members["store"].As(&store); err != nil {
		w.t.Fatal(err)
	}
	members["store"] = tftypes.NewValue(tftypes.String, store+".framework")
	other, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, members))
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.framework.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: &other}); err != nil {
		w.t.Fatal(err)
	}
	return w.ProviderServer.ConfigureProvider(ctx, req)
}

// said is an answer in a form that can be compared.
type said struct {
	State, Identity, Private string
	Replace                  []string
	Diagnostics              []string
}

func (w *twins) said(
	name string, state *tfprotov6.DynamicValue, identity *tfprotov6.ResourceIdentityData, private []byte,
	replace []*tftypes.AttributePath, diags []*tfprotov6.Diagnostic,
) said {
	var out said
	failed := false
	for _, d := range diags {
		failed = failed || d.Severity == tfprotov6.DiagnosticSeverityError
		w.calls[d.Summary]++
		text := d.Severity.String() + " " + d.Attribute.String() + " " + d.Summary + ": " + d.Detail
		// The framework says in its own words, beside the provider's, what the provider says too.
		switch d.Summary {
		case "Missing value", "Missing Configuration for Required Attribute":
			text = d.Attribute.String() + " is required"
		case "Read-only attribute", "Invalid Configuration for Read-Only Attribute":
			text = d.Attribute.String() + " is read-only"
		case "Configuration Read Error":
			continue
		}
		out.Diagnostics = append(out.Diagnostics, text)
	}
	slices.Sort(out.Diagnostics)
	out.Diagnostics = slices.Compact(out.Diagnostics)
	if failed {
		return out // Terraform looks at nothing else then.
	}
	if state != nil {
		value, err := state.Unmarshal(w.schemas.ResourceSchemas[name].ValueType())
		if err != nil {
			w.t.Fatal(err)
		}
		out.State = value.String()
	}
	if identity != nil && identity.IdentityData != nil {
		out.Identity = string(identity.IdentityData.MsgPack)
	}
	var kept map[string][]byte
	if len(private) > 0 {
		if err := json.Unmarshal(private, &kept); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, key := range sortedKeys(kept) {
		out.Private += key + "=" + string(kept[key]) + " "
	}
	for _, at := range replace {
		out.Replace = append(out.Replace, at.String())
	}
	slices.Sort(out.Replace)
	return out
}

func (w *twins) same(call, name string, ours, theirs said) {
	w.calls[call]++
	if diff := cmp.Diff(theirs, ours); diff != "" {
		w.t.Errorf("%s %s: - framework, + provider\n%s", call, name, diff)
	}
}

func (w *twins) ValidateResourceConfig(
	ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	theirs, err := w.framework.ValidateResourceConfig(ctx, req)
	if err != nil {
		w.t.Fatal(err)
	}
	theirs.Diagnostics = slices.DeleteFunc(theirs.Diagnostics, func(d *tfprotov6.Diagnostic) bool {
		return d.Summary == "Missing Configuration for Required Attribute" && w.undecided(req, d.Attribute)
	})
	ours, err := w.ProviderServer.ValidateResourceConfig(ctx, req)
	w.same("validate", req.TypeName, w.said(req.TypeName, nil, nil, nil, nil, ours.Diagnostics),
		w.said(req.TypeName, nil, nil, nil, nil, theirs.Diagnostics))
	return ours, err
}

// undecided reports whether a path leads into an object that is not known yet. The framework misses its required
// attributes, which the provider does not.
func (w *twins) undecided(req *tfprotov6.ValidateResourceConfigRequest, at *tftypes.AttributePath) bool {
	config, err := req.Config.Unmarshal(w.schemas.ResourceSchemas[req.TypeName].ValueType())
	if err != nil {
		w.t.Fatal(err)
	}
	reached, _, err := tftypes.WalkAttributePath(config, at)
	value, ok := reached.(tftypes.Value)
	return err != nil && ok && !value.IsKnown()
}

func (w *twins) PlanResourceChange(
	ctx context.Context, req *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	theirs, err := w.framework.PlanResourceChange(ctx, req)
	if err != nil {
		w.t.Fatal(err)
	}
	ours, err := w.ProviderServer.PlanResourceChange(ctx, req)
	of := func(r *tfprotov6.PlanResourceChangeResponse) said {
		return w.said(req.TypeName, r.PlannedState, r.PlannedIdentity, r.PlannedPrivate, r.RequiresReplace, r.Diagnostics)
	}
	w.same("plan", req.TypeName, of(ours), of(theirs))
	return ours, err
}

func (w *twins) ApplyResourceChange(
	ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	theirs, err := w.framework.ApplyResourceChange(ctx, req)
	if err != nil {
		w.t.Fatal(err)
	}
	ours, err := w.ProviderServer.ApplyResourceChange(ctx, req)
	of := func(r *tfprotov6.ApplyResourceChangeResponse) said {
		return w.said(req.TypeName, r.NewState, r.NewIdentity, r.Private, nil, r.Diagnostics)
	}
	w.same("apply", req.TypeName, of(ours), of(theirs))
	return ours, err
}

func (w *twins) ReadResource(
	ctx context.Context, req *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	theirs, err := w.framework.ReadResource(ctx, req)
	if err != nil {
		w.t.Fatal(err)
	}
	ours, err := w.ProviderServer.ReadResource(ctx, req)
	of := func(r *tfprotov6.ReadResourceResponse) said {
		return w.said(req.TypeName, r.NewState, r.NewIdentity, r.Private, nil, r.Diagnostics)
	}
	w.same("read", req.TypeName, of(ours), of(theirs))
	return ours, err
}

func (w *twins) UpgradeResourceState(
	ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	theirs, err := w.framework.UpgradeResourceState(ctx, req)
	if err != nil {
		w.t.Fatal(err)
	}
	ours, err := w.ProviderServer.UpgradeResourceState(ctx, req)
	of := func(r *tfprotov6.UpgradeResourceStateResponse) said {
		return w.said(req.TypeName, r.UpgradedState, nil, nil, nil, r.Diagnostics)
	}
	w.same("upgrade", req.TypeName, of(ours), of(theirs))
	return ours, err
}

// The provider answers calls about resources without the framework's machinery. Whatever a configuration holds, the
// framework would have answered the same: validate, plan, apply, import, read, upgrade, update, replace and destroy.
func TestProtocolAgreesWithFramework(t *testing.T) {
	t.Parallel()
	others := []string{
		"vpclab_vpc", "vpclab_vpc", "vpclab_subnet", "vpclab_subnet", "vpclab_security_group", "vpclab_vpc_peering_connection",
	}
	agree(t, words, others, []string{"Missing value", "Read-only attribute"}, func() (served, framework tfprotov6.ProviderServer) {
		return provider.NewServer("test"), providerserver.NewProtocol6(provider.New("test")())()
	})
}

// So would it of a schema that declares everything that is honoured.
func TestProtocolAgreesOnEveryFeature(t *testing.T) {
	t.Parallel()
	features := []string{
		"Missing value", "Read-only attribute", "Attribute Deprecated", "Deprecated", "Validator failed", "condition",
	}
	for _, typ := range []string{"String", "Bool", "Int64", "List", "Map", "Set", "Object"} {
		features = append(features, "validator basetypes."+typ+"Value")
	}
	agree(t, append(slices.Clone(words), "fail"), nil, features, func() (served, framework tfprotov6.ProviderServer) {
		return syntheticServers(everyFeature)
	})
}

// agree takes objects of some types, and then of any, through their lives, and requires every sort of call and every one of
// the diagnostics to come up.
func agree(
	t *testing.T, words, first, summaries []string, servers func() (served, framework tfprotov6.ProviderServer),
) {
	t.Helper()
	dir := t.TempDir()
	run, calls := 0, map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		run++
		ctx := context.Background()
		w := &twins{t: t, calls: calls}
		w.ProviderServer, w.framework = servers()
		schemas, err := w.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
		if err != nil {
			t.Fatal(err)
		}
		w.schemas = schemas
		s := newServer(ctx, t, filepath.Join(dir, strconv.Itoa(run), "lab.db"), w)
		g := generator{t: t, words: words, unknowns: rapid.IntRange(0, 4).Draw(t, "unknowns") == 4, ids: map[string][]string{}}
		g.know(s)
		types := slices.DeleteFunc(sortedKeys(schemas.ResourceSchemas), func(name string) bool {
			return name == "vpclab_reachability_guard"
		})
		for _, name := range append(slices.Clone(first), rapid.SliceOfN(rapid.SampledFrom(types), 6, 6).Draw(t, "resources")...) {
			w.live(ctx, s, g, name)
			g.know(s)
		}
	})
	t.Log("calls:", calls)
	for _, call := range append(summaries, "validate", "plan", "apply", "read", "upgrade", "update", "replace", "destroy") {
		if !t.Failed() && calls[call] < 10 {
			t.Errorf("only %d calls of the sort %s were compared: %v", calls[call], call, calls)
		}
	}
}

// live takes one object through its life.
func (w *twins) live(ctx context.Context, s server, g generator, name string) {
	schema := w.schemas.ResourceSchemas[name]
	typ, _ := schema.ValueType().(tftypes.Object)
	null := s.pack(typ, tftypes.NewValue(typ, nil))
	config := g.configuration(schema)
	made := w.change(ctx, s, name, config, null, nil)
	if made == nil {
		return
	}
	state := made.NewState
	read, err := w.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: name, CurrentState: state, Private: made.Private, CurrentIdentity: made.NewIdentity,
	})
	if s.read(err, read.Diagnostics) {
		return
	}
	value, err := state.Unmarshal(typ)
	if err != nil {
		w.t.Fatal(err)
	}
	raw, err := json.Marshal(asJSON(value))
	if err != nil {
		w.t.Fatal(err)
	}
	upgraded, err := w.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: name, Version: 0, RawState: &tfprotov6.RawState{JSON: raw},
	})
	s.read(err, upgraded.Diagnostics)
	imported, err := w.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: name, ID: idIn(value)})
	if err == nil && len(imported.ImportedResources) == 1 {
		one := imported.ImportedResources[0]
		_, _ = w.framework.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: name, ID: idIn(value)})
		again, err := w.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
			TypeName: name, CurrentState: one.State, Private: one.Private, CurrentIdentity: one.Identity,
		})
		s.read(err, again.Diagnostics)
	}
	// Some attributes change, the others stay. The second change finds what the plan of the first one left behind.
	for range 2 {
		mixed := g.mixed(config, g.configuration(schema))
		changed := w.change(ctx, s, name, mixed, state, made)
		if changed == nil {
			break
		}
		w.calls["update"]++
		made, state, config = changed, changed.NewState, mixed
	}
	if rapid.IntRange(0, 2).Draw(w.t, "destroy") < 2 {
		return
	}
	s.configure()
	plan, err := w.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: name, Config: null, ProposedNewState: null, PriorState: state, PriorPrivate: made.Private,
		PriorIdentity: made.NewIdentity,
	})
	if s.read(err, plan.Diagnostics) {
		return
	}
	gone, err := w.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: name, Config: null, PlannedState: plan.PlannedState, PlannedPrivate: plan.PlannedPrivate, PriorState: state,
		PlannedIdentity: plan.PlannedIdentity,
	})
	if !s.read(err, gone.Diagnostics) {
		w.calls["destroy"]++
	}
}

// change validates, plans and applies a configuration, twice planned where it means another object.
func (w *twins) change(
	ctx context.Context, s server, name string, config tftypes.Value, prior *tfprotov6.DynamicValue,
	before *tfprotov6.ApplyResourceChangeResponse,
) *tfprotov6.ApplyResourceChangeResponse {
	schema := w.schemas.ResourceSchemas[name]
	typ := schema.ValueType()
	packed := s.pack(typ, config)
	valid, err := w.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: packed})
	if s.read(err, valid.Diagnostics) {
		return nil
	}
	s.configure()
	req := &tfprotov6.PlanResourceChangeRequest{TypeName: name, Config: packed, PriorState: prior}
	state, err := prior.Unmarshal(typ)
	if err != nil {
		w.t.Fatal(err)
	}
	req.ProposedNewState = s.pack(typ, kept(schema, config, state))
	if before != nil {
		req.PriorPrivate, req.PriorIdentity = before.Private, before.NewIdentity
	}
	plan, err := w.PlanResourceChange(ctx, req)
	if s.read(err, plan.Diagnostics) {
		return nil
	}
	if len(plan.RequiresReplace) > 0 {
		null := s.pack(typ, tftypes.NewValue(typ, nil))
		second, err := w.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
			TypeName: name, Config: packed, PriorState: null, ProposedNewState: s.pack(typ, proposed(schema, config)),
			PriorPrivate: plan.PlannedPrivate,
		})
		s.read(err, second.Diagnostics)
		w.calls["replace"]++
		return nil
	}
	if !config.IsFullyKnown() {
		return nil
	}
	s.configure()
	applied, err := w.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: name, Config: packed, PlannedState: plan.PlannedState, PlannedPrivate: plan.PlannedPrivate, PriorState: prior,
		PlannedIdentity: plan.PlannedIdentity,
	})
	if s.read(err, applied.Diagnostics) {
		return nil
	}
	return applied
}

// kept is what Terraform proposes: the author's values, and what the state has for the computed others.
func kept(schema *tfprotov6.Schema, config, state tftypes.Value) tftypes.Value {
	if state.IsNull() {
		return proposed(schema, config)
	}
	return keptObject(schema.Block.Attributes, config, state)
}

func keptObject(attributes []*tfprotov6.SchemaAttribute, config, state tftypes.Value) tftypes.Value {
	var members, before map[string]tftypes.Value
	if config.IsNull() || !config.IsKnown() || state.IsNull() || config.As(&members) != nil || state.As(&before) != nil {
		return config
	}
	members = maps.Clone(members)
	for _, attribute := range attributes {
		value, prior := members[attribute.Name], before[attribute.Name]
		switch {
		case attribute.Computed && value.IsNull():
			members[attribute.Name] = prior
		case attribute.NestedType != nil:
			nested := attribute.NestedType
			members[attribute.Name] = eachNested(nested, value, func(key any, object tftypes.Value) tftypes.Value {
				return keptObject(nested.Attributes, object, counterpart(prior, key, object.Type()))
			})
		}
	}
	return tftypes.NewValue(config.Type(), members)
}

// counterpart is the object in a state's list at an index, or in its map at a key: null where there is none.
func counterpart(state tftypes.Value, key any, typ tftypes.Type) tftypes.Value {
	var items []tftypes.Value
	var entries map[string]tftypes.Value
	switch key := key.(type) {
	case nil:
		return state
	case int:
		if state.Type().Is(tftypes.List{}) && state.As(&items) == nil && key < len(items) {
			return items[key]
		}
	case string:
		if state.As(&entries) == nil {
			if entry, ok := entries[key]; ok {
				return entry
			}
		}
	}
	return tftypes.NewValue(typ, nil)
}

// configuration draws what an author could write, rarely with values for attributes that are the provider's to set.
func (g generator) configuration(schema *tfprotov6.Schema) tftypes.Value {
	typ := schema.ValueType().(tftypes.Object) //nolint:forcetypeassert // A schema is an object.
	if rapid.IntRange(0, 59).Draw(g.t, "read-only") == 59 {
		return g.object(typ, 0)
	}
	return readOnly(schema, g.object(typ, 0))
}

// mixed takes each attribute from one of two configurations, mostly from the first.
func (g generator) mixed(config, other tftypes.Value) tftypes.Value {
	var members, others map[string]tftypes.Value
	if config.As(&members) != nil || other.As(&others) != nil {
		return config
	}
	members = maps.Clone(members)
	for _, name := range sortedKeys(members) {
		if rapid.IntRange(0, 2).Draw(g.t, "changes") == 2 {
			members[name] = others[name]
		}
	}
	return tftypes.NewValue(config.Type(), members)
}

// know takes over the ids of the objects that exist.
func (g generator) know(s server) {
	for _, kind := range network.Kinds() {
		g.ids[string(kind)] = nil
	}
	for id, o := range s.everything() {
		g.ids[string(o.Kind())] = append(g.ids[string(o.Kind())], id)
	}
	for _, ids := range g.ids {
		slices.Sort(ids)
	}
}

func idIn(object tftypes.Value) string {
	var members map[string]tftypes.Value
	var id string
	if object.As(&members) != nil || members["id"].As(&id) != nil {
		return ""
	}
	return id
}

// asJSON is a value as a state file holds it.
func asJSON(v tftypes.Value) any {
	if v.IsNull() {
		return nil
	}
	var (
		text    string
		truth   bool
		number  big.Float
		list    []tftypes.Value
		members map[string]tftypes.Value
	)
	switch {
	case v.As(&text) == nil:
		return text
	case v.As(&truth) == nil:
		return truth
	case v.As(&number) == nil:
		return json.Number(number.Text('f', -1))
	case v.As(&list) == nil:
		out := []any{}
		for _, item := range list {
			out = append(out, asJSON(item))
		}
		return out
	case v.As(&members) == nil:
		out := map[string]any{}
		for name, member := range members {
			out[name] = asJSON(member)
		}
		return out
	}
	return nil
}
