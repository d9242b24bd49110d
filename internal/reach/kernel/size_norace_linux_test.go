//go:build linux && !race

package kernel_test

// defaultNetworks is the number of networks the kernel decides.
const defaultNetworks = 80
