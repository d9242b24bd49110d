package reach_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach/generate"
)

// hops are the hops of a path as "leg kind name: rule", with "drops" where the packet ends.
func hops(path []reach.Hop) string {
	var b strings.Builder
	for _, h := range path {
		fmt.Fprintf(&b, "%s %s %s", h.Leg, h.Kind, h.Name)
		if h.Rule != nil {
			fmt.Fprintf(&b, ": %s", h.Rule.Summary)
		}
		if h.Drops {
			b.WriteString(" drops")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// Every filter, route and connection that a packet passes is in the path, there and back, with the rule that decided.
//
// Proves: Hop-by-hop path in the answer.
func TestPathHasEveryHop(t *testing.T) {
	n := joined().group("web", "in allow tcp/80 172.16.0.0/24").server("w", "B-1", "10.0.0.7", "web").
		acl("n", "B-1", "in deny tcp/81", "in allow tcp")
	for question, want := range map[string]string{
		"a w tcp/80": "forward instance a\n" +
			"forward security_group open: egress allow any to any IPv4 address, priority 1\n" +
			"forward route 10.0.0.0/16\nforward vpc_peering_connection AB\nforward subnet B-1\n" +
			"forward network_acl n: allow tcp from any to any\n" +
			"forward security_group web: ingress allow tcp/80 from 172.16.0.0/24, priority 1\n" +
			"forward instance w\n" +
			"return route 172.16.0.0/16\nreturn vpc_peering_connection AB\nreturn subnet A-1\n",
		"a w tcp/81": "forward instance a\n" +
			"forward security_group open: egress allow any to any IPv4 address, priority 1\n" +
			"forward route 10.0.0.0/16\nforward vpc_peering_connection AB\nforward subnet B-1\n" +
			"forward network_acl n: deny tcp from any to any:81 drops\n" +
			"forward security_group web drops\n" +
			"forward instance w\n" +
			"return route 172.16.0.0/16\nreturn vpc_peering_connection AB\nreturn subnet A-1\n",
	} {
		if got := hops(reach.Decide(n.build(), ask(question)).Path); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", question, got, want)
		}
	}
}

// Every cause is found in one answer, also those behind the first.
//
// Proves: All blockers of a path at once.
func TestEveryBlockerIsFound(t *testing.T) {
	n := twoVPCs(network.PeeringRejected, "shut", "shut").group("shut", "in deny tcp/80 any", "out deny tcp/80 any").
		route("A", "10.0.0.0/16", network.RoutePeering, "AB").acl("na", "A-1", "in allow any").acl("nb", "B-1", "in deny tcp")
	var got []string
	for _, f := range reach.Decide(n.build(), ask("a b tcp/80")).Blockers() {
		got = append(got, f.Code)
	}
	want := []string{
		reach.CodePeeringNotActive, reach.CodeSGExplicitDeny, reach.CodeACLDefaultDeny, reach.CodeACLExplicitDeny,
		reach.CodeSGExplicitDeny, reach.CodeRouteMissingReturn,
	}
	if !slices.Equal(got, want) {
		t.Errorf("blocked by %v, want %v", got, want)
	}
}

// A rule that misses the traffic in one field is named, and the code says which field it is.
//
// Proves: Near-miss: which field of which rule failed.
// Proves: Wrong-direction hint (rule exists, other direction).
func TestNearMissNamesRuleAndField(t *testing.T) {
	group := func(rule string) *testNetwork { return office("s").group("s", rule) }
	acl := func(rule string) *testNetwork { return office("open").acl("n", "v-2", rule) }
	for _, c := range []struct {
		network    *testNetwork
		code, rule string
	}{
		{group("in allow tcp/81 any"), reach.CodeSGWrongPort, "ingress allow tcp/81 from any IPv4 address, priority 1"},
		{group("in allow udp/80 any"), reach.CodeSGWrongProtocol, "ingress allow udp/80 from any IPv4 address, priority 1"},
		{group("in allow tcp/80 10.0.0.0/8"), reach.CodeSGWrongPeer, "ingress allow tcp/80 from 10.0.0.0/8, priority 1"},
		{group("out allow tcp/80 any"), reach.CodeSGWrongDirection, "egress allow tcp/80 to any IPv4 address, priority 1"},
		{group("in allow tcp/80 any off"), reach.CodeSGRuleDisabled, "ingress allow tcp/80 from any IPv4 address, priority 1"},
		{acl("in allow tcp/81"), reach.CodeACLWrongPort, "allow tcp from any to any:81"},
		{acl("in allow udp/80"), reach.CodeACLWrongProtocol, "allow udp from any to any:80"},
		{acl("out allow tcp/80"), reach.CodeACLWrongDirection, "allow tcp from any to any:80"},
		{acl("in allow tcp/80 off"), reach.CodeACLRuleDisabled, "allow tcp from any to any:80"},
	} {
		var hints []string
		for _, f := range reach.Decide(c.network.build(), ask("a b tcp/80")).Findings {
			if f.Severity == reach.Hint && f.Code != reach.CodeACLSGConflict {
				hints = append(hints, f.Code+": "+f.Rule.Summary)
			}
		}
		if want := c.code + ": " + c.rule; !slices.Equal(hints, []string{want}) {
			t.Errorf("hints %q, want %q", hints, want)
		}
	}
}

// What is to be done is written down for every code that says that something is wrong. TestPages has it on the code's page.
//
// Proves: Remediation text per cause.
func TestEveryCauseHasARemedy(t *testing.T) {
	for _, e := range reach.Catalogue() {
		if len(e.Severities) > 0 && !strings.HasSuffix(e.Repair, ".") {
			t.Errorf("%s has no sentence about its repair: %q", e.Code, e.Repair)
		}
	}
}

// Whoever reads codes by program finds the same ones after an update: codes come, but none is renamed or goes.
//
// Proves: Stable machine-readable cause codes.
func TestCodesKeepTheirNames(t *testing.T) {
	text, err := os.ReadFile("testdata/codes.txt")
	if err != nil {
		t.Fatal(err)
	}
	published, codes := strings.Fields(string(text)), reach.Codes()
	for _, code := range published {
		if !slices.Contains(codes, code) {
			t.Errorf("%s was published as a code and is none any more", code)
		}
	}
	for _, code := range codes {
		if !slices.Contains(published, code) {
			t.Errorf("%s is a new code: add it to testdata/codes.txt", code)
		}
	}
}

// A rule behind others that decide the same is redundant; one behind others that decide otherwise is shadowed. No rule is
// called both.
//
// Proves: Redundant told apart from contradictory (action differs).
func TestRedundantIsNotShadowed(t *testing.T) {
	for _, c := range []struct {
		network *testNetwork
		want    []string
	}{
		{office("s").group("s", "in allow tcp any 1", "in allow tcp/80 any 2"), []string{reach.CodeSGRuleRedundant}},
		{office("s").group("s", "in deny tcp any 1", "in allow tcp/80 any 2"), []string{reach.CodeSGRuleShadowed}},
		{office("open").acl("n", "v-2", "in allow tcp", "in allow tcp/80", "out allow any"), []string{reach.CodeACLRuleRedundant}},
		{office("open").acl("n", "v-2", "in deny tcp", "in allow tcp/80", "out allow any"), []string{reach.CodeACLRuleShadowed}},
	} {
		var got []string
		for _, f := range reach.Compile(c.network.build()).Audit() {
			if strings.HasSuffix(f.Code, "_redundant") || strings.HasSuffix(f.Code, "_shadowed") {
				got = append(got, f.Code)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v, want %v", got, c.want)
		}
	}
}

// The fastest of several answers counts: what else a machine does can only make one slower.
//
// Proves: Answer in under a millisecond.
func TestAnswerTakesLessThanAMillisecond(t *testing.T) {
	model := reach.Compile(generate.Network(generate.Medium))
	for _, port := range []string{"80", "3306"} {
		fastest := time.Hour
		for range 200 {
			started := time.Now()
			model.Decide(question(0, 1, port))
			fastest = min(fastest, time.Since(started))
		}
		if fastest >= time.Millisecond {
			t.Errorf("port %s: the fastest answer took %s", port, fastest)
		}
	}
}
