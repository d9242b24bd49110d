package kernel_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// namespaces makes network namespaces and works in them. It holds the thread of the goroutine that made it.
type namespaces struct {
	t *testing.T
	// original is the namespace the thread was in.
	original int
	all      []int
}

// unsupported skips the test because of something that this machine does not have, or fails it where it is required.
func unsupported(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("VPCLAB_REQUIRE_KERNEL") == "1" {
		t.Fatalf("VPCLAB_REQUIRE_KERNEL=1, and "+format, args...)
	}
	t.Skipf(format, args...)
}

// enter makes the first namespace to find out whether that is allowed.
func enter(t *testing.T) *namespaces {
	t.Helper()
	for _, program := range []string{"ip", "nft"} {
		if _, err := exec.LookPath(program); err != nil {
			unsupported(t, "the program %s is missing: install iproute2 and nftables", program)
		}
	}
	// The thread is never unlocked: if it cannot return to its namespace, it must not run other goroutines.
	runtime.LockOSThread()
	n := &namespaces{t: t}
	var err error
	if n.original, err = open(); err != nil {
		unsupported(t, "this system has no network namespaces: %v", err)
	}
	switch err := unix.Unshare(unix.CLONE_NEWNET); {
	case errors.Is(err, unix.EPERM):
		unsupported(t, "this machine forbids network namespaces: it takes root with the capability CAP_SYS_ADMIN (%v)", err)
	case err != nil:
		unsupported(t, "this machine cannot make a network namespace: %v", err)
	}
	t.Cleanup(func() { _ = unix.Close(n.original) })
	defer n.leave()
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0); err != nil {
		unsupported(t, "this machine forbids forwarding in a network namespace: %v", err)
	}
	if out, err := runProgram("add table inet try\nadd chain inet try c { type filter hook input priority 0; }\n"+
		"add rule inet try c ct state established accept\n", "nft", "-f", "-"); err != nil {
		unsupported(t, "this machine forbids nftables with connection tracking: %v %s", err, out)
	}
	return n
}

// open is the namespace the thread is in.
func open() (int, error) {
	return unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
}

func (n *namespaces) leave() {
	if err := unix.Setns(n.original, unix.CLONE_NEWNET); err != nil {
		n.t.Fatalf("return to the first namespace: %v", err)
	}
}

// add makes a namespace in which nothing is disturbed by what networks do by themselves.
func (n *namespaces) add() int {
	n.t.Helper()
	defer n.leave()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		n.t.Fatalf("make a namespace: %v", err)
	}
	ns, err := open()
	if err != nil {
		n.t.Fatalf("open a namespace: %v", err)
	}
	n.all = append(n.all, ns)
	for _, setting := range []string{
		"ipv4/ip_forward=1", "ipv6/conf/all/forwarding=1", "ipv4/conf/all/rp_filter=0", "ipv4/conf/default/rp_filter=0",
		"ipv4/conf/all/send_redirects=0", "ipv4/conf/default/send_redirects=0", "ipv6/conf/default/accept_dad=0",
	} {
		name, value, _ := strings.Cut(setting, "=")
		if err := os.WriteFile(filepath.Join("/proc/sys/net", name), []byte(value), 0); err != nil {
			n.t.Fatalf("set %s: %v", setting, err)
		}
	}
	return ns
}

// close closes all namespaces.
func (n *namespaces) close() {
	for _, ns := range n.all {
		_ = unix.Close(ns)
	}
	n.all = nil
}

// in works in a namespace; what is opened there stays there.
func (n *namespaces) in(ns int, work func()) {
	n.t.Helper()
	if err := unix.Setns(ns, unix.CLONE_NEWNET); err != nil {
		n.t.Fatalf("enter a namespace: %v", err)
	}
	defer n.leave()
	work()
}

// run runs a program in a namespace, with lines as its input.
func (n *namespaces) run(ns int, lines []string, program ...string) {
	n.t.Helper()
	if len(lines) == 0 {
		return
	}
	n.in(ns, func() {
		text := strings.Join(lines, "\n") + "\n"
		if out, err := runProgram(text, program...); err != nil {
			n.t.Fatalf("%v: %v\n%s\n%s", program, err, out, text)
		}
	})
}

// settle waits until links carry packets. The kernel switches them on some time after the program ip has returned.
func (n *namespaces) settle(ns int, links []string) {
	n.t.Helper()
	n.in(ns, func() {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			n.t.Fatalf("socket: %v", err)
		}
		defer func() { _ = unix.Close(fd) }()
		for _, name := range links {
			for end := time.Now().Add(arrivalTimeout); ; time.Sleep(time.Millisecond) {
				r, err := unix.NewIfreq(name)
				if err == nil {
					err = unix.IoctlIfreq(fd, unix.SIOCGIFFLAGS, r)
				}
				if err == nil && r.Uint16()&unix.IFF_RUNNING != 0 {
					break
				}
				if err != nil || time.Now().After(end) {
					n.t.Fatalf("link %s is not up: %v", name, err)
				}
			}
		}
	})
}

// path names a namespace to programs.
func path(ns int) string { return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), ns) }

func runProgram(input string, program ...string) (string, error) {
	c := exec.Command(program[0], program[1:]...) //nolint:noctx // Both programs read their input and end.
	c.Stdin = strings.NewReader(input)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err := c.Run()
	return out.String(), err
}
