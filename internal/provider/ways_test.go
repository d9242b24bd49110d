package provider_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

// Each printed repair, written down as it is printed, makes the plan of the broken scenario pass.
//
// Proves: Fix that is checked by re-evaluation, minimal.
func TestAccPrintedRepairs(t *testing.T) {
	t.Parallel()
	rule := func(group, peer string) string {
		return "\nresource \"vpclab_security_group_rule\" \"repair\" {\n  security_group_id = vpclab_security_group." + group +
			".id\n  direction = \"ingress\"\n  protocol = \"tcp\"\n  ports = [\"5432\"]\n  remote_ip_prefix = \"" + peer +
			"\"\n  priority = 1\n}\n"
	}
	inScope := func(config, resource string) string {
		return strings.Replace(config, "network = [\n", "network = [\n    "+resource+",\n", 1)
	}
	addRule := func(config string) string {
		return inScope(config+rule("db", "10.10.1.10/32"), "vpclab_security_group_rule.repair")
	}
	const ruleText = "add to the security group db: ingress allow tcp/5432 from 10.10.1.10/32, priority 1"
	for name, c := range map[string]struct {
		printed string
		repair  func(config string) string
	}{
		"wrong-direction": {ruleText, addRule},
		"wrong-protocol":  {ruleText, addRule},
		"closed-port":     {ruleText, addRule},
		"acl-against-group": {
			"in ingress_rules of the network ACL db, insert before rule 1: allow tcp from 10.10.1.10/32 to 10.10.2.10/32:5432",
			func(config string) string {
				return strings.Replace(config, "ingress_rules = [\n", "ingress_rules = [\n    { action = \"allow\", protocol = \"tcp\", "+
					"source_cidr = \"10.10.1.10/32\", destination_cidr = \"10.10.2.10/32\", destination_ports = [\"5432\"] },\n", 1)
			},
		},
		"disabled-acl": {
			"set enabled = true on the network ACL db",
			func(config string) string { return strings.Replace(config, "= !var.broken", "= true", 1) },
		},
		"missing-return-route": {
			"add to the route table rtb-b a route: destination 10.1.1.0/24, type peering, nexthop a-b",
			func(config string) string {
				return inScope(config+`
resource "vpclab_route" "repair" {
  vpc_id      = vpclab_vpc.b.id
  destination = "10.1.1.0/24"
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.ab.id
}
`, "vpclab_route.repair")
			},
		},
		"disconnected-vpcs": {
			"create the peering connection a-b; add to the route table rtb-a a route: destination 10.2.1.0/24, type peering, " +
				"nexthop a-b; add to the route table rtb-b a route: destination 10.1.1.0/24, type peering, nexthop a-b",
			func(config string) string {
				return inScope(config+`
resource "vpclab_vpc_peering_connection" "repair" {
  name        = "a-b"
  vpc_id      = vpclab_vpc.a.id
  peer_vpc_id = vpclab_vpc.b.id
}
resource "vpclab_route" "repair_a" {
  vpc_id      = vpclab_vpc.a.id
  destination = "10.2.1.0/24"
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.repair.id
}
resource "vpclab_route" "repair_b" {
  vpc_id      = vpclab_vpc.b.id
  destination = "10.1.1.0/24"
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.repair.id
}
`, "vpclab_vpc_peering_connection.repair, vpclab_route.repair_a, vpclab_route.repair_b")
			},
		},
		"cross-project-peering": {
			"accept the peering connection a-b with a vpclab_vpc_peering_connection_accepter",
			func(config string) string { return strings.Replace(config, "= !var.broken", "= true", 1) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile(filepath.Join(examples, "scenarios", name, "main.tf"))
			if err != nil {
				t.Fatal(err)
			}
			lab := labtest.New(t)
			lab.Configure(string(body))
			out := labtest.Unwrap(lab.Must(1, "plan", "-var", "broken=true"))
			if !strings.Contains(out, c.printed) || !strings.Contains(out, "Checked: with this the traffic gets through") {
				t.Fatalf("the repair %q is not printed, or not checked, in:\n%s", c.printed, out)
			}
			if lab.StoreExists() {
				t.Error("a failing plan created a store")
			}
			lab.Configure(c.repair(string(body)))
			lab.Must(0, "plan", "-var", "broken=true")
		})
	}
}

// asked is a question in a data block.
func asked(network, source, destination, more string) string {
	return "\ndata \"vpclab_reachability\" \"q\" {\n  network = " + network + "\n  source = { instance_id = " + source +
		" }\n  destination = { instance_id = " + destination + " }\n  ports = [\"5432\"]\n" + more + "}\n"
}

const throughLocals = `
locals {
  network = ` + everything + `
  web     = vpclab_instance.web.id
  db      = vpclab_instance.db.id
}
`

