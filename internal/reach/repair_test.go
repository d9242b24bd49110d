package reach_test

import (
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

func TestRepairsAreVerified(t *testing.T) {
	active := network.PeeringActive
	for name, c := range map[string]struct {
		network  *testNetwork
		question string
		repairs  map[string]reach.Action
	}{
		"no rule": {office("s").group("s",
			"egress"), "a b tcp/80", map[string]reach.Action{reach.CodeSGNoRules: reach.AddGroupRules}},
		"deny at the highest priority": {
			office("s").group("s", "in deny tcp/80 "+any4), "a b tcp/80",
			map[string]reach.Action{reach.CodeSGExplicitDeny: reach.AddGroupRules},
		},
		"deny further down": {
			office("s").group("s", "in deny tcp/80 "+any4+" 7", "in allow any any 9"), "a b tcp/80",
			map[string]reach.Action{reach.CodeSGExplicitDeny: reach.AddGroupRules},
		},
		"ACL": {office("open").acl("n", "v-2", "in allow udp", "in deny tcp/80"), "a b tcp/80,81", map[string]reach.Action{
			reach.CodeACLExplicitDeny: reach.InsertACLRules, reach.CodeACLDefaultDeny: reach.InsertACLRules,
		}},
		"no routes": {twoVPCs(active, "open", "open"), "a b tcp/80", map[string]reach.Action{
			reach.CodeRouteMissingForward: reach.AddRoutes, reach.CodeRouteMissingReturn: reach.AddRoutes,
		}},
		"pending": {routedTraffic(twoVPCs(network.PeeringPending, "open", "two")), "a b tcp/80", map[string]reach.Action{
			reach.CodePeeringNotActive: reach.AcceptPeering, reach.CodeSGNoRules: reach.AddGroupRules,
		}},
		"disconnected": {newNetwork().vpc("A", "172.16.0.0/16", "172.16.0.0/24").vpc("B", "10.0.0.0/16", "10.0.0.0/24").
			group("open", "in allow any any", "egress").server("a", "A-1", "172.16.0.5", "open").
			server("b", "B-1", "10.0.0.5", "open"), "a b tcp/80", map[string]reach.Action{
			reach.CodeVPCDisconnected: reach.CreatePeering,
		}},
		"a group with other members": {
			office("s").group("s", "egress").server("e", "v-2", "192.168.1.77", "s"), "a b tcp/80",
			map[string]reach.Action{reach.CodeSGNoRules: reach.AttachGroup},
		},
		"disabled ACL that would not let it through": {
			office("open").acl("n", "v-2", "in allow tcp/22").disabled("n"),
			"a b tcp/80",
			map[string]reach.Action{reach.CodeACLDisabledDeniesAll: reach.EnableACL},
		},
		"no public address": {lone(), "a @ tcp/443", map[string]reach.Action{
			reach.CodeNoPublicAddress: reach.BindPublicAddress,
		}},
		"address not shared": {
			twoVPCs(active, "open", "open").route("B", any4, network.RoutePeering, "AB"), "b @ tcp/443",
			map[string]reach.Action{reach.CodePeeringEIPNotShared: reach.BindPublicAddress},
		},
		"guest firewall": {office("open").change("b", drops("192.168.0.0/24")), "a b tcp/80", map[string]reach.Action{
			reach.CodeGuestFirewallDeny: reach.InsertGuestRule,
		}},
		"wrong next hop": {three().peer("A", "C", active).route("A", "192.168.0.0/24", network.RoutePeering, "AB").
			route("C", "172.16.0.0/16", network.RoutePeering, "AC"), "a c tcp/80", map[string]reach.Action{
			reach.CodeRouteWrongVPC: reach.ChangeNextHop,
		}},
		"destination also local": {overlapping(), "a b tcp/80", map[string]reach.Action{
			reach.CodeRouteShadowedByLocal: reach.Renumber,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			a := reach.Decide(c.network.build(), ask(c.question))
			blockers := a.Blockers()
			if len(blockers) != len(c.repairs) {
				t.Fatalf("blockers %v, want %v", findingCodes(a), c.repairs)
			}
			for _, f := range blockers {
				if f.Repair == nil || f.Repair.Edit.Action != c.repairs[f.Code] || !f.Repair.Verified {
					t.Errorf("%s: repair %+v, want %s", f.Code, f.Repair, c.repairs[f.Code])
				} else if f.Repair.StillBlockedBy != len(blockers)-1 {
					t.Errorf("%s: %d blockers remain, want %d", f.Code, f.Repair.StillBlockedBy, len(blockers)-1)
				}
			}
		})
	}
}

// overlapping is two peered VPCs of which A has a subnet with the block of b's.
func overlapping() *testNetwork {
	return newNetwork().vpc("A", "10.0.0.0/16", "10.0.0.0/24", "10.0.1.0/24").vpc("B", "10.0.0.0/16", "10.0.1.0/24").
		group("open", "in allow any any", "egress").peer("A", "B", network.PeeringActive).
		route("A", "10.0.0.0/16", network.RoutePeering, "AB").route("B", "10.0.0.0/16", network.RoutePeering, "AB").
		server("a", "A-1", "10.0.0.5", "open").server("b", "B-1", "10.0.1.5", "open")
}

// The repairs of one question are a minimal set: what the others make superfluous is marked, and the rest suffices.
func TestSuperfluousRepairsAreMarked(t *testing.T) {
	model := reach.Compile(twoVPCs(network.PeeringPending, "open", "open").
		route("A", "10.0.0.0/16", network.RoutePeering, "AB").build())
	a := model.Decide(ask("a b tcp/80"))
	var needed, superfluous int
	for _, f := range a.Blockers() {
		switch {
		case f.Repair == nil:
			t.Errorf("%s has no repair", f.Code)
		case f.Repair.Redundant:
			superfluous++
		default:
			needed++
		}
	}
	// The missing route leads through a connection that is not active: its repair accepts that too.
	if needed != 1 || superfluous != 1 {
		t.Errorf("%d needed, %d superfluous: %v", needed, superfluous, findingCodes(a))
	}
	if now := model.Repaired(&a).Decide(ask("a b tcp/80")); now.Verdict != reach.Reachable {
		t.Errorf("%s after the repairs: %v", now.Verdict, findingCodes(now))
	}
}

// A route is missing for every subnet of a block that is asked for, and the repair adds them all.
func TestRoutesForABlock(t *testing.T) {
	model := reach.Compile(newNetwork().vpc("A", "172.16.0.0/16", "172.16.0.0/24").
		vpc("B", "10.0.0.0/16", "10.0.0.0/24", "10.0.1.0/24").group("open", "in allow any any", "egress").
		peer("A", "B", network.PeeringActive).route("B", "172.16.0.0/16", network.RoutePeering, "AB").
		server("a", "A-1", "172.16.0.5", "open").build())
	a := model.Decide(ask("a 10.0.0.0/16 tcp/80"))
	if a.Verdict != reach.Blocked {
		t.Fatalf("%s %v", a.Verdict, findingCodes(a))
	}
	for _, f := range a.Blockers() {
		if f.Repair == nil || !f.Repair.Verified || len(f.Repair.Edit.Routes) != 2 {
			t.Errorf("%s: %+v", f.Code, f.Repair)
		}
	}
}

func TestDisabledACLIsSwitchedOn(t *testing.T) {
	n := office("open")
	n.add("n", &network.NetworkACL{
		Name: "n", SubnetIDs: []string{"v-2"}, Enabled: new(false),
		IngressRules: []network.ACLRule{{Action: network.Allow, Protocol: "any"}},
	})
	f := reach.Decide(n.build(), ask("a b tcp/80")).Blockers()
	if len(f) != 1 || f[0].Code != reach.CodeACLDisabledDeniesAll || f[0].Repair == nil || !f[0].Repair.Verified {
		t.Fatalf("got %+v", f)
	}
}
