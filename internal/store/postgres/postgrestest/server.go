// Package postgrestest runs a real PostgreSQL server for tests: Debian's binaries, in a directory of its own that goes
// with the test.
//
// Where there are no binaries the tests skip, unless VPCLAB_REQUIRE_POSTGRES is set; then they fail, so that CI cannot
// pass without them. VPCLAB_TEST_STORE set to a URL makes them use that server instead, PostgreSQL or like it; each
// store is a schema of its own there.
package postgrestest

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Environment variables. The second is a server's URL, or "postgres" where the tests of a package can run on either kind of
// store and shall run on a server started for them.
const (
	EnvRequire = "VPCLAB_REQUIRE_POSTGRES"
	EnvServer  = "VPCLAB_TEST_STORE"
)

// Server is a PostgreSQL server that may be stopped and started.
type Server struct {
	url   *url.URL
	bin   string
	dir   string
	stops []func()
	// volatile servers do not wait for the disk.
	volatile bool
}

// Main runs the tests of a package, and then stops the server that they shared, if any. TestMain ends with what it
// returns.
func Main(m *testing.M) int {
	defer Stop()
	return m.Run()
}

// Stop stops the server that the tests of a package shared, if any. It is for a TestMain with more to do than Main.
func Stop() {
	if started := shared.Load(); started != nil {
		started.remove()
	}
}

var shared atomic.Pointer[Server]

// start is called once in a process; a package whose TestMain does not end with Main leaves the directory behind.
var start = sync.OnceValues(func() (*Server, error) {
	// Nobody crashes this one.
	s, err := newServer(context.Background(), true)
	if err == nil {
		shared.Store(s)
	}
	return s, err
})

// Shared returns the server that all tests of a package share. They must not stop it.
func Shared(tb testing.TB) *Server {
	tb.Helper()
	s, err := start()
	return accept(tb, s, err)
}

// New returns a server for one test, which may stop, kill and start it.
func New(tb testing.TB) *Server {
	tb.Helper()
	if Given() {
		tb.Skip("a server given by " + EnvServer + " is not the test's to stop")
	}
	s, err := newServer(tb.Context(), false)
	if s != nil {
		tb.Cleanup(s.remove)
	}
	return accept(tb, s, err)
}

func accept(tb testing.TB, s *Server, err error) *Server {
	tb.Helper()
	switch {
	case err == nil:
		return s
	case os.Getenv(EnvRequire) == "" && s == nil:
		tb.Skipf("no PostgreSQL to test with: %v; install Debian's package postgresql", err)
	default:
		tb.Fatalf("no PostgreSQL to test with: %v; install Debian's package postgresql, or unset %s", err, EnvRequire)
	}
	return nil
}

// Given reports whether VPCLAB_TEST_STORE names a server to test on.
func Given() bool { return strings.Contains(os.Getenv(EnvServer), "://") }

// find returns the directory of PostgreSQL's server programs: that of pg_config, or the newest of Debian's.
func find() (string, error) {
	var dirs []string
	if out, err := exec.CommandContext(context.Background(), "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	slices.SortFunc(found, func(a, b string) int { return len(b) - len(a) + strings.Compare(b, a) })
	dirs = append(append(dirs, found...), "/usr/local/pgsql/bin", "/usr/bin", "/usr/local/bin")
	for _, dir := range dirs {
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err == nil {
			return dir, nil
		}
	}
	return "", fmt.Errorf("initdb is not in %s", strings.Join(dirs, ", "))
}

var schemas atomic.Int64

// URL returns the URL of a schema that does not exist yet, and empties it after the test.
func (s *Server) URL(tb testing.TB) string {
	tb.Helper()
	schema := fmt.Sprintf("test_%d_%d", os.Getpid(), schemas.Add(1))
	if Given() {
		tb.Cleanup(func() { s.drop(tb, schema) })
	}
	return s.With(url.Values{"search_path": {schema}})
}

// With returns the server's URL with more parameters.
func (s *Server) With(parameters url.Values) string {
	u := *s.url
	q := u.Query()
	maps.Copy(q, parameters)
	u.RawQuery = q.Encode()
	return u.String()
}

// Exec runs SQL as the server's superuser.
func (s *Server) Exec(tb testing.TB, statements ...string) {
	tb.Helper()
	// tb.Context has ended when a cleanup calls this.
	ctx := context.WithoutCancel(tb.Context())
	c, err := pgx.Connect(ctx, s.url.String())
	if err != nil {
		tb.Fatal(err)
	}
	defer c.Close(ctx) //nolint:errcheck // Nothing is left to do on it.
	for _, statement := range statements {
		if _, err := c.Exec(ctx, statement); err != nil {
			tb.Fatalf("%s: %v", statement, err)
		}
	}
}

// Made reports whether the schema of a URL exists.
func (s *Server) Made(tb testing.TB, location string) bool {
	tb.Helper()
	u, err := url.Parse(location)
	if err != nil {
		tb.Fatal(err)
	}
	c, err := pgx.Connect(tb.Context(), s.url.String())
	if err != nil {
		tb.Fatal(err)
	}
	defer c.Close(tb.Context()) //nolint:errcheck // Nothing is left to do on it.
	var made bool
	err = c.QueryRow(tb.Context(), "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)",
		u.Query().Get("search_path")).Scan(&made)
	if err != nil {
		tb.Fatal(err)
	}
	return made
}

func (s *Server) drop(tb testing.TB, schema string) {
	tb.Helper()
	s.Exec(tb, "DROP SCHEMA IF EXISTS "+schema+" CASCADE")
}
