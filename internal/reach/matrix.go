package reach

import (
	"iter"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Cell is what gets from one end to another. The sets do not restrict addresses where both ends are instances: the two
// ends say which they are.
type Cell struct {
	// Allowed is the traffic that gets through, Unclear what cannot be decided. Everything else is refused.
	Allowed, Unclear traffic.Set
}

// IsEmpty tells whether nothing gets through for all that is known.
func (c Cell) IsEmpty() bool { return c.Allowed.IsEmpty() && c.Unclear.IsEmpty() }

// Class is ends that fare alike: the same traffic reaches each of them from any end of any other class, and leaves each
// of them to any end of any other class. Two ends of one class reach each other as the class reaches itself.
type Class struct{ Members []Member }

// Entry is one cell of a matrix that is not empty: everything in From reaches everything in To, but never itself.
type Entry struct {
	From, To int
	Cell     Cell
}

// Entries yields the cells that are not empty, by From and To, ascending. The cell of a class with itself is about its
// different members and left out where there is only one.
func (m *Matrix) Entries() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for i := range m.classes {
			for j := range m.classes {
				if i == j && len(m.classes[i].Members) < 2 {
					continue
				}
				if c := m.Cell(i, j); !c.IsEmpty() && !yield(Entry{i, j, c}) {
					return
				}
			}
		}
	}
}
