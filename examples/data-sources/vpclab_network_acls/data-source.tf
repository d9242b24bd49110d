resource "vpclab_vpc" "shop" {
  name = "shop"
  cidr = "10.0.0.0/16"
}

resource "vpclab_subnet" "front" {
  vpc_id = vpclab_vpc.shop.id
  name   = "front"
  cidr   = "10.0.1.0/24"
}

resource "vpclab_network_acl" "front" {
  name       = "front"
  subnet_ids = [vpclab_subnet.front.id]

  ingress_rules = [
    { action = "allow", protocol = "tcp", destination_ports = ["443"] },
  ]
}

data "vpclab_network_acls" "all" {
  depends_on = [vpclab_network_acl.front]
}

output "disabled" {
  value = [for acl in data.vpclab_network_acls.all.objects : acl.name if !acl.enabled]
}
