provider "vpclab" {
  project_id = "network-team"
}

provider "vpclab" {
  alias      = "app"
  project_id = "app-team"
}

resource "vpclab_vpc" "hub" {
  name = "hub"
  cidr = "10.0.0.0/16"
}

resource "vpclab_vpc" "app" {
  provider = vpclab.app
  name     = "app"
  cidr     = "10.1.0.0/16"
}

resource "vpclab_vpc_peering_connection" "example" {
  name            = "hub-app"
  vpc_id          = vpclab_vpc.hub.id
  peer_vpc_id     = vpclab_vpc.app.id
  peer_project_id = "app-team"
}

resource "vpclab_vpc_peering_connection_accepter" "example" {
  provider                  = vpclab.app
  vpc_peering_connection_id = vpclab_vpc_peering_connection.example.id
}
