package provider_test

import (
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

const twoVPCs = `
resource "vpclab_vpc" "a" {
  name = "a"
  cidr = "10.0.0.0/16"
}
resource "vpclab_vpc" "b" {
  name = "b"
  cidr = "10.1.0.0/16"
}
`

const oneSubnet = twoVPCs + `
resource "vpclab_subnet" "a" {
  vpc_id = vpclab_vpc.a.id
  name   = "a"
  cidr   = "10.0.1.0/24"
}
resource "vpclab_security_group" "g" {
  name = "g"
}
`

// What is wrong between planned objects fails the plan at the attribute, before anything exists.
func TestAccPlanErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, config string
		want         []string
	}{
		{"host bits", `resource "vpclab_vpc" "a" {
  name = "a"
  cidr = "10.0.0.5/16"
}`, []string{"Host bits in CIDR block", "10.0.0.0/16", "cidr = "}},
		{"required value that is null", `resource "vpclab_vpc" "a" {
  name = "a"
  cidr = null
}`, []string{"Missing value", `"cidr" is required`, "cidr = null"}},
		{"entry that is null", `resource "vpclab_address_group" "g" {
  name    = "g"
  entries = [{ address = "10.0.0.1" }, null]
}`, []string{"Missing value", `"entries[1].address" is required`}},
		{"value for an attribute of the provider", `resource "vpclab_vpc" "a" {
  name = "a"
  cidr = "10.0.0.0/16"
  id   = "mine"
}`, []string{"Read-only attribute", `"id" is set by the provider`, `id = "mine"`}},
		{"number that is not whole", oneSubnet + `resource "vpclab_security_group_rule" "r" {
  security_group_id = vpclab_security_group.g.id
  direction         = "ingress"
  priority          = 1.5
}`, []string{"Not a whole number", `"priority" is 1.5`, "priority "}},
		{"subnet outside its VPC", twoVPCs + `resource "vpclab_subnet" "s" {
  vpc_id = vpclab_vpc.a.id
  name   = "s"
  cidr   = "10.9.0.0/24"
}`, []string{"Subnet outside its VPC", "VPC.0203", "10.0.0.0/24 is free", `cidr = "10.9.0.0/24"`}},
		// Proves: Overlapping subnet / VPC CIDR.
		{"overlapping planned subnets", oneSubnet + `resource "vpclab_subnet" "s" {
  vpc_id = vpclab_vpc.a.id
  name   = "s"
  cidr   = "10.0.1.128/25"
}`, []string{"Overlapping subnets", "VPC.0204", "is free"}},
		{"two blocks for one object", oneSubnet + `resource "vpclab_security_group" "again" {
  name = "g"
}`, []string{"Two resources for one object"}},
		{"name of the project's own group", `resource "vpclab_security_group" "d" {
  name = "default"
}`, []string{"Reserved security group name", "VPC.9902", `name = "default"`}},
		{"duplicate rules", oneSubnet + `resource "vpclab_security_group_rule" "r" {
  count             = 2
  security_group_id = vpclab_security_group.g.id
  direction         = "ingress"
}`, []string{"Two resources for one object", "security group rule"}},
		{"duplicate rules in a set", oneSubnet + `resource "vpclab_security_group_rules" "r" {
  security_group_id = vpclab_security_group.g.id
  rules = {
    one = { direction = "ingress", protocol = "tcp", ports = ["80"] }
    two = { direction = "ingress", protocol = "6", ports = ["80"] }
  }
}`, []string{"Duplicate security group rule", `"one" and "two"`}},
		{"rules in two forms", oneSubnet + `resource "vpclab_security_group_rules" "r" {
  security_group_id = vpclab_security_group.g.id
  rules             = { one = { direction = "ingress" } }
}
resource "vpclab_security_group_rule" "r" {
  security_group_id = vpclab_security_group.g.id
  direction         = "egress"
  protocol          = "tcp"
}`, []string{"Rules of one group in two forms"}},
		{"second ACL on a subnet", oneSubnet + `resource "vpclab_network_acl" "n" {
  count      = 2
  name       = "n${count.index}"
  subnet_ids = [vpclab_subnet.a.id]
}`, []string{"Second network ACL on a subnet", "subnet_ids"}},
		{"remote family", oneSubnet + `resource "vpclab_security_group_rule" "r" {
  security_group_id = vpclab_security_group.g.id
  direction         = "ingress"
  ethertype         = "IPv6"
  remote_ip_prefix  = "10.0.0.0/8"
}`, []string{"Remote of the other address family"}},
		{"address group family", oneSubnet + `resource "vpclab_address_group" "six" {
  name       = "six"
  ip_version = 6
  entries    = [{ address = "2001:db8::/32" }]
}
resource "vpclab_security_group_rule" "r" {
  security_group_id       = vpclab_security_group.g.id
  direction               = "ingress"
  remote_address_group_id = vpclab_address_group.six.id
}`, []string{"Address group of the other family"}},
		{"reserved and foreign addresses", oneSubnet + `resource "vpclab_instance" "i" {
  for_each           = toset(["10.0.1.0", "10.0.1.1", "10.0.1.253", "10.0.1.255"])
  name               = "i"
  subnet_id          = vpclab_subnet.a.id
  ip_address         = each.key
  security_group_ids = [vpclab_security_group.g.id]
}
resource "vpclab_instance" "far" {
  name               = "far"
  subnet_id          = vpclab_subnet.a.id
  ip_address         = "10.0.2.5"
  security_group_ids = [vpclab_security_group.g.id]
}`, []string{
			"the network address", "the gateway", "the system interface", "the broadcast address", "Address outside the subnet",
		}},
		{"route inside a subnet", oneSubnet + `resource "vpclab_route" "r" {
  vpc_id      = vpclab_vpc.a.id
  destination = vpclab_subnet.a.cidr
  type        = "nat"
  nexthop     = "nat-1"
}`, []string{"Route inside a subnet"}},
		{"destination twice", twoVPCs + `resource "vpclab_route" "r" {
  count       = 2
  vpc_id      = vpclab_vpc.a.id
  destination = "0.0.0.0/0"
  type        = "nat"
  nexthop     = "nat-${count.index}"
}`, []string{"the same route table and destination"}},
		{"peering with itself", twoVPCs + `resource "vpclab_vpc_peering_connection" "p" {
  name        = "p"
  vpc_id      = vpclab_vpc.a.id
  peer_vpc_id = vpclab_vpc.a.id
}`, []string{"VPC peered with itself"}},
		{"peering twice", twoVPCs + `resource "vpclab_vpc_peering_connection" "p" {
  name        = "p"
  vpc_id      = vpclab_vpc.a.id
  peer_vpc_id = vpclab_vpc.b.id
}
resource "vpclab_vpc_peering_connection" "q" {
  name        = "q"
  vpc_id      = vpclab_vpc.b.id
  peer_vpc_id = vpclab_vpc.a.id
}`, []string{"VPCs peered twice"}},
		{"unknown reference", `resource "vpclab_subnet" "s" {
  vpc_id = "11111111-2222-3333-4444-555555555555"
  name   = "s"
  cidr   = "10.0.0.0/24"
}`, []string{"Reference to nothing", `vpc_id = "1111`}},
		{"reference to another kind", oneSubnet + `resource "vpclab_subnet" "s" {
  vpc_id = vpclab_security_group.g.id
  name   = "s"
  cidr   = "10.0.0.0/24"
}`, []string{"Reference to another kind of object"}},
		{"subnet of another VPC", oneSubnet + `resource "vpclab_route_table" "t" {
  vpc_id     = vpclab_vpc.b.id
  name       = "t"
  subnet_ids = [vpclab_subnet.a.id]
}`, []string{"Subnet of another VPC"}},
		{"deepest path", `resource "vpclab_network_acl" "n" {
  name          = "n"
  ingress_rules = [{ action = "allow", protocol = "tcp", source_ports = ["80", "90-80"] }]
}`, []string{"Invalid port", "runs backwards"}},
		{"ports without a protocol", oneSubnet + `resource "vpclab_security_group_rule" "r" {
  security_group_id = vpclab_security_group.g.id
  direction         = "ingress"
  protocol          = "icmp"
  ports             = ["80"]
}`, []string{"Ports without a protocol that has them"}},
		{"all in one run", twoVPCs + `resource "vpclab_subnet" "s" {
  vpc_id = vpclab_vpc.a.id
  name   = "s"
  cidr   = "10.9.0.0/24"
}
resource "vpclab_route" "r" {
  vpc_id      = vpclab_vpc.a.id
  destination = "0.0.0.0/0"
  type        = "peering"
  nexthop     = "nothing"
}`, []string{"Subnet outside its VPC", "Reference to nothing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			lab := labtest.New(t)
			lab.Configure(labtest.Header + c.config)
			out := labtest.Unwrap(lab.Must(1, "plan"))
			for _, want := range c.want {
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
