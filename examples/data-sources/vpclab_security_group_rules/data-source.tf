resource "vpclab_security_group" "web" {
  name = "web"
}

resource "vpclab_security_group_rule" "https" {
  security_group_id = vpclab_security_group.web.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["443"]
}

# A new group comes with two rules of its own; delete_default_rules leaves them out.
data "vpclab_security_group_rules" "ingress" {
  security_group_id = vpclab_security_group.web.id
  direction         = "ingress"
  depends_on        = [vpclab_security_group_rule.https]
}

output "opened" {
  value = flatten(data.vpclab_security_group_rules.ingress.objects[*].ports)
}
