package provider_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider"
)

// factories serve the provider inside the test's process. Every walk configures it anew, so nothing may live on it.
var factories = map[string]func() (tfprotov6.ProviderServer, error){
	"vpclab": func() (tfprotov6.ProviderServer, error) { return provider.NewServer("test"), nil },
}

func inProcess(t *testing.T, hcl string) string {
	t.Helper()
	return fmt.Sprintf("provider \"vpclab\" {\n  store = %q\n}\n", filepath.Join(t.TempDir(), "lab.db")) + hcl
}

// The id a plan shows is the one its kind, natural key and generation give, also after a replacement; import brings
// back every attribute.
func TestAccSubnet_planImportReplace(t *testing.T) {
	t.Parallel()
	config := inProcess(t, `
resource "vpclab_vpc" "test" {
  name = "test"
  cidr = "10.0.0.0/16"
}
resource "vpclab_subnet" "test" {
  vpc_id       = vpclab_vpc.test.id
  name         = "test"
  cidr         = "10.0.1.0/24"
  ipv6_enabled = true
  tags         = { tier = "web" }
}
`)
	vpc := network.IssueID(network.KindVPC, network.DefaultProject+"/test", 0)
	subnet := network.IssueID(network.KindSubnet, vpc+"/10.0.1.0/24", 0)
	id := tfjsonpath.New("id")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{
						plancheck.ExpectKnownValue("vpclab_vpc.test", id, knownvalue.StringExact(vpc)),
						plancheck.ExpectKnownValue("vpclab_subnet.test", id, knownvalue.StringExact(subnet)),
						plancheck.ExpectKnownValue("vpclab_subnet.test", tfjsonpath.New("gateway_ip"),
							knownvalue.StringExact("10.0.1.1")),
						plancheck.ExpectKnownValue("vpclab_subnet.test", tfjsonpath.New("ipv6_cidr"),
							knownvalue.StringRegexp(regexp.MustCompile(`^fd.*::/64$`))),
					},
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("vpclab_subnet.test", id, knownvalue.StringExact(subnet)),
				},
			},
			{ResourceName: "vpclab_subnet.test", ImportState: true, ImportStateVerify: true},
			{ResourceName: "vpclab_vpc.test", ImportState: true, ImportStateVerify: true},
			{
				ResourceName: "vpclab_subnet.test", ImportState: true, ImportStateId: "nothing",
				ExpectError: regexp.MustCompile("Cannot import"),
			},
			{
				Config: config,
				Taint:  []string{"vpclab_subnet.test"},
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction("vpclab_subnet.test", plancheck.ResourceActionReplace),
					plancheck.ExpectKnownValue("vpclab_subnet.test", id,
						knownvalue.StringExact(network.IssueID(network.KindSubnet, vpc+"/10.0.1.0/24", 1))),
				}},
			},
		},
	})
}

// Each kind of object can be looked up by its name or id, and listed.
func TestAccLookups(t *testing.T) {
	t.Parallel()
	config := inProcess(t, `
resource "vpclab_vpc" "a" {
  name            = "a"
  cidr            = "10.0.0.0/16"
  secondary_cidrs = ["10.7.0.0/20"]
}
resource "vpclab_vpc" "b" {
  name = "b"
  cidr = "10.1.0.0/16"
}
resource "vpclab_subnet" "test" {
  vpc_id = vpclab_vpc.a.id
  name   = "s"
  cidr   = "10.0.1.0/24"
}
resource "vpclab_security_group" "test" {
  name = "g"
}
resource "vpclab_security_group_rule" "test" {
  security_group_id = vpclab_security_group.test.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["80"]
}
resource "vpclab_network_acl" "test" {
  name          = "n"
  subnet_ids    = [vpclab_subnet.test.id]
  ingress_rules = [{ action = "allow", protocol = "any" }]
}
resource "vpclab_address_group" "test" {
  name    = "x"
  entries = [{ address = "10.0.0.5" }]
}
resource "vpclab_vpc_peering_connection" "test" {
  name        = "p"
  vpc_id      = vpclab_vpc.a.id
  peer_vpc_id = vpclab_vpc.b.id
}
resource "vpclab_route_table" "test" {
  vpc_id = vpclab_vpc.a.id
  name   = "t"
}
resource "vpclab_route" "test" {
  vpc_id      = vpclab_vpc.a.id
  destination = "10.1.0.0/16"
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.test.id
}
resource "vpclab_instance" "test" {
  name               = "i"
  subnet_id          = vpclab_subnet.test.id
  ip_address         = "10.0.1.10"
  security_group_ids = [vpclab_security_group.test.id]
}
`)
	var lookups strings.Builder
	lookups.WriteString(config)
	checks := []statecheck.StateCheck{}
	for _, c := range []struct{ kind, plural, resource, by string }{
		{"vpc", "vpcs", "a", `name = vpclab_vpc.a.name`},
		{"subnet", "subnets", "test", `cidr = vpclab_subnet.test.cidr`},
		{"security_group", "security_groups", "test", `name = vpclab_security_group.test.name`},
		{"security_group_rule", "security_group_rules", "test", `id = vpclab_security_group_rule.test.id`},
		{"network_acl", "network_acls", "test", `name = vpclab_network_acl.test.name`},
		{"address_group", "address_groups", "test", `name = vpclab_address_group.test.name`},
		{"vpc_peering_connection", "vpc_peering_connections", "test", `name = vpclab_vpc_peering_connection.test.name`},
		{"route_table", "route_tables", "test", `name = vpclab_route_table.test.name`},
		{"route", "routes", "test", `destination = vpclab_route.test.destination`},
		{"instance", "instances", "test", `ip_address = vpclab_instance.test.ip_address`},
	} {
		fmt.Fprintf(&lookups, `
data "vpclab_%[1]s" "one" {
  %[4]s
}
data "vpclab_%[2]s" "all" {
  depends_on = [vpclab_%[1]s.%[3]s]
}
output "%[1]s_same" {
  value = (data.vpclab_%[1]s.one.id == vpclab_%[1]s.%[3]s.id &&
    contains(data.vpclab_%[2]s.all.objects[*].id, vpclab_%[1]s.%[3]s.id))
}
`, c.kind, c.plural, c.resource, c.by)
		checks = append(checks, statecheck.ExpectKnownOutputValue(c.kind+"_same", knownvalue.Bool(true)))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		Steps: []resource.TestStep{
			{Config: config},
			{Config: lookups.String(), ConfigStateChecks: checks},
			{
				Config:      config + "data \"vpclab_vpc\" \"none\" {\n  name = \"nobody\"\n}\n",
				ExpectError: regexp.MustCompile(`(?s)No such object.*nobody`),
			},
			{
				Config:      config + "data \"vpclab_vpc\" \"many\" {\n}\n",
				ExpectError: regexp.MustCompile(`(?s)More than one object.*2 objects`),
			},
			{
				Config: config + "data \"vpclab_vpcs\" \"none\" {\n  name = \"nobody\"\n}\n" +
					"output \"none\" {\n  value = length(data.vpclab_vpcs.none.objects)\n}\n",
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownOutputValue("none", knownvalue.Int64Exact(0)),
				},
			},
		},
	})
}
