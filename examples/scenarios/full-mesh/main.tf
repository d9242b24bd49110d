# Four VPCs, each peered with every other: six connections, and in every VPC a route to each of the three others.
# Broken, one of the twelve routes is missing, and the report says which.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

variable "broken" {
  description = "The route from c to a is missing."
  type        = bool
  default     = false
}

locals {
  vpcs = {
    a = { cidr = "10.1.0.0/16", subnet = "10.1.1.0/24" }
    b = { cidr = "10.2.0.0/16", subnet = "10.2.1.0/24" }
    c = { cidr = "10.3.0.0/16", subnet = "10.3.1.0/24" }
    d = { cidr = "10.4.0.0/16", subnet = "10.4.1.0/24" }
  }
  names = keys(local.vpcs)
  # Each pair once, as "a-b".
  pairs = merge([
    for i, from in local.names : { for to in slice(local.names, i + 1, length(local.names)) : "${from}-${to}" => [from, to] }
  ]...)
  # Each direction of each pair.
  directions = merge([
    for pair, ends in local.pairs : {
      "${ends[0]}-to-${ends[1]}" = { pair = pair, from = ends[0], to = ends[1] }
      "${ends[1]}-to-${ends[0]}" = { pair = pair, from = ends[1], to = ends[0] }
    }
  ]...)
}

resource "vpclab_vpc" "mesh" {
  for_each = local.vpcs
  name     = each.key
  cidr     = each.value.cidr
}

resource "vpclab_subnet" "mesh" {
  for_each = local.vpcs
  vpc_id   = vpclab_vpc.mesh[each.key].id
  name     = each.key
  cidr     = each.value.subnet
}

resource "vpclab_vpc_peering_connection" "mesh" {
  for_each    = local.pairs
  name        = each.key
  vpc_id      = vpclab_vpc.mesh[each.value[0]].id
  peer_vpc_id = vpclab_vpc.mesh[each.value[1]].id
}

resource "vpclab_route" "mesh" {
  for_each    = { for name, d in local.directions : name => d if !(var.broken && name == "c-to-a") }
  vpc_id      = vpclab_vpc.mesh[each.value.from].id
  destination = local.vpcs[each.value.to].cidr
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.mesh[each.value.pair].id
}

# One group on every instance: its default rules let its members talk to each other, in whatever VPC they are.
resource "vpclab_security_group" "mesh" {
  name = "mesh"
}

resource "vpclab_instance" "mesh" {
  for_each           = local.vpcs
  name               = each.key
  subnet_id          = vpclab_subnet.mesh[each.key].id
  ip_address         = cidrhost(each.value.subnet, 10)
  security_group_ids = [vpclab_security_group.mesh.id]
}

# Through a local, so that the questions are decided during the plan.
locals {
  network = [
    vpclab_vpc.mesh, vpclab_subnet.mesh, vpclab_vpc_peering_connection.mesh, vpclab_route.mesh,
    vpclab_security_group.mesh, vpclab_instance.mesh,
  ]
  ids = { for name, i in vpclab_instance.mesh : name => i.id }
}

data "vpclab_reachability" "mesh" {
  for_each    = local.directions
  network     = local.network
  source      = { instance_id = local.ids[each.value.from] }
  destination = { instance_id = local.ids[each.value.to] }
  protocol    = "any"
}

output "not_connected" {
  value = [for name, answer in data.vpclab_reachability.mesh : name if answer.verdict != "reachable"]
}
