# A hub VPC with six spokes: every spoke reaches the hub, and no spoke reaches another. Broken, two spokes got routes to
# each other, and the hub forwards between them.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

variable "broken" {
  description = "Two spokes have routes to each other through the hub."
  type        = bool
  default     = false
}

locals {
  spokes = { for i in range(1, 7) : "spoke-${i}" => { cidr = "10.${i}.0.0/16", subnet = "10.${i}.1.0/24", address = "10.${i}.1.10" } }
}

resource "vpclab_vpc" "hub" {
  name = "hub"
  cidr = "10.100.0.0/16"
}

resource "vpclab_subnet" "hub" {
  vpc_id = vpclab_vpc.hub.id
  name   = "hub"
  cidr   = "10.100.1.0/24"
}

resource "vpclab_vpc" "spoke" {
  for_each = local.spokes
  name     = each.key
  cidr     = each.value.cidr
}

resource "vpclab_subnet" "spoke" {
  for_each = local.spokes
  vpc_id   = vpclab_vpc.spoke[each.key].id
  name     = each.key
  cidr     = each.value.subnet
}

resource "vpclab_vpc_peering_connection" "spoke" {
  for_each    = local.spokes
  name        = "hub-${each.key}"
  vpc_id      = vpclab_vpc.hub.id
  peer_vpc_id = vpclab_vpc.spoke[each.key].id
}

resource "vpclab_route" "to_spoke" {
  for_each    = local.spokes
  vpc_id      = vpclab_vpc.hub.id
  destination = each.value.cidr
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.spoke[each.key].id
}

resource "vpclab_route" "to_hub" {
  for_each    = local.spokes
  vpc_id      = vpclab_vpc.spoke[each.key].id
  destination = vpclab_vpc.hub.cidr
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.spoke[each.key].id
}

# Through the hub: a packet that enters the hub follows the hub's default table, which knows every spoke.
resource "vpclab_route" "past_the_hub" {
  for_each    = var.broken ? { spoke-1 = "spoke-2", spoke-2 = "spoke-1" } : {}
  vpc_id      = vpclab_vpc.spoke[each.key].id
  destination = local.spokes[each.value].cidr
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.spoke[each.key].id
}

resource "vpclab_security_group" "all" {
  name = "all"
}

resource "vpclab_instance" "hub" {
  name               = "hub-1"
  subnet_id          = vpclab_subnet.hub.id
  ip_address         = "10.100.1.10"
  security_group_ids = [vpclab_security_group.all.id]
}

resource "vpclab_instance" "spoke" {
  for_each           = local.spokes
  name               = "${each.key}-1"
  subnet_id          = vpclab_subnet.spoke[each.key].id
  ip_address         = each.value.address
  security_group_ids = [vpclab_security_group.all.id]
}

locals {
  network = [
    vpclab_vpc.hub, vpclab_vpc.spoke, vpclab_subnet.hub, vpclab_subnet.spoke, vpclab_vpc_peering_connection.spoke,
    vpclab_route.to_spoke, vpclab_route.to_hub, vpclab_route.past_the_hub, vpclab_security_group.all, vpclab_instance.hub, vpclab_instance.spoke,
  ]
  hub_id    = vpclab_instance.hub.id
  spoke_ids = { for name, i in vpclab_instance.spoke : name => i.id }
}

data "vpclab_reachability" "spoke_to_hub" {
  for_each    = local.spokes
  network     = local.network
  source      = { instance_id = local.spoke_ids[each.key] }
  destination = { instance_id = local.hub_id }
  ports       = ["443"]
}

data "vpclab_reachability" "spokes_apart" {
  network     = local.network
  source      = { instance_id = local.spoke_ids["spoke-1"] }
  destination = { instance_id = local.spoke_ids["spoke-2"] }
  expect      = "blocked"
}

output "apart" {
  value = data.vpclab_reachability.spokes_apart.satisfied
}
