package sqlite

import (
	"context"
	"fmt"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/internal/selection"
)

// Generations implements store.Reader.
func (r reader) Generations(ctx context.Context) ([]store.Generation, error) {
	var found []store.Generation
	err := r.t.run(ctx, func(one *session) (err error) {
		found, err = one.generations(ctx)
		return err
	})
	return found, err
}

func (s *session) generations(ctx context.Context) ([]store.Generation, error) {
	statement, err := s.prepare(ctx, selection.Generations)
	if err != nil {
		return nil, err
	}
	rows, err := statement.QueryContext(ctx)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what went wrong.

	var found []store.Generation
	for rows.Next() {
		var g store.Generation
		if err := rows.Scan(&g.Kind, &g.Key, &g.Count); err != nil {
			return nil, fmt.Errorf("%w: %w", errStrangeRow, err)
		}
		found = append(found, g)
	}
	return found, rows.Err()
}

// SetGeneration implements store.Writer.
func (w writer) SetGeneration(ctx context.Context, g store.Generation) error {
	if g.Count < 0 {
		return fmt.Errorf("the generation of %s %q cannot be %d: it is a count", g.Kind, g.Key, g.Count)
	}
	return w.t.run(ctx, func(one *session) error {
		if g.Count == 0 {
			_, err := one.exec(ctx, selection.ForgetGeneration, g.Kind, g.Key)
			return err
		}
		_, err := one.exec(ctx, selection.SetGeneration, g.Kind, g.Key, g.Count)
		return err
	})
}
