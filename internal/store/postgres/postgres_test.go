package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/postgres"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/postgres/postgrestest"
)

func open(t *testing.T, location string, options ...postgres.Option) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(location, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func insert(ctx context.Context, s store.Store, id string) error {
	return s.Update(ctx, func(w store.Writer) error {
		return w.Insert(ctx, store.Document{Kind: "vpc", ID: id, Key: id, Body: []byte("{}")})
	})
}

func count(ctx context.Context, s store.Store) (int, error) {
	var n int
	err := s.View(ctx, func(r store.Reader) (err error) {
		n, err = r.Count(ctx, store.Query{})
		return err
	})
	return n, err
}

// explained fails the test unless an error names the database, what is wrong and what to do, and keeps the secret.
func explained(t *testing.T, err error, words ...string) {
	t.Helper()
	if !errors.Is(err, store.ErrUnusable) {
		t.Errorf("not an explained error: %v", err)
		return
	}
	for _, word := range append(words, "postgres://") {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the error does not say %q: %v", word, err)
		}
	}
	noSecret(t, err.Error())
}

func noSecret(t *testing.T, text string) {
	t.Helper()
	for _, secret := range []string{
		postgrestest.Password, url.QueryEscape(postgrestest.Password), url.PathEscape(postgrestest.Password), "s3cret",
	} {
		if strings.Contains(text, secret) {
			t.Errorf("the password is in %q", text)
		}
	}
}

func TestIs(t *testing.T) {
	t.Parallel()
	for location, want := range map[string]bool{
		"postgres://h/d": true, "postgresql://h/d": true, "POSTGRES://h/d": true, "mysql://h/d": false, "lab.db": false,
		"postgres": false, "postgres:/x": false, "": false, "./postgres://x": false,
	} {
		if got := postgres.Is(location); got != want {
			t.Errorf("%q: %v", location, got)
		}
	}
}

func TestLocation(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"postgres://u:s3cret@db.example:5433/lab":                                "postgres://u@db.example:5433/lab",
		"postgresql://u:s3cret@db.example/lab?search_path=team_a":                "postgres://u@db.example:5432/lab?search_path=team_a",
		"postgres://u@db.example/lab?password=s3cret&sslmode=disable":            "postgres://u@db.example:5432/lab",
		"POSTGRES://u:s3cret@[::1]:5432/lab":                                     "postgres://u@[::1]:5432/lab",
		"postgres://u:s3cret@/lab?host=/run/postgresql":                          "postgres://u@/run/postgresql/lab",
		"postgres://u:s3cret@db.example/lab?search_path=vpclab&pool_max_conns=2": "postgres://u@db.example:5432/lab",
	} {
		if got := open(t, given).Location(); got != want {
			t.Errorf("%s: %s, want %s", given, got, want)
		}
	}
}

// A URL that cannot be used is refused at once, without a word of what may be the password.
func TestUnusableURL(t *testing.T) {
	t.Parallel()
	for _, location := range []string{
		"postgres://u:s3cret%zz@h/d",
		"postgres://u:s3cret@h:port/d",
		"postgres://u:s3cret@h/d?sslmode=s3cret",
		"postgres://u:s3cret@h/d?sslmode=nonsense",
		"postgres://u:s3cret@h/d?password=s3cret2&sslrootcert=/nonexistent&sslmode=verify-full",
		"postgres://u:s3cret@h/d?search_path=a,b",
		"postgres://u:s3cret@h/d?search_path=A%22;--",
		"postgres://u:s3cret@h/d?pool_max_conns=many",
		"postgres://u:s3cret/%:@?&@127.0.0.1:5432/d",
		"postgres://u:s3cret@[::1/d",
		"postgres://\x00u:s3cret@h/d",
		"mysql://u:s3cret@h/d",
	} {
		s, err := postgres.Open(location)
		if err == nil {
			t.Errorf("%q was accepted as %s", location, s.Location())
			continue
		}
		noSecret(t, err.Error())
	}
}

// However a URL is broken, the password in it stays out of the error and of the location.
func TestURLsKeepTheirSecret(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		pieces := rapid.SliceOfN(rapid.SampledFrom([]string{
			"postgres://", ":", "@", "/", "?", "&", "%", "%zz", "=", "#", "[", "]", "u", "h", "5432", "lab", "sslmode=", "disable",
			"search_path=", "password=", "sslpassword=", " ", "\\", "\x00",
		}), 0, 8)
		secret := "s3cret"
		location := "postgres://u:" + strings.Join(pieces.Draw(rt, "before"), "") + secret +
			strings.Join(pieces.Draw(rt, "after"), "") + "@h/d"
		u, err := url.Parse(location)
		if err == nil {
			if password, _ := u.User.Password(); !strings.Contains(password, secret) {
				return // Where it stands it is a host or a parameter, which anybody may see.
			}
		}
		s, err := postgres.Open(location)
		text := fmt.Sprint(err)
		if err == nil {
			text = s.Location()
		}
		if strings.Contains(text, secret) {
			rt.Errorf("%q: %s", location, text)
		}
	})
}

