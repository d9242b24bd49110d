# Decided at plan, and once more on what was applied. The provider reports instead of failing, so that a run can look at
# the verdicts.
provider "vpclab" {
  on_failure = "report"
}

run "works" {
  command = plan

  assert {
    condition     = output.apart && alltrue([for q in data.vpclab_reachability.spoke_to_hub : q.verdict == "reachable"])
    error_message = data.vpclab_reachability.spokes_apart.report
  }
}

run "broken" {
  command = plan

  variables {
    broken = true
  }

  assert {
    condition     = !output.apart && contains(data.vpclab_reachability.spokes_apart.findings[*].code, "intent_violated_reachable")
    error_message = data.vpclab_reachability.spokes_apart.report
  }
}

run "applied" {
  command = apply

  assert {
    condition     = output.apart && alltrue([for q in data.vpclab_reachability.spoke_to_hub : q.verdict == "reachable"])
    error_message = data.vpclab_reachability.spokes_apart.report
  }
}
