package reach

import (
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// The evaluator is exact although it decides single packets: the asked addresses, ports and protocols are cut along
// every boundary that occurs in a rule, a route or a subnet, so that all packets of one atom fare alike.

// cuts are the boundaries in a network.
type cuts struct {
	addresses    []traffic.AddressSet
	ports        []traffic.PortSet
	sourcePorts  []traffic.PortSet
	protocols    []traffic.Protocol
	seenAddress  map[string]bool
	seenProtocol map[traffic.Protocol]bool
}

func cutsOf(n *network.Network, from, to place) *cuts {
	c := &cuts{seenAddress: map[string]bool{}, seenProtocol: map[traffic.Protocol]bool{}}
	for _, p := range exemptDestinations {
		c.prefix(p)
	}
	c.prefix(netip.PrefixFrom(metadata, metadata.BitLen()))
	c.port([]string{"80"})
	c.port([]string{"25"})
	for _, protocol := range []string{"tcp", "udp", "icmp", "icmpv6"} {
		c.protocol(protocol)
	}
	for _, at := range []place{from, to} {
		for _, group := range at.groups {
			for _, r := range network.Referring[*network.SecurityGroupRule](n, "security_group_id", group) {
				c.rule(n, r)
			}
		}
		if at.subnet != nil {
			for _, a := range network.Referring[*network.NetworkACL](n, "subnet_ids", at.subnet.ID) {
				c.acl(n, a)
			}
		}
		if i := at.instance; i != nil {
			for _, l := range i.Listeners {
				c.port(l.Ports)
			}
			for _, r := range i.GuestFirewall {
				c.port(r.Ports)
				c.protocol(r.Protocol)
				c.cidr(r.RemoteCIDR)
			}
		}
	}
	for _, s := range network.All[*network.Subnet](n) {
		for _, p := range s.Prefixes() {
			c.prefix(p)
		}
	}
	for _, r := range network.All[*network.Route](n) {
		c.prefix(r.Prefix())
	}
	return c
}

func (c *cuts) rule(n *network.Network, r *network.SecurityGroupRule) {
	c.protocol(r.Protocol)
	c.port(r.Ports)
	c.cidr(r.RemoteIPPrefix)
	c.addressGroup(n, r.RemoteAddressGroupID)
	if r.RemoteGroupID != "" {
		for _, i := range network.Referring[*network.Instance](n, "security_group_ids", r.RemoteGroupID) {
			c.set(traffic.FromAddr(i.Address()))
			c.set(traffic.FromAddr(i.IPv6()))
		}
	}
}

func (c *cuts) acl(n *network.Network, a *network.NetworkACL) {
	for _, d := range []network.Direction{network.Ingress, network.Egress} {
		for _, r := range a.Rules(d) {
			c.protocol(r.Protocol)
			c.port(r.DestinationPorts)
			if len(r.SourcePorts) > 0 {
				if set, err := network.Ports(r.SourcePorts); err == nil {
					c.sourcePorts = append(c.sourcePorts, set)
				}
			}
			c.prefix(r.Source())
			c.prefix(r.Destination())
			c.addressGroup(n, r.SourceAddressGroupID)
			c.addressGroup(n, r.DestinationAddressGroupID)
		}
	}
}

func (c *cuts) addressGroup(n *network.Network, id string) {
	if g := network.Get[*network.AddressGroup](n, id); g != nil {
		c.set(g.Addresses())
	}
}

func (c *cuts) cidr(text string) {
	if p, err := netip.ParsePrefix(text); err == nil {
		c.prefix(p)
	}
}

func (c *cuts) prefix(p netip.Prefix) { c.set(traffic.FromPrefix(p)) }

func (c *cuts) set(s traffic.AddressSet) {
	if key := s.String(); !s.IsEmpty() && !c.seenAddress[key] {
		c.seenAddress[key] = true
		c.addresses = append(c.addresses, s)
	}
}

func (c *cuts) port(list []string) {
	if len(list) > 0 {
		if set, err := network.Ports(list); err == nil {
			c.ports = append(c.ports, set)
		}
	}
}

func (c *cuts) protocol(text string) {
	if p, err := traffic.ParseProtocol(text); err == nil && p != traffic.AnyProtocol && !c.seenProtocol[p] {
		c.seenProtocol[p] = true
		c.protocols = append(c.protocols, p)
	}
}

// addressAtoms cuts a set of addresses into parts whose members all rules treat alike.
func addressAtoms(whole traffic.AddressSet, cuts []traffic.AddressSet) []traffic.AddressSet {
	atoms := []traffic.AddressSet{whole}
	for _, cut := range cuts {
		if !cut.Overlaps(whole) {
			continue
		}
		next := make([]traffic.AddressSet, 0, len(atoms)+1)
		for _, a := range atoms {
			for _, part := range []traffic.AddressSet{a.Intersect(cut), a.Subtract(cut)} {
				if !part.IsEmpty() {
					next = append(next, part)
				}
			}
		}
		atoms = next
	}
	return atoms
}

func portAtoms(whole traffic.PortSet, cuts []traffic.PortSet) []traffic.PortSet {
	atoms := []traffic.PortSet{whole}
	for _, cut := range cuts {
		next := make([]traffic.PortSet, 0, len(atoms)+1)
		for _, a := range atoms {
			for _, part := range []traffic.PortSet{a.Intersect(cut), a.Subtract(cut)} {
				if !part.IsEmpty() {
					next = append(next, part)
				}
			}
		}
		atoms = next
	}
	return atoms
}

// protocolAtom is one protocol, or with other set all protocols no rule names.
type protocolAtom struct {
	protocol traffic.Protocol
	other    bool
}

// unnamed stands for the protocols no rule names; the number is reserved for experiments (RFC 3692).
const unnamed traffic.Protocol = 253

func protocolAtoms(asked traffic.Protocol, c *cuts, v6 bool) []protocolAtom {
	if asked != traffic.AnyProtocol {
		return []protocolAtom{{protocol: asked}}
	}
	out := []protocolAtom{}
	for _, p := range c.protocols {
		if p == traffic.ICMP && v6 || p == traffic.ICMPv6 && !v6 {
			continue
		}
		out = append(out, protocolAtom{protocol: p})
	}
	return append(out, protocolAtom{protocol: unnamed, other: true})
}
