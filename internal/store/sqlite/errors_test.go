package sqlite_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
)

// filled makes a store of some size, closes it, and returns its path.
func filled(t *testing.T, documents int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lab.db")
	s := sqlite.Open(path)
	if err := fill(t.Context(), s, documents); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func fill(ctx context.Context, s store.Store, documents int) error {
	return s.Update(ctx, func(w store.Writer) error {
		for i := range documents {
			d := document(fmt.Sprintf("d%05d", i), fmt.Sprintf("key%05d", i), 0)
			d.Body = fmt.Appendf(nil, "%q", strings.Repeat("body ", 40))
			if err := w.Insert(ctx, d); err != nil {
				return err
			}
		}
		return nil
	})
}

func ids(ctx context.Context, s store.Store) ([]string, error) {
	var out []string
	err := s.View(ctx, func(r store.Reader) error {
		out = nil
		documents, err := r.List(ctx, store.Query{})
		for _, d := range documents {
			out = append(out, d.ID)
		}
		return err
	})
	return out, err
}

// explained fails the test unless an error names the path, what is wrong and what to do.
func explained(t *testing.T, err error, path string, words ...string) {
	t.Helper()
	if !errors.Is(err, store.ErrUnusable) {
		t.Errorf("not an explained error: %v", err)
		return
	}
	for _, word := range append(words, path) {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the error does not say %q: %v", word, err)
		}
	}
}

// Whichever page is destroyed, the error names the file and says what to do, or the page did not matter; nothing
// panics, and no other kind of error comes out.
func TestDamagedPages(t *testing.T) {
	t.Parallel()
	const page = 4096
	sound, err := os.ReadFile(filled(t, 200))
	if err != nil {
		t.Fatal(err)
	}
	noticed := 0
	for at := 0; at < len(sound); at += page {
		path := filepath.Join(t.TempDir(), "lab.db")
		broken := bytes.Clone(sound)
		from := at
		if at == 0 {
			from = 100 // The header, whose damage TestForeignFiles covers.
		}
		for i := from; i < at+page; i++ {
			broken[i] = byte(0x5a + i%7)
		}
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		s := sqlite.Open(path)
		_, readErr := ids(t.Context(), s)
		writeErr := insert(t.Context(), s, document("new", "new", 0))
		if err := s.Close(); err != nil {
			t.Logf("page %d: Close: %v", at/page, err)
		}
		for _, err := range []error{readErr, writeErr} {
			if err != nil {
				noticed++
				explained(t, err, path, "damaged", "Restore it from a copy", ".recover")
			}
		}
		if after, err := os.ReadFile(path); readErr != nil && writeErr != nil && (err != nil || !bytes.Equal(after, broken)) {
			t.Errorf("page %d: the damaged file was changed: %v", at/page, err)
		}
	}
	if noticed < len(sound)/page {
		t.Errorf("of %d damaged pages %d transactions took notice", len(sound)/page, noticed)
	}
}

// A closed store leaves one file and holds nothing open, however its transactions ended.
func TestCloseReleasesFiles(t *testing.T) {
	t.Parallel()
	path := filled(t, 3)
	s := open(t, path)
	for i := range 3 {
		if _, err := ids(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		_ = s.Update(ctx, func(w store.Writer) error {
			_ = w.Insert(ctx, document("never", "never", 0))
			cancel()
			return nil
		})
		_ = s.View(ctx, func(r store.Reader) error {
			_, err := r.List(ctx, store.Query{Limit: i + 1})
			return err
		})
		if err := insert(t.Context(), s, document(fmt.Sprint("n", i), fmt.Sprint("n", i), 0)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("beside the closed store: %v, %v", entries, err)
	}
	open, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, descriptor := range open {
		if target, err := os.Readlink(descriptor); err == nil && strings.HasPrefix(target, path) {
			t.Errorf("still open: %s", target)
		}
	}
}

// A file cut short, as by a copy that was interrupted.
func TestTruncated(t *testing.T) {
	t.Parallel()
	path := filled(t, 200)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()/2); err != nil {
		t.Fatal(err)
	}
	_, err = ids(t.Context(), open(t, path))
	explained(t, err, path, "damaged", "Restore it from a copy")
}

// A log that a killed owner left belongs to the store: what it had committed is there.
func TestLogOfKilledOwner(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lab.db")
	s := open(t, path)
	if err := fill(t.Context(), s, 3); err != nil {
		t.Fatal(err)
	}
	// The copy of a store in use is what a killed process leaves behind.
	left := filepath.Join(t.TempDir(), "left.db")
	for _, suffix := range []string{"", "-wal"} {
		body, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(left+suffix, body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := ids(t.Context(), open(t, left)); err != nil || len(got) != 3 {
		t.Errorf("%v, %v", got, err)
	}
}

// Who holds the store for too long is told about, and not as "database is locked" alone.
func TestLockedForTooLong(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lab.db")
	s := open(t, path)
	if err := fill(t.Context(), s, 1); err != nil {
		t.Fatal(err)
	}
	hasty := sqlite.Open(path, sqlite.BusyTimeout(50*time.Millisecond))
	defer hasty.Close() //nolint:errcheck // The test is about Update.
	err := s.Update(t.Context(), func(store.Writer) error {
		err := insert(t.Context(), hasty, document("new", "new", 0))
		explained(t, err, path, "locked by another transaction for more than 50ms", "Let the other process finish")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := insert(t.Context(), hasty, document("new", "new", 0)); err != nil {
		t.Error(err)
	}
}

// A queue of writers may be longer than the busy timeout, as long as it moves.
func TestLongQueueIsNoLock(t *testing.T) {
	t.Parallel()
	const timeout, held, writers = 200 * time.Millisecond, 20 * time.Millisecond, 30
	s := sqlite.Open(filepath.Join(t.TempDir(), "lab.db"), sqlite.BusyTimeout(timeout))
	defer s.Close() //nolint:errcheck // The test is about Update.
	if err := fill(t.Context(), s, 1); err != nil {
		t.Fatal(err)
	}
	failures := make(chan error, writers)
	for range writers {
		go func() {
			failures <- s.Update(t.Context(), func(store.Writer) error {
				time.Sleep(held)
				return nil
			})
		}()
	}
	for range writers {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
}
