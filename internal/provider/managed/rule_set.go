package managed

import (
	"context"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// ruleSetOperations are those of a group's rules written as one resource. Its id is the group's.
type ruleSetOperations struct{}

func (ruleSetOperations) set(doc Document) (*network.SecurityGroupRuleSet, error) {
	s := &network.SecurityGroupRuleSet{}
	return s, decode(doc, s)
}

func (ruleSetOperations) document(s *network.SecurityGroupRuleSet) (Document, error) {
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

func (r ruleSetOperations) validate(doc Document) (network.Problems, error) {
	s, err := r.set(doc)
	if err != nil {
		return nil, err
	}
	return s.Validate(), nil
}

func (r ruleSetOperations) plan(ctx context.Context, data *ProviderData, in planRequest) (Document, network.Problems, error) {
	s, err := r.set(in.doc)
	if err != nil {
		return nil, nil, err
	}
	problems, err := data.Draft.PutRuleSet(ctx, s, data.Project, in.unknown, in.id, in.replaces)
	if err != nil {
		return nil, nil, err
	}
	for _, rule := range s.Rules {
		rule.Normalize()
	}
	doc, err := r.document(s)
	return doc, problems, err
}

func (ruleSetOperations) drop(ctx context.Context, data *ProviderData, id string) (network.Problems, error) {
	return data.Draft.DropRuleSet(ctx, id)
}

// replace changes nothing yet: the set that comes says which one it takes the place of.
func (ruleSetOperations) replace(*ProviderData, string) {}

func (r ruleSetOperations) create(ctx context.Context, data *ProviderData, doc Document) (Document, error) {
	s, err := r.set(doc)
	if err != nil {
		return nil, err
	}
	put, err := retryOnConflict(ctx, func() (*network.SecurityGroupRuleSet, error) {
		return data.Cloud.PutRuleSet(ctx, s, data.Project)
	})
	if err != nil {
		return nil, err
	}
	return r.document(put)
}

func (r ruleSetOperations) read(ctx context.Context, data *ProviderData, id string) (Document, error) {
	s, err := data.Cloud.RuleSet(ctx, id)
	if emulator.IsNotFound(err) {
		return nil, nil //nolint:nilnil // Gone is an answer.
	}
	if err != nil {
		return nil, err
	}
	return r.document(s)
}

func (r ruleSetOperations) update(ctx context.Context, data *ProviderData, _ string, doc Document) (Document, error) {
	return r.create(ctx, data, doc)
}

func (ruleSetOperations) delete(ctx context.Context, data *ProviderData, id string) error {
	return data.Cloud.DeleteRuleSet(ctx, id)
}
