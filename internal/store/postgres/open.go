// Package postgres keeps a store in a PostgreSQL database, for a lab that many machines share.
//
// Everything is in one schema of the database, "vpclab" unless the URL names another one as search_path, so that one
// database can hold several labs and other programs' tables. The first Update creates schema and tables.
//
// Transactions that write queue up at one row, which each of them changes first. With that, what the caller sees is
// the same at every isolation level a server may really give: at READ COMMITTED, which is asked for, a transaction
// waits for the one before it and then sees what that one wrote; where the server gives more, it may be told to start
// again instead, and does. SERIALIZABLE alone would keep the contract as well, but nearly any two commands of the
// emulator read what the other writes (quotas, siblings), so that parallel ones would mostly redo each other's work.
// Views run at REPEATABLE READ, which is one snapshot, and wait for nobody.
//
// The SQL is plain: no extension, no advisory lock, no trigger, no JSON operator, no COPY, no LISTEN. CockroachDB,
// YugabyteDB, Amazon Aurora and AlloyDB were considered when it was written: they have every statement used here, the
// first two answer conflicts with SQLSTATE 40001, which is retried, and none of them needs anything else to be set.
// Only PostgreSQL itself has been tried; VPCLAB_TEST_STORE runs the tests on any other server.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/internal/sqlstore"
)

var _ store.Store = (*Store)(nil)

const (
	// defaultSchema holds the lab unless the URL says otherwise.
	defaultSchema = "vpclab"
	// defaultLockTimeout is generous: an apply with many parallel operations queues all of them behind one row.
	defaultLockTimeout = 30 * time.Second
	// defaultConnections are one that writes and a few that read. The URL's pool_max_conns has the last word.
	defaultConnections = 5
	// defaultConnectTimeout ends the wait for a host that does not answer, unless the URL or PGCONNECT_TIMEOUT does.
	defaultConnectTimeout = 10 * time.Second
)

// Store is a store in one schema of a PostgreSQL database. It is safe for concurrent use. A callback must not start an
// Update of its own on the same Store: it would wait for the one it runs in.
type Store struct {
	location    string
	schema      string
	config      *pgxpool.Config
	lockTimeout time.Duration
	migrations  sqlstore.Migrations

	// opening guards the fields below. It is a channel of one and no mutex so that whoever waits for a slow opening
	// can still be cancelled.
	opening chan struct{}
	closed  bool
	pool    *pgxpool.Pool
	// transactions counts those that use the pool.
	transactions int
	// schemaCurrent says that this store has seen the schema it expects.
	schemaCurrent bool
	// writing holds one element while an Update of this store runs: those of one process queue up here, and leave the
	// connections to others.
	writing chan struct{}
}

// Option changes how a store behaves.
type Option func(*Store)

// LockTimeout sets how long a transaction waits for those of others before it fails. The default is 30 seconds.
func LockTimeout(d time.Duration) Option { return func(s *Store) { s.lockTimeout = d } }

// Is reports whether a store's location is one for this package: a URL with the scheme postgres or postgresql.
func Is(location string) bool {
	scheme, _, found := strings.Cut(location, "://")
	return found && (strings.EqualFold(scheme, "postgres") || strings.EqualFold(scheme, "postgresql"))
}

