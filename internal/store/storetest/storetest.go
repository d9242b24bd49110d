// Package storetest is the conformance suite of stores: what the documentation of package store says, as tests. Every
// implementation passes all of it.
package storetest

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// NewDatabase makes an empty database, such as the path of a file that does not exist yet, and returns a function that
// opens a store on it. Each call of that function opens another one, as another process would. The suite closes
// them.
type NewDatabase func(tb testing.TB) (open func() store.Store)

// Run runs the suite.
func Run(t *testing.T, newDatabase NewDatabase) {
	t.Helper()
	for _, group := range []struct {
		name  string
		tests map[string]func(*testing.T, NewDatabase)
	}{
		{"Documents", documentTests},
		{"Queries", queryTests},
		{"Transactions", transactionTests},
		{"Contexts", contextTests},
		{"Concurrency", concurrencyTests},
		{"Lifetime", lifetimeTests},
	} {
		t.Run(group.name, func(t *testing.T) {
			t.Parallel()
			for name, test := range group.tests {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					test(t, newDatabase)
				})
			}
		})
	}
	t.Run("Model", func(t *testing.T) {
		t.Parallel()
		testModel(t, newDatabase)
	})
}

// lab is one store under test.
type lab struct {
	store.Store
	t *testing.T
}

// newLab opens a store in a new database.
func newLab(t *testing.T, newDatabase NewDatabase) lab {
	t.Helper()
	return closing(t, newDatabase(t)())
}

// closing makes a store close when the test ends.
func closing(t *testing.T, s store.Store) lab {
	t.Helper()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return lab{Store: s, t: t}
}

// update runs an Update that must succeed.
func (l lab) update(write func(ctx context.Context, w store.Writer) error) {
	l.t.Helper()
	ctx := l.t.Context()
	if err := l.Update(ctx, func(w store.Writer) error { return write(ctx, w) }); err != nil {
		l.t.Fatalf("Update: %v", err)
	}
}

// view runs a View that must succeed.
func (l lab) view(read func(ctx context.Context, r store.Reader) error) {
	l.t.Helper()
	ctx := l.t.Context()
	if err := l.View(ctx, func(r store.Reader) error { return read(ctx, r) }); err != nil {
		l.t.Fatalf("View: %v", err)
	}
}

// insert adds documents in one transaction each.
func (l lab) insert(documents ...store.Document) {
	l.t.Helper()
	for _, d := range documents {
		l.update(func(ctx context.Context, w store.Writer) error { return w.Insert(ctx, d) })
	}
}

// get returns a document that must be there.
func (l lab) get(id string) store.Document {
	l.t.Helper()
	var found store.Document
	l.view(func(ctx context.Context, r store.Reader) (err error) {
		found, err = r.Get(ctx, id)
		return err
	})
	return found
}

// ids returns the ids of what a query selects.
func (l lab) ids(q store.Query) []string {
	l.t.Helper()
	return idsOf(l.list(q))
}

func (l lab) list(q store.Query) []store.Document {
	l.t.Helper()
	var documents []store.Document
	l.view(func(ctx context.Context, r store.Reader) (err error) {
		documents, err = r.List(ctx, q)
		return err
	})
	return documents
}

func (l lab) tally(q store.Query) map[string]int {
	l.t.Helper()
	var tally map[string]int
	l.view(func(ctx context.Context, r store.Reader) (err error) {
		tally, err = r.Tally(ctx, q)
		return err
	})
	return tally
}

func (l lab) count(q store.Query) int {
	l.t.Helper()
	var count int
	l.view(func(ctx context.Context, r store.Reader) (err error) {
		count, err = r.Count(ctx, q)
		return err
	})
	return count
}

func (l lab) generation(kind, key string) int64 {
	l.t.Helper()
	var generation int64
	l.view(func(ctx context.Context, r store.Reader) (err error) {
		generation, err = r.Generation(ctx, kind, key)
		return err
	})
	return generation
}

func idsOf(documents []store.Document) []string {
	ids := make([]string, 0, len(documents))
	for _, d := range documents {
		ids = append(ids, d.ID)
	}
	return ids
}

// noon is a time without a fraction of a second.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// document returns a document with an id, which is its key too.
func document(id string, references ...string) store.Document {
	d := store.Document{
		Kind: "vpc", ID: id, Project: "project", Key: id, Body: fmt.Appendf(nil, "{\"id\": %q}", id),
		CreatedAt: noon, UpdatedAt: noon,
	}
	for _, target := range references {
		d.References = append(d.References, store.Reference{Field: "vpc_id", Target: target})
	}
	return d
}

// same fails the test unless two values are equal; nil and empty slices are.
func same[T any](t complainer, what string, got, want T) {
	t.Helper()
	if reflect.DeepEqual(got, want) {
		return // What cmp finds as well, only faster.
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// complainer is the part of a test, or of one run of a property, that hears what is wrong.
type complainer interface {
	Helper()
	Errorf(format string, args ...any)
}
