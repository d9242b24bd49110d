# Decided at plan, and once more on what was applied. The provider reports instead of failing, so that a run can look at
# the verdicts.
provider "vpclab" {
  on_failure = "report"
}

run "works" {
  command = plan

  assert {
    condition     = data.vpclab_reachability.app_to_db.verdict == "reachable" && data.vpclab_reachability.web_to_db.verdict == "blocked"
    error_message = data.vpclab_reachability.app_to_db.report
  }
}

run "broken" {
  command = plan

  variables {
    broken = true
  }

  assert {
    condition     = data.vpclab_reachability.app_to_db.verdict == "blocked" && contains(data.vpclab_reachability.app_to_db.findings[*].code, "sg_no_match")
    error_message = data.vpclab_reachability.app_to_db.report
  }
}

run "applied" {
  command = apply

  assert {
    condition     = data.vpclab_reachability.app_to_db.verdict == "reachable" && data.vpclab_reachability.web_to_db.verdict == "blocked"
    error_message = data.vpclab_reachability.app_to_db.report
  }
}
