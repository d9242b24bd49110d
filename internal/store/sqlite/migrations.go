package sqlite

import (
	"context"
	"embed"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/store/internal/sqlstore"
)

// applicationID marks a file as a store of this program: "vlab" in ASCII. It never changes.
const applicationID = 0x766c6162

//go:embed migrations/*.sql
var migrationFiles embed.FS

var migrations = sqlstore.MustReadMigrations(migrationFiles)

// ensureSchema creates or completes the schema and turns on the write-ahead log. Several processes may do so at once.
//
// The order matters: the mark of the program is in the file itself before a log exists beside it, so the header alone
// tells whose file it is.
func (p *pool) ensureSchema(ctx context.Context) error {
	if p.schemaCurrent {
		return nil
	}
	s := p.store
	if p.readOnly {
		return s.notWritable(nil)
	}
	c, err := p.writers.acquire(ctx)
	if err != nil {
		return s.explain(err)
	}
	err = s.migrate(ctx, c)
	if err == nil {
		err = s.enableWAL(ctx, c)
	}
	p.writers.release(c, err == nil)
	if err != nil {
		return s.explain(err)
	}
	p.schemaCurrent = true
	return nil
}

// migrate applies the migrations the file has not seen, all in one transaction.
func (s *Store) migrate(ctx context.Context, c *connection) error {
	if err := c.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := migrations.Apply(ctx, migrator{s, c}); err != nil {
		return err
	}
	return c.end("COMMIT")
}

// migrator keeps the version of the schema as PRAGMA user_version, which is part of the transaction.
type migrator struct {
	store *Store
	*connection
}

// Version implements sqlstore.Migrator.
func (m migrator) Version(ctx context.Context) (version int, err error) {
	if err := m.row(ctx, "PRAGMA user_version", &version); err != nil || version > 0 {
		return version, err
	}
	// The header said so already, but only under the lock is it certain.
	var application, objects int
	if err := m.row(ctx, "PRAGMA application_id", &application); err != nil {
		return 0, err
	}
	if err := m.row(ctx, "SELECT count(*) FROM sqlite_schema", &objects); err != nil {
		return 0, err
	}
	if objects > 0 || application != 0 && application != applicationID {
		return 0, m.store.otherProgram()
	}
	return 0, nil
}

// SetVersion implements sqlstore.Migrator.
func (m migrator) SetVersion(ctx context.Context, version int) error {
	// A pragma takes no parameters.
	return m.ExecScript(ctx, "PRAGMA application_id = "+strconv.Itoa(applicationID)+
		"; PRAGMA user_version = "+strconv.Itoa(version))
}

// ExecScript implements sqlstore.Migrator.
func (m migrator) ExecScript(ctx context.Context, script string) error {
	_, err := m.conn.ExecContext(ctx, script)
	return err
}

// enableWAL switches the file to a write-ahead log, with which readers and the writer do not wait for each other. The
// file remembers. The switch needs the file alone for a moment, and SQLite does not wait for that by itself.
func (s *Store) enableWAL(ctx context.Context, c *connection) error {
	deadline := time.Now().Add(s.options.busyTimeout)
	for {
		var mode string
		// A file system without shared memory answers with another mode. The store works there too, only that a View
		// and an Update then wait for each other.
		err := c.row(ctx, "PRAGMA journal_mode = WAL", &mode)
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

// checkSchema reads the version of the schema, which another process may have raised since this one opened the file.
// As the first read of a transaction it also fixes the state that the transaction sees.
func checkSchema(ctx context.Context, c *connection) error {
	var version int
	if err := c.row(ctx, "PRAGMA user_version", &version); err != nil {
		return err
	}
	return migrations.Check(version)
}
