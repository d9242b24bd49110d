package traffic

import "fmt"

// Match describes packets field by field, as a filter rule does. A field left at its zero value does not restrict: the
// zero Match is every packet. What restricts is a pointer, so that an address set that happens to be empty matches
// nothing and cannot be mistaken for no restriction.
type Match struct {
	// Family restricts the address family; 0 is both. Addresses of the other family in Source and Destination do not
	// count.
	Family Family
	// Protocols lists the protocols; none, or AnyProtocol among them, is all 256.
	Protocols []Protocol
	// Source and Destination are the addresses; nil is any.
	Source, Destination *AddressSet
	// SourcePorts and DestinationPorts are the ports; nil and AllPorts do not restrict. Anything else needs Protocols to
	// be tcp, udp or both.
	SourcePorts, DestinationPorts *PortSet
	// ICMPType and ICMPCode are the type and the code; nil is any. Anything else needs Protocols to be icmp, icmpv6 or
	// both.
	ICMPType, ICMPCode *uint8
}

// Set is the packets the match describes. It is an error to name a family or a protocol that does not exist, and to
// restrict ports or ICMP fields of a protocol without them: whether such a rule means nothing or everything is for the
// caller to decide.
func (m Match) Set() (Set, error) {
	if m.Family != 0 && m.Family != IPv4 && m.Family != IPv6 {
		return Set{}, fmt.Errorf("address family %d does not exist; use 4, 6, or 0 for both", m.Family)
	}
	protocols, err := m.protocols()
	if err != nil {
		return Set{}, err
	}
	inner := m.innerDiagrams(protocols)
	var out draft
	for _, f := range families {
		if m.Family != 0 && m.Family != f {
			continue
		}
		source, destination := full, full
		if m.Source != nil {
			source = m.Source.of(f)
		}
		if m.Destination != nil {
			destination = m.Destination.of(f)
		}
		for c := range classCount {
			i := planeOf(f, c)
			// Classes that differ in nothing share their diagram.
			if c > 0 && inner[c] == inner[c-1] {
				out.put(i, out.planes[i-1])
				continue
			}
			out.put(i, graft(source, levelSource, graft(destination, levelDestination, inner[c])))
		}
	}
	return out.set(), nil
}

// protocols checks the protocols against the fields that need particular ones.
func (m *Match) protocols() (ProtocolSet, error) {
	if len(m.Protocols) == 0 {
		return NewProtocolSet(AnyProtocol), m.checkFields(AnyProtocol)
	}
	for _, p := range m.Protocols {
		if p != AnyProtocol && !p.valid() {
			return ProtocolSet{}, fmt.Errorf("protocol %d does not exist; protocols are 0 to %d, or %d for any",
				int16(p), lastProtocol, int16(AnyProtocol))
		}
		if err := m.checkFields(p); err != nil {
			return ProtocolSet{}, err
		}
	}
	return NewProtocolSet(m.Protocols...), nil
}

func (m *Match) checkFields(p Protocol) error {
	for _, ports := range [...]*PortSet{m.SourcePorts, m.DestinationPorts} {
		if ports != nil && !ports.IsAll() && !p.HasPorts() {
			return fmt.Errorf("ports %s are given for protocol %s, which has none; ports need tcp or udp", ports, p)
		}
	}
	if (m.ICMPType != nil || m.ICMPCode != nil) && !p.IsICMP() {
		return fmt.Errorf("an ICMP type or code is given for protocol %s, which has none; they need icmp or icmpv6", p)
	}
	return nil
}

// innerDiagrams are the decisions after the addresses, for each class.
func (m *Match) innerDiagrams(protocols ProtocolSet) (inner [classCount]*node) {
	if protocols.IsAny() {
		return [classCount]*node{full, full, full, full, full}
	}
	ports, icmp := full, full
	if m.DestinationPorts != nil {
		ports = m.DestinationPorts.node
	}
	if m.SourcePorts != nil {
		ports = graft(m.SourcePorts.node, levelMinor, ports)
	}
	if m.ICMPCode != nil {
		icmp = byteNode(levelMajor, *m.ICMPCode, full)
	}
	if m.ICMPType != nil {
		icmp = byteNode(levelMinor, *m.ICMPType, icmp)
	}
	var other []span
	for p := range protocols.All() {
		switch c := classOf(p); {
		case c.hasPorts():
			inner[c] = ports
		case c != classOther:
			inner[c] = icmp
		default:
			other = append(other, span{otherPosition(p), otherPosition(p)})
		}
	}
	inner[classOther] = spanNode(levelMinor, normalise(other), lastOther, full)
	return inner
}

// byteNode leads one value of a dimension of 256 values to to.
func byteNode(l level, value uint8, to *node) *node {
	spans := [1]span{{number(value), number(value)}}
	return spanNode(l, spans[:], lastByte, to)
}
