package crashtest

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/store/postgres/postgrestest"
)

var kills = flag.Int("kills", defaultKills, "how often workers are killed in all")

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(envLoad) != "":
		os.Exit(load())
	case os.Getenv(envStore) != "":
		os.Exit(work())
	}
	os.Exit(postgrestest.Main(m))
}

// lanes are how many stores are crashed side by side, and of hundred kills how many each gets.
const (
	fileLanes, filePercent         = 4, 20
	databaseLanes, databasePercent = 2, 10
)

func TestKillSQLite(t *testing.T) {
	t.Parallel()
	for i := range fileLanes {
		t.Run(fmt.Sprint("lane ", i), func(t *testing.T) {
			t.Parallel()
			killed(t, *kills*filePercent/100, func() string { return filepath.Join(t.TempDir(), "lab.db") })
		})
	}
}

func TestKillPostgreSQLClient(t *testing.T) {
	t.Parallel()
	server := postgrestest.Shared(t)
	for i := range databaseLanes {
		t.Run(fmt.Sprint("lane ", i), func(t *testing.T) {
			t.Parallel()
			killed(t, *kills*databasePercent/100, func() string { return server.URL(t) })
		})
	}
}

// killed kills a worker count times. In every tenth round the store is new, so that its making is interrupted as well,
// and as often the next worker is left to finish. A worker that was done before the kill came does not count.
func killed(t *testing.T, count int, place func() string) {
	t.Helper()
	var l *ledger
	round, kills := 0, 0
	for ; kills < count; round++ {
		if round > 4*count+10 {
			t.Fatalf("%d of %d rounds ended before their kill", round-kills, round)
		}
		if round%10 == 0 {
			l = &ledger{location: place(), known: map[string]string{}}
		}
		process := start(t, l.location, round)
		process.killAt(rand.IntN(60), time.Duration(rand.IntN(2000))*time.Microsecond)
		err := process.wait()
		if process.wasKilled() {
			kills++
		} else if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		l.check(t, process.events)
		if round%10 == 9 || kills == count {
			l.converge(t, round)
		}
		if t.Failed() {
			t.Fatalf("after kill %d, round %d on %s", kills, round, l.location)
		}
	}
	t.Logf("%d kills in %d rounds", kills, round)
}

// TestCrashPostgreSQLServer crashes the server under a worker, which may then fail; whatever it was told is stored is.
func TestCrashPostgreSQLServer(t *testing.T) {
	t.Parallel()
	server := postgrestest.New(t)
	l := &ledger{location: server.URL(t), known: map[string]string{}}
	for i := range 4 {
		process := start(t, l.location, i)
		process.after(5+rand.IntN(40), server.Crash)
		err := process.wait()
		if err != nil && !strings.Contains(err.Error(), "unusable store") {
			t.Errorf("the worker's error is not explained: %v", err)
		}
		if err != nil && strings.Contains(err.Error(), postgrestest.Password) {
			t.Errorf("the password is in: %v", err)
		}
		server.Crash()
		if err := server.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		l.check(t, process.events)
		l.converge(t, i)
	}
}

// process is a worker that runs.
type process struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
	lines  *bufio.Scanner
	events []Event
	at     int
	strike func()
	once   sync.Once
}

func start(t *testing.T, location string, round int) *process {
	t.Helper()
	p := &process{cmd: exec.CommandContext(t.Context(), os.Args[0]), at: -1}
	p.cmd.Env = append(os.Environ(), envStore+"="+location, envRound+"="+strconv.Itoa(round))
	p.cmd.Stderr = &p.stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewScanner(out)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// after calls strike once the worker has written a number of lines.
func (p *process) after(lines int, strike func()) { p.at, p.strike = lines, strike }

// killAt kills the worker a moment after it has written a number of lines; at none, while it starts.
func (p *process) killAt(lines int, moment time.Duration) {
	p.after(lines, func() {
		if lines == 0 {
			moment *= 15 // About the time that a process takes to its first line.
		}
		time.Sleep(moment)
		_ = p.cmd.Process.Kill() // It may have ended by itself.
	})
	if lines == 0 {
		p.once.Do(p.strike)
	}
}

// wait reads what the worker says until it ends, and returns how it ended.
func (p *process) wait() error {
	for p.lines.Scan() {
		what, rest, _ := strings.Cut(p.lines.Text(), " ")
		name, state, complete := strings.Cut(rest, " ")
		if !complete {
			break // The kill cut the line off.
		}
		p.events = append(p.events, Event{Done: what == "done", Name: name, State: state})
		if p.at >= 0 && len(p.events) >= p.at {
			p.once.Do(p.strike)
		}
	}
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("%w: %s", err, p.stderr.String())
	}
	return nil
}

// wasKilled reports, after wait, whether a signal ended the worker.
func (p *process) wasKilled() bool { return p.cmd.ProcessState.ExitCode() == -1 }

// ledger knows what is in a store.
type ledger struct {
	location string
	// known is the state of each object, by name, as seen last.
	known map[string]string
}

// check compares the store with what was acknowledged.
func (l *ledger) check(t *testing.T, events []Event) {
	t.Helper()
	seen := l.look(t)
	if err := Compare(l.known, seen, events); err != nil {
		t.Error(err)
	}
	l.known = seen
}

// converge lets a worker finish.
func (l *ledger) converge(t *testing.T, round int) {
	t.Helper()
	p := start(t, l.location, round)
	if err := p.wait(); err != nil {
		t.Errorf("the run after a kill: %v", err)
	}
	l.check(t, p.events)
	if want := desired(round); !maps.Equal(l.known, want) {
		t.Errorf("the run after a kill leaves %v, want %v", l.known, want)
	}
}
