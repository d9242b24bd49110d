package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var subnetRoutesV1 = routeGroup{
	generation: v1, kind: network.KindSubnet, invalidCode: "VPC.0201",
	routes: []route{
		{"POST /v1/{project_id}/subnets", createSubnetV1},
		{"GET /v1/{project_id}/subnets", listSubnetsV1},
		{"GET /v1/{project_id}/subnets/{id}", getSubnetV1},
		{"PUT /v1/{project_id}/vpcs/{vpc_id}/subnets/{id}", updateSubnetV1},
		{"DELETE /v1/{project_id}/vpcs/{vpc_id}/subnets/{id}", deleteSubnetV1},
	},
}

type subnetV1 struct {
	ID                  string       `json:"id"`
	Name                string       `json:"name"`
	Description         string       `json:"description"`
	CIDR                string       `json:"cidr"`
	GatewayIP           string       `json:"gateway_ip"`
	IPv6Enable          bool         `json:"ipv6_enable"`
	CIDRv6              *string      `json:"cidr_v6"`
	GatewayIPv6         *string      `json:"gateway_ip_v6"`
	DHCPEnable          bool         `json:"dhcp_enable"`
	PrimaryDNS          string       `json:"primary_dns"`
	SecondaryDNS        string       `json:"secondary_dns"`
	DNSList             []string     `json:"dnsList"`
	AvailabilityZone    string       `json:"availability_zone"`
	VPCID               string       `json:"vpc_id"`
	Status              string       `json:"status"`
	NeutronNetworkID    string       `json:"neutron_network_id"`
	NeutronSubnetID     string       `json:"neutron_subnet_id"`
	NeutronSubnetIDv6   *string      `json:"neutron_subnet_id_v6"`
	DHCPOptions         []dhcpOption `json:"extra_dhcp_opts"`
	Scope               string       `json:"scope"`
	TenantID            string       `json:"tenant_id"`
	CreatedAt           string       `json:"created_at"`
	UpdatedAt           string       `json:"updated_at"`
	AvailableAddresses  int          `json:"available_ip_address_count"`
	AddressUsageMetrics bool         `json:"enable_network_address_usage_metrics"`
}

func (c *requestContext) subnetV1(s *network.Subnet) (subnetV1, error) {
	usage, err := c.usage(s)
	if err != nil {
		return subnetV1{}, err
	}
	var dns [2]string
	copy(dns[:], s.DNSServers)
	return subnetV1{
		ID: s.ID, Name: s.Name, Description: s.Description, CIDR: s.CIDR, GatewayIP: s.GatewayIP,
		IPv6Enable: s.IPv6Enabled, CIDRv6: nullIfEmpty(s.IPv6CIDR), GatewayIPv6: nullIfEmpty(gatewayIPv6(s)),
		DHCPEnable: valueOr(s.DHCPEnabled, true), PrimaryDNS: dns[0], SecondaryDNS: dns[1], DNSList: emptyIfNil(s.DNSServers),
		AvailabilityZone: s.AvailabilityZone, VPCID: s.VPCID, Status: c.transitionStatus(s, "UNKNOWN", "ACTIVE"),
		NeutronNetworkID: s.ID, NeutronSubnetID: neutronSubnetID(s), NeutronSubnetIDv6: nullIfEmpty(neutronSubnetIDv6(s)),
		DHCPOptions: dhcpOptions(s), Scope: "center", TenantID: s.Project,
		CreatedAt: timeV1(s.CreatedAt), UpdatedAt: timeV1(s.UpdatedAt),
		AvailableAddresses: usage.total - usage.used, AddressUsageMetrics: valueOr(s.AddressUsageMetrics, false),
	}, nil
}

func (c *requestContext) showSubnetV1(s *network.Subnet) (response, error) {
	body, err := c.subnetV1(s)
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"subnet": body})
}

type subnetRequestV1 struct {
	Name                string              `json:"name"`
	CIDR                string              `json:"cidr"`
	GatewayIP           string              `json:"gateway_ip"`
	VPCID               string              `json:"vpc_id"`
	AvailabilityZone    string              `json:"availability_zone"`
	Description         *string             `json:"description"`
	IPv6Enable          *bool               `json:"ipv6_enable"`
	DHCPEnable          *bool               `json:"dhcp_enable"`
	PrimaryDNS          *string             `json:"primary_dns"`
	SecondaryDNS        *string             `json:"secondary_dns"`
	DNSList             *[]string           `json:"dnsList"`
	DHCPOptions         []dhcpOptionRequest `json:"extra_dhcp_opts"`
	Tags                []string            `json:"tags"`
	AddressUsageMetrics *bool               `json:"enable_network_address_usage_metrics"`
}

