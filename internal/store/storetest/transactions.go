package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

var transactionTests = map[string]func(*testing.T, NewDatabase){
	"Own writes":      testOwnWrites,
	"Rollback":        testRollback,
	"Panic":           testPanic,
	"Isolated View":   testIsolatedView,
	"Uncommitted":     testUncommitted,
	"Ended":           testEnded,
	"Error of a View": testViewError,
	"Large":           testLargeTransaction,
}

func insertAll(documents ...store.Document) func(context.Context, store.Writer) error {
	return func(ctx context.Context, w store.Writer) error {
		for _, d := range documents {
			if err := w.Insert(ctx, d); err != nil {
				return err
			}
		}
		return nil
	}
}

func deleteID(id string) func(context.Context, store.Writer) error {
	return func(ctx context.Context, w store.Writer) error { return w.Delete(ctx, id) }
}

func testOwnWrites(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	l.insert(document("old"))
	l.update(func(ctx context.Context, w store.Writer) error {
		d := document("new", "old")
		if err := errors.Join(w.Insert(ctx, d), w.Delete(ctx, "old")); err != nil {
			return err
		}
		d.Body = []byte("2")
		if err := w.Replace(ctx, d); err != nil {
			return err
		}
		got, err := w.Get(ctx, "new")
		if string(got.Body) != "2" || got.Revision != 2 {
			t.Errorf("Get: %+v", got)
		}
		if _, err := w.Get(ctx, "old"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("Get of a deleted document: %v", err)
		}
		list, listErr := w.List(ctx, store.Query{Target: "old"})
		same(t, "List", idsOf(list), []string{"new"})
		count, countErr := w.Count(ctx, store.Query{})
		same(t, "Count", count, 1)
		generation, generationErr := w.Generation(ctx, "vpc", "new")
		same(t, "Generation", generation, int64(1))
		return errors.Join(err, listErr, countErr, generationErr)
	})
}

var errOops = errors.New("oops")

// changeEverything inserts, replaces and deletes in a store that holds "a" and "b".
func changeEverything(ctx context.Context, w store.Writer) error {
	changed := document("a", "elsewhere")
	changed.Body = []byte("[]")
	return errors.Join(w.Insert(ctx, document("c", "a")), w.Replace(ctx, changed), w.Delete(ctx, "b"))
}

// content is everything that can be read of a store.
func (l lab) content() []any {
	l.t.Helper()
	var all []any
	l.view(func(ctx context.Context, r store.Reader) error {
		documents, err := r.List(ctx, store.Query{})
		all = append(all, documents)
		for _, key := range []string{"a", "b", "c"} {
			generation, generationErr := r.Generation(ctx, "vpc", key)
			referring, listErr := r.List(ctx, store.Query{Target: key})
			all = append(all, generation, referring)
			err = errors.Join(err, generationErr, listErr)
		}
		return err
	})
	return all
}

func testRollback(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	ctx := t.Context()
	// The first of all transactions may fail as well.
	if err := l.Update(ctx, func(store.Writer) error { return errOops }); !errors.Is(err, errOops) {
		t.Errorf("Update: %v", err)
	}
	l.insert(document("a", "b"), document("b"))
	before := l.content()
	err := l.Update(ctx, func(w store.Writer) error {
		return errors.Join(changeEverything(ctx, w), errOops)
	})
	if !errors.Is(err, errOops) {
		t.Errorf("Update: %v", err)
	}
	same(t, "content", l.content(), before)
	l.update(changeEverything)
	same(t, "ids", l.ids(store.Query{}), []string{"a", "c"})
}

func testPanic(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	ctx := t.Context()
	l.insert(document("a", "b"), document("b"))
	before := l.content()
	for name, use := range map[string]func(){
		"Update": func() {
			_ = l.Update(ctx, func(w store.Writer) error {
				if err := changeEverything(ctx, w); err != nil {
					t.Error(err)
				}
				panic(errOops)
			})
		},
		"View": func() { _ = l.View(ctx, func(store.Reader) error { panic(errOops) }) },
	} {
		func() {
			defer func() {
				if r := recover(); r != errOops { //nolint:errorlint // It is the value that was thrown.
					t.Errorf("%s: recovered %v", name, r)
				}
			}()
			use()
		}()
	}
	same(t, "content", l.content(), before)
	l.update(changeEverything)
}

