//go:build linux && race

package kernel_test

// usual is smaller under the race detector, which has nothing to find in this test.
const usual = 5
