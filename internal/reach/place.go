package reach

import (
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// place is an endpoint found in the network.
type place struct {
	label    string
	instance *network.Instance
	subnet   *network.Subnet
	vpc      string
	// addresses are the end's own; for an instance its one address.
	addresses traffic.AddressSet
	groups    []string
	// guarded says that the end has security groups to judge.
	guarded bool
	// outside is an end on the Internet.
	outside bool
}

// locate finds an endpoint. The finding says why there is none.
func locate(n *network.Network, e Endpoint, side Side, v6 bool) (place, *Finding) {
	lost := func(code, id string) *Finding {
		return &Finding{Code: code, Severity: Failure, Layer: LayerQuestion, Side: side, ID: id, Name: id}
	}
	switch {
	case e.Internet:
		family := traffic.IPv4
		if v6 {
			family = traffic.IPv6
		}
		return place{label: "the Internet", outside: true, addresses: publicAddresses(family)}, nil
	case e.InstanceID != "":
		i := network.Get[*network.Instance](n, e.InstanceID)
		if i == nil {
			return place{}, lost("endpoint_not_found", e.InstanceID)
		}
		return placeOf(n, i, v6, side)
	case e.SubnetID != "":
		s := network.Get[*network.Subnet](n, e.SubnetID)
		if s == nil {
			return place{}, lost("endpoint_not_found", e.SubnetID)
		}
		p := s.Prefix()
		if v6 {
			p = s.IPv6Prefix()
		}
		if !p.IsValid() {
			return place{}, lost("endpoint_no_address", s.Name)
		}
		return place{
			label: "subnet " + s.Name, subnet: s, vpc: s.VPCID, addresses: traffic.FromPrefix(p),
			groups: e.SecurityGroupIDs, guarded: len(e.SecurityGroupIDs) > 0,
		}, nil
	}
	return locateAddress(n, e, side, lost)
}

func placeOf(n *network.Network, i *network.Instance, v6 bool, side Side) (place, *Finding) {
	s := network.Get[*network.Subnet](n, i.SubnetID)
	if s == nil {
		return place{}, &Finding{
			Code: "endpoint_not_found", Severity: Failure, Layer: LayerQuestion, Side: side, ID: i.SubnetID, Name: i.SubnetID,
		}
	}
	a := i.Address()
	if v6 {
		a = i.IPv6()
	}
	if !a.IsValid() {
		return place{}, &Finding{
			Code: "endpoint_no_address", Severity: Failure, Layer: LayerQuestion, Side: side, ID: i.ID, Name: i.Name,
		}
	}
	return place{
		label: i.Name, instance: i, subnet: s, vpc: s.VPCID, addresses: traffic.FromAddr(a),
		groups: i.SecurityGroupIDs, guarded: true,
	}, nil
}

func locateAddress(
	n *network.Network, e Endpoint, side Side, lost func(code, id string) *Finding,
) (place, *Finding) {
	set, err := traffic.ParseAddressEntry(e.Address)
	if err != nil {
		return place{}, lost("endpoint_not_found", e.Address)
	}
	first := set.Prefixes()[0].Addr()
	var found []*network.Subnet
	for _, s := range network.All[*network.Subnet](n) {
		if e.VPCID != "" && s.VPCID != e.VPCID {
			continue
		}
		for _, p := range s.Prefixes() {
			if set.SubsetOf(traffic.FromPrefix(p)) {
				found = append(found, s)
			}
		}
	}
	switch {
	case len(found) > 1:
		return place{}, lost("endpoint_ambiguous", e.Address)
	case len(found) == 1:
		for _, i := range network.Referring[*network.Instance](n, "subnet_id", found[0].ID) {
			if set.Equal(traffic.FromAddr(first)) && (i.Address() == first || i.IPv6() == first) &&
				len(e.SecurityGroupIDs) == 0 {
				return placeOf(n, i, first.Is6(), side)
			}
		}
		return place{
			label: e.Address, subnet: found[0], vpc: found[0].VPCID, addresses: set,
			groups: e.SecurityGroupIDs, guarded: len(e.SecurityGroupIDs) > 0,
		}, nil
	case e.VPCID == "" && network.IsPublic(first):
		return place{label: e.Address, outside: true, addresses: set}, nil
	default:
		return place{}, lost("endpoint_not_found", e.Address)
	}
}

// publicAddresses is the Internet: every unicast address but the private ones.
func publicAddresses(f traffic.Family) traffic.AddressSet {
	if f == traffic.IPv6 {
		return traffic.FromPrefix(netip.MustParsePrefix("2000::/3"))
	}
	out := traffic.AnyAddress(traffic.IPv4)
	for _, p := range notInternet {
		out = out.Subtract(traffic.FromPrefix(p))
	}
	return out
}

var notInternet = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("224.0.0.0/3"),
}
