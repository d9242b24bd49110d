# Security groups with rules of every form: a whole set in one resource, single rules, an address group, deny rules.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

variable "broken" {
  description = "The rule that denies guests comes after the rule that allows everyone."
  type        = bool
  default     = false
}

resource "vpclab_security_group" "web" {
  name                 = "web"
  description          = "What the web servers accept"
  delete_default_rules = true
  tags                 = { tier = "web" }
}

resource "vpclab_address_group" "offices" {
  name = "offices"
  entries = [
    { address = "203.0.113.0/28", description = "head office" },
    { address = "198.51.100.7" },
    { address = "198.51.100.20-198.51.100.29" },
  ]
}

resource "vpclab_security_group_rules" "web" {
  security_group_id = vpclab_security_group.web.id
  rules = {
    http      = { direction = "ingress", protocol = "tcp", ports = ["80", "443"], remote_ip_prefix = "0.0.0.0/0" }
    http-ipv6 = { direction = "ingress", protocol = "tcp", ports = ["80", "443"], remote_ip_prefix = "::/0" }
    ssh       = { direction = "ingress", protocol = "tcp", ports = ["22"], remote_address_group_id = vpclab_address_group.offices.id }
    ping      = { direction = "ingress", protocol = "icmp", icmp_type = 8, icmp_code = 0 }
    members   = { direction = "ingress", remote_group_id = vpclab_security_group.web.id, priority = 50 }
    no-smtp   = { direction = "egress", protocol = "tcp", ports = ["25"], action = "deny" }
    out       = { direction = "egress", priority = 100 }
  }
}

resource "vpclab_security_group" "db" {
  name = "db"
}

resource "vpclab_security_group_rule" "db_from_inside" {
  security_group_id = vpclab_security_group.db.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["3306", "33060-33062"]
  remote_ip_prefix  = "10.0.0.0/16"
  priority          = 10
  description       = "MySQL from inside"
}

# Inside a group the rule with the smaller number decides.
resource "vpclab_security_group_rule" "db_deny_guests" {
  security_group_id = vpclab_security_group.db.id
  direction         = "ingress"
  remote_ip_prefix  = "10.0.9.0/24"
  action            = "deny"
  priority          = var.broken ? 20 : 1
}

resource "vpclab_vpc" "main" {
  name = "main"
  cidr = "10.0.0.0/16"
}

resource "vpclab_subnet" "part" {
  for_each = { guests = "10.0.9.0/24", servers = "10.0.1.0/24" }
  vpc_id   = vpclab_vpc.main.id
  name     = each.key
  cidr     = each.value
}

resource "vpclab_instance" "web" {
  name               = "web-1"
  subnet_id          = vpclab_subnet.part["servers"].id
  ip_address         = "10.0.1.10"
  security_group_ids = [vpclab_security_group.web.id]
  public_ip          = "203.0.113.10"
}

resource "vpclab_instance" "db" {
  name               = "db-1"
  subnet_id          = vpclab_subnet.part["servers"].id
  ip_address         = "10.0.1.20"
  security_group_ids = [vpclab_security_group.db.id]
}

# Through a local, so that the questions are decided during the plan.
locals {
  network = [
    vpclab_security_group.web, vpclab_security_group_rules.web, vpclab_address_group.offices, vpclab_security_group.db,
    vpclab_security_group_rule.db_from_inside, vpclab_security_group_rule.db_deny_guests, vpclab_vpc.main, vpclab_subnet.part,
    vpclab_instance.web, vpclab_instance.db,
  ]
  questions = {
    office_ssh   = { from = { address = "198.51.100.25" }, to = vpclab_instance.web.id, ports = ["22"], expect = "reachable" }
    stranger_ssh = { from = { address = "198.51.100.30" }, to = vpclab_instance.web.id, ports = ["22"], expect = "blocked" }
    web_to_db    = { from = { instance_id = vpclab_instance.web.id }, to = vpclab_instance.db.id, ports = ["3306"], expect = "reachable" }
    guests_to_db = { from = { subnet_id = vpclab_subnet.part["guests"].id }, to = vpclab_instance.db.id, ports = ["3306"], expect = "blocked" }
  }
}

data "vpclab_reachability" "promise" {
  for_each    = local.questions
  network     = local.network
  source      = merge({ address = null, instance_id = null, subnet_id = null }, each.value.from)
  destination = { instance_id = each.value.to }
  ports       = each.value.ports
  expect      = each.value.expect
}

output "satisfied" {
  value = { for name, answer in data.vpclab_reachability.promise : name => answer.satisfied }
}
