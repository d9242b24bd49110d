resource "vpclab_address_group" "offices" {
  name    = "offices"
  entries = [{ address = "198.51.100.0/24" }]
}

data "vpclab_address_group" "offices" {
  name       = "offices"
  depends_on = [vpclab_address_group.offices]
}
