package labtest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Program returns the path of the program under test, which is built once. The conditions are those of New.
func Program(t *testing.T) string {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("set TF_ACC=1 to run acceptance tests")
	}
	dir, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, providerName)
}

// Process is a run of Terraform that goes on, for a test that interrupts it.
type Process struct {
	*exec.Cmd
	out output
}

// output collects what a process prints, and may be read meanwhile.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

// Output is what the process has printed so far.
func (p *Process) Output() string {
	p.out.mu.Lock()
	defer p.out.mu.Unlock()
	return p.out.text.String()
}

// Start starts Terraform without waiting for its end.
func (l *Lab) Start(args ...string) *Process {
	l.t.Helper()
	p := &Process{Cmd: exec.CommandContext(l.t.Context(), l.terraform, args...)}
	p.Dir, p.Env = l.dir, l.env
	p.Stdout, p.Stderr = &p.out, &p.out
	if err := p.Start(); err != nil {
		l.t.Fatal(err)
	}
	return p
}

// Dir is the working directory.
func (l *Lab) Dir() string { return l.dir }

// UseStore makes the runs that follow work on another store.
func (l *Lab) UseStore(location string) {
	l.store = location
	l.env = slices.DeleteFunc(l.env, func(s string) bool { return strings.HasPrefix(s, "VPCLAB_STORE=") })
	l.Setenv("VPCLAB_STORE", location)
}

// Store is where the lab is.
func (l *Lab) Store() string { return l.store }
