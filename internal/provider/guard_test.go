package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

// tiers is two tiers and the rule between them; ports is what the rule opens, rest what comes behind.
func tiers(ports, rest string) string {
	return labtest.Header + fmt.Sprintf(`
resource "vpclab_vpc" "app" {
  name = "app"
  cidr = "10.10.0.0/16"
}
resource "vpclab_subnet" "app" {
  vpc_id = vpclab_vpc.app.id
  name   = "app"
  cidr   = "10.10.1.0/24"
}
resource "vpclab_security_group" "web" { name = "web" }
resource "vpclab_security_group" "db" { name = "db" }
resource "vpclab_security_group_rule" "db_from_web" {
  security_group_id = vpclab_security_group.db.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = %s
  remote_group_id   = vpclab_security_group.web.id
}
resource "vpclab_instance" "web" {
  name               = "web-1"
  subnet_id          = vpclab_subnet.app.id
  ip_address         = "10.10.1.10"
  security_group_ids = [vpclab_security_group.web.id]
}
resource "vpclab_instance" "db" {
  name               = "db-1"
  subnet_id          = vpclab_subnet.app.id
  ip_address         = "10.10.1.20"
  security_group_ids = [vpclab_security_group.db.id]
}
`, ports) + rest
}

const everything = `[vpclab_vpc.app, vpclab_subnet.app, vpclab_security_group.web, vpclab_security_group.db,
    vpclab_security_group_rule.db_from_web, vpclab_instance.web, vpclab_instance.db]`

// guarded is a guard whose block refers to the resources directly, with something more in it.
func guarded(more string) string {
	return `
resource "vpclab_reachability_guard" "app" {
  network = ` + everything + `
  intents = {
    web_to_db = {
      source      = { instance_ids = [vpclab_instance.web.id] }
      destination = { security_group_ids = [vpclab_security_group.db.id] }
      ports       = ["5432"]
    }
    db_stays_inside = {
      source      = { internet = true }
      destination = { instance_ids = [vpclab_instance.db.id] }
      protocol    = "any"
      expect      = "blocked"
    }
  }
` + more + "}\n"
}

