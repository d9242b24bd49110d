package reach_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// shop is a client, two web servers and a database behind them.
func shop() *testNetwork {
	return newNetwork().vpc("v", "10.0.0.0/16", "10.0.0.0/24", "10.0.1.0/24").
		group("client", "egress").group("web", "in allow tcp/443 client", "egress").
		group("db", "in allow tcp/5432 web").
		server("c", "v-1", "10.0.0.5", "client").server("w1", "v-1", "10.0.0.11", "web").
		server("w2", "v-1", "10.0.0.12", "web").server("d", "v-2", "10.0.1.5", "db")
}

// reaches looks a pair of instances up in a matrix.
func reaches(m *reach.Matrix, from, to string) traffic.Set {
	at := func(id string) int {
		return slices.IndexFunc(m.Classes(), func(c reach.Class) bool {
			return slices.ContainsFunc(c.Members, func(e reach.Member) bool { return e.ID == id })
		})
	}
	return m.Cell(at(from), at(to)).Allowed
}

func TestMatrix(t *testing.T) {
	m := reach.Compile(shop().build()).Matrix(traffic.IPv4)
	for pair, want := range map[[2]string]string{
		{"c", "w1"}: "tcp/443 over IPv4", {"c", "d"}: "none", {"w1", "d"}: "tcp/5432 over IPv4", {"w1", "w2"}: "none",
		{"d", "c"}: "none",
	} {
		if got := reaches(m, pair[0], pair[1]).String(); got != want {
			t.Errorf("%v: %s, want %s", pair, got, want)
		}
	}
}

// Proves: Difference of two configurations.
func TestCompare(t *testing.T) {
	before := reach.Compile(shop().build())
	after := reach.Compile(shop().group("db", "in allow tcp/5432 client").public("d", "v-2", "10.0.1.5", "203.0.113.7",
		"db").build())
	d := reach.Compare(before, after)
	if len(d.Lost) != 0 || len(d.Gained) != 1 {
		t.Fatalf("gained %v, lost %v", d.Gained, d.Lost)
	}
	if g := d.Gained[0]; g.From[0].ID != "c" || g.To[0].ID != "d" || g.Traffic.String() != "tcp/5432 over IPv4" {
		t.Errorf("gained %+v", g)
	}
	if back := reach.Compare(after, before); len(back.Gained) != 0 || len(back.Lost) != 1 {
		t.Errorf("backwards %+v", back)
	}
	if same := reach.Compare(before, before); !same.IsEmpty() {
		t.Errorf("a network differs from itself: %+v", same)
	}
}

func ports(list ...string) traffic.PortSet {
	set, _ := traffic.ParsePorts(list)
	return set
}

func TestIntents(t *testing.T) {
	ids := func(list ...string) reach.Selector { return reach.Selector{InstanceIDs: list} }
	someOf := func(list ...string) reach.Selector {
		return reach.Selector{InstanceIDs: list, Quantifier: reach.Some}
	}
	web := reach.Selector{SecurityGroupIDs: []string{"web"}}
	for name, c := range map[string]struct {
		intent reach.Intent
		want   string
	}{
		"client reaches every web": {reach.Intent{
			Expect: reach.MustReach, From: ids("c"), To: web, Protocol: traffic.TCP,
			Ports: ports("443"),
		}, ""},
		"web reaches database": {reach.Intent{
			Expect: reach.MustReach, From: web, To: ids("d"), Protocol: traffic.TCP,
			Ports: ports("5432"),
		}, ""},
		// Proves: Positive intent as an assertion.
		"client reaches database": {reach.Intent{
			Expect: reach.MustReach, From: ids("c"), To: ids("d"), Protocol: traffic.TCP,
			Ports: ports("5432"),
		}, reach.CodeIntentViolatedBlocked},
		"some of them reaches database": {reach.Intent{
			Expect: reach.MustReach, From: someOf("c", "w1"), To: ids("d"),
			Protocol: traffic.TCP, Ports: ports("5432"),
		}, ""},
		"not all ports": {reach.Intent{
			Expect: reach.MustReach, From: ids("w1"), To: ids("d"), Protocol: traffic.TCP,
			Ports: ports("5432-5433"),
		}, reach.CodeIntentViolatedBlocked},
		"client kept from database": {reach.Intent{
			Expect: reach.MustNotReach, From: ids("c"), To: ids("d"),
			Protocol: traffic.AnyProtocol,
		}, ""},
		// Proves: Negative intent (must not reach).
		"web kept from database": {reach.Intent{
			Expect: reach.MustNotReach, From: web, To: ids("d"),
			Protocol: traffic.AnyProtocol,
		}, reach.CodeIntentViolatedReachable},
		"Internet kept out": {reach.Intent{
			Expect: reach.MustNotReach, From: reach.Selector{Internet: true},
			To: reach.Selector{AllInstances: true}, Protocol: traffic.AnyProtocol,
		}, ""},
		// Proves: Vacuous intent detected (matches nothing).
		"no such instance": {
			reach.Intent{Expect: reach.MustNotReach, From: ids("x"), To: ids("d"), Protocol: traffic.TCP},
			reach.CodeIntentVacuous,
		},
		"itself": {
			reach.Intent{Expect: reach.MustNotReach, From: ids("d"), To: ids("d"), Protocol: traffic.TCP},
			reach.CodeIntentVacuous,
		},
		"no traffic": {
			reach.Intent{Expect: reach.MustNotReach, From: ids("c"), To: ids("d"), Protocol: traffic.ICMPv6},
			reach.CodeIntentVacuous,
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := reach.Compile(shop().build()).Check(c.intent)[0]
			got := ""
			if len(o.Findings) > 0 {
				got = o.Findings[0].Code
			}
			if got != c.want || o.Satisfied != (c.want == "") {
				t.Fatalf("%q, satisfied %v; want %q", got, o.Satisfied, c.want)
			}
			if got == reach.CodeIntentViolatedReachable && (o.Witness == nil || o.Example == nil || len(o.Violations) == 0) {
				t.Errorf("no evidence: %+v", o)
			}
		})
	}
}

