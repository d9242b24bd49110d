package provider_test

import (
	"context"
	"maps"
	"math/big"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
)

// words are what a hostile configuration is made of: values that are right somewhere, values that are nearly right, and
// values that are right nowhere. Ids of objects that exist are added to them.
var words = []string{
	"", "a", "vpc-1", "10.0.0.0/16", "10.0.1.0/24", "10.0.1.0/25", "10.0.1.10", "10.0.1.1", "10.0.1.5-10.0.1.9", "0.0.0.0/0",
	"::/0", "2001:db8::/64", "2001:db8::1", "10.0.0.1/16", "10.0.0.0/33", "256.1.1.1", "ingress", "egress", "tcp", "udp", "icmp",
	"icmpv6", "any", "6", "300", "-1", "80", "80-90", "90-80", "0", "65536", "allow", "deny", "IPv4", "ipv6", "peering", "ecs",
	"vpn", "<b>", "\x00", "né", "a b", strings.Repeat("x", 300), "vpc/", "..", "${x}", "\U0001F600", " 80", "1e3",
}

// sensible are values that are right for an attribute, so that some configurations get as far as the store. An entry that
// names a kind stands for the ids of its objects.
var sensible = map[string][]string{
	"cidr":                      {"10.0.0.0/16", "10.0.1.0/24", "10.0.2.0/24", "10.1.0.0/16"},
	"name":                      {"a", "b", "c"},
	"direction":                 {"ingress", "egress"},
	"protocol":                  {"tcp", "udp", "any", "icmp"},
	"action":                    {"allow", "deny"},
	"ethertype":                 {"IPv4"},
	"ip_address":                {"10.0.1.10", "10.0.1.11"},
	"destination":               {"10.1.0.0/16", "192.168.0.0/24"},
	"type":                      {"peering", "ecs", "vpn"},
	"remote_ip_prefix":          {"10.0.0.0/8"},
	"address":                   {"10.0.0.5", "10.0.0.0/24"},
	"ports":                     {"80", "443", "8000-8010"},
	"destination_ports":         {"80"},
	"vpc_id":                    {"vpc"},
	"peer_vpc_id":               {"vpc"},
	"subnet_id":                 {"subnet"},
	"subnet_ids":                {"subnet"},
	"security_group_ids":        {"security_group"},
	"security_group_id":         {"security_group"},
	"remote_group_id":           {"security_group"},
	"nexthop":                   {"vpc_peering_connection", "instance"},
	"vpc_peering_connection_id": {"vpc_peering_connection"},
	"remote_address_group_id":   {"address_group"},
	"network_acl_id":            {"network_acl"},
	"route_table_id":            {"route_table"},
}

// rarely are the optional attributes that a sensible object leaves out.
var rarely = []string{
	"description", "tags", "secondary_cidrs", "ipv6_cidr", "ipv6_enabled", "ipv6_address", "gateway_ip", "dns_servers", "icmp_type",
	"icmp_code", "remote_group_id", "remote_address_group_id", "source_address_group_id", "destination_address_group_id", "priority",
	"source_ports", "availability_zone", "route_table_id", "peer_project_id", "public_ip", "ip_version", "source_cidr",
	"destination_cidr", "delete_default_rules", "enabled", "guest_firewall", "listeners", "remote_ip_prefix", "ethertype",
}

// generator draws values of any type Terraform could send.
type generator struct {
	t     *rapid.T
	words []string
	// unknowns allows values that are not known yet, as in a plan.
	unknowns bool
	// ids are the ids of the objects in the store, by kind.
	ids map[string][]string
}

