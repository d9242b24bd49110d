package crashtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/open"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/postgres/postgrestest"
)

const (
	envLoad   = "VPCLAB_CRASH_LOAD"
	processes = 8
	turns     = 25
)

// TestEightProcesses lets processes read and write one store at once: none is told that the store is locked, no update
// is lost, and every creation has a generation of its own.
func TestEightProcesses(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		loaded(t, filepath.Join(t.TempDir(), "lab.db"))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		loaded(t, postgrestest.Shared(t).URL(t))
	})
}

func loaded(t *testing.T, location string) {
	t.Helper()
	created := make([]int, processes)
	var wait sync.WaitGroup
	for i := range processes {
		wait.Go(func() {
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), envLoad+"="+location, envRound+"="+strconv.Itoa(i))
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Run(); err != nil {
				t.Errorf("process %d: %v: %s", i, err, stderr.String())
				return
			}
			var err error
			if created[i], err = strconv.Atoi(strings.TrimSpace(stdout.String())); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if t.Failed() {
		return
	}
	s, err := open.Store(location)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // What was read has been judged.
	if err := Whole(t.Context(), s); err != nil {
		t.Error(err)
	}
	contested := 0
	for _, n := range created {
		contested += n
	}
	err = s.View(t.Context(), func(r store.Reader) error {
		ctx := t.Context()
		counter, err := r.Get(ctx, "counter")
		if err != nil {
			return err
		}
		if want := processes * turns; string(counter.Body) != strconv.Itoa(want) || counter.Revision != int64(want) {
			t.Errorf("the counter is %s at revision %d, want %d", counter.Body, counter.Revision, want)
		}
		v := &network.VPC{Name: "contested"}
		v.Project = network.DefaultProject
		generation, err := r.Generation(ctx, string(network.KindVPC), v.NaturalKey())
		if generation != int64(contested) {
			t.Errorf("the contested VPC has generation %d after %d creations", generation, contested)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	subnets, err := emulator.List[*network.Subnet](t.Context(), emulator.New(s), emulator.Filter{})
	if err != nil || len(subnets) != processes*(turns-turns/2) {
		t.Errorf("%d subnets, %v", len(subnets), err)
	}
}

// load is the main of one of the processes. It prints how often it has created the contested VPC.
func load() int {
	created, err := underLoad(context.Background(), os.Getenv(envLoad), os.Getenv(envRound))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	_, _ = fmt.Fprintln(os.Stdout, created) // The test misses it where it cannot be written.
	return 0
}

func underLoad(ctx context.Context, location, self string) (created int, err error) {
	s, err := open.Store(location)
	if err != nil {
		return 0, err
	}
	defer s.Close() //nolint:errcheck // Every change has had its own answer.
	cloud := emulator.New(s)
	made, err := cloud.Create(ctx, &network.VPC{Name: "own-" + self, CIDR: "10.0.0.0/8"})
	if err != nil {
		return 0, err
	}
	own := made.Base().ID
	for turn := range turns {
		if err := count(ctx, s); err != nil {
			return created, fmt.Errorf("count: %w", err)
		}
		subnet, err := cloud.Create(ctx, &network.Subnet{
			VPCID: own, Name: fmt.Sprint("s", turn), CIDR: fmt.Sprintf("10.%s.%d.0/24", self, turn),
		})
		if err != nil {
			return created, fmt.Errorf("create: %w", err)
		}
		if turn%2 == 1 {
			if err := cloud.Delete(ctx, network.KindSubnet, subnet.Base().ID); err != nil {
				return created, fmt.Errorf("delete: %w", err)
			}
		}
		if _, err := cloud.Snapshot(ctx); err != nil {
			return created, fmt.Errorf("snapshot: %w", err)
		}
		contested, err := cloud.Create(ctx, &network.VPC{Name: "contested", CIDR: "172.16.0.0/16"})
		var refused network.Problems
		switch {
		case errors.As(err, &refused):
			continue // Another process holds it at this moment.
		case err != nil:
			return created, fmt.Errorf("contest: %w", err)
		}
		created++
		if err := cloud.Delete(ctx, network.KindVPC, contested.Base().ID); err != nil {
			return created, fmt.Errorf("give up: %w", err)
		}
	}
	return created, nil
}

// count raises a number that all processes raise.
func count(ctx context.Context, s store.Store) error {
	return s.Update(ctx, func(w store.Writer) error {
		counter, err := w.Get(ctx, "counter")
		if errors.Is(err, store.ErrNotFound) {
			return w.Insert(ctx, store.Document{Kind: "counter", ID: "counter", Body: []byte("1")})
		}
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(string(counter.Body))
		if err != nil {
			return err
		}
		counter.Body = strconv.AppendInt(nil, int64(n+1), 10)
		return w.Replace(ctx, counter)
	})
}
