package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// familyOf takes the address family of a question from what it names: an address, else the protocol, else what both
// ends have, IPv4 before IPv6. The finding says what does not fit together.
func familyOf(n *network.Network, q Question) (traffic.Family, *Finding) {
	bad := func(code, name string) *Finding {
		return &Finding{Code: code, Severity: Failure, Leg: Forward, Layer: LayerQuestion, Name: name}
	}
	family := q.Family
	for _, e := range []Endpoint{q.Source, q.Destination} {
		set, err := traffic.ParseAddressEntry(e.Address)
		first, ok := set.First()
		if e.Address == "" || e.Internet || e.InstanceID != "" || e.SubnetID != "" || err != nil || !ok {
			continue
		}
		f := traffic.FamilyOf(first)
		if family != 0 && family != f {
			return family, bad(CodeIPFamilyMismatch, q.Source.Address+" and "+q.Destination.Address)
		}
		family = f
	}
	fits := map[traffic.Protocol]traffic.Family{traffic.ICMP: traffic.IPv4, traffic.ICMPv6: traffic.IPv6}[q.Protocol]
	switch {
	case family == 0 && fits != 0:
		return fits, nil
	case family == 0:
		if !hasFamily(n, q.Source, traffic.IPv4) || !hasFamily(n, q.Destination, traffic.IPv4) {
			if hasFamily(n, q.Source, traffic.IPv6) && hasFamily(n, q.Destination, traffic.IPv6) {
				return traffic.IPv6, nil
			}
		}
		return traffic.IPv4, nil
	case fits != 0 && fits != family:
		return family, bad(CodeProtocolFamilyMismatch, q.Protocol.String())
	}
	return family, nil
}

// hasFamily says whether an instance or subnet has an address of the family; other ends have any.
func hasFamily(n *network.Network, e Endpoint, f traffic.Family) bool {
	if i := network.Get[*network.Instance](n, e.InstanceID); i != nil {
		return i.Address().IsValid() && f == traffic.IPv4 || i.IPv6().IsValid() && f == traffic.IPv6
	}
	if s := network.Get[*network.Subnet](n, e.SubnetID); s != nil {
		return block(s, f).IsValid()
	}
	return true
}
