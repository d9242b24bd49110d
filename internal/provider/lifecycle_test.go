package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

// house is a configuration with references between most kinds; the arguments are the VPC's name, the subnet's block
// and what goes into the VPC.
func house(vpcName, subnet, vpcExtra string) string {
	return labtest.Header + fmt.Sprintf(`
resource "vpclab_vpc" "a" {
  name = %q
  cidr = "10.0.0.0/16"
  %s
}
resource "vpclab_vpc" "b" {
  name = "b"
  cidr = "10.1.0.0/16"
}
resource "vpclab_subnet" "a" {
  vpc_id = vpclab_vpc.a.id
  name   = "a"
  cidr   = %q
}
resource "vpclab_vpc_peering_connection" "ab" {
  name        = "ab"
  vpc_id      = vpclab_vpc.a.id
  peer_vpc_id = vpclab_vpc.b.id
}
resource "vpclab_route" "ab" {
  vpc_id      = vpclab_vpc.a.id
  destination = "10.1.0.0/16"
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.ab.id
}
resource "vpclab_security_group" "g" {
  name = "g"
}
resource "vpclab_security_group_rule" "g" {
  security_group_id = vpclab_security_group.g.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["80"]
}
resource "vpclab_network_acl" "n" {
  name          = "n"
  subnet_ids    = [vpclab_subnet.a.id]
  ingress_rules = [{ action = "allow", protocol = "any" }]
}
resource "vpclab_instance" "i" {
  name               = "i"
  subnet_id          = vpclab_subnet.a.id
  ip_address         = cidrhost(vpclab_subnet.a.cidr, 10)
  security_group_ids = [vpclab_security_group.g.id]
}
`, vpcName, vpcExtra, subnet)
}

func actions(changes []labtest.Change, address string) string {
	for _, c := range changes {
		if c.Address == address {
			return strings.Join(c.Change.Actions, ",")
		}
	}
	return "absent"
}

func applied(t *testing.T) *labtest.Lab {
	t.Helper()
	lab := labtest.New(t)
	lab.Configure(house("a", "10.0.1.0/24", ""))
	lab.Apply()
	return lab
}

// replan plans, requires every value known, applies the saved plan, and requires the planned ids.
func replan(t *testing.T, lab *labtest.Lab, args ...string) []labtest.Change {
	t.Helper()
	changes := lab.Plan(args...)
	want := map[string]string{}
	for _, c := range changes {
		if slices.Contains(c.Change.Actions, "create") || slices.Contains(c.Change.Actions, "update") {
			requireKnown(t, c)
			want[c.Address] = attribute(t, c, "id")
		}
	}
	lab.Apply("saved")
	ids := lab.IDs()
	for address, id := range want {
		if ids[address] != id {
			t.Errorf("%s: planned id %s, applied id %s", address, id, ids[address])
		}
	}
	return changes
}

func TestAccReplace(t *testing.T) {
	t.Parallel()
	t.Run("changed block", func(t *testing.T) {
		t.Parallel()
		lab := applied(t)
		before := lab.IDs()
		lab.Configure(house("a", "10.0.2.0/24", ""))
		changes := replan(t, lab)
		if got := actions(changes, "vpclab_subnet.a"); got != "delete,create" {
			t.Errorf("subnet: %s", got)
		}
		after := lab.IDs()
		if before["vpclab_subnet.a"] == after["vpclab_subnet.a"] || before["vpclab_network_acl.n"] != after["vpclab_network_acl.n"] {
			t.Errorf("before %v, after %v", before, after)
		}
	})
	for _, address := range []string{
		"vpclab_vpc.a", "vpclab_subnet.a", "vpclab_vpc_peering_connection.ab", "vpclab_route.ab",
		"vpclab_security_group_rule.g", "vpclab_network_acl.n", "vpclab_instance.i",
	} {
		t.Run("-replace="+address, func(t *testing.T) {
			t.Parallel()
			lab := applied(t)
			before := lab.IDs()[address]
			changes := replan(t, lab, "-replace="+address)
			if got := actions(changes, address); got != "delete,create" {
				t.Errorf("%s: %s", address, got)
			}
			if lab.IDs()[address] == before {
				t.Error("the id is the old one")
			}
		})
	}
	t.Run("taint", func(t *testing.T) {
		t.Parallel()
		lab := applied(t)
		lab.Must(0, "taint", "vpclab_vpc.a")
		if got := actions(replan(t, lab), "vpclab_vpc.a"); got != "delete,create" {
			t.Errorf("vpc: %s", got)
		}
	})
	t.Run("create before destroy", func(t *testing.T) {
		t.Parallel()
		lab := labtest.New(t)
		config := house("a", "10.0.1.0/24", "") + `
resource "vpclab_address_group" "c" {
  name       = "c"
  ip_version = 4
  entries    = [{ address = "10.0.0.5" }]
  lifecycle { create_before_destroy = true }
}
`
		lab.Configure(config)
		lab.Apply()
		if got := actions(replan(t, lab, "-replace=vpclab_address_group.c"), "vpclab_address_group.c"); got != "create,delete" {
			t.Errorf("address group: %s", got)
		}
		lab.Configure(strings.NewReplacer(`"10.0.0.5"`, `"2001:db8::5"`, "ip_version = 4", "ip_version = 6").Replace(config))
		if got := actions(replan(t, lab), "vpclab_address_group.c"); got != "create,delete" {
			t.Errorf("address group: %s", got)
		}
	})
}

