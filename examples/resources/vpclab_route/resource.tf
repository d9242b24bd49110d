resource "vpclab_vpc" "example" {
  name = "example"
  cidr = "10.0.0.0/16"
}

resource "vpclab_vpc" "peer" {
  name = "peer"
  cidr = "10.1.0.0/16"
}

resource "vpclab_vpc_peering_connection" "example" {
  name        = "example"
  vpc_id      = vpclab_vpc.example.id
  peer_vpc_id = vpclab_vpc.peer.id
}

resource "vpclab_route" "example" {
  vpc_id      = vpclab_vpc.example.id
  destination = vpclab_vpc.peer.cidr
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.example.id
}

# The answers need a way back.
resource "vpclab_route" "back" {
  vpc_id      = vpclab_vpc.peer.id
  destination = vpclab_vpc.example.cidr
  type        = "peering"
  nexthop     = vpclab_vpc_peering_connection.example.id
}
