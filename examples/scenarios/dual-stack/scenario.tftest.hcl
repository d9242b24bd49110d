# Decided at plan, and once more on what was applied. The provider reports instead of failing, so that a run can look at
# the verdicts.
provider "vpclab" {
  on_failure = "report"
}

run "works" {
  command = plan

  assert {
    condition     = output.verdicts == { ipv4 = "reachable", ipv6 = "reachable" }
    error_message = data.vpclab_reachability.family["ipv6"].report
  }
}

run "broken" {
  command = plan

  variables {
    broken = true
  }

  assert {
    condition     = output.verdicts == { ipv4 = "reachable", ipv6 = "blocked" }
    error_message = data.vpclab_reachability.family["ipv6"].report
  }

  assert {
    condition     = contains(data.vpclab_reachability.family["ipv6"].findings[*].code, "sg_no_match")
    error_message = "sg_no_match is not among the findings."
  }
}

run "applied" {
  command = apply

  assert {
    condition     = output.verdicts == { ipv4 = "reachable", ipv6 = "reachable" }
    error_message = data.vpclab_reachability.family["ipv6"].report
  }
}
