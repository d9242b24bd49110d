package provider_test

import (
	"context"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider"
)

// BenchmarkCalls are the calls Terraform makes for one new security group rule, without the transport: what the
// provider itself costs a resource.
func BenchmarkCalls(b *testing.B) {
	ctx := context.Background()
	s := provider.NewServer("bench")
	schemas, err := s.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		b.Fatal(err)
	}
	pack := func(t tftypes.Type, v tftypes.Value) *tfprotov6.DynamicValue {
		packed, err := tfprotov6.NewDynamicValue(t, v)
		if err != nil {
			b.Fatal(err)
		}
		return &packed
	}
	typ := schemas.Provider.ValueType()
	configure := func() {
		members := map[string]tftypes.Value{}
		for name, member := range typ.(tftypes.Object).AttributeTypes { //nolint:forcetypeassert // A schema is an object.
			members[name] = tftypes.NewValue(member, nil)
		}
		members["store"] = tftypes.NewValue(tftypes.String, filepath.Join(b.TempDir(), "lab.db"))
		members["quotas"] = tftypes.NewValue(tftypes.Map{ElementType: tftypes.Number}, map[string]tftypes.Value{
			"security_group_rule": tftypes.NewValue(tftypes.Number, 0),
		})
		_, err := s.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: pack(typ, tftypes.NewValue(typ, members))})
		if err != nil {
			b.Fatal(err)
		}
	}
	const name = "vpclab_security_group_rule"
	schema := schemas.ResourceSchemas[name]
	object, _ := schema.ValueType().(tftypes.Object)
	config := func(i int) tftypes.Value {
		members := map[string]tftypes.Value{}
		for name, member := range object.AttributeTypes {
			members[name] = tftypes.NewValue(member, nil)
		}
		text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
		members["security_group_id"] = text("5d2b4c2a-efdb-5ec9-83c7-d26a95baa8e6")
		members["direction"], members["protocol"] = text("ingress"), text("tcp")
		members["ports"] = tftypes.NewValue(object.AttributeTypes["ports"], []tftypes.Value{text(strconv.Itoa(1 + i%65000))})
		return tftypes.NewValue(object, members)
	}
	null := pack(object, tftypes.NewValue(object, nil))
	const walk = 1000
	requests := make([]*tfprotov6.PlanResourceChangeRequest, walk)
	for i := range requests {
		c := config(i)
		requests[i] = &tfprotov6.PlanResourceChangeRequest{
			TypeName: name, Config: pack(object, c), ProposedNewState: pack(object, proposed(schema, c)), PriorState: null,
		}
	}
	b.Run("validate", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = s.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: requests[0].Config})
		}
	})
	b.Run("plan", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if i%walk == 0 {
				b.StopTimer()
				configure()
				b.StartTimer()
			}
			if _, err := s.PlanResourceChange(ctx, requests[i%walk]); err != nil {
				b.Fatal(err)
			}
		}
	})
}
