//go:build !windows

package sqlite_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// Windows lets nobody remove or replace a file that is open.

// A removed file is an empty store, and one moved into its place is another store, from the next transaction on.
func TestFileRemovedOrReplaced(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lab.db")
	s := open(t, path)
	if err := fill(t.Context(), s, 3); err != nil {
		t.Fatal(err)
	}
	remove(t, path)
	if got, err := ids(t.Context(), s); err != nil || got != nil {
		t.Errorf("after the removal: %v, %v", got, err)
	}
	if err := insert(t.Context(), s, document("new", "new", 0)); err != nil {
		t.Fatal(err)
	}
	if got, err := ids(t.Context(), s); err != nil || fmt.Sprint(got) != "[new]" {
		t.Errorf("in the new file: %v, %v", got, err)
	}

	other := filled(t, 2)
	for _, suffix := range []string{"-wal", "-shm"} {
		remove(t, path+suffix)
	}
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	if got, err := ids(t.Context(), s); err != nil || fmt.Sprint(got) != "[d00000 d00001]" {
		t.Errorf("in the other file: %v, %v", got, err)
	}
	if err := insert(t.Context(), s, document("new", "new", 0)); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// A change that went into a file without a name is not reported as stored.
func TestFileRemovedDuringUpdate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lab.db")
	s := open(t, path)
	if err := fill(t.Context(), s, 3); err != nil {
		t.Fatal(err)
	}
	err := s.Update(t.Context(), func(w store.Writer) error {
		remove(t, path)
		return w.Insert(t.Context(), document("new", "new", 0))
	})
	explained(t, err, path, "removed or replaced", "Try again")
	if got, err := ids(t.Context(), s); err != nil || got != nil {
		t.Errorf("afterwards: %v, %v", got, err)
	}
}

// What the guide says about backup: a copy made in use is a store, and can take the place of the file.
func TestBackup(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lab.db")
	s := open(t, path)
	if err := fill(t.Context(), s, 3); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // It was only read.
	backup := filepath.Join(t.TempDir(), "backup.db")
	if _, err := db.ExecContext(t.Context(), "VACUUM INTO ?", backup); err != nil {
		t.Fatal(err)
	}
	if err := insert(t.Context(), s, document("late", "late", 0)); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		remove(t, path+suffix)
	}
	if err := os.Rename(backup, path); err != nil {
		t.Fatal(err)
	}
	restored := open(t, path)
	if got, err := ids(t.Context(), restored); err != nil || fmt.Sprint(got) != "[d00000 d00001 d00002]" {
		t.Errorf("%v, %v", got, err)
	}
	if err := insert(t.Context(), restored, document("new", "new", 0)); err != nil {
		t.Error(err)
	}
}
