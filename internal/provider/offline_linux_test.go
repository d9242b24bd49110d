package provider_test

import (
	"errors"
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
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(socket) })
	if unix.Connect(socket, &unix.SockaddrInet4{Addr: [4]byte{192, 0, 2, 1}, Port: 53}) == nil {
		t.Fatal("the network can be reached")
	}
	lab.Configure(tiers(`["5432"]`, guarded("")))
	lab.Apply()
	lab.Must(0, "destroy", "-auto-approve")
}
