resource "vpclab_address_group" "example" {
  name = "offices"
  entries = [
    { address = "203.0.113.0/28", description = "head office" },
    { address = "198.51.100.20-198.51.100.29" },
  ]
}
