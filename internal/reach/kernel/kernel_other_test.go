//go:build !linux

package kernel_test

import (
	"os"
	"testing"
)

func TestKernelAgrees(t *testing.T) {
	if os.Getenv("VPCLAB_REQUIRE_KERNEL") == "1" {
		t.Fatal("VPCLAB_REQUIRE_KERNEL=1, and this is not Linux: only its kernel has network namespaces")
	}
	t.Skip("this is not Linux: only its kernel has network namespaces")
}
