locals {
  # Plain objects of the documented shape; ids are any texts.
  network = [
    { kind = "vpc", id = "app", name = "app", cidr = "10.0.0.0/16" },
    { kind = "subnet", id = "app-a", name = "a", vpc_id = "app", cidr = "10.0.1.0/24" },
    { kind = "network_acl", id = "idle", name = "idle", ingress_rules = [{ action = "deny", protocol = "any" }] },
  ]
}

output "findings" {
  value = provider::vpclab::analyze(local.network).findings[*].code
}
