package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// writer is what an Update sees.
type writer struct{ reader }

const (
	// claim reads what stands against an insertion. An insertion that failed would end the transaction, and nobody
	// else can come between.
	claim = `SELECT
		coalesce((SELECT count FROM generations WHERE kind = $1 AND key = $2), 0),
		EXISTS (SELECT 1 FROM documents WHERE id = $3)`

	insertDocument = `INSERT INTO documents
		(id, kind, project, key, generation, revision, session, body, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9)`

	raiseGeneration = `INSERT INTO generations (kind, key, count) VALUES ($1, $2, 1)
		ON CONFLICT (kind, key) DO UPDATE SET count = generations.count + 1`

	replaceDocument = `UPDATE documents SET project = $1, body = $2, updated_at = $3, revision = revision + 1
		WHERE id = $4`

	insertReference = `INSERT INTO document_references (document, position, field, target)
		VALUES ((SELECT sequence FROM documents WHERE id = $1), $2, $3, $4)`

	deleteReferences = `DELETE FROM document_references
		WHERE document = (SELECT sequence FROM documents WHERE id = $1)`

	claimDocument = `UPDATE documents SET session = $1 WHERE id = $2`

	// The references of the document go with it.
	deleteDocument = `DELETE FROM documents WHERE id = $1`
)

// Insert implements store.Writer. If the generation has moved on and the id is taken as well, the error is both.
func (w writer) Insert(ctx context.Context, d store.Document) error {
	return w.t.run(ctx, func(tx pgx.Tx) error {
		var count int64
		var exists bool
		if err := tx.QueryRow(ctx, claim, escape(d.Kind), escape(d.Key), escape(d.ID)).Scan(&count, &exists); err != nil {
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

		// One journey to the server for all of it.
		var batch pgx.Batch
		batch.Queue(insertDocument, escape(d.ID), escape(d.Kind), escape(d.Project), escape(d.Key), d.Generation,
			escape(d.Session), string(d.Body), d.CreatedAt.Unix(), d.UpdatedAt.Unix())
		batch.Queue(raiseGeneration, escape(d.Kind), escape(d.Key))
		refer(&batch, d)
		return tx.SendBatch(ctx, &batch).Close()
	})
}

// Replace implements store.Writer.
func (w writer) Replace(ctx context.Context, d store.Document) error {
	return w.t.run(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, replaceDocument, escape(d.Project), string(d.Body), d.UpdatedAt.Unix(), escape(d.ID))
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return fmt.Errorf("%w: %s", store.ErrNotFound, d.ID)
		}
		var batch pgx.Batch
		batch.Queue(deleteReferences, escape(d.ID))
		refer(&batch, d)
		return tx.SendBatch(ctx, &batch).Close()
	})
}

// Delete implements store.Writer.
func (w writer) Delete(ctx context.Context, id string) error {
	return w.t.run(ctx, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, deleteDocument, escape(id))
		if err == nil && tag.RowsAffected() == 0 {
			return fmt.Errorf("%w: %s", store.ErrNotFound, id)
		}
		return err
	})
}

// Claim implements store.Writer.
func (w writer) Claim(ctx context.Context, session string, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	return w.t.run(ctx, func(tx pgx.Tx) error {
		var batch pgx.Batch
		for _, id := range ids {
			batch.Queue(claimDocument, escape(session), escape(id))
		}
		return tx.SendBatch(ctx, &batch).Close()
	})
}

// refer adds the references of a document that has none.
func refer(batch *pgx.Batch, d store.Document) {
	for position, r := range d.References {
		batch.Queue(insertReference, escape(d.ID), position, escape(r.Field), escape(r.Target))
	}
}
