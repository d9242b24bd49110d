package sqlite

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strconv"
	"time"
)

// applicationID marks a file as a store of this program: "vlab" in ASCII. It never changes.
const applicationID = 0x766c6162

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrations lead from an empty file to the schema this program knows. The version of a schema, which the file keeps
// as PRAGMA user_version, is the number of migrations it has seen.
var migrations = mustReadMigrations(migrationFiles)

// migration is one step; name is its file.
type migration struct {
	name string
	text string
}

// mustReadMigrations reads the files in the order of their names. They are part of the program, which the tests load,
// so a failure is no input anybody could give.
func mustReadMigrations(files fs.FS) []migration {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		panic(err)
	}
	steps := make([]migration, 0, len(names))
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			panic(err)
		}
		steps = append(steps, migration{name: name, text: string(text)})
	}
	return steps
}

// ensureSchema creates or completes the schema and turns on the write-ahead log. Several processes may do so at once.
//
// The order matters: the mark of the program is in the file itself before a log exists beside it, so the header alone
// tells whose file it is.
func (p *pool) ensureSchema(ctx context.Context) error {
	if p.current {
		return nil
	}
	s := p.store
	if p.readOnly {
		return s.readOnlyFile(nil)
	}
	one, err := p.writers.borrow(ctx)
	if err != nil {
		return s.fault(err)
	}
	err = s.migrate(ctx, one)
	if err == nil {
		err = s.useLog(ctx, one)
	}
	p.writers.giveBack(one, err == nil)
	if err != nil {
		return s.fault(err)
	}
	p.current = true
	return nil
}

// migrate applies the migrations the file has not seen, all in one transaction.
func (s *Store) migrate(ctx context.Context, one *session) error {
	if _, err := one.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	var version, application, objects int
	if err := one.row(ctx, "PRAGMA user_version", nil, &version); err != nil {
		return err
	}
	switch {
	case version > len(s.steps):
		return s.newer(version)
	case version == len(s.steps):
		return s.end(ctx, one, "COMMIT")
	case version == 0:
		// The header said so already, but only under the lock is it certain.
		if err := one.row(ctx, "PRAGMA application_id", nil, &application); err != nil {
			return err
		}
		if err := one.row(ctx, "SELECT count(*) FROM sqlite_schema", nil, &objects); err != nil {
			return err
		}
		if objects > 0 || application != 0 && application != applicationID {
			return s.foreign()
		}
	}
	for _, step := range s.steps[version:] {
		if _, err := one.conn.ExecContext(ctx, step.text); err != nil {
			return fmt.Errorf("applying %s: %w", step.name, err)
		}
	}
	// A pragma takes no parameters. Both numbers are part of the transaction.
	marks := "PRAGMA application_id = " + strconv.Itoa(applicationID) +
		"; PRAGMA user_version = " + strconv.Itoa(len(s.steps))
	if _, err := one.conn.ExecContext(ctx, marks); err != nil {
		return err
	}
	return s.end(ctx, one, "COMMIT")
}

// useLog switches the file to a write-ahead log, with which readers and the writer do not wait for each other. The
// file remembers. The switch needs the file alone for a moment, and SQLite does not wait for that by itself.
func (s *Store) useLog(ctx context.Context, one *session) error {
	deadline := time.Now().Add(s.options.busyTimeout)
	for {
		var mode string
		// A file system without shared memory answers with another mode. The store works there too, only that a View
		// and an Update then wait for each other.
		err := one.row(ctx, "PRAGMA journal_mode = WAL", nil, &mode)
		if err == nil || !isBusy(err) || !time.Now().Before(deadline) {
			return err
		}
		pause := time.NewTimer(time.Duration(2+rand.IntN(20)) * time.Millisecond) //nolint:gosec // Spreads retries.
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return ctx.Err()
		}
	}
}

// errOutdated says that the file has a schema of an earlier program, or none yet.
var errOutdated = errors.New("the schema is not current")

// checkSchema reads the version of the schema, which another process may have raised since this one opened the file.
// As the first read of a transaction it also fixes the state that the transaction sees.
func (s *Store) checkSchema(ctx context.Context, one *session) (version int, err error) {
	if err := one.row(ctx, "PRAGMA user_version", nil, &version); err != nil {
		return 0, err
	}
	switch {
	case version > len(s.steps):
		return version, s.newer(version)
	case version < len(s.steps):
		return version, errOutdated
	default:
		return version, nil
	}
}
