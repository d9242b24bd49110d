package sqlite

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
)

// access says what a connection is for.
type access struct {
	// write allows changes.
	write bool
	// immutable promises SQLite that nobody changes the file, so that it needs neither locks nor files beside it.
	immutable bool
}

// dsn returns the name under which the driver opens the file. It is a URI in which every byte of the path that has a
// meaning in URIs is escaped.
func (s *Store) dsn(a access) string {
	q := url.Values{}
	q.Set("_error_rc", "1") // Without it a message may belong to an earlier operation.
	q.Set("_busy_timeout", strconv.FormatInt(s.options.busyTimeout.Milliseconds(), 10))
	switch {
	case a.write:
		q.Set("mode", "rw") // Never creates: createFile does, with the right permissions.
		q.Set("_foreign_keys", "1")
		// FULL waits for the disk at each commit, so what Terraform was told is stored survives a power cut, as the state
		// that Terraform writes beside it does; with NORMAL the last seconds of the store can be missing, and the next
		// plan wants to create what the state says exists. BenchmarkSync measures what it costs; the guide has numbers.
		q.Set("_synchronous", s.options.synchronous)
	case a.immutable:
		q.Set("mode", "ro")
		q.Set("immutable", "1")
	default:
		// A connection that may not write at all could not remove the files beside the store when it is the last to
		// close, so it may, and SQL may not.
		q.Set("mode", "rw")
		q.Set("_query_only", "1")
	}

	path := filepath.ToSlash(s.path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // A drive letter.
	}
	return fmt.Sprintf("file://%s?%s", (&url.URL{Path: path}).EscapedPath(), q.Encode())
}
