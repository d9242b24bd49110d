package emulator

import (
	"context"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func checkPeering(ctx context.Context, n neighbourhood, p *network.Peering) (network.Problems, error) {
	var out network.Problems
	for _, attribute := range []string{"vpc_id", "peer_vpc_id"} {
		others, err := related[*network.Peering](ctx, n, attribute, p.VPCID, p.ID)
		if err != nil {
			return nil, err
		}
		for _, other := range others {
			if other.Other(p.VPCID) == p.PeerVPCID {
				out = append(out, refuse(network.Conflict, network.At("peer_vpc_id"), "VpcPeeringDuplicate",
					"VPCs peered twice", "The peering connection %s joins these two VPCs already, and a pair of VPCs has "+
						"at most one. Remove one of the two.", called(other)))
			}
		}
	}
	near, okNear, err := lookup[*network.VPC](ctx, n, p.VPCID)
	if err != nil {
		return nil, err
	}
	far, okFar, err := lookup[*network.VPC](ctx, n, p.PeerVPCID)
	if err != nil || !okNear || !okFar {
		return out, err
	}
	for _, a := range near.Prefixes() {
		for _, b := range far.Prefixes() {
			if a.Overlaps(b) {
				out = append(out, advise(network.At("peer_vpc_id"), "Peered VPCs overlap",
					"%s of the VPC %s overlaps %s of the VPC %s. The cloud accepts the connection, but addresses that lie "+
						"in subnets on both sides never cross it: the local route wins.", a, called(near), b, called(far)))
			}
		}
	}
	return out, nil
}
