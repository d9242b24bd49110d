package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// writer is what an Update sees.
type writer struct{ reader }

const (
	// claim reads what stands against an insertion. Checking first, under the lock of the transaction, leaves nothing
	// to undo when the answer is no.
	claim = `SELECT
		coalesce((SELECT count FROM generations WHERE kind = ? AND key = ?), 0),
		EXISTS (SELECT 1 FROM documents WHERE id = ?)`

	insertDocument = `INSERT INTO documents
		(id, kind, project, key, generation, revision, session, body, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?) RETURNING sequence`

	raiseGeneration = `INSERT INTO generations (kind, key, count) VALUES (?, ?, 1)
		ON CONFLICT (kind, key) DO UPDATE SET count = count + 1`

	replaceDocument = `UPDATE documents SET project = ?, body = ?, updated_at = ?, revision = revision + 1
		WHERE id = ? RETURNING sequence`

	insertReference = `INSERT INTO document_references (document, position, field, target) VALUES (?, ?, ?, ?)`

	deleteReferences = `DELETE FROM document_references WHERE document = ?`

	claimDocument = `UPDATE documents SET session = ? WHERE id = ?`

	// The references of the document go with it.
	deleteDocument = `DELETE FROM documents WHERE id = ?`
)

// Insert implements store.Writer. If the generation has moved on and the id is taken as well, the error is both.
func (w writer) Insert(ctx context.Context, d store.Document) error {
	return w.t.run(ctx, func(one *session) error {
		var count int64
		var exists bool
		if err := one.row(ctx, claim, []any{d.Kind, d.Key, d.ID}, &count, &exists); err != nil {
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

		var sequence int64
		if err := one.row(ctx, insertDocument, []any{
			d.ID, d.Kind, d.Project, d.Key, d.Generation, d.Session, string(d.Body),
			d.CreatedAt.Unix(), d.UpdatedAt.Unix(),
		}, &sequence); err != nil {
			return err
		}
		if _, err := one.exec(ctx, raiseGeneration, d.Kind, d.Key); err != nil {
			return err
		}
		return one.refer(ctx, sequence, d.References)
	})
}

// Replace implements store.Writer.
func (w writer) Replace(ctx context.Context, d store.Document) error {
	return w.t.run(ctx, func(one *session) error {
		var sequence int64
		err := one.row(ctx, replaceDocument, []any{d.Project, string(d.Body), d.UpdatedAt.Unix(), d.ID}, &sequence)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("%w: %s", store.ErrNotFound, d.ID)
		}
		if err != nil {
			return err
		}
		if _, err := one.exec(ctx, deleteReferences, sequence); err != nil {
			return err
		}
		return one.refer(ctx, sequence, d.References)
	})
}

// Delete implements store.Writer.
func (w writer) Delete(ctx context.Context, id string) error {
	return w.t.run(ctx, func(one *session) error {
		deleted, err := one.exec(ctx, deleteDocument, id)
		if err == nil && deleted == 0 {
			return fmt.Errorf("%w: %s", store.ErrNotFound, id)
		}
		return err
	})
}

// Claim implements store.Writer.
func (w writer) Claim(ctx context.Context, by string, ids ...string) error {
	return w.t.run(ctx, func(one *session) error {
		for _, id := range ids {
			if _, err := one.exec(ctx, claimDocument, by, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// refer writes the references of a document that has none.
func (s *session) refer(ctx context.Context, sequence int64, references []store.Reference) error {
	for position, r := range references {
		if _, err := s.exec(ctx, insertReference, sequence, position, r.Field, r.Target); err != nil {
			return err
		}
	}
	return nil
}
