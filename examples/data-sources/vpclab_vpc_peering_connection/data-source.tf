resource "vpclab_vpc" "shop" {
  name = "shop"
  cidr = "10.0.0.0/16"
}

resource "vpclab_vpc" "office" {
  name = "office"
  cidr = "10.1.0.0/16"
}

resource "vpclab_vpc_peering_connection" "shop_office" {
  name        = "shop-office"
  vpc_id      = vpclab_vpc.shop.id
  peer_vpc_id = vpclab_vpc.office.id
}

data "vpclab_vpc_peering_connection" "shop_office" {
  vpc_id      = vpclab_vpc.shop.id
  peer_vpc_id = vpclab_vpc.office.id
  depends_on  = [vpclab_vpc_peering_connection.shop_office]
}
