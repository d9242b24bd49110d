package reach

import (
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// The evaluator is exact although it decides single packets: the asked addresses, ports and protocols are cut along
// every boundary that occurs in a rule, a route or a subnet on the way, so that all packets of one atom fare alike.

// cuts are the boundaries that matter to a question.
type cuts struct {
	sources, destinations []traffic.AddressSet
	ports, sourcePorts    []traffic.PortSet
	protocols             []traffic.Protocol
	// icmp are pairs of type and code that rules name.
	icmp [][2]int
}

// routes cuts along the subnets and routes of the VPCs a packet could pass.
func (c *cuts) routes(n *network.Network, vpcs []string) {
	for _, vpc := range vpcs {
		for _, s := range network.Referring[*network.Subnet](n, "vpc_id", vpc) {
			for _, p := range s.Prefixes() {
				c.both(traffic.FromPrefix(p))
			}
		}
		for _, r := range network.Referring[*network.Route](n, "vpc_id", vpc) {
			c.both(traffic.FromPrefix(r.Prefix()))
		}
	}
}

func (c *cuts) both(s traffic.AddressSet) {
	c.sources, c.destinations = append(c.sources, s), append(c.destinations, s)
}

func (c *cuts) matcher(m matcher) {
	if m.broken {
		return
	}
	c.ports = append(c.ports, m.ports)
	if m.protocol != traffic.AnyProtocol && !slices.Contains(c.protocols, m.protocol) {
		c.protocols = append(c.protocols, m.protocol)
	}
}

func (c *cuts) groups(rules []groupRule) {
	for _, r := range rules {
		if r.rule == nil {
			continue
		}
		c.matcher(r.matcher)
		c.both(r.peers)
		if r.rule.ICMPType != nil {
			code := 0
			if r.rule.ICMPCode != nil {
				code = *r.rule.ICMPCode
			}
			c.icmp = append(c.icmp, [2]int{*r.rule.ICMPType, code}, [2]int{*r.rule.ICMPType, (code + 1) % 256})
		}
	}
}

func (c *cuts) filter(f *filter) {
	if f == nil {
		return
	}
	for _, d := range []network.Direction{network.Ingress, network.Egress} {
		for _, r := range f.rules[d] {
			c.matcher(r.matcher)
			c.sources, c.destinations = append(c.sources, r.source), append(c.destinations, r.destination)
			c.sourcePorts = append(c.sourcePorts, r.sourcePorts)
		}
	}
}

func (c *cuts) guest(i *network.Instance) {
	if i == nil {
		return
	}
	for _, l := range i.Listeners {
		c.matcher(newMatcher(l.Protocol, l.Ports))
	}
	for _, r := range i.GuestFirewall {
		c.matcher(newMatcher(r.Protocol, r.Ports))
		if set, err := traffic.ParseAddressEntry(r.RemoteCIDR); err == nil {
			c.both(set)
		}
	}
}

// addressAtoms cuts a set of addresses into parts whose members all rules treat alike.
func addressAtoms(whole traffic.AddressSet, cuts []traffic.AddressSet) []traffic.AddressSet {
	atoms := []traffic.AddressSet{whole}
	for _, cut := range cuts {
		if !cut.Overlaps(whole) || whole.SubsetOf(cut) {
			continue
		}
		var next []traffic.AddressSet
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
		if !cut.Overlaps(whole) || whole.SubsetOf(cut) {
			continue
		}
		var next []traffic.PortSet
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

// protocolAtoms are the groups of protocols that fare alike: every one that something names, and the rest.
func protocolAtoms(asked traffic.Protocol, named []traffic.Protocol, f traffic.Family) [][]traffic.Protocol {
	if asked != traffic.AnyProtocol {
		return [][]traffic.Protocol{{asked}}
	}
	alone := append([]traffic.Protocol{traffic.TCP, traffic.UDP, traffic.ICMP, traffic.ICMPv6}, named...)
	var out [][]traffic.Protocol
	var rest []traffic.Protocol
	for p := range traffic.NewProtocolSet(traffic.AnyProtocol).All() {
		switch {
		case p == traffic.ICMP && f == traffic.IPv6 || p == traffic.ICMPv6 && f == traffic.IPv4:
		case slices.Contains(alone, p):
			out = append(out, []traffic.Protocol{p})
		default:
			rest = append(rest, p)
		}
	}
	return append(out, rest)
}
