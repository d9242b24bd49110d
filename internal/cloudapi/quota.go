package cloudapi

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// quotaName is what a limit is called in v1 and v3, and the kind that is counted against it in a project (Q-01, Q-02,
//
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

// limitOf is a limit as the API writes it: -1 is none.
func limitOf(limits emulator.Quota, name string) int {
	if n := limits[name]; n > 0 {
		return n
	}
	return -1
}
