package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// ErrUnexpectedContent says that a table holds what this program does not write, so it is damaged.
var ErrUnexpectedContent = errors.New("unexpected content")

// Get implements store.Reader.
func (t *Transaction) Get(ctx context.Context, id string) (store.Document, error) {
	var found []store.Document
	err := t.run(ctx, func(c Conn) (err error) {
		found, err = readDocuments(ctx, c, selectDocument(id))
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
func (t *Transaction) List(ctx context.Context, q store.Query) ([]store.Document, error) {
	var found []store.Document
	err := t.run(ctx, func(c Conn) (err error) {
		found, err = readDocuments(ctx, c, selectDocuments(q))
		return err
	})
	return found, err
}

// Count implements store.Reader.
func (t *Transaction) Count(ctx context.Context, q store.Query) (int, error) {
	var count int
	err := t.run(ctx, func(c Conn) error { return readRow(ctx, c, countDocuments(q), &count) })
	return count, err
}

// Tally implements store.Reader.
func (t *Transaction) Tally(ctx context.Context, q store.Query) (map[string]int, error) {
	tally := map[string]int{}
	err := t.run(ctx, func(c Conn) error {
		var target string
		var count int
		return readRows(ctx, c, countTargets(q), []any{&target, &count}, func() { tally[target] = count })
	})
	return tally, err
}

// Generation implements store.Reader.
func (t *Transaction) Generation(ctx context.Context, kind, key string) (int64, error) {
	var count int64
	err := t.run(ctx, func(c Conn) error {
		return readRow(ctx, c, Statement{selectGeneration, []any{kind, key}}, &count)
	})
	return count, err
}

// Generations implements store.Reader.
func (t *Transaction) Generations(ctx context.Context) ([]store.Generation, error) {
	var found []store.Generation
	err := t.run(ctx, func(c Conn) error {
		var g store.Generation
		return readRows(ctx, c, Statement{SQL: selectGenerations}, []any{&g.Kind, &g.Key, &g.Count},
			func() { found = append(found, g) })
	})
	return found, err
}

// readDocuments reads documents from rows of the columns below; rows of one document follow each other.
func readDocuments(ctx context.Context, c Conn, s Statement) ([]store.Document, error) {
	var (
		found            []store.Document
		d                store.Document
		created, updated int64
		position         int64
		reference        store.Reference
	)
	err := readRows(ctx, c, s, []any{
		&d.Sequence, &d.ID, &d.Kind, &d.Project, &d.Key, &d.Generation, &d.Revision, &d.Session, &created, &updated, &d.Body,
		&position, &reference.Field, &reference.Target,
	}, func() {
		if last := len(found) - 1; last < 0 || found[last].Sequence != d.Sequence {
			d.CreatedAt, d.UpdatedAt = time.Unix(created, 0).UTC(), time.Unix(updated, 0).UTC()
			found = append(found, d)
		}
		if position >= 0 {
			d := &found[len(found)-1]
			d.References = append(d.References, reference)
		}
	})
	return found, err
}

// readRow reads the only row of a result. It leaves the variables as they are if there is none.
func readRow(ctx context.Context, c Conn, s Statement, into ...any) error {
	return readRows(ctx, c, s, into, func() {})
}

// readRows reads each row of a result into the same variables, and then calls row.
func readRows(ctx context.Context, c Conn, s Statement, into []any, row func()) error {
	return c.Query(ctx, s, func(scan func(...any) error) error {
		if err := scan(into...); err != nil {
			return fmt.Errorf("%w: %w", ErrUnexpectedContent, err)
		}
		row()
		return nil
	})
}

// Empty is what a View sees of a store that does not exist.
type Empty struct{}

var _ store.Reader = Empty{}

// Get implements store.Reader.
func (Empty) Get(ctx context.Context, id string) (store.Document, error) {
	if err := ctx.Err(); err != nil {
		return store.Document{}, err
	}
	return store.Document{}, fmt.Errorf("%w: %s", store.ErrNotFound, id)
}

// List implements store.Reader.
func (Empty) List(ctx context.Context, _ store.Query) ([]store.Document, error) {
	return nil, ctx.Err()
}

// Count implements store.Reader.
func (Empty) Count(ctx context.Context, _ store.Query) (int, error) { return 0, ctx.Err() }

// Tally implements store.Reader.
func (Empty) Tally(ctx context.Context, _ store.Query) (map[string]int, error) {
	return map[string]int{}, ctx.Err()
}

// Generation implements store.Reader.
func (Empty) Generation(ctx context.Context, _, _ string) (int64, error) { return 0, ctx.Err() }

// Generations implements store.Reader.
func (Empty) Generations(ctx context.Context) ([]store.Generation, error) { return nil, ctx.Err() }
