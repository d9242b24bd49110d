package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// versionTable is where goose keeps which migrations the schema has seen.
const versionTable = "schema_versions"

// selectVersion reads the version of the schema.
const selectVersion = `SELECT max(version_id) FROM ` + versionTable

// known is the version of the schema that this program knows: the number of its migrations.
var known = func() int64 {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		panic(err) // The pattern is part of the program, which the tests load.
	}
	return int64(len(names))
}()

// errOutdated says that the schema is of an earlier program; errNoSchema that there is none yet.
var (
	errOutdated = errors.New("the schema is not current")
	errNoSchema = errors.New("the schema is empty")
)

// judge compares the version of the schema with what this program knows.
func (s *Store) judge(version int64) error {
	switch {
	case version > known:
		return s.newer(version)
	case version == 0:
		return errNoSchema
	case version < known:
		return errOutdated
	default:
		return nil
	}
}

// ensureSchema creates or completes the schema. Several processes may do so at once: each migration is a transaction,
// and who comes second fails, looks again, and finds it done. The error is explained.
func (s *Store) ensureSchema(ctx context.Context) error {
	deadline := time.Now().Add(s.patience)
	for attempt := 0; ; attempt++ {
		err := s.migrate(ctx)
		if err == nil || !isTransient(err) && !isRace(err) || !time.Now().Before(deadline) {
			return s.fault(ctx, err)
		}
		if err := pause(ctx, attempt); err != nil {
			return err
		}
	}
}

func (s *Store) migrate(ctx context.Context) error {
	// goose works with database/sql, and does not know the schema. It is done after a few statements in the life of a
	// process, so it gets connections of its own.
	db := stdlib.OpenDB(*s.config.ConnConfig, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, "SET search_path = "+pgx.Identifier{s.schema}.Sanitize())
		return err
	}))
	defer db.Close() //nolint:errcheck // What it did has been answered.

	var there bool
	err := db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)", s.schema).Scan(&there)
	if err != nil {
		return err
	}
	// Not IF NOT EXISTS alone: that needs the right to create schemas even when there is nothing to create.
	if !there {
		statement := "CREATE SCHEMA IF NOT EXISTS " + pgx.Identifier{s.schema}.Sanitize()
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return err
	}
	steps, err := goose.NewProvider(goose.DialectPostgres, db, files,
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	version, err := steps.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	if version > known {
		return s.newer(version)
	}
	if _, err := steps.Up(ctx); err != nil {
		return fmt.Errorf("bringing the schema up to date: %w", err)
	}
	return nil
}
