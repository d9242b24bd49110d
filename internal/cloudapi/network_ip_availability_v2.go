package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var networkIPAvailabilityRoutesV2 = routeGroup{
	generation: v2, kind: network.KindSubnet, invalidCode: "InvalidInput",
	routes: []route{{"GET /v2.0/network-ip-availabilities/{id}", getNetworkIPAvailability}},
}

func getNetworkIPAvailability(c *requestContext) (response, error) {
	s, err := get[*network.Subnet](c, c.cloud, c.path("id"))
	if err != nil {
		return response{}, err
	}
	u, err := c.usage(s)
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"network_ip_availability": jsonObject{
		"network_id": s.ID, "network_name": s.Name, "tenant_id": s.Project, "total_ips": u.total, "used_ips": u.used,
		"subnet_ip_availability": []jsonObject{{
			"subnet_id": neutronSubnetID(s), "subnet_name": s.Name, "cidr": s.CIDR, "ip_version": 4,
			"total_ips": u.total, "used_ips": u.used,
		}},
	}})
}
