package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// view is stopped traffic as seen by the rules that did not help it.
type view struct {
	blocked   traffic.Set
	direction network.Direction
	// peers is set for security groups, whose rules are about the other end only.
	peers    *peers
	from, to *place

	ready               bool
	protocols           traffic.ProtocolSet
	ports               traffic.PortSet
	withPorts           bool
	source, destination traffic.AddressSet
}

func (v *view) prepare() {
	if v.ready {
		return
	}
	v.ready = true
	v.protocols = v.blocked.Protocols()
	v.ports = v.blocked.DestinationPorts(traffic.AnyProtocol)
	v.withPorts = !v.ports.IsEmpty()
	v.source, v.destination = v.blocked.Sources(), v.blocked.Destinations()
}

// fields tells which fields of a rule some of the traffic has.
type fields struct{ protocol, port, source, destination bool }

func (v *view) fields(r *rule, swapped bool) fields {
	v.prepare()
	source, destination := v.source, v.destination
	if swapped {
		source, destination = destination, source
	}
	out := fields{
		protocol: !r.broken && (r.protocol == traffic.AnyProtocol || v.protocols.Contains(r.protocol)),
		port:     true, source: r.source.Overlaps(source), destination: r.destination.Overlaps(destination),
	}
	if r.protocol.HasPorts() {
		out.port = v.ports.Overlaps(r.ports)
	}
	if r.icmpType != nil && !swapped && out.source && out.destination {
		out.port = r.match.Overlaps(v.blocked)
	}
	if r.remote != "" && !v.isMember(r) {
		if r.direction == network.Ingress {
			out.source = false
		} else {
			out.destination = false
		}
	}
	return out
}

// isMember tells whether the other end is in the group a rule is about.
func (v *view) isMember(r *rule) bool {
	if v.peers == nil {
		return true
	}
	probe := r.match
	return !v.peers.limit(r, probe).IsEmpty()
}

// serves tells whether a rule about another protocol is about the same service.
func (v *view) serves(r *rule) bool {
	switch {
	case r.broken || r.protocol == traffic.AnyProtocol:
		return false
	case v.withPorts:
		return v.ports.Overlaps(r.ports) && (r.protocol.HasPorts() || r.protocol.IsICMP())
	}
	return r.protocol.HasPorts() && r.ports.IsAll()
}

// considered lists what each rule had in common with the traffic, up to the one that decided.
func (v *view) considered(rules []*rule, decided *rule) []Consideration {
	out := make([]Consideration, 0, len(rules))
	for _, r := range rules {
		if r.off || r.unknown {
			continue
		}
		f := v.fields(r, false)
		out = append(out, Consideration{
			Rule: r.ref, Protocol: f.protocol, Source: f.source, Destination: f.destination, DestinationPort: f.port,
		})
		if r == decided {
			break
		}
	}
	return out
}

// groupHint says in which one field an allow rule of a security group misses the traffic.
func (v *view) groupHint(r *rule) string {
	if r.unknown || r.sg.Default || !r.allow {
		return ""
	}
	same := r.direction == v.direction
	f := v.fields(r, !same)
	peer := f.source && f.destination
	if !same {
		if !r.off && f.protocol && f.port && peer && (isDeliberate(r.sg) || r.protocol != traffic.AnyProtocol) {
			return CodeSGWrongDirection
		}
		return ""
	}
	all := f.protocol && f.port && peer
	switch {
	case all && r.off && r.match.Overlaps(v.blocked):
		return CodeSGRuleDisabled
	case all || r.off:
		return ""
	case !f.protocol && peer && v.serves(r):
		return CodeSGWrongProtocol
	case f.protocol && peer && !f.port:
		return CodeSGWrongPort
	case f.protocol && f.port && !peer:
		return CodeSGWrongPeer
	}
	return ""
}

// aclHint says in which one field an allow rule of a network ACL misses the traffic.
func (v *view) aclHint(r *rule) string {
	if !r.allow {
		return ""
	}
	f := v.fields(r, false)
	sides := f.source && f.destination
	if r.direction != v.direction {
		back := v.fields(r, true)
		if !r.off && particular(r) && f.protocol && f.port && (sides || back.source && back.destination) {
			return CodeACLWrongDirection
		}
		return ""
	}
	all := f.protocol && f.port && sides
	switch {
	case all && r.off && r.match.Overlaps(v.blocked):
		return CodeACLRuleDisabled
	case all || r.off:
		return ""
	case !f.protocol && sides && v.serves(r):
		return CodeACLWrongProtocol
	case f.protocol && sides && !f.port:
		return CodeACLWrongPort
	}
	return ""
}

// particular tells whether the author of an ACL rule named anything that it is about.
func particular(r *rule) bool {
	return r.protocol != traffic.AnyProtocol || !r.source.IsAny(r.family()) || !r.destination.IsAny(r.family())
}

// family is the address family of an ACL rule.
func (r *rule) family() traffic.Family {
	if r.acl != nil && r.acl.IPVersion == 6 {
		return traffic.IPv6
	}
	return traffic.IPv4
}
