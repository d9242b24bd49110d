package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var vpcRoutesV1 = routeGroup{
	generation: v1, kind: network.KindVPC, invalidCode: "VPC.0101",
	routes: []route{
		{"POST /v1/{project_id}/vpcs", createVPCv1},
		{"GET /v1/{project_id}/vpcs", listVPCsV1},
		{"GET /v1/{project_id}/vpcs/{id}", getVPCv1},
		{"PUT /v1/{project_id}/vpcs/{id}", updateVPCv1},
		{"DELETE /v1/{project_id}/vpcs/{id}", deleteObject[*network.VPC]},
	},
}

type vpcV1 struct {
	ID                    string       `json:"id"`
	Name                  string       `json:"name"`
	Description           string       `json:"description"`
	CIDR                  string       `json:"cidr"`
	Status                string       `json:"status"`
	Routes                []jsonObject `json:"routes"`
	EnterpriseProjectID   string       `json:"enterprise_project_id"`
	TenantID              string       `json:"tenant_id"`
	CreatedAt             string       `json:"created_at"`
	UpdatedAt             string       `json:"updated_at"`
	EnableSharedSNAT      bool         `json:"enable_shared_snat"`
	EnhancedLocalRoute    bool         `json:"enhanced_local_route"`
	BlockServiceEndpoints string       `json:"block_service_endpoint_states"`
	AddressUsageMetrics   bool         `json:"enable_network_address_usage_metrics"`
}

func (c *requestContext) vpcV1(v *network.VPC) vpcV1 {
	return vpcV1{
		ID: v.ID, Name: v.Name, Description: v.Description, CIDR: v.CIDR, Status: c.transitionStatus(v, "CREATING", "OK"),
		Routes: []jsonObject{}, EnterpriseProjectID: enterpriseProject(v), TenantID: v.Project,
		CreatedAt: timeV1(v.CreatedAt), UpdatedAt: timeV1(v.UpdatedAt),
		EnhancedLocalRoute:    valueOr(v.EnhancedLocalRoute, true),
		BlockServiceEndpoints: valueOr(v.BlockServiceEndpoints, "off"),
		AddressUsageMetrics:   valueOr(v.AddressUsageMetrics, false),
	}
}

type vpcRequestV1 struct {
	Name                  *string      `json:"name"`
	CIDR                  *string      `json:"cidr"`
	Description           *string      `json:"description"`
	EnterpriseProjectID   *string      `json:"enterprise_project_id"`
	EnhancedLocalRoute    *bool        `json:"enhanced_local_route"`
	BlockServiceEndpoints *string      `json:"block_service_endpoint_states"`
	AddressUsageMetrics   *bool        `json:"enable_network_address_usage_metrics"`
	Tags                  []string     `json:"tags"`
	Routes                []jsonObject `json:"routes"`
}

func (c *requestContext) vpcRequestV1() (*vpcRequestV1, error) {
	body, err := decode[struct {
		VPC *vpcRequestV1 `json:"vpc"`
	}](c)
	if err != nil {
		return nil, err
	}
	q, err := required(c, body.VPC, "vpc")
	if err != nil {
		return nil, err
	}
	if len(q.Routes) > 0 {
		return nil, c.invalidRequest("vpc.routes is the API's oldest form of routes, which this cloud has only in route tables.")
	}
	return q, nil
}

// apply puts what the request carries into the VPC.
func (q *vpcRequestV1) apply(v *network.VPC) {
	setIfPresent(&v.Name, q.Name)
	setIfPresent(&v.CIDR, q.CIDR)
	setIfPresent(&v.Description, q.Description)
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

func createVPCv1(c *requestContext) (response, error) {
	q, err := c.vpcRequestV1()
	if err != nil {
		return response{}, err
	}
	v := &network.VPC{Tags: tagsV1(q.Tags)}
	setIfPresent(&v.EnterpriseProjectID, q.EnterpriseProjectID)
	q.apply(v)
	if v, err = create(c, c.cloud, v); err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"vpc": c.vpcV1(v)})
}

func listVPCsV1(c *requestContext) (response, error) {
	p, err := selectPage(c, c.ownFilter(), queryFilters[*network.VPC]{
		"id": byID[*network.VPC], "enterprise_project_id": byEnterpriseProject[*network.VPC],
	})
	if err != nil {
		return response{}, err
	}
	return respondPage(c, "vpcs", p, c.vpcV1)
}

func getVPCv1(c *requestContext) (response, error) {
	v, err := get[*network.VPC](c, c.cloud, c.path("id"))
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"vpc": c.vpcV1(v)})
}

func updateVPCv1(c *requestContext) (response, error) {
	q, err := c.vpcRequestV1()
	if err != nil {
		return response{}, err
	}
	v, err := change(c, c.path("id"), func(_ *emulator.Cloud, v *network.VPC) error {
		q.apply(v)
		return nil
	})
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"vpc": c.vpcV1(v)})
}
