package postgres

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// errEnded answers a Reader or Writer that outlived its callback.
var errEnded = errors.New("the transaction has ended")

const (
	// abandoned ends a transaction whose client has gone without a word, such as with its machine; others wait for it.
	abandoned = "; SET LOCAL idle_in_transaction_session_timeout = '60s'"

	// takeTurn waits for the transaction before this one.
	takeTurn = `UPDATE turns SET turn = turn + 1 WHERE one RETURNING (` + selectVersion + `)`

	// endTimeout bounds COMMIT and ROLLBACK, which are not cancelled.
	endTimeout = 30 * time.Second
)

// begin words the start of a transaction. The schema is set for the transaction alone, so a pooler between here and the
// server may give each transaction another session.
func (s *Store) begin(characteristics string) pgx.TxOptions {
	return pgx.TxOptions{BeginQuery: "BEGIN " + characteristics +
		"; SET LOCAL search_path = " + pgx.Identifier{s.schema}.Sanitize() + abandoned}
}

// View implements store.Store.
func (s *Store) View(ctx context.Context, read func(store.Reader) error) error {
	err := s.repeat(ctx, false, func(ctx context.Context, pool *pgxpool.Pool) error {
		return s.view(ctx, pool, read)
	})
	if !errors.Is(err, errOutdated) {
		return err
	}
	// The schema is from an earlier program. Reading needs the one of this program.
	return s.repeat(ctx, true, func(ctx context.Context, pool *pgxpool.Pool) error {
		return s.view(ctx, pool, read)
	})
}

// Update implements store.Store. Transactions of this and of other processes wait for each other, each for at most the
// store's patience. The first error of the database that the Writer returns, ErrNotFound and the like aside, is final:
// Update then fails, or starts again, whatever write returns.
func (s *Store) Update(ctx context.Context, write func(store.Writer) error) error {
	return s.repeat(ctx, true, func(ctx context.Context, pool *pgxpool.Pool) error {
		return s.update(ctx, pool, write)
	})
}

// repeat calls one attempt of a transaction until it succeeds, fails for good, or the store's patience has ended. The
// error is explained.
func (s *Store) repeat(ctx context.Context, create bool, attempt func(context.Context, *pgxpool.Pool) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	pool, err := s.acquire(ctx, create)
	if err != nil {
		return err
	}
	defer s.release()

	deadline := time.Now().Add(s.patience)
	for i := 0; ; i++ {
		err := attempt(ctx, pool)
		var again *transient
		switch {
		case err == nil:
			return nil
		case !errors.As(err, &again):
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case !time.Now().Before(deadline):
			return s.fault(ctx, again.cause)
		}
		if err := pause(ctx, i); err != nil {
			return err
		}
	}
}

// transient is the end of an attempt that may go better next time.
type transient struct{ cause error }

// Error implements error.
func (t *transient) Error() string { return t.cause.Error() }

// verdict sorts an error of the database into those after which the transaction starts again and those that are final,
// and explains the latter.
func (s *Store) verdict(ctx context.Context, err error) error {
	if isTransient(err) {
		return &transient{err}
	}
	return s.fault(ctx, err)
}

