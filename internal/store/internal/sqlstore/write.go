package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

const (
	// selectConflicts reads what stands against an insertion. Checking first leaves nothing to undo when the answer is no,
	// and nobody else can write in between.
	selectConflicts = `SELECT
		coalesce((SELECT count FROM generations WHERE kind = ? AND key = ?), 0),
		EXISTS (SELECT 1 FROM documents WHERE id = ?)`

	insertDocument = `INSERT INTO documents
		(id, kind, project, key, generation, revision, session, body, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?)`

	raiseGeneration = `INSERT INTO generations (kind, key, count) VALUES (?, ?, 1)
		ON CONFLICT (kind, key) DO UPDATE SET count = generations.count + 1`

	replaceDocument = `UPDATE documents SET project = ?, body = ?, updated_at = ?, revision = revision + 1
		WHERE id = ?`

	insertReference = `INSERT INTO document_references (document, position, field, target)
		VALUES ((SELECT sequence FROM documents WHERE id = ?), ?, ?, ?)`

	deleteReferences = `DELETE FROM document_references
		WHERE document = (SELECT sequence FROM documents WHERE id = ?)`

	claimDocument = `UPDATE documents SET session = ? WHERE id = ?`

	// The references of the document go with it.
	deleteDocument = `DELETE FROM documents WHERE id = ?`
)

// Insert implements store.Writer. If the generation has moved on and the id is taken as well, the error is both.
func (t *Transaction) Insert(ctx context.Context, d store.Document) error {
	return t.run(ctx, func(c Conn) error {
		var count int64
		var exists bool
		conflicts := Statement{selectConflicts, []any{d.Kind, d.Key, d.ID}}
		if err := readRow(ctx, c, conflicts, &count, &exists); err != nil {
			return err
		}
		var refused []error
		if d.Generation != count {
			refused = append(refused, fmt.Errorf("%w: %s %q is at %d, not at %d",
				store.ErrGeneration, d.Kind, d.Key, count, d.Generation))
		}
		if exists {
			refused = append(refused, fmt.Errorf("%w: %s", store.ErrExists, d.ID))
		}
		if len(refused) > 0 {
			return errors.Join(refused...)
		}
		return c.ExecAll(ctx, append([]Statement{
			{insertDocument, []any{
				d.ID, d.Kind, d.Project, d.Key, d.Generation, d.Session, Text(d.Body), d.CreatedAt.Unix(), d.UpdatedAt.Unix(),
			}},
			{raiseGeneration, []any{d.Kind, d.Key}},
		}, insertReferences(d)...)...)
	})
}

// Replace implements store.Writer.
func (t *Transaction) Replace(ctx context.Context, d store.Document) error {
	return t.run(ctx, func(c Conn) error {
		replace := Statement{replaceDocument, []any{d.Project, Text(d.Body), d.UpdatedAt.Unix(), d.ID}}
		if err := execOne(ctx, c, replace, d.ID); err != nil {
			return err
		}
		return c.ExecAll(ctx, append([]Statement{{deleteReferences, []any{d.ID}}}, insertReferences(d)...)...)
	})
}

// Delete implements store.Writer.
func (t *Transaction) Delete(ctx context.Context, id string) error {
	return t.run(ctx, func(c Conn) error { return execOne(ctx, c, Statement{deleteDocument, []any{id}}, id) })
}

// Claim implements store.Writer.
func (t *Transaction) Claim(ctx context.Context, session string, ids ...string) error {
	claims := make([]Statement, len(ids))
	for i, id := range ids {
		claims[i] = Statement{claimDocument, []any{session, id}}
	}
	return t.run(ctx, func(c Conn) error { return c.ExecAll(ctx, claims...) })
}

// SetGeneration implements store.Writer.
func (t *Transaction) SetGeneration(ctx context.Context, g store.Generation) error {
	if g.Count < 0 {
		return fmt.Errorf("the generation of %s %q cannot be %d: it is a count", g.Kind, g.Key, g.Count)
	}
	s := Statement{setGeneration, []any{g.Kind, g.Key, g.Count}}
	if g.Count == 0 {
		s = Statement{deleteGeneration, []any{g.Kind, g.Key}}
	}
	return t.run(ctx, func(c Conn) error { return c.ExecAll(ctx, s) })
}

// execOne runs a statement that changes the document with an id. If it changes none, the error is store.ErrNotFound.
func execOne(ctx context.Context, c Conn, s Statement, id string) error {
	changed, err := c.Exec(ctx, s)
	if err == nil && changed == 0 {
		return fmt.Errorf("%w: %s", store.ErrNotFound, id)
	}
	return err
}

// insertReferences returns the statements that add the references of a document that has none.
func insertReferences(d store.Document) []Statement {
	statements := make([]Statement, len(d.References))
	for position, r := range d.References {
		statements[position] = Statement{insertReference, []any{d.ID, position, r.Field, r.Target}}
	}
	return statements
}
