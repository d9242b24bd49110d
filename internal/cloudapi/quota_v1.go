package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var quotaRoutesV1 = routeGroup{
	generation: v1, kind: network.KindVPC, invalidCode: "VPC.1207",
	routes: []route{{"GET /v1/{project_id}/quotas", listQuotasV1}},
}

type quotaV1 struct {
	Type  string `json:"type"`
	Used  int    `json:"used"`
	Quota int    `json:"quota"`
	Min   int    `json:"min"`
}

func listQuotasV1(c *requestContext) (response, error) {
	wanted := c.r.URL.Query().Get("type")
	limits := c.cloud.Quota()
	resources := []quotaV1{}
	for _, name := range quotaNames {
		if wanted != "" && wanted != name.v1 {
			continue
		}
		q := quotaV1{Type: name.v1, Quota: limitOf(limits, name.limit)}
		if name.counted != "" {
			var err error
			if q.Used, err = c.cloud.Count(c.r.Context(), name.counted, c.ownFilter()); err != nil {
				return response{}, err
			}
		}
		resources = append(resources, q)
	}
	return respond(http.StatusOK, jsonObject{"quotas": jsonObject{"resources": resources}})
}
