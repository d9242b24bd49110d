package emulator

import (
	"context"
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// FreeAddress returns the lowest IPv4 address of a subnet that no instance has and that is not reserved. A subnet that
// does not exist is an error for which IsNotFound holds; one without a free address is a conflict, VPC.0703.
func (c *Cloud) FreeAddress(ctx context.Context, subnet string) (netip.Addr, error) {
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
			taken[i.Address()] = "the address of " + called(i)
		}
		p := s.Prefix()
		for a := p.Addr(); p.Contains(a); a = a.Next() {
			if _, used := taken[a]; !used {
				free = a
				return nil
			}
		}
		return network.Problems{refuse(network.Conflict, network.At("ip_address"), "VPC.0703", "No free address",
			"All addresses of the subnet %s, which is %s, are in use.", called(s), s.CIDR)}
	})
	return free, err
}
