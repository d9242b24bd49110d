package reach

import (
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// packet stands for all packets of one atom of the question.
type packet struct {
	protocol            traffic.Protocol
	source, destination netip.Addr
	sourcePort, port    uint16
	icmpType, icmpCode  int
}

// outcome is what a layer does with a packet.
type outcome int

const (
	passes outcome = iota
	unclear
	stops
)

// exemptDestinations are the destinations no ACL filters, from the cloud's own list.
var exemptDestinations = []netip.Prefix{
	netip.MustParsePrefix("255.255.255.255/32"), netip.MustParsePrefix("224.0.0.0/24"),
	netip.MustParsePrefix("100.125.0.0/16"),
}

var metadata = netip.MustParseAddr("169.254.169.254")

// isExempt says whether no ACL filters the packet.
func isExempt(from, to *place, p packet) bool {
	if a, b := from.subnetOf(p.source), to.subnetOf(p.destination); a != nil && b != nil && a.ID == b.ID {
		return true
	}
	if p.destination == metadata && p.protocol == traffic.TCP && p.port == 80 {
		return true
	}
	return slices.ContainsFunc(exemptDestinations, func(e netip.Prefix) bool { return e.Contains(p.destination) })
}

// riskyPorts are the ports that some carriers block on the Internet, from the cloud's published list.
var riskyPorts = map[traffic.Protocol]traffic.PortSet{
	traffic.TCP: portsOf(42, 135, 137, 138, 139, 444, 445, 593, 1025, 1068, 1433, 1434, 3127, 3128, 3129, 3130, 4444,
		4789,
		5554, 5800, 5900, 8998, 9995, 9996),
	traffic.UDP: portsOf(135, 136, 137, 138, 139, 1026, 1027, 1028, 1068, 1433, 1434, 4789, 5554, 9995, 9996),
}

func portsOf(list ...uint16) traffic.PortSet {
	ranges := make([]traffic.PortRange, len(list))
	for i, p := range list {
		ranges[i] = traffic.PortRange{First: p, Last: p}
	}
	return traffic.NewPortSet(ranges...)
}

// clientPorts are the ports connections come from.
var clientPorts = traffic.NewPortSet(traffic.PortRange{First: 1024, Last: 65535})
