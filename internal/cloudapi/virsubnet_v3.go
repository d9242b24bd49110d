package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// virsubnetRoutesV3 are the subnets of v3, which only reads them.
var virsubnetRoutesV3 = routeGroup{
	generation: v3, kind: network.KindSubnet, invalidCode: "VPC.0201",
	routes: []route{
		{"GET /v3/{project_id}/vpc/virsubnets", listVirsubnets},
		{"GET /v3/{project_id}/vpc/virsubnets/{id}", getVirsubnet},
	},
}

type virsubnet struct {
	ID             string         `json:"id"`
	Name           string         `json:"name"`
	Description    string         `json:"description"`
	VPCID          string         `json:"vpc_id"`
	ZoneID         string         `json:"zone_id"`
	Status         string         `json:"status"`
	ProjectID      string         `json:"project_id"`
	Scope          string         `json:"scope"`
	DNSNameservers []string       `json:"dns_nameservers"`
	SubnetCIDRs    []subnetCIDR   `json:"subnet_cidrs"`
	Tags           []tag          `json:"tags"`
	DHCPOptions    []dhcpOptionV3 `json:"extra_dhcp_opts"`
	CreatedAt      string         `json:"created_at"`
	UpdatedAt      string         `json:"updated_at"`
}

// subnetCIDR has its IP version as a string, projectError everything else in the API.
type subnetCIDR struct {
	ID         string `json:"id"`
	IPVersion  string `json:"ip_version"`
	CIDR       string `json:"cidr"`
	GatewayIP  string `json:"gateway_ip"`
	EnableDHCP bool   `json:"enable_dhcp"`
}

type dhcpOptionV3 struct {
	Name      string `json:"opt_name"`
	Value     string `json:"opt_value"`
	IPVersion int    `json:"ip_version"`
}

func (c *requestContext) virsubnet(s *network.Subnet) virsubnet {
	dhcp := valueOr(s.DHCPEnabled, true)
	cidrs := []subnetCIDR{{neutronSubnetID(s), "4", s.CIDR, s.GatewayIP, dhcp}}
	if s.IPv6CIDR != "" {
		cidrs = append(cidrs, subnetCIDR{neutronSubnetIDv6(s), "6", s.IPv6CIDR, gatewayIPv6(s), dhcp})
	}
	options := []dhcpOptionV3{}
	for _, o := range dhcpOptions(s) {
		version := 4
		if o.Name == leaseOptionIPv6 {
			version = 6
		}
		options = append(options, dhcpOptionV3{o.Name, o.Value, version})
	}
	return virsubnet{
		ID: s.ID, Name: s.Name, Description: s.Description, VPCID: s.VPCID, ZoneID: s.AvailabilityZone,
		Status: c.transitionStatus(s, "UNKNOWN", "ACTIVE"), ProjectID: s.Project, Scope: "center",
		DNSNameservers: emptyIfNil(s.DNSServers), SubnetCIDRs: cidrs, Tags: tagList(s.Tags), DHCPOptions: options,
		CreatedAt: timeV3(s.CreatedAt), UpdatedAt: timeV3(s.UpdatedAt),
	}
}

func listVirsubnets(c *requestContext) (response, error) {
	p, err := selectPage(c, c.ownFilter("vpc_id"), queryFilters[*network.Subnet]{
		"id":          byID[*network.Subnet],
		"name":        func(s *network.Subnet, wanted string) bool { return s.Name == wanted },
		"description": func(s *network.Subnet, wanted string) bool { return s.Description == wanted },
		"vpc_id":      func(s *network.Subnet, wanted string) bool { return s.VPCID == wanted },
		"zone_id":     func(s *network.Subnet, wanted string) bool { return s.AvailabilityZone == wanted },
		"scope":       func(_ *network.Subnet, wanted string) bool { return wanted == "center" },
		"status": func(s *network.Subnet, wanted string) bool {
			return c.transitionStatus(s, "UNKNOWN", "ACTIVE") == wanted
		},
	})
	if err != nil {
		return response{}, err
	}
	return respondPage(c, "virsubnets", p, c.virsubnet)
}

func getVirsubnet(c *requestContext) (response, error) {
	s, err := get[*network.Subnet](c, c.cloud, c.path("id"))
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"virsubnet": c.virsubnet(s)})
}
