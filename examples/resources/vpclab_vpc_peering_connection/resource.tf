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
