package postgres

import (
	"context"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/vpclab/terraform-provider-vpclab/internal/store/internal/sqlstore"
)

// conn runs the statements of package sqlstore in a transaction.
type conn struct{ tx pgx.Tx }

var _ sqlstore.Conn = conn{}

// Query implements sqlstore.Conn.
func (c conn) Query(ctx context.Context, s sqlstore.Statement, row func(scan func(...any) error) error) error {
	rows, err := c.tx.Query(ctx, numberParameters(s.SQL), escapeArguments(s.Args)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	scan := func(into ...any) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for _, variable := range into {
			if name, ok := variable.(*string); ok {
				*name = unescape(*name)
			}
		}
		return nil
	}
	for rows.Next() {
		if err := row(scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Exec implements sqlstore.Conn.
func (c conn) Exec(ctx context.Context, s sqlstore.Statement) (int64, error) {
	tag, err := c.tx.Exec(ctx, numberParameters(s.SQL), escapeArguments(s.Args)...)
	return tag.RowsAffected(), err
}

// ExecAll implements sqlstore.Conn, in one round trip to the server.
func (c conn) ExecAll(ctx context.Context, statements ...sqlstore.Statement) error {
	if len(statements) == 0 {
		return nil
	}
	var batch pgx.Batch
	for _, s := range statements {
		batch.Queue(numberParameters(s.SQL), escapeArguments(s.Args)...)
	}
	return c.tx.SendBatch(ctx, &batch).Close()
}

// numberParameters replaces the question marks of a statement by PostgreSQL's $1, $2 and so on.
func numberParameters(text string) string {
	var b strings.Builder
	b.Grow(len(text) + 20) // A digit for each of what few parameters a statement has.
	for n := 1; ; n++ {
		before, after, found := strings.Cut(text, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
		text = after
	}
}

// escapeArguments escapes the names among the arguments of a statement.
func escapeArguments(args []any) []any {
	out := make([]any, len(args))
	for i, arg := range args {
		switch arg := arg.(type) {
		case string:
			out[i] = escape(arg)
		case sqlstore.Text:
			out[i] = string(arg)
		default:
			out[i] = arg
		}
	}
	return out
}
