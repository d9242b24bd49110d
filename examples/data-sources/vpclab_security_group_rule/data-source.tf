resource "vpclab_security_group" "web" {
  name = "web"
}

resource "vpclab_security_group_rule" "https" {
  security_group_id = vpclab_security_group.web.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["443"]
}

data "vpclab_security_group_rule" "https" {
  id = vpclab_security_group_rule.https.id
}
