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

resource "vpclab_route" "to_office" {
  vpc_id      = vpclab_vpc.shop.id
  destination = vpclab_vpc.office.cidr
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.shop_office.id
}

data "vpclab_routes" "over_peerings" {
  vpc_id     = vpclab_vpc.shop.id
  type       = "peering"
  depends_on = [vpclab_route.to_office]
}