// member draws the value of a named attribute: mostly a sensible one.
func (g generator) member(name string, typ tftypes.Type, depth int) tftypes.Value {
	// rapid prefers small numbers, so that the rare cases have large ones.
	if rapid.IntRange(0, 29).Draw(g.t, "hostile") > 27 {
		return g.value(typ, depth)
	}
	if slices.Contains(rarely, name) && rapid.IntRange(0, 9).Draw(g.t, "left out") < 9 {
		return tftypes.NewValue(typ, nil)
	}
	var candidates []string
	for _, candidate := range sensible[name] {
		if ids, isKind := g.ids[candidate]; isKind {
			candidates = append(candidates, ids...)
		} else {
			candidates = append(candidates, candidate)
		}
	}
	if len(candidates) > 0 {
		g.words = candidates
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		return g.object(typ, depth)
	case tftypes.List:
		n := rapid.IntRange(1, 2).Draw(g.t, "length")
		list := make([]tftypes.Value, n)
		for i := range list {
			list[i] = g.member("", typ.ElementType, depth+1)
		}
		return tftypes.NewValue(typ, list)
	case tftypes.Set:
		return tftypes.NewValue(typ, []tftypes.Value{g.member("", typ.ElementType, depth+1)})
	case tftypes.Map:
		return tftypes.NewValue(typ, map[string]tftypes.Value{"k": g.member("", typ.ElementType, depth+1)})
	}
	if !typ.Is(tftypes.String) {
		return g.value(typ, depth)
	}
	if len(candidates) > 0 || len(g.words) < len(words) {
		return tftypes.NewValue(typ, rapid.SampledFrom(g.words).Draw(g.t, "word"))
	}
	return g.value(typ, depth)
}

func (g generator) object(typ tftypes.Object, depth int) tftypes.Value {
	members := map[string]tftypes.Value{}
	for _, name := range sortedKeys(typ.AttributeTypes) {
		members[name] = g.member(name, typ.AttributeTypes[name], depth+1)
	}
	return tftypes.NewValue(typ, members)
}

func (g generator) value(typ tftypes.Type, depth int) tftypes.Value {
	switch n := rapid.IntRange(0, 19).Draw(g.t, "shape"); {
	case n > 16 || depth > 4:
		return tftypes.NewValue(typ, nil)
	case n == 16 && g.unknowns:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		return g.object(typ, depth)
	case tftypes.List:
		return tftypes.NewValue(typ, g.values(typ.ElementType, depth))
	case tftypes.Set:
		return tftypes.NewValue(typ, g.values(typ.ElementType, depth)[:1])
	case tftypes.Map:
		members := map[string]tftypes.Value{}
		for _, v := range g.values(typ.ElementType, depth) {
			members[rapid.SampledFrom(g.words).Draw(g.t, "key")] = v
		}
		return tftypes.NewValue(typ, members)
	}
	switch {
	case typ.Is(tftypes.Bool):
		return tftypes.NewValue(typ, rapid.Bool().Draw(g.t, "bool"))
	case typ.Is(tftypes.Number):
		numbers := []float64{0, 1, -1, 4, 6, 8, 100, 101, 255, 256, 0.5, 1e18, -1e18}
		return tftypes.NewValue(typ, big.NewFloat(rapid.SampledFrom(numbers).Draw(g.t, "number")))
	case typ.Is(tftypes.DynamicPseudoType):
		object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
			"kind": tftypes.String, "id": tftypes.String, "cidr": tftypes.String, "rules": tftypes.List{ElementType: tftypes.String},
		}}
		return g.value(rapid.SampledFrom([]tftypes.Type{
			tftypes.String, tftypes.Number, tftypes.Bool,
			tftypes.List{ElementType: tftypes.String},
			object,
			tftypes.Tuple{ElementTypes: []tftypes.Type{tftypes.String, object}},
		}).Draw(g.t, "dynamic"), depth+1)
	case typ.Is(tftypes.Tuple{}):
		var members []tftypes.Value
		for _, element := range typ.(tftypes.Tuple).ElementTypes { //nolint:forcetypeassert // Is says so.
			members = append(members, g.value(element, depth+1))
		}
		return tftypes.NewValue(typ, members)
	default:
		return tftypes.NewValue(typ, rapid.SampledFrom(g.words).Draw(g.t, "word"))
	}
}

func (g generator) values(typ tftypes.Type, depth int) []tftypes.Value {
	out := make([]tftypes.Value, rapid.IntRange(1, 3).Draw(g.t, "length"))
	for i := range out {
		out[i] = g.value(typ, depth+1)
	}
	return out
}

// server is the provider as Terraform sees it, on a store of its own.
type server struct {
	t       *rapid.T
	ctx     context.Context //nolint:containedctx // The test's.
	schemas *tfprotov6.GetProviderSchemaResponse
	tfprotov6.ProviderServer
	cloud *emulator.Cloud
	path  string
}

