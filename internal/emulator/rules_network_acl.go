package emulator

import (
	"context"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func checkNetworkACL(ctx context.Context, n neighbourhood, a *network.NetworkACL) (network.Problems, error) {
	var out network.Problems
	for _, subnet := range a.SubnetIDs {
		holders, err := related[*network.NetworkACL](ctx, n, "subnet_ids", subnet, a.ID)
		if err != nil {
			return nil, err
		}
		for _, other := range holders {
			out = append(out, refuse(network.Conflict, network.At("subnet_ids"), "VPC.9902", "Second network ACL on a subnet",
				"The subnet %s is bound to the network ACL %s already, and a subnet has at most one.",
				describe(ctx, n, subnet), called(other)).Advising("Take it out of one of the two; when both change in one "+
				"apply, let this one depend on the other."))
		}
	}
	for _, d := range []network.Direction{network.Ingress, network.Egress} {
		for i, r := range a.Rules(d) {
			at := network.At(network.RulesAttribute(d)).Index(i)
			for _, side := range []struct{ attribute, group string }{
				{"source_address_group_id", r.SourceAddressGroupID},
				{"destination_address_group_id", r.DestinationAddressGroupID},
			} {
				problems, err := checkFamily(ctx, n, at.Attr(side.attribute), side.group, r.IPVersion)
				if err != nil {
					return nil, err
				}
				out = append(out, problems...)
			}
		}
	}
	return out, nil
}

// describe is the name and id of an object that is only known by its id.
func describe(ctx context.Context, n neighbourhood, id string) string {
	if o, err := n.object(ctx, id); err == nil && o != nil {
		return called(o)
	}
	return id
}
