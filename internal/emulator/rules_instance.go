package emulator

import (
	"context"
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func checkInstance(ctx context.Context, n neighbourhood, i *network.Instance) (network.Problems, error) {
	var out network.Problems
	s, ok, err := lookup[*network.Subnet](ctx, n, i.SubnetID)
	if err != nil {
		return nil, err
	}
	if ok {
		out = append(out, checkPlace(i, s)...)
	}
	siblings, err := related[*network.Instance](ctx, n, "subnet_id", i.SubnetID, i.ID)
	if err != nil {
		return nil, err
	}
	for _, other := range siblings {
		if a := i.Address(); a.IsValid() && other.Address() == a {
			out = append(out, refuse(network.Conflict, network.At("ip_address"), "VPC.0701", "Address in use",
				"%s belongs to the instance %s.", a, called(other)))
		}
		if a := i.IPv6(); a.IsValid() && other.IPv6() == a {
			out = append(out, refuse(network.Conflict, network.At("ipv6_address"), "VPC.0701", "Address in use",
				"%s belongs to the instance %s.", a, called(other)))
		}
	}
	if !i.Public().IsValid() {
		return out, nil
	}
	all, err := n.ofKind(ctx, network.KindInstance, "")
	if err != nil {
		return nil, err
	}
	for _, other := range others[*network.Instance](all, i.ID) {
		if other.Public() == i.Public() {
			out = append(out, refuse(network.Conflict, network.At("public_ip"), "InstanceInvalid", "Public address in use",
				"%s is bound to the instance %s.", i.PublicIP, called(other)))
		}
	}
	return out, nil
}

// checkPlace compares the instance's addresses with its subnet (NET-17).
func checkPlace(i *network.Instance, s *network.Subnet) network.Problems {
	var out network.Problems
	reserved := s.ReservedAddresses()
	if a := i.Address(); a.IsValid() {
		path := network.At("ip_address")
		if role, taken := reserved[a]; taken {
			out = append(out, refuse(network.Invalid, path, "VPC.0705", "Reserved address",
				"%s is %s of the subnet %s. Its instances have %s to %s, but for the gateway %s.", a, role, called(s),
				s.Prefix().Addr().Next(), beforeReserved(s.Prefix()), s.GatewayIP))
		} else if !s.Prefix().Contains(a) {
			out = append(out, refuse(network.Invalid, path, "VPC.0705", "Address outside the subnet",
				"%s is not an address of the subnet %s, which is %s.", a, called(s), s.CIDR))
		}
	}
	if v6 := i.IPv6(); v6.IsValid() {
		path := network.At("ipv6_address")
		role, taken := reserved[v6]
		switch p := s.IPv6Prefix(); {
		case taken:
			out = append(out, refuse(network.Invalid, path, "VPC.0705", "Reserved address",
				"%s is %s of the subnet %s. Its instances have any other address of %s.", v6, role, called(s), p))
		case !p.IsValid():
			out = append(out, withoutIPv6(s))
		case !p.Contains(v6):
			out = append(out, refuse(network.Invalid, path, "VPC.0705", "Address outside the subnet",
				"%s is not an address of the subnet %s, whose IPv6 block is %s.", v6, called(s), p))
		}
	}
	return out
}

func beforeReserved(p netip.Prefix) netip.Addr {
	return network.LastAddress(p).Prev().Prev().Prev()
}

func withoutIPv6(s *network.Subnet) network.Problem {
	return refuse(network.Invalid, network.At("ipv6_address"), "VPC.0705", "Subnet without IPv6",
		"The subnet %s has no IPv6 block.", called(s)).Advising("Set ipv6_enabled on it.")
}
