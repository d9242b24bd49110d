package cloudapi

import "net/http"

// versionRoutesV2 are where a client of Neutron looks up which versions of it there are.
var versionRoutesV2 = routeGroup{
	generation: gateway, open: true,
	routes: []route{
		{"GET /{$}", listVersions},
		{"GET /v2.0", listVersions},
	},
}

func listVersions(c *requestContext) (response, error) {
	return respond(http.StatusOK, jsonObject{"versions": []jsonObject{{
		"id": "v2.0", "status": "CURRENT", "links": []jsonObject{{"rel": "self", "href": c.origin() + "/v2.0/"}},
	}}})
}
