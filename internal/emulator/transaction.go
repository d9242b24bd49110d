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

// Rehearse reports whether Atomically would succeed, and changes nothing: the cloud's dry run (API-02).
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

// ErrReading says that a command would write, inside Reading.
var ErrReading = errors.New("a command that writes, while the cloud is only read")

// Reading gives commands one state of the cloud: what they read fits together, whatever is written meanwhile. A command
// that would write fails with ErrReading. What the lists and maps of the objects hold is shared with other readers and
// must not be changed in place. read must use the Cloud it is given only, and not keep it; it may be called more than
// once.
func (c *Cloud) Reading(ctx context.Context, read func(*Cloud) error) error {
	return c.store.View(ctx, func(r store.Reader) error {
		bound := *c
		bound.store = view{Store: c.store, r: r}
		return read(&bound)
	})
}

// view lets commands read the state that a View has begun with.
type view struct {
	store.Store
	r store.Reader
}

func (v view) View(_ context.Context, read func(store.Reader) error) error { return read(v.r) }

func (v view) Update(context.Context, func(store.Writer) error) error { return ErrReading }

// transaction lets commands run inside a transaction that has begun already.
type transaction struct {
	store.Store
	w store.Writer
}

func (t transaction) View(_ context.Context, read func(store.Reader) error) error { return read(t.w) }

func (t transaction) Update(_ context.Context, write func(store.Writer) error) error {
	return write(t.w)
}
