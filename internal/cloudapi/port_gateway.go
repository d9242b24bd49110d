package cloudapi

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// gatewayPort is the port of a subnet's gateway. It is there as long as the subnet is; clients of the older network
// ACLs name a subnet by it.
func gatewayPort(s *network.Subnet) *network.Instance {
	i := &network.Instance{
		SubnetID: s.ID, IPAddress: s.GatewayIP, IPv6Address: gatewayIPv6(s), Port: &network.Port{DeviceOwner: ownerGateway},
	}
	i.ID, i.Project, i.CreatedAt, i.UpdatedAt = gatewayPortID(s.ID), s.Project, s.CreatedAt, s.UpdatedAt
	return i
}

func gatewayPortID(subnet string) string { return network.IssueID("gateway_port", subnet, 0) }

// listedGateway is the gateway's port when the query's list begins with it: Neutron's list of one network's ports.
func (c *call) listedGateway() (*network.Instance, error) {
	query := c.r.URL.Query()
	id := query.Get("network_id")
	if c.generation != neutron || id == "" || query.Get("marker") != "" {
		return nil, nil //nolint:nilnil // Most lists have no gateway.
	}
	s, err := get[*network.Subnet](c, c.cloud, id)
	if emulator.IsNotFound(err) {
		return nil, nil //nolint:nilnil // The list of a network that is not there is empty.
	}
	if err != nil {
		return nil, err
	}
	if gateway := gatewayPort(s); matches(query, c.portFilters(), gateway) {
		return gateway, nil
	}
	return nil, nil //nolint:nilnil // The query asks for other ports.
}

// getPort is the port the path names. In Neutron's dialect that may be a gateway's.
func getPort(c *call) (*network.Instance, error) {
	i, err := get[*network.Instance](c, c.cloud, c.path("id"))
	if c.generation != neutron || !emulator.IsNotFound(err) {
		return i, err
	}
	s, found := c.subnetOfGateway(c.cloud, c.path("id"))
	if !found {
		return nil, err
	}
	return gatewayPort(s), nil
}

// subnetOfGateway is the subnet whose gateway has a port.
func (c *call) subnetOfGateway(cloud *emulator.Cloud, port string) (*network.Subnet, bool) {
	var found *network.Subnet
	err := emulator.Scan(c.r.Context(), cloud, c.own(), func(s *network.Subnet) bool {
		if gatewayPortID(s.ID) == port {
			found = s
		}
		return found == nil
	})
	return found, err == nil && found != nil
}
