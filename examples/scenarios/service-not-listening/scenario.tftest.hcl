# Decided at plan, and once more on what was applied. The provider reports instead of failing, so that a run can look at
# the verdict.
provider "vpclab" {
  on_failure = "report"
}

run "works" {
  command = plan

  assert {
    condition     = data.vpclab_reachability.web_to_db.verdict == "reachable"
    error_message = data.vpclab_reachability.web_to_db.report
  }
}

run "broken" {
  command = plan

  variables {
    broken = true
  }

  assert {
    condition     = data.vpclab_reachability.web_to_db.verdict == "blocked"
    error_message = data.vpclab_reachability.web_to_db.report
  }

  assert {
    condition     = contains(data.vpclab_reachability.web_to_db.findings[*].code, "service_not_listening")
    error_message = "service_not_listening is not among the findings: ${join(", ", data.vpclab_reachability.web_to_db.findings[*].code)}"
  }
}

run "applied" {
  command = apply

  assert {
    condition     = data.vpclab_reachability.web_to_db.verdict == "reachable"
    error_message = data.vpclab_reachability.web_to_db.report
  }
}
