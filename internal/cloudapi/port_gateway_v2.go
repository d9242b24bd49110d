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

// listedGateway is the gateway's port when the query's list begins with it: that of one network's ports.
func (c *requestContext) listedGateway() (*network.Instance, error) {
	query := c.r.URL.Query()
	id := query.Get("network_id")
	if id == "" || query.Get("marker") != "" {
		return nil, nil //nolint:nilnil // Most lists have no gateway.
	}
	s, err := get[*network.Subnet](c, c.cloud, id)
	if emulator.IsNotFound(err) {
		return nil, nil //nolint:nilnil // The list of a network that is not there is empty.
	}
	if err != nil {
		return nil, err
	}
	if gateway := gatewayPort(s); matchesQuery(query, c.portFilters(), gateway) {
		return gateway, nil
	}
	return nil, nil //nolint:nilnil // The query asks for other ports.
}

// portOrGateway is the port with an id, which may be a gateway's.
func (c *requestContext) portOrGateway(id string) (*network.Instance, error) {
	i, err := get[*network.Instance](c, c.cloud, id)
	if !emulator.IsNotFound(err) {
		return i, err
	}
	s, scanErr := c.subnetOfGateway(c.cloud, id)
	switch {
	case scanErr != nil:
		return nil, scanErr
	case s == nil:
		return nil, err
	default:
		return gatewayPort(s), nil
	}
}

// subnetOfGateway is the subnet whose gateway has a port, or nil.
func (c *requestContext) subnetOfGateway(cloud *emulator.Cloud, port string) (*network.Subnet, error) {
	f := c.ownFilter()
	f.Limit = 1
	found, err := emulator.Select(c.r.Context(), cloud, f, func(s *network.Subnet) bool {
		return gatewayPortID(s.ID) == port
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}
