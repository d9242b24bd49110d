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

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// unusable is the error for a file that cannot serve: which one, what is wrong with it, and what its user can do.
type unusable struct {
	path    string
	problem string
	advice  string
	cause   error // What SQLite or the operating system said, if anything.
}

// Error implements error.
func (u *unusable) Error() string {
	// Not %q: it would escape letters of other scripts, and the user has to recognise the path.
	text := fmt.Sprintf(`%v "%s": %s. %s`, store.ErrUnusable, u.path, u.problem, u.advice)
	if u.cause != nil {
		text += fmt.Sprintf(" (%v)", u.cause)
	}
	return text
}

// Unwrap makes the error store.ErrUnusable as well as its cause.
func (u *unusable) Unwrap() []error {
	if u.cause == nil {
		return []error{store.ErrUnusable}
	}
	return []error{store.ErrUnusable, u.cause}
}

// errBusy says that other transactions of this process did not end in time.
var errBusy = errors.New("another transaction of this process is still running")

// resultCode returns SQLite's primary result code, -1 if the error is not from SQLite.
func resultCode(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return -1
	}
	return e.Code() & 0xff
}

// isBusy says that somebody else holds a lock.
func isBusy(err error) bool {
	switch resultCode(err) {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return true
	default:
		return errors.Is(err, errBusy)
	}
}

// isDenied says that SQLite may not open the file or make those beside it.
func isDenied(err error) bool {
	switch resultCode(err) {
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return true
	default:
		return false
	}
}

// fault explains an error to the user. Errors that are explained already, or are none of the store, stay as they are.
func (s *Store) fault(err error) error {
	var explained *unusable
	switch {
	case err == nil, errors.As(err, &explained), errors.Is(err, errClosed), errors.Is(err, errEnded):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case isBusy(err):
		return s.busy(err)
	case errors.Is(err, errStrangeRow):
		return s.damaged(err)
	case errors.Is(err, errOutdated), errors.Is(err, errNoSchema):
		return s.replaced(err)
	}
	if problem, advice := fileFault(err); problem != "" {
		return &unusable{path: s.path, problem: problem, advice: advice, cause: err}
	}

	switch code := resultCode(err); code {
	case sqlite3.SQLITE_NOTADB:
		return s.notDatabase(err)
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FORMAT:
		return s.damaged(err)
	case sqlite3.SQLITE_READONLY:
		return s.readOnlyFile(err)
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return &unusable{
			path: s.path, problem: "it cannot be opened, or files cannot be created beside it", cause: err,
			advice: "Check that this user may read and write the file and the directory " + s.directory() + ".",
		}
	case sqlite3.SQLITE_FULL:
		return &unusable{
			path: s.path, problem: "the disk is full; nothing of this change was stored", cause: err,
			advice: "Free space on the disk of " + s.directory() + " and try again.",
		}
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOLFS:
		return &unusable{
			path: s.path, problem: "the operating system could not read or write it", cause: err,
			advice: "Check the free space and the health of the disk of " + s.directory() + ", then try again.",
		}
	case sqlite3.SQLITE_ERROR:
		if strings.Contains(err.Error(), "no such ") {
			return s.damaged(err) // A table, column or index of the schema is missing.
		}
	}
	return fmt.Errorf("store %s: %w", s.path, err)
}

// fileFault explains an error of the operating system; problem is empty for any other.
func fileFault(err error) (problem, advice string) {
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

func (s *Store) busy(cause error) error {
	return &unusable{
		path: s.path, cause: cause,
		problem: fmt.Sprintf("it was locked by another transaction for more than %v", s.options.busyTimeout),
		advice:  "Let the other process finish, or end it, and try again.",
	}
}

func (s *Store) notDatabase(cause error) error {
	return &unusable{
		path: s.path, problem: "it is not an SQLite file, or its beginning is damaged", cause: cause,
		advice: "Nothing was changed. Choose another path, or move the file away to start with an empty store.",
	}
}

func (s *Store) foreign() error {
	return &unusable{
		path: s.path, problem: "it is an SQLite file of another program",
		advice: "Nothing was changed. Choose another path.",
	}
}

func (s *Store) newer(version int) error {
	return &unusable{
		path: s.path,
		problem: fmt.Sprintf("it was written by a newer version of this program (schema %d, known are up to %d)",
			version, len(s.steps)),
		advice: "Nothing was changed. Upgrade the provider, or choose another path.",
	}
}

func (s *Store) damaged(cause error) error {
	return &unusable{
		path: s.path, problem: "the file is damaged", cause: cause,
		advice: "Restore it from a copy, or move it away, with the files beside it that end in -wal and -shm, to start " +
			"with an empty store; the command .recover of the sqlite3 program may save its content.",
	}
}

func (s *Store) readOnlyFile(cause error) error {
	problem := "it cannot be written"
	if errors.Is(cause, errOutdated) {
		problem = "it has the schema of an earlier version of this program, and cannot be written to bring it up to date"
	}
	if info, err := os.Stat(s.path); err == nil && info.Mode().Perm()&0o222 == 0 {
		problem += ": its permissions are " + info.Mode().Perm().String()
	}
	return &unusable{
		path: s.path, problem: problem, cause: cause,
		advice: "Give this user write permission to the file and to the directory " + s.directory() +
			", or choose another path.",
	}
}

func (s *Store) replaced(cause error) error {
	return &unusable{
		path: s.path, problem: "its content was replaced while it was in use", cause: cause,
		advice: "Try again; end other programs that write to this file.",
	}
}

func (s *Store) moved(cause error) error {
	return &unusable{
		path: s.path, cause: cause,
		problem: "the file was removed or replaced while a change was written, so the change is not in it",
		advice:  "Try again; end other programs that remove or replace this file.",
	}
}
