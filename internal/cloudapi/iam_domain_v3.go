package cloudapi

import "net/http"

// domainName is what the lab's only domain is called, and its only user.
const domainName = "lab"

var iamDomainRoutesV3 = routeGroup{
	generation: gateway,
	routes:     []route{{"GET /v3/auth/domains", listDomains}},
}

func listDomains(c *requestContext) (response, error) {
	return respond(http.StatusOK, jsonObject{
		"domains": []jsonObject{{"id": c.DomainID, "name": domainName, "enabled": true}}, "links": jsonObject{},
	})
}