func (c *requestContext) subnetRequestV1() (*subnetRequestV1, error) {
	body, err := decode[struct {
		Subnet *subnetRequestV1 `json:"subnet"`
	}](c)
	if err != nil {
		return nil, err
	}
	return required(c, body.Subnet, "subnet")
}

// apply puts what can change into the subnet.
func (q *subnetRequestV1) apply(s *network.Subnet) {
	setIfPresent(&s.Description, q.Description)
	setIfPresent(&s.IPv6Enabled, q.IPv6Enable)
	if q.DHCPEnable != nil {
		s.DHCPEnabled = q.DHCPEnable
	}
	if q.AddressUsageMetrics != nil {
		s.AddressUsageMetrics = q.AddressUsageMetrics
	}
	s.DNSServers = q.servers(s.DNSServers)
	s.DHCPOptions = withOptions(s.DHCPOptions, q.DHCPOptions)
}

// servers couples the two forms in which the API takes name servers: a list, and its first two by themselves.
func (q *subnetRequestV1) servers(old []string) []string {
	if q.DNSList != nil {
		return nonEmpty(*q.DNSList)
	}
	if q.PrimaryDNS == nil && q.SecondaryDNS == nil {
		return old
	}
	var both [2]string
	copy(both[:], old)
	setIfPresent(&both[0], q.PrimaryDNS)
	setIfPresent(&both[1], q.SecondaryDNS)
	return nonEmpty(both[:])
}

func nonEmpty(items []string) []string {
	out := []string{}
	for _, s := range items {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func createSubnetV1(c *requestContext) (response, error) {
	q, err := c.subnetRequestV1()
	if err != nil {
		return response{}, err
	}
	s := &network.Subnet{
		Name: q.Name, CIDR: q.CIDR, GatewayIP: q.GatewayIP, VPCID: q.VPCID, AvailabilityZone: q.AvailabilityZone,
		Tags: tagsV1(q.Tags),
	}
	q.apply(s)
	if s, err = create(c, c.cloud, s); err != nil {
		return response{}, err
	}
	return c.showSubnetV1(s)
}

func listSubnetsV1(c *requestContext) (response, error) {
	p, err := selectPage(c, c.ownFilter("vpc_id"), queryFilters[*network.Subnet]{
		"id":     byID[*network.Subnet],
		"vpc_id": func(s *network.Subnet, wanted string) bool { return s.VPCID == wanted },
	})
	if err != nil {
		return response{}, err
	}
	return respondPageOrError(c, "subnets", p, c.subnetV1)
}

func getSubnetV1(c *requestContext) (response, error) {
	s, err := get[*network.Subnet](c, c.cloud, c.path("id"))
	if err != nil {
		return response{}, err
	}
	return c.showSubnetV1(s)
}

func updateSubnetV1(c *requestContext) (response, error) {
	q, err := c.subnetRequestV1()
	if err != nil {
		return response{}, err
	}
	s, err := change(c, c.path("id"), func(_ *emulator.Cloud, s *network.Subnet) error {
		if s.VPCID != c.path("vpc_id") {
			return badRequest("VPC.0207", "The subnet %s belongs to the VPC %s, not to %s.", s.ID, s.VPCID, c.path("vpc_id"))
		}
		if q.IPv6Enable != nil && !*q.IPv6Enable && s.IPv6Enabled {
			return badRequest("VPC.0201", "IPv6 cannot be switched off again in the subnet %s.", s.ID)
		}
		if q.Name != "" {
			s.Name = q.Name
		}
		q.apply(s)
		return nil
	})
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"subnet": jsonObject{"id": s.ID, "status": c.transitionStatus(s, "UNKNOWN", "ACTIVE")}})
}

// deleteSubnetV1 never answers with status 400, which clients take for a subnet that is gone (API-13). A subnet of another
// VPC is not there.
func deleteSubnetV1(c *requestContext) (response, error) {
	s, err := get[*network.Subnet](c, c.cloud, c.path("id"))
	if err != nil {
		return response{}, err
	}
	if s.VPCID != c.path("vpc_id") {
		return response{}, emulator.NotFound(network.KindSubnet, s.ID)
	}
	return deleteObject[*network.Subnet](c)
}
