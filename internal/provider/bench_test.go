package provider_test

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider"
)

// walk is one walk of Terraform through the provider, without the transport between them: what the provider itself
// costs.
type walk struct {
	b       *testing.B
	ctx     context.Context //nolint:containedctx // The benchmark's.
	schemas *tfprotov6.GetProviderSchemaResponse
	tfprotov6.ProviderServer
}

func newWalk(b *testing.B) walk {
	b.Helper()
	w := walk{b: b, ctx: b.Context(), ProviderServer: provider.NewServer("bench")}
	var err error
	if w.schemas, err = w.GetProviderSchema(w.ctx, &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		b.Fatal(err)
	}
	w.begin()
	return w
}

// begin configures the provider on a store of its own, without limits.
func (w walk) begin() {
	none := tftypes.NewValue(tftypes.Number, 0)
	config := object(w.schemas.Provider.ValueType(), map[string]tftypes.Value{
		"store": tftypes.NewValue(tftypes.String, filepath.Join(w.b.TempDir(), "lab.db")),
		"quotas": tftypes.NewValue(tftypes.Map{ElementType: tftypes.Number}, map[string]tftypes.Value{
			"vpc": none, "subnet": none, "security_group": none, "security_group_rule": none,
		}),
	})
	if _, err := w.ConfigureProvider(w.ctx, &tfprotov6.ConfigureProviderRequest{Config: w.pack(config)}); err != nil {
		w.b.Fatal(err)
	}
}

func (w walk) pack(v tftypes.Value) *tfprotov6.DynamicValue {
	packed, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		w.b.Fatal(err)
	}
	return &packed
}

// request is what Terraform asks for a new object.
func (w walk) request(kind string, values map[string]tftypes.Value) *tfprotov6.PlanResourceChangeRequest {
	schema := w.schemas.ResourceSchemas[kind]
	config := object(schema.ValueType(), values)
	return &tfprotov6.PlanResourceChangeRequest{
		TypeName: kind, Config: w.pack(config), ProposedNewState: w.pack(proposed(schema, config)),
		PriorState: w.pack(tftypes.NewValue(schema.ValueType(), nil)),
	}
}

// plan plans a new object and returns it.
func (w walk) plan(kind string, values map[string]tftypes.Value) map[string]tftypes.Value {
	planned, err := w.PlanResourceChange(w.ctx, w.request(kind, values))
	if err != nil || len(planned.Diagnostics) > 0 {
		w.b.Fatal(err, planned.Diagnostics)
	}
	value, err := planned.PlannedState.Unmarshal(w.schemas.ResourceSchemas[kind].ValueType())
	if err != nil {
		w.b.Fatal(err)
	}
	members := map[string]tftypes.Value{}
	if err := value.As(&members); err != nil {
		w.b.Fatal(err)
	}
	return maps.Clone(members)
}

// object is a value of an object type with all members null but some.
func object(typ tftypes.Type, values map[string]tftypes.Value) tftypes.Value {
	members := map[string]tftypes.Value{}
	for name, member := range typ.(tftypes.Object).AttributeTypes { //nolint:forcetypeassert // A schema is an object.
		members[name] = tftypes.NewValue(member, nil)
	}
	maps.Copy(members, values)
	return tftypes.NewValue(typ, members)
}

func text(format string, args ...any) tftypes.Value {
	return tftypes.NewValue(tftypes.String, fmt.Sprintf(format, args...))
}

func texts(list ...string) tftypes.Value {
	var out []tftypes.Value
	for _, s := range list {
		out = append(out, text("%s", s))
	}
	return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, out)
}

func rule(group tftypes.Value, port int) map[string]tftypes.Value {
	return map[string]tftypes.Value{
		"security_group_id": group, "direction": text("ingress"), "protocol": text("tcp"), "ports": texts(fmt.Sprint(port)),
	}
}

