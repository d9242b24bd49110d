package reach

import (
	"net/netip"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// missingObject is an object that is referred to, needed, and not in the network.
type missingObject struct {
	kind network.Kind
	id   string
	// from is the label of what refers to it; empty where that is an end of the question.
	from string
	// unknown is set where the object is there, and not everything is known of it.
	unknown *Unknown
}

// matchFields is the packets that a rule is about. Rules that are written alike share one.
type matchFields struct {
	// packets are those that match the fields of the rule itself. The peers of a rule about a remote group are not among its
	// fields; see peerContext.withPeer.
	packets traffic.Set
	// broken is set where a field does not parse; packets is empty then.
	broken               bool
	protocol             traffic.Protocol
	ports, sourcePorts   traffic.PortSet
	source, destination  traffic.AddressSet
	icmpType, icmpCode   *int
	restrictsSourcePorts bool
}

// rule is a filter's rule ready to be compared with sets of packets.
type rule struct {
	*matchFields
	direction network.Direction
	allow     bool
	disabled  bool
	// unknownGroup is set for the one rule that stands for all the rules of a security group that is not in the network.
	unknownGroup bool
	// remote is the id of the group whose members are the rule's peers; empty for a rule about addresses.
	remote string
	// missing is an address group, or the rule's own group, without which it is not known what the rule matches.
	missing *missingObject
	ref     *RuleRef
	// group and sg are set for a rule of a security group, acl for one of a network ACL, none of them for a guest's.
	group *groupNode
	sg    *network.SecurityGroupRule
	acl   *network.ACLRule
}

// matchFieldsCache holds the fields of each rule; those of rules that are written alike are compiled once.
type matchFieldsCache map[matchFieldsKey]*matchFields

type matchFieldsKey struct {
	direction                  network.Direction
	family                     traffic.Family
	protocol, ports            string
	source, destination, peers string
	sourcePorts                string
	icmpType, icmpCode         int
}

// number makes nil comparable: -1.
func number(p *int) int {
	if p == nil {
		return -1
	}
	return *p
}

// ofGroupRule is the fields of a security group rule. group is the address group it is about, if any.
func (c matchFieldsCache) ofGroupRule(r *network.SecurityGroupRule, group *network.AddressGroup) *matchFields {
	key := matchFieldsKey{
		direction: r.Direction, family: traffic.Family(r.Ethertype.IPVersion()), protocol: r.Protocol,
		ports: strings.Join(r.Ports, ","), icmpType: number(r.ICMPType), icmpCode: number(r.ICMPCode),
		source: r.RemoteIPPrefix, peers: r.RemoteAddressGroupID,
	}
	if out := c[key]; out != nil {
		return out
	}
	out := &matchFields{sourcePorts: traffic.AllPorts(), icmpType: r.ICMPType, icmpCode: r.ICMPCode}
	every := traffic.AnyAddress(key.family)
	peers := every
	switch {
	case r.RemoteIPPrefix != "":
		peers = traffic.FromPrefix(r.RemotePrefix()).Intersect(every)
	case group != nil:
		peers = group.Addresses().Intersect(every)
	}
	out.source, out.destination = peers, every
	if r.Direction == network.Egress {
		out.source, out.destination = every, peers
	}
	out.fill(key.family, r.Protocol, r.Ports)
	c[key] = out
	return out
}

// ofACLRule is the fields of a network ACL rule, about IPv4 where it names no family (ACL-15). groups finds address groups, nil
// for "" and for one that is not in the network.
func (c matchFieldsCache) ofACLRule(r *network.ACLRule, groups func(id string) *network.AddressGroup) *matchFields {
	key := matchFieldsKey{
		family: traffic.Family(r.IPVersion), protocol: r.Protocol, ports: strings.Join(r.DestinationPorts, ","),
		sourcePorts: strings.Join(r.SourcePorts, ","), icmpType: -1, icmpCode: -1,
		source: r.SourceCIDR, destination: r.DestinationCIDR, peers: r.SourceAddressGroupID + ">" + r.DestinationAddressGroupID,
	}
	if key.family == 0 {
		key.family = traffic.IPv4
	}
	if out := c[key]; out != nil {
		return out
	}
	out := &matchFields{}
	side := func(block netip.Prefix, written, group string) traffic.AddressSet {
		every := traffic.AnyAddress(key.family)
		switch g := groups(group); {
		case written != "":
			return traffic.FromPrefix(block).Intersect(every)
		case g != nil:
			return g.Addresses().Intersect(every)
		}
		return every
	}
	out.source = side(r.Source(), r.SourceCIDR, r.SourceAddressGroupID)
	out.destination = side(r.Destination(), r.DestinationCIDR, r.DestinationAddressGroupID)
	ports, err := network.Ports(r.SourcePorts)
	out.sourcePorts, out.broken = ports, err != nil
	out.fill(key.family, r.Protocol, r.DestinationPorts)
	c[key] = out
	return out
}

// fill compiles protocol and ports, and the set of packets. What does not parse matches nothing.
func (m *matchFields) fill(f traffic.Family, protocol string, ports []string) {
	p, err := traffic.ParseProtocol(protocol)
	set, portsErr := network.Ports(ports)
	m.protocol, m.ports, m.broken = p, set, m.broken || err != nil || portsErr != nil
	if m.broken {
		return
	}
	match := traffic.Match{Family: f, Source: &m.source, Destination: &m.destination}
	if p != traffic.AnyProtocol {
		match.Protocols = []traffic.Protocol{p}
	}
	if p.HasPorts() {
		match.DestinationPorts = &m.ports
	}
	if p.IsICMP() {
		match.ICMPType, match.ICMPCode = octet(m.icmpType), octet(m.icmpCode)
	}
	if p.HasPorts() && !m.sourcePorts.IsAll() {
		m.restrictsSourcePorts = true
		match.SourcePorts = &m.sourcePorts
	}
	m.packets, err = match.Set()
	m.broken = err != nil
}

// octet is nil for a number that is no ICMP type or code.
func octet(n *int) *uint8 {
	if n == nil || *n < 0 || *n > 255 {
		return nil
	}
	return new(uint8(*n))
}
