// Package oracle is a second, independent evaluator of reachability, for tests only. It decides one concrete packet on a
// network by following the rules of the cloud's documentation (internal/reach/RULES.md) one after the other, with nothing
// compiled, cached or merged, so that a reader can check each function against the rule it names.
//
// It imports package network, and nothing of package reach: where the two disagree, one of them has misread the rules. The
// linter keeps it out of everything but tests.
package oracle