func TestFaults(t *testing.T) {
	t.Parallel()
	server := postgrestest.Shared(t)
	ctx := t.Context()
	with := func(change func(u *url.URL)) string {
		u, err := url.Parse(server.URL(t))
		if err != nil {
			t.Fatal(err)
		}
		change(u)
		return u.String()
	}
	const role = "poor"
	server.Exec(t, "CREATE ROLE "+role+" LOGIN PASSWORD 's3cret'", "REVOKE CREATE ON DATABASE postgres FROM PUBLIC",
		"CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
	for name, c := range map[string]struct {
		location string
		words    []string
	}{
		"password": {
			with(func(u *url.URL) { u.User = url.UserPassword(u.User.Username(), "s3cret wrong") }),
			[]string{"refuses the user or the password", "PGPASSWORD"},
		},
		"database": {
			with(func(u *url.URL) { u.Path = "/nonsense" }), []string{"there is no such database", "Create it"},
		},
		"rights": {
			with(func(u *url.URL) { u.User = url.UserPassword(role, "s3cret") }),
			[]string{"has not the rights", "CREATE SCHEMA IF NOT EXISTS test_", "AUTHORIZATION poor"},
		},
		"port":   {with(func(u *url.URL) { u.Host = "127.0.0.1:1" }), []string{"cannot be reached", "Check host, port"}},
		"host":   {with(func(u *url.URL) { u.Host = "nowhere.invalid" }), []string{"cannot be reached"}},
		"no TLS": {with(func(u *url.URL) { u.RawQuery = "sslmode=require" }), []string{"cannot be reached", "sslmode"}},
		"read-only": {
			with(func(u *url.URL) { u.RawQuery += "&default_transaction_read_only=on" }),
			[]string{"only reads", "primary server"},
		},
		"encoding": {
			with(func(u *url.URL) { u.Path = "/latin" }), []string{"cannot hold every character", "encoding UTF8"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, c.location)
			explained(t, insert(ctx, s, "Łódź"), c.words...)
			if name == "password" {
				_, err := count(ctx, s)
				explained(t, err, c.words...)
			}
		})
	}
	if log, err := server.Log(); err != nil {
		t.Error(err)
	} else {
		noSecret(t, strings.ReplaceAll(log, "PASSWORD 's3cret'", ""))
	}
}

// What a newer program wrote is left as it is.
func TestNewerSchema(t *testing.T) {
	t.Parallel()
	server := postgrestest.Shared(t)
	location := server.URL(t)
	s := open(t, location)
	if err := insert(t.Context(), s, "a"); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	schema := u.Query().Get("search_path")
	server.Exec(t, "INSERT INTO "+schema+".schema_versions (version_id, is_applied) VALUES (999, true)")
	for name, s := range map[string]*postgres.Store{"open": s, "opened": open(t, location)} {
		explained(t, insert(t.Context(), s, name), "newer version", "schema 999, known are up to ", "Upgrade the provider")
		_, err := count(t.Context(), s)
		explained(t, err, "newer version")
	}
	server.Exec(t, "DELETE FROM "+schema+".schema_versions WHERE version_id = 999")
	if n, err := count(t.Context(), s); err != nil || n != 1 {
		t.Errorf("%d, %v", n, err)
	}
	server.Exec(t, "DROP TABLE "+schema+".generations")
	explained(t, insert(t.Context(), s, "b"), "not as this program made them", "Restore the schema "+schema)
}

// A store of every earlier schema is brought up to date by the first process that reads or writes it, and loses nothing.
func TestEarlierSchemas(t *testing.T) {
	t.Parallel()
	// What undoes each migration but the first.
	undo := []string{"ALTER TABLE documents DROP COLUMN session"}
	server := postgrestest.Shared(t)
	for version := len(undo); version > 0; version-- {
		location := server.URL(t)
		s := open(t, location)
		if err := insert(t.Context(), s, "a"); err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(location)
		if err != nil {
			t.Fatal(err)
		}
		server.Exec(t, append([]string{
			"SET search_path = " + u.Query().Get("search_path"),
			fmt.Sprint("DELETE FROM schema_versions WHERE version_id > ", version),
		}, undo[version-1:]...)...)
		if n, err := count(t.Context(), open(t, location)); err != nil || n != 1 {
			t.Errorf("reading schema %d: %d, %v", version, n, err)
		}
		server.Exec(t, append([]string{
			"SET search_path = " + u.Query().Get("search_path"),
			fmt.Sprint("DELETE FROM schema_versions WHERE version_id > ", version),
		}, undo[version-1:]...)...)
		if err := insert(t.Context(), open(t, location), "b"); err != nil {
			t.Errorf("writing schema %d: %v", version, err)
		}
	}
}

