package cloudapi

import "net/http"

// userID is the id of the lab's only user.
const userID = "7670636c61620000000000000000a5e0"

var iamUserRoutesV3 = routeGroup{
	generation: gateway,
	routes:     []route{{"GET /v3/users", listUsers}},
}

// listUsers answers with one user, under the name that is asked for.
func listUsers(c *requestContext) (response, error) {
	name := c.r.URL.Query().Get("name")
	if name == "" {
		name = domainName
	}
	return respond(http.StatusOK, jsonObject{
		"users": []jsonObject{{"id": userID, "name": name, "domain_id": c.DomainID, "enabled": true}}, "links": jsonObject{},
	})
}
