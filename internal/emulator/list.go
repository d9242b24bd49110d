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

// List returns the objects of type T in the order of their creation.
func List[T network.Object](ctx context.Context, c *Cloud, f Filter) ([]T, error) {
	out := []T{}
	err := Scan(ctx, c, f, func(o T) bool {
		out = append(out, o)
		return f.Limit == 0 || len(out) < f.Limit
	})
	return out, err
}

// scanBatch is the number of objects Scan reads at a time: one who looks for a page does not pay for the whole list.
const scanBatch = 256

// Scan shows the objects of type T to visit in the order of their creation, until visit returns false. All of them are
// of one state of the store. Limit is ignored; it is visit that knows when it has enough.
func Scan[T network.Object](ctx context.Context, c *Cloud, f Filter, visit func(T) bool) error {
	var zero T
	if f.Limit = max(f.Limit, 0); f.Limit == 0 || f.Limit > scanBatch {
		f.Limit = scanBatch
	}
	return c.store.View(ctx, func(r store.Reader) error {
		for q := f.query(zero.Kind()); ; {
			objects, err := list(ctx, r, q)
			if err != nil {
				return err
			}
			for _, o := range objects {
				if t, ok := o.(T); !ok || !visit(t) {
					return nil
				}
				q.After = o.Base().ID
			}
			if len(objects) < q.Limit {
				return nil
			}
		}
	})
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

// OpenProject gives a project what the cloud creates with an account, its default security group, unless it has that
// already. Every command that writes does so by itself; who only reads calls this first.
func (c *Cloud) OpenProject(ctx context.Context, project string) error {
	id := network.DefaultSecurityGroup(project).ID
	if o, err := c.find(ctx, id); err != nil || o != nil {
		return err
	}
	return c.store.Update(ctx, func(w store.Writer) error { return c.ensureProject(ctx, w, project) })
}
