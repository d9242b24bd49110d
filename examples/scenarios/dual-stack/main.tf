# A service over IPv4 and IPv6. Broken, its rule names no address and so counts for IPv4 alone: half of the visitors
# never arrive. The two families are two networks, with rules of their own.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

variable "broken" {
  description = "The rule counts for IPv4 alone."
  type        = bool
  default     = false
}

resource "vpclab_vpc" "app" {
  name = "app"
  cidr = "10.10.0.0/16"
}

resource "vpclab_subnet" "client" {
  vpc_id       = vpclab_vpc.app.id
  name         = "client"
  cidr         = "10.10.1.0/24"
  ipv6_enabled = true
  ipv6_cidr    = "2001:db8:0:1::/64"
}

resource "vpclab_subnet" "service" {
  vpc_id       = vpclab_vpc.app.id
  name         = "service"
  cidr         = "10.10.2.0/24"
  ipv6_enabled = true
  ipv6_cidr    = "2001:db8:0:2::/64"
}

resource "vpclab_security_group" "client" {
  name = "client"
}

resource "vpclab_security_group" "service" {
  name = "service"
}

resource "vpclab_security_group_rule" "https" {
  for_each          = toset(var.broken ? ["IPv4"] : ["IPv4", "IPv6"])
  security_group_id = vpclab_security_group.service.id
  direction         = "ingress"
  ethertype         = each.key
  protocol          = "tcp"
  ports             = ["443"]
}

resource "vpclab_instance" "client" {
  name               = "client"
  subnet_id          = vpclab_subnet.client.id
  ip_address         = "10.10.1.10"
  ipv6_address       = "2001:db8:0:1::10"
  security_group_ids = [vpclab_security_group.client.id]
}

resource "vpclab_instance" "service" {
  name               = "service"
  subnet_id          = vpclab_subnet.service.id
  ip_address         = "10.10.2.10"
  ipv6_address       = "2001:db8:0:2::10"
  security_group_ids = [vpclab_security_group.service.id]
}

# Through a local, so that the questions are decided during the plan.
locals {
  network = [
    vpclab_vpc.app, vpclab_subnet.client, vpclab_subnet.service, vpclab_security_group.client,
    vpclab_security_group.service, vpclab_security_group_rule.https, vpclab_instance.client, vpclab_instance.service,
  ]
  vpc = vpclab_vpc.app.id
  # An instance has an address in either family; the question names the one it is about.
  ends = {
    ipv4 = [vpclab_instance.client.ip_address, vpclab_instance.service.ip_address]
    ipv6 = [vpclab_instance.client.ipv6_address, vpclab_instance.service.ipv6_address]
  }
}

data "vpclab_reachability" "family" {
  for_each    = local.ends
  network     = local.network
  source      = { address = each.value[0], vpc_id = local.vpc }
  destination = { address = each.value[1], vpc_id = local.vpc }
  ports       = ["443"]
}

output "verdicts" {
  value = { for family, answer in data.vpclab_reachability.family : family => answer.verdict }
}
