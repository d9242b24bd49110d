package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/internal/selection"
)

// Generations implements store.Reader.
func (r reader) Generations(ctx context.Context) ([]store.Generation, error) {
	var found []store.Generation
	err := r.t.run(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, selection.Generations)
		if err != nil {
			return err
		}
		found, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (g store.Generation, err error) {
			if err = row.Scan(&g.Kind, &g.Key, &g.Count); err != nil {
				return g, fmt.Errorf("%w: %w", errStrangeRow, err)
			}
			g.Kind, g.Key = unescape(g.Kind), unescape(g.Key)
			return g, nil
		})
		return err
	})
	return found, err
}

// SetGeneration implements store.Writer.
func (w writer) SetGeneration(ctx context.Context, g store.Generation) error {
	if g.Count < 0 {
		return fmt.Errorf("the generation of %s %q cannot be %d: it is a count", g.Kind, g.Key, g.Count)
	}
	return w.t.run(ctx, func(tx pgx.Tx) error {
		if g.Count == 0 {
			_, err := tx.Exec(ctx, number(selection.ForgetGeneration), escape(g.Kind), escape(g.Key))
			return err
		}
		_, err := tx.Exec(ctx, number(selection.SetGeneration), escape(g.Kind), escape(g.Key), g.Count)
		return err
	})
}
