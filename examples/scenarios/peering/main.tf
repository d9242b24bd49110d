# Two VPCs that are peered, with the route each of them needs, and the proof that both sides reach each other.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

resource "vpclab_vpc" "a" {
  name = "a"
  cidr = "172.16.0.0/16"
}

resource "vpclab_vpc" "b" {
  name = "b"
  cidr = "10.0.0.0/16"
}

resource "vpclab_subnet" "a" {
  vpc_id = vpclab_vpc.a.id
  name   = "a"
  cidr   = "172.16.1.0/24"
}

resource "vpclab_subnet" "b" {
  vpc_id = vpclab_vpc.b.id
  name   = "b"
  cidr   = "10.0.1.0/24"
}

resource "vpclab_vpc_peering_connection" "a_b" {
  name        = "a-b"
  vpc_id      = vpclab_vpc.a.id
  peer_vpc_id = vpclab_vpc.b.id
}

# A peering connection carries nothing until both VPCs have a route through it.
resource "vpclab_route" "a_to_b" {
  vpc_id      = vpclab_vpc.a.id
  destination = vpclab_vpc.b.cidr
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.a_b.id
}

resource "vpclab_route" "b_to_a" {
  vpc_id      = vpclab_vpc.b.id
  destination = vpclab_vpc.a.cidr
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.a_b.id
}

resource "vpclab_security_group" "shared" {
  name = "shared"
}

resource "vpclab_instance" "a" {
  name               = "a-1"
  subnet_id          = vpclab_subnet.a.id
  ip_address         = "172.16.1.10"
  security_group_ids = [vpclab_security_group.shared.id]
}

resource "vpclab_instance" "b" {
  name               = "b-1"
  subnet_id          = vpclab_subnet.b.id
  ip_address         = "10.0.1.10"
  security_group_ids = [vpclab_security_group.shared.id]
}

locals {
  network = [
    vpclab_vpc.a, vpclab_vpc.b, vpclab_subnet.a, vpclab_subnet.b, vpclab_vpc_peering_connection.a_b,
    vpclab_route.a_to_b, vpclab_route.b_to_a, vpclab_security_group.shared, vpclab_instance.a, vpclab_instance.b,
  ]
  ends = { a = vpclab_instance.a.id, b = vpclab_instance.b.id }
}

data "vpclab_reachability" "between" {
  for_each    = { a = "b", b = "a" }
  network     = local.network
  source      = { instance_id = local.ends[each.key] }
  destination = { instance_id = local.ends[each.value] }
}

output "verdicts" {
  value = { for end, answer in data.vpclab_reachability.between : end => answer.verdict }
}
