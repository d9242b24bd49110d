resource "vpclab_vpc" "example" {
  name            = "example"
  cidr            = "10.0.0.0/16"
  secondary_cidrs = ["10.1.0.0/20"]
  tags            = { env = "test" }
}
