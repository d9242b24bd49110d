resource "vpclab_vpc" "shop" {
  name = "shop"
  cidr = "10.0.0.0/16"
}

resource "vpclab_subnet" "front" {
  vpc_id = vpclab_vpc.shop.id
  name   = "front"
  cidr   = "10.0.1.0/24"
}

resource "vpclab_security_group" "web" {
  name = "web"
}

resource "vpclab_instance" "web" {
  name               = "web-1"
  subnet_id          = vpclab_subnet.front.id
  ip_address         = "10.0.1.10"
  security_group_ids = [vpclab_security_group.web.id]
}

data "vpclab_instances" "of_front" {
  subnet_id  = vpclab_subnet.front.id
  depends_on = [vpclab_instance.web]
}

output "addresses" {
  value = data.vpclab_instances.of_front.objects[*].ip_address
}
