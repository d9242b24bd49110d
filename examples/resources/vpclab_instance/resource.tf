resource "vpclab_vpc" "example" {
  name = "example"
  cidr = "10.0.0.0/16"
}

resource "vpclab_subnet" "example" {
  vpc_id = vpclab_vpc.example.id
  name   = "example"
  cidr   = "10.0.1.0/24"
}

resource "vpclab_security_group" "example" {
  name = "example"
}

resource "vpclab_instance" "example" {
  name               = "web-1"
  subnet_id          = vpclab_subnet.example.id
  ip_address         = "10.0.1.10"
  security_group_ids = [vpclab_security_group.example.id]
  public_ip          = "203.0.113.10"
  listeners          = [{ protocol = "tcp", ports = ["443"] }]
  guest_firewall     = [{ action = "deny", protocol = "tcp", ports = ["23"] }]
}
