# A security group without the cloud's default rules, and the rules of a web server that is looked after over SSH and
# remote desktop: ping and a list of ports in, everything out, in both address families.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

variable "broken" {
  description = "The web servers accept plain HTTP as well."
  type        = bool
  default     = false
}

resource "vpclab_security_group" "web" {
  name                 = "web"
  description          = "What the web servers accept"
  delete_default_rules = true
}

resource "vpclab_security_group_rule" "ping" {
  security_group_id = vpclab_security_group.web.id
  direction         = "ingress"
  protocol          = "icmp"
  remote_ip_prefix  = "0.0.0.0/0"
}

resource "vpclab_security_group_rule" "services" {
  security_group_id = vpclab_security_group.web.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = concat(["22-23", "443", "3389", "30100-30130"], var.broken ? ["80"] : [])
  remote_ip_prefix  = "0.0.0.0/0"
}

resource "vpclab_security_group_rule" "out" {
  for_each          = { ipv4 = "0.0.0.0/0", ipv6 = "::/0" }
  security_group_id = vpclab_security_group.web.id
  direction         = "egress"
  remote_ip_prefix  = each.value
}

resource "vpclab_vpc" "main" {
  name = "main"
  cidr = "10.0.0.0/16"
}

resource "vpclab_subnet" "main" {
  vpc_id = vpclab_vpc.main.id
  name   = "main"
  cidr   = "10.0.1.0/24"
}

resource "vpclab_instance" "web" {
  name               = "web-1"
  subnet_id          = vpclab_subnet.main.id
  ip_address         = "10.0.1.10"
  security_group_ids = [vpclab_security_group.web.id]
  public_ip          = "203.0.113.10"
}

locals {
  network = [
    vpclab_security_group.web, vpclab_security_group_rule.ping, vpclab_security_group_rule.services,
    vpclab_security_group_rule.out, vpclab_vpc.main, vpclab_subnet.main, vpclab_instance.web,
  ]
  web = vpclab_instance.web.id
}

# What the Internet may reach, and what it may not.
data "vpclab_reachability" "from_internet" {
  for_each = {
    https         = { ports = ["443"], expect = "reachable" }
    agents        = { ports = ["30100-30130"], expect = "reachable" }
    http          = { ports = ["80"], expect = "blocked" }
    beside_agents = { ports = ["30131-30199"], expect = "blocked" }
  }
  network     = local.network
  source      = { internet = true }
  destination = { instance_id = local.web }
  protocol    = "tcp"
  ports       = each.value.ports
  expect      = each.value.expect
}

output "verdicts" {
  value = { for name, answer in data.vpclab_reachability.from_internet : name => answer.verdict }
}
