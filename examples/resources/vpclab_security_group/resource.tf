resource "vpclab_security_group" "example" {
  name                 = "example"
  description          = "Starts without the four default rules"
  delete_default_rules = true
}
