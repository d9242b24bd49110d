package provider_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
)

// Plan, apply and destroy work in a network namespace from which nothing can be reached, not even this machine.
//
// Proves: Works offline.
func TestAccOffline(t *testing.T) {
	lab := labtest.New(t)
	lab.UseStore(filepath.Join(lab.Dir(), "lab.db"))
	// The thread, and the namespace with it, ends with the test, because it is not unlocked.
	runtime.LockOSThread()
	switch err := unix.Unshare(unix.CLONE_NEWNET); {
	case errors.Is(err, unix.EPERM) && os.Getenv("VPCLAB_REQUIRE_KERNEL") == "":
		t.Skip("this machine forbids network namespaces")
	case err != nil:
		t.Fatal(err)
	}
	if c, err := (&net.Dialer{}).DialContext(t.Context(), "udp", "192.0.2.1:53"); err == nil {
		t.Fatalf("the network can be reached: %s", c.LocalAddr())
	}
	lab.Configure(tiers(`["5432"]`, guarded("")))
	lab.Apply()
	lab.Must(0, "destroy", "-auto-approve")
}
