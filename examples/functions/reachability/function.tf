locals {
  # Plain objects of the documented shape; ids are any texts.
  network = [
    { kind = "vpc", id = "app", name = "app", cidr = "10.0.0.0/16" },
    { kind = "subnet", id = "app-a", name = "a", vpc_id = "app", cidr = "10.0.1.0/24" },
    { kind = "security_group", id = "web", name = "web" },
    { kind = "security_group_rule", id = "https", security_group_id = "web", direction = "ingress", protocol = "tcp", ports = ["443"] },
    { kind = "instance", id = "web-1", name = "web-1", subnet_id = "app-a", ip_address = "10.0.1.10", security_group_ids = ["web"], public_ip = "203.0.113.10" },
  ]
}

output "https" {
  value = provider::vpclab::reachability(local.network, {
    source      = { internet = true }
    destination = { instance_id = "web-1" }
    ports       = ["443"]
  }).verdict

  precondition {
    condition = provider::vpclab::reachability(local.network, {
      source      = { internet = true }
      destination = { instance_id = "web-1" }
      ports       = ["22"]
      expect      = "blocked"
    }).satisfied
    error_message = "SSH is open to the Internet."
  }
}
