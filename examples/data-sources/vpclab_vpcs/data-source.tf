resource "vpclab_vpc" "example" {
  name = "example"
  cidr = "10.0.0.0/16"
}

data "vpclab_vpcs" "all" {
  depends_on = [vpclab_vpc.example]
}
