package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// testModel runs random transactions on two stores on one database and on a model in memory, and compares every answer.
// All runs use the same database, which each finds empty.
func testModel(t *testing.T, newDatabase NewDatabase) {
	t.Helper()
	open := newDatabase(t)
	stores := []store.Store{open(), open()}
	defer func() {
		for _, s := range stores {
			if err := s.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		}
	}()
	rapid.Check(t, func(rt *rapid.T) {
		if err := empty(t.Context(), stores[0]); err != nil {
			rt.Fatal(err)
		}
		m := &model{generations: map[[2]string]int64{}}
		rt.Repeat(map[string]func(*rapid.T){
			"Update": func(rt *rapid.T) {
				m.update(rt, t.Context(), rapid.SampledFrom(stores).Draw(rt, "store"))
			},
			"View": func(rt *rapid.T) {
				i := rapid.IntRange(0, 1).Draw(rt, "store")
				if rapid.IntRange(0, 9).Draw(rt, "open again") == 0 {
					if err := stores[i].Close(); err != nil {
						rt.Errorf("Close: %v", err)
					}
					stores[i] = open()
				}
				ctx := t.Context()
				err := stores[i].View(ctx, func(r store.Reader) error {
					m.compare(rt, ctx, r)
					return nil
				})
				if err != nil {
					rt.Fatalf("View: %v", err)
				}
			},
		})
	})
}

// empty makes a store as if nothing had ever been in it.
func empty(ctx context.Context, s store.Store) error {
	return s.Update(ctx, func(w store.Writer) error {
		left, err := w.List(ctx, store.Query{})
		for _, d := range left {
			err = errors.Join(err, w.Delete(ctx, d.ID))
		}
		counts, countsErr := w.Generations(ctx)
		for _, g := range counts {
			err = errors.Join(err, w.SetGeneration(ctx, store.Generation{Kind: g.Kind, Key: g.Key}))
		}
		return errors.Join(err, countsErr)
	})
}

// model is the obvious store: a slice in the order of creation.
type model struct {
	documents   []store.Document
	generations map[[2]string]int64
}

func (m *model) clone() *model {
	return &model{documents: slices.Clone(m.documents), generations: maps.Clone(m.generations)}
}

func (m *model) counts() []store.Generation {
	var out []store.Generation
	for at, count := range m.generations {
		if count > 0 {
			out = append(out, store.Generation{Kind: at[0], Key: at[1], Count: count})
		}
	}
	return out
}

func (m *model) find(id string) int {
	return slices.IndexFunc(m.documents, func(d store.Document) bool { return d.ID == id })
}

func (m *model) insert(d store.Document) error {
	var refused []error
	if d.Generation != m.generations[[2]string{d.Kind, d.Key}] {
		refused = append(refused, store.ErrGeneration)
	}
	if m.find(d.ID) >= 0 {
		refused = append(refused, store.ErrExists)
	}
	if len(refused) > 0 {
		return errors.Join(refused...)
	}
	m.generations[[2]string{d.Kind, d.Key}]++
	d.Revision = 1
	m.documents = append(m.documents, d)
	return nil
}

func (m *model) replace(d store.Document) error {
	at := m.find(d.ID)
	if at < 0 {
		return store.ErrNotFound
	}
	old := &m.documents[at]
	old.Project, old.Body, old.References, old.UpdatedAt = d.Project, d.Body, d.References, d.UpdatedAt
	old.Revision++
	return nil
}

func (m *model) delete(id string) error {
	at := m.find(id)
	if at < 0 {
		return store.ErrNotFound
	}
	m.documents = slices.Delete(m.documents, at, at+1)
	return nil
}

// The names are few, so that they meet.
var (
	someIDs      = rapid.SampledFrom([]string{"a", "b", "c", "d", "e"})
	someKinds    = rapid.SampledFrom([]string{"vpc", "subnet"})
	someProjects = rapid.SampledFrom([]string{"p", "q"})
	someKeys     = rapid.SampledFrom([]string{"x", "y"})
	someSessions = rapid.SampledFrom([]string{"", "s", "t"})
	someFields   = rapid.SampledFrom([]string{"f", "g"})
)

func drawDocument(rt *rapid.T) store.Document {
	d := store.Document{
		Kind: someKinds.Draw(rt, "kind"), ID: someIDs.Draw(rt, "id"), Project: someProjects.Draw(rt, "project"),
		Key: someKeys.Draw(rt, "key"), Session: someSessions.Draw(rt, "session"),
		Body:      fmt.Appendf(nil, "%d", rapid.Int().Draw(rt, "body")),
		CreatedAt: time.Unix(rapid.Int64Range(-1e9, 1e10).Draw(rt, "created"), 0).UTC(),
		UpdatedAt: time.Unix(rapid.Int64Range(-1e9, 1e10).Draw(rt, "updated"), 0).UTC(),
	}
	for range rapid.IntRange(0, 3).Draw(rt, "references") {
		d.References = append(d.References,
			store.Reference{Field: someFields.Draw(rt, "field"), Target: someIDs.Draw(rt, "target")})
	}
	return d
}

