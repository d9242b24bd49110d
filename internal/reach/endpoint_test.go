package reach_test

import (
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// A subnet, or a block of one, stands for the addresses that an instance could have: not for the network's own, the gateway's and
// the last three (NET-11). A repair names the block all the same.
func TestReservedAddressesAreNotAsked(t *testing.T) {
	n := office("s", "t").addresses("hosts", "192.168.0.2-192.168.0.252").addresses("fewer", "192.168.0.2-192.168.0.251").
		group("s", "in allow tcp/80 any ag=hosts").group("t", "in allow tcp/81 any ag=fewer")
	for _, c := range []struct {
		from    reach.Endpoint
		port    string
		verdict reach.Verdict
		rule    string
	}{
		{reach.Endpoint{SubnetID: "v-1"}, "80", reach.Reachable, ""},
		{reach.Endpoint{SubnetID: "v-1"}, "81", reach.Partial, "192.168.0.252/32"},
		{reach.Endpoint{SubnetID: "v-1"}, "82", reach.Blocked, "192.168.0.0/24"},
		{reach.Endpoint{Address: "192.168.0.0/24"}, "80", reach.Reachable, ""},
		{reach.Endpoint{Address: "192.168.0.0/25"}, "80", reach.Reachable, ""},
		{reach.Endpoint{Address: "192.168.0.0/25"}, "82", reach.Blocked, "192.168.0.0/25"},
		{reach.Endpoint{Address: "192.168.0.254/31"}, "80", reach.Blocked, "192.168.0.254/31"},
	} {
		a := reach.Decide(n.build(), reach.Question{Source: c.from, Destination: end("b"), Protocol: traffic.TCP, Ports: ports(c.port)})
		if a.Verdict != c.verdict {
			t.Errorf("%+v, port %s: %s, want %s; refused %s", c.from, c.port, a.Verdict, c.verdict, a.Refused)
		}
		for _, f := range a.Blockers() {
			if f.Repair == nil || f.Repair.Edit.GroupRules[0].RemoteIPPrefix != c.rule {
				t.Errorf("%+v, port %s: the repair is not one rule for %s: %+v", c.from, c.port, c.rule, f.Repair)
			}
		}
	}
}
