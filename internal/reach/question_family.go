package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Families are the address families a question is about: that of an address or a protocol it names, else every one that both ends
// have, IPv4 first; never none. A question that expects traffic to get through is decided in the first of them, as an intent
// is; one that expects it to be blocked is to be decided in each.
func (m *Model) Families(q Question) []traffic.Family {
	if first, both, _ := m.familiesOf(&q); !both {
		return []traffic.Family{first}
	}
	return []traffic.Family{traffic.IPv4, traffic.IPv6}
}

// familiesOf is Families: the first of them, and whether the question is about both. The finding, nil if all is well, is about
// what does not fit together.
func (m *Model) familiesOf(q *Question) (family traffic.Family, both bool, wrong *Finding) {
	bad := func(code, name string) *Finding {
		return &Finding{Code: code, Severity: Failure, Leg: Forward, Layer: LayerQuestion, Name: name}
	}
	for _, e := range [...]*Endpoint{&q.Source, &q.Destination} {
		if e.Address == "" || e.Internet || e.InstanceID != "" || e.SubnetID != "" {
			continue
		}
		set, err := traffic.ParseAddressEntry(e.Address)
		first, ok := set.First()
		if err != nil || !ok {
			continue
		}
		f := traffic.FamilyOf(first)
		if family != 0 && family != f {
			return family, false, bad(CodeIPFamilyMismatch, q.Source.Address+" and "+q.Destination.Address)
		}
		family = f
	}
	var fits traffic.Family
	switch q.Protocol {
	case traffic.ICMP:
		fits = traffic.IPv4
	case traffic.ICMPv6:
		fits = traffic.IPv6
	default:
	}
	switch {
	case family != 0 && fits != 0 && fits != family:
		return family, false, bad(CodeProtocolFamilyMismatch, q.Protocol.String())
	case family != 0:
		return family, false, nil
	case fits != 0:
		return fits, false, nil
	}
	four, six := m.haveFamily(q, traffic.IPv4), m.haveFamily(q, traffic.IPv6)
	if six && !four {
		return traffic.IPv6, false, nil
	}
	return traffic.IPv4, four && six, nil
}

// familyOf is the family in which a question is decided: the one it names, else the first it is about. other reports whether it
// is about another one too.
func (m *Model) familyOf(q *Question) (family traffic.Family, other bool, wrong *Finding) {
	family, other, wrong = m.familiesOf(q)
	switch {
	case q.Family == 0 || wrong != nil || q.Family == family:
	case other || q.Source.Address == "" && q.Destination.Address == "" && !q.Protocol.IsICMP():
		family = q.Family
	default:
		code, name := CodeIPFamilyMismatch, q.Source.Address+" and "+q.Destination.Address
		if q.Protocol.IsICMP() {
			code, name = CodeProtocolFamilyMismatch, q.Protocol.String()
		}
		wrong = &Finding{Code: code, Severity: Failure, Leg: Forward, Layer: LayerQuestion, Name: name}
		family = q.Family
	}
	return family, other, wrong
}

// haveFamily reports whether both ends of a question have addresses of the family.
func (m *Model) haveFamily(q *Question, f traffic.Family) bool {
	return m.hasFamily(&q.Source, f) && m.hasFamily(&q.Destination, f)
}

// hasFamily reports whether an instance or subnet has an address of the family; other ends have any.
func (m *Model) hasFamily(e *Endpoint, f traffic.Family) bool {
	if i := m.instanceByID.get(e.InstanceID); i != nil {
		return i.addresses[index(f)].IsValid() || i.endpoints[index(f)].anyAddress
	}
	if s := m.subnetByID[e.SubnetID]; s != nil {
		return s.block(f).IsValid()
	}
	return true
}

// asked is the traffic a question is about.
func (q *Question) asked(f traffic.Family, from, to *resolvedEndpoint) traffic.Set {
	m := traffic.Match{Family: f, Source: &from.addresses, Destination: &to.addresses}
	if q.Protocol != traffic.AnyProtocol {
		m.Protocols = []traffic.Protocol{q.Protocol}
	}
	if q.Protocol.HasPorts() {
		m.DestinationPorts = q.ports()
		if !q.SourcePorts.IsEmpty() {
			m.SourcePorts = &q.SourcePorts
		}
	}
	if q.Protocol.IsICMP() {
		m.ICMPType, m.ICMPCode = q.icmp()
	}
	s, _ := m.Set()
	return s
}

// endpointKind is the kind of object an endpoint names.
func endpointKind(e *Endpoint) network.Kind {
	switch {
	case e.InstanceID != "":
		return network.KindInstance
	case e.SubnetID != "":
		return network.KindSubnet
	}
	return ""
}
