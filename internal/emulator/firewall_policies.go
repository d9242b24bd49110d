package emulator

import (
	"context"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// compose gives a network ACL the rules of the policies it names, when it names others than before (ACL-27). An ACL whose
// rules are changed in any other way names no policy any more.
func compose(ctx context.Context, n neighbourhood, before, o network.Object) error {
	acl, ok := o.(*network.NetworkACL)
	if !ok {
		return nil
	}
	var old network.NetworkACL
	if b, ok := before.(*network.NetworkACL); ok {
		old = *b
	}
	for _, side := range []struct {
		was, is string
		place   *[]network.ACLRule
	}{
		{old.IngressPolicyID, acl.IngressPolicyID, &acl.IngressRules},
		{old.EgressPolicyID, acl.EgressPolicyID, &acl.EgressRules},
	} {
		if side.is == "" || side.is == side.was {
			continue
		}
		policy, ok, err := lookup[*network.FirewallPolicy](ctx, n, side.is)
		if err != nil {
			return err
		}
		if ok { // A policy that is not there is a missing reference, which check names.
			if *side.place, err = policyRules(ctx, n, policy); err != nil {
				return err
			}
		}
	}
	acl.Normalize()
	return nil
}

// policyRules are the rules of a policy in the newer form.
func policyRules(ctx context.Context, n neighbourhood, p *network.FirewallPolicy) ([]network.ACLRule, error) {
	var out []network.ACLRule
	for _, id := range p.RuleIDs {
		r, ok, err := lookup[*network.FirewallRule](ctx, n, id)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, r.ACLRule())
		}
	}
	return out, nil
}

// recompose brings the network ACLs that take their rules from a policy up to date with it.
func (c *Cloud) recompose(ctx context.Context, w store.Writer, p *network.FirewallPolicy) error {
	rules, err := policyRules(ctx, stored{w}, p)
	if err != nil {
		return err
	}
	for _, attribute := range []string{"ingress_policy_id", "egress_policy_id"} {
		acls, err := related[*network.NetworkACL](ctx, stored{w}, attribute, p.ID, "")
		if err != nil {
			return err
		}
		for _, acl := range acls {
			if attribute == "ingress_policy_id" {
				acl.IngressRules = rules
			} else {
				acl.EgressRules = rules
			}
			if err := c.replace(ctx, w, acl); err != nil {
				return err
			}
		}
	}
	return nil
}
