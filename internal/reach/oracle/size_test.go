//go:build !race

package oracle_test

// networks is the number of random networks the evaluator is compared on.
const networks = 10_000
