# A three-tier application: the web tier is public, each tier reaches only the next one, and a network ACL
# guards the database's subnet once more.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

variable "broken" {
  description = "The database accepts the web tier instead of the application tier."
  type        = bool
  default     = false
}

resource "vpclab_vpc" "app" {
  name            = "app"
  cidr            = "10.20.0.0/16"
  secondary_cidrs = ["10.21.0.0/20"]
  tags            = { app = "shop" }
}

locals {
  tiers = {
    web = { cidr = "10.20.1.0/24", port = "443", address = "10.20.1.10", from = null }
    app = { cidr = "10.20.2.0/24", port = "8080", address = "10.20.2.10", from = "web" }
    db  = { cidr = "10.21.0.0/24", port = "5432", address = "10.21.0.10", from = var.broken ? "web" : "app" }
  }
}

resource "vpclab_subnet" "tier" {
  for_each     = local.tiers
  vpc_id       = vpclab_vpc.app.id
  name         = each.key
  cidr         = each.value.cidr
  ipv6_enabled = each.key == "web"
}

resource "vpclab_security_group" "tier" {
  for_each = local.tiers
  name     = each.key
}

resource "vpclab_security_group_rule" "tier" {
  for_each          = local.tiers
  security_group_id = vpclab_security_group.tier[each.key].id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = [each.value.port]
  remote_ip_prefix  = each.value.from == null ? "0.0.0.0/0" : null
  remote_group_id   = each.value.from == null ? null : vpclab_security_group.tier[each.value.from].id
}

resource "vpclab_network_acl" "db" {
  name       = "db"
  subnet_ids = [vpclab_subnet.tier["db"].id]
  ingress_rules = [
    {
      name              = "app"
      action            = "allow"
      protocol          = "tcp"
      source_cidr       = local.tiers.app.cidr
      destination_ports = ["5432"]
    },
  ]
}

resource "vpclab_instance" "tier" {
  for_each           = local.tiers
  name               = "${each.key}-1"
  subnet_id          = vpclab_subnet.tier[each.key].id
  ip_address         = each.value.address
  security_group_ids = [vpclab_security_group.tier[each.key].id]
  public_ip          = each.key == "web" ? "203.0.113.10" : null
  listeners          = [{ protocol = "tcp", ports = [each.value.port] }]
  guest_firewall     = []
}

locals {
  network = [
    vpclab_vpc.app, vpclab_subnet.tier, vpclab_security_group.tier, vpclab_security_group_rule.tier,
    vpclab_network_acl.db, vpclab_instance.tier,
  ]
  id = { for name, i in vpclab_instance.tier : name => i.id }
}

data "vpclab_reachability" "internet_to_web" {
  network     = local.network
  source      = { internet = true }
  destination = { instance_id = local.id["web"] }
  ports       = ["443"]
}

data "vpclab_reachability" "app_to_db" {
  network     = local.network
  source      = { instance_id = local.id["app"] }
  destination = { instance_id = local.id["db"] }
  ports       = ["5432"]
}

data "vpclab_reachability" "web_to_db" {
  network     = local.network
  source      = { instance_id = local.id["web"] }
  destination = { instance_id = local.id["db"] }
  ports       = ["5432"]
  expect      = "blocked"
}

output "web_to_db" {
  value = data.vpclab_reachability.web_to_db.report
}
