resource "vpclab_vpc" "example" {
  name = "example"
  cidr = "10.0.0.0/16"
}

resource "vpclab_subnet" "example" {
  vpc_id = vpclab_vpc.example.id
  name   = "example"
  cidr   = "10.0.1.0/24"
}

resource "vpclab_route_table" "example" {
  vpc_id     = vpclab_vpc.example.id
  name       = "example"
  subnet_ids = [vpclab_subnet.example.id]
}
