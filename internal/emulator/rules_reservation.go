package emulator

import (
	"context"
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func checkReservation(ctx context.Context, n neighbourhood, r *network.Reservation) (network.Problems, error) {
	s, ok, err := lookup[*network.Subnet](ctx, n, r.SubnetID)
	if err != nil || !ok {
		return nil, err
	}
	var out network.Problems
	path := network.At("cidr")
	var outer netip.Prefix
	if outer = s.Prefix(); r.IPVersion == 6 {
		outer = s.IPv6Prefix()
	}
	if !network.ContainsPrefix(outer, r.Prefix()) {
		out = append(out, refuse(network.Invalid, path, "VPC.9901", "Reservation outside the subnet",
			"%s does not lie in the subnet %s, whose IPv%d block is %s.", r.CIDR, called(s), r.IPVersion, outer))
	}
	siblings, err := related[*network.Reservation](ctx, n, "subnet_id", r.SubnetID, r.ID)
	if err != nil {
		return nil, err
	}
	for _, other := range siblings {
		if other.Prefix().Overlaps(r.Prefix()) {
			out = append(out, refuse(network.Conflict, path, "VPC.9902", "Overlapping reservations",
				"%s overlaps the reservation %s of the same subnet, which is %s.", r.CIDR, called(other), other.CIDR))
		}
	}
	return out, nil
}
