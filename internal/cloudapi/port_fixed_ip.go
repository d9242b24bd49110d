package cloudapi

import (
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

type fixedIP struct {
	SubnetID  string `json:"subnet_id"`
	IPAddress string `json:"ip_address"`
}

// fixedIPs are the addresses of a port with the Neutron subnets they are of.
func fixedIPs(i *network.Instance, s *network.Subnet) []fixedIP {
	out := []fixedIP{}
	if i.IPAddress != "" {
		out = append(out, fixedIP{neutronSubnetID(s), i.IPAddress})
	}
	if i.IPv6Address != "" {
		out = append(out, fixedIP{neutronSubnetIDv6(s), i.IPv6Address})
	}
	return out
}

// version is the IP version an address is asked of: that of the Neutron subnet, which is one for each version, or else
// that of the address itself.
func (ip fixedIP) version(c *requestContext, s *network.Subnet) (int, error) {
	four := []string{"", neutronSubnetID(s), s.ID}
	six := neutronSubnetIDv6(s)
	v6 := network.IsIPv6(ip.IPAddress)
	switch {
	case ip.SubnetID != "" && ip.SubnetID == six:
		if ip.IPAddress != "" && !v6 {
			return 0, c.invalidRequest("fixed_ips.ip_address is %s; the Neutron subnet %s has the IPv6 addresses of %s.",
				ip.IPAddress, six, s.IPv6CIDR)
		}
		return 6, nil
	case ip.SubnetID == neutronSubnetID(s) && v6:
		return 0, c.invalidRequest("fixed_ips.ip_address is %s; the Neutron subnet %s has the IPv4 addresses of %s.",
			ip.IPAddress, ip.SubnetID, s.CIDR)
	case !slices.Contains(four, ip.SubnetID):
		return 0, c.invalidRequest("fixed_ips.subnet_id is %s; the Neutron subnets of %s are %s.", ip.SubnetID, s.ID,
			strings.TrimSpace(neutronSubnetID(s)+" "+six))
	case v6:
		return 6, nil
	default:
		return 4, nil
	}
}

// assignAddresses gives a new port the addresses that are asked for, at most one of each IP version, or else a free
// IPv4 address.
func (c *requestContext) assignAddresses(cloud *emulator.Cloud, i *network.Instance, s *network.Subnet, wanted []fixedIP) error {
	if len(wanted) == 0 {
		wanted = []fixedIP{{}}
	}
	for _, ip := range wanted {
		version, err := ip.version(c, s)
		if err != nil {
			return err
		}
		at := &i.IPAddress
		if version == 6 {
			at = &i.IPv6Address
		}
		if *at != "" {
			return c.invalidRequest("fixed_ips asks for two IPv%d addresses; a port has one at most.", version)
		}
		if *at = ip.IPAddress; *at != "" {
			continue
		}
		free, err := cloud.FreeAddress(c.r.Context(), s.ID, version)
		if err != nil {
			return err
		}
		*at = free.String()
	}
	return nil
}

// hasFixedIP reads the form of a filter for addresses, "ip_address=10.0.0.5", and a bare address.
func hasFixedIP(i *network.Instance, wanted string) bool {
	for _, prefix := range []string{"", "ip_address="} {
		for _, address := range []string{i.IPAddress, i.IPv6Address} {
			if address != "" && prefix+address == wanted {
				return true
			}
		}
	}
	return wanted == "subnet_id="+i.SubnetID
}
