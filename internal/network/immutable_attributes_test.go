package network_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func TestFixedAttributes(t *testing.T) {
	want := map[network.Kind][]string{
		network.KindSubnet:               {"vpc_id", "cidr", "gateway_ip", "availability_zone"},
		network.KindSecurityGroup:        {"delete_default_rules"},
		network.KindSecurityGroupRule:    {"security_group_id"},
		network.KindSecurityGroupRuleSet: {"security_group_id"},
		network.KindAddressGroup:         {"ip_version"},
		network.KindPeering:              {"vpc_id", "peer_vpc_id", "peer_project_id"},
		network.KindPeeringAccepter:      {"vpc_peering_connection_id"},
		network.KindRouteTable:           {"vpc_id"},
		network.KindRoute:                {"vpc_id", "route_table_id", "destination", "type"},
		network.KindInstance:             {"subnet_id", "ip_address", "ipv6_address"},
	}
	for _, kind := range append(everyKind(), network.KindPeeringAccepter, network.KindSecurityGroupRuleSet, "server") {
		got := network.FixedAttributes(kind)
		if diff := cmp.Diff(want[kind], got); diff != "" {
			t.Errorf("the immutable attributes of %s differ (-want +got):\n%s", kind, diff)
		}
		o := network.New(kind)
		if o == nil {
			continue
		}
		for _, name := range got {
			if !slices.Contains(attributes(reflect.TypeOf(o).Elem()), name) {
				t.Errorf("%s has no attribute %s", kind, name)
			}
		}
	}
}
