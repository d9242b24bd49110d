package reach_test

import (
	"slices"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Who has an address that no instance has is not known; what stops the traffic before it, is (NET-23).
func TestUnownedAddress(t *testing.T) {
	n := office("s").group("s", "in allow tcp/80 "+any4, "egress").group("shut", "out allow tcp/22 any").
		server("d", "v-1", "192.168.0.12", "shut").acl("n", "v-2", "in allow tcp/80", "in allow tcp/8080", "out allow any")
	address := func(a string, groups ...string) reach.Endpoint {
		return reach.Endpoint{Address: a, VPCID: "v", SecurityGroupIDs: groups}
	}
	for _, c := range []struct {
		name     string
		from, to reach.Endpoint
		port     string
		verdict  reach.Verdict
		unowned  bool
	}{
		{"a virtual address or a misspelt number", end("a"), address("192.168.1.77"), "80", reach.Undetermined, true},
		{"as the source too", address("192.168.0.77"), end("b"), "80", reach.Undetermined, true},
		{"an instance's address", end("a"), address("192.168.1.20"), "80", reach.Reachable, false},
		{"the groups are named", end("a"), address("192.168.1.77", "s"), "80", reach.Reachable, false},
		{"the groups are named and let nothing in", end("a"), address("192.168.1.77", "s"), "8080", reach.Blocked, false},
		{"a network ACL stops it before", end("a"), address("192.168.1.77"), "22", reach.Blocked, true},
		{"the sender's groups stop it before", end("d"), address("192.168.1.77"), "80", reach.Blocked, true},
		{"a whole subnet", end("a"), reach.Endpoint{SubnetID: "v-2"}, "80", reach.Reachable, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := reach.Decide(n.build(), reach.Question{
				Source: c.from, Destination: c.to, Protocol: traffic.TCP, Ports: ports(c.port),
			})
			if got := slices.Contains(findingCodes(a), reach.CodeAddressUnowned); a.Verdict != c.verdict || got != c.unowned {
				t.Errorf("%s, want %s; findings %v", a.Verdict, c.verdict, findingCodes(a))
			}
		})
	}
}
