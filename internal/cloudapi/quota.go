package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// quotaName is what a limit is called in v1 and v3, and the kind that is counted against it in a project.
type quotaName struct {
	limit, v1, v3 string
	counted       network.Kind
}

var quotaNames = []quotaName{
	{string(network.KindVPC), "vpc", "vpc", network.KindVPC},
	{string(network.KindSubnet), "subnet", "virsubnet", network.KindSubnet},
	{string(network.KindSecurityGroup), "securityGroup", "security_group", network.KindSecurityGroup},
	{string(network.KindSecurityGroupRule), "securityGroupRule", "security_group_rule", network.KindSecurityGroupRule},
	{string(network.KindPeering), "vpcPeer", "peering", network.KindPeering},
	{string(network.KindNetworkACL), "firewall", "", network.KindNetworkACL},
	{string(network.KindAddressGroup), "addressGroup", "address_group", network.KindAddressGroup},
	{emulator.QuotaRouteTablesPerVPC, "vpcContainRoutetable", "", ""},
	{emulator.QuotaRoutesPerTable, "routetableContainRoutes", "", ""},
}

type quotaV1 struct {
	Type  string `json:"type"`
	Used  int    `json:"used"`
	Quota int    `json:"quota"`
	Min   int    `json:"min"`
}

func (a *api) registerQuotas() {
	a.group(v1, network.KindVPC, "VPC.1207").on("GET /v1/{project_id}/quotas", listQuotasV1)
	a.group(v3, network.KindVPC, "VPC.1207").on("GET /v3/{project_id}/vpc/quotas", func(c *call) (answer, error) {
		limits := c.cloud.Quota()
		quota := members{"address_group_contain_ipset": network.MaxAddressEntries}
		for _, name := range quotaNames {
			if name.v3 != "" {
				quota[name.v3] = limitOf(limits, name.limit)
			}
		}
		return c.ok(http.StatusOK, members{"quota": quota})
	})
}

// limitOf is a limit as the API writes it: -1 is none.
func limitOf(limits emulator.Quota, name string) int {
	if n := limits[name]; n > 0 {
		return n
	}
	return -1
}

func listQuotasV1(c *call) (answer, error) {
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
			if q.Used, err = c.cloud.Count(c.r.Context(), name.counted, c.own()); err != nil {
				return answer{}, err
			}
		}
		resources = append(resources, q)
	}
	return c.ok(http.StatusOK, members{"quotas": members{"resources": resources}})
}