// A guard decides at plan, although it refers to resources that are to be created, changed or replaced, and with
// depends_on; a data source in its place would be put off to the apply.
//
// Proves: Positive intent as an assertion.
func TestAccGuard(t *testing.T) {
	t.Parallel()
	const open, closed = `["5432"]`, `["5433"]`
	t.Run("first plan fails and creates nothing", func(t *testing.T) {
		t.Parallel()
		lab := labtest.New(t)
		lab.Configure(tiers(closed, guarded("  depends_on = [vpclab_vpc.app]\n")))
		out := labtest.Unwrap(lab.Must(1, "plan"))
		for _, want := range []string{
			`Intent "web_to_db": web-1 -> db-1, tcp/5432: blocked`, "[sg_wrong_port]", "Repair: add to the security group db",
			"VPCLAB_ON_FAILURE=warning",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is missing from:\n%s", want, out)
			}
		}
		lab.Must(1, "apply", "-auto-approve")
		if lab.StoreExists() {
			t.Error("something was created")
		}
	})
	t.Run("known at plan, no change afterwards, and the next change is shown", func(t *testing.T) {
		t.Parallel()
		lab := labtest.New(t)
		lab.Configure(tiers(open, guarded("")))
		for _, c := range lab.Plan() {
			requireKnown(t, c)
		}
		lab.Apply("saved")
		if state := lab.Must(0, "show", "-json"); strings.Contains(state, `"network":[`) || strings.Contains(state, `"network":{`) {
			t.Error("the network is kept in the state")
		}
		lab.Configure(tiers(`["5432", "9000"]`, guarded("")))
		out := labtest.Unwrap(lab.Must(0, "plan", "-out=saved"))
		for _, want := range []string{
			`"web-1 -> db-1" = "tcp/5432" -> "tcp/5432,9000"`, `+ "web-1 -> db-1: tcp/5432,9000, was tcp/5432"`, "0 to add",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is missing from:\n%s", want, out)
			}
		}
		lab.Apply("saved")
	})
	t.Run("never the old network", func(t *testing.T) {
		t.Parallel()
		lab := labtest.New(t)
		lab.Configure(tiers(open, guarded("")))
		lab.Apply()
		lab.Configure(tiers(closed, guarded("")))
		lab.Must(1, "plan")
		lab.Configure(strings.Replace(tiers(open, guarded("")), `= "ingress"`, "= \"ingress\"\n  action = \"deny\"", 1))
		lab.Must(1, "plan")
		lab.Must(1, "destroy", "-auto-approve")
		lab.Setenv("VPCLAB_ON_FAILURE", "warning")
		lab.Must(0, "destroy", "-auto-approve")
		requireEmpty(t, lab)
	})
	t.Run("inside a module with depends_on", func(t *testing.T) {
		t.Parallel()
		lab := labtest.New(t)
		lab.Mkdir("net")
		lab.Write("net/main.tf", tiers(closed, guarded("")))
		lab.Configure(labtest.Header + `
resource "terraform_data" "first" {}
module "net" {
  source     = "./net"
  depends_on = [terraform_data.first]
}
`)
		lab.Run("init") // It installs the module, then does not find the provider under development in a registry.
		if out := lab.Must(1, "plan"); !strings.Contains(out, "[sg_wrong_port]") {
			t.Error(out)
		}
	})
	t.Run("late values", func(t *testing.T) {
		t.Parallel()
		lab := labtest.New(t)
		late := func(port string) string {
			return "resource \"terraform_data\" \"late\" { input = \"" + port + "\" }\n" +
				tiers("[terraform_data.late.output]", guarded(""))
		}
		lab.Configure(late("5432"))
		out := labtest.Unwrap(lab.Must(0, "plan"))
		if !strings.Contains(out, "Reachability not wholly decided at plan") || !strings.Contains(out, "security group rule") {
			t.Error(out)
		}
		lab.Apply()
		lab2 := labtest.New(t)
		lab2.Configure(late("5433"))
		if out := lab2.Must(1, "apply", "-auto-approve"); !strings.Contains(out, "[sg_wrong_port]") {
			t.Error(out)
		}
	})
	t.Run("by ref", func(t *testing.T) {
		t.Parallel()
		refs := strings.NewReplacer("vpclab_vpc.app,", "vpclab_vpc.app.ref,", "vpclab_subnet.app,", "vpclab_subnet.app.ref,",
			"group.web,", "group.web.ref,", "group.db,", "group.db.ref,", "db_from_web,", "db_from_web.ref,",
			"instance.web,", "instance.web.ref,", "instance.db]", "instance.db.ref]")
		lab := labtest.New(t)
		lab.Configure(tiers(closed, refs.Replace(guarded(""))))
		lab.Must(1, "plan")
		lab.Configure(tiers(open, refs.Replace(guarded(""))))
		lab.Apply()
		lab.Configure(tiers(closed, refs.Replace(guarded(""))))
		lab.Must(1, "plan")
	})
}

// Intents that mean nothing, or cannot all be met, are errors.
func TestAccGuardIntents(t *testing.T) {
	t.Parallel()
	intents := func(text string) string {
		return "locals { db = vpclab_instance.db.id }\n" +
			"resource \"vpclab_reachability_guard\" \"app\" {\n  network = " + everything + "\n  intents = {\n" + text + "  }\n}\n"
	}
	for name, c := range map[string]struct{ text, want string }{
		// Proves: Vacuous intent detected (matches nothing).
		"about nothing": {
			`none = { source = { addresses = ["2001:db8::1"] }, destination = { instance_ids = [vpclab_instance.db.id] } }`,
			"Intent about nothing",
		},
		// Proves: Contradictory intents detected.
		"contradictory": {`
a = { source = { instance_ids = [vpclab_instance.web.id] }, destination = { instance_ids = [local.db] }, ports = ["5432"] }
b = { source = { all_instances = true }, destination = { instance_ids = [vpclab_instance.db.id] }, expect = "blocked" }
`, "Intents contradict each other"},
		"selector of nothing": {`a = { source = {}, destination = { internet = true } }`, "Selector of nothing"},
		"bad port": {
			`a = { source = { internet = true }, destination = { all_instances = true }, ports = ["x"] }`,
			"Invalid port",
		},
		"bad expectation": {
			`a = { source = { internet = true }, destination = { all_instances = true }, expect = "open" }`,
			"Invalid expect",
		},
		"bad address": {`a = { source = { addresses = ["10.0.0.300"] }, destination = { all_instances = true } }`, "Invalid address"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := labtest.New(t)
			lab.Configure(tiers(`["5432"]`, intents(c.text)))
			if out := labtest.Unwrap(lab.Must(1, "plan")); !strings.Contains(out, c.want) {
				t.Errorf("%q is missing from:\n%s", c.want, out)
			}
		})
	}
}

