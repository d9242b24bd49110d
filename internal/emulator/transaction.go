package emulator

import (
	"context"
	"errors"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// Atomically runs several commands as one: all of them take effect or, when commands returns an error, none. What the
// Cloud given to commands reads is the state its own commands have made, and nobody else writes meanwhile, so a change
// that starts from what was read loses nothing. commands must use that Cloud only, and not keep it. As every function
// given to a store it may be called more than once: it assigns its results and does not add to them.
func (c *Cloud) Atomically(ctx context.Context, commands func(*Cloud) error) error {
	return c.store.Update(ctx, func(w store.Writer) error { return commands(c.inside(w)) })
}

// errRehearsed undoes a rehearsal that went well.
var errRehearsed = errors.New("rehearsed")

// Rehearse says whether Atomically would succeed, and changes nothing: the cloud's dry run.
func (c *Cloud) Rehearse(ctx context.Context, commands func(*Cloud) error) error {
	err := c.store.Update(ctx, func(w store.Writer) error {
		if err := commands(c.inside(w)); err != nil {
			return err
		}
		return errRehearsed
	})
	if errors.Is(err, errRehearsed) {
		return nil
	}
	return err
}

// inside is the cloud as seen from a transaction.
func (c *Cloud) inside(w store.Writer) *Cloud {
	bound := *c
	bound.store = transaction{Store: c.store, w: w}
	return &bound
}

// transaction lets commands run inside a transaction that has begun already.
type transaction struct {
	store.Store
	w store.Writer
}

func (t transaction) View(_ context.Context, read func(store.Reader) error) error { return read(t.w) }

func (t transaction) Update(_ context.Context, write func(store.Writer) error) error {
	return write(t.w)
}
