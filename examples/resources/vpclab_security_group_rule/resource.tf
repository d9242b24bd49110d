resource "vpclab_security_group" "example" {
  name = "example"
}

resource "vpclab_security_group_rule" "example" {
  security_group_id = vpclab_security_group.example.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["443", "8000-8010"]
  remote_ip_prefix  = "10.0.0.0/16"
}
