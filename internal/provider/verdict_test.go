package provider_test

import (
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

const disconnected = labtest.Header + twoVPCs + `
resource "vpclab_subnet" "a" {
  vpc_id = vpclab_vpc.a.id
  name   = "a"
  cidr   = "10.0.1.0/24"
}
resource "vpclab_subnet" "b" {
  vpc_id = vpclab_vpc.b.id
  name   = "b"
  cidr   = "10.1.1.0/24"
}
resource "vpclab_security_group" "g" {
  name = "g"
}
resource "vpclab_instance" "a" {
  name               = "a-1"
  subnet_id          = vpclab_subnet.a.id
  ip_address         = "10.0.1.10"
  security_group_ids = [vpclab_security_group.g.id]
}
resource "vpclab_instance" "b" {
  name               = "b-1"
  subnet_id          = vpclab_subnet.b.id
  ip_address         = "10.1.1.10"
  security_group_ids = [vpclab_security_group.g.id]
}
locals {
  network = [NETWORK]
  a       = vpclab_instance.a.id
  b       = vpclab_instance.b.id
}
data "vpclab_reachability" "q" {
  network     = local.network
  source      = { instance_id = local.a }
  destination = { instance_id = local.b }
}
`

const (
	byValue = "vpclab_vpc.a, vpclab_vpc.b, vpclab_subnet.a, vpclab_subnet.b, vpclab_security_group.g, vpclab_instance.a, " +
		"vpclab_instance.b"
	byRef = "vpclab_vpc.a.ref, vpclab_vpc.b.ref, vpclab_subnet.a.ref, vpclab_subnet.b.ref, vpclab_security_group.g.ref, " +
		"vpclab_instance.a.ref, vpclab_instance.b.ref"
)

// Two VPCs that are not connected fail the plan from an empty store, whether objects or refs are handed over.
//
// Proves: Disconnected VPCs named as such.
func TestAccVerdictDisconnected(t *testing.T) {
	t.Parallel()
	for name, network := range map[string]string{"by value": byValue, "by ref": byRef} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := labtest.New(t)
			lab.Configure(strings.Replace(disconnected, "NETWORK", network, 1))
			out := labtest.Unwrap(lab.Must(1, "plan"))
			for _, want := range []string{
				"VPCs not connected", "vpc_disconnected", "sg_shared_across_disconnected_vpcs",
				"create the peering connection a-b; add to the route table rtb-a a route", "Checked: with this the traffic gets through",
			} {
				if !strings.Contains(out, want) {
					t.Errorf("%q is missing from:\n%s", want, out)
				}
			}
			if lab.StoreExists() {
				t.Error("a failing plan created a store")
			}
		})
	}
}

// A failing verdict stands in the way of destroy and refresh-only as well, because Terraform reads data sources there.
// The environment variable and the provider attribute are the way out, and the error names them.
func TestAccVerdictWayOut(t *testing.T) {
	t.Parallel()
	config := strings.Replace(disconnected, "NETWORK", byValue, 1)
	for name, out := range map[string]func(*labtest.Lab){
		"environment": func(lab *labtest.Lab) { lab.Setenv("VPCLAB_ON_FAILURE", "warning") },
		"attribute": func(lab *labtest.Lab) {
			lab.Configure(config + "provider \"vpclab\" {\n  on_failure = \"warning\"\n}\n")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := labtest.New(t)
			lab.Configure(config)
			// The broken network gets into the store without the question.
			network, _, _ := strings.Cut(config, "data \"vpclab_reachability\"")
			lab.Configure(network)
			lab.Apply()
			lab.Configure(config)
			for _, args := range [][]string{{"destroy", "-auto-approve"}, {"plan", "-refresh-only"}} {
				text := labtest.Unwrap(lab.Must(1, args...))
				if !strings.Contains(text, "VPCLAB_ON_FAILURE=warning") || !strings.Contains(text, "on_failure = \"warning\"") {
					t.Errorf("%v does not name the way out:\n%s", args, text)
				}
			}
			out(lab)
			if text := lab.Must(0, "plan", "-refresh-only"); !strings.Contains(text, "Warning: VPCs not connected") {
				t.Error(text)
			}
			lab.Must(0, "destroy", "-auto-approve")
			requireEmpty(t, lab)
		})
	}
}

// A ref whose object is not fully known makes the verdict undetermined, not reachable.
func TestAccVerdictUnknown(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	config := strings.Replace(disconnected, "NETWORK", byRef, 1)
	config = strings.Replace(config, "security_group_ids = [vpclab_security_group.g.id]\n}\nlocals",
		"security_group_ids = [vpclab_security_group.g.id]\n  public_ip = terraform_data.late.output\n}\n"+
			"resource \"terraform_data\" \"late\" {\n  input = \"203.0.113.9\"\n}\nlocals", 1)
	lab.Configure(config)
	out := lab.Must(0, "plan")
	if !strings.Contains(out, "will be read during apply") {
		t.Error(out)
	}
	if out := labtest.Unwrap(lab.Must(1, "apply", "-auto-approve")); !strings.Contains(out, "VPCs not connected") {
		t.Error(out)
	}
}

func TestAccReachabilityQuestionErrors(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	lab.Configure(labtest.Header + `
data "vpclab_reachability" "q" {
  source      = { instance_id = "a", internet = true }
  destination = { vpc_id = "x", address = "10.0.0.5" }
  protocol    = "icmp"
  ports       = ["80", "x"]
  expect      = "maybe"
}
`)
	out := labtest.Unwrap(lab.Must(1, "validate"))
	for _, want := range []string{"Endpoint not clear", "Ports without a protocol", "Invalid port", "Invalid expect"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing from:\n%s", want, out)
		}
	}
}

func TestAccProviderConfigurationErrors(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	lab.Configure(labtest.Header + `
provider "vpclab" {
  store      = "mysql://localhost/lab"
  project_id = "not a project"
  on_failure = "shrug"
  quotas     = { moon = 1 }
}
` + twoVPCs)
	out := labtest.Unwrap(lab.Must(1, "plan"))
	for _, want := range []string{
		"Invalid store", `scheme "mysql"`, "Invalid project", "Invalid on_failure", `no quota named "moon"`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing from:\n%s", want, out)
		}
	}
}

func TestAccQuota(t *testing.T) {
	t.Parallel()
	lab := labtest.New(t)
	lab.Configure(labtest.Header + "provider \"vpclab\" {\n  quotas = { vpc = 1 }\n}\n" + twoVPCs)
	if out := labtest.Unwrap(lab.Must(1, "plan")); !strings.Contains(out, "Quota exceeded") {
		t.Error(out)
	}
}
