package sqlite_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
)

// Denials need a process that is not the superuser, to whom permissions mean nothing, or that has a disk of its own.
// Each of these runs in a child process and returns what it found wrong.
var inChild = map[string]func(dir string) error{
	"read-only file":      readOnlyFile,
	"read-only directory": readOnlyDirectory,
	"unreadable file":     unreadableFile,
	"closed directory":    closedDirectory,
	"full disk":           fullDisk,
	"read-only disk":      readOnlyDisk,
	"file too large":      fileTooLarge,
}

// ownDisk says which of them mount a file system, in a name space of their own.
var ownDisk = map[string]bool{"full disk": true, "read-only disk": true}

const nobody = 65534

func TestDenied(t *testing.T) {
	t.Parallel()
	program := filepath.Join(shared(t), "sqlite.test")
	copyProgram(t, program)
	for name := range inChild {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), program)
			cmd.Env = append(os.Environ(), childVariable+"="+deniedCommand, "VPCLAB_TEST_CASE="+name,
				"VPCLAB_TEST_DIR="+shared(t))
			cmd.SysProcAttr = &syscall.SysProcAttr{}
			switch root := os.Geteuid() == 0; {
			case ownDisk[name]:
				cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWNS
				if !root {
					cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
					cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
					cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
				}
			case root:
				cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
			}
			out, err := cmd.CombinedOutput()
			switch {
			case ownDisk[name] && err != nil && (cmd.ProcessState == nil || cmd.ProcessState.ExitCode() == exitNoMount):
				t.Skipf("this machine lets no test mount a disk of its own: %v %s", err, out)
			case err != nil:
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}

// shared makes a directory that every user may enter and write to.
func shared(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "vpclab-denied-") //nolint:usetesting // Nobody else may enter the parent of t.TempDir.
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o777); err != nil { //nolint:gosec // Another user runs the test in it.
		t.Fatal(err)
	}
	return dir
}

