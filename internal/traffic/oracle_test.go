package traffic_test

import (
	"net/netip"
	"slices"

	"go4.org/netipx"
	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// The oracle of the property tests is a list of packets and one bool for each. The generator of matches draws only from
// the boundaries below, and the universe has a packet between any two neighbouring boundaries of every dimension: two
// sets made from such matches are equal exactly if they hold the same packets of the universe.

var (
	// Each address begins an interval that ends before the next one.
	cuts4 = addressCuts("0.0.0.0", "10.0.0.5", "10.0.0.6", "10.0.1.0", "11.0.0.0")
	cuts6 = addressCuts("::", "2001:db8::1:0:0:0", "2001:db8::1:ffff:0:0")

	portCuts = []uint16{0, 1, 80, 443, 65535}

	icmpValues = []uint8{0, 8, 255}
	icmpReps   = []uint8{0, 8, 255, 7}

	protocolValues = []traffic.Protocol{
		traffic.AnyProtocol, traffic.TCP, traffic.UDP, traffic.ICMP, traffic.ICMPv6,
		traffic.GRE, 0, 5, 255,
	}
	// 100 stands for the protocols that only AnyProtocol names.
	protocolReps = []traffic.Protocol{traffic.TCP, traffic.UDP, traffic.ICMP, traffic.ICMPv6, traffic.GRE, 0, 5, 255, 100}

	universe = makeUniverse()
)

func addressCuts(texts ...string) []netip.Addr {
	var out []netip.Addr
	for _, text := range texts {
		out = append(out, netip.MustParseAddr(text))
	}
	return out
}

func makeUniverse() []traffic.Packet {
	var out []traffic.Packet
	for _, cuts := range [][]netip.Addr{cuts4, cuts6} {
		for _, source := range cuts {
			for _, destination := range cuts {
				for _, protocol := range protocolReps {
					p := traffic.Packet{Protocol: protocol, Source: source, Destination: destination}
					out = append(out, fieldsOf(p)...)
				}
			}
		}
	}
	return out
}

func fieldsOf(p traffic.Packet) []traffic.Packet {
	var out []traffic.Packet
	switch {
	case p.Protocol.HasPorts():
		for _, p.SourcePort = range portCuts {
			for _, p.DestinationPort = range portCuts {
				out = append(out, p)
			}
		}
	case p.Protocol.IsICMP():
		for _, p.ICMPType = range icmpReps {
			for _, p.ICMPCode = range icmpReps {
				out = append(out, p)
			}
		}
	default:
		out = append(out, p)
	}
	return out
}

// model is which packets of the universe are in a set.
type model []bool

func modelOf(holds func(traffic.Packet) bool) model {
	out := make(model, len(universe))
	for i, p := range universe {
		out[i] = holds(p)
	}
	return out
}

func (m model) with(o model, combine func(a, b bool) bool) model {
	out := make(model, len(m))
	for i := range m {
		out[i] = combine(m[i], o[i])
	}
	return out
}

func (m model) first() (traffic.Packet, bool) {
	i := slices.Index(m, true)
	if i < 0 {
		return traffic.Packet{}, false
	}
	return universe[i], true
}

func or(a, b bool) bool     { return a || b }
func and(a, b bool) bool    { return a && b }
func andNot(a, b bool) bool { return a && !b }

// matches is a Match read field by field, the way its documentation says it and not the way Set does it.
func matches(m traffic.Match, p traffic.Packet) bool {
	if m.Family != 0 && m.Family != traffic.FamilyOf(p.Source) {
		return false
	}
	if len(m.Protocols) > 0 && !slices.Contains(m.Protocols, traffic.AnyProtocol) &&
		!slices.Contains(m.Protocols, p.Protocol) {
		return false
	}
	if m.Source != nil && !m.Source.Contains(p.Source) || m.Destination != nil && !m.Destination.Contains(p.Destination) {
		return false
	}
	if p.Protocol.HasPorts() {
		return (m.SourcePorts == nil || m.SourcePorts.Contains(p.SourcePort)) &&
			(m.DestinationPorts == nil || m.DestinationPorts.Contains(p.DestinationPort))
	}
	if p.Protocol.IsICMP() {
		return (m.ICMPType == nil || *m.ICMPType == p.ICMPType) && (m.ICMPCode == nil || *m.ICMPCode == p.ICMPCode)
	}
	return true
}

func drawRanges(t *rapid.T, label string, cuts int, add func(first, behind int)) {
	for range rapid.IntRange(0, 3).Draw(t, label) {
		first := rapid.IntRange(0, cuts-1).Draw(t, "first")
		add(first, rapid.IntRange(first+1, cuts).Draw(t, "behind"))
	}
}

func drawAddressCuts(t *rapid.T, label string) *traffic.AddressSet {
	if rapid.Bool().Draw(t, label+" any") {
		return nil
	}
	var out traffic.AddressSet
	for _, cuts := range [][]netip.Addr{cuts4, cuts6} {
		drawRanges(t, label, len(cuts), func(first, behind int) {
			last := netipx.PrefixLastIP(netip.PrefixFrom(cuts[0], 0))
			if behind < len(cuts) {
				last = cuts[behind].Prev()
			}
			out = out.Union(traffic.FromRange(netipx.IPRangeFrom(cuts[first], last)))
		})
	}
	return &out
}

func drawPortCuts(t *rapid.T, label string) *traffic.PortSet {
	if rapid.Bool().Draw(t, label+" all") {
		return nil
	}
	var ranges []traffic.PortRange
	drawRanges(t, label, len(portCuts), func(first, behind int) {
		last := uint16(65535)
		if behind < len(portCuts) {
			last = portCuts[behind] - 1
		}
		ranges = append(ranges, traffic.PortRange{First: portCuts[first], Last: last})
	})
	out := traffic.NewPortSet(ranges...)
	return &out
}

func drawMatch(t *rapid.T) traffic.Match {
	m := traffic.Match{
		Family:      rapid.SampledFrom([]traffic.Family{0, traffic.IPv4, traffic.IPv6}).Draw(t, "family"),
		Source:      drawAddressCuts(t, "source"),
		Destination: drawAddressCuts(t, "destination"),
	}
	switch rapid.SampledFrom([]string{"ports", "icmp", "other"}).Draw(t, "fields") {
	case "ports":
		m.Protocols = rapid.SampledFrom([][]traffic.Protocol{{traffic.TCP}, {traffic.UDP}, {traffic.UDP, traffic.TCP}}).
			Draw(t, "protocols")
		m.SourcePorts, m.DestinationPorts = drawPortCuts(t, "source ports"), drawPortCuts(t, "destination ports")
	case "icmp":
		m.Protocols = rapid.SampledFrom([][]traffic.Protocol{
			{traffic.ICMP}, {traffic.ICMPv6}, {traffic.ICMP, traffic.ICMPv6},
		}).Draw(t, "protocols")
		m.ICMPType = rapid.Ptr(rapid.SampledFrom(icmpValues), true).Draw(t, "type")
		m.ICMPCode = rapid.Ptr(rapid.SampledFrom(icmpValues), true).Draw(t, "code")
	default:
		m.Protocols = rapid.SliceOfN(rapid.SampledFrom(protocolValues), 0, 4).Draw(t, "protocols")
	}
	return m
}

// drawSet makes a set from a few matches and operations, and its model by the same operations on bools.
func drawSet(t *rapid.T) (traffic.Set, model) {
	var set traffic.Set
	all := make(model, len(universe))
	for range rapid.IntRange(0, 5).Draw(t, "operations") {
		m := drawMatch(t)
		s, err := m.Set()
		if err != nil {
			t.Fatalf("%+v: %v", m, err)
		}
		other := modelOf(func(p traffic.Packet) bool { return matches(m, p) })
		switch rapid.SampledFrom([]string{"union", "union", "subtract", "from all", "intersect"}).Draw(t, "operation") {
		case "union":
			set, all = set.Union(s), all.with(other, or)
		case "subtract":
			set, all = set.Subtract(s), all.with(other, andNot)
		case "from all":
			set, all = traffic.All(0).Subtract(set), modelOf(func(traffic.Packet) bool { return true }).with(all, andNot)
			set, all = set.Subtract(s), all.with(other, andNot)
		case "intersect":
			set, all = set.Intersect(s), all.with(other, and)
		}
	}
	return set, all
}