// Between the members of a group every one is asked to reach every other: itself it is not, and one alone has nobody to reach.
func TestIntentInsideOneGroup(t *testing.T) {
	n := lone("in allow tcp/179 g").server("b", "v-1", "10.0.0.5", "g").server("c", "v-1", "10.0.0.6", "g")
	within := func(port string) reach.Intent {
		group := reach.Selector{SecurityGroupIDs: []string{"g"}}
		return reach.Intent{Name: "mesh", Expect: reach.MustReach, From: group, To: group, Protocol: traffic.TCP, Ports: ports(port)}
	}
	out := reach.Compile(n.build()).Check(within("179"), within("5473"))
	if !out[0].Satisfied {
		t.Errorf("the members reach each other: %+v", out[0])
	}
	pairs := 0
	for _, v := range out[1].Violations {
		pairs += v.Pairs()
	}
	if pairs != 6 {
		t.Errorf("%d pairs of three members, want 6", pairs)
	}
	alone := reach.Compile(lone("in allow tcp/179 g").build()).Check(within("179"))[0]
	if f := alone.Findings[0]; f.Code != reach.CodeIntentVacuous || f.Reason != reach.ReasonOneEnd || f.With.Name != "a" {
		t.Errorf("one member alone: %+v", f)
	}
}

// The violations of an intent are the pairs that violate it, without those that cannot be decided.
func TestViolationsAreCertain(t *testing.T) {
	n := office("s").group("s", "in allow tcp/443 any").server("u", "v-2", "192.168.1.30", "absent")
	out := reach.Compile(n.build()).Check(reach.Intent{
		Name: "web", Expect: reach.MustReach, From: reach.Selector{InstanceIDs: []string{"a"}},
		To: reach.Selector{InstanceIDs: []string{"b", "u"}}, Protocol: traffic.TCP, Ports: ports("80"),
	})[0]
	if len(out.Violations) != 1 || out.Violations[0].To[0].ID != "b" {
		t.Errorf("violations %+v", out.Violations)
	}
	for _, expect := range []reach.Expectation{reach.MustReach, reach.MustNotReach} {
		if o := reach.Compile(n.build()).Check(intent(expect, "a", "u", "80"))[0]; !o.Undetermined {
			t.Errorf("%s is decided without the rules of the group: %+v", expect, o)
		}
	}
}