// unquotedName are names that need no quotes, whatever the server.
var unquotedName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// Open returns the store at a URL such as postgres://user:password@host:5432/database?sslmode=verify-full. Parameters
// are those of libpq, and search_path, the one schema that holds the lab. Nothing is connected before the first View or
// Update; the error is about the URL alone. No error, and not the location, contains a password.
func Open(location string, opts ...Option) (*Store, error) {
	u, err := url.Parse(location)
	if err != nil || !Is(location) {
		// The cause would quote the part of the URL at fault, which is as a rule the password.
		return nil, errors.New("the store is no PostgreSQL URL; it has the form " +
			"postgres://user:password@host:5432/database?sslmode=verify-full, and characters other than letters and " +
			"digits in user and password are written as %XX")
	}
	u.Scheme = strings.ToLower(u.Scheme)
	config, err := pgxpool.ParseConfig(u.String())
	if err != nil {
		return nil, fmt.Errorf("the PostgreSQL URL of the store cannot be used: %s", redact(err.Error(), u))
	}
	s := &Store{
		schema:      defaultSchema,
		config:      config,
		lockTimeout: defaultLockTimeout,
		migrations:  migrations,
		opening:     make(chan struct{}, 1),
		writing:     make(chan struct{}, 1),
	}
	// Set in each transaction, and not as a parameter of the connection: poolers refuse those, or mix them up.
	if path, ok := config.ConnConfig.RuntimeParams["search_path"]; ok {
		if !unquotedName.MatchString(path) {
			return nil, fmt.Errorf("the PostgreSQL URL of the store has search_path %q; it must be the name of one schema: "+
				"lower-case letters, digits and '_'", path)
		}
		s.schema = path
		delete(config.ConnConfig.RuntimeParams, "search_path")
	}
	if !u.Query().Has("pool_max_conns") {
		config.MaxConns = defaultConnections
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = defaultConnectTimeout
	}
	if _, ok := config.ConnConfig.RuntimeParams["application_name"]; !ok {
		config.ConnConfig.RuntimeParams["application_name"] = "vpclab"
	}
	// Otherwise a database of another encoding would keep the bytes, and show them to others as something else.
	config.ConnConfig.RuntimeParams["client_encoding"] = "UTF8"
	s.location = s.displayURL()
	for _, option := range opts {
		option(s)
	}
	return s, nil
}

// displayURL names the database for people: the URL without password and parameters, but for the schema.
func (s *Store) displayURL() string {
	c := s.config.ConnConfig
	host := c.Host
	if !strings.HasPrefix(host, "/") {
		host = (&url.URL{Host: host}).Host
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		host = fmt.Sprintf("%s:%d", host, c.Port)
	}
	text := "postgres://" + c.User + "@" + host + "/" + c.Database
	if s.schema != defaultSchema {
		text += "?search_path=" + s.schema
	}
	return text
}

// redact removes the secrets of a URL from a text about it.
func redact(text string, u *url.URL) string {
	secrets := []string{}
	if password, ok := u.User.Password(); ok {
		secrets = append(secrets, password, url.QueryEscape(password), url.PathEscape(password))
		_, escaped, _ := strings.Cut(u.User.String(), ":")
		secrets = append(secrets, escaped)
	}
	for name, values := range u.Query() {
		if strings.Contains(strings.ToLower(name), "password") {
			for _, value := range values {
				secrets = append(secrets, value, url.QueryEscape(value), url.PathEscape(value))
			}
		}
	}
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "xxxxx")
		}
	}
	return text
}

// Location returns the URL without its password.
func (s *Store) Location() string { return s.location }

// Close releases the connections. Transactions that are running end undisturbed, later ones fail.
func (s *Store) Close() error {
	s.opening <- struct{}{}
	defer func() { <-s.opening }()
	s.closed = true
	s.closeUnused()
	return nil
}

// closeUnused closes the connections of a closed store that nobody uses. The caller holds opening.
func (s *Store) closeUnused() {
	if s.closed && s.transactions == 0 && s.pool != nil {
		s.pool.Close()
		s.pool = nil
	}
}

// acquire returns the connections, which the caller releases. With create the schema is made and brought up to date.
func (s *Store) acquire(ctx context.Context, create bool) (*pgxpool.Pool, error) {
	select {
	case s.opening <- struct{}{}:
		defer func() { <-s.opening }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s.closed {
		return nil, sqlstore.ErrClosed
	}
	if s.pool == nil {
		pool, err := pgxpool.NewWithConfig(context.WithoutCancel(ctx), s.config)
		if err != nil {
			return nil, err
		}
		s.pool = pool
	}
	if create && !s.schemaCurrent {
		if err := s.ensureSchema(ctx, s.pool); err != nil {
			return nil, err
		}
		s.schemaCurrent = true
	}
	s.transactions++
	return s.pool, nil
}

// release ends the use that acquire began.
func (s *Store) release() {
	s.opening <- struct{}{}
	defer func() { <-s.opening }()
	s.transactions--
	s.closeUnused()
}
