package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// unusable is the error for a database that cannot serve: which one, what is wrong with it, and what its user can do.
type unusable struct {
	location string
	problem  string
	advice   string
	cause    error // What the server, the driver or the operating system said, if anything.
}

// Error implements error.
func (u *unusable) Error() string {
	text := fmt.Sprintf("%v %s: %s. %s", store.ErrUnusable, u.location, u.problem, u.advice)
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

var (
	// errBusy says that other transactions did not end in time.
	errBusy = errors.New("another transaction is still running")
	// errStrangeRow says that a table holds what this program does not write.
	errStrangeRow = errors.New("unexpected content")
)

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

// code returns the server's SQLSTATE, "" if the error is not from the server.
func code(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// isTransient says that nothing happened, and that the same may succeed a moment later: the transaction lost against
// another one, the server restarts, or the connection broke.
func isTransient(err error) bool {
	switch code(err) {
	case serializationFailure, deadlockDetected, cannotConnectNow, adminShutdown, crashShutdown, idleInTransaction:
		return true
	case "":
		var connect *pgconn.ConnectError
		return !errors.As(err, &connect) && isBroken(err)
	default:
		return false
	}
}

// isBroken says that the connection ended before the server had answered.
func isBroken(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	return pgconn.SafeToRetry(err) || isNetwork(err)
}

// isUnanswered says that a commit was sent, and that the server's answer did not arrive.
func isUnanswered(err error) bool {
	if pgconn.SafeToRetry(err) {
		return false // It was not even sent.
	}
	// A server that shuts down says so instead of answering, and whether before or after the commit is not told.
	switch code(err) {
	case adminShutdown, crashShutdown:
		return true
	}
	return isNetwork(err) || errors.Is(err, context.DeadlineExceeded)
}

// isNoTable says that the schema is not there.
func isNoTable(err error) bool { return code(err) == undefinedTable }

// isRace says that another process made the same table at the same time.
func isRace(err error) bool {
	switch code(err) {
	case duplicateTable, duplicateSchema, duplicateObject, duplicateColumn, uniqueViolation:
		return true
	default:
		return false
	}
}

// fault explains an error to the user. Errors that are explained already, or are none of the store, stay as they are.
func (s *Store) fault(ctx context.Context, err error) error {
	var explained *unusable
	switch {
	case err == nil, errors.As(err, &explained), errors.Is(err, errClosed), errors.Is(err, errEnded):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errBusy), code(err) == serializationFailure, code(err) == deadlockDetected:
		return s.explain(err, fmt.Sprintf("it was locked by other transactions for more than %v", s.patience),
			"Let the other processes finish, or end them, and try again.")
	case errors.Is(err, errOutdated), errors.Is(err, errNoSchema):
		return s.explain(err, "its schema was replaced while it was in use", "Try again.")
	case errors.Is(err, errStrangeRow), isNoTable(err):
		return s.explain(err, "its tables are not as this program made them",
			"Restore the schema "+s.schema+" from a backup, or drop it to start with an empty store.")
	}
	if problem, advice := s.refusal(err); problem != "" {
		return s.explain(err, problem, advice)
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) || isBroken(err) || errors.Is(err, context.DeadlineExceeded) {
		return s.explain(err, "the server cannot be reached",
			"Check host, port and sslmode of the URL, and that the server runs.")
	}
	return fmt.Errorf("store %s: %w", s.location, err)
}

// refusal words what the server says; problem is empty for anything else.
func (s *Store) refusal(err error) (problem, advice string) {
	switch sqlState := code(err); {
	case sqlState == "28P01", sqlState == "28000":
		return "the server refuses the user or the password", "Check both in the URL, or PGUSER and PGPASSWORD."
	case sqlState == "3D000":
		return "there is no such database", "Create it, or correct its name in the URL."
	case sqlState == "42501":
		return "the user has not the rights it needs",
			"Let its owner run: CREATE SCHEMA IF NOT EXISTS " + s.schema + " AUTHORIZATION " + s.config.ConnConfig.User + "."
	case sqlState == "25006":
		return "the server only reads, as a replica does", "Use the URL of the primary server."
	case sqlState == "53100":
		return "the server's disk is full; nothing of this change was stored", "Free space there, and try again."
	case strings.HasPrefix(sqlState, "53"):
		return "the server has no room for another connection or statement",
			"Raise its limits, or lower pool_max_conns in the URL."
	case sqlState == "57P03":
		return "the server is starting or stopping", "Try again in a moment."
	case sqlState == "22021", sqlState == "22P05":
		return "the database cannot hold every character", "Use a database with the encoding UTF8."
	case sqlState == "58030", strings.HasPrefix(sqlState, "XX"):
		return "the server reports damage", "Look into its log."
	}
	return "", ""
}

func (s *Store) explain(cause error, problem, advice string) error {
	return &unusable{location: s.location, problem: problem, advice: advice, cause: cause}
}

func (s *Store) newer(version int64) error {
	return s.explain(nil,
		fmt.Sprintf("it was written by a newer version of this program (schema %d, known are up to %d)", version, known),
		"Nothing was changed. Upgrade the provider, or choose another store.")
}

func (s *Store) unknown(cause error) error {
	return s.explain(cause, "the connection broke before the server confirmed the change, so it may be stored or not",
		"Make a new plan, which shows what is there.")
}
