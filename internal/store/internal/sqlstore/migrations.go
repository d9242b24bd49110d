package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
)

// Migrations lead from an empty database to the schema that this program uses. The version of a database's schema is the
// number of migrations it has seen.
type Migrations []migration

// migration is one step; name is its file.
type migration struct{ name, script string }

// MustReadMigrations reads the SQL scripts in the directory migrations, in the order of their names. They are part of
// the program, which the tests load, so a failure is no input anybody could give.
func MustReadMigrations(files fs.FS) Migrations {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		panic(err)
	}
	steps := make(Migrations, 0, len(names))
	for _, name := range names {
		script, err := fs.ReadFile(files, name)
		if err != nil {
			panic(err)
		}
		steps = append(steps, migration{name: name, script: string(script)})
	}
	return steps
}

var (
	// ErrOutdated says that the schema is of an earlier program.
	ErrOutdated = errors.New("the schema is not current")
	// ErrNoSchema says that the database is empty.
	ErrNoSchema = errors.New("the database is empty")
)

// NewerError says that the schema is of a newer program.
type NewerError struct{ Version, Known int }

// Error implements error.
func (e *NewerError) Error() string {
	return fmt.Sprintf("it was written by a newer version of this program (schema %d, known are up to %d)", e.Version, e.Known)
}

// Check compares the version of a database's schema with what this program uses. The error is nil, ErrOutdated,
// ErrNoSchema or a *NewerError.
func (m Migrations) Check(version int) error {
	switch {
	case version > len(m):
		return &NewerError{Version: version, Known: len(m)}
	case version == 0:
		return ErrNoSchema
	case version < len(m):
		return ErrOutdated
	default:
		return nil
	}
}

// Migrator is what migrations need of a database, in a transaction that the caller begins and commits.
type Migrator interface {
	// Version returns the version of the schema. Unless the schema is current, no other transaction changes it from then on.
	Version(ctx context.Context) (int, error)
	// SetVersion writes the version of the schema, which is one more than before.
	SetVersion(ctx context.Context, version int) error
	// ExecScript runs several statements.
	ExecScript(ctx context.Context, script string) error
}

// Apply brings a schema up to date, or fails with a *NewerError.
func (m Migrations) Apply(ctx context.Context, to Migrator) error {
	version, err := to.Version(ctx)
	if err != nil {
		return err
	}
	if version > len(m) {
		return m.Check(version)
	}
	for ; version < len(m); version++ {
		if err := to.ExecScript(ctx, m[version].script); err != nil {
			return fmt.Errorf("applying %s: %w", m[version].name, err)
		}
		if err := to.SetVersion(ctx, version+1); err != nil {
			return err
		}
	}
	return nil
}
