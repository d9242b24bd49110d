package storetest

import (
	"context"
	"errors"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// Repeating returns a store that calls every function twice, as a store does whose transactions can lose against
// others and start again: what the first call of an Update wrote is undone. Whoever uses stores rightly cannot tell.
func Repeating(s store.Store) store.Store { return repeating{s} }

type repeating struct{ store.Store }

var errAgain = errors.New("this attempt does not count")

// View implements store.Store.
func (s repeating) View(ctx context.Context, read func(store.Reader) error) error {
	return s.Store.View(ctx, func(r store.Reader) error {
		_ = read(r) // Only the last answer counts.
		return read(r)
	})
}

// Update implements store.Store.
func (s repeating) Update(ctx context.Context, write func(store.Writer) error) error {
	err := s.Store.Update(ctx, func(w store.Writer) error {
		_ = write(w) // Only the last answer counts.
		return errAgain
	})
	if !errors.Is(err, errAgain) {
		return err
	}
	return s.Store.Update(ctx, write)
}
