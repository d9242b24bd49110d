package reach

import (
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// aclExempt is the traffic that no ACL filters wherever it comes from, by family, from the cloud's own list: broadcast and
// local multicast (ACL-09), the metadata service (ACL-10), and the range of public services (ACL-11). Traffic inside a subnet
// is exempt besides (ACL-08). The list has no IPv6 addresses.
var aclExempt = [2]traffic.Set{aclExemptSet(traffic.IPv4), {}}

// exemptTraffic is the part of a flow that no ACL filters: what stays in its subnet, and what goes to exempt destinations
// (ACL-08 to ACL-11).
func (f *flow) exemptTraffic(arriving traffic.Set) traffic.Set {
	switch {
	case f.source.subnet != nil && f.source.subnet == f.destination.subnet:
		return arriving
	case f.rewritten || f.destination.addresses.Overlaps(aclExemptDestinations):
		return arriving.Intersect(aclExempt[index(f.family)])
	}
	return traffic.Set{}
}

// aclExemptDestinations are the destinations of aclExempt.
var aclExemptDestinations = aclExempt[0].Destinations()

func aclExemptSet(f traffic.Family) traffic.Set {
	destinations := traffic.NewAddressSet(netip.MustParsePrefix("255.255.255.255/32"),
		netip.MustParsePrefix("224.0.0.0/24"), netip.MustParsePrefix("100.125.0.0/16"))
	metadata := traffic.FromPrefix(netip.MustParsePrefix("169.254.169.254/32"))
	http := portsOf(80)
	toDestinations, _ := traffic.Match{Family: f, Destination: &destinations}.Set()
	service, _ := traffic.Match{
		Family: f, Protocols: []traffic.Protocol{traffic.TCP}, Destination: &metadata, DestinationPorts: &http,
	}.Set()
	return toDestinations.Union(service)
}

// carrierBlocked is the traffic that some carriers block on the Internet, from the cloud's published list of ports (INET-04);
// smtp is the traffic blocked towards the Internet by default (INET-05).
var carrierBlocked, smtp = carrierBlockedSet(), serviceSet(traffic.TCP, portsOf(25))

func carrierBlockedSet() traffic.Set {
	tcp := portsOf(42, 135, 137, 138, 139, 444, 445, 593, 1025, 1068, 1433, 1434, 3127, 3128, 3129, 3130, 4444, 4789, 5554,
		5800, 5900, 8998, 9995, 9996)
	udp := portsOf(135, 136, 137, 138, 139, 1026, 1027, 1028, 1068, 1433, 1434, 4789, 5554, 9995, 9996)
	return serviceSet(traffic.TCP, tcp).Union(serviceSet(traffic.UDP, udp))
}

func serviceSet(p traffic.Protocol, ports traffic.PortSet) traffic.Set {
	s, _ := traffic.Match{Protocols: []traffic.Protocol{p}, DestinationPorts: &ports}.Set()
	return s
}

func portsOf(list ...uint16) traffic.PortSet {
	ranges := make([]traffic.PortRange, len(list))
	for i, p := range list {
		ranges[i] = traffic.PortRange{First: p, Last: p}
	}
	return traffic.NewPortSet(ranges...)
}
