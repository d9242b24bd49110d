package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// healthRoutes are what a supervisor asks: whether the API answers and its store can be read.
var healthRoutes = routeGroup{
	generation: gateway, open: true,
	routes: []route{{"GET /healthz", getHealth}},
}

func getHealth(c *requestContext) (response, error) {
	if _, err := c.cloud.Count(c.r.Context(), network.KindVPC, emulator.Filter{}); err != nil {
		return response{}, &apiError{http.StatusServiceUnavailable, codeInternal, err.Error()}
	}
	return respond(http.StatusOK, jsonObject{"status": "ok"})
}
