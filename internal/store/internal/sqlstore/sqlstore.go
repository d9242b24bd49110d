// Package sqlstore is what stores in SQL databases have in common: the statements, the reading of rows, the rules of a
// transaction, the migrations and the errors for people. A database adds its connections, its locks and its own errors.
//
// All databases keep documents in the tables "documents" and "document_references" and the counts of documents created
// in "generations". The statements use nothing that SQL databases word differently; they mark parameters with a question
// mark.
package sqlstore

import "context"

// Statement is one SQL statement and its arguments, which are of type string, Text, int or int64.
type Statement struct {
	SQL  string
	Args []any
}

// Text is an argument that is UTF-8 and is stored byte for byte. An argument of type string is a name, which may hold
// any bytes; a database whose text cannot hold them escapes it, and undoes that for each *string a row is read into.
type Text string

// Conn is a connection with a transaction under way.
type Conn interface {
	// Query runs a statement and calls row for each row of its result. The function scan reads the columns of the row, as
	// the method Scan of *sql.Rows does.
	Query(ctx context.Context, s Statement, row func(scan func(into ...any) error) error) error
	// Exec runs a statement and returns how many rows it changed.
	Exec(ctx context.Context, s Statement) (int64, error)
	// ExecAll runs statements in their order, in one round trip if the database has such a thing.
	ExecAll(ctx context.Context, statements ...Statement) error
}
