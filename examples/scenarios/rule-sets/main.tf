# Security groups with rules of every form: a whole set in one resource, single rules, an address group, deny rules.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
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

resource "vpclab_security_group_rule" "db_from_web" {
  security_group_id = vpclab_security_group.db.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["3306", "33060-33062"]
  remote_group_id   = vpclab_security_group.web.id
  description       = "MySQL from the web servers"
}

resource "vpclab_security_group_rule" "db_deny_guests" {
  security_group_id = vpclab_security_group.db.id
  direction         = "ingress"
  remote_ip_prefix  = "10.0.9.0/24"
  action            = "deny"
  priority          = 1
}
