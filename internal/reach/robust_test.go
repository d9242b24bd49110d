package reach_test

import (
	"fmt"
	"reflect"
	"sync"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

func TestEmptyNetworkAndDanglingReferences(t *testing.T) {
	for _, q := range []string{"a b tcp/80", "@ @ tcp/80", "10.0.0.1 127.0.0.1 any", "10.0.0.1 2001:db8::1 icmp", "@ a icmpv6"} {
		for _, n := range []*network.Network{nil, network.NewBuilder().Network()} {
			if a := reach.Decide(n, ask(q)); a.Verdict != reach.Undetermined || len(a.Findings) == 0 {
				t.Errorf("%s: %s %v", q, a.Verdict, findingCodes(a))
			}
		}
	}
	n := office("gone")
	if a := reach.Decide(n.build(), ask("a b tcp/80")); a.Verdict != reach.Undetermined {
		t.Errorf("absent group: %s", a.Verdict)
	}
	n.acl("n", "v-2")
	if a := reach.Decide(n.build(), ask("a b tcp/80")); a.Verdict != reach.Blocked {
		t.Errorf("absent group behind an ACL that denies: %s", a.Verdict)
	}
	reach.Decide(n.server("lost", "nowhere", "10.9.9.9", "gone").build(), ask("lost a any"))
}

// Nothing that is missing or malformed makes the evaluator panic.
func TestOddEndpoints(t *testing.T) {
	ends := []reach.Endpoint{
		{},
		{Address: "x"},
		{Address: "192.168.1.20"},
		{Address: "192.168.1.20", VPCID: "v"},
		{SubnetID: "v-2"},
		{SubnetID: "no"},
		{Internet: true},
		{InstanceID: "a"},
		{Address: "2001:db8::1"},
		{Address: "192.168.0.0/16"},
		{Address: "192.168.0.9-192.168.1.30"},
		{Address: "0.0.0.0/0"},
		{SubnetID: "v-1", SecurityGroupIDs: []string{"gone"}},
	}
	for _, n := range []*network.Network{nil, office("open").build(), office("gone").acl("n", "v-1,v-2").build()} {
		model := reach.Compile(n)
		for _, from := range ends {
			for _, to := range ends {
				for _, p := range []traffic.Protocol{traffic.TCP, traffic.AnyProtocol, traffic.ICMPv6} {
					model.Decide(reach.Question{Source: from, Destination: to, Protocol: p})
				}
			}
		}
	}
}

func TestGuest(t *testing.T) {
	n := office("open")
	n.add("b", &network.Instance{
		Name: "b", SubnetID: "v-2", IPAddress: "192.168.1.20",
		SecurityGroupIDs: []string{"open"},
		Listeners:        []network.Listener{{Protocol: "tcp", Ports: []string{"80"}}},
		GuestFirewall:    []network.GuestRule{{Action: network.Deny, RemoteCIDR: "192.168.1.0/24"}},
	})
	for q, want := range map[string]string{
		"a b tcp/80": "reachable []", "a b tcp/81": "blocked [service_not_listening]",
		"c b tcp/80": "blocked [guest_firewall_deny]",
	} {
		a := reach.Decide(n.build(), ask(q))
		if got := fmt.Sprint(a.Verdict, " ", findingCodes(a)); got != want {
			t.Errorf("%s: %s, want %s", q, got, want)
		}
	}
}

func TestSameAnswerEveryTime(t *testing.T) {
	answer := func() reach.Answer {
		n := office("s").group("s", "in allow tcp/80 192.168.0.0/28", "in allow udp any", "in allow tcp/22 c").acl("n", "v-2",
			"in allow tcp/80-90", "in deny tcp/70", "in allow icmp")
		return reach.Decide(n.build(), reach.Question{
			Source: reach.Endpoint{SubnetID: "v-1"}, Destination: end("b"), Protocol: traffic.AnyProtocol, Ports: traffic.AllPorts(),
		})
	}
	first := fmt.Sprintf("%v", texts(answer()))
	for range 20 {
		if next := fmt.Sprintf("%v", texts(answer())); !reflect.DeepEqual(first, next) {
			t.Fatalf("differs:\n%s\n%s", first, next)
		}
	}
}

func texts(a reach.Answer) []string {
	out := []string{a.Allowed.String(), a.Refused.String()}
	for _, f := range a.Findings {
		out = append(out, f.Code, f.ID, f.Affected.String())
	}
	return out
}

// A model is never changed, not even by several goroutines that ask it and edit it.
func TestModelIsSharedSafely(t *testing.T) {
	model := reach.Compile(office("s").group("s", "in allow tcp/80 any").acl("n", "v-2", "in allow tcp").build())
	before := digest(model.Decide(ask("a b tcp/22")))
	allow := &network.SecurityGroupRule{SecurityGroupID: "s", Direction: network.Ingress, Protocol: "tcp"}
	allow.ID = "allow"
	allow.Normalize()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				if v := model.With(allow).Decide(ask("a b tcp/22")).Verdict; v != reach.Reachable {
					t.Errorf("edited: %s", v)
				}
				if now := digest(model.Decide(ask("a b tcp/22"))); now != before {
					t.Errorf("changed:\n%s", now)
				}
				model.Matrix(traffic.IPv4)
			}
		})
	}
	group.Wait()
}