// pause waits before the next attempt: longer each time, up to a quarter of a second, and never twice the same, so that
// those who met do not meet again.
func pause(ctx context.Context, attempt int) error {
	most := min(4*time.Millisecond<<min(attempt, 8), 250*time.Millisecond)
	wait := time.NewTimer(most/2 + rand.N(most/2)) //nolint:gosec // Spreads retries.
	defer wait.Stop()
	select {
	case <-wait.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) view(ctx context.Context, pool *pgxpool.Pool, read func(store.Reader) error) error {
	tx, err := pool.BeginTx(ctx, s.begin("ISOLATION LEVEL REPEATABLE READ READ ONLY"))
	if err != nil {
		return s.verdict(ctx, err)
	}
	t := &transaction{store: s, tx: tx}
	defer t.finish()

	// As the first read of the transaction this also fixes the state that it sees.
	var version *int64
	err = tx.QueryRow(ctx, selectVersion).Scan(&version)
	switch {
	case isNoTable(err), err == nil && version == nil:
		return read(empty{})
	case err != nil:
		return s.verdict(ctx, err)
	}
	if err := s.judge(*version); errors.Is(err, errNoSchema) {
		return read(empty{})
	} else if err != nil {
		return err
	}
	err = read(reader{t})
	switch failed := t.failure(); {
	case failed != nil && isTransientAttempt(failed):
		return failed
	case err != nil:
		return err
	default:
		return ctx.Err()
	}
}

func isTransientAttempt(err error) bool {
	var again *transient
	return errors.As(err, &again)
}

func (s *Store) update(ctx context.Context, pool *pgxpool.Pool, write func(store.Writer) error) error {
	patience, cancel := context.WithTimeoutCause(ctx, s.patience, errBusy)
	defer cancel()
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-patience.Done():
		return s.fault(ctx, context.Cause(patience))
	}
	tx, err := pool.BeginTx(ctx, s.begin("ISOLATION LEVEL READ COMMITTED"))
	if err != nil {
		return s.verdict(ctx, err)
	}
	t := &transaction{store: s, tx: tx, writes: true}
	// Runs after a panic in write too.
	defer t.finish()

	var version *int64
	if err := tx.QueryRow(patience, takeTurn).Scan(&version); err != nil {
		switch {
		case ctx.Err() == nil && patience.Err() != nil:
			err = errBusy
		case errors.Is(err, pgx.ErrNoRows):
			err = errStrangeRow // The one row of the table is missing.
		}
		return s.verdict(ctx, err)
	}
	if version == nil {
		return s.fault(ctx, errStrangeRow)
	}
	if err := s.judge(*version); err != nil {
		return s.fault(ctx, err)
	}
	err = write(writer{reader{t}})
	switch failed := t.failure(); {
	case failed != nil && isTransientAttempt(failed):
		return failed
	case err != nil:
		return err
	case failed != nil:
		return failed
	}
	return t.commit(ctx)
}

// transaction is one attempt of a View or Update in progress.
type transaction struct {
	store  *Store
	writes bool

	mu     sync.Mutex
	tx     pgx.Tx // Nil once the transaction has ended.
	failed error
}

// run calls one operation on the transaction, unless it cannot take any more.
func (t *transaction) run(ctx context.Context, operation func(pgx.Tx) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.tx == nil:
		return errEnded
	case t.failed != nil:
		return t.failed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	err := operation(t.tx)
	if err == nil || isAnswer(err) {
		return err
	}
	// After any error the server refuses every statement until the transaction ends.
	t.failed = t.store.verdict(ctx, err)
	return t.failed
}

// isAnswer says that an error is what the caller asked to know, and that nothing went wrong.
func isAnswer(err error) bool {
	return errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrExists) || errors.Is(err, store.ErrGeneration)
}

// failure returns the error that ended the transaction early, if any.
func (t *transaction) failure() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed
}

// commit makes the changes durable. When it returns an error, none of them is, unless the error says that this is not
// known.
func (t *transaction) commit(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	// Not cancelled any more: nobody could tell whether it had happened.
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTimeout)
	defer cancel()
	err := t.tx.Commit(ending)
	switch {
	case err == nil:
		return nil
	case isUnanswered(err):
		return t.store.unknown(err)
	default:
		return t.store.verdict(ctx, err)
	}
}

// finish returns the connection, after undoing what was not committed.
func (t *transaction) finish() {
	t.mu.Lock()
	defer t.mu.Unlock()
	ending, cancel := context.WithTimeout(context.Background(), endTimeout)
	defer cancel()
	// After a commit this does nothing. A connection on which it fails is closed, which undoes everything as well.
	_ = t.tx.Rollback(ending)
	t.tx = nil
}
