run "works" {
  command = plan

  assert {
    condition     = vpclab_subnet.main.cidr == "192.168.0.0/20" && output.subnet_id == vpclab_subnet.main.id
    error_message = "The subnet is ${vpclab_subnet.main.cidr}."
  }
}

run "too_small" {
  command = plan

  variables {
    vpc_cidr = "192.168.0.0/30"
  }

  expect_failures = [var.vpc_cidr]
}

run "applied" {
  command = apply

  assert {
    condition     = vpclab_subnet.main.cidr == "192.168.0.0/20" && output.subnet_id == vpclab_subnet.main.id
    error_message = "The subnet is ${vpclab_subnet.main.cidr}."
  }
}
