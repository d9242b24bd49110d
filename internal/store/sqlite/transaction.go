package sqlite

import (
	"context"
	"errors"
	"os"
	"sync"

	"modernc.org/sqlite"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// errEnded answers a Reader or Writer that outlived its callback.
var errEnded = errors.New("the transaction has ended")

// View implements store.Store. A file that can only be read is read nevertheless. No more than four Views of one Store
// run at once; others wait.
func (s *Store) View(ctx context.Context, read func(store.Reader) error) error {
	err := s.view(ctx, read)
	if !errors.Is(err, errOutdated) {
		return err
	}
	// The file is from an earlier program. Reading needs the schema of this one.
	p, err := s.acquire(ctx, true)
	if err != nil {
		return err
	}
	p.release()
	return s.fault(s.view(ctx, read))
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
		return read(empty{})
	}
	defer p.release()

	// Without a log beside it, SQLite would need to make one, and that fails or leaves files which its owner cannot
	// use later.
	if p.readOnly && s.logSize() == 0 {
		return s.viewUnchanging(ctx, read)
	}
	t, err := p.begin(ctx, &p.readers, "BEGIN")
	if err != nil && isDenied(err) && s.logSize() == 0 {
		return s.viewUnchanging(ctx, read) // The directory is read-only.
	}
	return s.answer(ctx, t, err, read)
}

// answer lets read see the transaction t, or answers err, with which beginning it failed.
func (s *Store) answer(ctx context.Context, t *transaction, err error, read func(store.Reader) error) error {
	switch {
	case errors.Is(err, errNoSchema):
		return read(empty{})
	case err != nil:
		return s.fault(err)
	}
	defer t.finish()
	if err := read(reader{t}); err != nil {
		return err
	}
	return ctx.Err()
}

// viewUnchanging reads a file that nobody can be writing through this path: there is no log. Should somebody begin to,
// the file's time or size tells.
func (s *Store) viewUnchanging(ctx context.Context, read func(store.Reader) error) error {
	before, err := os.Stat(s.path)
	if err != nil {
		return s.fault(err)
	}
	c, err := sqlite.NewConnector(s.dsn(access{immutable: true}))
	if err != nil {
		return s.fault(err)
	}
	p := &pool{store: s, info: before, readOnly: true, readers: newSessions(c, 1, s.options.busyTimeout)}
	defer p.readers.close() //nolint:errcheck // Nothing was written.

	t, err := p.begin(ctx, &p.readers, "BEGIN")
	if errors.Is(err, errOutdated) {
		return s.readOnlyFile(err)
	}
	if err := s.answer(ctx, t, err, read); err != nil {
		return err
	}
	after, err := os.Stat(s.path)
	if err != nil {
		return s.fault(err)
	}
	if !after.ModTime().Equal(before.ModTime()) || after.Size() != before.Size() {
		return &unusable{
			path: s.path, problem: "it was changed while it was read through a read-only path",
			advice: "Try again, or give this user write permission to the file and its directory.",
		}
	}
	return nil
}

// transaction is one View or Update in progress.
type transaction struct {
	store    *Store
	sessions *sessions
	writes   bool

	mu      sync.Mutex
	session *session // Nil once the transaction has ended.
	failed  error
}

// begin starts a transaction and checks the schema in it. The error is not yet explained.
func (p *pool) begin(ctx context.Context, from *sessions, statement string) (*transaction, error) {
	one, err := from.borrow(ctx)
	if err != nil {
		return nil, err
	}
	return p.beginOn(ctx, from, one, statement)
}

// beginOn is begin on a connection that was borrowed. It gives it back after an error.
func (p *pool) beginOn(ctx context.Context, from *sessions, one *session, statement string) (_ *transaction, err error) {
	t := &transaction{store: p.store, sessions: from, session: one, writes: from == &p.writers}
	if _, err = one.exec(ctx, statement); err == nil {
		var version int
		if version, err = p.store.checkSchema(ctx, one); errors.Is(err, errOutdated) && version == 0 {
			err = errNoSchema
		}
	}
	if err != nil {
		// Whether a cancelled BEGIN took effect is not known, and need not be: closing the connection settles it.
		t.session = nil
		from.giveBack(one, false)
		return nil, err
	}
	return t, nil
}

// errNoSchema says that the file is an empty database.
var errNoSchema = errors.New("the database is empty")

// run calls one operation on the connection, unless the transaction cannot take any more.
func (t *transaction) run(ctx context.Context, operation func(*session) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.session == nil:
		return errEnded
	case t.failed != nil:
		return t.failed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	err := operation(t.session)
	if err == nil || isAnswer(err) {
		return err
	}
	err = t.store.fault(err)
	if t.writes {
		// Some errors, cancellation among them, make SQLite roll back the whole transaction. A statement after that
		// would be committed on its own.
		t.failed = err
	}
	return err
}

// isAnswer says that an error is what the caller asked to know, and that nothing went wrong.
func isAnswer(err error) bool {
	return errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrExists) || errors.Is(err, store.ErrGeneration)
}

// finish ends the transaction of a View and returns the connection.
func (t *transaction) finish() {
	t.mu.Lock()
	defer t.mu.Unlock()
	sound := t.failed == nil && t.store.end(context.Background(), t.session, "ROLLBACK") == nil
	t.sessions.giveBack(t.session, sound)
	t.session = nil
}

// leave ends the part that an Update has in its group's transaction, and returns the error that broke the transaction, if
// any.
func (t *transaction) leave() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.session = nil
	return t.failed
}

// end runs COMMIT or ROLLBACK. It is not cancelled any more: interrupted, the driver could not tell whether the
// statement had run.
func (s *Store) end(ctx context.Context, one *session, statement string) error {
	_, err := one.exec(context.WithoutCancel(ctx), statement)
	return err
}
