# One VPC with one subnet that names its gateway and its resolvers: the smallest network there is.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

variable "vpc_cidr" {
  description = "The block of the VPC."
  type        = string
  default     = "192.168.0.0/16"

  validation {
    condition     = can(cidrsubnet(var.vpc_cidr, 4, 0))
    error_message = "The block must have room for sixteen subnets."
  }
}

locals {
  subnet_cidr = cidrsubnet(var.vpc_cidr, 4, 0)
}

resource "vpclab_vpc" "main" {
  name = "main"
  cidr = var.vpc_cidr
}

resource "vpclab_subnet" "main" {
  vpc_id      = vpclab_vpc.main.id
  name        = "main"
  cidr        = local.subnet_cidr
  gateway_ip  = cidrhost(local.subnet_cidr, 1)
  dns_servers = ["100.125.1.250", "100.125.129.250"]
}

output "subnet_id" {
  value = vpclab_subnet.main.id
}
