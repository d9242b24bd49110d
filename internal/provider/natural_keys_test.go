package provider_test

import (
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

const oneVPC = `
resource "vpclab_vpc" "one" {
  name = "main"
  cidr = "10.0.0.0/16"
}
`

// Two blocks that describe the same object are told apart from one object that is replaced: the first is an error at
// plan, whatever happens to the object that is there already, the second is not.
func TestAccSameObjectTwice(t *testing.T) {
	t.Parallel()
	twin := strings.Replace(oneVPC, `"one"`, `"twin"`, 1)
	same := func(t *testing.T, lab *labtest.Lab, args ...string) {
		t.Helper()
		out := labtest.Unwrap(lab.Must(1, append([]string{"plan"}, args...)...))
		if !strings.Contains(out, "main") || !strings.Contains(out, "name") || strings.Contains(out, "bug in the provider") {
			t.Error(out)
		}
	}
	t.Run("in one new configuration", func(t *testing.T) {
		t.Parallel()
		lab := labtest.New(t)
		lab.Configure(labtest.Header + oneVPC + twin)
		same(t, lab)
	})
	t.Run("three times by count", func(t *testing.T) {
		t.Parallel()
		lab := labtest.New(t)
		lab.Configure(labtest.Header + strings.Replace(oneVPC, "name", "count = 3\n  name", 1))
		same(t, lab)
		if lab.StoreExists() {
			t.Error("a failing plan created a store")
		}
	})
	t.Run("beside an existing one", func(t *testing.T) {
		t.Parallel()
		lab := labtest.New(t)
		lab.Configure(labtest.Header + oneVPC)
		lab.Apply()
		lab.Configure(labtest.Header + oneVPC + twin)
		same(t, lab)
		same(t, lab, "-replace=vpclab_vpc.one")
		lab.Must(0, "taint", "vpclab_vpc.one")
		same(t, lab)
		lab.Configure(labtest.Header + oneVPC)
		replan(t, lab)
	})
}

// What a configuration no longer mentions is destroyed, and counts as gone for everything planned beside it.
func TestAccOrphans(t *testing.T) {
	t.Parallel()
	lab := applied(t)
	config := house("a", "10.0.1.0/24", "")
	before, after, _ := strings.Cut(config, `resource "vpclab_route" "ab"`)
	_, rest, _ := strings.Cut(after, "\n}\n")
	// The route and the subnet's block go; a new subnet may use the block and the route table's destination at once.
	lab.Configure(before + rest + `
resource "vpclab_route" "again" {
  vpc_id      = vpclab_vpc.a.id
  destination = "10.1.0.0/16"
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.ab.id
}
`)
	changes := replan(t, lab)
	if got := actions(changes, "vpclab_route.ab") + " " + actions(changes, "vpclab_route.again"); got != "delete create" {
		t.Error(got)
	}
	// A removed block leaves the object in the store without Terraform's knowledge; it still obstructs.
	instances, _, _ := strings.Cut(rest, `resource "vpclab_instance" "i"`)
	lab.Configure(before + instances + `
removed {
  from = vpclab_instance.i
  lifecycle { destroy = false }
}
`)
	lab.Apply()
	out := labtest.Unwrap(lab.Must(1, "destroy", "-auto-approve"))
	if !strings.Contains(out, "instance") || !strings.Contains(out, "VPC.0208") && !strings.Contains(out, "in use") {
		t.Errorf("the error does not name the instance that is left:\n%s", out)
	}
}

// Without the refresh everything works as well: the provider decides on its own store, not on what Terraform read.
func TestAccWithoutRefresh(t *testing.T) {
	t.Parallel()
	lab := applied(t)
	lab.Configure(house("renamed", "10.0.2.0/24", ""))
	changes := replan(t, lab, "-refresh=false")
	if got := actions(changes, "vpclab_subnet.a") + " " + actions(changes, "vpclab_vpc.a"); got != "delete,create update" {
		t.Error(got)
	}
	lab.Must(0, "destroy", "-auto-approve", "-refresh=false")
	requireEmpty(t, lab)
}

// A late value hides only what follows from it; the apply and the plan after it are clean.
func TestAccUnknownUntilApply(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	lab.Configure(labtest.Header + `
resource "terraform_data" "late" { input = "late" }
resource "vpclab_vpc" "named" {
  name = terraform_data.late.output
  cidr = "10.0.0.0/16"
}
resource "vpclab_subnet" "named" {
  vpc_id = vpclab_vpc.named.id
  name   = "s"
  cidr   = "10.0.1.0/24"
}
resource "vpclab_vpc" "described" {
  name        = "described"
  cidr        = "10.1.0.0/16"
  description = terraform_data.late.output
}
`)
	for _, c := range lab.Plan() {
		known := strings.Contains(string(c.Change.After), `"id":`)
		if want := c.Address == "vpclab_vpc.described"; strings.HasPrefix(c.Address, "vpclab_") && known != want {
			t.Errorf("%s: id known at plan is %v: %s", c.Address, known, c.Change.After)
		}
	}
	lab.Apply("saved")
}

// The name of the project's own group is refused by an apply as by a plan, when it is known only then. Nothing is
// written but that group, and the lab goes on working.
func TestAccReservedNameKnownLate(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	lab.Configure(labtest.Header + `
resource "terraform_data" "late" { input = "default" }
resource "vpclab_security_group" "d" { name = terraform_data.late.output }
`)
	lab.Must(0, "plan", "-out=saved")
	if out := labtest.Unwrap(lab.Must(1, "apply", "saved")); !strings.Contains(out, "Reserved security group name") {
		t.Error(out)
	}
	if out := labtest.Unwrap(lab.Must(1, "plan")); !strings.Contains(out, "Reserved security group name") {
		t.Error(out)
	}
	lab.Configure(labtest.Header + `resource "vpclab_security_group" "d" { name = "other" }`)
	lab.Apply()
	lab.NoChanges()
}

// create_before_destroy on kinds whose natural key stays the same: the new object takes its place while the old one
// is still there.
func TestAccCreateBeforeDestroy(t *testing.T) {
	t.Parallel()
	const cbd = "lifecycle { create_before_destroy = true }"
	lab := labtest.New(t)
	lab.Configure(labtest.Header + `
resource "vpclab_security_group" "g" {
  name = "g"
  ` + cbd + `
}
resource "vpclab_security_group_rule" "r" {
  security_group_id = vpclab_security_group.g.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["80"]
  ` + cbd + `
}
resource "vpclab_network_acl" "n" {
  name          = "n"
  ingress_rules = [{ action = "allow", protocol = "any" }]
  ` + cbd + `
}
resource "vpclab_vpc" "v" {
  name = "v"
  cidr = "10.0.0.0/16"
}
`)
	lab.Apply()
	for _, address := range []string{"vpclab_security_group.g", "vpclab_network_acl.n"} {
		changes := replan(t, lab, "-replace="+address)
		if got := actions(changes, address); got != "create,delete" {
			t.Errorf("%s: %s", address, got)
		}
	}
	// The cloud refuses a second equal rule, also when the first is about to go. Nothing tells a plan the order of the
	// two, so the apply has to say it; the rule that was there stays.
	lab.Must(0, "plan", "-replace=vpclab_security_group_rule.r", "-out=saved")
	out := labtest.Unwrap(lab.Must(1, "apply", "saved"))
	if !strings.Contains(out, "Take create_before_destroy out of the lifecycle block") {
		t.Error(out)
	}
	lab.NoChanges()
	lab.Must(0, "destroy", "-auto-approve")
	requireEmpty(t, lab)
}
