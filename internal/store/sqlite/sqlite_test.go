package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
)

func open(tb testing.TB, path string) *sqlite.Store {
	tb.Helper()
	s := sqlite.Open(path)
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func document(id, key string, generation int64) store.Document {
	return store.Document{
		Kind: "vpc", ID: id, Project: "p", Key: key, Generation: generation, Body: []byte(`{}`),
		References: []store.Reference{{Field: "parent", Target: "t" + id}},
	}
}

func insert(ctx context.Context, s store.Store, d store.Document) error {
	return s.Update(ctx, func(w store.Writer) error { return w.Insert(ctx, d) })
}

func TestReadingCreatesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "deep", "lab.db")
	s := open(t, path)
	err := s.View(t.Context(), func(r store.Reader) error {
		documents, err := r.List(t.Context(), store.Query{})
		if len(documents) != 0 {
			t.Error(documents)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("reading made %s", filepath.Dir(path))
	}
	if err := insert(t.Context(), s, document("a", "k", 0)); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" { // Which has no such permissions.
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := open(t, filepath.Join(t.TempDir(), "a b?c#d%20e", "lab.db"))
	for i := range 5 {
		if err := insert(ctx, s, document(fmt.Sprint("d", i), "k", int64(i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := insert(ctx, s, document("d0", "other", 0)); !errors.Is(err, store.ErrExists) {
		t.Errorf("a second d0: %v", err)
	}
	if err := insert(ctx, s, document("late", "k", 3)); !errors.Is(err, store.ErrGeneration) {
		t.Errorf("a generation that is gone: %v", err)
	}
	boom := errors.New("boom")
	err := s.Update(ctx, func(w store.Writer) error {
		if err := w.Delete(ctx, "d1"); err != nil {
			return err
		}
		if _, err := w.Get(ctx, "d1"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a writer does not see its own deletion: %v", err)
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Error(err)
	}
	err = s.Update(ctx, func(w store.Writer) error {
		changed := document("d2", "k", 2)
		changed.Body, changed.References = []byte(`{"x":1}`), nil
		if err := w.Replace(ctx, changed); err != nil {
			return err
		}
		return w.Delete(ctx, "d4")
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.View(ctx, func(r store.Reader) error {
		d, err := r.Get(ctx, "d2")
		if err != nil || string(d.Body) != `{"x":1}` || d.Revision != 2 || d.Generation != 2 {
			t.Errorf("%+v, %v", d, err)
		}
		for _, c := range []struct {
			q    store.Query
			want string
		}{
			{store.Query{}, "d0 d1 d2 d3"},
			{store.Query{Kind: "vpc", Project: "p", Limit: 2}, "d0 d1"},
			{store.Query{After: "d1"}, "d2 d3"},
			{store.Query{After: "nothing"}, ""},
			{store.Query{Target: "td3"}, "d3"},
			{store.Query{Target: "td2"}, ""},
			{store.Query{Field: "elsewhere", Target: "td3"}, ""},
			{store.Query{Kind: "subnet"}, ""},
		} {
			list, err := r.List(ctx, c.q)
			if err != nil {
				return err
			}
			var ids []string
			for _, d := range list {
				ids = append(ids, d.ID)
			}
			if got := strings.Join(ids, " "); got != c.want {
				t.Errorf("%+v: %q, want %q", c.q, got, c.want)
			}
		}
		if n, err := r.Count(ctx, store.Query{Kind: "vpc"}); n != 4 || err != nil {
			t.Errorf("count %d, %v", n, err)
		}
		if g, err := r.Generation(ctx, "vpc", "k"); g != 5 || err != nil {
			t.Errorf("generation %d, %v", g, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A file that is no store of this program is named, explained, and left as it is.
func TestForeignFiles(t *testing.T) {
	t.Parallel()
	foreign := func(t *testing.T, statements ...string) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), "foreign.db")
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range statements {
			if _, err := db.ExecContext(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		return path
	}
	text := func(t *testing.T, body string) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), "text")
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	newer := func(t *testing.T) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), "lab.db")
		s := sqlite.Open(path)
		if err := insert(t.Context(), s, document("a", "k", 0)); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), "PRAGMA user_version = 999"); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, path := range map[string]string{
		"text":                text(t, strings.Repeat("not a database\n", 100)),
		"foreign":             foreign(t, "CREATE TABLE theirs (x)", "INSERT INTO theirs VALUES (1)"),
		"newer":               newer(t),
		"directory":           t.TempDir(),
		"file as a directory": filepath.Join(text(t, "x"), "lab.db"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, _ := os.ReadFile(path) // A directory has no bytes to compare.
			s := open(t, path)
			for what, err := range map[string]error{
				"write": insert(t.Context(), s, document("z", "z", 0)),
				"read": s.View(t.Context(), func(r store.Reader) error {
					_, err := r.List(t.Context(), store.Query{})
					return err
				}),
			} {
				if what == "read" && name == "file as a directory" && err == nil {
					continue // Nothing can be there, so it is empty.
				}
				if !errors.Is(err, store.ErrUnusable) || !strings.Contains(fmt.Sprint(err), path) {
					t.Errorf("%s: %v", what, err)
				}
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the file was changed")
			}
		})
	}
}

const (
	childVariable = "VPCLAB_TEST_CHILD"
	deniedCommand = "denied"
)

func TestMain(m *testing.M) {
	switch path := os.Getenv(childVariable); path {
	case "":
	case deniedCommand:
		os.Exit(deniedChild())
	default:
		os.Exit(child(path))
	}
	os.Exit(m.Run())
}

// child inserts thirty documents under one key, as one of several processes.
func child(path string) int {
	ctx := context.Background()
	s := sqlite.Open(path)
	for i := range 30 {
		err := s.Update(ctx, func(w store.Writer) error {
			g, err := w.Generation(ctx, "vpc", "shared")
			if err != nil {
				return err
			}
			return w.Insert(ctx, document(fmt.Sprintf("%d-%d", os.Getpid(), i), "shared", g))
		})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return 0
}

// Several processes start on a missing file at once; nothing is lost, and no lock error reaches anybody.
func TestProcesses(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lab.db")
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), childVariable+"="+path)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	wait.Wait()
	err := open(t, path).View(t.Context(), func(r store.Reader) error {
		n, err := r.Count(t.Context(), store.Query{})
		g, _ := r.Generation(t.Context(), "vpc", "shared")
		if n != 180 || g != 180 {
			t.Errorf("%d documents, generation %d", n, g)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
