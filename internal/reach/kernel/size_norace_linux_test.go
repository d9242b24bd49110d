//go:build linux && !race

package kernel_test

// usual is the number of networks the kernel judges.
const usual = 80
