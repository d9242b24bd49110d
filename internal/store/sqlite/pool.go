package sqlite

import (
	"errors"
	"os"
	"sync"

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

	references references
	writers    connections
	readers    connections
	// handover hands the transaction of a group commit on to an Update that waits.
	handover chan *groupCommit
	// schemaCurrent says that this process has seen the schema it expects. The caller of ensureSchema guards it.
	schemaCurrent bool
}

// connect prepares both kinds of connection and opens none.
func (p *pool) connect() error {
	write, err := sqlite.NewConnector(p.store.dsn(access{write: true}))
	if err != nil {
		return p.store.explain(err)
	}
	read, err := sqlite.NewConnector(p.store.dsn(access{}))
	if err != nil {
		return p.store.explain(err)
	}
	p.handover = make(chan *groupCommit)
	p.writers = newConnections(write, 1, p.store.options.busyTimeout)
	p.readers = newConnections(read, maxReaders, p.store.options.busyTimeout)
	return nil
}

// release ends the use that Store.acquire began.
func (p *pool) release() {
	if p.references.remove() {
		// Nobody is left to tell, and every transaction has had its own answer.
		_ = p.close()
	}
}

// retire closes the pool now if nobody uses it, or else when the last transaction has ended.
func (p *pool) retire() error {
	if p.references.retire() {
		return p.close()
	}
	return nil
}

func (p *pool) close() error {
	// Not before the last descriptor is closed may this process open the file outside of SQLite again.
	defer func() {
		openPools.Lock()
		delete(openPools.pools, p)
		openPools.Unlock()
	}()
	// The writer goes last: it is the one that may empty the log into the file.
	return errors.Join(p.readers.close(), p.writers.close())
}

// references counts the transactions that use a pool.
type references struct {
	mu      sync.Mutex
	count   int
	retired bool
}

func (r *references) add() {
	r.mu.Lock()
	r.count++
	r.mu.Unlock()
}

// remove reports whether that was the last use of a retired pool.
func (r *references) remove() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count--
	return r.retired && r.count == 0
}

// retire reports whether nobody uses the pool, so that it can be closed at once.
func (r *references) retire() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.retired = true
	return r.count == 0
}
