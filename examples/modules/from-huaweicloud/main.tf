# Maps resources of the cloud's own provider to the plain objects that vpclab decides on, so that a configuration written
# for the real cloud is proven by its own plan. The module takes plain objects and needs neither provider.
#
# The ids of real resources are not known before the apply. What belongs to what is therefore said with names of your own,
# the keys of the maps: a subnet names the key of its VPC, a rule the key of its group. Everything else is read from the
# resources.
#
# Attributes that the real provider fills in where you leave them out are not known before the apply either, and a verdict
# that rests on one is undetermined. Write them down in the resource, action and priority of a rule for example, or beside
# it: what stands beside resource goes first.
#
#   module "network" {
#     source          = "./from-huaweicloud"
#     vpcs            = { app = huaweicloud_vpc.app }
#     subnets         = { web = { vpc = "app", resource = huaweicloud_vpc_subnet.web } }
#     security_groups = { web = huaweicloud_networking_secgroup.web }
#     security_group_rules = {
#       https = { security_group = "web", action = "allow", priority = 1, resource = huaweicloud_networking_secgroup_rule.https }
#     }
#     instances = {
#       web = { subnet = "web", security_groups = ["web"], ip_address = "10.0.1.10" }
#     }
#   }

variable "vpcs" {
  description = "huaweicloud_vpc by key."
  type        = any
  default     = {}
}

variable "subnets" {
  description = "By key: vpc, the key of the VPC, and resource, the huaweicloud_vpc_subnet."
  type        = any
  default     = {}
}

variable "security_groups" {
  description = "huaweicloud_networking_secgroup by key."
  type        = any
  default     = {}
}

variable "security_group_rules" {
  description = <<-EOT
    By key: security_group, the key of the group; remote_group, the key of the group that is the peer, if the rule has
    one; and resource, the huaweicloud_networking_secgroup_rule. Beside it action, priority and remote_ip_prefix, where
    the resource leaves them to the cloud.
  EOT
  type        = any
  default     = {}
}

variable "network_acls" {
  description = "By key: subnets, the keys of the subnets, and resource, the huaweicloud_vpc_network_acl."
  type        = any
  default     = {}
}

variable "peerings" {
  description = <<-EOT
    By key: vpc and peer_vpc, the keys of the two VPCs; accepted, false while the other account has not accepted the
    connection.
  EOT
  type        = any
  default     = {}
}

variable "routes" {
  description = <<-EOT
    By key: vpc, the key of the VPC; peering, the key of the connection that is the next hop, or instance, the key of the
    instance; and resource, the huaweicloud_vpc_route.
  EOT
  type        = any
  default     = {}
}

variable "instances" {
  description = <<-EOT
    By key: subnet, the key of the subnet; security_groups, the keys of the groups in their order; ip_address and, if
    there is one, public_ip. Give an instance a fixed address: one that the cloud chooses is not known at plan.
  EOT
  type        = any
  default     = {}
}

