# The same network with the repair the failing plan proposed: an allow rule before the deny rule.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

resource "vpclab_vpc" "shop" {
  name = "shop"
  cidr = "10.0.0.0/16"
}

resource "vpclab_subnet" "web" {
  vpc_id = vpclab_vpc.shop.id
  name   = "web"
  cidr   = "10.0.1.0/24"
}

resource "vpclab_subnet" "db" {
  vpc_id = vpclab_vpc.shop.id
  name   = "db"
  cidr   = "10.0.2.0/24"
}

resource "vpclab_security_group" "web" {
  name = "web"
}

resource "vpclab_security_group" "db" {
  name = "db"
}

resource "vpclab_security_group_rule" "db_from_web" {
  security_group_id = vpclab_security_group.db.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["5432"]
  remote_group_id   = vpclab_security_group.web.id
}

resource "vpclab_network_acl" "db" {
  name       = "db"
  subnet_ids = [vpclab_subnet.db.id]
  ingress_rules = [
    { name = "web", action = "allow", protocol = "tcp", source_cidr = "10.0.1.10/32", destination_cidr = "10.0.2.10/32", destination_ports = ["5432"] },
    { name = "no-office", action = "deny", protocol = "tcp", source_cidr = "10.0.0.0/16", destination_ports = ["5000-6000"] },
    { name = "rest", action = "allow", protocol = "any" },
  ]
  egress_rules = [
    { name = "all", action = "allow", protocol = "any" },
  ]
}

resource "vpclab_instance" "web" {
  name               = "web-1"
  subnet_id          = vpclab_subnet.web.id
  ip_address         = "10.0.1.10"
  security_group_ids = [vpclab_security_group.web.id]
}

resource "vpclab_instance" "db" {
  name               = "db-1"
  subnet_id          = vpclab_subnet.db.id
  ip_address         = "10.0.2.10"
  security_group_ids = [vpclab_security_group.db.id]
}

# The network goes through a local, so that Terraform reads the question during plan.
locals {
  network = [
    vpclab_vpc.shop, vpclab_subnet.web, vpclab_subnet.db, vpclab_security_group.web, vpclab_security_group.db,
    vpclab_security_group_rule.db_from_web, vpclab_network_acl.db, vpclab_instance.web, vpclab_instance.db,
  ]
  web = vpclab_instance.web.id
  db  = vpclab_instance.db.id
}

data "vpclab_reachability" "web_to_db" {
  network     = local.network
  source      = { instance_id = local.web }
  destination = { instance_id = local.db }
  protocol    = "tcp"
  ports       = ["5432"]
}

output "verdict" {
  value = data.vpclab_reachability.web_to_db.verdict
}
