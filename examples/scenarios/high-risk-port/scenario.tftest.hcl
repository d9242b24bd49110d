# Decided at plan, and once more on what was applied. The provider reports instead of failing, so that a run can look at
# the verdict.
provider "vpclab" {
  on_failure = "report"
}

run "works" {
  command = plan

  assert {
    condition     = data.vpclab_reachability.from_internet.verdict == "reachable"
    error_message = data.vpclab_reachability.from_internet.report
  }
}

run "broken" {
  command = plan

  variables {
    broken = true
  }

  assert {
    condition     = data.vpclab_reachability.from_internet.verdict == "reachable"
    error_message = data.vpclab_reachability.from_internet.report
  }

  assert {
    condition     = contains(data.vpclab_reachability.from_internet.findings[*].code, "high_risk_port")
    error_message = "high_risk_port is not among the findings: ${join(", ", data.vpclab_reachability.from_internet.findings[*].code)}"
  }
}

run "applied" {
  command = apply

  assert {
    condition     = data.vpclab_reachability.from_internet.verdict == "reachable"
    error_message = data.vpclab_reachability.from_internet.report
  }
}
