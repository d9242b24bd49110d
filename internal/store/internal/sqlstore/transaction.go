package sqlstore

import (
	"context"
	"errors"
	"sync"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// ErrEnded answers a Reader or Writer that outlived its callback.
var ErrEnded = errors.New("the transaction has ended")

// Transaction is one View or Update in progress.
type Transaction struct {
	explain func(context.Context, error) error

	mu     sync.Mutex
	conn   Conn // Nil once the transaction has ended.
	failed error
}

var _ store.Writer = (*Transaction)(nil)

// NewTransaction returns the Reader and Writer for a transaction that has begun on a connection. The function explain
// turns an error of the database into the one that the caller sees.
func NewTransaction(conn Conn, explain func(context.Context, error) error) *Transaction {
	return &Transaction{conn: conn, explain: explain}
}

// End ends the use of the connection, and returns the error that broke the transaction, if any. It commits and undoes
// nothing, and may be called more than once.
func (t *Transaction) End() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.conn = nil
	return t.failed
}

// run calls one operation on the connection, unless the transaction cannot take any more.
func (t *Transaction) run(ctx context.Context, operation func(Conn) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.conn == nil:
		return ErrEnded
	case t.failed != nil:
		return t.failed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	err := operation(t.conn)
	if err == nil || errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrExists) ||
		errors.Is(err, store.ErrGeneration) {
		return err // What the caller asked to know; nothing went wrong.
	}
	// After some errors, cancellation among them, SQLite has rolled the transaction back, and a statement after that would
	// be committed on its own. After any error PostgreSQL refuses every statement until the transaction ends.
	t.failed = t.explain(ctx, err)
	return t.failed
}
