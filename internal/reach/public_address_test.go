package reach_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// withPublicAddresses is two instances with public addresses in two subnets of a VPC. The group of b lets in one port from
// the group of a, one from its public and one from its private address; an ACL at b stops one port.
func withPublicAddresses() *testNetwork {
	return newNetwork().vpc("v", "10.0.0.0/16", "10.0.1.0/24", "10.0.2.0/24").group("ga", "egress").
		group("gb", "in allow tcp/1 ga", "in allow tcp/2 203.0.113.10/32", "in allow tcp/3 10.0.1.10/32", "in allow tcp/4 any",
			"egress").
		public("a", "v-1", "10.0.1.10", "203.0.113.10", "ga").public("b", "v-2", "10.0.2.20", "203.0.113.20", "gb").
		acl("n", "v-2", "in deny tcp/4", "in allow any", "out allow any").server("c", "v-1", "10.0.1.30", "ga")
}

// The public address of an instance is that instance as the Internet sees it, whoever asks (INET-10).
func TestPublicAddressOfAnInstance(t *testing.T) {
	viaNAT := withPublicAddresses().route("v", any4, network.RouteNAT, "nat")
	closed := withPublicAddresses().group("out", "out allow tcp/2 10.0.0.0/8").public("d", "v-1", "10.0.1.40", "203.0.113.40", "out")
	peer := withPublicAddresses().vpc("w", "10.9.0.0/16", "10.9.0.0/24").peer("v", "w", network.PeeringActive).
		route("v", "203.0.113.8/29", network.RoutePeering, "vw")
	for _, c := range []struct {
		rule    string
		network *testNetwork
		cases   []string
	}{
		{"the other end sees the sender's public address", withPublicAddresses(), []string{
			"a 203.0.113.20 tcp/2 = reachable", "a 203.0.113.20 tcp/1 = blocked sg_no_match", "a 203.0.113.20 tcp/3 = blocked",
			"a 203.0.113.20 tcp/4 = blocked acl_explicit_deny", "a b tcp/1 = reachable", "a b tcp/2 = blocked",
		}},
		{"a public address as the sender is its instance", withPublicAddresses(), []string{
			"203.0.113.10 b tcp/2 = reachable", "203.0.113.10 b tcp/1 = blocked", "203.0.113.10 203.0.113.20 tcp/2 = reachable",
			"203.0.113.10 c tcp/2 = blocked no_public_address",
		}},
		{"from outside nothing changes", withPublicAddresses(), []string{
			"@ 203.0.113.20 tcp/4 = blocked acl_explicit_deny", "198.51.100.1 203.0.113.20 tcp/2 = blocked sg_no_match",
			"203.0.113.10 198.51.100.1 tcp/443 = reachable",
		}},
		{"a sender without a public address does not get out", withPublicAddresses(), []string{
			"c 203.0.113.20 tcp/2 = blocked no_public_address", "10.0.1.30 203.0.113.20 tcp/2 = blocked no_public_address",
		}},
		{"a sender behind a gateway may be anybody", viaNAT, []string{
			"c 203.0.113.20 tcp/2 = undetermined forwarder_unverifiable", "c 203.0.113.20 tcp/4 = blocked acl_explicit_deny",
			"c 203.0.113.20 tcp/5 = blocked sg_no_match", "c 203.0.113.20 tcp/1 = blocked",
		}},
		{"the sender's groups see the public address", closed, []string{"d 203.0.113.20 tcp/2 = blocked sg_no_match"}},
		{"answers to the sender's public address need a way", peer, []string{"a 203.0.113.20 tcp/2 = blocked peering_eip_not_shared"}},
	} {
		for _, text := range c.cases {
			t.Run(c.rule+"/"+text, func(t *testing.T) { decides(t, c.network, text) })
		}
	}
}

// What a filter behind a public address stops is repaired there.
func TestRepairBehindAPublicAddress(t *testing.T) {
	n := withPublicAddresses().build()
	a := reach.Decide(n, ask("a 203.0.113.20 tcp/1"))
	for _, f := range a.Blockers() {
		if f.Repair == nil || !f.Repair.Verified || f.Repair.Edit.GroupRules[0].RemoteIPPrefix != "203.0.113.10/32" {
			t.Errorf("%s: %+v", f.Code, f.Repair)
		}
	}
	if got := a.Refused.String(); got != "tcp/1 from 10.0.1.10 to 203.0.113.20" || a.Blockers()[0].Affected.String() != got {
		t.Errorf("refused %s, by %s", got, a.Blockers()[0].Affected)
	}
	var path []string
	for _, h := range reach.Decide(n, ask("a 203.0.113.20 tcp/2")).Path {
		path = append(path, h.Name)
	}
	if got := strings.Join(path, " > "); got != "a > ga > a > b > n > gb > b" {
		t.Errorf("path %s", got)
	}
}

// Intents see a public address as questions do.
func TestIntentsAboutPublicAddresses(t *testing.T) {
	model := reach.Compile(withPublicAddresses().build())
	for _, c := range []struct {
		from, to, port string
		reaches        bool
	}{
		{"203.0.113.10", "203.0.113.20", "2", true},
		{"203.0.113.10", "203.0.113.20", "1", false},
		{"10.0.1.10", "203.0.113.20", "2", true},
		{"198.51.100.1", "203.0.113.20", "2", false},
		{"203.0.113.10", "10.0.2.20", "2", true},
	} {
		ask := func(expect reach.Expectation) reach.Outcome {
			return model.Check(reach.Intent{
				Expect: expect, From: reach.Selector{Addresses: []string{c.from}}, To: reach.Selector{Addresses: []string{c.to}},
				Protocol: traffic.TCP, Ports: ports(c.port),
			})[0]
		}
		if must, not := ask(reach.MustReach), ask(reach.MustNotReach); must.Satisfied != c.reaches || not.Satisfied == c.reaches {
			t.Errorf("%s -> %s, %s: must reach %t, must not reach %t", c.from, c.to, c.port, must.Satisfied, not.Satisfied)
		}
	}
}

// An address in a block of a VPC and in none of its subnets is said to be that.
func TestAddressInNoSubnet(t *testing.T) {
	a := reach.Decide(withPublicAddresses().build(), ask("a 10.0.200.77 tcp/80"))
	i := slices.IndexFunc(a.Findings, func(f reach.Finding) bool { return f.Code == reach.CodePrivateToInternet })
	if i < 0 || a.Findings[i].With == nil || a.Findings[i].With.ID != "v" ||
		!strings.Contains(report.Sentence(a.Findings[i]), "in none of its subnets") {
		t.Errorf("findings %+v", a.Findings)
	}
}
