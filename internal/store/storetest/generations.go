package storetest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

func testSetGeneration(t *testing.T, newDatabase NewDatabase) {
	l := newLab(t, newDatabase)
	same(t, "counts of an empty store", l.generations(), nil)

	// A document comes back with the generation it had in another store.
	d := document("third")
	d.Key, d.Generation = "key", 2
	l.update(func(ctx context.Context, w store.Writer) error {
		if err := w.SetGeneration(ctx, store.Generation{Kind: d.Kind, Key: d.Key, Count: 2}); err != nil {
			return err
		}
		return w.Insert(ctx, d)
	})
	same(t, "generation of the document", l.get("third").Generation, int64(2))
	l.insert(document("other"))
	want := []store.Generation{{Kind: "vpc", Key: "key", Count: 3}, {Kind: "vpc", Key: "other", Count: 1}}
	same(t, "counts", l.generations(), want)

	// What is set for a key that has no document yet stays, and zero forgets the key.
	l.update(func(ctx context.Context, w store.Writer) error {
		return errors.Join(
			w.SetGeneration(ctx, store.Generation{Kind: "subnet", Key: "key", Count: 7}),
			w.SetGeneration(ctx, store.Generation{Kind: "vpc", Key: "other", Count: 0}),
			w.SetGeneration(ctx, store.Generation{Kind: "vpc", Key: "never", Count: 0}),
		)
	})
	want = []store.Generation{{Kind: "subnet", Key: "key", Count: 7}, {Kind: "vpc", Key: "key", Count: 3}}
	same(t, "counts set", l.generations(), want)
	same(t, "forgotten generation", l.generation("vpc", "other"), int64(0))

	err := l.Update(t.Context(), func(w store.Writer) error {
		return w.SetGeneration(t.Context(), store.Generation{Kind: "vpc", Key: "key", Count: -1})
	})
	if err == nil {
		t.Error("a negative count was taken")
	}
	same(t, "counts after the refusal", l.generations(), want)
}

func (l lab) generations() []store.Generation {
	l.t.Helper()
	var found []store.Generation
	l.view(func(ctx context.Context, r store.Reader) (err error) {
		found, err = r.Generations(ctx)
		return err
	})
	return sortedGenerations(found)
}

func sortedGenerations(list []store.Generation) []store.Generation {
	return slices.SortedFunc(slices.Values(list), func(a, b store.Generation) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key, b.Key))
	})
}
