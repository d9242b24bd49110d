resource "vpclab_vpc" "example" {
  name = "example"
  cidr = "10.0.0.0/16"
}

resource "vpclab_subnet" "example" {
  vpc_id = vpclab_vpc.example.id
  name   = "example"
  cidr   = "10.0.1.0/24"
}

resource "vpclab_network_acl" "example" {
  name       = "example"
  subnet_ids = [vpclab_subnet.example.id]

  # The first rule that matches decides; what none matches is denied.
  ingress_rules = [
    { name = "guests", action = "deny", protocol = "any", source_cidr = "10.0.9.0/24" },
    { name = "https", action = "allow", protocol = "tcp", destination_ports = ["443"] },
  ]
  egress_rules = [
    { action = "allow", protocol = "any" },
  ]
}