func TestAccDestroyAndApplyAgain(t *testing.T) {
	t.Parallel()
	lab := applied(t)
	before := lab.IDs()
	lab.Must(0, "destroy", "-auto-approve")
	replan(t, lab)
	for address, id := range lab.IDs() {
		if before[address] == id {
			t.Errorf("%s has its old id again", address)
		}
	}
}

func TestAccRename(t *testing.T) {
	t.Parallel()
	lab := applied(t)
	before := lab.IDs()
	lab.Configure(house("renamed", "10.0.1.0/24", `description = "with a new name"`))
	if got := actions(replan(t, lab), "vpclab_vpc.a"); got != "update" {
		t.Errorf("vpc: %s", got)
	}
	if after := lab.IDs(); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("before %v, after %v", before, after)
	}
}

func TestAccMoved(t *testing.T) {
	t.Parallel()
	lab := applied(t)
	config := strings.ReplaceAll(house("a", "10.0.1.0/24", ""), "vpclab_vpc.a.", "vpclab_vpc.moved.")
	config = strings.Replace(config, `"vpclab_vpc" "a"`, `"vpclab_vpc" "moved"`, 1)
	lab.Configure(config + "moved {\n  from = vpclab_vpc.a\n  to   = vpclab_vpc.moved\n}\n")
	for _, c := range replan(t, lab) {
		if got := strings.Join(c.Change.Actions, ","); got != "no-op" {
			t.Errorf("%s: %s", c.Address, got)
		}
	}
}

// Objects deleted behind Terraform's back come back with a new id that the plan shows.
func TestAccDrift(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		address string
		kind    network.Kind
	}{
		{"vpclab_instance.i", network.KindInstance},
		{"vpclab_route.ab", network.KindRoute},
		{"vpclab_security_group_rule.g", network.KindSecurityGroupRule},
		{"vpclab_vpc_peering_connection.ab", network.KindPeering},
		{"vpclab_network_acl.n", network.KindNetworkACL},
	} {
		t.Run(c.address, func(t *testing.T) {
			t.Parallel()
			lab := applied(t)
			before := lab.IDs()[c.address]
			if err := lab.Cloud().Retire(t.Context(), c.kind, before); err != nil {
				t.Fatal(err)
			}
			if got := actions(replan(t, lab), c.address); got != "create" {
				t.Errorf("%s: %s", c.address, got)
			}
			if lab.IDs()[c.address] == before {
				t.Error("the id is the old one")
			}
		})
	}
}

