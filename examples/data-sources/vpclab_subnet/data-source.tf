resource "vpclab_vpc" "shop" {
  name = "shop"
  cidr = "10.0.0.0/16"
}

resource "vpclab_subnet" "front" {
  vpc_id = vpclab_vpc.shop.id
  name   = "front"
  cidr   = "10.0.1.0/24"
}

# A subnet that another configuration made, by the name of its VPC and its own.
data "vpclab_vpc" "shop" {
  name       = "shop"
  depends_on = [vpclab_vpc.shop]
}

data "vpclab_subnet" "front" {
  vpc_id     = data.vpclab_vpc.shop.id
  name       = "front"
  depends_on = [vpclab_subnet.front]
}