// Where Terraform reads a data source during plan, a failing question fails the plan; where it puts the data source off,
// the apply fails, and says why it came so late and how to avoid it. Guard and function are decided at plan in all of
// these.
func TestAccWhenItIsDecided(t *testing.T) {
	t.Parallel()
	direct := func(more string) string {
		return asked(everything, "vpclab_instance.web.id", "vpclab_instance.db.id", more)
	}
	local := func(more string) string { return throughLocals + asked("local.network", "local.web", "local.db", more) }
	atPlan := map[string]string{
		"data through a local": local(""),
		"guard, direct":        guarded(""),
		"guard, depends_on":    guarded("  depends_on = [vpclab_vpc.app]\n"),
		"guard, postcondition": guarded("  lifecycle {\n    postcondition {\n" +
			"      condition     = self.verdicts[\"web_to_db\"] != \"\"\n      error_message = \"x\"\n    }\n  }\n"),
		"function in an output": `
output "verdict" {
  value = "x"
  precondition {
    condition = provider::vpclab::reachability(` + everything + `, {
      source = { instance_id = vpclab_instance.web.id }, destination = { instance_id = vpclab_instance.db.id }, ports = ["5432"]
    }).satisfied
    error_message = "sg_wrong_port"
  }
}
`,
	}
	for name, rest := range atPlan {
		t.Run("at plan: "+name, func(t *testing.T) {
			t.Parallel()
			lab := labtest.New(t)
			lab.Configure(tiers(`["5433"]`, rest))
			if out := lab.Must(1, "plan"); !strings.Contains(out, "sg_wrong_port") {
				t.Error(out)
			}
			if lab.StoreExists() {
				t.Error("a failing plan created a store")
			}
			lab.Configure(tiers(`["5432"]`, rest))
			lab.Must(0, "plan")
		})
	}
	for name, rest := range map[string]string{
		"direct reference": direct(""),
		"depends_on":       local("  depends_on = [vpclab_vpc.app]\n"),
		"postcondition": local("  lifecycle {\n    postcondition {\n      condition     = self.satisfied\n" +
			"      error_message = \"x\"\n    }\n  }\n"),
	} {
		t.Run("at apply: "+name, func(t *testing.T) {
			t.Parallel()
			lab := labtest.New(t)
			lab.Configure(tiers(`["5433"]`, rest))
			lab.Must(0, "plan")
			out := labtest.Unwrap(lab.Must(1, "apply", "-auto-approve"))
			for _, want := range []string{"sg_wrong_port", "decided during the apply", "through a local or a module variable"} {
				if !strings.Contains(out, want) {
					t.Errorf("%q is missing from:\n%s", want, out)
				}
			}
		})
	}
}

