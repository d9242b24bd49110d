package reach

import (
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// place is an endpoint found in the network.
type place struct {
	label     string
	kind      network.Kind
	id        string
	instance  *network.Instance
	subnets   []*network.Subnet
	vpc       string
	addresses traffic.AddressSet
	groups    []string
	// guarded says that the end has security groups to judge.
	guarded bool
	// outside is an end on the Internet, service one among the cloud's own services, which system routes lead to.
	outside, service bool
}

// subnetOf is the subnet of the place that an address lies in, or nil.
func (p *place) subnetOf(a netip.Addr) *network.Subnet {
	for _, s := range p.subnets {
		if subnetContains(s, a) {
			return s
		}
	}
	return nil
}

func subnetContains(s *network.Subnet, a netip.Addr) bool {
	return s.Prefix().Contains(a) || s.IPv6Prefix().Contains(a)
}

// block is the subnet's block of a family, not valid where it has none.
func block(s *network.Subnet, f traffic.Family) netip.Prefix {
	if f == traffic.IPv6 {
		return s.IPv6Prefix()
	}
	return s.Prefix()
}

// locator finds endpoints in one family.
type locator struct {
	n      *network.Network
	family traffic.Family
	// fromOutside says that the other end is on the Internet, so that a public address means the instance behind it.
	fromOutside bool
}

func (l locator) locate(e Endpoint, side Side) (place, *Finding) {
	lost := func(code string, kind network.Kind, id, name string) (place, *Finding) {
		return place{label: name}, &Finding{
			Code: code, Severity: Failure, Leg: Forward, Layer: LayerQuestion, Side: side, Kind: kind, ID: id, Name: name,
		}
	}
	switch {
	case e.Internet:
		return place{label: "the Internet", outside: true, addresses: publicAddresses(l.family)}, nil
	case e.InstanceID != "":
		i := network.Get[*network.Instance](l.n, e.InstanceID)
		if i == nil {
			return lost(CodeEndpointNotFound, network.KindInstance, e.InstanceID, e.InstanceID)
		}
		return l.instance(i, lost)
	case e.SubnetID != "":
		s := network.Get[*network.Subnet](l.n, e.SubnetID)
		if s == nil {
			return lost(CodeEndpointNotFound, network.KindSubnet, e.SubnetID, e.SubnetID)
		}
		p := block(s, l.family)
		if !p.IsValid() {
			return lost(CodeEndpointNoAddress, network.KindSubnet, s.ID, s.Name)
		}
		return place{
			label: "subnet " + s.Name, kind: network.KindSubnet, id: s.ID, subnets: []*network.Subnet{s}, vpc: s.VPCID,
			addresses: traffic.FromPrefix(p), groups: e.SecurityGroupIDs, guarded: len(e.SecurityGroupIDs) > 0,
		}, nil
	}
	return l.address(e, lost)
}

type lostFunc func(code string, kind network.Kind, id, name string) (place, *Finding)

func (l locator) instance(i *network.Instance, lost lostFunc) (place, *Finding) {
	s := network.Get[*network.Subnet](l.n, i.SubnetID)
	if s == nil {
		return lost(CodeEndpointNotFound, network.KindSubnet, i.SubnetID, i.SubnetID)
	}
	a := i.Address()
	if l.family == traffic.IPv6 {
		a = i.IPv6()
	}
	if !a.IsValid() {
		return lost(CodeEndpointNoAddress, network.KindInstance, i.ID, i.Name)
	}
	return place{
		label: i.Name, kind: network.KindInstance, id: i.ID, instance: i, subnets: []*network.Subnet{s}, vpc: s.VPCID,
		addresses: traffic.FromAddr(a), groups: i.SecurityGroupIDs, guarded: true,
	}, nil
}

func (l locator) address(e Endpoint, lost lostFunc) (place, *Finding) {
	set, err := traffic.ParseAddressEntry(e.Address)
	first, ok := set.First()
	if err != nil || !ok {
		return lost(CodeEndpointNotFound, "", e.Address, e.Address)
	}
	single := set.Equal(traffic.FromAddr(first))
	var inside traffic.AddressSet
	p := place{label: e.Address, groups: e.SecurityGroupIDs, guarded: len(e.SecurityGroupIDs) > 0}
	for _, s := range network.All[*network.Subnet](l.n) {
		part := set.Intersect(traffic.FromPrefix(block(s, l.family)))
		if e.VPCID != "" && s.VPCID != e.VPCID || part.IsEmpty() {
			continue
		}
		if p.vpc != "" && p.vpc != s.VPCID {
			return lost(CodeEndpointAmbiguous, "", e.Address, e.Address)
		}
		p.vpc, p.subnets, inside = s.VPCID, append(p.subnets, s), inside.Union(part)
		p.kind, p.id = network.KindSubnet, s.ID
	}
	switch {
	case len(p.subnets) > 0:
		if single && !p.guarded {
			for _, i := range network.Referring[*network.Instance](l.n, "subnet_id", p.subnets[0].ID) {
				if i.Address() == first || i.IPv6() == first {
					return l.instance(i, lost)
				}
			}
		}
		p.addresses = inside
		return p, nil
	case e.VPCID != "":
		return lost(CodeEndpointNotFound, "", e.Address, e.Address)
	case set.SubsetOf(serviceAddresses):
		return place{label: e.Address, outside: true, service: true, addresses: set}, nil
	case network.IsPublic(first):
		if l.fromOutside && single {
			for _, i := range network.All[*network.Instance](l.n) {
				if i.Public() == first {
					return l.instance(i, lost)
				}
			}
		}
		return place{label: e.Address, outside: true, addresses: set}, nil
	case first.IsLoopback() || first.IsMulticast() || first.IsLinkLocalUnicast() || first.IsUnspecified():
		return lost(CodeAddressNotRoutable, "", e.Address, e.Address)
	default:
		return lost(CodeEndpointNotFound, "", e.Address, e.Address)
	}
}

// serviceAddresses are the cloud's own services, which the system routes of every table lead to.
var serviceAddresses = traffic.NewAddressSet(
	netip.MustParsePrefix("169.254.169.254/32"), netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("198.19.128.0/20"),
)

// publicAddresses is the Internet: every unicast address but the private ones.
func publicAddresses(f traffic.Family) traffic.AddressSet {
	if f == traffic.IPv6 {
		return traffic.FromPrefix(netip.MustParsePrefix("2000::/3"))
	}
	return traffic.AnyAddress(traffic.IPv4).Subtract(notInternet)
}

var notInternet = traffic.NewAddressSet(
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("224.0.0.0/3"),
)
