resource "vpclab_security_group" "web" {
  name = "web"
}

data "vpclab_security_group" "web" {
  name       = "web"
  depends_on = [vpclab_security_group.web]
}
