# Decided at plan, and once more on what was applied. The provider reports instead of failing, so that a run can look at
# the verdict.
provider "vpclab" {
  on_failure = "report"
}

run "works" {
  command = plan

  assert {
    condition     = data.vpclab_reachability.a_to_c.verdict == "undetermined"
    error_message = data.vpclab_reachability.a_to_c.report
  }
}

run "stops_at_the_forwarder" {
  command = plan

  assert {
    condition     = contains(data.vpclab_reachability.a_to_c.findings[*].code, "forwarder_unverifiable")
    error_message = data.vpclab_reachability.a_to_c.report
  }
}

run "broken" {
  command = plan

  variables {
    broken = true
  }

  assert {
    condition     = data.vpclab_reachability.a_to_c.verdict == "blocked"
    error_message = data.vpclab_reachability.a_to_c.report
  }

  assert {
    condition     = contains(data.vpclab_reachability.a_to_c.findings[*].code, "route_wrong_vpc")
    error_message = "route_wrong_vpc is not among the findings: ${join(", ", data.vpclab_reachability.a_to_c.findings[*].code)}"
  }
}

run "applied" {
  command = apply

  assert {
    condition     = data.vpclab_reachability.a_to_c.verdict == "undetermined"
    error_message = data.vpclab_reachability.a_to_c.report
  }
}
