package cloudapi

import "net/http"

// availabilityZoneRoutesV2 are the compute service's.
var availabilityZoneRoutesV2 = routeGroup{
	generation: gateway,
	routes:     []route{{"GET /v2.1/{project_id}/os-availability-zone", listAvailabilityZones}},
}

func listAvailabilityZones(c *call) (answer, error) {
	zones := make([]members, 0, 3)
	for _, name := range []string{"a", "b", "c"} {
		zones = append(zones, members{
			"zoneName": c.Region + name, "zoneState": members{"available": true}, "hosts": nil,
		})
	}
	return c.ok(http.StatusOK, members{"availabilityZoneInfo": zones})
}
