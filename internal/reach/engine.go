package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Decide answers a question. It never stops at the first obstacle: every layer on the way forward and the route back
// are judged, and every cause is named once with all the traffic it stops.
func (w *World) Decide(q Question) Answer {
	a := decide(w.n, q)
	repair(w.n, &a)
	return a
}

// Matrix is who reaches whom in one address family, exactly.
type Matrix struct {
	w       *World
	family  traffic.Family
	strict  bool
	classes []Class
}

// Matrix is the traffic between all instances of the network that have an address of the family, and the Internet.
func (w *World) Matrix(f traffic.Family) *Matrix {
	return w.matrixOf(f, w.members(Selector{AllInstances: true, Internet: true}, f), false)
}

func (w *World) matrixOf(f traffic.Family, members []Member, strict bool) *Matrix {
	m := &Matrix{w: w, family: f, strict: strict}
	for i := range members {
		m.classes = append(m.classes, Class{members[i : i+1]})
	}
	return m
}

// Classes lists the classes; Cell and Entry refer to them by position.
func (m *Matrix) Classes() []Class { return m.classes }

// Cell is what gets from one class to another.
func (m *Matrix) Cell(from, to int) Cell {
	a, b := &m.classes[from].Members[0], &m.classes[to].Members[0]
	if a.key() == b.key() {
		return Cell{}
	}
	got := decide(m.w.n, Question{
		Source: a.Endpoint(), Destination: b.Endpoint(), Protocol: traffic.AnyProtocol, Ports: traffic.AllPorts(),
		Family: m.family, Strict: m.strict,
	})
	strip := func(s traffic.Set) traffic.Set {
		if a.Address.IsValid() {
			s = s.FromAnywhere()
		}
		if b.Address.IsValid() {
			s = s.ToAnywhere()
		}
		return s
	}
	return Cell{strip(got.Allowed), strip(got.Unclear)}
}

// space is every packet a cell could hold.
func (m *Matrix) space(from, to int) traffic.Set {
	source, destination := traffic.AnyAddress(m.family), traffic.AnyAddress(m.family)
	if a := &m.classes[from].Members[0]; !a.Address.IsValid() {
		source = a.addresses(m.family)
	}
	if b := &m.classes[to].Members[0]; !b.Address.IsValid() {
		destination = b.addresses(m.family)
	}
	s, _ := traffic.Match{Family: m.family, Source: &source, Destination: &destination}.Set()
	return s
}

// addresses are all addresses of the member in a family.
func (m *Member) addresses(f traffic.Family) traffic.AddressSet {
	switch {
	case m.Address.IsValid():
		return traffic.FromAddr(m.Address)
	case m.Name == internetName:
		return publicAddresses(f)
	}
	set, _ := traffic.ParseAddressEntry(m.Name)
	return set.Only(f)
}

// Audit lists what is wrong or without effect in the network as it is, with no question asked.
func (w *World) Audit() []Finding {
	var out []Finding
	for _, a := range network.All[*network.NetworkACL](w.n) {
		if len(a.SubnetIDs) == 0 {
			out = append(out, Finding{
				Code: CodeACLUnassociated, Severity: Warning, Layer: LayerACL, Kind: network.KindNetworkACL, ID: a.ID, Name: a.Name,
			})
		}
	}
	for _, g := range network.All[*network.SecurityGroup](w.n) {
		if len(network.Referring[*network.Instance](w.n, "security_group_ids", g.ID)) == 0 {
			out = append(out, Finding{
				Code: CodeSGUnattached, Severity: Info, Layer: LayerSG, Kind: network.KindSecurityGroup, ID: g.ID, Name: g.Name,
			})
		}
	}
	return out
}
