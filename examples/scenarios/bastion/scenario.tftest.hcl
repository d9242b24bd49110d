# Decided at plan, and once more on what was applied. The provider reports instead of failing, so that a run can look at
# the verdicts.
provider "vpclab" {
  on_failure = "report"
}

run "works" {
  command = plan

  assert {
    condition     = data.vpclab_reachability.office_to_bastion.verdict == "reachable"
    error_message = data.vpclab_reachability.office_to_bastion.report
  }

  assert {
    condition     = alltrue([for q in data.vpclab_reachability.bastion_to_servers : q.verdict == "reachable"])
    error_message = data.vpclab_reachability.bastion_to_servers[0].report
  }

  assert {
    condition     = alltrue([for q in data.vpclab_reachability.internet_to_servers : q.verdict == "blocked"])
    error_message = data.vpclab_reachability.internet_to_servers[0].report
  }
}

run "broken" {
  command = plan

  variables {
    broken = true
  }

  assert {
    condition     = !output.servers_are_private
    error_message = "The servers are open, and no question noticed it."
  }

  assert {
    condition     = data.vpclab_reachability.internet_to_servers[0].verdict == "partial"
    error_message = data.vpclab_reachability.internet_to_servers[0].report
  }
}

run "applied" {
  command = apply

  assert {
    condition     = data.vpclab_reachability.office_to_bastion.verdict == "reachable"
    error_message = data.vpclab_reachability.office_to_bastion.report
  }

  assert {
    condition     = alltrue([for q in data.vpclab_reachability.bastion_to_servers : q.verdict == "reachable"])
    error_message = data.vpclab_reachability.bastion_to_servers[0].report
  }

  assert {
    condition     = alltrue([for q in data.vpclab_reachability.internet_to_servers : q.verdict == "blocked"])
    error_message = data.vpclab_reachability.internet_to_servers[0].report
  }
}
