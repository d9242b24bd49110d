run "as_written" {
  command = plan

  assert {
    condition     = output.verdicts == { "5432" = "reachable", "6440" = "reachable", "8000" = "blocked", "9005" = "reachable" }
    error_message = jsonencode(output.verdicts)
  }
}

run "the_acl_overrides_the_group" {
  command = plan

  variables {
    acl_action = "deny"
  }

  assert {
    condition     = output.verdicts["5432"] == "blocked" && contains(output.codes, "acl_sg_conflict")
    error_message = jsonencode([output.verdicts, output.codes])
  }
}

run "the_answers_have_no_way_back" {
  command = plan

  variables {
    with_route_back = false
  }

  assert {
    condition     = output.verdicts["5432"] == "blocked" && contains(output.codes, "route_missing_return")
    error_message = jsonencode([output.verdicts, output.codes])
  }
}
