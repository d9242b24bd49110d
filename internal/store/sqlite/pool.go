package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"
)

// maxReaders bounds the connections that read at the same time.
const maxReaders = 4

// pool holds the connections to one file: one that writes and a few that read.
type pool struct {
	store *Store
	// info identifies the file, which another may replace under the same path.
	info os.FileInfo
	// readOnly says that the operating system refuses to open the file for writing.
	readOnly bool

	users   users
	writers sessions
	readers sessions
	// batons hands the transaction of a group on to an Update that waits.
	batons chan *group
	// current says that this process has seen the schema it expects. The caller of ensureSchema guards it.
	current bool
}

// connect prepares both kinds of connection and opens none.
func (p *pool) connect() error {
	write, err := sqlite.NewConnector(p.store.dsn(access{write: true}))
	if err != nil {
		return p.store.fault(err)
	}
	read, err := sqlite.NewConnector(p.store.dsn(access{}))
	if err != nil {
		return p.store.fault(err)
	}
	p.batons = make(chan *group)
	p.writers = newSessions(write, 1, p.store.options.busyTimeout)
	p.readers = newSessions(read, maxReaders, p.store.options.busyTimeout)
	return nil
}

// release ends the use that acquire began.
func (p *pool) release() {
	if p.users.done() {
		// Nobody is left to tell, and every transaction has had its own answer.
		_ = p.close()
	}
}

// retire closes the pool now if nobody uses it, or else when the last user is done.
func (p *pool) retire() error {
	if p.users.retire() {
		return p.close()
	}
	return nil
}

func (p *pool) close() error {
	// Not before the last descriptor is closed may this process open the file outside of SQLite again.
	defer func() {
		places.Lock()
		delete(places.pools, p)
		places.Unlock()
	}()
	// The writer goes last: it is the one that may empty the log into the file.
	return errors.Join(p.readers.close(), p.writers.close())
}

// users counts who uses a pool.
type users struct {
	mu      sync.Mutex
	count   int
	retired bool
}

func (u *users) add() {
	u.mu.Lock()
	u.count++
	u.mu.Unlock()
}

// done reports whether the last user of a retired pool has gone.
func (u *users) done() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.count--
	return u.retired && u.count == 0
}

// retire reports whether there is no user, so that the pool can be closed at once.
func (u *users) retire() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.retired = true
	return u.count == 0
}

// sessions lends out a bounded number of connections.
type sessions struct {
	db *sql.DB
	// slots holds one element for each connection lent out; its capacity is the bound.
	slots chan struct{}
	// idle holds connections that wait for their next transaction, statements prepared.
	idle chan *session
	wait time.Duration
	// returned counts how often the queue has become shorter.
	returned *atomic.Int64
}

func newSessions(c driver.Connector, bound int, wait time.Duration) sessions {
	return sessions{
		db:    sql.OpenDB(c),
		slots: make(chan struct{}, bound),
		idle:  make(chan *session, bound),
		wait:  wait,

		returned: new(atomic.Int64),
	}
}

// borrow returns a connection for one transaction. It waits as long for a transaction of this process as SQLite would for
// one of another process, and goes on waiting while others end: a long queue that moves is no lock.
func (s *sessions) borrow(ctx context.Context) (*session, error) {
	one, _, err := s.borrowOr(ctx, nil)
	return one, err
}

// borrowOr is borrow for an Update, which may be handed the transaction of a group instead.
func (s *sessions) borrowOr(ctx context.Context, batons <-chan *group) (*session, *group, error) {
	select {
	case s.slots <- struct{}{}:
	default:
		if g, err := s.queue(ctx, batons); g != nil || err != nil {
			return nil, g, err
		}
	}
	one, err := s.connect(ctx)
	return one, nil, err
}

// connect returns a connection for a slot that was taken.
func (s *sessions) connect(ctx context.Context) (*session, error) {
	select {
	case idle := <-s.idle:
		return idle, nil
	default:
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		<-s.slots
		return nil, err
	}
	return &session{conn: conn, statements: make(map[string]*sql.Stmt)}, nil
}

func (s *sessions) queue(ctx context.Context, batons <-chan *group) (*group, error) {
	patience := time.NewTimer(s.wait)
	defer patience.Stop()
	for {
		returned := s.returned.Load()
		select {
		case s.slots <- struct{}{}:
			return nil, nil
		case g := <-batons:
			return g, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-patience.C:
			if s.returned.Load() == returned {
				return nil, errBusy
			}
			patience.Reset(s.wait)
		}
	}
}

// giveBack ends what borrow began. A connection in doubt is closed, which undoes whatever it had not committed.
func (s *sessions) giveBack(one *session, sound bool) {
	if sound {
		s.idle <- one
	} else {
		one.discard()
	}
	s.moved()
	<-s.slots
}

// moved tells those who wait that somebody before them is done.
func (s *sessions) moved() { s.returned.Add(1) }

// close closes the idle connections. No other may be lent out.
func (s *sessions) close() error {
	for {
		select {
		case one := <-s.idle:
			one.finalize()
			if err := one.conn.Close(); err != nil && !errors.Is(err, sql.ErrConnDone) {
				return errors.Join(err, s.db.Close())
			}
		default:
			return s.db.Close()
		}
	}
}

// session is one connection with the statements prepared on it.
type session struct {
	conn       *sql.Conn
	statements map[string]*sql.Stmt
}

// prepare returns the statement with this text, compiled once per connection.
func (s *session) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	if statement, ok := s.statements[text]; ok {
		return statement, nil
	}
	statement, err := s.conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s.statements[text] = statement
	return statement, nil
}

// exec runs a statement and returns the number of rows it changed.
func (s *session) exec(ctx context.Context, text string, args ...any) (int64, error) {
	statement, err := s.prepare(ctx, text)
	if err != nil {
		return 0, err
	}
	result, err := statement.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// row reads the only row of a statement into the destinations, or returns sql.ErrNoRows.
func (s *session) row(ctx context.Context, text string, args []any, into ...any) error {
	statement, err := s.prepare(ctx, text)
	if err != nil {
		return err
	}
	return statement.QueryRowContext(ctx, args...).Scan(into...)
}

// finalize closes the prepared statements. Those of a sql.Conn are not closed with it, and SQLite keeps a connection,
// with its files and locks, until its last statement is gone.
func (s *session) finalize() {
	for text, statement := range s.statements {
		_ = statement.Close() // It repeats the error of the last execution, which has been reported.
		delete(s.statements, text)
	}
}

// discard closes the connection instead of returning it to database/sql.
func (s *session) discard() {
	s.finalize()
	// The answer of the callback is how database/sql is told; Raw returns it again.
	_ = s.conn.Raw(func(any) error { return driver.ErrBadConn })
}
