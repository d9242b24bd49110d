package cloudapi

import "net/http"

var iamProjectRoutesV3 = routeGroup{
	generation: gateway,
	routes: []route{
		{"GET /v3/auth/projects", listProjects},
		{"GET /v3/projects", listProjects},
	},
}

// listProjects answers with one project, under the name that is asked for: a client looks for the project of its
// region, and a lab has one for all regions.
func listProjects(c *requestContext) (response, error) {
	name := c.r.URL.Query().Get("name")
	if name == "" {
		name = c.Region
	}
	return respond(http.StatusOK, jsonObject{
		"projects": []jsonObject{{
			"id": c.project, "name": name, "domain_id": c.DomainID, "enabled": true, "is_domain": false,
			"parent_id": c.DomainID, "description": "",
		}},
		"links": jsonObject{},
	})
}
