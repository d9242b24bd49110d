package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

var contextTests = map[string]func(*testing.T, NewDatabase){
	"Cancelled before":         testCancelledBefore,
	"Cancelled in an Update":   testCancelledUpdate,
	"Cancelled in a View":      testCancelledView,
	"Cancelled while waiting":  testCancelledWaiting,
	"Deadline while waiting":   testDeadlineWaiting,
	"Cancelled operation only": testCancelledOperation,
}

func testCancelledBefore(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 { // Of a store that is not there, and of one that is.
		err := l.Update(cancelled, func(store.Writer) error {
			t.Error("write was called")
			return nil
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Update: %v", err)
		}
		err = l.View(cancelled, func(r store.Reader) error { return second(r.List(cancelled, store.Query{})) })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("View: %v", err)
		}
		d := document("a")
		if d.Generation = l.generation("vpc", "a"); d.Generation == 0 {
			l.insert(d)
		}
	}
	same(t, "ids", l.ids(store.Query{}), []string{"a"})
}

// testCancelledUpdate cancels after the last write: what the caller gave up must not be stored.
func testCancelledUpdate(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	l.insert(document("a", "b"), document("b"))
	before := l.content()
	for name, write := range map[string]func(ctx context.Context, cancel func(), w store.Writer) error{
		"after the last operation": func(ctx context.Context, cancel func(), w store.Writer) error {
			defer cancel()
			return changeEverything(ctx, w)
		},
		"between operations, and the error is passed on": func(ctx context.Context, cancel func(), w store.Writer) error {
			if err := w.Insert(ctx, document("c")); err != nil {
				t.Error(err)
			}
			cancel()
			return w.Delete(ctx, "b")
		},
		"between operations, and the error is swallowed": func(ctx context.Context, cancel func(), w store.Writer) error {
			if err := w.Insert(ctx, document("c")); err != nil {
				t.Error(err)
			}
			cancel()
			if err := w.Delete(ctx, "b"); !errors.Is(err, context.Canceled) {
				t.Errorf("Delete: %v", err)
			}
			_, err := w.Get(ctx, "b")
			if !errors.Is(err, context.Canceled) {
				return err
			}
			return nil
		},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		err := l.Update(ctx, func(w store.Writer) error { return write(ctx, cancel, w) })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		same(t, name, l.content(), before)
	}
	l.update(changeEverything)
	same(t, "ids", l.ids(store.Query{}), []string{"a", "c"})
}

func testCancelledView(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	l.insert(document("a"))
	for range 10 { // More often than there are connections to lose.
		ctx, cancel := context.WithCancel(t.Context())
		err := l.View(ctx, func(r store.Reader) error {
			cancel()
			return second(r.List(ctx, store.Query{}))
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("View: %v", err)
		}
	}
	same(t, "ids", l.ids(store.Query{}), []string{"a"})
}

// whileLocked calls try while another store is in the middle of an Update.
func whileLocked(t *testing.T, newDatabase NewDatabase, try func(waiting lab)) {
	t.Helper()
	open := newDatabase(t)
	holder, waiting := closing(t, open()), closing(t, open())
	holder.insert(document("a"))
	holder.update(func(ctx context.Context, w store.Writer) error {
		if err := w.Insert(ctx, document("held")); err != nil {
			return err
		}
		try(waiting)
		return nil
	})
	waiting.insert(document("b"))
	same(t, "ids", holder.ids(store.Query{}), []string{"a", "held", "b"})
}

func testCancelledWaiting(t *testing.T, newDatabase NewDatabase) {
	whileLocked(t, newDatabase, func(waiting lab) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		err := waiting.Update(ctx, func(w store.Writer) error { return w.Insert(ctx, document("never")) })
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Update: %v", err)
		}
	})
}

func testDeadlineWaiting(t *testing.T, newDatabase NewDatabase) {
	whileLocked(t, newDatabase, func(waiting lab) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		err := waiting.Update(ctx, func(w store.Writer) error { return w.Insert(ctx, document("never")) })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Update: %v", err)
		}
	})
}

// testCancelledOperation cancels one operation while the transaction's own context lives on.
func testCancelledOperation(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	l.insert(document("a", "b"), document("b"))
	before := l.content()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	err := l.Update(t.Context(), func(w store.Writer) error {
		if err := w.Insert(t.Context(), document("c")); err != nil {
			t.Error(err)
		}
		return w.Delete(cancelled, "b")
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Update: %v", err)
	}
	same(t, "content", l.content(), before)
}
