package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var vpcRoutesV1 = routeGroup{
	generation: v1, kind: network.KindVPC, invalid: "VPC.0101",
	routes: []route{
		{"POST /v1/{project_id}/vpcs", createVPCv1},
		{"GET /v1/{project_id}/vpcs", listVPCsV1},
		{"GET /v1/{project_id}/vpcs/{id}", getVPCv1},
		{"PUT /v1/{project_id}/vpcs/{id}", updateVPCv1},
		{"DELETE /v1/{project_id}/vpcs/{id}", remove[*network.VPC]},
	},
}

type vpcV1 struct {
	ID                    string    `json:"id"`
	Name                  string    `json:"name"`
	Description           string    `json:"description"`
	CIDR                  string    `json:"cidr"`
	Status                string    `json:"status"`
	Routes                []members `json:"routes"`
	EnterpriseProjectID   string    `json:"enterprise_project_id"`
	TenantID              string    `json:"tenant_id"`
	CreatedAt             string    `json:"created_at"`
	UpdatedAt             string    `json:"updated_at"`
	EnableSharedSNAT      bool      `json:"enable_shared_snat"`
	EnhancedLocalRoute    bool      `json:"enhanced_local_route"`
	BlockServiceEndpoints string    `json:"block_service_endpoint_states"`
	AddressUsageMetrics   bool      `json:"enable_network_address_usage_metrics"`
}

func (c *call) vpcV1(v *network.VPC) vpcV1 {
	return vpcV1{
		ID: v.ID, Name: v.Name, Description: v.Description, CIDR: v.CIDR, Status: c.status(v, "CREATING", "OK"),
		Routes: []members{}, EnterpriseProjectID: enterpriseProject(v), TenantID: v.Project,
		CreatedAt: timeV1(v.CreatedAt), UpdatedAt: timeV1(v.UpdatedAt),
		EnhancedLocalRoute:    or(v.EnhancedLocalRoute, true),
		BlockServiceEndpoints: or(v.BlockServiceEndpoints, "off"),
		AddressUsageMetrics:   or(v.AddressUsageMetrics, false),
	}
}

type vpcRequestV1 struct {
	Name                  *string   `json:"name"`
	CIDR                  *string   `json:"cidr"`
	Description           *string   `json:"description"`
	EnterpriseProjectID   *string   `json:"enterprise_project_id"`
	EnhancedLocalRoute    *bool     `json:"enhanced_local_route"`
	BlockServiceEndpoints *string   `json:"block_service_endpoint_states"`
	AddressUsageMetrics   *bool     `json:"enable_network_address_usage_metrics"`
	Tags                  []string  `json:"tags"`
	Routes                []members `json:"routes"`
}

func (c *call) vpcRequestV1() (*vpcRequestV1, error) {
	body, err := decode[struct {
		VPC *vpcRequestV1 `json:"vpc"`
	}](c)
	if err != nil {
		return nil, err
	}
	q, err := wrapped(c, body.VPC, "vpc")
	if err != nil {
		return nil, err
	}
	if len(q.Routes) > 0 {
		return nil, c.malformed("vpc.routes is the API's oldest form of routes, which this cloud has only in route tables.")
	}
	return q, nil
}

// apply puts what the request carries into the VPC.
func (q *vpcRequestV1) apply(v *network.VPC) {
	set(&v.Name, q.Name)
	set(&v.CIDR, q.CIDR)
	set(&v.Description, q.Description)
	if q.EnhancedLocalRoute != nil {
		v.EnhancedLocalRoute = q.EnhancedLocalRoute
	}
	if q.BlockServiceEndpoints != nil {
		v.BlockServiceEndpoints = q.BlockServiceEndpoints
	}
	if q.AddressUsageMetrics != nil {
		v.AddressUsageMetrics = q.AddressUsageMetrics
	}
}

func createVPCv1(c *call) (answer, error) {
	q, err := c.vpcRequestV1()
	if err != nil {
		return answer{}, err
	}
	v := &network.VPC{Tags: starredTags(q.Tags)}
	set(&v.EnterpriseProjectID, q.EnterpriseProjectID)
	q.apply(v)
	if v, err = create(c, c.cloud, v); err != nil {
		return answer{}, err
	}
	return c.ok(http.StatusOK, members{"vpc": c.vpcV1(v)})
}

func listVPCsV1(c *call) (answer, error) {
	p, err := search(c, c.own(), filters[*network.VPC]{
		"id": byID[*network.VPC], "enterprise_project_id": byEnterpriseProject[*network.VPC],
	})
	if err != nil {
		return answer{}, err
	}
	return show(c, "vpcs", p, c.vpcV1)
}

func getVPCv1(c *call) (answer, error) {
	v, err := get[*network.VPC](c, c.cloud, c.path("id"))
	if err != nil {
		return answer{}, err
	}
	return c.ok(http.StatusOK, members{"vpc": c.vpcV1(v)})
}

func updateVPCv1(c *call) (answer, error) {
	q, err := c.vpcRequestV1()
	if err != nil {
		return answer{}, err
	}
	v, err := change(c, c.path("id"), func(_ *emulator.Cloud, v *network.VPC) error {
		q.apply(v)
		return nil
	})
	if err != nil {
		return answer{}, err
	}
	return c.ok(http.StatusOK, members{"vpc": c.vpcV1(v)})
}
