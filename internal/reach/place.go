package reach

import (
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// place is an end of a question found in the network.
type place struct {
	label     string
	kind      network.Kind
	id        string
	instance  *instanceNode
	vpc       string
	addresses traffic.AddressSet
	// parts divide the addresses by subnet; none for an end outside of every VPC.
	parts []part
	// groups are the security groups of this end, each once. guarded says that they are to be judged.
	groups  []string
	guarded bool
	// outside is an end in no VPC: on the Internet, or one of the cloud's own services, which system routes lead to, or a
	// private address that is somewhere else.
	outside, service, foreign bool
}

// part is the addresses of a place in one subnet.
type part struct {
	subnet    *subnetNode
	addresses traffic.AddressSet
}

func (i *instanceNode) place(a netip.Addr) place {
	set := traffic.FromAddr(a)
	groups := i.SecurityGroupIDs
	for k, g := range groups {
		if slices.Index(groups, g) < k {
			groups = unique(groups)
			break
		}
	}
	return place{
		label: i.label, kind: network.KindInstance, id: i.ID, instance: i, vpc: i.subnet.VPCID, addresses: set,
		parts: []part{{i.subnet, set}}, groups: groups, guarded: true,
	}
}

func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// locator finds the ends of a question in one family.
type locator struct {
	w      *World
	family traffic.Family
	// fromOutside says that the other end is on the Internet, so that a public address means the instance behind it.
	fromOutside bool
}

func lost(code string, side Side, kind network.Kind, id, name string) *Finding {
	return &Finding{
		Code: code, Severity: Failure, Leg: Forward, Layer: LayerQuestion, Side: side, Kind: kind, ID: id, Name: name,
	}
}

func (l *locator) locate(e *Endpoint, side Side) (*place, *Finding) {
	switch {
	case e.Internet:
		return &place{label: internetName, outside: true, addresses: l.w.internet[index(l.family)]}, nil
	case e.InstanceID != "":
		i := l.w.instanceOf.get(e.InstanceID)
		if i == nil {
			return &place{label: e.InstanceID}, lost(CodeEndpointNotFound, side, network.KindInstance, e.InstanceID, e.InstanceID)
		}
		return l.instance(i, side)
	case e.SubnetID != "":
		s := l.w.subnetOf[e.SubnetID]
		if s == nil {
			return &place{label: e.SubnetID}, lost(CodeEndpointNotFound, side, network.KindSubnet, e.SubnetID, e.SubnetID)
		}
		set := s.sets[index(l.family)]
		if set.IsEmpty() {
			return &place{label: s.label}, lost(CodeEndpointNoAddress, side, network.KindSubnet, s.ID, s.label)
		}
		return &place{
			label: "subnet " + s.label, kind: network.KindSubnet, id: s.ID, vpc: s.VPCID, addresses: set,
			parts: []part{{s, set}}, groups: unique(e.SecurityGroupIDs), guarded: len(e.SecurityGroupIDs) > 0,
		}, nil
	}
	return l.address(e, side)
}

func (l *locator) instance(i *instanceNode, side Side) (*place, *Finding) {
	if i.subnet == nil {
		return &place{label: i.label}, lost(CodeEndpointNotFound, side, network.KindSubnet, i.SubnetID, i.SubnetID)
	}
	p := &i.places[index(l.family)]
	if p.instance == nil {
		return &place{label: i.label}, lost(CodeEndpointNoAddress, side, network.KindInstance, i.ID, i.label)
	}
	if a := i.addresses[index(l.family)]; !i.subnet.block(l.family).Contains(a) {
		return p, lost(CodeAddressOutsideSubnet, side, network.KindInstance, i.ID, i.label)
	}
	return p, nil
}

func (l *locator) address(e *Endpoint, side Side) (*place, *Finding) {
	set, err := traffic.ParseAddressEntry(e.Address)
	set = set.Only(l.family)
	first, ok := set.First()
	if err != nil || !ok {
		return &place{label: e.Address}, lost(CodeEndpointNotFound, side, "", e.Address, e.Address)
	}
	_, one := theOnly(set)
	p := &place{label: e.Address, groups: unique(e.SecurityGroupIDs), guarded: len(e.SecurityGroupIDs) > 0}
	for _, s := range l.subnets(first, one) {
		inside := set.Intersect(s.sets[index(l.family)])
		if e.VPCID != "" && s.VPCID != e.VPCID || inside.IsEmpty() {
			continue
		}
		if p.vpc != "" && p.vpc != s.VPCID {
			return &place{label: e.Address}, lost(CodeEndpointAmbiguous, side, "", e.Address, e.Address)
		}
		p.vpc, p.kind, p.id = s.VPCID, network.KindSubnet, s.ID
		p.parts, p.addresses = append(p.parts, part{s, inside}), p.addresses.Union(inside)
	}
	switch {
	case len(p.parts) > 0:
		if one && !p.guarded {
			if i := l.holder(p.parts[0].subnet, first); i != nil {
				return l.instance(i, side)
			}
		}
		return p, nil
	case e.VPCID != "":
		return p, lost(CodeEndpointNotFound, side, "", e.Address, e.Address)
	case set.SubsetOf(serviceAddresses):
		p.outside, p.service, p.addresses, p.guarded = true, true, set, false
		return p, nil
	case first.IsLoopback() || first.IsMulticast() || first.IsLinkLocalUnicast() || first.IsUnspecified():
		return p, lost(CodeAddressNotRoutable, side, "", e.Address, e.Address)
	case network.IsPublic(first) && l.fromOutside && one:
		for i := range l.w.instances {
			if i.public == first {
				return l.instance(i, side)
			}
		}
	}
	p.outside, p.foreign, p.addresses, p.guarded = true, !network.IsPublic(first), set, false
	return p, nil
}

// subnets are the subnets a set could lie in. For one address the VPCs' own tables tell; the order is that of the ids.
func (l *locator) subnets(first netip.Addr, one bool) []*subnetNode {
	if !one {
		return l.w.subnets
	}
	var out []*subnetNode
	for _, v := range l.w.vpcs {
		if s, ok := v.local.Lookup(first); ok {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b *subnetNode) int { return compareText(a.ID, b.ID) })
	return out
}

// holder is the instance with an address of a subnet, or nil.
func (l *locator) holder(s *subnetNode, a netip.Addr) *instanceNode {
	return l.w.instanceOf.get(l.w.holders[holderKey{s.ID, a}])
}

// serviceAddresses are the cloud's own services, which the system routes of every table lead to.
var serviceAddresses = traffic.NewAddressSet(
	netip.MustParsePrefix("169.254.169.254/32"), netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("198.19.128.0/20"),
)

// PublicAddresses is the Internet: every unicast address but the private ones.
func PublicAddresses(f traffic.Family) traffic.AddressSet {
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

// theOnly is the address of a set of one; ok is false for other sets.
func theOnly(s traffic.AddressSet) (a netip.Addr, ok bool) {
	a, ok = s.First()
	return a, ok && s.Equal(traffic.FromAddr(a))
}
