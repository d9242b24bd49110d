package reach

import (
	"iter"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Cell is what gets from one end to another. The sets do not restrict the addresses of instances, which are those of the two
// ends.
type Cell struct {
	// Allowed is the traffic that gets through, Unclear what cannot be decided. Everything else is refused.
	Allowed, Unclear traffic.Set
}

// IsEmpty reports whether nothing gets through, as far as is known.
func (c Cell) IsEmpty() bool { return c.Allowed.IsEmpty() && c.Unclear.IsEmpty() }

// Class is ends with the same reachability: the same traffic reaches each of them from any end of any other class, and reaches
// any end of any other class from each of them. Two ends of one class reach each other as the class reaches itself.
type Class struct{ Members []Member }

// Entry is one cell of a matrix that is not empty: every member of From reaches every other member of To. From and To are
// positions in Matrix.Classes.
type Entry struct {
	From, To int
	Cell     Cell
}

// Matrix is who reaches whom in one address family, exactly, from whatever port. It never changes and may be used by
// several goroutines at once.
type Matrix struct {
	family    traffic.Family
	classes   []Class
	endpoints []*resolvedEndpoint
	pool      *outcomePool
	cells     [][]uint32
}

// Matrix is the traffic between all instances of the network that have an address of the family, and the Internet.
func (m *Model) Matrix(f traffic.Family) *Matrix {
	return m.matrixOf(f, m.selected(&Selector{AllInstances: true, Internet: true}, f), false)
}

// matrixOf is the traffic between some ends, each of which occurs once.
func (m *Model) matrixOf(f traffic.Family, members []Member, strict bool) *Matrix {
	b := newMatrixBuilder(m, f, strict)
	b.classify(members)
	return b.matrix()
}

// Family is the address family of the matrix.
func (m *Matrix) Family() traffic.Family { return m.family }

// Classes lists the classes; Cell and Entry refer to them by position.
func (m *Matrix) Classes() []Class { return m.classes }

// Cell is what gets from any member of one class to any other member of another. For the class of a single end, which
// does not reach itself, it is what another end like it would have.
func (m *Matrix) Cell(from, to int) Cell { return m.pool.cell(m.cells[from][to]) }

// Entries yields the cells that are not empty, by From and To, ascending. The cell of a class with itself is about its
// different members and left out where there is only one.
func (m *Matrix) Entries() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for i := range m.classes {
			for j, id := range m.cells[i] {
				if id == nothing || i == j && len(m.classes[i].Members) < 2 {
					continue
				}
				if !yield(Entry{i, j, m.pool.cell(id)}) {
					return
				}
			}
		}
	}
}

// space is every packet a cell could hold.
func (m *Matrix) space(from, to int) traffic.Set {
	match := traffic.Match{Family: m.family}
	if p := m.endpoints[from]; p.instance == nil {
		match.Source = &p.addresses
	}
	if p := m.endpoints[to]; p.instance == nil {
		match.Destination = &p.addresses
	}
	s, _ := match.Set()
	return s
}

// selected finds the ends a selector names; every end occurs once, in the order of the network's instances.
func (m *Model) selected(s *Selector, f traffic.Family) []Member {
	var out []Member
	groups := toSet(s.SecurityGroupIDs)
	ids, subnets, vpcs := toSet(s.InstanceIDs), toSet(s.SubnetIDs), toSet(s.VPCIDs)
	for i := range m.instances {
		p := &i.endpoints[index(f)]
		if p.instance == nil || !p.anyAddress && !i.subnet.block(f).Contains(i.addresses[index(f)]) {
			continue
		}
		chosen := s.AllInstances || ids[i.ID] || subnets[i.SubnetID] || vpcs[i.subnet.VPCID]
		for _, g := range i.SecurityGroupIDs {
			chosen = chosen || groups[g]
		}
		if chosen {
			out = append(out, Member{Kind: network.KindInstance, ID: i.ID, Name: i.label, Address: i.addresses[index(f)]})
		}
	}
	seen := map[string]bool{}
	for _, text := range s.Addresses {
		set, err := traffic.ParseAddressEntry(text)
		if err == nil && !seen[text] && !set.Only(f).IsEmpty() {
			seen[text] = true
			out = append(out, Member{Name: text})
		}
	}
	if s.Internet {
		out = append(out, Member{Name: internetName})
	}
	return out
}

func toSet(list []string) map[string]bool {
	out := make(map[string]bool, len(list))
	for _, s := range list {
		out[s] = true
	}
	return out
}
