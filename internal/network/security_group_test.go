package network_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func validGroup() *network.SecurityGroup {
	return &network.SecurityGroup{Meta: network.Meta{ID: "g", Project: "p"}, Name: "g"}
}

func TestValidateSecurityGroup(t *testing.T) {
	const code = "VPC.0601"
	rows := nameRows(code, func(g *network.SecurityGroup, s string) { g.Name = s })
	rows = append(rows, descriptionRows(code, "description", func(g *network.SecurityGroup, s string) { g.Description = s })...)
	rows = append(rows, tagRows("tags", func(g *network.SecurityGroup, tags map[string]string) { g.Tags = tags })...)
	checkValidate(t, validGroup, rows)
}

func TestSecurityGroupKey(t *testing.T) {
	checkKey(t, validGroup, map[string]func(*network.SecurityGroup){
		"project_id": func(g *network.SecurityGroup) { g.Project = "q" },
		"name":       func(g *network.SecurityGroup) { g.Name = "h" },
	}, map[string]func(*network.SecurityGroup){
		"description":          func(g *network.SecurityGroup) { g.Description = "d" },
		"delete_default_rules": func(g *network.SecurityGroup) { g.DeleteDefaultRules = true },
		"tags":                 func(g *network.SecurityGroup) { g.Tags = map[string]string{"a": "b"} },
	})
}

// The four rules of a new group are those of the create example of the cloud's API: everything in from the group
// itself, everything out, priority 100.
func TestDefaultRules(t *testing.T) {
	rule := func(name string, d network.Direction, e network.Ethertype, remote string) *network.SecurityGroupRule {
		return &network.SecurityGroupRule{
			Meta: network.Meta{Project: "p"}, SecurityGroupID: "g", Name: name, Direction: d, Ethertype: e, RemoteGroupID: remote,
			Action: network.Allow, Priority: new(100), Enabled: new(true), Default: true,
		}
	}
	want := []*network.SecurityGroupRule{
		rule("default-ingress-ipv4", network.Ingress, network.EthertypeIPv4, "g"),
		rule("default-ingress-ipv6", network.Ingress, network.EthertypeIPv6, "g"),
		rule("default-egress-ipv4", network.Egress, network.EthertypeIPv4, ""),
		rule("default-egress-ipv6", network.Egress, network.EthertypeIPv6, ""),
	}
	got := validGroup().DefaultRules()
	ids := map[string]bool{}
	for i, r := range got {
		checkProblems(t, r.Validate(), nil)
		if again := validGroup().DefaultRules()[i]; again.ID != r.ID {
			t.Errorf("the id of %s is %q and then %q", r.Name, r.ID, again.ID)
		}
		ids[r.ID] = true
		r.ID = ""
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the default rules differ (-want +got):\n%s", diff)
	}
	if len(ids) != 4 || ids[""] {
		t.Errorf("the ids of the default rules are %v; want four", ids)
	}
	without := validGroup()
	without.DeleteDefaultRules = true
	if got := without.DefaultRules(); got != nil {
		t.Errorf("a group without default rules has %v", got)
	}
}

func TestDefaultSecurityGroup(t *testing.T) {
	g := network.DefaultSecurityGroup("p")
	if g.Name != "default" || g.Project != "p" || !g.IsDefault() {
		t.Errorf("the default group is %+v, default: %t", g, g.IsDefault())
	}
	if g.ID == network.DefaultSecurityGroup("q").ID {
		t.Errorf("two projects share the default group %s", g.ID)
	}
	g.Name, g.Description = "renamed", "changed"
	if !g.IsDefault() {
		t.Error("a default group with another name is none")
	}
	for _, other := range []*network.SecurityGroup{validGroup(), {}, {Meta: network.Meta{ID: g.ID, Project: "q"}}} {
		if other.IsDefault() {
			t.Errorf("%+v is a default group", other)
		}
	}
}

func TestSecurityGroupTexts(t *testing.T) {
	g := validGroup()
	g.Normalize()
	if diff := cmp.Diff(validGroup(), g); diff != "" {
		t.Errorf("Normalize changes a group (-want +got):\n%s", diff)
	}
	if g.Title() != "g" {
		t.Errorf("the title is %q", g.Title())
	}
	checkReferences(t, g)
}
