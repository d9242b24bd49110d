package cloudapi

import "github.com/vpclab/terraform-provider-vpclab/internal/network"

// The ids a subnet has in Neutron, where the cloud's subnet is a network that contains a subnet of each family (API-11).
func neutronSubnetID(s *network.Subnet) string {
	return network.IssueID("neutron_subnet", s.ID, 0)
}

func neutronSubnetIDv6(s *network.Subnet) string {
	if !s.IPv6Prefix().IsValid() {
		return ""
	}
	return network.IssueID("neutron_subnet_v6", s.ID, 0)
}

// gatewayIPv6 is the address of the subnet's gateway in its IPv6 block, empty where there is none.
func gatewayIPv6(s *network.Subnet) string {
	if a := s.IPv6Gateway(); a.IsValid() {
		return a.String()
	}
	return ""
}

// usage is how many addresses of a subnet's IPv4 block can be had, and how many are.
type usage struct{ total, used int }

// usage counts a subnet's addresses. Those the cloud reserves (NET-11), its gateway's among them, are left out.
func (c *requestContext) usage(s *network.Subnet) (usage, error) {
	total := 1 << (32 - s.Prefix().Bits())
	for a := range s.ReservedAddresses() {
		if a.Is4() {
			total--
		}
	}
	if !s.IPv6Enabled {
		used, err := c.countReferring(network.KindInstance, "subnet_id", s.ID)
		return usage{total: total, used: used}, err
	}
	// Some of the ports may have an IPv6 address only.
	ports, err := referring[*network.Instance](c, "subnet_id", s.ID)
	used := 0
	for _, i := range ports {
		if i.IPAddress != "" {
			used++
		}
	}
	return usage{total: total, used: used}, err
}

type dhcpOption struct {
	Name  string `json:"opt_name"`
	Value string `json:"opt_value"`
}

// The lease times a subnet has before anybody sets others.
const (
	leaseOption     = "addresstime"
	leaseOptionIPv6 = "ipv6_addresstime"
)

// dhcpOptions are the options of a subnet, those included that every subnet has.
func dhcpOptions(s *network.Subnet) []dhcpOption {
	var out []dhcpOption
	present := map[string]bool{}
	for _, o := range s.DHCPOptions {
		out = append(out, dhcpOption(o))
		present[o.Name] = true
	}
	for _, o := range []dhcpOption{{leaseOption, "24h"}, {leaseOptionIPv6, "2h"}} {
		if !present[o.Name] {
			out = append(out, o)
		}
	}
	return out
}

// dhcpOptionRequest sets an option; a null value takes it away.
type dhcpOptionRequest struct {
	Name  string  `json:"opt_name"`
	Value *string `json:"opt_value"`
}

// withOptions sets the options a request names and leaves the others.
func withOptions(old []network.DHCPOption, changes []dhcpOptionRequest) []network.DHCPOption {
	out := old
	for _, change := range changes {
		var next []network.DHCPOption
		placed := change.Value == nil
		for _, o := range out {
			if o.Name != change.Name {
				next = append(next, o)
			} else if !placed {
				next, placed = append(next, network.DHCPOption{Name: o.Name, Value: *change.Value}), true
			}
		}
		if !placed {
			next = append(next, network.DHCPOption{Name: change.Name, Value: *change.Value})
		}
		out = append([]network.DHCPOption{}, next...)
	}
	return out
}
