package crashtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
)

// patience is how long a program may take to end once it was asked to; far more than it needs.
const patience = 30 * time.Second

// interrupted is the exit code of a command that was.
const interrupted = 130

// city makes a lab that is large enough for a command to be in the middle of it, and returns its export.
var city = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "vpclab-city-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // A directory that is left behind is no fault of what is tested.
	s := sqlite.Open(filepath.Join(dir, "lab.db"))
	defer s.Close() //nolint:errcheck // It goes.
	cloud := emulator.New(s, emulator.WithQuota(emulator.Quota{}))
	ctx := context.Background()
	err = cloud.Atomically(ctx, func(c *emulator.Cloud) error {
		for i := range 500 {
			g, err := c.Create(ctx, &network.SecurityGroup{Name: fmt.Sprint("group-", i)})
			if err != nil {
				return err
			}
			for j := range 10 {
				_, err := c.Create(ctx, &network.SecurityGroupRule{
					SecurityGroupID: g.Base().ID, Direction: network.Ingress, Protocol: "tcp", Ports: []string{fmt.Sprint(1000 + j)},
				})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	_, err = cloud.Export(ctx, &text)
	return text.Bytes(), err
})

// Ctrl-C, and the signal that a CI sends, end every command at any moment: it says so, and has done either all or nothing.
func TestSignalsEndCommands(t *testing.T) {
	t.Parallel()
	program := labtest.Program(t)
	text, err := city()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		// full says whether the lab holds the city before.
		full bool
		// stdin says that the command waits for what never comes.
		stdin bool
	}{
		"export":                 {args: []string{"export", "new.json"}, full: true},
		"export to output":       {args: []string{"export"}, full: true},
		"snapshot":               {args: []string{"snapshot", "new", "--directory=snapshots"}, full: true},
		"restore":                {args: []string{"restore", "city.json"}},
		"restore over":           {args: []string{"restore", "city.json", "--force"}, full: true},
		"restore standard input": {args: []string{"restore", "-"}, stdin: true},
		"reset":                  {args: []string{"reset", "--yes"}, full: true},
		"seed":                   {args: []string{"emulator", "--listen=127.0.0.1:0", "--seed=city.json"}},
		"seed standard input":    {args: []string{"emulator", "--listen=127.0.0.1:0", "--seed=-"}, stdin: true},
	} {
		for i, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
			t.Run(fmt.Sprint(name, " ", signal), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				if err := os.WriteFile(filepath.Join(dir, "city.json"), text, 0o600); err != nil {
					t.Fatal(err)
				}
				lab := filepath.Join(dir, "lab.db")
				if c.full {
					command(t, program, dir, "restore", "city.json", "--store="+lab)
				}
				before := exported(t, program, dir, lab)
				caught := 0
				// At several moments, from the start of the program to its end.
				for moment := 20 * time.Millisecond; moment < 2*time.Second; moment = moment * 5 / 2 {
					code, out := signalled(t, program, dir, signal, moment+time.Duration(i)*moment/2, c.stdin,
						append(c.args, "--store="+lab)...)
					after := exported(t, program, dir, lab)
					made := made(t, dir)
					switch {
					case code == -1: // It had not come so far as to hear of signals.
						fallthrough
					case code == interrupted:
						caught++
						if after != before || made != "" {
							t.Fatalf("after %v: interrupted, and changed (%v), made %q", moment, after != before, made)
						}
						if code == interrupted && !strings.Contains(out, "vpclab: interrupted; nothing was changed") {
							t.Errorf("after %v it says only:\n%.300s", moment, out)
						}
					case code == 0 && !c.stdin:
						// It was done, or served and stopped; the rest would be the same.
						if caught == 0 {
							t.Errorf("done within %v", moment)
						}
						return
					default:
						t.Fatalf("after %v: exit code %d\n%.300s", moment, code, out)
					}
				}
			})
		}
	}
}

// command runs a command that has to succeed.
func command(t *testing.T, program, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v %s", args, err, stderr.String())
	}
	return string(out)
}

// exported is what is in a lab; nothing for one that is not there.
func exported(t *testing.T, program, dir, lab string) string {
	t.Helper()
	if info, err := os.Stat(lab); err != nil || info.Size() == 0 {
		return ""
	}
	text := command(t, program, dir, "export", "--store="+lab)
	if !strings.Contains(text, `"object":`) {
		return "" // Its tables were made, and hold nothing.
	}
	return text
}

