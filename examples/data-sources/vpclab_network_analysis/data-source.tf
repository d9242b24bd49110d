resource "vpclab_vpc" "example" {
  name = "example"
  cidr = "10.0.0.0/16"
}

resource "vpclab_subnet" "example" {
  vpc_id = vpclab_vpc.example.id
  name   = "example"
  cidr   = "10.0.1.0/24"
}

resource "vpclab_security_group" "web" {
  name = "web"
}

resource "vpclab_security_group_rule" "https" {
  security_group_id = vpclab_security_group.web.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["443"]
}

resource "vpclab_instance" "web" {
  name               = "web-1"
  subnet_id          = vpclab_subnet.example.id
  ip_address         = "10.0.1.10"
  security_group_ids = [vpclab_security_group.web.id]
  public_ip          = "203.0.113.10"
}

# Through a local: a direct reference would put the analysis off to the apply.
locals {
  network = [
    vpclab_vpc.example, vpclab_subnet.example, vpclab_security_group.web, vpclab_security_group_rule.https,
    vpclab_instance.web,
  ]
}

data "vpclab_network_analysis" "example" {
  network = local.network
  fail_on = ["acl_sg_conflict", "vpc_disconnected", "warning"]
}

output "who_reaches_whom" {
  value = { for pair in data.vpclab_network_analysis.example.matrix : pair.ends => pair.traffic }
}
