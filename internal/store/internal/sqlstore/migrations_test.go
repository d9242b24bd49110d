package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

var steps = MustReadMigrations(fstest.MapFS{
	"migrations/0002_b.sql": {Data: []byte("B")},
	"migrations/0001_a.sql": {Data: []byte("A")},
	"migrations/README":     {Data: []byte("not a migration")},
})

func TestCheck(t *testing.T) {
	t.Parallel()
	for version, want := range []error{ErrNoSchema, ErrOutdated, nil} {
		if err := steps.Check(version); !errors.Is(err, want) {
			t.Errorf("version %d: %v, want %v", version, err, want)
		}
	}
	var newer *NewerError
	if err := steps.Check(7); !errors.As(err, &newer) || newer.Version != 7 || newer.Known != 2 {
		t.Errorf("version 7: %v", err)
	}
}

// recorder is a database that writes down what it is told.
type recorder struct {
	version int
	log     []string
}

func (r *recorder) Version(context.Context) (int, error) { return r.version, nil }

func (r *recorder) SetVersion(_ context.Context, version int) error {
	r.log = append(r.log, fmt.Sprint(version))
	return nil
}

func (r *recorder) ExecScript(_ context.Context, script string) error {
	r.log = append(r.log, script)
	if script == "bad" {
		return errors.New("refused")
	}
	return nil
}

func TestApply(t *testing.T) {
	t.Parallel()
	for version, want := range []string{"A 1 B 2", "B 2", ""} {
		r := recorder{version: version}
		if err := steps.Apply(t.Context(), &r); err != nil || strings.Join(r.log, " ") != want {
			t.Errorf("from version %d: %q, want %q; %v", version, r.log, want, err)
		}
	}
	r := recorder{version: 3}
	var newer *NewerError
	if err := steps.Apply(t.Context(), &r); !errors.As(err, &newer) || len(r.log) > 0 {
		t.Errorf("from a newer version: %v, %q", err, r.log)
	}
	bad := Migrations{{"1.sql", "A"}, {"2.sql", "bad"}, {"3.sql", "C"}}
	r = recorder{}
	err := bad.Apply(t.Context(), &r)
	if err == nil || !strings.Contains(err.Error(), "2.sql") || strings.Join(r.log, " ") != "A 1 bad" {
		t.Errorf("a migration that fails: %v, %q", err, r.log)
	}
}