func newServer(ctx context.Context, t *rapid.T, path string, served tfprotov6.ProviderServer) server {
	s := server{t: t, ctx: ctx, ProviderServer: served}
	schemas, err := s.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	s.schemas = schemas
	s.path = path
	s.configure()
	store := sqlite.Open(path)
	t.Cleanup(func() {
		_ = store.Close()
		_ = provider.Settle(ctx) // What is settled needs its store no more.
	})
	s.cloud = emulator.New(store)
	return s
}

// configure starts a walk: what was planned before is forgotten.
func (s server) configure() {
	typ := s.schemas.Provider.ValueType()
	members := map[string]tftypes.Value{}
	for name, member := range typ.(tftypes.Object).AttributeTypes { //nolint:forcetypeassert // A schema is an object.
		members[name] = tftypes.NewValue(member, nil)
	}
	members["store"] = tftypes.NewValue(tftypes.String, s.path)
	resp, err := s.ConfigureProvider(s.ctx, &tfprotov6.ConfigureProviderRequest{Config: s.pack(typ, tftypes.NewValue(typ, members))})
	s.read(err, resp.Diagnostics)
}

func (s server) pack(typ tftypes.Type, v tftypes.Value) *tfprotov6.DynamicValue {
	packed, err := tfprotov6.NewDynamicValue(typ, v)
	if err != nil {
		s.t.Fatal(err)
	}
	return &packed
}

// read requires every diagnostic to be for a person, and reports whether there was an error.
func (s server) read(err error, diags []*tfprotov6.Diagnostic) bool {
	if err != nil {
		s.t.Fatal(err)
	}
	failed := false
	for _, d := range diags {
		if d.Summary == "" || d.Detail == "" || strings.Contains(d.Detail, "panic") {
			s.t.Errorf("a diagnostic without words: %+v", d)
		}
		failed = failed || d.Severity == tfprotov6.DiagnosticSeverityError
	}
	return failed
}

// everything is the content of the store.
func (s server) everything() map[string]network.Object {
	n, err := s.cloud.Snapshot(s.ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[string]network.Object{}
	for _, kind := range network.Kinds() {
		for _, o := range n.OfKind(kind) {
			out[o.Base().ID] = o
		}
	}
	return out
}

// create plans and applies one object of a configuration. A refused one must leave the store as it was.
func (s server) create(name string, schema *tfprotov6.Schema, config tftypes.Value) (created bool) {
	typ := schema.ValueType()
	packed := s.pack(typ, config)
	valid, err := s.ValidateResourceConfig(s.ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: packed})
	if s.read(err, valid.Diagnostics) {
		return false
	}
	s.configure()
	plan, err := s.PlanResourceChange(s.ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: name, Config: packed, ProposedNewState: s.pack(typ, proposed(schema, config)),
		PriorState: s.pack(typ, tftypes.NewValue(typ, nil)),
	})
	if s.read(err, plan.Diagnostics) || !config.IsFullyKnown() {
		return false
	}
	before := s.everything()
	s.configure()
	applied, err := s.ApplyResourceChange(s.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: name, Config: packed, PlannedState: plan.PlannedState, PlannedPrivate: plan.PlannedPrivate,
		PriorState: s.pack(typ, tftypes.NewValue(typ, nil)),
	})
	if s.read(err, applied.Diagnostics) {
		if diff := cmp.Diff(before, s.everything()); diff != "" {
			s.t.Errorf("a refused %s left something behind:\n%s", name, diff)
		}
		return false
	}
	planned, err := plan.PlannedState.Unmarshal(typ)
	if err != nil {
		s.t.Fatal(err)
	}
	stored, err := applied.NewState.Unmarshal(typ)
	if err != nil {
		s.t.Fatal(err)
	}
	if planned.IsFullyKnown() && !planned.Equal(stored) {
		s.t.Errorf("%s: planned %s, applied %s", name, planned, stored)
	}
	return true
}

// proposed is what Terraform makes of a configuration without prior state: computed values are unknown.
func proposed(schema *tfprotov6.Schema, config tftypes.Value) tftypes.Value {
	var members map[string]tftypes.Value
	if err := config.As(&members); err != nil || members == nil {
		return config
	}
	members = maps.Clone(members) // As hands out the value's own.
	for _, attribute := range schema.Block.Attributes {
		if v := members[attribute.Name]; attribute.Computed && v.IsNull() {
			members[attribute.Name] = tftypes.NewValue(v.Type(), tftypes.UnknownValue)
		}
	}
	return tftypes.NewValue(config.Type(), members)
}