// A schema that somebody else made for the user needs no right on the database.
func TestGrantedSchema(t *testing.T) {
	t.Parallel()
	server := postgrestest.Shared(t)
	server.Exec(t, "CREATE ROLE guest LOGIN PASSWORD 's3cret'", "CREATE SCHEMA guests AUTHORIZATION guest")
	u, err := url.Parse(server.With(url.Values{"search_path": {"guests"}}))
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword("guest", "s3cret")
	if err := insert(t.Context(), open(t, u.String()), "a"); err != nil {
		t.Error(err)
	}
}

func TestLockedForTooLong(t *testing.T) {
	t.Parallel()
	location := postgrestest.Shared(t).URL(t)
	s := open(t, location)
	if err := insert(t.Context(), s, "a"); err != nil {
		t.Fatal(err)
	}
	hasty := open(t, location, postgres.LockTimeout(100*time.Millisecond))
	err := s.Update(t.Context(), func(store.Writer) error {
		explained(t, insert(t.Context(), hasty, "b"), "locked by other transactions for more than 100ms", "try again")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := insert(t.Context(), open(t, location), "b"); err != nil {
		t.Error(err)
	}
}

// A transaction whose connection the server ends starts again, and what the callback did before does not count.
func TestLostConnection(t *testing.T) {
	t.Parallel()
	server := postgrestest.Shared(t)
	ctx := t.Context()
	u, err := url.Parse(server.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	name := u.Query().Get("search_path")
	u.RawQuery += "&application_name=" + name
	s := open(t, u.String())
	for _, id := range []string{"a", "b", "c"} {
		attempts := 0
		err := s.Update(ctx, func(w store.Writer) error {
			attempts++
			if err := w.Insert(ctx, store.Document{Kind: "vpc", ID: id, Key: id, Body: []byte("{}")}); err != nil {
				return err
			}
			if attempts == 1 {
				server.Exec(t, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '"+name+"'")
			}
			_, err := w.Count(ctx, store.Query{})
			return err
		})
		if err != nil || attempts != 2 {
			t.Errorf("%d attempts, %v", attempts, err)
		}
	}
	attempts := 0
	err = s.View(ctx, func(r store.Reader) error {
		attempts++
		if attempts == 1 {
			server.Exec(t, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '"+name+"'")
		}
		n, err := r.Count(ctx, store.Query{})
		if err == nil && n != 3 {
			t.Errorf("%d documents", n)
		}
		return err
	})
	if err != nil || attempts != 2 {
		t.Errorf("%d attempts, %v", attempts, err)
	}
	// A connection that broke while nobody used it is replaced without a word.
	server.Exec(t, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '"+name+"'")
	if err := insert(ctx, s, "d"); err != nil {
		t.Error(err)
	}
}

// Engines that are stricter than READ COMMITTED tell a transaction to start again instead of letting it wait.
func TestStricterIsolation(t *testing.T) {
	t.Parallel()
	server := postgrestest.Shared(t)
	location := server.URL(t)
	u, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	first := open(t, location)
	if err := insert(t.Context(), first, "a"); err != nil {
		t.Fatal(err)
	}
	c, err := pgx.Connect(t.Context(), server.With(nil))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context()) //nolint:errcheck // Nothing is left to do on it.
	schema := u.Query().Get("search_path")
	// A trigger that fails some transactions stands for such an engine.
	for _, statement := range []string{
		"CREATE SEQUENCE " + schema + ".attempts",
		"CREATE FUNCTION " + schema + ".conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('" + schema +
			".attempts') % 4 > 0 THEN RAISE EXCEPTION 'restart' USING ERRCODE = '40001'; END IF; RETURN NEW; END $$",
		"CREATE TRIGGER conflict BEFORE UPDATE ON " + schema + ".turns FOR EACH ROW EXECUTE FUNCTION " + schema + ".conflict()",
	} {
		if _, err := c.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 5 {
		if err := insert(t.Context(), first, fmt.Sprint(i)); err != nil {
			t.Error(err)
		}
	}
	if n, err := count(t.Context(), first); err != nil || n != 6 {
		t.Errorf("%d, %v", n, err)
	}
}

// What a crash of the server leaves: every change that was confirmed, and a store that goes on once the server does.
func TestServerCrash(t *testing.T) {
	t.Parallel()
	server := postgrestest.New(t)
	ctx := t.Context()
	s := open(t, server.URL(t))
	confirmed := 0
	for round := range 3 {
		for i := range 5 {
			if err := insert(ctx, s, fmt.Sprint(round, "-", i)); err != nil {
				t.Fatal(err)
			}
			confirmed++
		}
		server.Crash()
		explained(t, insert(ctx, open(t, server.With(nil)), "never"), "cannot be reached")
		if err := server.Start(ctx); err != nil {
			t.Fatal(err)
		}
		if n, err := count(ctx, s); err != nil || n != confirmed {
			t.Errorf("%d of %d documents, %v", n, confirmed, err)
		}
	}
}
