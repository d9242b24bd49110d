package sqlite

import (
	"context"
	"errors"
	"os"

	"modernc.org/sqlite"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/internal/sqlstore"
)

// View implements store.Store. A file that can only be read is read nevertheless. No more than four Views of one Store
// run at once; others wait.
func (s *Store) View(ctx context.Context, read func(store.Reader) error) error {
	err := s.view(ctx, read)
	if !errors.Is(err, sqlstore.ErrOutdated) {
		return err
	}
	// The file is from an earlier program. Reading needs the schema of this one.
	p, err := s.acquire(ctx, true)
	if err != nil {
		return err
	}
	p.release()
	return s.view(ctx, read)
}

func (s *Store) view(ctx context.Context, read func(store.Reader) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p, err := s.acquire(ctx, false)
	if err != nil {
		return err
	}
	if p == nil {
		return read(sqlstore.Empty{})
	}
	defer p.release()

	// Without a log beside it, SQLite would need to make one, and that fails or leaves files which its owner cannot
	// use later.
	if p.readOnly && s.walSize() == 0 {
		return s.viewImmutable(ctx, read)
	}
	c, err := p.readers.begin(ctx, "BEGIN")
	if err != nil && isDenied(err) && s.walSize() == 0 {
		return s.viewImmutable(ctx, read) // The directory is read-only.
	}
	return s.readIn(ctx, p, c, err, read)
}

// readIn lets read see the transaction that has begun on a connection, or answers the error with which that failed.
func (s *Store) readIn(ctx context.Context, p *pool, c *connection, err error, read func(store.Reader) error) error {
	switch {
	case errors.Is(err, sqlstore.ErrNoSchema):
		return read(sqlstore.Empty{})
	case err != nil:
		return s.explain(err)
	}
	t := s.newTransaction(c)
	defer func() {
		t.End() //nolint:errcheck // The Reader has returned it.
		p.readers.release(c, c.end("ROLLBACK") == nil)
	}()
	if err := read(t); err != nil {
		return err
	}
	return ctx.Err()
}

// viewImmutable reads a file that nobody can be writing through this path: there is no log. Should somebody begin to,
// the file's time or size tells.
func (s *Store) viewImmutable(ctx context.Context, read func(store.Reader) error) error {
	before, err := os.Stat(s.path)
	if err != nil {
		return s.explain(err)
	}
	connector, err := sqlite.NewConnector(s.dsn(access{immutable: true}))
	if err != nil {
		return s.explain(err)
	}
	p := &pool{store: s, info: before, readOnly: true, readers: newConnections(connector, 1, s.options.busyTimeout)}
	defer p.readers.close() //nolint:errcheck // Nothing was written.

	c, err := p.readers.begin(ctx, "BEGIN")
	if errors.Is(err, sqlstore.ErrOutdated) {
		return s.notWritable(err)
	}
	if err := s.readIn(ctx, p, c, err, read); err != nil {
		return err
	}
	after, err := os.Stat(s.path)
	if err != nil {
		return s.explain(err)
	}
	if !after.ModTime().Equal(before.ModTime()) || after.Size() != before.Size() {
		return s.unusable(nil, "it was changed while it was read through a read-only path",
			"Try again, or give this user write permission to the file and its directory.")
	}
	return nil
}

// begin starts a transaction on a connection and checks the schema in it. The error is not yet explained.
func (cs *connections) begin(ctx context.Context, statement string) (*connection, error) {
	c, err := cs.acquire(ctx)
	if err == nil {
		err = cs.beginOn(ctx, c, statement)
	}
	return c, err
}

// beginOn is begin on a connection that was acquired. It releases it after an error.
func (cs *connections) beginOn(ctx context.Context, c *connection, statement string) error {
	err := c.exec(ctx, statement)
	if err == nil {
		err = checkSchema(ctx, c)
	}
	if err != nil {
		// Whether a cancelled BEGIN took effect is not known, and need not be: closing the connection settles it.
		cs.release(c, false)
	}
	return err
}

// newTransaction returns the Reader and Writer for the transaction on a connection.
func (s *Store) newTransaction(c *connection) *sqlstore.Transaction {
	return sqlstore.NewTransaction(c, func(_ context.Context, err error) error { return s.explain(err) })
}
