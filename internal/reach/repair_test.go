package reach_test

import (
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

func TestRepairsAreVerified(t *testing.T) {
	active := network.PeeringActive
	for name, c := range map[string]struct {
		w        *world
		question string
		fixes    map[string]reach.Action
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
		"pending": {routed(twoVPCs(network.PeeringPending, "open", "two")), "a b tcp/80", map[string]reach.Action{
			reach.CodePeeringNotActive: reach.AcceptPeering, reach.CodeSGNoRules: reach.AddGroupRules,
		}},
		"disconnected": {newWorld().vpc("A", "172.16.0.0/16", "172.16.0.0/24").vpc("B", "10.0.0.0/16", "10.0.0.0/24").
			group("open", "in allow any any", "egress").server("a", "A-1", "172.16.0.5", "open").
			server("b", "B-1", "10.0.0.5", "open"), "a b tcp/80", map[string]reach.Action{
			reach.CodeVPCDisconnected: reach.CreatePeering,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			a := reach.Decide(c.w.network(), ask(c.question))
			blockers := a.Blockers()
			if len(blockers) != len(c.fixes) {
				t.Fatalf("blockers %v, want %v", findingCodes(a), c.fixes)
			}
			for _, f := range blockers {
				if f.Fix == nil || f.Fix.Edit.Action != c.fixes[f.Code] || !f.Fix.Verified {
					t.Errorf("%s: fix %+v, want %s", f.Code, f.Fix, c.fixes[f.Code])
				} else if f.Fix.StillBlockedBy != len(blockers)-1 {
					t.Errorf("%s: %d blockers remain, want %d", f.Code, f.Fix.StillBlockedBy, len(blockers)-1)
				}
			}
		})
	}
}

func TestDisabledACLIsSwitchedOn(t *testing.T) {
	w := office("open")
	w.add("n", &network.NetworkACL{
		Name: "n", SubnetIDs: []string{"v-2"}, Enabled: new(false),
		IngressRules: []network.ACLRule{{Action: network.Allow, Protocol: "any"}},
	})
	f := reach.Decide(w.network(), ask("a b tcp/80")).Blockers()
	if len(f) != 1 || f[0].Code != reach.CodeACLDisabledDeniesAll || f[0].Fix == nil || !f[0].Fix.Verified {
		t.Fatalf("got %+v", f)
	}
}