// update runs one transaction of a few operations on a store and on the model.
func (m *model) update(rt *rapid.T, ctx context.Context, s store.Store) { //nolint:revive // rapid's T comes first.
	next := m.clone()
	abort := rapid.Bool().Draw(rt, "abort")
	err := s.Update(ctx, func(w store.Writer) error {
		for range rapid.IntRange(1, 4).Draw(rt, "operations") {
			next.step(rt, ctx, w)
		}
		next.compare(rt, ctx, w)
		if abort {
			return errOops
		}
		return nil
	})
	switch {
	case abort && !errors.Is(err, errOops), !abort && err != nil:
		rt.Fatalf("Update: %v", err)
	case !abort:
		*m = *next
	}
}

func (m *model) step(rt *rapid.T, ctx context.Context, w store.Writer) { //nolint:revive // rapid's T comes first.
	var got, want error
	operations := rapid.SampledFrom([]string{"insert", "replace", "delete", "claim", "count"})
	switch d := drawDocument(rt); operations.Draw(rt, "operation") {
	case "insert":
		d.Generation = m.generations[[2]string{d.Kind, d.Key}]
		if rapid.IntRange(0, 5).Draw(rt, "wrong generation") == 0 {
			d.Generation++
		}
		got, want = w.Insert(ctx, d), m.insert(d)
	case "replace":
		got, want = w.Replace(ctx, d), m.replace(d)
	case "count":
		g := store.Generation{Kind: d.Kind, Key: d.Key, Count: rapid.Int64Range(0, 5).Draw(rt, "count")}
		got = w.SetGeneration(ctx, g)
		m.generations[[2]string{g.Kind, g.Key}] = g.Count
	case "claim":
		got = w.Claim(ctx, d.Session, d.ID, "never there")
		if at := m.find(d.ID); at >= 0 {
			m.documents[at].Session = d.Session
		}
	default:
		got, want = w.Delete(ctx, d.ID), m.delete(d.ID)
	}
	for _, kind := range []error{store.ErrNotFound, store.ErrExists, store.ErrGeneration} {
		if errors.Is(got, kind) != errors.Is(want, kind) || (got == nil) != (want == nil) {
			rt.Fatalf("the store says %v, the model %v", got, want)
		}
	}
}

// compare asks the store and the model everything, and one random query.
func (m *model) compare(rt *rapid.T, ctx context.Context, r store.Reader) { //nolint:revive // rapid's T comes first.
	q := store.Query{
		Kind: maybe(rt, someKinds), Project: maybe(rt, someProjects), Key: maybe(rt, someKeys),
		Target: maybe(rt, someIDs), Field: maybe(rt, someFields), After: maybe(rt, someIDs),
		Limit: rapid.IntRange(0, 3).Draw(rt, "limit"),
	}
	for _, q := range []store.Query{{}, q} {
		got, err := r.List(ctx, q)
		if err != nil {
			rt.Fatalf("List: %v", err)
		}
		var last int64
		for i := range got {
			if got[i].Sequence <= last {
				rt.Errorf("sequence %d after %d", got[i].Sequence, last)
			}
			last, got[i].Sequence = got[i].Sequence, 0
		}
		same(rt, fmt.Sprintf("%+v", q), got, filter(m.documents, q))
		q.After, q.Limit = "", 0
		count, err := r.Count(ctx, q)
		if want := len(filter(m.documents, q)); err != nil || count != want {
			rt.Errorf("Count %+v: %d, %v, want %d", q, count, err, want)
		}
	}
	id := someIDs.Draw(rt, "id")
	d, err := r.Get(ctx, id)
	if at := m.find(id); at < 0 != errors.Is(err, store.ErrNotFound) || at >= 0 && (err != nil || d.ID != id) {
		rt.Errorf("Get %s: %+v, %v; the model has it at %d", id, d, err, at)
	}
	kind, key := someKinds.Draw(rt, "kind"), someKeys.Draw(rt, "key")
	generation, err := r.Generation(ctx, kind, key)
	if want := m.generations[[2]string{kind, key}]; err != nil || generation != want {
		rt.Errorf("Generation %s %s: %d, %v, want %d", kind, key, generation, err, want)
	}
	counts, err := r.Generations(ctx)
	if err != nil {
		rt.Fatalf("Generations: %v", err)
	}
	same(rt, "Generations", sortedGenerations(counts), sortedGenerations(m.counts()))
}

func maybe(rt *rapid.T, values *rapid.Generator[string]) string {
	return rapid.OneOf(rapid.Just(""), values).Draw(rt, "restriction")
}
