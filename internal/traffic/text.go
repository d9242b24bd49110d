package traffic

import "strings"

// String describes the set, one box after the other with "; " between them, such as "tcp/80,443 from 10.0.1.0/24 to
// 10.0.2.10; icmp type 8 code 0". Equal sets have equal text. The empty set is "none" and every packet is "any".
func (s Set) String() string {
	var lines []string
	for b := range s.Boxes() {
		lines = append(lines, b.String())
	}
	if len(lines) == 0 {
		return "none"
	}
	return strings.Join(lines, "; ")
}

// String describes the box by what restricts it: "tcp/80 from 10.0.1.0/24 source port 1024-65535 to 10.0.2.10", "any
// from 10.0.0.0/8", "icmp type 8 code 0 over IPv4". Addresses are in the form of AddressSet.Short.
func (b Box) String() string {
	var w strings.Builder
	protocols := b.Protocols.String()
	if protocols[0] >= '0' && protocols[0] <= '9' {
		w.WriteString("protocol ")
	}
	w.WriteString(protocols)
	if !b.DestinationPorts.IsAll() {
		w.WriteString("/" + b.DestinationPorts.String())
	}
	if !b.ICMPTypes.IsAll() {
		w.WriteString(" type " + b.ICMPTypes.String())
	}
	if !b.ICMPCodes.IsAll() {
		w.WriteString(" code " + b.ICMPCodes.String())
	}
	anySource, anyDestination := b.Source.IsAny(b.Family), b.Destination.IsAny(b.Family)
	if !anySource {
		w.WriteString(" from " + b.Source.Short())
	}
	if !b.SourcePorts.IsAll() {
		w.WriteString(" source port " + b.SourcePorts.String())
	}
	if !anyDestination {
		w.WriteString(" to " + b.Destination.Short())
	}
	if anySource && anyDestination && b.Family != 0 {
		w.WriteString(" over " + b.Family.String())
	}
	return w.String()
}
