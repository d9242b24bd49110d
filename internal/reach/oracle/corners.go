package oracle

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Corners are the values at which some rule, route, subnet or list of a network begins or ends, and the values right before
// and behind them: between two of them nothing changes.
type Corners struct {
	Addresses []netip.Addr
	Ports     []uint16
	Bytes     []uint8 // ICMP types and codes
	Protocols []traffic.Protocol
}

// CornersOf collects the corners of a network.
func CornersOf(n *network.Network) *Corners {
	c := &Corners{
		Ports: []uint16{0, 1, 1023, 1024, 65535}, Bytes: []uint8{0, 8, 128, 255},
		Protocols: []traffic.Protocol{0, 1, 6, 17, 47, 58, 255},
	}
	for _, special := range []string{
		"100.64.0.0/10", "100.125.0.0/16", "198.19.128.0/20", "169.254.169.254/32", "2000::/3", "203.0.113.200/32",
		"192.168.7.0/24", "100.125.1.0/24", "203.0.113.0/24",
	} {
		c.block(special)
	}
	for _, s := range network.All[*network.Subnet](n) {
		c.block(s.CIDR)
		c.block(s.IPv6CIDR)
	}
	for _, i := range network.All[*network.Instance](n) {
		c.block(i.IPAddress)
		c.block(i.IPv6Address)
		c.block(i.PublicIP)
		for _, l := range i.Listeners {
			c.ports(l.Ports)
		}
		for _, r := range i.GuestFirewall {
			c.ports(r.Ports)
			c.block(r.RemoteCIDR)
		}
	}
	for _, r := range network.All[*network.SecurityGroupRule](n) {
		c.ports(r.Ports)
		c.block(r.RemoteIPPrefix)
		for _, b := range []*int{r.ICMPType, r.ICMPCode} {
			if b != nil {
				c.Bytes = append(c.Bytes, uint8(*b), uint8(*b+1))
			}
		}
	}
	for _, a := range network.All[*network.NetworkACL](n) {
		for _, r := range slices.Concat(a.IngressRules, a.EgressRules) {
			c.ports(r.SourcePorts)
			c.ports(r.DestinationPorts)
			c.block(r.SourceCIDR)
			c.block(r.DestinationCIDR)
		}
	}
	for _, g := range network.All[*network.AddressGroup](n) {
		c.group(g)
	}
	for _, r := range network.All[*network.Route](n) {
		c.block(r.Destination)
	}
	c.Ports, c.Bytes = distinct(c.Ports), distinct(c.Bytes)
	slices.SortFunc(c.Addresses, netip.Addr.Compare)
	c.Addresses = slices.Compact(c.Addresses)
	return c
}

func distinct[T uint8 | uint16](list []T) []T {
	slices.Sort(list)
	return slices.Compact(list)
}

// block adds the first and the last address of a block, or an address, and what lies before and behind.
func (c *Corners) block(text string) {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		a := addressOf(text)
		if !a.IsValid() {
			return
		}
		p = netip.PrefixFrom(a, a.BitLen())
	}
	last := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(last)*8; bit++ {
		last[bit/8] |= 0x80 >> (bit % 8)
	}
	end, _ := netip.AddrFromSlice(last)
	for _, a := range []netip.Addr{p.Addr().Prev(), p.Addr(), end, end.Next()} {
		if a.IsValid() {
			c.Addresses = append(c.Addresses, a)
		}
	}
}

// group adds the corners of the entries of an address group.
func (c *Corners) group(g *network.AddressGroup) {
	for _, e := range g.Entries {
		first, last, _ := strings.Cut(e.Address, "-")
		c.block(first)
		c.block(last)
	}
}

func (c *Corners) ports(list []string) {
	for _, text := range list {
		for number := range strings.SplitSeq(text, "-") {
			if p, err := strconv.Atoi(number); err == nil {
				c.Ports = append(c.Ports, uint16(p-1), uint16(p), uint16(min(p+1, 65535)))
			}
		}
	}
}

// Packets makes packets at the corners of a network: most between addresses the question is about, some beside them.
func (c *Corners) Packets(n *network.Network, q Question, count int, r *rand.Rand) []traffic.Packet {
	sources, destinations := c.addresses(n, q.From, q.Family), c.addresses(n, q.To, q.Family)
	if len(sources) == 0 || len(destinations) == 0 {
		return nil
	}
	out := make([]traffic.Packet, count)
	for i := range out {
		out[i] = traffic.Packet{
			Protocol: pick(r, c.Protocols), Source: pick(r, sources), Destination: pick(r, destinations),
			SourcePort: pick(r, c.Ports), DestinationPort: pick(r, c.Ports),
			ICMPType: pick(r, c.Bytes), ICMPCode: pick(r, c.Bytes),
		}
		// What clients send, and what is asked, more often than the rest.
		if r.IntN(2) == 0 {
			out[i].SourcePort = pick(r, []uint16{1024, 2000, 65535})
		}
		if q.Protocol != traffic.AnyProtocol && r.IntN(4) > 0 {
			out[i].Protocol = q.Protocol
		} else if r.IntN(3) > 0 {
			out[i].Protocol = pick(r, []traffic.Protocol{traffic.TCP, traffic.UDP, traffic.ICMP})
		}
		if r.IntN(3) == 0 {
			out[i].ICMPType, out[i].ICMPCode = echoRequest(out[i].Protocol), 0
		}
	}
	return out
}

// addresses are the corners an end is about, and as many beside it as that are few.
func (c *Corners) addresses(n *network.Network, e End, version int) []netip.Addr {
	var of, beside []netip.Addr
	for _, a := range c.Addresses {
		if family(a) != version {
			continue
		}
		if _, ok := endpointOf(n, e, a); ok {
			of = append(of, a)
		} else if len(beside) < 1 {
			beside = append(beside, a)
		}
	}
	if len(of) == 0 {
		return nil
	}
	return append(of, beside...)
}

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }
