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
	from string
}

// matchFields is what packets a rule is about. Rules that are written alike share one.
type matchFields struct {
	// packets is the packets, as far as the rule itself tells: a rule about a remote group does not know its peers.
	packets              traffic.Set
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
	// unknownGroup stands for the rules of a security group that is not in the network.
	unknownGroup bool
	// remote is the group whose members are the rule's peers.
	remote string
	// missing is what one would need to know what the rule is about.
	missing *missingObject
	ref     *RuleRef
	group   *groupNode
	sg      *network.SecurityGroupRule
	acl     *network.ACLRule
}

// matchFieldsCache makes each shape once.
type matchFieldsCache map[matchFieldsKey]*matchFields

type matchFieldsKey struct {
	direction                  network.Direction
	family                     traffic.Family
	protocol, ports            string
	source, destination, peers string
	sourcePorts                string
	icmpType, icmpCode         int
}

func number(p *int) int {
	if p == nil {
		return -1
	}
	return *p
}

// ofGroupRule is the shape of a security group rule. The peers are given for a rule about an address group.
func (s matchFieldsCache) ofGroupRule(r *network.SecurityGroupRule, group *network.AddressGroup) *matchFields {
	key := matchFieldsKey{
		direction: r.Direction, family: traffic.Family(r.Ethertype.IPVersion()), protocol: r.Protocol,
		ports: strings.Join(r.Ports, ","), icmpType: number(r.ICMPType), icmpCode: number(r.ICMPCode),
		source: r.RemoteIPPrefix, peers: r.RemoteAddressGroupID,
	}
	if out := s[key]; out != nil {
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
	s[key] = out
	return out
}

func (s matchFieldsCache) ofACLRule(r *network.ACLRule, groups func(id string) *network.AddressGroup) *matchFields {
	key := matchFieldsKey{
		family: traffic.Family(r.IPVersion), protocol: r.Protocol, ports: strings.Join(r.DestinationPorts, ","),
		sourcePorts: strings.Join(r.SourcePorts, ","), icmpType: -1, icmpCode: -1,
		source: r.SourceCIDR, destination: r.DestinationCIDR, peers: r.SourceAddressGroupID + ">" + r.DestinationAddressGroupID,
	}
	if key.family == 0 {
		key.family = traffic.IPv4
	}
	if out := s[key]; out != nil {
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
	s[key] = out
	return out
}

// fill makes the sets of packets. What does not parse matches nothing.
func (s *matchFields) fill(f traffic.Family, protocol string, ports []string) {
	p, err := traffic.ParseProtocol(protocol)
	set, portsErr := network.Ports(ports)
	s.protocol, s.ports, s.broken = p, set, s.broken || err != nil || portsErr != nil
	if s.broken {
		return
	}
	m := traffic.Match{Family: f, Source: &s.source, Destination: &s.destination}
	if p != traffic.AnyProtocol {
		m.Protocols = []traffic.Protocol{p}
	}
	if p.HasPorts() {
		m.DestinationPorts = &s.ports
	}
	if p.IsICMP() {
		m.ICMPType, m.ICMPCode = octet(s.icmpType), octet(s.icmpCode)
	}
	if p.HasPorts() && !s.sourcePorts.IsAll() {
		s.restrictsSourcePorts = true
		m.SourcePorts = &s.sourcePorts
	}
	s.packets, err = m.Set()
	s.broken = err != nil
}

func octet(n *int) *uint8 {
	if n == nil || *n < 0 || *n > 255 {
		return nil
	}
	return new(uint8(*n))
}
