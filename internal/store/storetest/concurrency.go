package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

var concurrencyTests = map[string]func(*testing.T, NewDatabase){
	"One store":      testOneStore,
	"Several stores": testSeveralStores,
	"First Update":   testFirstUpdate,
	"Readers":        testReaders,
}

func testOneStore(t *testing.T, newDatabase NewDatabase) {
	t.Helper()
	runWriters(t, newDatabase, 1, 8)
}

func testSeveralStores(t *testing.T, newDatabase NewDatabase) {
	t.Helper()
	runWriters(t, newDatabase, 4, 2)
}

// runWriters lets writers count in one document, create under one key, and read a sum that no transaction may ever
// see out of balance.
func runWriters(t *testing.T, newDatabase NewDatabase, stores, writersEach int) {
	t.Helper()
	const rounds = 12
	open := newDatabase(t)
	total := stores * writersEach
	first := closing(t, open())
	counter := document("counter")
	counter.Body = []byte("0")
	first.insert(counter)

	var wait sync.WaitGroup
	for s := range stores {
		l := first
		if s > 0 {
			l = closing(t, open())
		}
		for range writersEach {
			wait.Go(func() {
				for range rounds {
					if err := countUp(t, l); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	wait.Wait()

	got := first.get("counter")
	same(t, "counter", string(got.Body), strconv.Itoa(total*rounds))
	same(t, "revision", got.Revision, int64(1+total*rounds))
	same(t, "generation", first.generation("vpc", "shared"), int64(total*rounds))
	var generations []int64
	first.view(func(ctx context.Context, r store.Reader) error {
		documents, err := r.List(ctx, store.Query{Key: "shared"})
		for _, d := range documents {
			generations = append(generations, d.Generation)
		}
		return err
	})
	for i, generation := range generations {
		if generation != int64(i) {
			t.Fatalf("generations in the order of creation: %v", generations)
		}
	}
	same(t, "documents", len(generations), total*rounds)
}

// countUp reads the counter and the generation, checks that both agree, and raises both.
func countUp(t *testing.T, l lab) error {
	t.Helper()
	ctx := t.Context()
	return l.Update(ctx, func(w store.Writer) error {
		counter, err := w.Get(ctx, "counter")
		if err != nil {
			return err
		}
		count, err := strconv.ParseInt(string(counter.Body), 10, 64)
		if err != nil {
			return err
		}
		generation, err := w.Generation(ctx, "vpc", "shared")
		if err != nil {
			return err
		}
		created, err := w.Count(ctx, store.Query{Key: "shared"})
		if err != nil {
			return err
		}
		if generation != count || int64(created) != count {
			t.Errorf("counter %d, generation %d, %d documents", count, generation, created)
		}
		d := document(fmt.Sprint("shared-", generation))
		d.Key, d.Generation = "shared", generation
		counter.Body = strconv.AppendInt(nil, count+1, 10)
		return errors.Join(w.Insert(ctx, d), w.Replace(ctx, counter))
	})
}

// testFirstUpdate lets several stores create the database at once.
func testFirstUpdate(t *testing.T, newDatabase NewDatabase) {
	t.Helper()
	for range 3 {
		open := newDatabase(t)
		var labs []lab
		for range 5 {
			labs = append(labs, closing(t, open()))
		}
		var wait sync.WaitGroup
		for i, l := range labs {
			wait.Go(func() {
				ctx := t.Context()
				err := l.Update(ctx, func(w store.Writer) error { return w.Insert(ctx, document(fmt.Sprint(i))) })
				if err != nil {
					t.Error(err)
				}
				if err := l.View(ctx, func(r store.Reader) error { return second(r.Get(ctx, fmt.Sprint(i))) }); err != nil {
					t.Errorf("reading back: %v", err)
				}
			})
		}
		wait.Wait()
		same(t, "documents", labs[0].count(store.Query{}), len(labs))
	}
}

// testReaders moves a reference from one document to another for ever; no View may see it twice or not at all.
func testReaders(t *testing.T, newDatabase NewDatabase) {
	open := newDatabase(t)
	writer, reader := closing(t, open()), closing(t, open())
	writer.insert(document("left", "ball"), document("right"))
	ctx, stop := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	for _, l := range []lab{writer, reader, reader} {
		wait.Go(func() {
			for ctx.Err() == nil {
				err := l.View(ctx, func(r store.Reader) error {
					all, err := r.List(ctx, store.Query{})
					if err != nil {
						return err
					}
					holders, err := r.Count(ctx, store.Query{Target: "ball"})
					if err == nil && (holders != 1 || len(all) != 2 || len(all[0].References)+len(all[1].References) != 1) {
						t.Errorf("%d holders, %+v", holders, all)
					}
					return err
				})
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			}
		})
	}
	for i := range 60 {
		with, without := document("left", "ball"), document("right")
		if i%2 == 0 {
			with, without = document("right", "ball"), document("left")
		}
		writer.update(func(ctx context.Context, w store.Writer) error {
			return errors.Join(w.Replace(ctx, without), w.Replace(ctx, with))
		})
	}
	stop()
	wait.Wait()
}
