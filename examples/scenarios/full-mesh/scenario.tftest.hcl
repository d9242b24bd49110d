# Decided at plan, and once more on what was applied. The provider reports instead of failing, so that a run can look at
# the verdicts.
provider "vpclab" {
  on_failure = "report"
}

run "works" {
  command = plan

  assert {
    condition     = length(data.vpclab_reachability.mesh) == 12 && length(output.not_connected) == 0
    error_message = "Not connected: ${join(", ", output.not_connected)}"
  }
}

run "broken" {
  command = plan

  variables {
    broken = true
  }

  # One missing route cuts both directions: the question from c has no way there, the one from a no way back.
  assert {
    condition     = tolist(output.not_connected) == tolist(["a-to-c", "c-to-a"])
    error_message = "Not connected: ${join(", ", output.not_connected)}"
  }

  assert {
    condition     = contains(data.vpclab_reachability.mesh["c-to-a"].findings[*].code, "route_missing_forward")
    error_message = data.vpclab_reachability.mesh["c-to-a"].report
  }

  assert {
    condition     = contains(data.vpclab_reachability.mesh["a-to-c"].findings[*].code, "route_missing_return")
    error_message = data.vpclab_reachability.mesh["a-to-c"].report
  }
}

run "applied" {
  command = apply

  assert {
    condition     = length(data.vpclab_reachability.mesh) == 12 && length(output.not_connected) == 0
    error_message = "Not connected: ${join(", ", output.not_connected)}"
  }
}
