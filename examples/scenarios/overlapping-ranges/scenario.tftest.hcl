# Decided at plan, and once more on what was applied. The provider reports instead of failing, so that a run can look at
# the verdict.
provider "vpclab" {
  on_failure = "report"
}

run "works" {
  command = plan

  assert {
    condition     = data.vpclab_reachability.a_to_b.verdict == "reachable"
    error_message = data.vpclab_reachability.a_to_b.report
  }
}

run "broken" {
  command = plan

  variables {
    broken = true
  }

  assert {
    condition     = data.vpclab_reachability.a_to_b.verdict == "blocked"
    error_message = data.vpclab_reachability.a_to_b.report
  }

  assert {
    condition     = contains(data.vpclab_reachability.a_to_b.findings[*].code, "route_shadowed_by_local")
    error_message = "route_shadowed_by_local is not among the findings: ${join(", ", data.vpclab_reachability.a_to_b.findings[*].code)}"
  }
}

run "applied" {
  command = apply

  assert {
    condition     = data.vpclab_reachability.a_to_b.verdict == "reachable"
    error_message = data.vpclab_reachability.a_to_b.report
  }
}
