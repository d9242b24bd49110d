package reach

import "github.com/vpclab/terraform-provider-vpclab/internal/traffic"

// Endpoint is one end of a question: an instance, a subnet, an address or block, or the Internet. Of several that are set
// the Internet counts first, then the instance, the subnet and the address.
type Endpoint struct {
	InstanceID string
	SubnetID   string
	// SecurityGroupIDs are the groups an instance at SubnetID or Address would have. Without any, the security groups
	// of this end are not evaluated.
	SecurityGroupIDs []string
	// Address is an address, a CIDR block or a range "first-last", inside the VPC VPCID if that is given.
	Address  string
	VPCID    string
	Internet bool
}

// Question asks whether traffic gets from one end to the other.
type Question struct {
	Source, Destination Endpoint
	Protocol            traffic.Protocol
	// Ports are destination ports; they count for tcp and udp. None, and 1-65535, are all ports.
	Ports traffic.PortSet
	// ICMPType and ICMPCode narrow a question about icmp or icmpv6; nil asks for an echo request or, with AnyICMP, for all of it.
	ICMPType, ICMPCode *int
	AnyICMP            bool
	// SourcePorts are the ports the traffic comes from; none are those that clients use, 1024-65535. The sets of the
	// answer then hold traffic from other ports too, as far as it shares the fate of traffic that clients send, so that
	// they tell source ports apart only where a rule does.
	SourcePorts traffic.PortSet
	// Family is the address family of the question; 0 is the first of Model.Families.
	Family traffic.Family
	// Strict forbids transit through a third VPC (PEER-11).
	Strict bool
}

// service is the asked traffic of a family between any two addresses.
func (q *Question) service(f traffic.Family) traffic.Set {
	m := traffic.Match{Family: f}
	if q.Protocol == traffic.AnyProtocol {
		s, _ := m.Set()
		return s
	}
	m.Protocols = []traffic.Protocol{q.Protocol}
	switch {
	case q.Protocol.HasPorts():
		m.DestinationPorts = q.ports()
	case q.Protocol.IsICMP():
		m.ICMPType, m.ICMPCode = q.icmp()
	}
	s, _ := m.Set()
	return s
}

// allRulePorts is every port a rule can name. A rule or question that names them all is about every port there is (SG-05).
var allRulePorts = traffic.NewPortSet(traffic.PortRange{First: 1, Last: 65535})

// ports are the asked destination ports, nil for all.
func (q *Question) ports() *traffic.PortSet {
	if q.Ports.IsEmpty() || allRulePorts.SubsetOf(q.Ports) {
		return nil
	}
	return &q.Ports
}

// icmp is the asked type and code: an echo request unless the question says otherwise.
func (q *Question) icmp() (icmpType, icmpCode *uint8) {
	switch {
	case q.ICMPType == nil && q.AnyICMP:
		return nil, nil
	case q.ICMPType == nil:
		request := uint8(8)
		if q.Protocol == traffic.ICMPv6 {
			request = 128
		}
		return &request, new(uint8(0))
	}
	icmpType = new(uint8(*q.ICMPType))
	if q.ICMPCode != nil {
		icmpCode = new(uint8(*q.ICMPCode))
	}
	return icmpType, icmpCode
}
