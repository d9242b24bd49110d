package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

var errRefused = errors.New("refused")

// together runs Updates at once, all of which wait for one before them, so that they share a transaction, and returns
// their errors.
func together(t *testing.T, s store.Store, updates ...func() error) []error {
	t.Helper()
	errs := make([]error, len(updates))
	var wait sync.WaitGroup
	var once sync.Once // An Update may call its function again.
	err := s.Update(t.Context(), func(w store.Writer) error {
		once.Do(func() {
			for i, update := range updates {
				wait.Go(func() {
					errs[i] = errors.New("ended without an answer")
					errs[i] = update()
				})
			}
			time.Sleep(200 * time.Millisecond) // So long that all of them wait.
		})
		return w.Insert(t.Context(), document("leader", "leader", 0))
	})
	if err != nil {
		t.Error(err)
	}
	wait.Wait()
	return errs
}

// A change that is refused, cancelled, or broken by the database, and one that panics or ends its goroutine, leaves no
// trace, and those that share its transaction do not notice.
func TestGroupCommit(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "lab.db"))
	if err := fill(t.Context(), s, 3); err != nil {
		t.Fatal(err)
	}
	insertThen := func(ctx context.Context, id string, then func(store.Writer) error) func() error {
		return func() error {
			return s.Update(ctx, func(w store.Writer) error {
				if err := w.Insert(ctx, document(id, id, 0)); err != nil {
					return err
				}
				return then(w)
			})
		}
	}
	good := func(id string) func() error {
		return insertThen(t.Context(), id, func(store.Writer) error { return nil })
	}
	cancelled, cancel := context.WithCancel(t.Context())
	broken, breakIt := context.WithCancel(t.Context())
	errs := together(
		t, s, good("a"), good("b"),
		insertThen(t.Context(), "refused", func(store.Writer) error { return errRefused }),
		good("c"),
		insertThen(cancelled, "cancelled", func(store.Writer) error { cancel(); return nil }),
		good("d"),
		insertThen(broken, "broken", func(w store.Writer) error {
			breakIt()
			_, err := w.List(broken, store.Query{})
			return err
		}),
		good("e"),
		func() (err error) {
			defer func() { err = fmt.Errorf("recovered %v", recover()) }()
			return insertThen(t.Context(), "panics", func(store.Writer) error { panic("oops") })()
		},
		good("f"),
		insertThen(t.Context(), "ends", func(store.Writer) error { runtime.Goexit(); return nil }),
		good("g"),
		insertThen(t.Context(), "a second", func(w store.Writer) error {
			return w.Insert(t.Context(), document("d00001", "other", 0))
		}),
		good("h"),
	)
	want := map[int]string{
		2: "refused", 4: "context canceled", 6: "context canceled", 8: "recovered oops", 10: "ended without an answer",
		12: "a document with this id exists: d00001",
	}
	for i, err := range errs {
		if got := fmt.Sprint(err); err == nil && want[i] != "" || err != nil && got != want[i] {
			t.Errorf("update %d: %v, want %q", i, err, want[i])
		}
	}
	got, err := ids(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, id := range got {
		there[id] = true
	}
	for _, id := range []string{"d00000", "d00001", "d00002", "leader", "a", "b", "c", "d", "e", "f", "g", "h"} {
		if !there[id] {
			t.Errorf("%s is not there", id)
		}
		delete(there, id)
	}
	if len(there) > 0 {
		t.Errorf("left behind: %v", there)
	}
}

// What the last of a group sees is what those before it have done, and nothing of what was refused.
func TestGroupCommitSeesItsOwn(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "lab.db"))
	if err := fill(t.Context(), s, 1); err != nil {
		t.Fatal(err)
	}
	const members = 40
	var updates []func() error
	for i := range members {
		updates = append(updates, func() error {
			return s.Update(t.Context(), func(w store.Writer) error {
				n, err := w.Count(t.Context(), store.Query{})
				if err != nil {
					return err
				}
				id := fmt.Sprint("number ", n)
				if err := w.Insert(t.Context(), document(id, id, 0)); err != nil {
					return err
				}
				if i%3 == 0 {
					return errRefused
				}
				return nil
			})
		})
	}
	refused := 0
	for _, err := range together(t, s, updates...) {
		if errors.Is(err, errRefused) {
			refused++
		} else if err != nil {
			t.Error(err)
		}
	}
	got, err := ids(t.Context(), s)
	if want := 2 + members - refused; err != nil || len(got) != want || refused != (members+2)/3 {
		t.Errorf("%d documents after %d refusals, want %d; %v", len(got), refused, want, err)
	}
}

// A process that writes without a pause leaves room for others.
func TestGroupCommitsStarveNobody(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lab.db")
	busy, other := open(t, path), open(t, path)
	if err := fill(t.Context(), busy, 1); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				id := fmt.Sprint("busy ", i, " ", n)
				if err := insert(t.Context(), busy, document(id, id, 0)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for n := range 10 {
		id := fmt.Sprint("other ", n)
		if err := insert(t.Context(), other, document(id, id, 0)); err != nil {
			t.Error(err)
		}
	}
	close(done)
	wait.Wait()
}
