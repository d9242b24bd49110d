package emulator

import (
	"context"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// ForgetAddressGroup deletes an address group together with every rule that names it, of security groups and of
// network ACLs, in one transaction: the cloud's forced deletion (AG-05).
func (c *Cloud) ForgetAddressGroup(ctx context.Context, id string) error {
	return c.store.Update(ctx, func(w store.Writer) error {
		if err := c.removeAll(ctx, w, network.KindSecurityGroupRule, "remote_address_group_id", id); err != nil {
			return err
		}
		for _, d := range []network.Direction{network.Ingress, network.Egress} {
			acls, err := related[*network.NetworkACL](ctx, stored{w}, network.RulesAttribute(d), id, "")
			if err != nil {
				return err
			}
			for _, acl := range acls {
				names := func(r network.ACLRule) bool {
					return r.SourceAddressGroupID == id || r.DestinationAddressGroupID == id
				}
				acl.IngressRules = slices.DeleteFunc(acl.IngressRules, names)
				acl.EgressRules = slices.DeleteFunc(acl.EgressRules, names)
				if err := c.replace(ctx, w, acl); err != nil {
					return err
				}
			}
		}
		return c.delete(ctx, w, network.KindAddressGroup, id)
	})
}
