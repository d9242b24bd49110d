package sqlite_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
)

// A store of every schema so far is brought up to date by the first process that reads or writes it, and loses nothing.
func TestEarlierSchemas(t *testing.T) {
	t.Parallel()
	steps, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(steps) < 2 {
		t.Fatalf("%v, %v", steps, err)
	}
	slices.Sort(steps)
	for version := 1; version <= len(steps); version++ {
		for _, first := range []string{"read", "write"} {
			t.Run(fmt.Sprint(version, " ", first), func(t *testing.T) {
				t.Parallel()
				path := earlier(t, steps[:version])
				s := sqlite.Open(path)
				defer s.Close() //nolint:errcheck // It was read again.
				if first == "write" {
					if err := insert(t.Context(), s, document("new", "new", 0)); err != nil {
						t.Fatal(err)
					}
				}
				var old store.Document
				var generation int64
				err := s.View(t.Context(), func(r store.Reader) (err error) {
					if generation, err = r.Generation(t.Context(), "vpc", "key"); err == nil {
						old, err = r.Get(t.Context(), "old")
					}
					return err
				})
				if err != nil || generation != 3 || string(old.Body) != `{"a": 1}` || old.Session != "" ||
					len(old.References) != 1 || old.CreatedAt.Unix() != 100 {
					t.Errorf("generation %d, %+v, %v", generation, old, err)
				}
				if err := insert(t.Context(), s, document("next", "key", 3)); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// A store of a newer program is refused with both versions, and left as it is.
func TestNewerSchema(t *testing.T) {
	t.Parallel()
	steps, err := filepath.Glob("migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	path := earlier(t, steps)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), fmt.Sprintf("PRAGMA user_version = %d", len(steps)+1))
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	_, readErr := ids(t.Context(), s)
	for _, err := range []error{readErr, insert(t.Context(), s, document("new", "new", 0))} {
		explained(t, err, path, "newer version", fmt.Sprintf("schema %d, known are up to %d", len(steps)+1, len(steps)),
			"Nothing was changed. Upgrade the provider")
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the file was changed: %v", err)
	}
}

// earlier makes a store as the program did that knew these steps.
func earlier(t *testing.T, steps []string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lab.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // What it wrote is read.
	var script []string
	for _, step := range steps {
		text, err := os.ReadFile(step)
		if err != nil {
			t.Fatal(err)
		}
		script = append(script, string(text))
	}
	script = append(script,
		fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d; PRAGMA journal_mode = WAL", 0x766c6162, len(steps)),
		`INSERT INTO documents (id, kind, project, key, generation, revision, body, created_at, updated_at)
			VALUES ('old', 'vpc', 'p', 'key', 2, 7, '{"a": 1}', 100, 200)`,
		`INSERT INTO document_references (document, position, field, target) VALUES (1, 0, 'f', 't')`,
		`INSERT INTO generations (kind, key, count) VALUES ('vpc', 'key', 3)`)
	for _, text := range script {
		if _, err := db.ExecContext(t.Context(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	return path
}