// The audit of a guard fails a plan without any intent, unless the finding is ignored for a reason.
//
// Proves: ACL/SG conflict as its own finding.
func TestAccGuardAudit(t *testing.T) {
	t.Parallel()
	config := func(more string) string {
		return tiers(`["5432"]`, `
resource "vpclab_subnet" "far" {
  vpc_id = vpclab_vpc.app.id
  name   = "far"
  cidr   = "10.10.2.0/24"
}
resource "vpclab_instance" "far" {
  name               = "web-2"
  subnet_id          = vpclab_subnet.far.id
  ip_address         = "10.10.2.10"
  security_group_ids = [vpclab_security_group.web.id]
}
resource "vpclab_network_acl" "app" {
  name          = "app"
  subnet_ids    = [vpclab_subnet.app.id]
  ingress_rules = [{ action = "deny", protocol = "tcp", destination_ports = ["5432"] }, { action = "allow", protocol = "any" }]
}
resource "vpclab_reachability_guard" "app" {
  network = concat(`+everything+`, [vpclab_subnet.far, vpclab_instance.far, vpclab_network_acl.app])
`+more+"}\n")
	}
	lab := labtest.New(t)
	lab.Configure(config(""))
	out := labtest.Unwrap(lab.Must(1, "plan"))
	if !strings.Contains(out, "Network ACL overrides security group") || !strings.Contains(out, "[acl_sg_conflict]") {
		t.Error(out)
	}
	for _, more := range []string{
		"  fail_on = []\n", "  fail_on = [\"vpc_disconnected\"]\n",
		"  ignore = [{ code = \"acl_sg_conflict\", reason = \"the ACL is the gate, the group opens later\" }]\n",
	} {
		lab.Configure(config(more))
		lab.Must(0, "plan")
	}
	for more, want := range map[string]string{
		"  fail_on = [\"acl_sg_conflct\"]\n":                            "Neither code nor severity",
		"  ignore = [{ code = \"acl_sg_conflict\", reason = \" \" }]\n": "Exception without a reason",
	} {
		lab.Configure(config(more))
		if out := labtest.Unwrap(lab.Must(1, "plan")); !strings.Contains(out, want) {
			t.Errorf("%q is missing from:\n%s", want, out)
		}
	}
}

// The analysis says what a change of an applied network gains and loses, who reaches whom, and draws the network.
//
// Proves: Planned vs current state in one plan.
// Proves: Diagram.
func TestAccAnalysis(t *testing.T) {
	t.Parallel()
	config := func(ports string) string {
		return tiers(ports, `
locals { network = `+everything+` }
data "vpclab_network_analysis" "app" { network = local.network }
output "gained" { value = join("; ", data.vpclab_network_analysis.app.gained) }
output "lost" { value = join("; ", data.vpclab_network_analysis.app.lost) }
output "matrix" { value = join("; ", [for p in data.vpclab_network_analysis.app.matrix : "${p.ends}: ${p.traffic}"]) }
output "diagram" { value = data.vpclab_network_analysis.app.diagram }
`)
	}
	lab := labtest.New(t)
	lab.Configure(tiers(`["5432"]`, ""))
	lab.Apply()
	lab.Configure(config(`["9000"]`))
	out, _ := lab.Planned()
	for name, want := range map[string]string{
		"gained": "web-1 -> db-1: tcp/9000", "lost": "web-1 -> db-1: tcp/5432", "matrix": "web-1 -> db-1: tcp/9000",
		"diagram": `subgraph v0["VPC app`,
	} {
		if !strings.Contains(out[name], want) {
			t.Errorf("%s is %q, without %q", name, out[name], want)
		}
	}
	if strings.Contains(out["diagram"], "unknown") || strings.Contains(out["gained"], "5432") {
		t.Errorf("what is not there is shown: %v", out)
	}
}
