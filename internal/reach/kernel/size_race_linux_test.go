//go:build linux && race

package kernel_test

// defaultNetworks is smaller under the race detector, which has nothing to find in this test.
const defaultNetworks = 5
