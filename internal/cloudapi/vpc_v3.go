package cloudapi

import (
	"net/http"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var vpcRoutesV3 = routeGroup{
	generation: v3, kind: network.KindVPC, invalid: "VPC.0101",
	routes: []route{
		{"POST /v3/{project_id}/vpc/vpcs", createVPCv3},
		{"GET /v3/{project_id}/vpc/vpcs", listVPCsV3},
		{"GET /v3/{project_id}/vpc/vpcs/{id}", getVPCv3},
		{"PUT /v3/{project_id}/vpc/vpcs/{id}", updateVPCv3},
		{"DELETE /v3/{project_id}/vpc/vpcs/{id}", remove[*network.VPC]},
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
func (c *call) vpcV3(v *network.VPC) (vpcV3, error) {
	var resources []cloudResource
	for _, r := range []struct {
		name string
		kind network.Kind
	}{{"routetable", network.KindRouteTable}, {"virsubnet", network.KindSubnet}} {
		n, err := c.count(r.kind, "vpc_id", v.ID)
		if err != nil {
			return vpcV3{}, err
		}
		resources = append(resources, cloudResource{r.name, n})
	}
	return vpcV3{
		ID: v.ID, Name: v.Name, Description: v.Description, CIDR: v.CIDR, ExtendCIDRs: list(v.SecondaryCIDRs),
		Status: c.status(v, "PENDING", "ACTIVE"), ProjectID: v.Project, EnterpriseProjectID: enterpriseProject(v),
		CreatedAt: timeV3(v.CreatedAt), UpdatedAt: timeV3(v.UpdatedAt), CloudResources: resources, Tags: tagList(v.Tags),
		BlockServiceEndpoints: or(v.BlockServiceEndpoints, "off"), AddressUsageMetrics: or(v.AddressUsageMetrics, false),
	}, nil
}

func (c *call) showVPCv3(status int, v *network.VPC) (answer, error) {
	body, err := c.vpcV3(v)
	if err != nil {
		return answer{}, err
	}
	return c.ok(status, members{"vpc": body})
}

func createVPCv3(c *call) (answer, error) {
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
		return answer{}, err
	}
	q, err := wrapped(c, body.VPC, "vpc")
	if err != nil {
		return answer{}, err
	}
	v := &network.VPC{
		Name: q.Name, CIDR: q.CIDR, Description: q.Description, Tags: tagMap(q.Tags),
		BlockServiceEndpoints: q.BlockServiceEndpoints, AddressUsageMetrics: q.AddressUsageMetrics,
	}
	v.EnterpriseProjectID = q.EnterpriseProjectID
	v, rehearsed, err := createOr(c, body.DryRun, v)
	switch {
	case err != nil:
		return answer{}, err
	case rehearsed:
		return c.passed()
	default:
		return c.showVPCv3(http.StatusCreated, v)
	}
}

func listVPCsV3(c *call) (answer, error) {
	p, err := search(c, c.own(), filters[*network.VPC]{
		"id":                    byID[*network.VPC],
		"name":                  func(v *network.VPC, s string) bool { return v.Name == s },
		"description":           func(v *network.VPC, s string) bool { return v.Description == s },
		"cidr":                  func(v *network.VPC, s string) bool { return v.CIDR == s },
		"enterprise_project_id": byEnterpriseProject[*network.VPC],
	})
	if err != nil {
		return answer{}, err
	}
	return showEach(c, "vpcs", p, c.vpcV3)
}

func getVPCv3(c *call) (answer, error) {
	v, err := get[*network.VPC](c, c.cloud, c.path("id"))
	if err != nil {
		return answer{}, err
	}
	return c.showVPCv3(http.StatusOK, v)
}

func updateVPCv3(c *call) (answer, error) {
	body, err := decode[struct {
		VPC *struct {
			Name        *string `json:"name"`
			Description *string `json:"description"`
		} `json:"vpc"`
		DryRun bool `json:"dry_run"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	q, err := wrapped(c, body.VPC, "vpc")
	if err != nil {
		return answer{}, err
	}
	return changeVPCv3(c, body.DryRun, func(v *network.VPC) error {
		set(&v.Name, q.Name)
		set(&v.Description, q.Description)
		return nil
	})
}

func addExtendCIDRs(c *call) (answer, error) {
	return changeExtendCIDRs(c, func(v *network.VPC, block string) error {
		v.SecondaryCIDRs = append(v.SecondaryCIDRs, block)
		return nil
	})
}

func removeExtendCIDRs(c *call) (answer, error) {
	return changeExtendCIDRs(c, func(v *network.VPC, block string) error {
		at := slices.Index(v.SecondaryCIDRs, network.CanonicalPrefix(block))
		if at < 0 {
			return &refusal{http.StatusNotFound, "VPC.9915", "The VPC " + v.ID + " has no secondary block " + block + "."}
		}
		v.SecondaryCIDRs = slices.Delete(v.SecondaryCIDRs, at, at+1)
		return nil
	})
}

func changeExtendCIDRs(c *call, edit func(v *network.VPC, block string) error) (answer, error) {
	body, err := decode[struct {
		VPC *struct {
			ExtendCIDRs []string `json:"extend_cidrs"`
		} `json:"vpc"`
		DryRun bool `json:"dry_run"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	q, err := wrapped(c, body.VPC, "vpc")
	if err != nil {
		return answer{}, err
	}
	if len(q.ExtendCIDRs) == 0 {
		return answer{}, badRequest("VPC.9911", "vpc.extend_cidrs names no block.")
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

func changeVPCv3(c *call, dryRun bool, edit func(*network.VPC) error) (answer, error) {
	v, rehearsed, err := changeOr(c, dryRun, c.path("id"), func(_ *emulator.Cloud, v *network.VPC) error { return edit(v) })
	switch {
	case err != nil:
		return answer{}, err
	case rehearsed:
		return c.passed()
	default:
		return c.showVPCv3(http.StatusOK, v)
	}
}
