package cloudapi

import "net/http"

// nameserverRoutesV2 are the name service's: a client writes its servers into a subnet whose author names none.
var nameserverRoutesV2 = routeGroup{
	generation: gateway,
	routes:     []route{{"GET /v2/nameservers", listNameservers}},
}

func listNameservers(c *requestContext) (response, error) {
	region := c.r.URL.Query().Get("region")
	if region == "" {
		region = c.Region
	}
	return respond(http.StatusOK, jsonObject{"nameservers": []jsonObject{{
		"type": "private", "region": region, "ns_records": []jsonObject{
			{"priority": 1, "address": "100.125.1.250"}, {"priority": 2, "address": "100.125.129.250"},
		},
	}}})
}
