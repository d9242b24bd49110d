package cloudapi

import (
	"net/http"
)

// registerNeighbours adds what clients of the VPC service ask of the services beside it.
func (a *api) registerNeighbours() {
	on := func(pattern string, handle func(*call) (answer, error)) {
		a.mux.Handle(pattern, &endpoint{generation: gateway, handle: handle})
	}
	// The name servers a client writes into a subnet whose author names none.
	on("GET /v2/nameservers", func(c *call) (answer, error) {
		region := c.r.URL.Query().Get("region")
		if region == "" {
			region = c.Region
		}
		return c.ok(http.StatusOK, members{"nameservers": []members{{
			"type": "private", "region": region, "ns_records": []members{
				{"priority": 1, "address": "100.125.1.250"}, {"priority": 2, "address": "100.125.129.250"},
			},
		}}})
	})
	on("GET /v2.1/{project_id}/os-availability-zone", func(c *call) (answer, error) {
		zones := make([]members, 0, 3)
		for _, name := range []string{"a", "b", "c"} {
			zones = append(zones, members{
				"zoneName": c.Region + name, "zoneState": members{"available": true}, "hosts": nil,
			})
		}
		return c.ok(http.StatusOK, members{"availabilityZoneInfo": zones})
	})
	// Where a client looks up which of the cloud's web sites its account belongs to.
	on("GET /v2/products/service-types", func(c *call) (answer, error) {
		return c.ok(http.StatusOK, members{"total_count": 0, "service_types": []members{}})
	})
	a.registerEnterpriseProjects()
}
