resource "vpclab_vpc" "shop" {
  name = "shop"
  cidr = "10.0.0.0/16"
}

resource "vpclab_subnet" "front" {
  vpc_id = vpclab_vpc.shop.id
  name   = "front"
  cidr   = "10.0.1.0/24"
}

data "vpclab_subnets" "of_shop" {
  vpc_id     = vpclab_vpc.shop.id
  depends_on = [vpclab_subnet.front]
}

output "blocks" {
  value = data.vpclab_subnets.of_shop.objects[*].cidr
}
