package emulator

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// Quota holds how many objects there may be: by kind for a project, and for route tables and routes by what contains
// them. Zero means no limit.
type Quota map[string]int

// The limits that are counted inside something smaller than a project.
const (
	QuotaRouteTablesPerVPC = "route_table_per_vpc"
	QuotaRoutesPerTable    = "route_per_table"
)

// DefaultQuota are the limits a new account has, from the answers of the cloud's own quota call
// and its guide.
func DefaultQuota() Quota {
	return Quota{
		string(network.KindVPC):               150,
		string(network.KindSubnet):            400,
		string(network.KindSecurityGroup):     100,
		string(network.KindSecurityGroupRule): 5000,
		string(network.KindNetworkACL):        200,
		string(network.KindAddressGroup):      50,
		string(network.KindPeering):           50,
		QuotaRouteTablesPerVPC:                5,
		QuotaRoutesPerTable:                   200,
	}
}

// Names lists the limits there are.
func (q Quota) Names() []string {
	names := make([]string, 0, len(q))
	for name := range q {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// With returns the limits with some of them replaced, or an error that names a limit there is not.
func (q Quota) With(changes map[string]int) (Quota, error) {
	out := maps.Clone(q)
	for name, limit := range changes {
		if _, known := q[name]; !known {
			return nil, fmt.Errorf("there is no quota named %q; the quotas are %s", name, strings.Join(q.Names(), ", "))
		}
		if limit < 0 {
			return nil, fmt.Errorf("quota %q is %d; it must be 0 (no limit) or more", name, limit)
		}
		out[name] = limit
	}
	return out, nil
}

// quotaCodes are the cloud's codes for a full quota (ERR-17, ERR-20).
var quotaCodes = map[network.Kind]string{
	network.KindVPC:               "VPC.0114",
	network.KindSecurityGroup:     "VPC.9905",
	network.KindSecurityGroupRule: "VPC.9905",
	network.KindNetworkACL:        "VPC.9905",
	network.KindAddressGroup:      "VPC.9905",
}

// checkQuota refuses an object that would be one too many in its project.
func (q Quota) checkQuota(ctx context.Context, n neighbourhood, o network.Object) (network.Problems, error) {
	limit := q[string(o.Kind())]
	if limit == 0 {
		return nil, nil
	}
	count, err := n.count(ctx, o.Kind(), o.Base().Project)
	if err != nil || count < limit {
		return nil, err
	}
	return network.Problems{full(quotaCodes[o.Kind()],
		"There are %d objects of kind %s in project %s, and the quota allows %d.", count, o.Kind(), o.Base().Project, limit).
		Advising("Remove one, or raise the quota %q in the provider's \"quotas\".", o.Kind())}, nil
}

// Quota returns the limits of this cloud.
func (c *Cloud) Quota() Quota { return maps.Clone(c.quota) }
