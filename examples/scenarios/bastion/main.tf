# Servers without public addresses, looked after through a bastion: SSH reaches the bastion from the office, the servers
# from the bastion, and the servers from nowhere else. Broken, the servers got public addresses and an open rule "for a
# moment": what must not be reachable is.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

variable "broken" {
  description = "Somebody opened the servers to the Internet."
  type        = bool
  default     = false
}

resource "vpclab_vpc" "app" {
  name = "app"
  cidr = "10.10.0.0/16"
}

resource "vpclab_subnet" "bastion" {
  vpc_id = vpclab_vpc.app.id
  name   = "bastion"
  cidr   = "10.10.0.0/28"
}

resource "vpclab_subnet" "servers" {
  vpc_id = vpclab_vpc.app.id
  name   = "servers"
  cidr   = "10.10.1.0/24"
}

resource "vpclab_address_group" "office" {
  name       = "office"
  ip_version = 4
  entries    = [{ address = "198.51.100.0/24", description = "the office's way out" }]
}

resource "vpclab_security_group" "bastion" {
  name = "bastion"
}

resource "vpclab_security_group" "servers" {
  name                 = "servers"
  delete_default_rules = true
}

resource "vpclab_security_group_rule" "office_to_bastion" {
  security_group_id       = vpclab_security_group.bastion.id
  direction               = "ingress"
  protocol                = "tcp"
  ports                   = ["22"]
  remote_address_group_id = vpclab_address_group.office.id
}

resource "vpclab_security_group_rule" "bastion_to_servers" {
  security_group_id = vpclab_security_group.servers.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["22"]
  remote_group_id   = vpclab_security_group.bastion.id
}

resource "vpclab_security_group_rule" "for_a_moment" {
  count             = var.broken ? 1 : 0
  security_group_id = vpclab_security_group.servers.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["22"]
  remote_ip_prefix  = "0.0.0.0/0"
}

resource "vpclab_instance" "bastion" {
  name               = "bastion"
  subnet_id          = vpclab_subnet.bastion.id
  ip_address         = "10.10.0.10"
  security_group_ids = [vpclab_security_group.bastion.id]
  public_ip          = "203.0.113.10"
}

resource "vpclab_instance" "server" {
  count              = 2
  name               = "server-${count.index}"
  subnet_id          = vpclab_subnet.servers.id
  ip_address         = "10.10.1.${10 + count.index}"
  security_group_ids = [vpclab_security_group.servers.id]
  public_ip          = var.broken ? "203.0.113.${20 + count.index}" : null
}

# Through a local, so that the questions are decided during the plan.
locals {
  network = [
    vpclab_vpc.app, vpclab_subnet.bastion, vpclab_subnet.servers, vpclab_address_group.office,
    vpclab_security_group.bastion, vpclab_security_group.servers, vpclab_security_group_rule.office_to_bastion,
    vpclab_security_group_rule.bastion_to_servers, vpclab_security_group_rule.for_a_moment, vpclab_instance.bastion,
    vpclab_instance.server,
  ]
  bastion = vpclab_instance.bastion.id
  servers = vpclab_instance.server[*].id
}

data "vpclab_reachability" "office_to_bastion" {
  network     = local.network
  source      = { address = "198.51.100.7" }
  destination = { instance_id = local.bastion }
  ports       = ["22"]
}

data "vpclab_reachability" "bastion_to_servers" {
  count       = 2
  network     = local.network
  source      = { instance_id = local.bastion }
  destination = { instance_id = local.servers[count.index] }
  ports       = ["22"]
}

data "vpclab_reachability" "internet_to_servers" {
  count       = 2
  network     = local.network
  source      = { internet = true }
  destination = { instance_id = local.servers[count.index] }
  protocol    = "any"
  expect      = "blocked"
}

output "servers_are_private" {
  value = alltrue(data.vpclab_reachability.internet_to_servers[*].satisfied)
}
