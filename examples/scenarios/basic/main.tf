# One VPC with one subnet: the smallest network there is.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

resource "vpclab_vpc" "main" {
  name = "main"
  cidr = "192.168.0.0/16"
}

resource "vpclab_subnet" "main" {
  vpc_id      = vpclab_vpc.main.id
  name        = "main"
  cidr        = "192.168.0.0/20"
  gateway_ip  = "192.168.0.1"
  dns_servers = ["100.125.1.250", "100.125.129.250"]
}

output "subnet_id" {
  value = vpclab_subnet.main.id
}
