package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/vpclab/terraform-provider-vpclab/internal/store/internal/sqlstore"
)

// unusable returns the error for a file that cannot serve: what is wrong with it, and what its user can do. The cause is
// what SQLite or the operating system said, if anything.
func (s *Store) unusable(cause error, problem, advice string) error {
	// Not %q: it would escape letters of other scripts, and the user has to recognise the path.
	return &sqlstore.UnusableError{Location: `"` + s.path + `"`, Problem: problem, Advice: advice, Cause: cause}
}

// resultCode returns SQLite's primary result code, -1 if the error is not from SQLite.
func resultCode(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return -1
	}
	return e.Code() & 0xff
}

// isBusy reports whether somebody else holds a lock.
func isBusy(err error) bool {
	switch resultCode(err) {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return true
	default:
		return errors.Is(err, errBusy)
	}
}

// isDenied reports whether SQLite may not open the file or make those beside it.
func isDenied(err error) bool {
	switch resultCode(err) {
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return true
	default:
		return false
	}
}

// explain explains an error to the user. Errors that are explained already, or are none of the store, stay as they are.
func (s *Store) explain(err error) error {
	var newer *sqlstore.NewerError
	switch {
	case err == nil, sqlstore.IsExplained(err), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case isBusy(err):
		return s.unusable(err, fmt.Sprintf("it was locked by another transaction for more than %v", s.options.busyTimeout),
			"Let the other process finish, or end it, and try again.")
	case errors.Is(err, sqlstore.ErrUnexpectedContent):
		return s.damaged(err)
	case errors.Is(err, sqlstore.ErrOutdated), errors.Is(err, sqlstore.ErrNoSchema):
		return s.unusable(err, "its content was replaced while it was in use",
			"Try again; end other programs that write to this file.")
	case errors.As(err, &newer):
		return s.unusable(nil, newer.Error(), "Nothing was changed. Upgrade the provider, or choose another path.")
	}
	if problem, advice := explainPathError(err); problem != "" {
		return s.unusable(err, problem, advice)
	}

	switch code := resultCode(err); code {
	case sqlite3.SQLITE_NOTADB:
		return s.notDatabase(err)
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FORMAT:
		return s.damaged(err)
	case sqlite3.SQLITE_READONLY:
		return s.notWritable(err)
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return s.unusable(err, "it cannot be opened, or files cannot be created beside it",
			"Check that this user may read and write the file and the directory "+s.directory()+".")
	case sqlite3.SQLITE_FULL:
		return s.unusable(err, "the disk is full; nothing of this change was stored",
			"Free space on the disk of "+s.directory()+" and try again.")
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOLFS:
		return s.unusable(err, "the operating system could not read or write it",
			"Check the free space and the health of the disk of "+s.directory()+", then try again.")
	case sqlite3.SQLITE_ERROR:
		if strings.Contains(err.Error(), "no such ") {
			return s.damaged(err) // A table, column or index of the schema is missing.
		}
	}
	return fmt.Errorf("store %s: %w", s.path, err)
}

// explainPathError explains an error of the operating system; problem is empty for any other.
func explainPathError(err error) (problem, advice string) {
	var at *fs.PathError
	if !errors.As(err, &at) {
		return "", ""
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "permission is denied", "Give this user permission to " + at.Path + ", or choose another path."
	default:
		return "the operating system cannot open it", "Check " + at.Path + ", or choose another path."
	}
}

func (s *Store) directory() string { return filepath.Dir(s.path) }

func (s *Store) notDatabase(cause error) error {
	return s.unusable(cause, "it is not an SQLite file, or its beginning is damaged",
		"Nothing was changed. Choose another path, or move the file away to start with an empty store.")
}

func (s *Store) otherProgram() error {
	return s.unusable(nil, "it is an SQLite file of another program", "Nothing was changed. Choose another path.")
}

func (s *Store) damaged(cause error) error {
	return s.unusable(cause, "the file is damaged",
		"Restore it from a copy, or move it away, with the files beside it that end in -wal and -shm, to start "+
			"with an empty store; the command .recover of the sqlite3 program may save its content.")
}

func (s *Store) notWritable(cause error) error {
	problem := "it cannot be written"
	if errors.Is(cause, sqlstore.ErrOutdated) {
		problem = "it has the schema of an earlier version of this program, and cannot be written to bring it up to date"
	}
	if info, err := os.Stat(s.path); err == nil && info.Mode().Perm()&0o222 == 0 {
		problem += ": its permissions are " + info.Mode().Perm().String()
	}
	return s.unusable(cause, problem,
		"Give this user write permission to the file and to the directory "+s.directory()+", or choose another path.")
}

func (s *Store) moved(cause error) error {
	return s.unusable(cause, "the file was removed or replaced while a change was written, so the change is not in it",
		"Try again; end other programs that remove or replace this file.")
}
