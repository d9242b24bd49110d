package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// nearMiss compares stopped traffic with the rules that did not allow it.
type nearMiss struct {
	blocked   traffic.Set
	direction network.Direction
	// peers is set for security groups, whose rules are about the other end only.
	peers *peerContext

	// ready is set once the fields below are, which are those of blocked.
	ready               bool
	protocols           traffic.ProtocolSet
	ports               traffic.PortSet
	withPorts           bool
	source, destination traffic.AddressSet
}

func (n *nearMiss) prepare() {
	if n.ready {
		return
	}
	n.ready = true
	n.protocols = n.blocked.Protocols()
	n.ports = n.blocked.DestinationPorts(traffic.AnyProtocol)
	n.withPorts = !n.ports.IsEmpty()
	n.source, n.destination = n.blocked.Sources(), n.blocked.Destinations()
}

// fieldMatches is which fields of a rule match some of the traffic.
type fieldMatches struct{ protocol, port, source, destination bool }

// compare compares a rule with the traffic or, swapped, with its answers.
func (n *nearMiss) compare(r *rule, swapped bool) fieldMatches {
	n.prepare()
	source, destination := n.source, n.destination
	if swapped {
		source, destination = destination, source
	}
	out := fieldMatches{
		protocol: !r.broken && (r.protocol == traffic.AnyProtocol || n.protocols.Contains(r.protocol)),
		port:     true, source: r.source.Overlaps(source), destination: r.destination.Overlaps(destination),
	}
	if r.protocol.HasPorts() {
		out.port = n.ports.Overlaps(r.ports)
	}
	if r.icmpType != nil && !swapped && out.source && out.destination {
		out.port = r.packets.Overlaps(n.blocked)
	}
	if r.remote != "" && !n.isMember(r) {
		if r.direction == network.Ingress {
			out.source = false
		} else {
			out.destination = false
		}
	}
	return out
}

// isMember reports whether the other end is in the group a rule is about.
func (n *nearMiss) isMember(r *rule) bool {
	if n.peers == nil {
		return true
	}
	return !n.peers.withPeer(r, r.packets).IsEmpty()
}

// sameService reports whether a rule about another protocol is about the same service.
func (n *nearMiss) sameService(r *rule) bool {
	switch {
	case r.broken || r.protocol == traffic.AnyProtocol:
		return false
	case n.withPorts:
		return n.ports.Overlaps(r.ports) && (r.protocol.HasPorts() || r.protocol.IsICMP())
	}
	return r.protocol.HasPorts() && r.ports.IsAll()
}

// considered compares each rule with the traffic, up to the one that decided.
func (n *nearMiss) considered(rules []*rule, decided *rule) []Consideration {
	out := make([]Consideration, 0, len(rules))
	for _, r := range rules {
		if r.disabled || r.unknownGroup {
			continue
		}
		f := n.compare(r, false)
		out = append(out, Consideration{
			Rule: r.ref, Protocol: f.protocol, Source: f.source, Destination: f.destination, DestinationPort: f.port,
		})
		if r == decided {
			break
		}
	}
	return out
}

// securityGroupCode is the code for the one field in which an allow rule of a security group misses the traffic; "" for
// every other rule.
func (n *nearMiss) securityGroupCode(r *rule) string {
	if r.unknownGroup || r.sg.Default || !r.allow {
		return ""
	}
	same := r.direction == n.direction
	f := n.compare(r, !same)
	peer := f.source && f.destination
	if !same {
		if !r.disabled && f.protocol && f.port && peer && (isDeliberate(r.sg) || r.protocol != traffic.AnyProtocol) {
			return CodeSGWrongDirection
		}
		return ""
	}
	all := f.protocol && f.port && peer
	switch {
	case all && r.disabled && r.packets.Overlaps(n.blocked):
		return CodeSGRuleDisabled
	case all || r.disabled:
		return ""
	case !f.protocol && peer && n.sameService(r):
		return CodeSGWrongProtocol
	case f.protocol && peer && !f.port:
		return CodeSGWrongPort
	case f.protocol && f.port && !peer:
		return CodeSGWrongPeer
	}
	return ""
}

// networkACLCode is the code for the one field in which an allow rule of a network ACL misses the traffic; "" for every
// other rule.
func (n *nearMiss) networkACLCode(r *rule) string {
	if !r.allow {
		return ""
	}
	f := n.compare(r, false)
	sides := f.source && f.destination
	if r.direction != n.direction {
		back := n.compare(r, true)
		if !r.disabled && isParticular(r) && f.protocol && f.port && (sides || back.source && back.destination) {
			return CodeACLWrongDirection
		}
		return ""
	}
	all := f.protocol && f.port && sides
	switch {
	case all && r.disabled && r.packets.Overlaps(n.blocked):
		return CodeACLRuleDisabled
	case all || r.disabled:
		return ""
	case !f.protocol && sides && n.sameService(r):
		return CodeACLWrongProtocol
	case f.protocol && sides && !f.port:
		return CodeACLWrongPort
	}
	return ""
}

// isParticular reports whether the author of an ACL rule named anything that it is about.
func isParticular(r *rule) bool {
	return r.protocol != traffic.AnyProtocol || !r.source.IsAny(r.family()) || !r.destination.IsAny(r.family())
}

// family is the address family of an ACL rule.
func (r *rule) family() traffic.Family {
	if r.acl != nil && r.acl.IPVersion == 6 {
		return traffic.IPv6
	}
	return traffic.IPv4
}