// copyProgram copies this test to where every user may run it.
func copyProgram(t *testing.T, to string) {
	t.Helper()
	source, err := os.Open(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close() //nolint:errcheck // It is only read.
	target, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(target, source); err != nil {
		t.Fatal(err)
	}
	if err := target.Close(); err != nil {
		t.Fatal(err)
	}
}

const exitNoMount = 77

// deniedChild runs one case; TestMain calls it.
func deniedChild() int {
	err := inChild[os.Getenv("VPCLAB_TEST_CASE")](os.Getenv("VPCLAB_TEST_DIR"))
	switch {
	case err == nil:
		return 0
	case strings.HasPrefix(err.Error(), "mount:"):
		fmt.Fprintln(os.Stderr, err)
		return exitNoMount
	default:
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
}

// prepared makes a store with documents in a directory, as another process would have.
func prepared(dir string, documents int) (path string, err error) {
	path = filepath.Join(dir, "lab.db")
	s := sqlite.Open(path)
	if err := fill(context.Background(), s, documents); err != nil {
		return path, fmt.Errorf("fill: %w", err)
	}
	return path, s.Close()
}

// reads checks that a store can still be read, and leaves nothing beside it.
func reads(path string, documents int) error {
	s := sqlite.Open(path)
	got, err := ids(context.Background(), s)
	if err != nil || len(got) != documents {
		return fmt.Errorf("reading: %d documents, %w", len(got), err)
	}
	return s.Close()
}

// refuses checks that a write fails with an error that says the words and the path.
func refuses(path string, words ...string) error {
	s := sqlite.Open(path)
	err := insert(context.Background(), s, document("new", "new", 0))
	if err == nil {
		return fmt.Errorf("the write to %s succeeded", path)
	}
	for _, word := range append(words, path, store.ErrUnusable.Error()) {
		if !strings.Contains(err.Error(), word) {
			return fmt.Errorf("the error does not say %q: %w", word, err)
		}
	}
	return s.Close()
}

func readOnlyFile(dir string) error {
	path, err := prepared(dir, 3)
	if err != nil {
		return err
	}
	if err := os.Chmod(path, 0o400); err != nil {
		return err
	}
	if err := reads(path, 3); err != nil {
		return err
	}
	return refuses(path, "cannot be written", "-r--------", "Give this user write permission")
}

func readOnlyDirectory(dir string) error {
	inner := filepath.Join(dir, "inner")
	if err := os.Mkdir(inner, 0o700); err != nil {
		return err
	}
	path, err := prepared(inner, 3)
	if err != nil {
		return err
	}
	if err := os.Chmod(inner, 0o500); err != nil { //nolint:gosec // Entering the directory is allowed on purpose.
		return err
	}
	defer os.Chmod(inner, 0o700) //nolint:errcheck,gosec // So that the directory can be removed.
	if err := reads(path, 3); err != nil {
		return err
	}
	if err := refuses(path, "cannot be written", "to the directory "+inner); err != nil {
		return err
	}
	return refuses(filepath.Join(inner, "new.db"), "permission is denied", "or choose another path")
}

func unreadableFile(dir string) error {
	path, err := prepared(dir, 3)
	if err != nil {
		return err
	}
	if err := os.Chmod(path, 0); err != nil {
		return err
	}
	if _, err := ids(context.Background(), sqlite.Open(path)); err == nil {
		return fmt.Errorf("an unreadable file was read")
	}
	return refuses(path, "permission is denied", "Give this user permission to "+path)
}

func closedDirectory(dir string) error {
	inner := filepath.Join(dir, "inner")
	if err := os.Mkdir(inner, 0); err != nil {
		return err
	}
	return refuses(filepath.Join(inner, "lab.db"), "permission is denied")
}

// mount mounts a small disk, which vanishes with this process.
func mount(dir, options string, flags uintptr) error {
	if err := syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mount: private: %w", err)
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", flags, options); err != nil {
		return fmt.Errorf("mount: %s: %w", options, err)
	}
	return nil
}

// fullDisk writes until the disk is full. What was acknowledged is there, and once there is space it goes on.
func fullDisk(dir string) error {
	if err := mount(dir, "size=512k", 0); err != nil {
		return err
	}
	path, err := prepared(dir, 50)
	if err != nil {
		return err
	}
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 200<<10), 0o600); err != nil {
		return err
	}
	ctx := context.Background()
	s := sqlite.Open(path)
	stored := 50
	for ; err == nil && stored < 10_000; stored++ {
		d := document(fmt.Sprint("more", stored), fmt.Sprint("more", stored), 0)
		d.Body = fmt.Appendf(nil, "%q", strings.Repeat("x", 2000))
		err = insert(ctx, s, d)
	}
	stored--
	if err == nil || !strings.Contains(err.Error(), "disk is full; nothing of this change was stored") ||
		!strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "Free space on the disk of "+dir) {
		return fmt.Errorf("the error of a full disk: %w", err)
	}
	got, err := ids(ctx, s)
	if err != nil || len(got) != stored {
		return fmt.Errorf("on the full disk: %d of %d documents, %w", len(got), stored, err)
	}
	if err := os.Remove(ballast); err != nil {
		return err
	}
	if err := insert(ctx, s, document("after", "after", 0)); err != nil {
		return fmt.Errorf("with space again: %w", err)
	}
	if err := s.Close(); err != nil {
		return err
	}
	return reads(path, stored+1)
}

func readOnlyDisk(dir string) error {
	if err := mount(dir, "size=1m", 0); err != nil {
		return err
	}
	path, err := prepared(dir, 3)
	if err != nil {
		return err
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		return fmt.Errorf("mount: read-only: %w", err)
	}
	if err := reads(path, 3); err != nil {
		return err
	}
	if err := refuses(path, "cannot be written", "or choose another path"); err != nil {
		return err
	}
	return refuses(filepath.Join(dir, "new.db"), "read-only file system", "or choose another path")
}

// fileTooLarge meets a limit of the process, as a quota of the disk is met: in the middle of writing.
func fileTooLarge(dir string) error {
	path, err := prepared(dir, 50)
	if err != nil {
		return err
	}
	signal.Ignore(syscall.SIGXFSZ)
	limit := syscall.Rlimit{Cur: 200 << 10, Max: 200 << 10}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	ctx := context.Background()
	s := sqlite.Open(path)
	stored := 50
	for ; err == nil && stored < 10_000; stored++ {
		d := document(fmt.Sprint("more", stored), fmt.Sprint("more", stored), 0)
		d.Body = fmt.Appendf(nil, "%q", strings.Repeat("x", 2000))
		err = insert(ctx, s, d)
	}
	stored--
	if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "could not read or write") {
		return fmt.Errorf("the error of a limit: %w", err)
	}
	if err := s.Close(); err != nil {
		return err
	}
	return reads(path, stored)
}
