package cloudapi

import "net/http"

var iamCatalogRoutesV3 = routeGroup{
	generation: gateway,
	routes:     []route{{"GET /v3/auth/catalog", getCatalog}},
}

func getCatalog(c *requestContext) (response, error) {
	return respond(http.StatusOK, jsonObject{"catalog": c.catalog(c.project), "links": jsonObject{}})
}

// catalog says where the services are: all of them here.
func (c *requestContext) catalog(project string) []jsonObject {
	origin := c.origin()
	var out []jsonObject
	for _, service := range []struct{ kind, name, path string }{
		{"network", "neutron", "/"},
		{"vpc", "vpc", "/v1/" + project},
		{"vpcv2.0", "vpcv2.0", "/v2.0/" + project},
		{"vpcv3", "vpcv3", "/v3/" + project},
		{"identity", "iam", "/v3"},
		{"dns", "dns", "/"},
		{"compute", "nova", "/v2.1/" + project},
	} {
		out = append(out, jsonObject{
			"type": service.kind, "name": service.name, "id": service.kind,
			"endpoints": []jsonObject{{
				"id": service.kind, "interface": "public", "region": c.Region, "region_id": c.Region,
				"url": origin + service.path,
			}},
		})
	}
	return out
}
