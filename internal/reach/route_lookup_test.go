package reach_test

import (
	"slices"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// three is VPCs A, B and C with one open instance each and connections AB and BC, without routes.
func three() *testNetwork {
	const p = network.PeeringActive
	return newNetwork().vpc("A", "172.16.0.0/16", "172.16.0.0/24").vpc("B", "10.0.0.0/16", "10.0.0.0/24").
		vpc("C", "192.168.0.0/16", "192.168.0.0/24").group("open", "in allow any any", "egress").
		server("a", "A-1", "172.16.0.5", "open").server("b", "B-1", "10.0.0.5", "open").
		server("c", "C-1", "192.168.0.5", "open").peer("A", "B", p).peer("B", "C", p)
}

func TestTransitLoopAndStrayRoutes(t *testing.T) {
	const peering = network.RoutePeering
	transit := three().route("A", "192.168.0.0/16", peering, "AB").route("B", "192.168.0.0/16", peering, "BC").
		route("C", "172.16.0.0/16", peering, "BC").route("B", "172.16.0.0/16", peering, "AB")
	loop := three().route("A", "192.168.0.0/16", peering, "AB").route("B", "192.168.0.0/16", peering, "AB")
	astray := three().route("A", "192.168.0.0/16", peering, "AB")
	mesh := three().peer("A", "C", network.PeeringActive)
	mesh.route("A", "10.0.0.0/16", peering, "AB").route("A", "192.168.0.0/16", peering, "AC").
		route("B", "172.16.0.0/16", peering, "AB").route("B", "192.168.0.0/16", peering, "BC").
		route("C", "172.16.0.0/16", peering, "AC").route("C", "10.0.0.0/16", peering, "BC")
	stray := three().peer("A", "C", network.PeeringActive).route("A", "192.168.0.0/16", peering, "AC").
		route("A", "192.168.0.0/24", peering, "AB").route("C", "172.16.0.0/16", peering, "AC")
	strict := ask("a c tcp/80")
	strict.Strict = true
	for name, c := range map[string]struct {
		network *testNetwork
		q       reach.Question
		verdict reach.Verdict
		code    string
	}{
		// Proves: Transitive peering explained.
		"transit": {transit, ask("a c tcp/80"), reach.Reachable, reach.CodePeeringTransit},
		"strict":  {transit, strict, reach.Blocked, reach.CodePeeringTransitRefused},
		// Proves: Routing loop.
		"loop":   {loop, ask("a c tcp/80"), reach.Blocked, reach.CodeRouteLoop},
		"astray": {astray, ask("a c tcp/80"), reach.Blocked, reach.CodeRouteWrongVPC},
		"G41 ab": {mesh, ask("a b any"), reach.Reachable, ""},
		"G41 ac": {mesh, ask("c a any"), reach.Reachable, ""},
		"G41 bc": {mesh, ask("b c any"), reach.Reachable, ""},
		// Proves: Route shadowed by a better route.
		"stray": {stray, ask("a c tcp/80"), reach.Blocked, reach.CodeRouteMoreSpecific},
		"dead": {
			three().route("A", "10.0.0.0/16", peering, "BC"), ask("a b tcp/80"), reach.Blocked,
			reach.CodeRouteDeadNextHop,
		},
		"absent": {
			three().route("A", "10.0.0.0/16", peering, "zz").route("B", "172.16.0.0/16", peering, "AB"),
			ask("a b tcp/80"), reach.Undetermined, reach.CodeUnknownUntilApply,
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := reach.Decide(c.network.build(), c.q)
			if a.Verdict != c.verdict || c.code != "" && !slices.Contains(findingCodes(a), c.code) {
				t.Errorf("%s with %v, want %s with %q", a.Verdict, findingCodes(a), c.verdict, c.code)
			}
		})
	}
}
