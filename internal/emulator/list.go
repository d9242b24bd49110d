package emulator

import (
	"context"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// Filter selects objects. The zero value of a field does not restrict.
type Filter struct {
	Project string
	// Attribute and Target select the objects whose attribute refers to the object with the id Target.
	Attribute, Target string
	// After and Limit page through the list: After is the id of the last object seen. An id of no object selects
	// nothing.
	After string
	Limit int
}

func (f Filter) query(kind network.Kind) store.Query {
	return store.Query{
		Kind: string(kind), Project: f.Project, Field: f.Attribute, Target: f.Target, After: f.After, Limit: f.Limit,
	}
}

// List returns the objects of type T that a filter selects, in the order of their creation.
func List[T network.Object](ctx context.Context, c *Cloud, f Filter) ([]T, error) {
	return Select(ctx, c, f, func(T) bool { return true })
}

// selectBatch is the number of objects Select reads at a time: one who looks for a page does not pay for the whole
// list.
const selectBatch = 256

// Select returns those of the objects of type T that a filter selects for which keep holds, in the order of their
// creation and of one state of the store, and no more than the filter's limit. keep may be asked about an object more
// than once.
func Select[T network.Object](ctx context.Context, c *Cloud, f Filter, keep func(T) bool) ([]T, error) {
	var zero T
	var out []T
	err := c.store.View(ctx, func(r store.Reader) error {
		out = []T{}
		q := f.query(zero.Kind())
		// The first batch is enough for a reader who wants few and keeps them all.
		q.Limit = selectBatch
		if f.Limit > 0 {
			q.Limit = min(f.Limit, selectBatch)
		}
		for ; ; q.Limit = selectBatch {
			objects, err := listBy(ctx, r, q, c.decode)
			if err != nil {
				return err
			}
			for _, o := range objects {
				if t, ok := o.(T); ok && keep(t) {
					out = append(out, t)
				}
				if f.Limit > 0 && len(out) == f.Limit {
					return nil
				}
				q.After = o.Base().ID
			}
			if len(objects) < q.Limit {
				return nil
			}
		}
	})
	return out, err
}

// decode reads an object of a document.
func (c *Cloud) decode(d store.Document) (network.Object, error) {
	if _, reading := c.store.(view); reading {
		return c.decoded.object(d)
	}
	return fromDocument(d)
}

// Count returns how many objects of a kind a filter selects; After and Limit are ignored.
func (c *Cloud) Count(ctx context.Context, kind network.Kind, f Filter) (int, error) {
	var n int
	err := c.store.View(ctx, func(r store.Reader) error {
		var err error
		n, err = r.Count(ctx, f.query(kind))
		return err
	})
	return n, err
}

// Tally counts the objects of a kind in a project by what their attribute refers to. What nothing refers to is not in
// the answer.
func (c *Cloud) Tally(ctx context.Context, kind network.Kind, project, attribute string) (map[string]int, error) {
	var tally map[string]int
	err := c.store.View(ctx, func(r store.Reader) error {
		var err error
		tally, err = r.Tally(ctx, store.Query{Kind: string(kind), Project: project, Field: attribute})
		return err
	})
	return tally, err
}

// OpenProject gives a project what the cloud creates with an account, its default security group (SG-22), unless it has
// that already. Every command that writes does so by itself; who only reads calls this first.
func (c *Cloud) OpenProject(ctx context.Context, project string) error {
	id := network.DefaultSecurityGroup(project).ID
	if o, _, err := c.find(ctx, id); err != nil || o != nil {
		return err
	}
	return c.store.Update(ctx, func(w store.Writer) error { return c.ensureProject(ctx, w, project) })
}
