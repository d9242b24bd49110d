# A database that its web servers reach through a network ACL. Broken, the ACL is switched off while its subnet is still
# bound to it: its rules are gone, its final deny is not.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

variable "broken" {
  description = "The network ACL is switched off."
  type        = bool
  default     = false
}

resource "vpclab_vpc" "app" {
  name = "app"
  cidr = "10.10.0.0/16"
}

resource "vpclab_subnet" "web" {
  vpc_id = vpclab_vpc.app.id
  name   = "web"
  cidr   = "10.10.1.0/24"
}

resource "vpclab_subnet" "db" {
  vpc_id = vpclab_vpc.app.id
  name   = "db"
  cidr   = "10.10.2.0/24"
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
  enabled    = !var.broken
  subnet_ids = [vpclab_subnet.db.id]
  ingress_rules = [
    {
      name              = "web"
      action            = "allow"
      protocol          = "tcp"
      source_cidr       = vpclab_subnet.web.cidr
      destination_ports = ["5432"]
    },
  ]
}

resource "vpclab_instance" "web" {
  name               = "web-1"
  subnet_id          = vpclab_subnet.web.id
  ip_address         = "10.10.1.10"
  security_group_ids = [vpclab_security_group.web.id]
}

resource "vpclab_instance" "db" {
  name               = "db-1"
  subnet_id          = vpclab_subnet.db.id
  ip_address         = "10.10.2.10"
  security_group_ids = [vpclab_security_group.db.id]
}

# Through a local, so that the question is decided during the plan.
locals {
  network = [
    vpclab_vpc.app, vpclab_subnet.web, vpclab_subnet.db, vpclab_security_group.web, vpclab_security_group.db,
    vpclab_security_group_rule.db_from_web, vpclab_instance.web, vpclab_instance.db,
    vpclab_network_acl.db,
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