// The wrapper module and module outputs bring a question to the plan even where the caller refers to resources directly.
func TestAccModules(t *testing.T) {
	t.Parallel()
	wrapper, err := os.ReadFile(filepath.Join(examples, "modules", "reachability", "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	call := func(ports string) string {
		return tiers(ports, `
module "web_to_db" {
  source  = "./reachability"
  network = `+everything+`
  from    = { instance_id = vpclab_instance.web.id }
  to      = { instance_id = vpclab_instance.db.id }
  ports   = ["5432"]
}
output "verdict" { value = module.web_to_db.verdict }
`)
	}
	lab := labtest.New(t)
	lab.Mkdir("reachability")
	lab.Write("reachability/main.tf", string(wrapper))
	lab.Configure(call(`["5433"]`))
	lab.Run("init") // It installs the module, then does not find the provider under development in a registry.
	if out := lab.Must(1, "plan"); !strings.Contains(out, "sg_wrong_port") {
		t.Error(out)
	}
	lab.Configure(call(`["5432"]`))
	lab.Apply()

	lab = labtest.New(t)
	lab.Mkdir("net")
	lab.Write("net/main.tf", tiers(`["5433"]`, throughLocals+`
output "network" { value = local.network }
output "web" { value = local.web }
output "db" { value = local.db }
`))
	lab.Configure(labtest.Header + "module \"net\" { source = \"./net\" }\n" +
		asked("module.net.network", "module.net.web", "module.net.db", ""))
	lab.Run("init")
	if out := lab.Must(1, "plan"); !strings.Contains(out, "sg_wrong_port") {
		t.Error(out)
	}
}

// The values of another provider's resources, mapped by the module, are proven by a plan.
func TestAccFromHuaweicloud(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	lab.Mkdir("modules")
	for name, from := range map[string]string{
		"modules/main.tf": "main.tf", "main.tf": "tests/proven/main.tf",
		"proven.tftest.hcl": "tests/proven/proven.tftest.hcl",
	} {
		body, err := os.ReadFile(filepath.Join(examples, "modules", "from-huaweicloud", from))
		if err != nil {
			t.Fatal(err)
		}
		lab.Write(name, strings.Replace(string(body), `source = "../.."`, `source = "./modules"`, 1))
	}
	lab.Run("init")
	if out := lab.Must(0, "test"); !strings.Contains(out, "3 passed, 0 failed") {
		t.Error(out)
	}
}

// What a plan removes is not counted, and what it adds is.
func TestAccRulesThatComeAndGo(t *testing.T) {
	t.Parallel()
	question := throughLocals + asked("local.network", "local.web", "local.db", "")
	lab := labtest.New(t)
	lab.Configure(tiers(`["5432"]`, question))
	lab.Apply()
	without := strings.Replace(tiers(`["5432"]`, question), "    vpclab_security_group_rule.db_from_web, ", "    ", 1)
	before, after, _ := strings.Cut(without, `resource "vpclab_security_group_rule" "db_from_web"`)
	_, rest, _ := strings.Cut(after, "\n}\n")
	removed := before + rest
	lab.Configure(removed)
	if out := lab.Must(1, "plan"); !strings.Contains(out, "sg_no_match") {
		t.Error(out)
	}
	lab.Setenv("VPCLAB_ON_FAILURE", "report")
	lab.Apply()
	lab.Setenv("VPCLAB_ON_FAILURE", "")
	lab.Must(1, "plan")
	lab.Configure(tiers(`["5432"]`, question))
	lab.Apply()
}

// One network over two provider configurations, handed over by value, is judged as one.
func TestAccTwoConfigurationsByValue(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile(filepath.Join(examples, "scenarios", "cross-project-peering", "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	lab := labtest.New(t)
	lab.Configure(string(body))
	lab.Must(1, "plan", "-var", "broken=true")
	lab.Apply()
	lab.Must(1, "plan", "-var", "broken=true")
}

// The network a verdict is decided on is complete however Terraform orders its work: 500 resources, 50 at a time.
// VPCLAB_TEST_RUNS says how often; CI has time for two.
func TestAccParallel(t *testing.T) {
	t.Parallel()
	runs := 2
	if n, err := strconv.Atoi(os.Getenv("VPCLAB_TEST_RUNS")); err == nil {
		runs = n
	}
	config := func(open string) string {
		return labtest.Header + `
provider "vpclab" {
  quotas = { vpc = 0, subnet = 0, security_group = 0, security_group_rule = 0 }
}
resource "vpclab_vpc" "v" {
  name = "v"
  cidr = "10.0.0.0/8"
}
resource "vpclab_subnet" "s" {
  count  = 160
  vpc_id = vpclab_vpc.v.id
  name   = "s${count.index}"
  cidr   = cidrsubnet("10.0.0.0/8", 16, count.index)
}
resource "vpclab_security_group" "g" { name = "g" }
resource "vpclab_security_group_rule" "r" {
  count             = 178
  security_group_id = vpclab_security_group.g.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = [tostring(1000 + count.index)]
  action            = count.index == 150 ? "` + open + `" : "allow"
}
resource "vpclab_instance" "i" {
  count              = 160
  name               = "i${count.index}"
  subnet_id          = vpclab_subnet.s[count.index].id
  ip_address         = cidrhost(vpclab_subnet.s[count.index].cidr, 10)
  security_group_ids = [vpclab_security_group.g.id]
}
locals {
  values = [vpclab_vpc.v, vpclab_subnet.s, vpclab_security_group.g, vpclab_security_group_rule.r, vpclab_instance.i]
  refs   = concat([vpclab_vpc.v.ref, vpclab_security_group.g.ref], vpclab_subnet.s[*].ref,
    vpclab_security_group_rule.r[*].ref, vpclab_instance.i[*].ref)
  ends   = vpclab_instance.i[*].id
}
data "vpclab_reachability" "inside" {
  for_each    = { values = local.values, refs = local.refs }
  network     = each.value
  source      = { instance_id = local.ends[0] }
  destination = { instance_id = local.ends[159] }
  ports       = ["1000-1177"]
  protocol    = "tcp"
}
`
	}
	lab := labtest.New(t)
	for range runs {
		lab.Configure(config("allow"))
		lab.Must(0, "plan", "-parallelism=50")
		// One of the 178 rules denies one of the ports: a network that lacks any rule or instance gives another answer.
		lab.Configure(config("deny"))
		out := labtest.Unwrap(lab.Must(1, "plan", "-parallelism=50"))
		if strings.Count(out, "tcp/1150 from") < 2 || !strings.Contains(out, "sg_explicit_deny") {
			t.Error(out)
		}
	}
}
