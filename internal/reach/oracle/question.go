package oracle

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// End is one end of a question. Exactly one of Instance, Subnet, Block and Internet is set.
type End struct {
	// Instance is the id of an instance.
	Instance string
	// Subnet is the id of a subnet: any host in it.
	Subnet string
	// Block is any host with an address in it: in the VPC with the id VPC, or, without one, where its addresses lie.
	Block netip.Prefix
	VPC   string
	// Internet is any public address.
	Internet bool
	// Groups are the security groups a host of Subnet or Block has. Without any, its groups are not part of the question.
	Groups []string
}

// String is the end in a few words.
func (e End) String() string {
	var text string
	switch {
	case e.Internet:
		return "the Internet"
	case e.Instance != "":
		return "instance " + e.Instance
	case e.Subnet != "":
		text = "subnet " + e.Subnet
	default:
		text = "block " + e.Block.String()
		if e.VPC != "" {
			text += " in VPC " + e.VPC
		}
	}
	if len(e.Groups) > 0 {
		text += " with groups " + strings.Join(e.Groups, ", ")
	}
	return text
}

// Question is what is asked about, apart from the packet.
type Question struct {
	From, To End
	// Family is 4 or 6.
	Family int
	// Protocol is a protocol number, or traffic.AnyProtocol for every protocol.
	Protocol traffic.Protocol
	// Ports are destination ports, SourcePorts source ports, of tcp and udp. An empty list of ports is every port; an
	// empty list of source ports is those that clients use, 1024 to 65535.
	Ports, SourcePorts []traffic.PortRange
	// Type and Code are those of ICMP. Without a type an echo request is meant, without a code any code.
	Type, Code *int
	// Strict forbids transit through a third VPC.
	Strict bool
}

// String is the question in one line.
func (q Question) String() string {
	text := fmt.Sprintf("%s over IPv%d from %s to %s", q.Protocol, q.Family, q.From, q.To)
	if len(q.Ports) > 0 {
		text += fmt.Sprintf(" ports %v", q.Ports)
	}
	if len(q.SourcePorts) > 0 {
		text += fmt.Sprintf(" source ports %v", q.SourcePorts)
	}
	if q.Type != nil {
		text += fmt.Sprintf(" type %d", *q.Type)
	}
	if q.Code != nil {
		text += fmt.Sprintf(" code %d", *q.Code)
	}
	if q.Strict {
		text += ", strict"
	}
	return text
}

// Asks reports whether the question is about a packet of this protocol with these ports or ICMP fields. Whether it is about
// its addresses, Decide reports.
func (q Question) Asks(p traffic.Packet) bool {
	if q.Protocol == traffic.AnyProtocol {
		return !hasPorts(p.Protocol) || asked(q.sourcePorts(), p.SourcePort)
	}
	switch {
	case p.Protocol != q.Protocol:
		return false
	case hasPorts(p.Protocol):
		return (len(q.Ports) == 0 || asked(q.Ports, p.DestinationPort)) && asked(q.sourcePorts(), p.SourcePort)
	case isICMP(p.Protocol) && q.Type == nil:
		return p.ICMPType == echoRequest(p.Protocol) && p.ICMPCode == 0
	case isICMP(p.Protocol):
		return int(p.ICMPType) == *q.Type && (q.Code == nil || int(p.ICMPCode) == *q.Code)
	}
	return true
}

func (q Question) sourcePorts() []traffic.PortRange {
	if len(q.SourcePorts) == 0 {
		return []traffic.PortRange{{First: 1024, Last: 65535}}
	}
	return q.SourcePorts
}

func asked(ranges []traffic.PortRange, port uint16) bool {
	return slices.ContainsFunc(ranges, func(r traffic.PortRange) bool { return r.First <= port && port <= r.Last })
}

func hasPorts(p traffic.Protocol) bool { return p == 6 || p == 17 }

func isICMP(p traffic.Protocol) bool { return p == 1 || p == 58 }

func echoRequest(p traffic.Protocol) uint8 {
	if p == 58 {
		return 128
	}
	return 8
}
