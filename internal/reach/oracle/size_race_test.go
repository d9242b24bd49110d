//go:build race

package oracle_test

// networks is smaller under the race detector, which makes a comparison about ten times as long.
const networks = 1_000
