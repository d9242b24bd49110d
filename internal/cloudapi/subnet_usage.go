package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// usage is how many addresses of a subnet's IPv4 block can be had, and how many are.
type usage struct{ total, used int }

// usage counts a subnet's addresses. Those the cloud reserves, its gateway's among them, are left out.
func (c *call) usage(s *network.Subnet) (usage, error) {
	total := 1 << (32 - s.Prefix().Bits())
	for a := range s.ReservedAddresses() {
		if a.Is4() {
			total--
		}
	}
	if !s.IPv6Enabled {
		used, err := c.count(network.KindInstance, "subnet_id", s.ID)
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

func (a *api) registerUsage() {
	g := a.group(neutron, network.KindSubnet, "InvalidInput")
	g.on("GET /v2.0/network-ip-availabilities/{id}", func(c *call) (answer, error) {
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
	})
}
