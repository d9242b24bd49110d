# Two VPCs out of one /16, each with a subnet, joined by a peering connection. Each VPC has the route to the other: a
# peering connection carries nothing until both have one. Broken, each route leads into the block of its own VPC: the connection
# is up, both VPCs have a route through it, the cloud accepts all of it, and nothing gets through.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

variable "broken" {
  description = "The routes lead back into the block of their own VPC."
  type        = bool
  default     = false
}

variable "vpc_cidrs" {
  description = "The blocks of the two VPCs."
  type        = list(string)
  default     = ["192.168.0.0/18", "192.168.128.0/18"]

  validation {
    condition     = length(var.vpc_cidrs) == 2
    error_message = "A peering connection joins two VPCs."
  }
}

locals {
  subnet_cidrs = [for cidr in var.vpc_cidrs : cidrsubnet(cidr, 6, 32)]
}

resource "vpclab_vpc" "peer" {
  count = 2
  name  = "peer-${count.index}"
  cidr  = var.vpc_cidrs[count.index]
}

resource "vpclab_subnet" "peer" {
  count      = 2
  vpc_id     = vpclab_vpc.peer[count.index].id
  name       = "peer-${count.index}"
  cidr       = local.subnet_cidrs[count.index]
  gateway_ip = cidrhost(local.subnet_cidrs[count.index], 1)
}

resource "vpclab_vpc_peering_connection" "both" {
  name        = "both"
  vpc_id      = vpclab_vpc.peer[0].id
  peer_vpc_id = vpclab_vpc.peer[1].id
}

resource "vpclab_route" "to_peer" {
  count       = 2
  vpc_id      = vpclab_vpc.peer[count.index].id
  destination = var.broken ? cidrsubnet(var.vpc_cidrs[count.index], 6, 33) : vpclab_subnet.peer[1 - count.index].cidr
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.both.id
}

resource "vpclab_security_group" "shared" {
  name = "shared"
}

resource "vpclab_instance" "peer" {
  count              = 2
  name               = "peer-${count.index}"
  subnet_id          = vpclab_subnet.peer[count.index].id
  ip_address         = cidrhost(local.subnet_cidrs[count.index], 10)
  security_group_ids = [vpclab_security_group.shared.id]
}

# Through a local, so that the questions are read during the plan.
locals {
  network = [
    vpclab_vpc.peer, vpclab_subnet.peer, vpclab_vpc_peering_connection.both, vpclab_route.to_peer,
    vpclab_security_group.shared, vpclab_instance.peer,
  ]
  ends = vpclab_instance.peer[*].id
}

data "vpclab_reachability" "to_peer" {
  count       = 2
  network     = local.network
  source      = { instance_id = local.ends[count.index] }
  destination = { instance_id = local.ends[1 - count.index] }
}

output "verdicts" {
  value = data.vpclab_reachability.to_peer[*].verdict
}
