package managed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// planRequest is one planned object to be put into the draft.
type planRequest struct {
	doc      Document
	id       string
	replaces string
	unknown  map[string]bool
}

// operations are what differs between a stored object, a set of rules and a decision about a peering connection.
type operations interface {
	// validate judges the object by itself.
	validate(doc Document) (network.Problems, error)
	// plan puts the object into the draft and returns it with everything that follows from its values.
	plan(ctx context.Context, data *ProviderData, in planRequest) (Document, network.Problems, error)
	// drop tells the draft that the object is deleted.
	// drop plans that the object goes, replace that one with the same place in the configuration comes instead.
	drop(ctx context.Context, data *ProviderData, id string) (network.Problems, error)
	replace(data *ProviderData, id string)
	// create, read, update and delete work on the store. read returns nil for an object that is gone.
	create(ctx context.Context, data *ProviderData, doc Document) (Document, error)
	read(ctx context.Context, data *ProviderData, id string) (Document, error)
	update(ctx context.Context, data *ProviderData, id string, doc Document) (Document, error)
	delete(ctx context.Context, data *ProviderData, id string) error
}

// objectOperations are those of an object the cloud stores.
type objectOperations struct{ spec *Spec }

func (s objectOperations) object(doc Document, data *ProviderData) (network.Object, error) {
	o := network.New(s.spec.Kind)
	if err := decode(doc, o); err != nil {
		return nil, err
	}
	if data != nil {
		o.Base().Project = data.Project
	}
	return o, nil
}

func (s objectOperations) document(o network.Object) (Document, error) {
	doc, err := encode(o)
	if err != nil {
		return nil, err
	}
	if s.spec.Defaults != nil {
		s.spec.Defaults(doc)
	}
	doc["kind"] = string(o.Kind())
	if id := o.Base().ID; id != "" {
		doc["id"] = id
		doc["ref"] = Ref(o.Kind(), id)
	}
	return doc, nil
}

// Ref is the text by which a question can name an object instead of handing it over whole.
func Ref(kind network.Kind, id string) string { return string(kind) + "/" + id }

func (s objectOperations) validate(doc Document) (network.Problems, error) {
	o, err := s.object(doc, nil)
	if err != nil {
		return nil, err
	}
	return o.Validate(), nil
}

func (s objectOperations) plan(ctx context.Context, data *ProviderData, in planRequest) (Document, network.Problems, error) {
	o, err := s.object(in.doc, data)
	if err != nil {
		return nil, nil, err
	}
	problems, err := data.Draft.Put(ctx, emulator.Plan{
		Object: o, ID: in.id, Replaces: in.replaces, Unknown: in.unknown, Key: s.spec.Key, Judged: s.spec.Judged,
	})
	if err != nil {
		return nil, nil, err
	}
	doc, err := s.document(o)
	return doc, problems, err
}

func (s objectOperations) drop(ctx context.Context, data *ProviderData, id string) (network.Problems, error) {
	return data.Draft.Drop(ctx, id)
}

func (s objectOperations) replace(data *ProviderData, id string) { data.Draft.Replace(id) }

func (s objectOperations) create(ctx context.Context, data *ProviderData, doc Document) (Document, error) {
	o, err := s.object(doc, data)
	if err != nil {
		return nil, err
	}
	created, err := retryOnConflict(ctx, func() (network.Object, error) { return data.Cloud.Create(ctx, o) })
	if err != nil {
		return nil, explainReplacement(ctx, data, o, err)
	}
	return s.document(created)
}

func (s objectOperations) read(ctx context.Context, data *ProviderData, id string) (Document, error) {
	o, err := data.Cloud.Read(ctx, s.spec.Kind, id)
	if emulator.IsNotFound(err) {
		return nil, nil //nolint:nilnil // Gone is an answer.
	}
	if err != nil {
		return nil, err
	}
	return s.document(o)
}

func (s objectOperations) update(ctx context.Context, data *ProviderData, id string, doc Document) (Document, error) {
	o, err := s.object(doc, data)
	if err != nil {
		return nil, err
	}
	o.Base().ID = id
	updated, err := retryOnConflict(ctx, func() (network.Object, error) { return data.Cloud.Update(ctx, o) })
	if err != nil {
		return nil, err
	}
	return s.document(updated)
}

func (s objectOperations) delete(ctx context.Context, data *ProviderData, id string) error {
	return data.Cloud.Retire(ctx, s.spec.Kind, id)
}

// explainReplacement says more about a conflict with the very object that the new one replaces. Terraform does not tell a
// plan which of the two comes first, so that such a create_before_destroy is found out only here.
func explainReplacement(ctx context.Context, data *ProviderData, o network.Object, err error) error {
	var problems network.Problems
	if !errors.As(err, &problems) || !emulator.HasClass(err, network.Conflict) {
		return err
	}
	if g, ok := o.(*network.SecurityGroup); ok && g.Name == network.DefaultGroupName {
		return err // That one is the project's own, and no block made it.
	}
	if there, _ := data.Cloud.HasKey(ctx, o.Kind(), o.NaturalKey()); !there {
		return err
	}
	out := slices.Clone(problems)
	for i, p := range out {
		if p.Class == network.Conflict {
			out[i] = p.Advising("%s", strings.TrimSpace(fmt.Sprintf("%s If this block replaces that %s, create_before_destroy "+
				"is the reason: the cloud does not hold both at once. Take create_before_destroy out of the lifecycle "+
				"block, of those that depend on this one too.", p.Remedy, o.Kind().Label())))
		}
	}
	return out
}
