package crashtest

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator/crashtest"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/labtest"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/postgres/postgrestest"
)

// A database server that dies in the middle of an apply is named in the error, without its password, and once it is back
// the next apply finishes the job.
func TestDatabaseDiesUnderApply(t *testing.T) {
	t.Parallel()
	server := postgrestest.New(t)
	lab := labtest.New(t)
	lab.UseStore(server.URL(t))
	lab.Configure(configuration)
	for round := range 2 {
		variables := []string{fmt.Sprint("-var=round=", round), fmt.Sprint("-var=label=label-", round)}
		p := lab.Start(append([]string{"apply", "-auto-approve", "-no-color"}, variables...)...)
		crash := func(*labtest.Process) bool { server.Crash(); return true }
		struck := whileApplying(p, 1+rand.IntN(20), time.Duration(rand.IntN(5_000))*time.Microsecond, crash)
		err := p.Wait()
		out := labtest.Unwrap(p.Output())
		if err != nil {
			named(t, lab.Store(), out)
		}
		if struck {
			// While it is away, a plan says so as well.
			code, text := lab.Run(append([]string{"plan", "-no-color"}, variables...)...)
			if code != 1 {
				t.Errorf("a plan without a database: exit code %d\n%s", code, text)
			}
			named(t, lab.Store(), labtest.Unwrap(text))
			if err := server.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		acknowledged(t, lab, p.Output())
		lab.Must(0, append([]string{"apply", "-auto-approve"}, variables...)...)
		lab.Must(0, append([]string{"plan", "-detailed-exitcode"}, variables...)...)
		converged(t, lab, round, fmt.Sprint("label-", round))
		if t.Failed() {
			t.Fatalf("round %d:\n%s", round, p.Output())
		}
	}
}

// named checks that an error names the store, and no more of it than everybody may know.
func named(t *testing.T, location, out string) {
	t.Helper()
	u, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out, "unusable store") || !strings.Contains(out, u.Host) {
		t.Errorf("the error does not name the store:\n%s", out)
	}
	secretless(t, out)
}

// secretless checks that a text holds no part of the password.
func secretless(t *testing.T, text string) {
	t.Helper()
	for _, secret := range []string{
		postgrestest.Password, url.QueryEscape(postgrestest.Password), url.PathEscape(postgrestest.Password), "s3cret",
	} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in:\n%s", secret, text)
		}
	}
}

// An emulator outlives its database: requests fail with the cloud's own shape of an error while it is away, and succeed
// again afterwards. What was acknowledged is there.
func TestDatabaseDiesUnderEmulator(t *testing.T) {
	t.Parallel()
	server := postgrestest.New(t)
	location, known := server.URL(t), map[string]string{}
	e := startEmulator(t, labtest.Program(t), location)
	for round := range 2 {
		at := 1 + rand.IntN(30)
		events, failures := e.writeAll(t, round, func(done int) {
			if done == at {
				server.Crash()
			}
		})
		if len(failures) == 0 {
			t.Errorf("round %d: nobody noticed that the database was gone", round)
		}
		for _, failure := range failures {
			if !strings.Contains(failure.Error(), ": 500 {") && !strings.Contains(failure.Error(), ": 503 {") {
				t.Errorf("round %d: %v", round, failure)
			}
			secretless(t, failure.Error())
		}
		if err := server.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		seen := look(t, location)
		if err := crashtest.Compare(known, seen, events); err != nil {
			t.Error(err)
		}
		_, failures = e.writeAll(t, round, func(int) {})
		if len(failures) > 0 {
			t.Errorf("after the database came back: %v", failures)
		}
		known = look(t, location)
	}
	e.kill()
	_ = e.Wait() // It was killed.
	if log := e.log.String(); !strings.Contains(log, "unusable store") {
		t.Errorf("the log does not say what was wrong:\n%s", log)
	}
	secretless(t, e.log.String())
}
