package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var quotaRoutesV3 = routeGroup{
	generation: v3, kind: network.KindVPC, invalidCode: "VPC.1207",
	routes: []route{{"GET /v3/{project_id}/vpc/quotas", getQuotaV3}},
}

func getQuotaV3(c *requestContext) (response, error) {
	limits := c.cloud.Quota()
	quota := jsonObject{"address_group_contain_ipset": network.MaxAddressEntries}
	for _, name := range quotaNames {
		if name.v3 != "" {
			quota[name.v3] = limitOf(limits, name.limit)
		}
	}
	return respond(http.StatusOK, jsonObject{"quota": quota})
}
