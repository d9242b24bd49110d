package emulator

import (
	"context"
	"net/netip"
	"slices"

	"go4.org/netipx"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// FreeAddress returns the lowest address of a subnet, of IP version 4 or 6, that no instance has and that neither the
// cloud (NET-11) nor a Reservation (NET-18) keeps back. A subnet that does not exist is an error for which IsNotFound
// holds; one without addresses of that version is invalid, and one without a free address a conflict, VPC.0703 (ERR-16).
func (c *Cloud) FreeAddress(ctx context.Context, subnet string, version int) (netip.Addr, error) {
	var free netip.Addr
	err := c.store.View(ctx, func(r store.Reader) error {
		s, ok, err := lookup[*network.Subnet](ctx, stored{r}, subnet)
		if err != nil {
			return err
		}
		if !ok {
			return NotFound(network.KindSubnet, subnet)
		}
		instances, err := related[*network.Instance](ctx, stored{r}, "subnet_id", subnet, "")
		if err != nil {
			return err
		}
		taken := s.ReservedAddresses()
		for _, i := range instances {
			taken[i.Address()], taken[i.IPv6()] = "an instance's", "an instance's"
		}
		reserved, err := related[*network.Reservation](ctx, stored{r}, "subnet_id", subnet, "")
		if err != nil {
			return err
		}
		p, block := s.Prefix(), s.CIDR
		if version == 6 {
			p, block = s.IPv6Prefix(), s.IPv6CIDR
		}
		if !p.IsValid() {
			return network.Problems{withoutIPv6(s)}
		}
		for a := p.Addr(); p.Contains(a); a = a.Next() {
			_, used := taken[a]
			used = used || slices.ContainsFunc(reserved, func(r *network.Reservation) bool { return r.Prefix().Contains(a) })
			if !used {
				free = a
				return nil
			}
		}
		return network.Problems{refuse(network.Conflict, network.At("ip_address"), "VPC.0703", "No free address",
			"All addresses of the subnet %s, which is %s, are in use.", called(s), block)}
	})
	return free, err
}

// FreeBlock returns the lowest block of a subnet, of the address family and size asked for, in which no reservation,
// instance or address of the cloud's own (NET-11) lies. There being none is a conflict.
func (c *Cloud) FreeBlock(ctx context.Context, subnet string, version, bits int) (netip.Prefix, error) {
	var free netip.Prefix
	err := c.store.View(ctx, func(r store.Reader) error {
		s, ok, err := lookup[*network.Subnet](ctx, stored{r}, subnet)
		if err != nil {
			return err
		}
		if !ok {
			return NotFound(network.KindSubnet, subnet)
		}
		var b netipx.IPSetBuilder
		outer := s.Prefix()
		if version == 6 {
			outer = s.IPv6Prefix()
		}
		if !outer.IsValid() || bits < outer.Bits() || bits > outer.Addr().BitLen() {
			return network.Problems{refuse(network.Invalid, network.At("mask"), "VPC.9901", "Block of no possible size",
				"A block of IPv%d with prefix length %d does not fit into the subnet %s.", version, bits, called(s))}
		}
		b.AddPrefix(outer)
		for a := range s.ReservedAddresses() {
			b.Remove(a)
		}
		instances, err := related[*network.Instance](ctx, stored{r}, "subnet_id", subnet, "")
		if err != nil {
			return err
		}
		for _, i := range instances {
			for _, a := range []netip.Addr{i.Address(), i.IPv6()} {
				if a.IsValid() {
					b.Remove(a)
				}
			}
		}
		reserved, err := related[*network.Reservation](ctx, stored{r}, "subnet_id", subnet, "")
		if err != nil {
			return err
		}
		for _, other := range reserved {
			b.RemovePrefix(other.Prefix())
		}
		if free, ok = firstFree(&b, bits); !ok {
			return network.Problems{refuse(network.Conflict, network.At("mask"), "VPC.9901", "No free block",
				"The subnet %s has no free block with prefix length %d.", called(s), bits)}
		}
		return nil
	})
	return free, err
}
