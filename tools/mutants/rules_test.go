package main

import "testing"

// Every rule is still written as its mutant says, so that whoever moves the evaluator's code moves the mutants with it.
func TestMutantsFitTheEvaluator(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range trials("") {
		if m.rule == unbroken {
			continue
		}
		if name := m.test + " " + m.rule; seen[name] {
			t.Errorf("%s: two mutants have this name", name)
		} else {
			seen[name] = true
		}
		if _, err := m.overlay("../..", t.TempDir()); err != nil {
			t.Errorf("%s: %v", m.rule, err)
		}
	}
}
