package traffic

import (
	"fmt"
	"net/netip"
)

// Packet is one packet, as far as this package looks at packets. Source and Destination are of one family. Ports count
// for tcp and udp only, ICMP type and code for icmp and icmpv6 only; elsewhere they are ignored.
type Packet struct {
	Protocol            Protocol
	Source, Destination netip.Addr
	SourcePort          uint16
	DestinationPort     uint16
	ICMPType, ICMPCode  uint8
}

// String is the packet in one line, such as "tcp 10.0.1.5:1024 -> 10.0.2.10:80" or "icmp 10.0.1.5 -> 10.0.2.10 type 8
// code 0".
func (p Packet) String() string {
	switch {
	case p.Protocol.HasPorts():
		return fmt.Sprintf("%s %s -> %s", p.Protocol,
			netip.AddrPortFrom(p.Source, p.SourcePort), netip.AddrPortFrom(p.Destination, p.DestinationPort))
	case p.Protocol.IsICMP():
		return fmt.Sprintf("%s %s -> %s type %d code %d", p.Protocol, p.Source, p.Destination, p.ICMPType, p.ICMPCode)
	}
	return fmt.Sprintf("protocol %s %s -> %s", p.Protocol, p.Source, p.Destination)
}

// point is the packet as one key per level. ok is false for what no packet can be: addresses missing or of two
// families, or a protocol out of range.
func (p Packet) point() (keys [levelEnd]key, i plane, ok bool) {
	f := FamilyOf(p.Source)
	if f == 0 || f != FamilyOf(p.Destination) || !p.Protocol.valid() {
		return keys, 0, false
	}
	c := classOf(p.Protocol)
	keys[levelSource], keys[levelDestination] = addressKey(p.Source), addressKey(p.Destination)
	switch c {
	case classTCP, classUDP:
		keys[levelMinor], keys[levelMajor] = number(p.SourcePort), number(p.DestinationPort)
	case classICMP, classICMPv6:
		keys[levelMinor], keys[levelMajor] = number(p.ICMPType), number(p.ICMPCode)
	default:
		keys[levelMinor] = otherPosition(p.Protocol)
	}
	return keys, planeOf(f, c), true
}

// packetAt is the inverse of point.
func packetAt(keys [levelEnd]key, i plane) Packet {
	f, c := i.family(), i.class()
	p := Packet{Source: keys[levelSource].address(f), Destination: keys[levelDestination].address(f)}
	minor, major := keys[levelMinor].lo, keys[levelMajor].lo
	switch c {
	case classTCP, classUDP:
		p.Protocol = classProtocol[c]
		p.SourcePort, p.DestinationPort = uint16(minor), uint16(major)
	case classICMP, classICMPv6:
		p.Protocol = classProtocol[c]
		p.ICMPType, p.ICMPCode = uint8(minor), uint8(major)
	default:
		p.Protocol = otherProtocol(keys[levelMinor])
	}
	return p
}