// A saved plan that promised an id somebody else has taken since fails and creates nothing.
func TestAccStalePlan(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	lab.Configure(labtest.Header + "resource \"vpclab_address_group\" \"x\" {\n  name    = \"x\"\n  entries = []\n}\n")
	lab.Plan()
	x := &network.AddressGroup{Name: "x"}
	cloud := lab.Cloud()
	created, err := cloud.Create(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	out := labtest.Unwrap(lab.Must(1, "apply", "saved"))
	if !strings.Contains(out, "inconsistent") && !strings.Contains(out, "out of date") {
		t.Error(out)
	}
	objects, err := cloud.Objects(t.Context(), network.KindAddressGroup, network.DefaultProject)
	if err != nil || len(objects) != 1 || objects[0].Base().ID != created.Base().ID {
		t.Errorf("objects %v, error %v", objects, err)
	}
}

// A change of one ACL rule leaves the others as they are, their ids included.
func TestAccNetworkACLRulesKeepTheirIDs(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	config := labtest.Header + `
resource "vpclab_network_acl" "n" {
  name = "n"
  ingress_rules = [
    { action = "allow", protocol = "tcp", destination_ports = ["80"] },
    { action = "deny", protocol = "tcp", destination_ports = ["81"] },
    { action = "allow", protocol = "icmp" },
  ]
}
`
	rules := func() []string {
		objects, err := lab.Cloud().Objects(t.Context(), network.KindNetworkACL, network.DefaultProject)
		if err != nil || len(objects) != 1 {
			t.Fatal(objects, err)
		}
		var ids []string
		acl, ok := objects[0].(*network.NetworkACL)
		if !ok {
			t.Fatalf("%T", objects[0])
		}
		for _, r := range acl.IngressRules {
			ids = append(ids, r.RuleID)
		}
		return ids
	}
	lab.Configure(config)
	lab.Apply()
	before := rules()
	lab.Configure(strings.Replace(config, `"81"`, `"82"`, 1))
	lab.Apply()
	after := rules()
	if before[0] != after[0] || before[2] != after[2] || before[1] == after[1] {
		t.Errorf("before %v, after %v", before, after)
	}
}

// Two subnets that exchange their blocks in one plan overlap neither each other nor what they were.
func TestAccSwap(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	config := func(x, y string) string {
		return labtest.Header + twoVPCs + fmt.Sprintf(`
resource "vpclab_subnet" "x" {
  vpc_id = vpclab_vpc.a.id
  name   = "x"
  cidr   = %q
}
resource "vpclab_subnet" "y" {
  vpc_id = vpclab_vpc.a.id
  name   = "y"
  cidr   = %q
}
`, x, y)
	}
	lab.Configure(config("10.0.1.0/24", "10.0.2.0/24"))
	lab.Apply()
	lab.Configure(config("10.0.2.0/24", "10.0.1.0/24"))
	changes := lab.Plan()
	for _, c := range changes {
		requireKnown(t, c)
	}
	if got := actions(changes, "vpclab_subnet.x"); got != "delete,create" {
		t.Errorf("x: %s", got)
	}
	lab.Apply("saved")
}

func TestAccReplaceTriggeredBy(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	config := func(trigger string) string {
		return labtest.Header + fmt.Sprintf(`
resource "terraform_data" "t" {
  input = %q
}
resource "vpclab_vpc" "a" {
  name = "a"
  cidr = "10.0.0.0/16"
  lifecycle { replace_triggered_by = [terraform_data.t] }
}
resource "vpclab_subnet" "s" {
  vpc_id = vpclab_vpc.a.id
  name   = "s"
  cidr   = "10.0.1.0/24"
}
`, trigger)
	}
	lab.Configure(config("one"))
	lab.Apply()
	before := lab.IDs()
	lab.Configure(config("two"))
	for _, c := range lab.Plan() {
		if strings.HasPrefix(c.Address, "vpclab_") {
			requireKnown(t, c)
			if got := strings.Join(c.Change.Actions, ","); got != "delete,create" {
				t.Errorf("%s: %s", c.Address, got)
			}
		}
	}
	lab.Apply("saved")
	if after := lab.IDs(); before["vpclab_vpc.a"] == after["vpclab_vpc.a"] {
		t.Error("the VPC has its old id")
	}
}

// An object Terraform forgets stays in the store; the next one under its name has another id.
func TestAccStateRemove(t *testing.T) {
	t.Parallel()
	lab := applied(t)
	before := lab.IDs()["vpclab_address_group.x"]
	lab.Configure(labtest.Header + "resource \"vpclab_address_group\" \"x\" {\n  name    = \"x\"\n  entries = []\n}\n")
	lab.Apply()
	first := lab.IDs()["vpclab_address_group.x"]
	lab.Must(0, "state", "rm", "vpclab_address_group.x")
	replan(t, lab)
	if second := lab.IDs()["vpclab_address_group.x"]; second == first || second == before {
		t.Errorf("first %s, second %s", first, second)
	}
}

// Only what is targeted, and what it needs, is planned and applied.
func TestAccTarget(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	lab.Configure(house("a", "10.0.1.0/24", ""))
	lab.Must(0, "apply", "-auto-approve", "-target=vpclab_subnet.a")
	if ids := lab.IDs(); len(ids) != 2 {
		t.Errorf("applied %v", ids)
	}
	lab.Apply()
	lab.Must(0, "plan", "-refresh=false", "-detailed-exitcode")
}

// Provider configurations with different projects share one store: what one plans the other cannot see, and a
// reference across the projects is no mistake.
func TestAccAliases(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	config := func(accept string) string {
		return labtest.Header + fmt.Sprintf(`
provider "vpclab" {
  alias      = "them"
  project_id = "them"
}
resource "vpclab_vpc" "ours" {
  name = "main"
  cidr = "10.0.0.0/16"
}
resource "vpclab_vpc" "theirs" {
  provider = vpclab.them
  name     = "main"
  cidr     = "10.1.0.0/16"
}
resource "vpclab_vpc_peering_connection" "p" {
  name            = "p"
  vpc_id          = vpclab_vpc.ours.id
  peer_vpc_id     = vpclab_vpc.theirs.id
  peer_project_id = "them"
}
resource "vpclab_vpc_peering_connection_accepter" "p" {
  provider                  = vpclab.them
  vpc_peering_connection_id = vpclab_vpc_peering_connection.p.id
  accept                    = %s
}
`, accept)
	}
	lab.Configure(config("false"))
	for _, c := range replan(t, lab) {
		requireKnown(t, c)
	}
	peerings, err := lab.Cloud().Objects(t.Context(), network.KindPeering, network.DefaultProject)
	if err != nil || len(peerings) != 1 {
		t.Fatal(peerings, err)
	}
	if p, ok := peerings[0].(*network.Peering); !ok || p.Status != network.PeeringRejected {
		t.Errorf("peering %+v", peerings[0])
	}
	lab.Configure(config("true"))
	if out := labtest.Unwrap(lab.Must(1, "apply", "-auto-approve")); !strings.Contains(out, "already decided") {
		t.Error(out)
	}
	lab.Configure(config("false"))
	lab.Must(0, "destroy", "-auto-approve")
	requireEmpty(t, lab)
}
