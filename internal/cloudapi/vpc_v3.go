package cloudapi

import (
	"net/http"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var vpcRoutesV3 = routeGroup{
	generation: v3, kind: network.KindVPC, invalidCode: "VPC.0101",
	routes: []route{
		{"POST /v3/{project_id}/vpc/vpcs", createVPCv3},
		{"GET /v3/{project_id}/vpc/vpcs", listVPCsV3},
		{"GET /v3/{project_id}/vpc/vpcs/{id}", getVPCv3},
		{"PUT /v3/{project_id}/vpc/vpcs/{id}", updateVPCv3},
		{"DELETE /v3/{project_id}/vpc/vpcs/{id}", deleteObject[*network.VPC]},
		{"PUT /v3/{project_id}/vpc/vpcs/{id}/add-extend-cidr", addExtendCIDRs},
		{"PUT /v3/{project_id}/vpc/vpcs/{id}/remove-extend-cidr", removeExtendCIDRs},
	},
}

type vpcV3 struct {
	ID                    string          `json:"id"`
	Name                  string          `json:"name"`
	Description           string          `json:"description"`
	CIDR                  string          `json:"cidr"`
	ExtendCIDRs           []string        `json:"extend_cidrs"`
	Status                string          `json:"status"`
	ProjectID             string          `json:"project_id"`
	EnterpriseProjectID   string          `json:"enterprise_project_id"`
	CreatedAt             string          `json:"created_at"`
	UpdatedAt             string          `json:"updated_at"`
	CloudResources        []cloudResource `json:"cloud_resources"`
	Tags                  []tag           `json:"tags"`
	BlockServiceEndpoints string          `json:"block_service_endpoint_states"`
	AddressUsageMetrics   bool            `json:"enable_network_address_usage_metrics"`
}

type cloudResource struct {
	Type  string `json:"resource_type"`
	Count int    `json:"resource_count"`
}

// vpcV3 also counts what is in the VPC, which is why it can fail.
func (c *requestContext) vpcV3(v *network.VPC) (vpcV3, error) {
	var resources []cloudResource
	for _, r := range []struct {
		name string
		kind network.Kind
	}{{"routetable", network.KindRouteTable}, {"virsubnet", network.KindSubnet}} {
		n, err := c.countReferring(r.kind, "vpc_id", v.ID)
		if err != nil {
			return vpcV3{}, err
		}
		resources = append(resources, cloudResource{r.name, n})
	}
	return vpcV3{
		ID: v.ID, Name: v.Name, Description: v.Description, CIDR: v.CIDR, ExtendCIDRs: emptyIfNil(v.SecondaryCIDRs),
		Status: c.transitionStatus(v, "PENDING", "ACTIVE"), ProjectID: v.Project, EnterpriseProjectID: enterpriseProject(v),
		CreatedAt: timeV3(v.CreatedAt), UpdatedAt: timeV3(v.UpdatedAt), CloudResources: resources, Tags: tagList(v.Tags),
		BlockServiceEndpoints: valueOr(v.BlockServiceEndpoints, "off"), AddressUsageMetrics: valueOr(v.AddressUsageMetrics, false),
	}, nil
}

func (c *requestContext) showVPCv3(status int, v *network.VPC) (response, error) {
	body, err := c.vpcV3(v)
	if err != nil {
		return response{}, err
	}
	return respond(status, jsonObject{"vpc": body})
}

func createVPCv3(c *requestContext) (response, error) {
	body, err := decode[struct {
		VPC *struct {
			Name                  string  `json:"name"`
			CIDR                  string  `json:"cidr"`
			Description           string  `json:"description"`
			EnterpriseProjectID   string  `json:"enterprise_project_id"`
			Tags                  []tag   `json:"tags"`
			BlockServiceEndpoints *string `json:"block_service_endpoint_states"`
			AddressUsageMetrics   *bool   `json:"enable_network_address_usage_metrics"`
		} `json:"vpc"`
		DryRun bool `json:"dry_run"`
	}](c)
	if err != nil {
		return response{}, err
	}
	q, err := required(c, body.VPC, "vpc")
	if err != nil {
		return response{}, err
	}
	v := &network.VPC{
		Name: q.Name, CIDR: q.CIDR, Description: q.Description, Tags: tagMap(q.Tags),
		BlockServiceEndpoints: q.BlockServiceEndpoints, AddressUsageMetrics: q.AddressUsageMetrics,
	}
	v.EnterpriseProjectID = q.EnterpriseProjectID
	v, err = createOrValidate(c, body.DryRun, v)
	switch {
	case err != nil:
		return response{}, err
	case body.DryRun:
		return dryRunPassed()
	default:
		return c.showVPCv3(http.StatusCreated, v)
	}
}

func listVPCsV3(c *requestContext) (response, error) {
	p, err := selectPage(c, c.ownFilter(), queryFilters[*network.VPC]{
		"id":                    byID[*network.VPC],
		"name":                  func(v *network.VPC, s string) bool { return v.Name == s },
		"description":           func(v *network.VPC, s string) bool { return v.Description == s },
		"cidr":                  func(v *network.VPC, s string) bool { return v.CIDR == s },
		"enterprise_project_id": byEnterpriseProject[*network.VPC],
	})
	if err != nil {
		return response{}, err
	}
	return respondPageOrError(c, "vpcs", p, c.vpcV3)
}

func getVPCv3(c *requestContext) (response, error) {
	v, err := get[*network.VPC](c, c.cloud, c.path("id"))
	if err != nil {
		return response{}, err
	}
	return c.showVPCv3(http.StatusOK, v)
}

func updateVPCv3(c *requestContext) (response, error) {
	body, err := decode[struct {
		VPC *struct {
			Name        *string `json:"name"`
			Description *string `json:"description"`
		} `json:"vpc"`
		DryRun bool `json:"dry_run"`
	}](c)
	if err != nil {
		return response{}, err
	}
	q, err := required(c, body.VPC, "vpc")
	if err != nil {
		return response{}, err
	}
	return changeVPCv3(c, body.DryRun, func(v *network.VPC) error {
		setIfPresent(&v.Name, q.Name)
		setIfPresent(&v.Description, q.Description)
		return nil
	})
}

func addExtendCIDRs(c *requestContext) (response, error) {
	return changeExtendCIDRs(c, func(v *network.VPC, block string) error {
		v.SecondaryCIDRs = append(v.SecondaryCIDRs, block)
		return nil
	})
}

func removeExtendCIDRs(c *requestContext) (response, error) {
	return changeExtendCIDRs(c, func(v *network.VPC, block string) error {
		at := slices.Index(v.SecondaryCIDRs, network.CanonicalPrefix(block))
		if at < 0 {
			return &apiError{http.StatusNotFound, "VPC.9915", "The VPC " + v.ID + " has no secondary block " + block + "."}
		}
		v.SecondaryCIDRs = slices.Delete(v.SecondaryCIDRs, at, at+1)
		return nil
	})
}

func changeExtendCIDRs(c *requestContext, edit func(v *network.VPC, block string) error) (response, error) {
	body, err := decode[struct {
		VPC *struct {
			ExtendCIDRs []string `json:"extend_cidrs"`
		} `json:"vpc"`
		DryRun bool `json:"dry_run"`
	}](c)
	if err != nil {
		return response{}, err
	}
	q, err := required(c, body.VPC, "vpc")
	if err != nil {
		return response{}, err
	}
	if len(q.ExtendCIDRs) == 0 {
		return response{}, badRequest("VPC.9911", "vpc.extend_cidrs names no block.")
	}
	return changeVPCv3(c, body.DryRun, func(v *network.VPC) error {
		for _, block := range q.ExtendCIDRs {
			if err := edit(v, block); err != nil {
				return err
			}
		}
		return nil
	})
}

func changeVPCv3(c *requestContext, dryRun bool, edit func(*network.VPC) error) (response, error) {
	v, err := changeOrValidate(c, dryRun, c.path("id"), func(_ *emulator.Cloud, v *network.VPC) error { return edit(v) })
	switch {
	case err != nil:
		return response{}, err
	case dryRun:
		return dryRunPassed()
	default:
		return c.showVPCv3(http.StatusOK, v)
	}
}
