# Decided at plan, and once more on what was applied. The provider reports instead of failing, so that a run can look at
# the verdicts.
provider "vpclab" {
  on_failure = "report"
}

run "works" {
  command = plan

  assert {
    condition     = alltrue(values(output.satisfied))
    error_message = jsonencode(output.satisfied)
  }
}

run "broken" {
  command = plan

  variables {
    broken = true
  }

  assert {
    condition     = output.satisfied == { guests_to_db = false, office_ssh = true, stranger_ssh = true, web_to_db = true }
    error_message = jsonencode(output.satisfied)
  }
}

run "applied" {
  command = apply

  assert {
    condition     = alltrue(values(output.satisfied))
    error_message = jsonencode(output.satisfied)
  }
}