func testIsolatedView(t *testing.T, newDatabase NewDatabase) {
	open := newDatabase(t)
	one, two := closing(t, open()), closing(t, open())
	one.insert(document("a", "b"), document("b"))
	one.view(func(ctx context.Context, r store.Reader) error {
		before, err := r.List(ctx, store.Query{})
		if err != nil {
			return err
		}
		// Neither of them waits for the View to end.
		one.update(changeEverything)
		two.insert(document("d"))
		after, err := r.List(ctx, store.Query{})
		same(t, "List in the View", after, before)
		count, countErr := r.Count(ctx, store.Query{})
		same(t, "Count in the View", count, 2)
		generation, generationErr := r.Generation(ctx, "vpc", "d")
		same(t, "Generation in the View", generation, int64(0))
		_, getErr := r.Get(ctx, "b")
		return errors.Join(err, countErr, generationErr, getErr)
	})
	same(t, "ids after the View", one.ids(store.Query{}), []string{"a", "c", "d"})
}

func testUncommitted(t *testing.T, newDatabase NewDatabase) {
	open := newDatabase(t)
	one, two := closing(t, open()), closing(t, open())
	one.insert(document("a", "b"), document("b"))
	before := one.content()
	one.update(func(ctx context.Context, w store.Writer) error {
		if err := changeEverything(ctx, w); err != nil {
			return err
		}
		same(t, "content seen by the same store", one.content(), before)
		same(t, "content seen by another store", two.content(), before)
		return nil
	})
	same(t, "ids seen by another store", two.ids(store.Query{}), []string{"a", "c"})
}

func testEnded(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	ctx := t.Context()
	l.insert(document("a"))
	var r store.Reader
	var w store.Writer
	l.view(func(_ context.Context, inner store.Reader) error {
		r = inner
		return nil
	})
	l.update(func(_ context.Context, inner store.Writer) error {
		w = inner
		return nil
	})
	for name, use := range map[string]func() error{
		"Get":        func() error { return second(r.Get(ctx, "a")) },
		"List":       func() error { return second(r.List(ctx, store.Query{})) },
		"Count":      func() error { return second(r.Count(ctx, store.Query{})) },
		"Generation": func() error { return second(r.Generation(ctx, "vpc", "a")) },
		"Writer.Get": func() error { return second(w.Get(ctx, "a")) },
		"Insert":     func() error { return w.Insert(ctx, document("b")) },
		"Replace":    func() error { return w.Replace(ctx, document("a")) },
		"Delete":     func() error { return w.Delete(ctx, "a") },
	} {
		if err := use(); err == nil || errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s after the transaction: %v", name, err)
		}
	}
	same(t, "ids", l.ids(store.Query{}), []string{"a"})
}

func second[T any](_ T, err error) error { return err }

func testViewError(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	for range 3 { // Of a store that is not there, and of one that is.
		if err := l.View(t.Context(), func(store.Reader) error { return errOops }); !errors.Is(err, errOops) {
			t.Errorf("View: %v", err)
		}
		d := document("a")
		d.Generation = l.generation("vpc", "a")
		l.update(func(ctx context.Context, w store.Writer) error {
			if d.Generation > 0 {
				if err := w.Delete(ctx, "a"); err != nil {
					return err
				}
			}
			return w.Insert(ctx, d)
		})
	}
}

func testLargeTransaction(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	var documents []store.Document
	for i := range 2000 {
		documents = append(documents, document(fmt.Sprint("d", i), fmt.Sprint("d", i/2), fmt.Sprint("d", i+1)))
	}
	l.update(insertAll(documents...))
	same(t, "ids", l.ids(store.Query{}), idsOf(documents))
	l.update(func(ctx context.Context, w store.Writer) error {
		for _, d := range documents[1:] {
			if err := w.Delete(ctx, d.ID); err != nil {
				return err
			}
		}
		return nil
	})
	same(t, "ids", l.ids(store.Query{}), []string{"d0"})
}
