package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// iamEnterpriseProjectRoutesV1 are the two calls with which clients move an object to another enterprise project.
var iamEnterpriseProjectRoutesV1 = routeGroup{
	generation: gateway, invalidCode: "EPS.0001",
	routes: []route{
		{"POST /v1.0/enterprise-projects/{enterprise_project_id}/resources-migrate", migrateResource},
		{"POST /v1.0/enterprise-projects/{enterprise_project_id}/resources/filter", filterResources},
	},
}

// migratableKinds are what the enterprise project service calls the kinds of objects.
var migratableKinds = map[string]network.Kind{
	"vpcs": network.KindVPC, "security-groups": network.KindSecurityGroup, "firewalls": network.KindNetworkACL,
	"address-groups": network.KindAddressGroup, "vpc-address-group": network.KindAddressGroup,
}

func migrateResource(c *requestContext) (response, error) {
	q, err := decode[struct {
		ProjectID    string `json:"project_id"`
		RegionID     string `json:"region_id"`
		ResourceID   string `json:"resource_id"`
		ResourceType string `json:"resource_type"`
		Associated   bool   `json:"associated"`
	}](c)
	if err != nil {
		return response{}, err
	}
	kind, known := migratableKinds[q.ResourceType]
	if !known {
		return response{}, c.invalidRequest("resource_type is %q, of which this cloud has none.", q.ResourceType)
	}
	project := q.ProjectID
	if project == "" {
		project = c.project
	}
	err = c.cloud.Atomically(c.r.Context(), func(cloud *emulator.Cloud) error {
		o, err := cloud.Read(c.r.Context(), kind, q.ResourceID)
		if err != nil {
			return err
		}
		if o.Base().Project != project {
			return emulator.NotFound(kind, q.ResourceID)
		}
		o.Base().EnterpriseProjectID = c.path("enterprise_project_id")
		_, err = cloud.Update(c.r.Context(), o)
		return err
	})
	if err != nil {
		return response{}, err
	}
	return noContent()
}

// filterResources lists what an enterprise project holds. A client that moves an object asks until it is there.
func filterResources(c *requestContext) (response, error) {
	q, err := decode[struct {
		Projects []string `json:"projects"`
		Types    []string `json:"resource_types"`
		Offset   *number  `json:"offset"`
		Limit    *number  `json:"limit"`
		Matches  []tag    `json:"matches"`
	}](c)
	if err != nil {
		return response{}, err
	}
	offset, limit, err := c.offsetAndLimit(nil, q.Offset, q.Limit)
	if err != nil {
		return response{}, err
	}
	if len(q.Projects) == 0 {
		q.Projects = []string{c.project}
	}
	resources := []jsonObject{}
	for _, name := range q.Types {
		kind, known := migratableKinds[name]
		if !known {
			continue
		}
		for _, project := range q.Projects {
			objects, err := c.cloud.Objects(c.r.Context(), kind, project)
			if err != nil {
				return response{}, err
			}
			for _, o := range objects {
				if enterpriseProject(o) == c.path("enterprise_project_id") && matchesSearch(o, q.Matches) {
					resources = append(resources, jsonObject{
						"resource_id": o.Base().ID, "resource_name": o.Title(), "resource_type": name, "project_id": project,
						"enterprise_project_id": enterpriseProject(o),
					})
				}
			}
		}
	}
	return respond(http.StatusOK, jsonObject{
		"resources": paginate(resources, offset, limit), "total_count": len(resources), "errors": []jsonObject{},
	})
}

// matchesSearch reports whether an object is the one a search names.
func matchesSearch(o network.Object, matches []tag) bool {
	for _, m := range matches {
		if m.Key == "resource_id" && o.Base().ID != m.Value || m.Key == "resource_name" && o.Title() != m.Value {
			return false
		}
	}
	return true
}
