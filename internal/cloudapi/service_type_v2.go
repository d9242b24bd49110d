package cloudapi

import "net/http"

// serviceTypeRoutesV2 are where a client looks up which of the cloud's web sites its account belongs to.
var serviceTypeRoutesV2 = routeGroup{
	generation: gateway,
	routes:     []route{{"GET /v2/products/service-types", listServiceTypes}},
}

func listServiceTypes(c *requestContext) (response, error) {
	return respond(http.StatusOK, jsonObject{"total_count": 0, "service_types": []jsonObject{}})
}
