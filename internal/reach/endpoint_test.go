package reach_test

import (
	"slices"
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
		{reach.Endpoint{Address: "192.168.0.0/25"}, "80", reach.Undetermined, ""},
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

// A block is judged by who has its addresses: instances by their groups, and of the rest nobody is known to answer, unless the
// block holds the whole subnet (NET-23).
func TestBlockThatHoldsInstances(t *testing.T) {
	n := office("shut").group("shut", "egress").group("web", "in allow tcp/80 any", "out allow tcp/22 any").
		server("w1", "v-2", "192.168.1.21", "web").server("w2", "v-2", "192.168.1.22", "web").
		server("w3", "v-2", "192.168.1.23", "web").change("w3", listens("81"))
	for _, c := range []struct {
		question                  string
		verdict                   reach.Verdict
		allowed, refused, unclear string
		codes                     []string
	}{
		{
			"a 192.168.1.16/29 tcp/80", reach.Undetermined, "tcp/80 from 192.168.0.9 to 192.168.1.21,192.168.1.22",
			"tcp/80 from 192.168.0.9 to 192.168.1.20,192.168.1.23", "tcp/80 from 192.168.0.9 to 192.168.1.16/30",
			[]string{reach.CodeSGNoRules, reach.CodeServiceNotListening, reach.CodeAddressUnowned},
		},
		{
			"a 192.168.1.20/30 tcp/80", reach.Partial, "tcp/80 from 192.168.0.9 to 192.168.1.21,192.168.1.22",
			"tcp/80 from 192.168.0.9 to 192.168.1.20,192.168.1.23", "none",
			[]string{reach.CodeSGNoRules, reach.CodeServiceNotListening},
		},
		{
			"a 192.168.1.0/24 tcp/82", reach.Partial,
			"tcp/82 from 192.168.0.9 to 192.168.1.2-192.168.1.19,192.168.1.24-192.168.1.252",
			"tcp/82 from 192.168.0.9 to 192.168.1.20/30", "none",
			[]string{reach.CodeSGNoRules, reach.CodeSGNoMatch},
		},
		{
			"192.168.1.20/30 a tcp/80", reach.Partial, "tcp/80 from 192.168.1.20 to 192.168.0.9",
			"tcp/80 from 192.168.1.21,192.168.1.22/31 to 192.168.0.9", "none",
			[]string{reach.CodeSGNoMatch},
		},
	} {
		a := reach.Decide(n.build(), ask(c.question))
		if a.Verdict != c.verdict || a.Allowed.String() != c.allowed || a.Refused.String() != c.refused ||
			a.Unclear.String() != c.unclear {
			t.Errorf("%s: %s, allowed %s; refused %s; unclear %s", c.question, a.Verdict, a.Allowed, a.Refused, a.Unclear)
		}
		for _, code := range c.codes {
			if !slices.Contains(findingCodes(a), code) {
				t.Errorf("%s: no %s in %v", c.question, code, findingCodes(a))
			}
		}
	}
	model := reach.Compile(n.build())
	for block, want := range map[string][2]bool{"192.168.1.20/32": {false, true}, "192.168.1.16/29": {false, false}} {
		for i, expect := range []reach.Expectation{reach.MustReach, reach.MustNotReach} {
			out := model.Check(reach.Intent{
				Expect: expect, From: reach.Selector{InstanceIDs: []string{"a"}}, To: reach.Selector{Addresses: []string{block}},
				Protocol: traffic.TCP, Ports: ports("80"),
			})[0]
			if out.Satisfied != want[i] {
				t.Errorf("%s %s: satisfied %t; %v", expect, block, out.Satisfied, out.Findings)
			}
		}
	}
}
