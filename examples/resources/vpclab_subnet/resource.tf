resource "vpclab_vpc" "example" {
  name = "example"
  cidr = "10.0.0.0/16"
}

resource "vpclab_subnet" "example" {
  vpc_id       = vpclab_vpc.example.id
  name         = "example"
  cidr         = "10.0.1.0/24"
  ipv6_enabled = true
  dns_servers  = ["100.125.1.250"]
}
