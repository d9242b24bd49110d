package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net" //nolint:depguard // The error types of connections, not addresses.
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/vpclab/terraform-provider-vpclab/internal/store/internal/sqlstore"
)

// errBusy says that other transactions did not end in time.
var errBusy = errors.New("another transaction is still running")

// SQLSTATE codes; see PostgreSQL's documentation, appendix A.
const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	cannotConnectNow     = "57P03"
	adminShutdown        = "57P01"
	crashShutdown        = "57P02"
	undefinedTable       = "42P01"
	duplicateTable       = "42P07"
	duplicateSchema      = "42P06"
	duplicateObject      = "42710"
	duplicateColumn      = "42701"
	uniqueViolation      = "23505"
	idleInTransaction    = "25P03"
)

// sqlState returns the server's SQLSTATE, "" if the error is not from the server.
func sqlState(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// isTransient reports whether nothing happened, and the same may succeed a moment later: the transaction lost against
// another one, the server restarts, or the connection broke.
func isTransient(err error) bool {
	switch sqlState(err) {
	case serializationFailure, deadlockDetected, cannotConnectNow, adminShutdown, crashShutdown, idleInTransaction:
		return true
	case "":
		var connect *pgconn.ConnectError
		return !errors.As(err, &connect) && isBroken(err)
	default:
		return false
	}
}

// isBroken reports whether the connection ended before the server had answered.
func isBroken(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	return pgconn.SafeToRetry(err) || isNetwork(err)
}

// isNetwork reports whether a connection failed, and not what was said on it.
func isNetwork(err error) bool {
	var failed net.Error
	return errors.As(err, &failed) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// isUnanswered reports whether a commit was sent and the server's answer did not arrive.
func isUnanswered(err error) bool {
	if pgconn.SafeToRetry(err) {
		return false // It was not even sent.
	}
	// A server that shuts down says so instead of answering, and whether before or after the commit is not told.
	switch sqlState(err) {
	case adminShutdown, crashShutdown:
		return true
	}
	return isNetwork(err) || errors.Is(err, context.DeadlineExceeded)
}

// isUndefinedTable reports whether a table is not there.
func isUndefinedTable(err error) bool { return sqlState(err) == undefinedTable }

// isDuplicate reports whether another process made the same table at the same time.
func isDuplicate(err error) bool {
	switch sqlState(err) {
	case duplicateTable, duplicateSchema, duplicateObject, duplicateColumn, uniqueViolation:
		return true
	default:
		return false
	}
}

// explain explains an error to the user. Errors that are explained already, or are none of the store, stay as they are.
func (s *Store) explain(ctx context.Context, err error) error {
	var newer *sqlstore.NewerError
	switch {
	case err == nil, sqlstore.IsExplained(err):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errBusy), sqlState(err) == serializationFailure, sqlState(err) == deadlockDetected:
		return s.unusable(err, fmt.Sprintf("it was locked by other transactions for more than %v", s.lockTimeout),
			"Let the other processes finish, or end them, and try again.")
	case errors.Is(err, sqlstore.ErrOutdated), errors.Is(err, sqlstore.ErrNoSchema):
		return s.unusable(err, "its schema was replaced while it was in use", "Try again.")
	case errors.As(err, &newer):
		return s.unusable(nil, newer.Error(), "Nothing was changed. Upgrade the provider, or choose another store.")
	case errors.Is(err, sqlstore.ErrUnexpectedContent), isUndefinedTable(err):
		return s.unusable(err, "its tables are not as this program made them",
			"Restore the schema "+s.schema+" from a backup, or drop it to start with an empty store.")
	}
	if problem, advice := s.explainRefusal(err); problem != "" {
		return s.unusable(err, problem, advice)
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) || isBroken(err) || errors.Is(err, context.DeadlineExceeded) {
		return s.unusable(err, "the server cannot be reached",
			"Check host, port and sslmode of the URL, and that the server runs.")
	}
	return fmt.Errorf("store %s: %w", s.location, err)
}

// explainRefusal words what the server says; problem is empty for anything else.
func (s *Store) explainRefusal(err error) (problem, advice string) {
	switch state := sqlState(err); {
	case state == "28P01", state == "28000":
		return "the server refuses the user or the password", "Check both in the URL, or PGUSER and PGPASSWORD."
	case state == "3D000":
		return "there is no such database", "Create it, or correct its name in the URL."
	case state == "42501":
		return "the user has not the rights it needs",
			"Let its owner run: CREATE SCHEMA IF NOT EXISTS " + s.schema + " AUTHORIZATION " + s.config.ConnConfig.User + "."
	case state == "25006":
		return "the server only reads, as a replica does", "Use the URL of the primary server."
	case state == "53100":
		return "the server's disk is full; nothing of this change was stored", "Free space there, and try again."
	case strings.HasPrefix(state, "53"):
		return "the server has no room for another connection or statement",
			"Raise its limits, or lower pool_max_conns in the URL."
	case state == "57P03":
		return "the server is starting or stopping", "Try again in a moment."
	case state == "22021", state == "22P05":
		return "the database cannot hold every character", "Use a database with the encoding UTF8."
	case state == "58030", strings.HasPrefix(state, "XX"):
		return "the server reports damage", "Look into its log."
	}
	return "", ""
}

// unusable returns the error for a database that cannot serve: what is wrong with it, and what its user can do. The cause
// is what the server, the driver or the operating system said, if anything.
func (s *Store) unusable(cause error, problem, advice string) error {
	return &sqlstore.UnusableError{Location: s.location, Problem: problem, Advice: advice, Cause: cause}
}
