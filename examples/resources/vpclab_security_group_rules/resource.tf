resource "vpclab_security_group" "example" {
  name = "example"
}

resource "vpclab_security_group_rules" "example" {
  security_group_id = vpclab_security_group.example.id
  rules = {
    https = { direction = "ingress", protocol = "tcp", ports = ["443"] }
    ping  = { direction = "ingress", protocol = "icmp", icmp_type = 8 }
    smtp  = { direction = "egress", protocol = "tcp", ports = ["25"], action = "deny" }
  }
}
