package provider_test

import (
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

// lateAddress is two instances of one group in one subnet. The address of late is known only after the apply; the group lets
// tcp/443 in from a half of the subnet, and tcp/22 from all of it.
const lateAddress = labtest.Header + `
resource "terraform_data" "address" {
  input = "10.9.1.20"
}

resource "vpclab_vpc" "v" {
  name = "v"
  cidr = "10.9.0.0/16"
}

resource "vpclab_subnet" "s" {
  name       = "s"
  vpc_id     = vpclab_vpc.v.id
  cidr       = "10.9.1.0/24"
  gateway_ip = "10.9.1.1"
}

resource "vpclab_security_group" "g" {
  name                 = "g"
  delete_default_rules = true
}

resource "vpclab_security_group_rule" "https" {
  security_group_id = vpclab_security_group.g.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["443"]
  remote_ip_prefix  = "10.9.1.0/25"
}

resource "vpclab_security_group_rule" "ssh" {
  security_group_id = vpclab_security_group.g.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["22"]
  remote_ip_prefix  = "10.9.1.0/24"
}

resource "vpclab_security_group_rule" "out" {
  security_group_id = vpclab_security_group.g.id
  direction         = "egress"
}

resource "vpclab_instance" "known" {
  name               = "known"
  subnet_id          = vpclab_subnet.s.id
  ip_address         = "10.9.1.10"
  security_group_ids = [vpclab_security_group.g.id]
}

resource "vpclab_instance" "late" {
  name               = "late"
  subnet_id          = vpclab_subnet.s.id
  ip_address         = terraform_data.address.output
  security_group_ids = [vpclab_security_group.g.id]
}
`

// lateGuard asks for one intent from late to known. Not even the id of late is known, which follows from the address.
func lateGuard(rest string) string {
	return `
resource "vpclab_reachability_guard" "g" {
  intents = {
    asked = {
      source      = { subnet_ids = [vpclab_subnet.s.id] }
      destination = { instance_ids = [vpclab_instance.known.id] }
      protocol    = "tcp"
      ` + rest + `
    }
  }
  depends_on = [vpclab_instance.late, vpclab_instance.known, vpclab_security_group_rule.https,
    vpclab_security_group_rule.ssh, vpclab_security_group_rule.out]
}
`
}

// An address that is not known yet is some free address of its subnet: what holds for all of them is decided at plan.
func TestAccUnknownAddress(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	for _, c := range []struct {
		intent string
		code   int
		says   []string
	}{
		{"ports = [\"22\"]\n expect = \"reachable\"", 0, []string{"Every intent is decided all the same"}},
		{"ports = [\"80\"]\n expect = \"blocked\"", 0, []string{"Every intent is decided all the same"}},
		{"ports = [\"22\"]\n expect = \"blocked\"", 1, []string{"Network reachable"}},
		{"ports = [\"80\"]\n expect = \"reachable\"", 1, []string{"[sg_no_match]"}},
		{"ports = [\"443\"]\n expect = \"reachable\"", 0, []string{
			`The intent "asked" depends on what is not known`, "[value_unknown]", "ingress allow tcp/443 from 10.9.1.0/25",
		}},
		{"ports = [\"443\"]\n expect = \"reachable\"\n strict = true", 1, []string{"[value_unknown]"}},
	} {
		lab.Configure(lateAddress + lateGuard(c.intent))
		out := labtest.Unwrap(lab.Must(c.code, "plan"))
		for _, text := range c.says {
			if !strings.Contains(out, text) {
				t.Errorf("%s: %q is missing:\n%s", c.intent, text, out)
			}
		}
	}
	lab.Configure(lateAddress + lateGuard("ports = [\"443\"]\n expect = \"reachable\""))
	lab.Apply()
	if out := lab.Must(0, "plan"); !strings.Contains(out, "No changes") {
		t.Errorf("the second plan is not empty:\n%s", out)
	}
	lab.Configure(lateAddress + `
locals {
  network = [vpclab_vpc.v, vpclab_subnet.s, vpclab_security_group.g, vpclab_security_group_rule.https,
    vpclab_security_group_rule.ssh, vpclab_security_group_rule.out, vpclab_instance.known,
    { kind = "instance", id = "new", name = "new", subnet_id = vpclab_subnet.s.id,
    security_group_ids = [vpclab_security_group.g.id], ip_address = "10.9.1.${length(terraform_data.other.id)}" }]
}
resource "terraform_data" "other" {}
output "verdicts" {
  value = [for port in ["22", "80", "443"] : provider::vpclab::reachability(local.network, {
    source = { instance_id = "new" }, destination = { instance_id = vpclab_instance.known.id }, ports = [port]
  }).verdict]
}
`)
	out := lab.Must(0, "plan")
	for _, line := range []string{`+ "reachable",`, `+ "blocked",`, "+ (known after apply),"} {
		if !strings.Contains(out, line) {
			t.Errorf("a function that is given an unknown address: %q is missing:\n%s", line, out)
		}
	}
}
