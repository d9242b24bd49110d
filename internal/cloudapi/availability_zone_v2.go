package cloudapi

import "net/http"

// availabilityZoneRoutesV2 are the compute service's.
var availabilityZoneRoutesV2 = routeGroup{
	generation: gateway,
	routes:     []route{{"GET /v2.1/{project_id}/os-availability-zone", listAvailabilityZones}},
}

func listAvailabilityZones(c *requestContext) (response, error) {
	zones := make([]jsonObject, 0, 3)
	for _, name := range []string{"a", "b", "c"} {
		zones = append(zones, jsonObject{
			"zoneName": c.Region + name, "zoneState": jsonObject{"available": true}, "hosts": nil,
		})
	}
	return respond(http.StatusOK, jsonObject{"availabilityZoneInfo": zones})
}
