# Two VPCs that reach each other only through a firewall instance in a third. What enters the transit VPC is looked up in
# its default table, which sends it to the firewall; the firewall's own subnet has a table with the routes onward.
#
# What the firewall does with a packet no network configuration says, so the verdict is "undetermined": delivered to the
# forwarder, and no obstacle before it. Broken, the transit VPC's default table does not know the firewall, and that is
# certain to stop the traffic.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

variable "broken" {
  description = "The default table of the transit VPC has no route to the firewall."
  type        = bool
  default     = false
}

resource "vpclab_vpc" "a" {
  name = "a"
  cidr = "10.1.0.0/16"
}

resource "vpclab_vpc" "transit" {
  name = "transit"
  cidr = "10.100.0.0/16"
}

resource "vpclab_vpc" "c" {
  name = "c"
  cidr = "10.3.0.0/16"
}

resource "vpclab_subnet" "a" {
  vpc_id = vpclab_vpc.a.id
  name   = "a"
  cidr   = "10.1.1.0/24"
}

resource "vpclab_subnet" "firewall" {
  vpc_id = vpclab_vpc.transit.id
  name   = "firewall"
  cidr   = "10.100.1.0/24"
}

resource "vpclab_subnet" "c" {
  vpc_id = vpclab_vpc.c.id
  name   = "c"
  cidr   = "10.3.1.0/24"
}

resource "vpclab_vpc_peering_connection" "a" {
  name        = "a-transit"
  vpc_id      = vpclab_vpc.a.id
  peer_vpc_id = vpclab_vpc.transit.id
}

resource "vpclab_vpc_peering_connection" "c" {
  name        = "c-transit"
  vpc_id      = vpclab_vpc.c.id
  peer_vpc_id = vpclab_vpc.transit.id
}

resource "vpclab_route" "a_to_c" {
  vpc_id      = vpclab_vpc.a.id
  destination = vpclab_vpc.c.cidr
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.a.id
}

resource "vpclab_route" "c_to_a" {
  vpc_id      = vpclab_vpc.c.id
  destination = vpclab_vpc.a.cidr
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.c.id
}

# What enters the transit VPC goes to the firewall.
resource "vpclab_route" "to_firewall" {
  for_each    = var.broken ? {} : { a = vpclab_vpc.a.cidr, c = vpclab_vpc.c.cidr }
  vpc_id      = vpclab_vpc.transit.id
  destination = each.value
  type        = "ecs"
  nexthop     = vpclab_instance.firewall.id
}

# What the firewall sends on leaves by a table of its own.
resource "vpclab_route_table" "firewall" {
  vpc_id     = vpclab_vpc.transit.id
  name       = "firewall"
  subnet_ids = [vpclab_subnet.firewall.id]
}

resource "vpclab_route" "onward" {
  for_each = {
    a = { cidr = vpclab_vpc.a.cidr, peering = vpclab_vpc_peering_connection.a.id }
    c = { cidr = vpclab_vpc.c.cidr, peering = vpclab_vpc_peering_connection.c.id }
  }
  vpc_id         = vpclab_vpc.transit.id
  route_table_id = vpclab_route_table.firewall.id
  destination    = each.value.cidr
  type           = "peering"
  nexthop        = each.value.peering
}

resource "vpclab_security_group" "open" {
  name = "open"
}

# The groups see the addresses of a and c: forwarded packets do not carry the membership of their sender.
resource "vpclab_security_group_rule" "inside" {
  for_each          = toset(["10.1.0.0/16", "10.3.0.0/16"])
  security_group_id = vpclab_security_group.open.id
  direction         = "ingress"
  remote_ip_prefix  = each.key
}

resource "vpclab_instance" "a" {
  name               = "a-1"
  subnet_id          = vpclab_subnet.a.id
  ip_address         = "10.1.1.10"
  security_group_ids = [vpclab_security_group.open.id]
}

resource "vpclab_instance" "firewall" {
  name               = "firewall"
  subnet_id          = vpclab_subnet.firewall.id
  ip_address         = "10.100.1.10"
  security_group_ids = [vpclab_security_group.open.id]
}

resource "vpclab_instance" "c" {
  name               = "c-1"
  subnet_id          = vpclab_subnet.c.id
  ip_address         = "10.3.1.10"
  security_group_ids = [vpclab_security_group.open.id]
}

# Through a local, so that the question is decided during the plan.
locals {
  network = [
    vpclab_vpc.a, vpclab_vpc.transit, vpclab_vpc.c, vpclab_subnet.a, vpclab_subnet.firewall, vpclab_subnet.c,
    vpclab_vpc_peering_connection.a, vpclab_vpc_peering_connection.c, vpclab_route.a_to_c, vpclab_route.c_to_a,
    vpclab_route.to_firewall, vpclab_route_table.firewall, vpclab_route.onward, vpclab_security_group.open,
    vpclab_security_group_rule.inside, vpclab_instance.a, vpclab_instance.firewall, vpclab_instance.c,
  ]
  a = vpclab_instance.a.id
  c = vpclab_instance.c.id
}

data "vpclab_reachability" "a_to_c" {
  network     = local.network
  source      = { instance_id = local.a }
  destination = { instance_id = local.c }
  ports       = ["443"]
}

output "report" {
  value = data.vpclab_reachability.a_to_c.report
}