locals {
  vpc = [for key, r in var.vpcs : {
    # Secondary blocks are left out: routes lead to subnets, whatever block these are cut from.
    kind = "vpc"
    id   = "vpc-${key}"
    name = r.name
    cidr = r.cidr
  }]

  subnet = [for key, s in var.subnets : {
    kind       = "subnet"
    id         = "subnet-${key}"
    name       = s.resource.name
    vpc_id     = "vpc-${s.vpc}"
    cidr       = s.resource.cidr
    gateway_ip = s.resource.gateway_ip
  }]

  security_group = [for key, r in var.security_groups : {
    kind                 = "security_group"
    id                   = "group-${key}"
    name                 = r.name
    delete_default_rules = try(r.delete_default_rules, false) == true
  }]

  # "ports" is a text such as "22,8000-8010"; the older form has a first and a last port.
  rule_ports = { for key, rule in var.security_group_rules : key =>
    try(rule.resource.ports, null) != null && try(rule.resource.ports, "") != "" ? split(",", rule.resource.ports) :
    try(rule.resource.port_range_min, null) != null && try(rule.resource.port_range_min, 0) != 0 ?
    ["${rule.resource.port_range_min}-${rule.resource.port_range_max}"] : []
  }

  security_group_rule = [for key, rule in var.security_group_rules : {
    kind              = "security_group_rule"
    id                = "rule-${key}"
    security_group_id = "group-${rule.security_group}"
    direction         = rule.resource.direction
    ethertype         = try(coalesce(rule.resource.ethertype), "IPv4")
    protocol          = try(coalesce(rule.resource.protocol), "any")
    ports             = contains(["tcp", "udp", "6", "17"], try(coalesce(rule.resource.protocol), "any")) ? local.rule_ports[key] : []
    remote_ip_prefix  = try(rule.remote_group, null) == null ? try(rule.remote_ip_prefix, rule.resource.remote_ip_prefix, null) : null
    remote_group_id   = try(rule.remote_group, null) == null ? null : "group-${rule.remote_group}"
    action            = try(rule.action, rule.resource.action, "allow")
    priority          = try(rule.priority, rule.resource.priority, 1)
  }]

  # No try() around the lists: each rule holds an id that is not known yet, and try() would make the whole list unknown.
  network_acl = [for key, acl in var.network_acls : {
    kind       = "network_acl"
    id         = "acl-${key}"
    name       = acl.resource.name
    enabled    = try(coalesce(acl.resource.enabled), true)
    subnet_ids = [for s in acl.subnets : "subnet-${s}"]
    ingress_rules = flatten([for rules in [lookup(acl.resource, "ingress_rules", [])] : [for rule in rules : {
      name              = try(rule.name, null)
      action            = rule.action
      protocol          = rule.protocol
      ip_version        = rule.ip_version
      source_cidr       = try(coalesce(rule.source_ip_address), null)
      destination_cidr  = try(coalesce(rule.destination_ip_address), null)
      source_ports      = try(split(",", coalesce(rule.source_port)), null)
      destination_ports = try(split(",", coalesce(rule.destination_port)), null)
    }] if rules != null])
    egress_rules = flatten([for rules in [lookup(acl.resource, "egress_rules", [])] : [for rule in rules : {
      name              = try(rule.name, null)
      action            = rule.action
      protocol          = rule.protocol
      ip_version        = rule.ip_version
      source_cidr       = try(coalesce(rule.source_ip_address), null)
      destination_cidr  = try(coalesce(rule.destination_ip_address), null)
      source_ports      = try(split(",", coalesce(rule.source_port)), null)
      destination_ports = try(split(",", coalesce(rule.destination_port)), null)
    }] if rules != null])
  }]

  peering = [for key, p in var.peerings : {
    kind        = "vpc_peering_connection"
    id          = "peering-${key}"
    name        = key
    vpc_id      = "vpc-${p.vpc}"
    peer_vpc_id = "vpc-${p.peer_vpc}"
    status      = try(p.accepted, true) ? "ACTIVE" : "PENDING_ACCEPTANCE"
  }]

  route = [for key, route in var.routes : {
    kind        = "route"
    id          = "route-${key}"
    vpc_id      = "vpc-${route.vpc}"
    destination = route.resource.destination
    type        = route.resource.type
    nexthop     = try("peering-${route.peering}", "instance-${route.instance}")
  }]

  instance = [for key, i in var.instances : {
    kind               = "instance"
    id                 = "instance-${key}"
    name               = key
    subnet_id          = "subnet-${i.subnet}"
    ip_address         = i.ip_address
    security_group_ids = [for g in i.security_groups : "group-${g}"]
    public_ip          = try(i.public_ip, null)
  }]
}

output "network" {
  description = "What to hand over as the network of a question, a guard or a function."
  value = [
    local.vpc, local.subnet, local.security_group, local.security_group_rule, local.network_acl, local.peering, local.route,
    local.instance,
  ]
}

output "instance_ids" {
  description = "The id of each instance in that network, by key."
  value       = { for key, _ in var.instances : key => "instance-${key}" }
}

output "subnet_ids" {
  description = "The id of each subnet in that network, by key."
  value       = { for key, _ in var.subnets : key => "subnet-${key}" }
}
