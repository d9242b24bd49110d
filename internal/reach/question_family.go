package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// familyOf takes the address family of a question from what it names: an address, else the protocol, else what both
// ends have, IPv4 before IPv6. The finding, nil if all is well, is about what does not fit together.
func (m *Model) familyOf(q *Question) (traffic.Family, *Finding) {
	bad := func(code, name string) *Finding {
		return &Finding{Code: code, Severity: Failure, Leg: Forward, Layer: LayerQuestion, Name: name}
	}
	family := q.Family
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
			return family, bad(CodeIPFamilyMismatch, q.Source.Address+" and "+q.Destination.Address)
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
	case family == 0 && fits != 0:
		return fits, nil
	case family == 0:
		if !m.hasFamily(&q.Source, traffic.IPv4) || !m.hasFamily(&q.Destination, traffic.IPv4) {
			if m.hasFamily(&q.Source, traffic.IPv6) && m.hasFamily(&q.Destination, traffic.IPv6) {
				return traffic.IPv6, nil
			}
		}
		return traffic.IPv4, nil
	case fits != 0 && fits != family:
		return family, bad(CodeProtocolFamilyMismatch, q.Protocol.String())
	}
	return family, nil
}

// hasFamily reports whether an instance or subnet has an address of the family; other ends have any.
func (m *Model) hasFamily(e *Endpoint, f traffic.Family) bool {
	if i := m.instanceByID.get(e.InstanceID); i != nil {
		return i.addresses[index(f)].IsValid()
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