// BenchmarkStart is what a provider does before its first call about a resource. Terraform starts three for a plan.
func BenchmarkStart(b *testing.B) {
	for _, schemas := range []bool{false, true} {
		b.Run(fmt.Sprintf("schemas=%t", schemas), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s := provider.NewServer("bench")
				if !schemas {
					continue
				}
				if _, err := s.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCalls are the calls Terraform makes for one new rule of a group that grows to 1,000.
func BenchmarkCalls(b *testing.B) {
	const name, size = "vpclab_security_group_rule", 1000
	w := newWalk(b)
	requests := make([]*tfprotov6.PlanResourceChangeRequest, size)
	for i := range requests {
		requests[i] = w.request(name, rule(text("5d2b4c2a-efdb-5ec9-83c7-d26a95baa8e6"), 1+i))
	}
	b.Run("validate", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = w.ValidateResourceConfig(w.ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: requests[0].Config})
		}
	})
	b.Run("plan", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if i%size == 0 {
				b.StopTimer()
				w.begin()
				b.StartTimer()
			}
			if _, err := w.PlanResourceChange(w.ctx, requests[i%size]); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkQuestion is a question in a plan of 1,000 resources: 20 VPCs with 24 subnets each and 20 groups with 24 rules
// each, handed over as refs and as whole resources. The first one compiles the network, the others find it compiled.
func BenchmarkQuestion(b *testing.B) {
	w := newWalk(b)
	var refs, whole []tftypes.Value
	var subnets []tftypes.Value
	add := func(kind string, values map[string]tftypes.Value) tftypes.Value {
		planned := w.plan(kind, values)
		refs = append(refs, planned["ref"])
		whole = append(whole, tftypes.NewValue(w.schemas.ResourceSchemas[kind].ValueType(), planned))
		return planned["id"]
	}
	for i := range 20 {
		vpc := add("vpclab_vpc", map[string]tftypes.Value{"name": text("vpc-%d", i), "cidr": text("10.%d.0.0/16", i)})
		group := add("vpclab_security_group", map[string]tftypes.Value{"name": text("group-%d", i)})
		for k := range 24 {
			subnets = append(subnets, add("vpclab_subnet", map[string]tftypes.Value{
				"vpc_id": vpc, "name": text("subnet-%d", k), "cidr": text("10.%d.%d.0/24", i, k),
			}))
			add("vpclab_security_group_rule", rule(group, 8000+k))
		}
	}
	schema := w.schemas.DataSourceSchemas["vpclab_reachability"].ValueType()
	end := schema.(tftypes.Object).AttributeTypes["source"] //nolint:forcetypeassert // A schema is an object.
	for _, form := range []struct {
		name    string
		network []tftypes.Value
	}{{"refs", refs}, {"whole resources", whole}} {
		types := make([]tftypes.Type, len(form.network))
		for i, v := range form.network {
			types[i] = v.Type()
		}
		network := tftypes.NewValue(tftypes.Tuple{ElementTypes: types}, form.network)
		ask := func(b *testing.B, port int) {
			b.Helper()
			config := w.pack(object(schema, map[string]tftypes.Value{
				"network": network, "protocol": text("tcp"), "ports": texts(fmt.Sprint(1 + port%60000)), "on_failure": text("report"),
				"source":      object(end, map[string]tftypes.Value{"subnet_id": subnets[0]}),
				"destination": object(end, map[string]tftypes.Value{"subnet_id": subnets[1]}),
			}))
			b.StartTimer()
			read, err := w.ReadDataSource(w.ctx, &tfprotov6.ReadDataSourceRequest{TypeName: "vpclab_reachability", Config: config})
			b.StopTimer()
			if err != nil || len(read.Diagnostics) > 0 {
				b.Fatal(err, read.Diagnostics)
			}
		}
		b.Run("further/"+form.name, func(b *testing.B) {
			b.ReportAllocs()
			b.StopTimer()
			ask(b, 0)
			b.ResetTimer()
			for i := range b.N {
				ask(b, i)
			}
		})
	}
}
