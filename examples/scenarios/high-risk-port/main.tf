# A service on the Internet. Broken, it uses a port that carriers are known to block: the cloud lets the packets through,
# and some of its users never arrive. That is a warning, not a failure.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

variable "broken" {
  description = "The service uses a port that carriers block."
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

resource "vpclab_security_group" "web" {
  name = "web"
}

locals {
  port = var.broken ? "4444" : "8443"
}

resource "vpclab_security_group_rule" "service" {
  security_group_id = vpclab_security_group.web.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = [local.port]
  remote_ip_prefix  = "0.0.0.0/0"
}

resource "vpclab_instance" "web" {
  name               = "web-1"
  subnet_id          = vpclab_subnet.web.id
  ip_address         = "10.10.1.10"
  security_group_ids = [vpclab_security_group.web.id]
  public_ip          = "203.0.113.10"
}

# Through a local, so that the question is decided during the plan.
locals {
  network = [
    vpclab_vpc.app, vpclab_subnet.web, vpclab_security_group.web, vpclab_security_group_rule.service, vpclab_instance.web,
  ]
  web = vpclab_instance.web.id
}

data "vpclab_reachability" "from_internet" {
  network     = local.network
  source      = { internet = true }
  destination = { instance_id = local.web }
  protocol    = "tcp"
  ports       = [local.port]
}

output "verdict" {
  value = data.vpclab_reachability.from_internet.verdict
}
