// Package emulator is the modelled cloud's backend: it creates, reads, updates, deletes and lists objects in a store,
// issues their ids, and enforces the rules between them with the cloud's own error codes. Its Draft lays a planned
// network over the store and checks it by the same rules before anything is written.
//
// The package imports network, traffic and store. It knows neither Terraform nor HTTP; an error's status is the number
// the cloud publishes with the code, but for two (ERR-05, ERR-16).
package emulator

import (
	"context"
	"time"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// Cloud runs the commands of the modelled cloud on a store. It holds no state of its own, but for a memory of what it
// has decoded, and may be used by any number of goroutines and, through the store, processes at once.
type Cloud struct {
	store   store.Store
	quota   Quota
	now     func() time.Time
	decoded *decoded
	session *Session
}

// Option changes how a Cloud behaves.
type Option func(*Cloud)

// WithQuota replaces the default limits.
func WithQuota(q Quota) Option { return func(c *Cloud) { c.quota = q } }

// WithClock replaces the clock that stamps objects.
func WithClock(now func() time.Time) Option { return func(c *Cloud) { c.now = now } }

// New returns a cloud on a store.
func New(s store.Store, options ...Option) *Cloud {
	c := &Cloud{store: s, quota: DefaultQuota(), now: time.Now, decoded: &decoded{}}
	for _, o := range options {
		o(c)
	}
	return c
}

// stamp is the time to write on an object, as precise as every store keeps it.
func (c *Cloud) stamp() time.Time { return c.now().UTC().Truncate(time.Second) }

// Location names the store for people.
func (c *Cloud) Location() string { return c.store.Location() }

// NextID returns the id that the next object created under a natural key will have, and its generation.
func (c *Cloud) NextID(ctx context.Context, kind network.Kind, key string) (string, error) {
	var id string
	err := c.store.View(ctx, func(r store.Reader) error {
		generation, err := r.Generation(ctx, string(kind), key)
		id = network.IssueID(kind, key, generation)
		return err
	})
	return id, err
}

// HasKey reports whether an object that was created under a natural key is still there.
func (c *Cloud) HasKey(ctx context.Context, kind network.Kind, key string) (bool, error) {
	var there bool
	err := c.store.View(ctx, func(r store.Reader) error {
		n, err := r.Count(ctx, store.Query{Kind: string(kind), Key: key})
		there = n > 0
		return err
	})
	return there, err
}

// Snapshot returns every object in the store as one network.
func (c *Cloud) Snapshot(ctx context.Context) (*network.Network, error) {
	var b *network.Builder
	err := c.store.View(ctx, func(r store.Reader) error {
		b = network.NewBuilder()
		for _, kind := range network.Kinds() {
			objects, err := list(ctx, r, store.Query{Kind: string(kind)})
			if err != nil {
				return err
			}
			for _, o := range objects {
				b.Add(o)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return b.Network(), nil
}
