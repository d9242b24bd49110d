package sqlite

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// maxGroup bounds how many Updates share one commit, and so how long other processes wait for it.
const maxGroup = 16

// groupPause is how long a process leaves the store alone after a commit of several Updates. SQLite lets processes that
// wait look again from time to time, and does not let them queue: a process that never leaves a gap would starve the
// others.
const groupPause = time.Millisecond

// groupCommit is a transaction that Updates of this process share when several wait: each runs in its turn, in the
// goroutine of its caller, and hands the transaction on to the next; the last one commits for all, and only then each of
// them returns. So many changes wait for the disk once. A savepoint lets a change that is refused leave no trace and
// disturb nobody.
type groupCommit struct {
	connection *connection
	members    int
	// done is closed when the transaction has ended; err then says how.
	done chan struct{}
	err  error
}

// errRolledBack is how the transaction of a group commit ended that one of its members broke. The others begin anew.
var errRolledBack = errors.New("the transaction was broken by another change")

// Update implements store.Store. Transactions of this and of other processes wait for each other, each for at most the
// busy timeout. The first error of the database that the Writer returns, ErrNotFound and the like aside, is final:
// Update then fails whatever write returns.
func (s *Store) Update(ctx context.Context, write func(store.Writer) error) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.update(ctx, write); err != errRolledBack { //nolint:errorlint // It is no error that anybody wraps.
			return err
		}
	}
}

func (s *Store) update(ctx context.Context, write func(store.Writer) error) error {
	p, err := s.acquire(ctx, true)
	if err != nil {
		return err
	}
	defer p.release()
	if p.readOnly {
		return s.notWritable(nil)
	}
	g, err := p.beginOrJoin(ctx)
	if err != nil {
		return s.explain(err)
	}
	t := s.newTransaction(g.connection)
	complete := false
	// Runs after a panic in write too.
	defer func() {
		if !complete {
			p.rollback(g, t.End() == nil)
		}
	}()
	if err := g.savepoint(); err != nil {
		return s.explain(err)
	}
	err = write(t)
	if broken := t.End(); broken != nil {
		if err == nil {
			err = broken
		}
		return err
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil && g.members == 1 {
		return err // There is nothing else in the transaction.
	}
	if err := g.releaseSavepoint(err == nil); err != nil {
		return s.explain(err)
	}
	complete = true
	if p.handOverOrCommit(g); g.err != nil {
		return g.err
	}
	return err
}

// beginOrJoin returns a transaction to run in: a new one, or one that another Update hands over.
func (p *pool) beginOrJoin(ctx context.Context) (*groupCommit, error) {
	c, g, err := p.writers.acquireOrJoin(ctx, p.handover)
	switch {
	case err != nil:
		return nil, err
	case g != nil:
		g.members++
		return g, nil
	}
	if err := p.writers.beginOn(ctx, c, "BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	return &groupCommit{connection: c, members: 1, done: make(chan struct{})}, nil
}

// savepoint begins a member's part of the transaction. The first needs none: if it is refused, nothing is left.
func (g *groupCommit) savepoint() error {
	if g.members == 1 {
		return nil
	}
	return g.connection.exec(context.Background(), "SAVEPOINT member")
}

// releaseSavepoint ends a member's part, and undoes it unless it is to be kept.
func (g *groupCommit) releaseSavepoint(keep bool) error {
	if g.members == 1 {
		return nil
	}
	if !keep {
		if err := g.connection.exec(context.Background(), "ROLLBACK TO member"); err != nil {
			return err
		}
	}
	return g.connection.exec(context.Background(), "RELEASE member")
}

// handOverOrCommit hands the transaction over to an Update that waits, and waits for its end; or commits, if none does.
func (p *pool) handOverOrCommit(g *groupCommit) {
	if g.members < maxGroup {
		select {
		case p.handover <- g:
			p.writers.progressed() // The queue is one shorter.
			<-g.done
			return
		default:
		}
	}
	err := g.connection.end("COMMIT")
	g.err = p.store.explain(err)
	if err == nil {
		// What went into a file that has lost its name is lost.
		if info, err := os.Stat(p.store.path); err != nil || !os.SameFile(p.info, info) {
			g.err = p.store.moved(err)
		}
	}
	close(g.done)
	if g.members > 1 {
		time.Sleep(groupPause)
	}
	p.writers.release(g.connection, err == nil)
}

// rollback undoes the transaction. A connection in doubt is closed.
func (p *pool) rollback(g *groupCommit, sound bool) {
	sound = sound && g.connection.end("ROLLBACK") == nil
	g.err = errRolledBack
	close(g.done)
	p.writers.release(g.connection, sound)
}
