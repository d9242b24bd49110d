resource "vpclab_vpc" "example" {
  name = "example"
  cidr = "10.0.0.0/16"
}

resource "vpclab_subnet" "example" {
  vpc_id = vpclab_vpc.example.id
  name   = "example"
  cidr   = "10.0.1.0/24"
}

resource "vpclab_security_group" "web" {
  name = "web"
}

resource "vpclab_security_group_rule" "https" {
  security_group_id = vpclab_security_group.web.id
  direction         = "ingress"
  protocol          = "tcp"
  ports             = ["443"]
}

resource "vpclab_instance" "web" {
  name               = "web-1"
  subnet_id          = vpclab_subnet.example.id
  ip_address         = "10.0.1.10"
  security_group_ids = [vpclab_security_group.web.id]
  public_ip          = "203.0.113.10"
}

# Decided in every plan, on the lab as the plan leaves it.
resource "vpclab_reachability_guard" "example" {
  depends_on = [vpclab_security_group_rule.https, vpclab_instance.web]

  intents = {
    internet_reaches_https = {
      source      = { internet = true }
      destination = { security_group_ids = [vpclab_security_group.web.id] }
      ports       = ["443"]
    }
    no_ssh_from_the_internet = {
      source      = { internet = true }
      destination = { all_instances = true }
      ports       = ["22"]
      expect      = "blocked"
    }
  }
}
