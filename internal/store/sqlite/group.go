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

// breath is how long a process leaves the store alone after a commit of several Updates. SQLite lets processes that wait
// look again from time to time, and does not let them queue: a process that never leaves a gap would starve the others.
const breath = time.Millisecond

// group is a transaction that Updates of this process share when several wait: each runs in its turn, in the goroutine of
// its caller, and hands the transaction on to the next; the last one commits for all, and only then each of them returns.
// So many changes wait for the disk once. A savepoint lets a change that is refused leave no trace and disturb nobody.
type group struct {
	session *session
	members int
	// done is closed when the transaction has ended; err then says how.
	done chan struct{}
	err  error
}

// errAgain is how the transaction of a group ended that one of its members broke. The others begin anew.
var errAgain = errors.New("the transaction was broken by another change")

// Update implements store.Store. Transactions of this and of other processes wait for each other, each for at most the
// busy timeout. The first error of the database that the Writer returns, ErrNotFound and the like aside, is final:
// Update then fails whatever write returns.
func (s *Store) Update(ctx context.Context, write func(store.Writer) error) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.update(ctx, write); err != errAgain { //nolint:errorlint // It is no error that anybody wraps.
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
		return s.readOnlyFile(nil)
	}
	g, err := p.join(ctx)
	if err != nil {
		return s.fault(err)
	}
	t := &transaction{store: s, sessions: &p.writers, session: g.session, writes: true}
	whole := false
	// Runs after a panic in write too.
	defer func() {
		if !whole {
			p.breakUp(g, t.leave() == nil)
		}
	}()
	if err := g.begin(); err != nil {
		return s.fault(err)
	}
	err = write(writer{reader{t}})
	if broken := t.leave(); broken != nil {
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
	if err := g.end(err == nil); err != nil {
		return s.fault(err)
	}
	whole = true
	if p.conclude(g); g.err != nil {
		return g.err
	}
	return err
}

// join returns a transaction to run in: a new one, or one that another Update hands on.
func (p *pool) join(ctx context.Context) (*group, error) {
	one, g, err := p.writers.borrowOr(ctx, p.batons)
	switch {
	case err != nil:
		return nil, err
	case g != nil:
		g.members++
		return g, nil
	}
	t, err := p.beginOn(ctx, &p.writers, one, "BEGIN IMMEDIATE")
	if err != nil {
		return nil, err
	}
	return &group{session: t.session, members: 1, done: make(chan struct{})}, nil
}

// begin begins a member's part of the transaction. The first needs no savepoint: if it is refused, nothing is left.
func (g *group) begin() error {
	if g.members == 1 {
		return nil
	}
	_, err := g.session.exec(context.Background(), "SAVEPOINT member")
	return err
}

// end ends a member's part, and undoes it unless it is to be kept.
func (g *group) end(keep bool) error {
	if g.members == 1 {
		return nil
	}
	if !keep {
		if _, err := g.session.exec(context.Background(), "ROLLBACK TO member"); err != nil {
			return err
		}
	}
	_, err := g.session.exec(context.Background(), "RELEASE member")
	return err
}

// conclude hands the transaction on to an Update that waits, and waits for its end; or commits, if none does.
func (p *pool) conclude(g *group) {
	if g.members < maxGroup {
		select {
		case p.batons <- g:
			p.writers.moved() // The queue is one shorter.
			<-g.done
			return
		default:
		}
	}
	err := p.store.end(context.Background(), g.session, "COMMIT")
	g.err = p.store.fault(err)
	if err == nil {
		// What went into a file that has lost its name is lost.
		if info, err := os.Stat(p.store.path); err != nil || !os.SameFile(p.info, info) {
			g.err = p.store.moved(err)
		}
	}
	close(g.done)
	if g.members > 1 {
		time.Sleep(breath)
	}
	p.writers.giveBack(g.session, err == nil)
}

// breakUp undoes the transaction. A connection in doubt is closed.
func (p *pool) breakUp(g *group, sound bool) {
	sound = sound && p.store.end(context.Background(), g.session, "ROLLBACK") == nil
	g.err = errAgain
	close(g.done)
	p.writers.giveBack(g.session, sound)
}
