package sqlite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// openPools lists the files this process holds open through SQLite.
//
// POSIX drops all locks of a process on a file as soon as the process closes any descriptor of it. So this package
// opens a file outside of SQLite, to create it or to read its header, only while no pool of the process has it open
// and none can begin to.
var openPools = struct {
	sync.Mutex
	pools map[*pool]struct{}
}{pools: make(map[*pool]struct{})}

// openPool opens the file at the path of the store for SQLite, after making sure that it is a store, or is empty and
// may become one. Without create it returns nil if there is no store.
func (s *Store) openPool(create bool) (*pool, error) {
	openPools.Lock()
	defer openPools.Unlock()

	if create {
		if err := createFile(s.path); err != nil {
			return nil, s.explain(err)
		}
	}
	info, err := s.stat()
	if err != nil || info == nil {
		return nil, err
	}
	p := &pool{store: s, info: info}
	if known := sameFile(info); known != nil {
		p.readOnly = known.readOnly
	} else if p.readOnly, err = s.checkFile(); err != nil {
		return nil, err
	}
	if err := p.connect(); err != nil {
		return nil, err
	}
	openPools.pools[p] = struct{}{}
	return p, nil
}

// sameFile returns a pool of this process on the file, or nil. The caller holds openPools.
func sameFile(info os.FileInfo) *pool {
	for p := range openPools.pools {
		if os.SameFile(p.info, info) {
			return p
		}
	}
	return nil
}

// createFile makes an empty file and its directories, unless there is something at the path already. Only the user may
// read them: bodies of documents can hold what the network's author does not publish.
func createFile(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

// checkFile checks the file's first bytes, which SQLite has no part in, so that a file of somebody else stays exactly as
// it is: SQLite would already tidy up behind a crashed owner. It reports whether the file can only be read.
func (s *Store) checkFile() (readOnly bool, err error) {
	file, err := os.OpenFile(s.path, os.O_RDWR, 0)
	if err != nil {
		readOnly = true
		if file, err = os.Open(s.path); err != nil {
			return false, s.explain(err)
		}
	}
	defer file.Close() //nolint:errcheck // The file was only read.

	h, err := readHeader(file)
	if err != nil {
		return false, s.explain(err)
	}
	return readOnly, s.checkHeader(h)
}

// checkHeader returns the error for a header that is neither that of a store nor that of an empty file.
func (s *Store) checkHeader(h header) error {
	switch {
	case h.empty, h.application == applicationID:
		return nil
	case !h.database:
		return s.notDatabase(nil)
	case h.application != 0 || h.version != 0 || h.tables || s.walSize() > 0:
		return s.otherProgram()
	default:
		return nil
	}
}

// walSize returns the size of SQLite's write-ahead log beside the file, 0 if there is none, in bytes.
func (s *Store) walSize() int64 {
	path := s.path
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	info, err := os.Stat(path + "-wal")
	if err != nil {
		return 0
	}
	return info.Size()
}