// made names what a command has made beside the lab.
func made(t *testing.T, dir string) string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != "city.json" && !strings.HasPrefix(d.Name(), "lab.db") {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, " ")
}

// signalled runs a command, sends it a signal after a moment, and returns its exit code, -1 if the signal ended it, and
// what it has said on standard error.
func signalled(
	t *testing.T, program, dir string, signal syscall.Signal, after time.Duration, stdin bool, args ...string,
) (int, string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if stdin {
		silent, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		defer silent.Close() //nolint:errcheck // Nothing was written.
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	_ = cmd.Process.Signal(signal) // It may be done.
	end(t, cmd)
	return cmd.ProcessState.ExitCode(), stderr.String()
}

// end waits until a process that was asked to end has ended.
func end(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	late := time.AfterFunc(patience, func() {
		t.Errorf("%v did not end within %v", cmd.Args, patience)
		_ = cmd.Process.Kill() // It ends one way or the other.
	})
	_ = cmd.Wait() // The caller looks at how it ended.
	late.Stop()
}

// An emulator that is asked to end gives the answers that are under way, says that it stops, and exits well.
func TestSignalsEndEmulator(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			e := startEmulator(t, labtest.Program(t), filepath.Join(t.TempDir(), "lab.db"), "--fault=POST * latency=500ms")
			base := e.url()
			answered := make(chan error, 1)
			go func() {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/v1/"+owner+"/vpcs",
					strings.NewReader(`{"vpc":{"name":"slow","cidr":"10.0.0.0/16"}}`))
				if err != nil {
					answered <- err
					return
				}
				w, err := http.DefaultClient.Do(r)
				if err == nil {
					body, _ := io.ReadAll(w.Body)
					if err = w.Body.Close(); w.StatusCode != http.StatusOK {
						err = fmt.Errorf("%d %s", w.StatusCode, body)
					}
				}
				answered <- err
			}()
			time.Sleep(200 * time.Millisecond) // The request is under way.
			if err := e.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			end(t, e.Cmd)
			if err := <-answered; err != nil {
				t.Errorf("the answer under way: %v", err)
			}
			if e.ProcessState.ExitCode() != 0 || !strings.Contains(e.log.String(), "stopping") {
				t.Errorf("exit code %d\n%s", e.ProcessState.ExitCode(), e.log.String())
			}
		})
	}
}

// Ctrl-C in terraform apply reaches Terraform and the provider alike. Terraform lets what is under way end, writes its
// state, and the next apply goes on from there.
func TestSignalsEndApply(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			lab := labtest.New(t)
			lab.UseStore(filepath.Join(t.TempDir(), "lab.db"))
			lab.Configure(configuration)
			variables := []string{"-var=round=0", "-var=label=label"}
			for at := 3; at < 30; at += 9 {
				p := lab.Start(append([]string{"apply", "-auto-approve", "-no-color", "-parallelism=2"}, variables...)...)
				everybody := func(p *labtest.Process) bool {
					for _, pid := range append(children(p.Process.Pid), p.Process.Pid) {
						_ = syscall.Kill(pid, signal) // As a terminal sends it to the whole group.
					}
					return true
				}
				if !whileApplying(p, at, 0, everybody) {
					break
				}
				end(t, p.Cmd)
				if out := p.Output(); p.ProcessState.ExitCode() != 1 || !strings.Contains(out, "Interrupt received") {
					t.Errorf("exit code %d\n%s", p.ProcessState.ExitCode(), out)
				}
				for _, wrong := range []string{"did not respond", "not usable", "context canceled", "panic"} {
					if strings.Contains(p.Output(), wrong) {
						t.Errorf("the interrupted apply says %q:\n%s", wrong, p.Output())
					}
				}
				if orphans := acknowledged(t, lab, p.Output()); orphans > 0 {
					t.Errorf("%d objects are not in Terraform's state\n%s", orphans, p.Output())
				}
			}
			lab.Must(0, append([]string{"apply", "-auto-approve"}, variables...)...)
			lab.Must(0, append([]string{"plan", "-detailed-exitcode"}, variables...)...)
			converged(t, lab, 0, "label")
		})
	}
}
