package emulator

import (
	"context"
	"errors"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// neighbourhood is what a rule between objects may look at. At apply it is the store inside the command's
// transaction; at plan it is the draft.
type neighbourhood interface {
	// object returns the object with an id, or nil.
	object(ctx context.Context, id string) (network.Object, error)
	// referring returns the objects of a kind whose attribute refers to target.
	referring(ctx context.Context, kind network.Kind, attribute, target string) ([]network.Object, error)
	// ofKind returns the objects of a kind in a project.
	ofKind(ctx context.Context, kind network.Kind, project string) ([]network.Object, error)
	// count returns how many objects ofKind would return.
	count(ctx context.Context, kind network.Kind, project string) (int, error)
	// planning is true for the draft: what it does not hold may exist all the same, planned by another provider
	// configuration or left over from a configuration that is about to go.
	planning() bool
	// isNew says that the object with an id is created by the plan being made.
	isNew(id string) bool
}

// stored is the neighbourhood of a command.
type stored struct{ r store.Reader }

func (s stored) object(ctx context.Context, id string) (network.Object, error) {
	d, err := s.r.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return fromDocument(d)
}

func (s stored) referring(
	ctx context.Context, kind network.Kind, attribute, target string,
) ([]network.Object, error) {
	return list(ctx, s.r, store.Query{Kind: string(kind), Field: attribute, Target: target})
}

func (s stored) ofKind(ctx context.Context, kind network.Kind, project string) ([]network.Object, error) {
	return list(ctx, s.r, store.Query{Kind: string(kind), Project: project})
}

func (s stored) count(ctx context.Context, kind network.Kind, project string) (int, error) {
	return s.r.Count(ctx, store.Query{Kind: string(kind), Project: project})
}

func (s stored) planning() bool    { return false }
func (s stored) isNew(string) bool { return false }

func list(ctx context.Context, r store.Reader, q store.Query) ([]network.Object, error) {
	return listBy(ctx, r, q, fromDocument)
}

func listBy(
	ctx context.Context, r store.Reader, q store.Query, decode func(store.Document) (network.Object, error),
) ([]network.Object, error) {
	q.Bare = true
	documents, err := r.List(ctx, q)
	if err != nil {
		return nil, err
	}
	out := make([]network.Object, 0, len(documents))
	for _, d := range documents {
		o, err := decode(d)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

func fromDocument(d store.Document) (network.Object, error) {
	o, err := network.Decode(network.Kind(d.Kind), d.Body)
	if err != nil {
		return nil, err
	}
	identify(o, d)
	return o, nil
}

// identify fills in what a document has beside its body.
func identify(o network.Object, d store.Document) {
	base := o.Base()
	base.ID, base.Project, base.CreatedAt, base.UpdatedAt = d.ID, d.Project, d.CreatedAt, d.UpdatedAt
}

func toDocument(o network.Object) (store.Document, error) {
	body, err := network.Encode(o)
	if err != nil {
		return store.Document{}, err
	}
	d := store.Document{Kind: string(o.Kind()), ID: o.Base().ID, Project: o.Base().Project, Body: body}
	for _, ref := range o.References() {
		d.References = append(d.References, store.Reference{Field: ref.Path.Root(), Target: ref.ID})
	}
	return d, nil
}
