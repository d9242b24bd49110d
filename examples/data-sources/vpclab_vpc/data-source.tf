resource "vpclab_vpc" "example" {
  name = "example"
  cidr = "10.0.0.0/16"
}

data "vpclab_vpc" "example" {
  id = vpclab_vpc.example.id
}
