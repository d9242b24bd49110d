# Decided at plan, and once more on what was applied. The provider reports instead of failing, so that a run can look at
# the verdict.
provider "vpclab" {
  on_failure = "report"
}

run "works" {
  command = plan

  assert {
    condition     = data.vpclab_reachability.to_peer[0].verdict == "reachable"
    error_message = data.vpclab_reachability.to_peer[0].report
  }
}

run "broken" {
  command = plan

  variables {
    broken = true
  }

  assert {
    condition     = data.vpclab_reachability.to_peer[0].verdict == "blocked"
    error_message = data.vpclab_reachability.to_peer[0].report
  }

  assert {
    condition     = contains(data.vpclab_reachability.to_peer[0].findings[*].code, "route_missing_forward")
    error_message = "route_missing_forward is not among the findings: ${join(", ", data.vpclab_reachability.to_peer[0].findings[*].code)}"
  }

  assert {
    condition     = contains(data.vpclab_reachability.to_peer[0].findings[*].code, "route_missing_return")
    error_message = "route_missing_return is not among the findings: ${join(", ", data.vpclab_reachability.to_peer[0].findings[*].code)}"
  }
}

run "applied" {
  command = apply

  assert {
    condition     = data.vpclab_reachability.to_peer[0].verdict == "reachable"
    error_message = data.vpclab_reachability.to_peer[0].report
  }
}
