package emulator

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"go4.org/netipx"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func checkVPC(ctx context.Context, n neighbourhood, v *network.VPC) (network.Problems, error) {
	objects, err := n.ofKind(ctx, network.KindVPC, v.Project)
	if err != nil {
		return nil, err
	}
	var out network.Problems
	for _, other := range others[*network.VPC](objects, v.ID) {
		if other.Name == v.Name {
			out = append(out, refuse(network.Invalid, network.At("name"), "VPC.0115", "VPC name taken",
				"The VPC %s has the name %q already. Names of VPCs are unique in a project.", other.ID, v.Name))
		}
	}
	subnets, err := related[*network.Subnet](ctx, n, "vpc_id", v.ID, "")
	if err != nil {
		return nil, err
	}
	for _, s := range subnets {
		if blockOf(v, s.Prefix()) == (netip.Prefix{}) {
			path := network.At("cidr")
			out = append(out, refuse(network.Invalid, path, "VPC.0117", "VPC block does not hold its subnets",
				"The VPC's blocks are %s, and its subnet %s with %s lies in none of them. Keep a block that holds the "+
					"subnet, or move the subnet first.", join(v.Prefixes()), called(s), s.CIDR))
		}
	}
	return out, nil
}

// blockOf is the block of a VPC that holds a prefix, or none: a subnet lies in one block (NET-08).
func blockOf(v *network.VPC, p netip.Prefix) netip.Prefix {
	for _, block := range v.Prefixes() {
		if network.ContainsPrefix(block, p) {
			return block
		}
	}
	return netip.Prefix{}
}

func checkSubnet(ctx context.Context, n neighbourhood, s *network.Subnet) (network.Problems, error) {
	var out network.Problems
	siblings, err := related[*network.Subnet](ctx, n, "vpc_id", s.VPCID, s.ID)
	if err != nil {
		return nil, err
	}
	v, found, err := lookup[*network.VPC](ctx, n, s.VPCID)
	if err != nil {
		return nil, err
	}
	if found {
		out = append(out, checkContainment(v, s, siblings)...)
	}
	for _, other := range siblings {
		if other.Prefix().Overlaps(s.Prefix()) {
			out = append(out, refuse(network.Invalid, network.At("cidr"), "VPC.0204", "Overlapping subnets",
				"%s overlaps %s of the subnet %s in the same VPC.%s",
				s.CIDR, other.CIDR, called(other), proposal(v, s.Prefix().Bits(), siblings)))
		}
		if a, b := other.IPv6Prefix(), s.IPv6Prefix(); a.IsValid() && b.IsValid() && a.Overlaps(b) {
			out = append(out, refuse(network.Invalid, network.At("ipv6_cidr"), "VPC.0204", "Overlapping subnets",
				"%s overlaps %s of the subnet %s in the same VPC.", b, a, called(other)))
		}
	}
	routes, err := related[*network.Route](ctx, n, "vpc_id", s.VPCID, "")
	if err != nil {
		return nil, err
	}
	for _, r := range routes {
		out = append(out, checkShadowedRoute(n, s, r)...)
	}
	return out, nil
}

func checkContainment(v *network.VPC, s *network.Subnet, siblings []*network.Subnet) network.Problems {
	p := s.Prefix()
	block := blockOf(v, p)
	if block.IsValid() {
		return nil
	}
	return network.Problems{refuse(network.Invalid, network.At("cidr"), "VPC.0203", "Subnet outside its VPC",
		"%s lies in no block of the VPC %s, which has %s.%s", p, called(v), join(v.Prefixes()),
		proposal(v, p.Bits(), siblings))}
}

// checkShadowedRoute looks at a subnet and a custom route to it or into it. The local route wins whatever the prefix
// lengths (RT-06), so the custom route is dead. Where the route is being made too, that is refused as the route itself
// would be (RT-10); where it is there already, the cloud lets the subnet in and the author is told (RT-11).
func checkShadowedRoute(n neighbourhood, s *network.Subnet, r *network.Route) network.Problems {
	if !n.planning() || !shadows(s, r.Prefix()) {
		return nil
	}
	if n.isNew(r.ID) {
		return network.Problems{refuse(network.Conflict, network.At("cidr"), "RouteConflict", "Route inside a subnet",
			"The planned route %q leads into this subnet, whose local route always wins. Choose a wider or another "+
				"destination for the route.", r.Title())}
	}
	return network.Problems{advise(network.At("cidr"), "Subnet takes over a route",
		"The route %q leads into %s. From now on the local route of this subnet wins, and that route carries nothing.",
		r.Title(), s.CIDR)}
}

func shadows(s *network.Subnet, destination netip.Prefix) bool {
	return slices.ContainsFunc(s.Prefixes(), func(p netip.Prefix) bool {
		return network.ContainsPrefix(p, destination)
	})
}

// proposal names a block of the wanted size that no sibling uses, in a sentence to append. It is chosen behind the
// highest block in use, where siblings that are still to be planned are least likely.
func proposal(v *network.VPC, bits int, siblings []*network.Subnet) string {
	if v == nil {
		return ""
	}
	for _, block := range v.Prefixes() {
		if bits < block.Bits() {
			continue
		}
		var free netipx.IPSetBuilder
		free.AddPrefix(block)
		for _, s := range siblings {
			if p := s.Prefix(); p.IsValid() && p.Overlaps(block) {
				free.RemoveRange(netipx.IPRangeFrom(block.Addr(), network.LastAddress(p)))
			}
		}
		if p, ok := firstFree(&free, bits); ok {
			return " " + p.String() + " is free."
		}
		free.AddPrefix(block)
		for _, s := range siblings {
			free.RemovePrefix(s.Prefix())
		}
		if p, ok := firstFree(&free, bits); ok {
			return " " + p.String() + " is free."
		}
	}
	return ""
}

func firstFree(b *netipx.IPSetBuilder, bits int) (netip.Prefix, bool) {
	set, err := b.IPSet()
	if err != nil {
		return netip.Prefix{}, false
	}
	p, _, ok := set.RemoveFreePrefix(uint8(bits)) //nolint:gosec // A prefix length is at most 128.
	return p, ok
}

func join(list []netip.Prefix) string {
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = p.String()
	}
	return strings.Join(texts, ", ")
}
