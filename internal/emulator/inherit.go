package emulator

import "github.com/vpclab/terraform-provider-vpclab/internal/network"

// inherit carries over what the writer of an update does not write: the state of a peering connection, the marks of an
// object that came with another, and every attribute that is there for the cloud's own API only. Such an attribute is
// absent in what a Terraform configuration says, which means that it stays as it was.
func inherit(before, o network.Object) {
	if o.Base().EnterpriseProjectID == "" {
		o.Base().EnterpriseProjectID = before.Base().EnterpriseProjectID
	}
	switch o := o.(type) {
	case *network.Peering:
		o.Status = before.(*network.Peering).Status //nolint:forcetypeassert // before has o's kind.
	case *network.RouteTable:
		o.Default = before.(*network.RouteTable).Default //nolint:forcetypeassert // before has o's kind.
	case *network.SecurityGroupRule:
		old := before.(*network.SecurityGroupRule) //nolint:forcetypeassert // before has o's kind.
		o.Default = old.Default
	case *network.VPC:
		old := before.(*network.VPC) //nolint:forcetypeassert // before has o's kind.
		o.EnhancedLocalRoute = firstSet(o.EnhancedLocalRoute, old.EnhancedLocalRoute)
		o.BlockServiceEndpoints = firstSet(o.BlockServiceEndpoints, old.BlockServiceEndpoints)
		o.AddressUsageMetrics = firstSet(o.AddressUsageMetrics, old.AddressUsageMetrics)
	case *network.Subnet:
		old := before.(*network.Subnet) //nolint:forcetypeassert // before has o's kind.
		o.DHCPEnabled = firstSet(o.DHCPEnabled, old.DHCPEnabled)
		o.AddressUsageMetrics = firstSet(o.AddressUsageMetrics, old.AddressUsageMetrics)
		if o.DHCPOptions == nil {
			o.DHCPOptions = old.DHCPOptions
		}
	case *network.AddressGroup:
		old := before.(*network.AddressGroup) //nolint:forcetypeassert // before has o's kind.
		o.MaxCapacity = firstSet(o.MaxCapacity, old.MaxCapacity)
	case *network.Instance:
		old := before.(*network.Instance) //nolint:forcetypeassert // before has o's kind.
		o.Port = firstSet(o.Port, old.Port)
	}
	// The ids of the rules of a network ACL follow from what the rules say (NetworkACL.Normalize), so rules that stay
	// keep theirs.
}

func firstSet[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}
