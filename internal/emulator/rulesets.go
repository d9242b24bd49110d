package emulator

import (
	"context"
	"fmt"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// PutRuleSet makes the rules of a set the set's rules of its group, in one transaction: rules whose name is new are
// created, rules whose name is gone are deleted, and a rule that now says something else is replaced. Rules of the group
// that belong to no set are left alone. It returns the set as stored.
func (c *Cloud) PutRuleSet(
	ctx context.Context, set *network.SecurityGroupRuleSet, project string,
) (*network.SecurityGroupRuleSet, error) {
	put := &network.SecurityGroupRuleSet{SecurityGroupID: set.SecurityGroupID}
	err := c.store.Update(ctx, func(w store.Writer) error {
		group, err := stored{w}.object(ctx, set.SecurityGroupID)
		if err != nil {
			return err
		}
		if group == nil || group.Kind() != network.KindSecurityGroup || group.Base().Project != project {
			return network.Problems{missingReference(network.Reference{
				Path: network.At("security_group_id"), Kinds: []network.Kind{network.KindSecurityGroup},
				ID: set.SecurityGroupID,
			})}
		}
		if err := set.Validate().Err(); err != nil {
			return err
		}
		current, err := setRules(ctx, w, set.SecurityGroupID)
		if err != nil {
			return err
		}
		wanted := set.Expand(project)
		for _, r := range wanted {
			if old := current[r.Name]; old != nil && old.NaturalKey() == r.NaturalKey() {
				r.ID = old.ID
			}
		}
		// Rules that go, or change into something else, make room first: two rules of a set may swap what they say.
		for name, old := range current {
			if kept := find(wanted, name); kept == nil || kept.ID == "" {
				if err := c.erase(ctx, w, old.ID); err != nil {
					return err
				}
			}
		}
		for _, r := range wanted {
			if r.ID != "" {
				_, err = c.update(ctx, w, r)
			} else {
				_, err = c.create(ctx, w, r, "")
			}
			if err != nil {
				return within(err, network.At("rules").Key(r.Name))
			}
		}
		// Read inside the transaction: a read that fails after the commit would report a change as a failure.
		put.Rules, err = setRules(ctx, w, set.SecurityGroupID)
		return err
	})
	return put, err
}

// RuleSet returns the rules of a group that belong to its set. A group that does not exist is an error for which
// IsNotFound holds.
func (c *Cloud) RuleSet(ctx context.Context, groupID string) (*network.SecurityGroupRuleSet, error) {
	set := &network.SecurityGroupRuleSet{SecurityGroupID: groupID}
	err := c.store.View(ctx, func(r store.Reader) error {
		o, err := stored{r}.object(ctx, groupID)
		if err != nil {
			return err
		}
		if o == nil || o.Kind() != network.KindSecurityGroup {
			return NotFound(network.KindSecurityGroup, groupID)
		}
		set.Rules, err = setRules(ctx, r, groupID)
		return err
	})
	return set, err
}

// DeleteRuleSet removes the rules of a group's set. Of a group that is gone they are gone as well.
func (c *Cloud) DeleteRuleSet(ctx context.Context, groupID string) error {
	return c.store.Update(ctx, func(w store.Writer) error {
		current, err := setRules(ctx, w, groupID)
		if err != nil {
			return err
		}
		for _, r := range current {
			if err := c.erase(ctx, w, r.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

func setRules(ctx context.Context, r store.Reader, groupID string) (map[string]*network.SecurityGroupRule, error) {
	objects, err := stored{r}.referring(ctx, network.KindSecurityGroupRule, "security_group_id", groupID)
	if err != nil {
		return nil, err
	}
	out := map[string]*network.SecurityGroupRule{}
	for _, o := range objects {
		if rule, ok := o.(*network.SecurityGroupRule); ok && rule.Set {
			out[rule.Name] = rule
		}
	}
	return out, nil
}

func find(rules []*network.SecurityGroupRule, name string) *network.SecurityGroupRule {
	for _, r := range rules {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// within moves the problems of a rule to the place of the set where the rule is written.
func within(err error, base network.Path) error {
	problems, ok := err.(network.Problems) //nolint:errorlint // The commands return problems unwrapped.
	if !ok {
		return fmt.Errorf("%s: %w", base, err)
	}
	return problems.Within(base)
}

// RulesOf returns the rules of a group that belong to its set, in the order of their creation.
func (c *Cloud) RulesOf(ctx context.Context, groupID string) ([]network.Object, error) {
	var out []network.Object
	err := c.store.View(ctx, func(r store.Reader) error {
		objects, err := stored{r}.referring(ctx, network.KindSecurityGroupRule, "security_group_id", groupID)
		out = nil
		for _, o := range objects {
			if rule, ok := o.(*network.SecurityGroupRule); ok && rule.Set {
				out = append(out, rule)
			}
		}
		return err
	})
	return out, err
}
