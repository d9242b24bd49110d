package reach

import (
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// resolvedEndpoint is an end of a question found in the network.
type resolvedEndpoint struct {
	label     string
	kind      network.Kind
	id        string
	instance  *instanceNode
	vpc       string
	addresses traffic.AddressSet
	// bySubnet divides the addresses by subnet, those of a block by who has them too; empty for an end outside of every VPC.
	bySubnet []endpointSubnet
	// groups are the security groups of this end, each once. filtered reports whether they are known and evaluated; an
	// instance without groups is filtered too, and lets nothing through.
	groups   []string
	filtered bool
	// unowned is set for an address of a subnet that no instance has and for which the question names no groups.
	unowned bool
	// anyAddress is set for an instance whose address is not known yet: it will have one of the addresses, or, if mayLackAddress
	// is set, none.
	anyAddress, mayLackAddress bool
	// behind is the instance whose public address this end is, for packets of another instance.
	behind *resolvedEndpoint
	// external is set for an end in no VPC: on the Internet, or one of the cloud's own services, which system routes lead to
	// (RT-02, RT-03), or a private address that is in no VPC of the network.
	external, cloudService, privateElsewhere bool
}

// endpointSubnet is the addresses of an endpoint in one subnet. block is the same with the addresses that are kept back
// (NET-11), which are no part of a question but may be part of a rule.
type endpointSubnet struct {
	subnet           *subnetNode
	addresses, block traffic.AddressSet
	// owner is who has the addresses, where that is not the endpoint as a whole.
	owner *resolvedEndpoint
}

// internet reports whether an end is on the Internet.
func (e *resolvedEndpoint) internet() bool {
	return e.external && !e.cloudService && !e.privateElsewhere
}

func (i *instanceNode) endpoint(set traffic.AddressSet) resolvedEndpoint {
	groups := i.SecurityGroupIDs
	for k, g := range groups {
		if slices.Index(groups, g) < k {
			groups = unique(groups)
			break
		}
	}
	return resolvedEndpoint{
		label: i.label, kind: network.KindInstance, id: i.ID, instance: i, vpc: i.subnet.VPCID, addresses: set,
		bySubnet: []endpointSubnet{{subnet: i.subnet, addresses: set, block: set}}, groups: groups, filtered: true,
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

// endpointResolver finds the ends of a question in one family.
type endpointResolver struct {
	model  *Model
	family traffic.Family
}

func unresolved(code string, side Side, kind network.Kind, id, name string) *Finding {
	return &Finding{
		Code: code, Severity: Failure, Leg: Forward, Layer: LayerQuestion, Side: side, Kind: kind, ID: id, Name: name,
	}
}

func (r *endpointResolver) resolve(e *Endpoint, side Side) (*resolvedEndpoint, *Finding) {
	switch {
	case e.Internet:
		return &resolvedEndpoint{label: internetName, external: true, addresses: r.model.internet[index(r.family)]}, nil
	case e.InstanceID != "":
		i := r.model.instanceByID.get(e.InstanceID)
		if i == nil {
			return &resolvedEndpoint{label: e.InstanceID},
				unresolved(CodeEndpointNotFound, side, network.KindInstance, e.InstanceID, e.InstanceID)
		}
		return r.instance(i, side)
	case e.SubnetID != "":
		s := r.model.subnetByID[e.SubnetID]
		if s == nil {
			return &resolvedEndpoint{label: e.SubnetID},
				unresolved(CodeEndpointNotFound, side, network.KindSubnet, e.SubnetID, e.SubnetID)
		}
		set := s.assignable(r.family)
		if set.IsEmpty() {
			return &resolvedEndpoint{label: s.label}, unresolved(CodeEndpointNoAddress, side, network.KindSubnet, s.ID, s.label)
		}
		return &resolvedEndpoint{
			label: "subnet " + s.label, kind: network.KindSubnet, id: s.ID, vpc: s.VPCID, addresses: set,
			bySubnet: []endpointSubnet{{subnet: s, addresses: set, block: s.sets[index(r.family)]}}, groups: unique(e.SecurityGroupIDs),
			filtered: len(e.SecurityGroupIDs) > 0,
		}, nil
	}
	return r.address(e, side)
}

// assignable are the addresses that an instance in a subnet could have: all but those that are kept back (NET-11).
func (s *subnetNode) assignable(f traffic.Family) traffic.AddressSet {
	out := s.sets[index(f)]
	for a := range s.ReservedAddresses() {
		out = out.Subtract(traffic.FromAddr(a))
	}
	return out
}

func (r *endpointResolver) instance(i *instanceNode, side Side) (*resolvedEndpoint, *Finding) {
	if i.subnet == nil {
		return &resolvedEndpoint{label: i.label}, unresolved(CodeEndpointNotFound, side, network.KindSubnet, i.SubnetID, i.SubnetID)
	}
	p := &i.endpoints[index(r.family)]
	if p.instance == nil {
		return &resolvedEndpoint{label: i.label}, unresolved(CodeEndpointNoAddress, side, network.KindInstance, i.ID, i.label)
	}
	if a := i.addresses[index(r.family)]; !p.anyAddress && !i.subnet.block(r.family).Contains(a) {
		return p, unresolved(CodeAddressOutsideSubnet, side, network.KindInstance, i.ID, i.label)
	}
	return p, nil
}

func (r *endpointResolver) address(e *Endpoint, side Side) (*resolvedEndpoint, *Finding) {
	set, err := traffic.ParseAddressEntry(e.Address)
	set = set.Only(r.family)
	first, ok := set.First()
	if err != nil || !ok {
		wrong := unresolved(CodeEndpointNotFound, side, "", e.Address, e.Address)
		if err != nil && e.Address != "" {
			wrong.Reason = err.Error()
		}
		return &resolvedEndpoint{label: e.Address}, wrong
	}
	_, one := onlyAddress(set)
	p := &resolvedEndpoint{label: e.Address, groups: unique(e.SecurityGroupIDs), filtered: len(e.SecurityGroupIDs) > 0}
	for _, s := range r.subnets(first, one) {
		inside := set.Intersect(s.sets[index(r.family)])
		if e.VPCID != "" && s.VPCID != e.VPCID || inside.IsEmpty() {
			continue
		}
		if p.vpc != "" && p.vpc != s.VPCID {
			return &resolvedEndpoint{label: e.Address}, unresolved(CodeEndpointAmbiguous, side, "", e.Address, e.Address)
		}
		p.vpc, p.kind, p.id = s.VPCID, network.KindSubnet, s.ID
		part := endpointSubnet{subnet: s, addresses: inside, block: inside}
		if could := inside.Intersect(s.assignable(r.family)); !one && !could.IsEmpty() {
			part.addresses = could
		}
		p.addresses = p.addresses.Union(part.addresses)
		if one || p.filtered {
			p.bySubnet = append(p.bySubnet, part)
		} else {
			p.bySubnet = append(p.bySubnet, r.byOwner(&part, e.Address)...)
		}
	}
	switch {
	case len(p.bySubnet) > 0:
		if one && !p.filtered {
			if i := r.holder(p.bySubnet[0].subnet, first); i != nil {
				return r.instance(i, side)
			}
			p.unowned = true
		}
		return p, nil
	case e.VPCID != "":
		return p, unresolved(CodeEndpointNotFound, side, "", e.Address, e.Address)
	case set.SubsetOf(serviceAddresses):
		p.external, p.cloudService, p.addresses, p.filtered = true, true, set, false
		return p, nil
	case first.IsLoopback() || first.IsMulticast() || first.IsLinkLocalUnicast() || first.IsUnspecified():
		return p, unresolved(CodeAddressNotRoutable, side, "", e.Address, e.Address)
	}
	p.external, p.privateElsewhere, p.addresses, p.filtered = true, !network.IsPublic(first), set, false
	return p, nil
}

// mayHold reports whether a subnet holds an instance whose address is not known yet.
func (m *Model) mayHold(s *subnetNode, f traffic.Family) bool {
	if m.uncertain == nil {
		return false
	}
	for id := range m.uncertain.instances {
		if i := m.instanceByID.get(id); i != nil && i.subnet == s && i.endpoints[index(f)].anyAddress {
			return true
		}
	}
	return false
}

// byOwner divides a block of a subnet by who has its addresses: instances, those together that every stage treats alike, and
// nobody. What nobody has of a whole subnet stands for any server there; of a part of one, it is not known who answers (NET-23).
func (r *endpointResolver) byOwner(part *endpointSubnet, label string) []endpointSubnet {
	type likeness struct {
		groups string
		guest  *guestFirewall
		public netip.Addr
	}
	owners := map[likeness]int{}
	var out []endpointSubnet
	rest := *part
	for i := range r.model.instances {
		a := i.addresses[index(r.family)]
		if i.subnet != part.subnet || !part.addresses.Contains(a) {
			continue
		}
		set := traffic.FromAddr(a)
		rest.addresses, rest.block = rest.addresses.Subtract(set), rest.block.Subtract(set)
		k := likeness{i.groupsKey(), i.guest, i.public}
		n, ok := owners[k]
		if !ok {
			owners[k] = len(out)
			out = append(out, endpointSubnet{
				subnet: part.subnet, addresses: set, block: set, owner: &i.endpoints[index(r.family)],
			})
			continue
		}
		all := out[n].addresses.Union(set)
		several := *out[n].owner
		several.label, several.kind, several.id, several.instance = label, network.KindSubnet, part.subnet.ID, nil
		several.addresses, several.bySubnet = all, []endpointSubnet{{subnet: part.subnet, addresses: all, block: all}}
		out[n].addresses, out[n].block, out[n].owner = all, all, &several
	}
	if rest.addresses.IsEmpty() {
		return out
	}
	if whole := part.subnet.sets[index(r.family)]; !whole.SubsetOf(part.block) || r.model.mayHold(part.subnet, r.family) {
		rest.owner = &resolvedEndpoint{
			label: label, kind: network.KindSubnet, id: part.subnet.ID, vpc: part.subnet.VPCID, addresses: rest.addresses, unowned: true,
		}
		rest.owner.bySubnet = []endpointSubnet{{subnet: rest.subnet, addresses: rest.addresses, block: rest.block}}
	}
	return append(out, rest)
}

// subnets are the subnets a set could lie in, in the order of their ids. For one address the local routes of the VPCs are
// asked, which is cheaper than asking every subnet.
func (r *endpointResolver) subnets(first netip.Addr, one bool) []*subnetNode {
	if !one {
		return r.model.subnets
	}
	var out []*subnetNode
	for _, v := range r.model.vpcs {
		if s, ok := v.local.Lookup(first); ok {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b *subnetNode) int { return compareText(a.ID, b.ID) })
	return out
}

// holder is the instance that has an address of a subnet, or nil.
func (r *endpointResolver) holder(s *subnetNode, a netip.Addr) *instanceNode {
	return r.model.instanceByID.get(r.model.instanceByAddress[subnetAddress{s.ID, a}])
}

// serviceAddresses are the cloud's own services. The system routes of every table lead to them (RT-02); the metadata service
// needs no route (RT-03).
var (
	serviceBlocks = []netip.Prefix{
		netip.MustParsePrefix("169.254.169.254/32"), netip.MustParsePrefix("100.64.0.0/10"),
		netip.MustParsePrefix("198.19.128.0/20"),
	}
	serviceAddresses = traffic.NewAddressSet(serviceBlocks...)
)

// PublicAddresses is the Internet in a family: every unicast address but the private ones (INET-06).
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

// onlyAddress is the address of a set of one; ok is false for other sets.
func onlyAddress(s traffic.AddressSet) (a netip.Addr, ok bool) {
	a, ok = s.First()
	return a, ok && s.Equal(traffic.FromAddr(a))
}

// subnets is bySubnet or, for an end outside of every VPC, one entry with all its addresses and a nil subnet.
func (e *resolvedEndpoint) subnets() []endpointSubnet {
	if len(e.bySubnet) > 0 {
		return e.bySubnet
	}
	return []endpointSubnet{{addresses: e.addresses, block: e.addresses}}
}
