package cloudapi

import "net/http"

// serviceTypeRoutesV2 are where a client looks up which of the cloud's web sites its account belongs to.
var serviceTypeRoutesV2 = routeGroup{
	generation: gateway,
	routes:     []route{{"GET /v2/products/service-types", listServiceTypes}},
}

func listServiceTypes(c *call) (answer, error) {
	return c.ok(http.StatusOK, members{"total_count": 0, "service_types": []members{}})
}
