package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/internal/selection"
)

// reader is what a View sees.
type reader struct{ t *transaction }

// Get implements store.Reader.
func (r reader) Get(ctx context.Context, id string) (store.Document, error) {
	var found []store.Document
	err := r.t.run(ctx, func(tx pgx.Tx) (err error) {
		found, err = documents(ctx, tx, selection.Document, id)
		if err == nil && len(found) == 0 {
			return fmt.Errorf("%w: %s", store.ErrNotFound, id)
		}
		return err
	})
	if err != nil {
		return store.Document{}, err
	}
	return found[0], nil
}

// List implements store.Reader.
func (r reader) List(ctx context.Context, q store.Query) ([]store.Document, error) {
	var found []store.Document
	err := r.t.run(ctx, func(tx pgx.Tx) (err error) {
		text, args := selection.Documents(q)
		found, err = documents(ctx, tx, text, args...)
		return err
	})
	return found, err
}

// Count implements store.Reader.
func (r reader) Count(ctx context.Context, q store.Query) (int, error) {
	var count int
	err := r.t.run(ctx, func(tx pgx.Tx) error {
		text, args := selection.Count(q)
		return tx.QueryRow(ctx, number(text), parameters(args)...).Scan(&count)
	})
	return count, err
}

// Tally implements store.Reader.
func (r reader) Tally(ctx context.Context, q store.Query) (map[string]int, error) {
	tally := map[string]int{}
	err := r.t.run(ctx, func(tx pgx.Tx) error {
		text, args := selection.Tally(q)
		rows, err := tx.Query(ctx, number(text), parameters(args)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var target string
			var count int
			if err := rows.Scan(&target, &count); err != nil {
				return fmt.Errorf("%w: %w", errStrangeRow, err)
			}
			tally[unescape(target)] = count
		}
		return rows.Err()
	})
	return tally, err
}

// Generation implements store.Reader.
func (r reader) Generation(ctx context.Context, kind, key string) (int64, error) {
	var count int64
	err := r.t.run(ctx, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, number(selection.Generation), escape(kind), escape(key)).Scan(&count)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	return count, err
}

// documents reads the documents a statement of package selection returns.
func documents(ctx context.Context, tx pgx.Tx, text string, args ...any) ([]store.Document, error) {
	rows, err := tx.Query(ctx, number(text), parameters(args)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()

	var found []store.Document
	for rows.Next() {
		var (
			d                store.Document
			created, updated int64
			field, target    *string
		)
		if err := rows.Scan(&d.Sequence, &d.ID, &d.Kind, &d.Project, &d.Key, &d.Generation, &d.Revision,
			&d.Session, &created, &updated, &d.Body, &field, &target); err != nil {
			return nil, fmt.Errorf("%w: %w", errStrangeRow, err)
		}
		if last := len(found) - 1; last < 0 || found[last].Sequence != d.Sequence {
			d.ID, d.Kind, d.Project, d.Key = unescape(d.ID), unescape(d.Kind), unescape(d.Project), unescape(d.Key)
			d.Session = unescape(d.Session)
			d.CreatedAt, d.UpdatedAt = time.Unix(created, 0).UTC(), time.Unix(updated, 0).UTC()
			found = append(found, d)
		}
		if field != nil && target != nil {
			d := &found[len(found)-1]
			d.References = append(d.References, store.Reference{Field: unescape(*field), Target: unescape(*target)})
		}
	}
	return found, rows.Err()
}

// number replaces the question marks of a statement by PostgreSQL's $1, $2 and so on.
func number(text string) string {
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(text, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(n))
		text = after
	}
}

// parameters escapes the names among the arguments of a statement.
func parameters(args []any) []any {
	out := make([]any, len(args))
	for i, arg := range args {
		if name, ok := arg.(string); ok {
			arg = escape(name)
		}
		out[i] = arg
	}
	return out
}

// empty is what a View sees of a store that does not exist.
type empty struct{}

// Get implements store.Reader.
func (empty) Get(ctx context.Context, id string) (store.Document, error) {
	if err := ctx.Err(); err != nil {
		return store.Document{}, err
	}
	return store.Document{}, fmt.Errorf("%w: %s", store.ErrNotFound, id)
}

// List implements store.Reader.
func (empty) List(ctx context.Context, _ store.Query) ([]store.Document, error) {
	return nil, ctx.Err()
}

// Count implements store.Reader.
func (empty) Count(ctx context.Context, _ store.Query) (int, error) { return 0, ctx.Err() }

// Tally implements store.Reader.
func (empty) Tally(ctx context.Context, _ store.Query) (map[string]int, error) {
	return map[string]int{}, ctx.Err()
}

// Generation implements store.Reader.
func (empty) Generation(ctx context.Context, _, _ string) (int64, error) { return 0, ctx.Err() }

// Generations implements store.Reader.
func (empty) Generations(ctx context.Context) ([]store.Generation, error) { return nil, ctx.Err() }
