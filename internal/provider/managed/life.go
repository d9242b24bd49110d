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

// intent is one planned object on its way into the draft.
type intent struct {
	doc      Document
	id       string
	replaces string
	unknown  map[string]bool
}

// life is what differs between a stored object, a set of rules and a decision about a peering connection.
type life interface {
	// validate judges the object by itself.
	validate(doc Document) (network.Problems, error)
	// plan puts the object into the draft and returns it with everything that follows from its values.
	plan(ctx context.Context, lab *Lab, in intent) (Document, network.Problems, error)
	// drop tells the draft that the object goes.
	drop(lab *Lab, id string)
	// create, read, update and delete work on the store. read returns nil for an object that is gone.
	create(ctx context.Context, lab *Lab, doc Document) (Document, error)
	read(ctx context.Context, lab *Lab, id string) (Document, error)
	update(ctx context.Context, lab *Lab, id string, doc Document) (Document, error)
	delete(ctx context.Context, lab *Lab, id string) error
}

// stored is the life of an object the cloud keeps.
type stored struct{ spec *Spec }

func (s stored) object(doc Document, lab *Lab) (network.Object, error) {
	o := network.New(s.spec.Kind)
	if err := decode(doc, o); err != nil {
		return nil, err
	}
	if lab != nil {
		o.Base().Project = lab.Project
	}
	return o, nil
}

func (s stored) document(o network.Object) (Document, error) {
	doc, err := encode(o)
	if err != nil {
		return nil, err
	}
	if s.spec.Shape != nil {
		s.spec.Shape(doc)
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

func (s stored) validate(doc Document) (network.Problems, error) {
	o, err := s.object(doc, nil)
	if err != nil {
		return nil, err
	}
	return o.Validate(), nil
}

func (s stored) plan(ctx context.Context, lab *Lab, in intent) (Document, network.Problems, error) {
	o, err := s.object(in.doc, lab)
	if err != nil {
		return nil, nil, err
	}
	problems, err := lab.Draft.Put(ctx, emulator.Plan{
		Object: o, ID: in.id, Replaces: in.replaces, Unknown: in.unknown, Key: s.spec.Key, Judged: s.spec.Judged,
	})
	if err != nil {
		return nil, nil, err
	}
	doc, err := s.document(o)
	return doc, problems, err
}

func (s stored) drop(lab *Lab, id string) { lab.Draft.Drop(id) }

func (s stored) create(ctx context.Context, lab *Lab, doc Document) (Document, error) {
	o, err := s.object(doc, lab)
	if err != nil {
		return nil, err
	}
	created, err := patiently(ctx, func() (network.Object, error) { return lab.Cloud.Create(ctx, o) })
	if err != nil {
		return nil, besideItself(ctx, lab, o, err)
	}
	return s.document(created)
}

func (s stored) read(ctx context.Context, lab *Lab, id string) (Document, error) {
	o, err := lab.Cloud.Read(ctx, s.spec.Kind, id)
	if emulator.IsNotFound(err) {
		return nil, nil //nolint:nilnil // Gone is an answer.
	}
	if err != nil {
		return nil, err
	}
	return s.document(o)
}

func (s stored) update(ctx context.Context, lab *Lab, id string, doc Document) (Document, error) {
	o, err := s.object(doc, lab)
	if err != nil {
		return nil, err
	}
	o.Base().ID = id
	updated, err := patiently(ctx, func() (network.Object, error) { return lab.Cloud.Update(ctx, o) })
	if err != nil {
		return nil, err
	}
	return s.document(updated)
}

func (s stored) delete(ctx context.Context, lab *Lab, id string) error {
	return lab.Cloud.Retire(ctx, s.spec.Kind, id)
}

// besideItself says more about a conflict with the very object that the new one replaces. Terraform does not tell a
// plan which of the two comes first, so that such a create_before_destroy is found out only here.
func besideItself(ctx context.Context, lab *Lab, o network.Object, err error) error {
	var problems network.Problems
	if !errors.As(err, &problems) || !emulator.HasClass(err, network.Conflict) {
		return err
	}
	if g, ok := o.(*network.SecurityGroup); ok && g.Name == network.DefaultGroupName {
		return err // That one is the project's own, and no block made it.
	}
	if there, _ := lab.Cloud.HasKey(ctx, o.Kind(), o.NaturalKey()); !there {
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
