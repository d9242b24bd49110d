package postgres

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/internal/sqlstore"
)

const (
	// setIdleTimeout ends a transaction whose client has gone without a word, such as with its machine; others wait for it.
	setIdleTimeout = "; SET LOCAL idle_in_transaction_session_timeout = '60s'"

	// lockWriters waits for the end of the transaction that writes, if any. Others then wait for this one.
	lockWriters = `UPDATE turns SET turn = turn + 1 WHERE one`

	// endTimeout bounds COMMIT and ROLLBACK, which are not cancelled.
	endTimeout = 30 * time.Second
)

// begin words the start of a transaction. The schema is set for the transaction alone, so a pooler between here and the
// server may give each transaction another session.
func (s *Store) begin(characteristics string) pgx.TxOptions {
	return pgx.TxOptions{BeginQuery: "BEGIN " + characteristics +
		"; SET LOCAL search_path = " + pgx.Identifier{s.schema}.Sanitize() + setIdleTimeout}
}

// View implements store.Store.
func (s *Store) View(ctx context.Context, read func(store.Reader) error) error {
	err := s.retry(ctx, false, func(ctx context.Context, pool *pgxpool.Pool) error {
		return s.view(ctx, pool, read)
	})
	if !errors.Is(err, sqlstore.ErrOutdated) {
		return err
	}
	// The schema is from an earlier program. Reading needs the one of this program.
	return s.retry(ctx, true, func(ctx context.Context, pool *pgxpool.Pool) error {
		return s.view(ctx, pool, read)
	})
}

// Update implements store.Store. Transactions of this and of other processes wait for each other, each for at most the
// store's lock timeout. The first error of the database that the Writer returns, ErrNotFound and the like aside, is final:
// Update then fails, or starts again, whatever write returns.
func (s *Store) Update(ctx context.Context, write func(store.Writer) error) error {
	return s.retry(ctx, true, func(ctx context.Context, pool *pgxpool.Pool) error {
		return s.update(ctx, pool, write)
	})
}

// retry calls one attempt of a transaction until it succeeds, fails for good, or the store's lock timeout has ended. The
// error is explained.
func (s *Store) retry(ctx context.Context, create bool, attempt func(context.Context, *pgxpool.Pool) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	pool, err := s.acquire(ctx, create)
	if err != nil {
		return err
	}
	defer s.release()

	deadline := time.Now().Add(s.lockTimeout)
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
			return s.explain(ctx, again.cause)
		}
		if err := backOff(ctx, i); err != nil {
			return err
		}
	}
}

// transient is the end of an attempt that may go better next time.
type transient struct{ cause error }

// Error implements error.
func (t *transient) Error() string { return t.cause.Error() }

// classify sorts an error of the database into those after which the transaction starts again and those that are final,
// and explains the latter.
func (s *Store) classify(ctx context.Context, err error) error {
	if isTransient(err) {
		return &transient{err}
	}
	return s.explain(ctx, err)
}

// backOff waits before the next attempt: longer each time, up to a quarter of a second, and never twice the same, so that
// those who met do not meet again.
func backOff(ctx context.Context, attempt int) error {
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
		return s.classify(ctx, err)
	}
	defer rollback(tx)
	// As the first read of the transaction this also fixes the state that it sees.
	version, err := readVersion(ctx, tx)
	if err == nil {
		err = s.migrations.Check(version)
	}
	switch {
	case isUndefinedTable(err), errors.Is(err, sqlstore.ErrNoSchema):
		return read(sqlstore.Empty{})
	case err != nil:
		return s.classify(ctx, err)
	}
	t := sqlstore.NewTransaction(conn{tx}, s.classify)
	defer t.End() //nolint:errcheck // Again, for a panic in read.
	err = read(t)
	switch failed := t.End(); {
	case isTransientAttempt(failed):
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
	waiting, cancel := context.WithTimeoutCause(ctx, s.lockTimeout, errBusy)
	defer cancel()
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-waiting.Done():
		return s.explain(ctx, context.Cause(waiting))
	}
	tx, err := pool.BeginTx(ctx, s.begin("ISOLATION LEVEL READ COMMITTED"))
	if err != nil {
		return s.classify(ctx, err)
	}
	// Runs after a panic in write too.
	defer rollback(tx)

	var version *int
	if err := tx.QueryRow(waiting, lockWriters+" RETURNING ("+selectVersion+")").Scan(&version); err != nil {
		switch {
		case ctx.Err() == nil && waiting.Err() != nil:
			err = errBusy
		case errors.Is(err, pgx.ErrNoRows):
			err = sqlstore.ErrUnexpectedContent // The one row of the table is missing.
		}
		return s.classify(ctx, err)
	}
	if version == nil {
		return s.explain(ctx, sqlstore.ErrUnexpectedContent)
	}
	if err := s.migrations.Check(*version); err != nil {
		return s.explain(ctx, err)
	}
	t := sqlstore.NewTransaction(conn{tx}, s.classify)
	defer t.End() //nolint:errcheck // Again, for a panic in write.
	err = write(t)
	switch failed := t.End(); {
	case isTransientAttempt(failed):
		return failed
	case err != nil:
		return err
	case failed != nil:
		return failed
	}
	return s.commit(ctx, tx)
}

// commit makes the changes durable. When it returns an error, none of them is, unless the error says that this is not
// known.
func (s *Store) commit(ctx context.Context, tx pgx.Tx) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	// Not cancelled any more: nobody could tell whether it had happened.
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTimeout)
	defer cancel()
	err := tx.Commit(ending)
	switch {
	case err == nil:
		return nil
	case isUnanswered(err):
		return s.unusable(err, "the connection broke before the server confirmed the change, so it may be stored or not",
			"Make a new plan, which shows what is there.")
	default:
		return s.classify(ctx, err)
	}
}

// rollback returns the connection, after undoing what was not committed.
func rollback(tx pgx.Tx) {
	ending, cancel := context.WithTimeout(context.Background(), endTimeout)
	defer cancel()
	// After a commit this does nothing. A connection on which it fails is closed, which undoes everything as well.
	_ = tx.Rollback(ending)
}
