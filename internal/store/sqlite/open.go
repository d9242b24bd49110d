// Package sqlite keeps a store in one SQLite file that several processes may use at once.
//
// Nothing is opened before the first View or Update, because a plan starts several provider processes and most of them
// never ask. Beside the file SQLite keeps two more while it is in use, with the suffixes -wal and -shm; the last
// process to close the store removes them.
package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/internal/sqlstore"
)

var _ store.Store = (*Store)(nil)

// Store is a store in one SQLite file. It is safe for concurrent use, by several goroutines and by several processes
// with a Store each. A callback must not start a transaction of its own on the same Store that waits for the one it
// runs in: an Update inside an Update fails once the busy timeout has passed.
type Store struct {
	location string
	path     string
	options  options

	// opening guards the fields below. It is a channel of one and no mutex so that whoever waits for a slow opening
	// can still be cancelled.
	opening chan struct{}
	closed  bool
	pool    *pool
}

// Option changes how a store behaves.
type Option func(*options)

type options struct {
	busyTimeout time.Duration
	synchronous string
}

// defaultBusyTimeout is generous: an apply with many parallel operations queues all of them behind one writer.
const defaultBusyTimeout = 30 * time.Second

// BusyTimeout sets how long a transaction waits for those of others, in whole milliseconds, before it fails. The
// default is 30 seconds; zero and less do not wait.
func BusyTimeout(d time.Duration) Option {
	return func(o *options) { o.busyTimeout = max(d, 0) }
}

// RelaxedSync does not wait for the disk at each commit: a power cut may take the last transactions along, though never
// damage the file. A crash of the process loses nothing either way.
func RelaxedSync() Option {
	return func(o *options) { o.synchronous = "NORMAL" }
}

// Open returns the store in the file at path. It touches nothing, so it cannot fail: an unsuitable path is reported by
// the first View or Update. A relative path is resolved now.
func Open(path string, opts ...Option) *Store {
	s := &Store{
		location: path,
		path:     path,
		options:  options{busyTimeout: defaultBusyTimeout, synchronous: "FULL"},
		opening:  make(chan struct{}, 1),
	}
	// Without a working directory a relative path stays as it is and fails on use, where there is somebody to tell.
	if absolute, err := filepath.Abs(path); err == nil && path != "" {
		s.path = absolute
	}
	for _, option := range opts {
		option(&s.options)
	}
	return s
}

// Location returns the path the store was opened with.
func (s *Store) Location() string { return s.location }

// Close releases the file. Transactions that are running end undisturbed, later ones fail.
func (s *Store) Close() error {
	s.opening <- struct{}{}
	defer func() { <-s.opening }()
	s.closed = true
	return s.retirePool()
}

// retirePool gives the pool up; the last transaction that uses it closes it. The caller holds opening.
func (s *Store) retirePool() error {
	p := s.pool
	s.pool = nil
	if p == nil {
		return nil
	}
	return p.retire()
}

// acquire returns the pool on the file, which the caller releases, or nil if there is no store yet and create is not
// set. With create the file and its directories are made, and the schema is brought up to date.
func (s *Store) acquire(ctx context.Context, create bool) (*pool, error) {
	select {
	case s.opening <- struct{}{}:
		defer func() { <-s.opening }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s.closed {
		return nil, sqlstore.ErrClosed
	}

	info, err := s.stat()
	if err != nil {
		return nil, err
	}
	if s.pool != nil && (info == nil || !os.SameFile(s.pool.info, info)) {
		// The file was removed or replaced. SQLite would go on writing to the one that no longer has a name.
		if err := s.retirePool(); err != nil {
			return nil, s.explain(err)
		}
	}
	// An empty file is a store that another process is creating at this moment.
	if !create && (info == nil || info.Size() == 0) {
		return nil, nil //nolint:nilnil // No store is an answer here, and every caller handles it.
	}
	if s.pool == nil {
		if s.pool, err = s.openPool(create); err != nil || s.pool == nil {
			return nil, err
		}
	}
	if create {
		if err := s.pool.ensureSchema(ctx); err != nil {
			return nil, err
		}
	}
	s.pool.references.add()
	return s.pool, nil
}

// stat returns what is at the path, nil if nothing is, and an error if it cannot be a store.
func (s *Store) stat() (os.FileInfo, error) {
	if s.path == "" {
		return nil, s.unusable(nil, "no path is given", "Give the path of a file.")
	}
	info, err := os.Stat(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil //nolint:nilnil // Nothing there is an answer, and no error.
	case err != nil:
		return nil, s.explain(err)
	case info.IsDir():
		return nil, s.unusable(nil, "it is a directory",
			"Give the path of a file, for example "+filepath.Join(s.path, "lab.db")+".")
	case !info.Mode().IsRegular():
		return nil, s.unusable(nil, "it is no regular file", "Give the path of a file.")
	}
	return info, nil
}
