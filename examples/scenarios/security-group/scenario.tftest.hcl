# Decided at plan, and once more on what was applied. The provider reports instead of failing, so that a run can look at
# the verdicts.
provider "vpclab" {
  on_failure = "report"
}

run "works" {
  command = plan

  assert {
    condition     = output.verdicts == { agents = "reachable", beside_agents = "blocked", http = "blocked", https = "reachable" }
    error_message = jsonencode(output.verdicts)
  }
}

run "broken" {
  command = plan

  variables {
    broken = true
  }

  assert {
    condition     = output.verdicts["http"] == "reachable" && !data.vpclab_reachability.from_internet["http"].satisfied
    error_message = jsonencode(output.verdicts)
  }
}

run "applied" {
  command = apply

  assert {
    condition     = output.verdicts == { agents = "reachable", beside_agents = "blocked", http = "blocked", https = "reachable" }
    error_message = jsonencode(output.verdicts)
  }
}
