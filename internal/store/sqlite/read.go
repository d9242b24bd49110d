package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/internal/selection"
)

// reader is what a View sees.
type reader struct{ t *transaction }

// Get implements store.Reader.
func (r reader) Get(ctx context.Context, id string) (store.Document, error) {
	var found []store.Document
	err := r.t.run(ctx, func(one *session) (err error) {
		found, err = one.documents(ctx, selection.Document, id)
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
	err := r.t.run(ctx, func(one *session) (err error) {
		text, args := selection.Documents(q)
		found, err = one.documents(ctx, text, args...)
		return err
	})
	return found, err
}

// Count implements store.Reader.
func (r reader) Count(ctx context.Context, q store.Query) (int, error) {
	var count int
	err := r.t.run(ctx, func(one *session) error {
		text, args := selection.Count(q)
		return one.row(ctx, text, args, &count)
	})
	return count, err
}

// Tally implements store.Reader.
func (r reader) Tally(ctx context.Context, q store.Query) (map[string]int, error) {
	tally := map[string]int{}
	err := r.t.run(ctx, func(one *session) error {
		text, args := selection.Tally(q)
		statement, err := one.prepare(ctx, text)
		if err != nil {
			return err
		}
		rows, err := statement.QueryContext(ctx, args...)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // rows.Err says what went wrong.
		for rows.Next() {
			var target string
			var count int
			if err := rows.Scan(&target, &count); err != nil {
				return fmt.Errorf("%w: %w", errStrangeRow, err)
			}
			tally[target] = count
		}
		return rows.Err()
	})
	return tally, err
}

// Generation implements store.Reader.
func (r reader) Generation(ctx context.Context, kind, key string) (int64, error) {
	var count int64
	err := r.t.run(ctx, func(one *session) error {
		err := one.row(ctx, selection.Generation, []any{kind, key}, &count)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return count, err
}

// documents reads the documents a statement selects; rows of one document follow each other.
func (s *session) documents(ctx context.Context, text string, args ...any) ([]store.Document, error) {
	statement, err := s.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := statement.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what went wrong.

	var found []store.Document
	for rows.Next() {
		var (
			d                store.Document
			created, updated int64
			field, target    sql.NullString
		)
		if err := rows.Scan(&d.Sequence, &d.ID, &d.Kind, &d.Project, &d.Key, &d.Generation, &d.Revision,
			&d.Session, &created, &updated, &d.Body, &field, &target); err != nil {
			return nil, fmt.Errorf("%w: %w", errStrangeRow, err)
		}
		if last := len(found) - 1; last < 0 || found[last].Sequence != d.Sequence {
			d.CreatedAt, d.UpdatedAt = time.Unix(created, 0).UTC(), time.Unix(updated, 0).UTC()
			found = append(found, d)
		}
		if target.Valid {
			d := &found[len(found)-1]
			d.References = append(d.References, store.Reference{Field: field.String, Target: target.String})
		}
	}
	return found, rows.Err()
}

// errStrangeRow says that a row holds what the schema does not allow, so the file is damaged.
var errStrangeRow = errors.New("unexpected content")

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
