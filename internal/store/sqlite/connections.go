package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync/atomic"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/store/internal/sqlstore"
)

// errBusy says that other transactions of this process did not end in time.
var errBusy = errors.New("another transaction of this process is still running")

// connections is a bounded number of connections of one kind. database/sql pools connections too, but does not keep
// statements prepared with them.
type connections struct {
	db *sql.DB
	// inUse holds one element for each connection in use; its capacity is the bound.
	inUse chan struct{}
	// idle holds connections that wait for their next transaction.
	idle        chan *connection
	busyTimeout time.Duration
	// progress counts how often the queue has become shorter.
	progress *atomic.Int64
}

func newConnections(c driver.Connector, bound int, busyTimeout time.Duration) connections {
	return connections{
		db:          sql.OpenDB(c),
		inUse:       make(chan struct{}, bound),
		idle:        make(chan *connection, bound),
		busyTimeout: busyTimeout,
		progress:    new(atomic.Int64),
	}
}

// acquire returns a connection for one transaction. It waits as long for a transaction of this process as SQLite would
// for one of another process, and goes on waiting while others end: a long queue that moves is no lock.
func (cs *connections) acquire(ctx context.Context) (*connection, error) {
	c, _, err := cs.acquireOrJoin(ctx, nil)
	return c, err
}

// acquireOrJoin is acquire for an Update, which may be handed the transaction of a group commit instead.
func (cs *connections) acquireOrJoin(ctx context.Context, handover <-chan *groupCommit) (*connection, *groupCommit, error) {
	select {
	case cs.inUse <- struct{}{}:
	default:
		if g, err := cs.wait(ctx, handover); g != nil || err != nil {
			return nil, g, err
		}
	}
	c, err := cs.connect(ctx)
	return c, nil, err
}

// connect returns a connection that may be used, for one that inUse counts already.
func (cs *connections) connect(ctx context.Context) (*connection, error) {
	select {
	case idle := <-cs.idle:
		return idle, nil
	default:
	}
	conn, err := cs.db.Conn(ctx)
	if err != nil {
		<-cs.inUse
		return nil, err
	}
	return &connection{conn: conn, statements: make(map[string]*sql.Stmt)}, nil
}

func (cs *connections) wait(ctx context.Context, handover <-chan *groupCommit) (*groupCommit, error) {
	timeout := time.NewTimer(cs.busyTimeout)
	defer timeout.Stop()
	for {
		before := cs.progress.Load()
		select {
		case cs.inUse <- struct{}{}:
			return nil, nil
		case g := <-handover:
			return g, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-timeout.C:
			if cs.progress.Load() == before {
				return nil, errBusy
			}
			timeout.Reset(cs.busyTimeout)
		}
	}
}

// release ends what acquire began. A connection in doubt is closed, which undoes whatever it had not committed.
func (cs *connections) release(c *connection, sound bool) {
	if sound {
		cs.idle <- c
	} else {
		c.discard()
	}
	cs.progressed()
	<-cs.inUse
}

// progressed tells those who wait that somebody before them is done.
func (cs *connections) progressed() { cs.progress.Add(1) }

// close closes the idle connections. No other may be in use.
func (cs *connections) close() error {
	for {
		select {
		case c := <-cs.idle:
			c.closeStatements()
			if err := c.conn.Close(); err != nil && !errors.Is(err, sql.ErrConnDone) {
				return errors.Join(err, cs.db.Close())
			}
		default:
			return cs.db.Close()
		}
	}
}

// connection is one connection with the statements prepared on it.
type connection struct {
	conn       *sql.Conn
	statements map[string]*sql.Stmt
}

var _ sqlstore.Conn = (*connection)(nil)

// prepare returns the statement with this text, compiled once per connection.
func (c *connection) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if statement, ok := c.statements[text]; ok {
		return statement, nil
	}
	statement, err := c.conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	c.statements[text] = statement
	return statement, nil
}

// Query implements sqlstore.Conn.
func (c *connection) Query(ctx context.Context, s sqlstore.Statement, row func(scan func(...any) error) error) error {
	statement, err := c.prepare(ctx, s.SQL)
	if err != nil {
		return err
	}
	rows, err := statement.QueryContext(ctx, s.Args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what went wrong.
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Exec implements sqlstore.Conn.
func (c *connection) Exec(ctx context.Context, s sqlstore.Statement) (int64, error) {
	statement, err := c.prepare(ctx, s.SQL)
	if err != nil {
		return 0, err
	}
	result, err := statement.ExecContext(ctx, s.Args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// ExecAll implements sqlstore.Conn.
func (c *connection) ExecAll(ctx context.Context, statements ...sqlstore.Statement) error {
	for _, s := range statements {
		if _, err := c.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// exec runs a statement without arguments.
func (c *connection) exec(ctx context.Context, text string) error {
	return c.ExecAll(ctx, sqlstore.Statement{SQL: text})
}

// row reads the only row of a statement without arguments.
func (c *connection) row(ctx context.Context, text string, into any) error {
	statement, err := c.prepare(ctx, text)
	if err != nil {
		return err
	}
	return statement.QueryRowContext(ctx).Scan(into)
}

// end runs COMMIT or ROLLBACK. It cannot be cancelled: interrupted, the driver could not tell whether the statement had
// run.
func (c *connection) end(statement string) error { return c.exec(context.Background(), statement) }

// closeStatements closes the prepared statements. Those of a sql.Conn are not closed with it, and SQLite keeps a
// connection, with its files and locks, until its last statement is gone.
func (c *connection) closeStatements() {
	for text, statement := range c.statements {
		_ = statement.Close() // It repeats the error of the last execution, which has been reported.
		delete(c.statements, text)
	}
}

// discard closes the connection instead of returning it to database/sql.
func (c *connection) discard() {
	c.closeStatements()
	// The answer of the callback is how database/sql is told; Raw returns it again.
	_ = c.conn.Raw(func(any) error { return driver.ErrBadConn })
}
