package parentprocess_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/parentprocess"
)

// role says what this test does when it was started as another process: "parent" starts a "child" and waits for it; the
// child says what it knows of the parent.
const role = "VPCLAB_TEST_ROLE"

func TestMain(m *testing.M) {
	var err error
	switch os.Getenv(role) {
	case "":
		os.Exit(m.Run())
	case "parent":
		err = parent()
	case "child":
		err = child()
	}
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

func parent() error {
	cmd := exec.Command(os.Args[0]) //nolint:noctx // It outlives this process.
	cmd.Env = append(os.Environ(), role+"=child")
	cmd.Stdout = os.Stdout
	return cmd.Run()
}

func child() error {
	arguments, err := parentprocess.CommandLine()
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(arguments); err != nil {
		return err
	}
	if err := parentprocess.Wait(); err != nil {
		return err
	}
	fmt.Println("the parent has ended")
	return nil
}

func TestParent(t *testing.T) {
	t.Parallel()
	given := []string{"-chdir=a directory", "test", "", `quote " and \`, "Łódź"}
	cmd := exec.CommandContext(t.Context(), os.Args[0], given...)
	cmd.Env = append(os.Environ(), role+"=parent")
	// A pipe of its own: that of the package exec would be closed when the parent has ended.
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close() //nolint:errcheck // It was only read.
	cmd.Stdout = write
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := write.Close(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(io.Reader(read)); in.Scan(); {
			lines <- in.Text()
		}
	}()

	var arguments []string
	if line := <-lines; json.Unmarshal([]byte(line), &arguments) != nil || len(arguments) == 0 ||
		!slices.Equal(arguments[1:], given) {
		t.Errorf("the child says that its parent's arguments are %s, and not %q", line, given)
	}
	select {
	case line := <-lines:
		t.Errorf("while the parent runs the child says %q", line)
	case <-time.After(1500 * time.Millisecond):
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // It was killed.
	select {
	case line := <-lines:
		if !strings.Contains(line, "has ended") {
			t.Errorf("after the end of its parent the child says %q", line)
		}
	case <-time.After(time.Minute):
		t.Error("the child waits on after the end of its parent")
	}
}
