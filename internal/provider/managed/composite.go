package managed

import (
	"context"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// ruleSet is the life of a group's rules written as one resource. Its id is the group's.
type ruleSet struct{}

func (ruleSet) set(doc Document) (*network.SecurityGroupRuleSet, error) {
	s := &network.SecurityGroupRuleSet{}
	return s, decode(doc, s)
}

func (ruleSet) document(s *network.SecurityGroupRuleSet) (Document, error) {
	doc, err := encode(s)
	if err != nil {
		return nil, err
	}
	doc["kind"] = string(network.KindSecurityGroupRuleSet)
	if s.SecurityGroupID != "" {
		doc["id"] = s.SecurityGroupID
		doc["ref"] = Ref(network.KindSecurityGroupRuleSet, s.SecurityGroupID)
	}
	if doc["rules"] == nil {
		doc["rules"] = Document{}
	}
	return doc, nil
}

func (r ruleSet) validate(doc Document) (network.Problems, error) {
	s, err := r.set(doc)
	if err != nil {
		return nil, err
	}
	return s.Validate(), nil
}

func (r ruleSet) plan(ctx context.Context, lab *Lab, in intent) (Document, network.Problems, error) {
	s, err := r.set(in.doc)
	if err != nil {
		return nil, nil, err
	}
	if in.id != "" {
		lab.Draft.DropRuleSet(in.id)
	}
	if in.replaces != "" {
		lab.Draft.DropRuleSet(in.replaces)
	}
	problems, err := lab.Draft.PutRuleSet(ctx, s, lab.Project, in.unknown)
	if err != nil {
		return nil, nil, err
	}
	for _, rule := range s.Rules {
		rule.Normalize()
	}
	doc, err := r.document(s)
	return doc, problems, err
}

func (ruleSet) drop(lab *Lab, id string) { lab.Draft.DropRuleSet(id) }

func (r ruleSet) create(ctx context.Context, lab *Lab, doc Document) (Document, error) {
	s, err := r.set(doc)
	if err != nil {
		return nil, err
	}
	put, err := patiently(ctx, func() (*network.SecurityGroupRuleSet, error) {
		return lab.Cloud.PutRuleSet(ctx, s, lab.Project)
	})
	if err != nil {
		return nil, err
	}
	return r.document(put)
}

func (r ruleSet) read(ctx context.Context, lab *Lab, id string) (Document, error) {
	s, err := lab.Cloud.RuleSet(ctx, id)
	if emulator.IsNotFound(err) {
		return nil, nil //nolint:nilnil // Gone is an answer.
	}
	if err != nil {
		return nil, err
	}
	return r.document(s)
}

func (r ruleSet) update(ctx context.Context, lab *Lab, _ string, doc Document) (Document, error) {
	return r.create(ctx, lab, doc)
}

func (ruleSet) delete(ctx context.Context, lab *Lab, id string) error {
	return lab.Cloud.DeleteRuleSet(ctx, id)
}

// accepter is the life of a decision about a peering connection. Its id is the connection's.
type accepter struct{}

func (accepter) decision(doc Document) (*network.PeeringAccepter, error) {
	a := &network.PeeringAccepter{}
	return a, decode(doc, a)
}

func (accepter) document(a *network.PeeringAccepter) Document {
	doc := Document{"kind": string(network.KindPeeringAccepter), "status": string(a.Decision())}
	doc["accept"] = a.Accept == nil || *a.Accept
	if a.PeeringID != "" {
		doc["vpc_peering_connection_id"], doc["id"] = a.PeeringID, a.PeeringID
		doc["ref"] = Ref(network.KindPeeringAccepter, a.PeeringID)
	}
	return doc
}

func (p accepter) validate(doc Document) (network.Problems, error) {
	a, err := p.decision(doc)
	if err != nil {
		return nil, err
	}
	return a.Validate(), nil
}

func (p accepter) plan(ctx context.Context, lab *Lab, in intent) (Document, network.Problems, error) {
	a, err := p.decision(in.doc)
	if err != nil {
		return nil, nil, err
	}
	if in.unknown["vpc_peering_connection_id"] || in.unknown["accept"] {
		return p.document(a), nil, nil
	}
	problems, err := lab.Draft.Decide(ctx, a, lab.Project)
	return p.document(a), problems, err
}

func (accepter) drop(*Lab, string) {}

func (p accepter) create(ctx context.Context, lab *Lab, doc Document) (Document, error) {
	a, err := p.decision(doc)
	if err != nil {
		return nil, err
	}
	if _, err := lab.Cloud.DecidePeering(ctx, a.PeeringID, lab.Project, a.Decision()); err != nil {
		return nil, err
	}
	return p.document(a), nil
}

func (p accepter) read(ctx context.Context, lab *Lab, id string) (Document, error) {
	c, err := emulator.Get[*network.Peering](ctx, lab.Cloud, id)
	if emulator.IsNotFound(err) || err == nil && c.Status == network.PeeringPending {
		return nil, nil //nolint:nilnil // Nothing has been decided, or there is nothing to decide about.
	}
	if err != nil {
		return nil, err
	}
	return p.document(&network.PeeringAccepter{
		PeeringID: id, Accept: new(c.Status != network.PeeringRejected),
	}), nil
}

func (p accepter) update(ctx context.Context, lab *Lab, _ string, doc Document) (Document, error) {
	return p.create(ctx, lab, doc)
}

// delete forgets the decision. The cloud has no call to take one back; the connection stays as it is.
func (accepter) delete(context.Context, *Lab, string) error { return nil }
