# A configuration as its author would write it for the real cloud; the values of the resources stand in for the resources
# themselves, so that this runs without the real provider.
terraform {
  required_providers {
    vpclab = { source = "vpclab/vpclab" }
  }
}

variable "acl_action" {
  type    = string
  default = "allow"
}

variable "with_route_back" {
  type    = bool
  default = true
}

# What the cloud fills in is not known before the apply.
resource "terraform_data" "late" {}

locals {
  huaweicloud_vpc = {
    app  = { name = "app", cidr = "10.1.0.0/16", id = terraform_data.late.id, secondary_cidrs = terraform_data.late.output }
    data = { name = "data", cidr = "10.2.0.0/16", secondary_cidrs = ["10.3.0.0/24"] }
  }
  huaweicloud_vpc_subnet = {
    app  = { name = "app", cidr = "10.1.1.0/24", gateway_ip = "10.1.1.1" }
    data = { name = "data", cidr = "10.2.1.0/24", gateway_ip = "10.2.1.1" }
  }
  huaweicloud_networking_secgroup = {
    app  = { name = "app", delete_default_rules = null }
    data = { name = "data", delete_default_rules = true }
  }
  huaweicloud_networking_secgroup_rule = {
    ports = {
      direction = "ingress", ethertype = "IPv4", protocol = "tcp", ports = "5432,6432-6440", remote_ip_prefix = "10.1.0.0/16"
      action    = terraform_data.late.id, priority = terraform_data.late.id, port_range_min = terraform_data.late.id
    }
    range = { direction = "ingress", ethertype = "IPv4", protocol = "tcp", port_range_min = 9000, port_range_max = 9010 }
    ping  = { direction = "ingress", ethertype = "IPv4", protocol = "icmp", port_range_min = 0, port_range_max = 0 }
  }
  huaweicloud_vpc_network_acl = {
    data = {
      name = "data"
      ingress_rules = [
        { rule_id = terraform_data.late.id, action = var.acl_action, protocol = "tcp", ip_version = 4, source_ip_address = "10.1.1.0/24", destination_port = "5432" },
        { action = "allow", protocol = "any", ip_version = 4 },
      ]
    }
  }
  huaweicloud_vpc_route = {
    app_to_data = { destination = "10.2.0.0/16", type = "peering" }
    data_to_app = { destination = "10.1.0.0/16", type = "peering" }
  }
}

module "network" {
  source = "../.."

  vpcs = local.huaweicloud_vpc
  subnets = {
    app  = { vpc = "app", resource = local.huaweicloud_vpc_subnet.app }
    data = { vpc = "data", resource = local.huaweicloud_vpc_subnet.data }
  }
  security_groups = local.huaweicloud_networking_secgroup
  security_group_rules = {
    ports = { security_group = "data", action = "allow", priority = 1, resource = local.huaweicloud_networking_secgroup_rule.ports }
    range = { security_group = "data", remote_group = "app", resource = local.huaweicloud_networking_secgroup_rule.range }
    ping  = { security_group = "data", resource = local.huaweicloud_networking_secgroup_rule.ping }
  }
  network_acls = { data = { subnets = ["data"], resource = local.huaweicloud_vpc_network_acl.data } }
  peerings     = { both = { vpc = "app", peer_vpc = "data" } }
  routes = merge(
    { app_to_data = { vpc = "app", peering = "both", resource = local.huaweicloud_vpc_route.app_to_data } },
    var.with_route_back ? { data_to_app = { vpc = "data", peering = "both", resource = local.huaweicloud_vpc_route.data_to_app } } : {},
  )
  instances = {
    app  = { subnet = "app", security_groups = ["app"], ip_address = "10.1.1.10" }
    data = { subnet = "data", security_groups = ["data"], ip_address = "10.2.1.10", public_ip = "203.0.113.20" }
  }
}

data "vpclab_reachability" "app_to_data" {
  for_each    = toset(["5432", "6440", "9005", "8000"])
  network     = module.network.network
  source      = { instance_id = module.network.instance_ids["app"] }
  destination = { instance_id = module.network.instance_ids["data"] }
  ports       = [each.key]
  on_failure  = "report"
}

output "verdicts" {
  value = { for port, answer in data.vpclab_reachability.app_to_data : port => answer.verdict }
}

output "codes" {
  value = data.vpclab_reachability.app_to_data["5432"].findings[*].code
}
