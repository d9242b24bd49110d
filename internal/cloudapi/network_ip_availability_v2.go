package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var networkIPAvailabilityRoutesV2 = routeGroup{
	generation: neutron, kind: network.KindSubnet, invalid: "InvalidInput",
	routes: []route{{"GET /v2.0/network-ip-availabilities/{id}", getNetworkIPAvailability}},
}

func getNetworkIPAvailability(c *call) (answer, error) {
	s, err := get[*network.Subnet](c, c.cloud, c.path("id"))
	if err != nil {
		return answer{}, err
	}
	u, err := c.usage(s)
	if err != nil {
		return answer{}, err
	}
	return c.ok(http.StatusOK, members{"network_ip_availability": members{
		"network_id": s.ID, "network_name": s.Name, "tenant_id": s.Project, "total_ips": u.total, "used_ips": u.used,
		"subnet_ip_availability": []members{{
			"subnet_id": neutronSubnetID(s), "subnet_name": s.Name, "cidr": s.CIDR, "ip_version": 4,
			"total_ips": u.total, "used_ips": u.used,
		}},
	}})
}
