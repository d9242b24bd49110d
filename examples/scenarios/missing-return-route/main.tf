# Two peered VPCs with a route on either side. Broken, the answers have no way back: the far VPC lacks its route.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

variable "broken" {
  description = "The far VPC has no route back."
  type        = bool
  default     = false
}

resource "vpclab_vpc" "a" {
  name = "a"
  cidr = "10.1.0.0/16"
}

resource "vpclab_vpc" "b" {
  name = "b"
  cidr = "10.2.0.0/16"
}

resource "vpclab_subnet" "a" {
  vpc_id = vpclab_vpc.a.id
  name   = "a"
  cidr   = "10.1.1.0/24"
}

resource "vpclab_subnet" "b" {
  vpc_id = vpclab_vpc.b.id
  name   = "b"
  cidr   = "10.2.1.0/24"
}

resource "vpclab_vpc_peering_connection" "ab" {
  name        = "a-b"
  vpc_id      = vpclab_vpc.a.id
  peer_vpc_id = vpclab_vpc.b.id
}

resource "vpclab_route" "a_to_b" {
  vpc_id      = vpclab_vpc.a.id
  destination = vpclab_vpc.b.cidr
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.ab.id
}

resource "vpclab_route" "b_to_a" {
  count       = var.broken ? 0 : 1
  vpc_id      = vpclab_vpc.b.id
  destination = vpclab_vpc.a.cidr
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.ab.id
}

resource "vpclab_security_group" "a" {
  name = "a"
}

resource "vpclab_security_group" "b" {
  name = "b"
}

resource "vpclab_security_group_rule" "b_from_a" {
  security_group_id = vpclab_security_group.b.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["443"]
  remote_ip_prefix  = vpclab_subnet.a.cidr
}

resource "vpclab_instance" "a" {
  name               = "a-1"
  subnet_id          = vpclab_subnet.a.id
  ip_address         = cidrhost(vpclab_subnet.a.cidr, 10)
  security_group_ids = [vpclab_security_group.a.id]
}

resource "vpclab_instance" "b" {
  name               = "b-1"
  subnet_id          = vpclab_subnet.b.id
  ip_address         = cidrhost(vpclab_subnet.b.cidr, 10)
  security_group_ids = [vpclab_security_group.b.id]
}

# Through a local, so that the question is decided during the plan.
locals {
  network = [
    vpclab_vpc.a, vpclab_vpc.b, vpclab_subnet.a, vpclab_subnet.b, vpclab_vpc_peering_connection.ab,
    vpclab_route.a_to_b, vpclab_route.b_to_a, vpclab_security_group.a, vpclab_security_group.b,
    vpclab_security_group_rule.b_from_a, vpclab_instance.a, vpclab_instance.b,
  ]
  a = vpclab_instance.a.id
  b = vpclab_instance.b.id
}

data "vpclab_reachability" "a_to_b" {
  network     = local.network
  source      = { instance_id = local.a }
  destination = { instance_id = local.b }
  protocol    = "tcp"
  ports       = ["443"]
}

output "verdict" {
  value = data.vpclab_reachability.a_to_b.verdict
}