// readOnly nulls the attributes an author cannot set.
func readOnly(schema *tfprotov6.Schema, config tftypes.Value) tftypes.Value {
	return readOnlyObject(schema.Block.Attributes, config)
}

func readOnlyObject(attributes []*tfprotov6.SchemaAttribute, config tftypes.Value) tftypes.Value {
	var members map[string]tftypes.Value
	if config.IsNull() || !config.IsKnown() || config.As(&members) != nil {
		return config
	}
	members = maps.Clone(members)
	for _, attribute := range attributes {
		value := members[attribute.Name]
		switch {
		case attribute.Computed && !attribute.Optional:
			members[attribute.Name] = tftypes.NewValue(value.Type(), nil)
		case attribute.NestedType != nil:
			members[attribute.Name] = eachNested(attribute.NestedType, value, func(_ any, object tftypes.Value) tftypes.Value {
				return readOnlyObject(attribute.NestedType.Attributes, object)
			})
		}
	}
	return tftypes.NewValue(config.Type(), members)
}

// eachNested changes the objects of a nested attribute, each known by its index in a list or set, or its key in a map.
func eachNested(
	nested *tfprotov6.SchemaObject, value tftypes.Value, change func(key any, object tftypes.Value) tftypes.Value,
) tftypes.Value {
	if value.IsNull() || !value.IsKnown() {
		return value
	}
	var items []tftypes.Value
	var entries map[string]tftypes.Value
	switch {
	case nested.Nesting == tfprotov6.SchemaObjectNestingModeSingle:
		return change(nil, value)
	case value.As(&items) == nil:
		items = slices.Clone(items)
		for i, item := range items {
			items[i] = change(i, item)
		}
		return tftypes.NewValue(value.Type(), items)
	case value.As(&entries) == nil:
		entries = maps.Clone(entries)
		for key, entry := range entries {
			entries[key] = change(key, entry)
		}
		return tftypes.NewValue(value.Type(), entries)
	}
	return value
}

// Whatever a configuration holds, the provider answers with words, and what it refuses leaves nothing behind.
func TestHostileConfigurations(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run, created := 0, map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		run++
		s := newServer(context.Background(), t, filepath.Join(dir, strconv.Itoa(run), "lab.db"), provider.NewServer("test"))
		g := generator{t: t, words: words, unknowns: rapid.IntRange(0, 3).Draw(t, "unknowns") == 3, ids: map[string][]string{}}
		types := sortedKeys(s.schemas.ResourceSchemas)
		// First one of each that others refer to, then anything.
		for _, name := range append([]string{
			"vpclab_vpc", "vpclab_vpc", "vpclab_subnet", "vpclab_subnet", "vpclab_security_group", "vpclab_vpc_peering_connection",
		},
			rapid.SliceOfN(rapid.SampledFrom(types), 8, 8).Draw(t, "resources")...) {
			g.know(s)
			schema := s.schemas.ResourceSchemas[name]
			config := g.object(schema.ValueType().(tftypes.Object), 0) //nolint:forcetypeassert // A schema is an object.
			if s.create(name, schema, readOnly(schema, config)) {
				created[name]++
			}
			imported, err := s.ImportResourceState(s.ctx, &tfprotov6.ImportResourceStateRequest{
				TypeName: name, ID: rapid.SampledFrom(g.words).Draw(t, "import id"),
			})
			s.read(err, imported.Diagnostics)
		}
		s.look(g)
	})
	t.Log("created:", created)
	if !t.Failed() && len(created) < 10 {
		t.Errorf("only %d types of resource were ever created, so that the others were not tested: %v", len(created), created)
	}
}

// look reads a data source.
func (s server) look(g generator) {
	name := rapid.SampledFrom(sortedKeys(s.schemas.DataSourceSchemas)).Draw(s.t, "data source")
	schema := s.schemas.DataSourceSchemas[name]
	config := readOnly(schema, g.object(schema.ValueType().(tftypes.Object), 0)) //nolint:forcetypeassert // A schema is an object.
	packed := s.pack(schema.ValueType(), config)
	valid, err := s.ValidateDataResourceConfig(s.ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: packed})
	if s.read(err, valid.Diagnostics) || !config.IsFullyKnown() {
		return
	}
	got, err := s.ReadDataSource(s.ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: packed})
	s.read(err, got.Diagnostics)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