// Proves: Contradictory intents detected.
func TestContradictoryIntents(t *testing.T) {
	all := reach.Selector{AllInstances: true}
	must := reach.Intent{
		Name: "open", Expect: reach.MustReach, From: reach.Selector{InstanceIDs: []string{"c"}},
		To: reach.Selector{InstanceIDs: []string{"w1", "w2"}}, Protocol: traffic.TCP, Ports: ports("400-500"),
	}
	not := reach.Intent{
		Name: "closed", Expect: reach.MustNotReach, From: all, To: reach.Selector{InstanceIDs: []string{"w1"}},
		Protocol: traffic.TCP, Ports: ports("443"),
	}
	for name, c := range map[string]struct {
		change func(a, b *reach.Intent)
		want   bool
	}{
		"common flow":      {func(_, _ *reach.Intent) {}, true},
		"other port":       {func(_, b *reach.Intent) { b.Ports = ports("22") }, false},
		"another way open": {func(a, _ *reach.Intent) { a.To.Quantifier = reach.Some }, false},
		"every way closed": {func(a, b *reach.Intent) { a.To.Quantifier, b.To = reach.Some, all }, true},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := must, not
			c.change(&a, &b)
			out := reach.Compile(shop().build()).Check(a, b)
			has := func(o reach.Outcome) bool {
				return slices.ContainsFunc(o.Findings, func(f reach.Finding) bool {
					return f.Code == reach.CodeIntentContradictory && !f.Affected.IsEmpty()
				})
			}
			if has(out[0]) != c.want || has(out[1]) != c.want || c.want && out[0].Against != "closed" {
				t.Errorf("contradictory %v %v, want %v", has(out[0]), has(out[1]), c.want)
			}
		})
	}
}

// An audit finds each of these once, whether or not anything else is wrong.
func TestAudit(t *testing.T) {
	for want, n := range map[string]*testNetwork{
		// Proves: Unattached ACL or SG.
		"acl_unassociated n":        office("open").acl("n", "", "in allow any"),
		"acl_disabled_denies_all n": office("open").acl("n", "v-2", "in allow any").disabled("n"),
		"sg_unattached idle":        office("open").group("idle", "egress"),
		"address_outside_subnet x":  office("open").server("x", "v-1", "192.168.9.9", "open"),
		"peering_not_active AB":     routedTraffic(twoVPCs(network.PeeringRejected, "open", "open")),
		// Proves: Overlapping subnet / VPC CIDR.
		"peering_overlap_total AB": twins("10.0.0.0/24"),
		"route_missing_return B": twoVPCs(network.PeeringActive, "open", "open").
			route("A", "10.0.0.0/16", network.RoutePeering, "AB"),
		"route_missing_forward A": twoVPCs(network.PeeringActive, "open", "open").
			route("B", "172.16.0.0/16", network.RoutePeering, "AB"),
		"route_dead_next_hop r-A-10.0.0.0/8": three().route("A", "10.0.0.0/8", network.RoutePeering, "BC"),
		// Proves: ACL/SG conflict as its own finding.
		"acl_sg_conflict n": office("s").group("s", "in allow tcp/80 any").
			acl("n", "v-2", "in deny tcp/80", "in allow any", "out allow any"),
		"conflict_partial n": office("s").group("s", "in allow tcp/80-90 any").
			acl("n", "v-2", "in deny tcp/80", "in allow any", "out allow any"),
		"sg_blocks_acl_allow n": newNetwork().vpc("v", "10.0.0.0/16", "10.0.0.0/24").
			group("s", "in allow tcp/22 any", "egress").server("c", "v-1", "10.0.0.9", "s").
			acl("n", "v-1", "in allow tcp/81", "in allow tcp/22", "out allow any"),
	} {
		t.Run(want, func(t *testing.T) {
			got := auditOf(n)
			if n := strings.Count(strings.Join(got, "\n")+"\n", want+"\n"); n != 1 {
				t.Errorf("%d times: %v", n, got)
			}
			if again := auditOf(n); !slices.Equal(got, again) {
				t.Errorf("two audits differ:\n%v\n%v", got, again)
			}
		})
	}
	if got := auditOf(office("open").acl("n", "v-2", "in allow any", "out allow any")); len(got) != 0 {
		t.Errorf("a network in order has findings: %v", got)
	}
}

func auditOf(n *testNetwork) []string {
	var out []string
	for _, f := range reach.Compile(n.build()).Audit() {
		out = append(out, f.Code+" "+f.ID)
	}
	return out
}

// Every rule that leaves another one nothing to decide is named, not only enough of them.
//
// Proves: Shadowed rule with the shadowing rules named.
// Proves: Every shadowing rule listed, not a cover.
func TestAllShadowersAreNamed(t *testing.T) {
	n := office("open").acl("n", "v-2", "in deny tcp/1-50", "in deny tcp/40-100", "in allow udp/80", "in deny tcp/60-70",
		"in allow tcp/30-90", "out allow any")
	for _, f := range reach.Compile(n.build()).Audit() {
		if f.Code != reach.CodeACLRuleShadowed {
			continue
		}
		var positions []int
		for _, r := range f.Others {
			positions = append(positions, r.Position)
		}
		if f.Rule.Position != 5 || !slices.Equal(positions, []int{1, 2, 4}) {
			t.Errorf("rule %d is shadowed by %v", f.Rule.Position, positions)
		}
		return
	}
	t.Error("not found")
}
