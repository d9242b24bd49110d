package reach

import (
	"strconv"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Change is traffic between two groups of ends: from every member of From to every other member of To.
type Change struct {
	// Code is reachability_gained or reachability_lost where there was nothing before or is nothing after,
	// reachability_widened or reachability_narrowed where some traffic stays; empty for the violation of an intent.
	Code     string
	From, To []Member
	Traffic  traffic.Set
}

// Pairs is the number of pairs of ends the change is about: an end is none with itself.
func (c *Change) Pairs() int {
	n := 0
	for i := range c.From {
		for j := range c.To {
			if c.From[i].key() != c.To[j].key() {
				n++
			}
		}
	}
	return n
}

// Difference is what a change of a network does to its reachability, as exact sets. Instances are matched by id, so one
// that is replaced loses everything under its old id and gains it under the new one.
type Difference struct {
	Gained, Lost []Change
}

// IsEmpty reports whether both networks let the same traffic through.
func (d Difference) IsEmpty() bool { return len(d.Gained) == 0 && len(d.Lost) == 0 }

// Compare finds the traffic that one of two networks lets through and the other does not, between every two instances
// and between instances and the Internet, in both address families. What cannot be decided counts as not let through.
func Compare(before, after *Model) Difference {
	var d Difference
	for _, f := range []traffic.Family{traffic.IPv4, traffic.IPv6} {
		d.compare(before.Matrix(f), after.Matrix(f))
	}
	return d
}

// jointClass is ends that are in one class before and in one class after; -1 stands for not being there.
type jointClass struct {
	before, after int
	members       []Member
}

func (d *Difference) compare(before, after *Matrix) {
	groups := jointClasses(before, after)
	n := setNumbering{byHash: map[uint64][]int{}}
	was, is := n.of(before.pool), n.of(after.pool)
	cell := func(m *Matrix, numbers []int, from, to int) int {
		if from < 0 || to < 0 {
			return 0
		}
		return numbers[m.cells[from][to]]
	}
	for i := range groups {
		for j := range groups {
			from, to := &groups[i], &groups[j]
			a, b := cell(before, was, from.before, to.before), cell(after, is, from.after, to.after)
			if a == b || i == j && len(from.members) < 2 {
				continue
			}
			d.addChanges(from, to, n.sets[a], n.sets[b])
		}
	}
}

// addChanges adds what two classes gained and lost.
func (d *Difference) addChanges(from, to *jointClass, was, is traffic.Set) {
	if gained := is.Subtract(was); !gained.IsEmpty() {
		code := CodeReachabilityWidened
		if was.IsEmpty() {
			code = CodeReachabilityGained
		}
		d.Gained = append(d.Gained, Change{code, from.members, to.members, gained})
	}
	if lost := was.Subtract(is); !lost.IsEmpty() {
		code := CodeReachabilityNarrowed
		if is.IsEmpty() {
			code = CodeReachabilityLost
		}
		d.Lost = append(d.Lost, Change{code, from.members, to.members, lost})
	}
}

// setNumbering gives equal sets of several pools equal numbers; the empty set is 0.
type setNumbering struct {
	sets   []traffic.Set
	byHash map[uint64][]int
}

func (n *setNumbering) of(p *outcomePool) []int {
	out := make([]int, len(p.list))
	for i, b := range p.list {
		out[i] = n.number(b.sure)
	}
	return out
}

func (n *setNumbering) number(s traffic.Set) int {
	if len(n.sets) == 0 {
		n.sets = append(n.sets, traffic.Set{})
	}
	if s.IsEmpty() {
		return 0
	}
	h := s.Hash()
	for _, i := range n.byHash[h] {
		if n.sets[i].Equal(s) {
			return i
		}
	}
	n.sets = append(n.sets, s)
	n.byHash[h] = append(n.byHash[h], len(n.sets)-1)
	return len(n.sets) - 1
}

// jointClasses divides the ends of two matrices by their classes in both.
func jointClasses(before, after *Matrix) []jointClass {
	was := map[string]int{}
	for i, c := range before.Classes() {
		for _, m := range c.Members {
			was[m.key()] = i
		}
	}
	var out []jointClass
	position := map[string]int{}
	put := func(b, a int, m Member) {
		key := strconv.Itoa(b) + "/" + strconv.Itoa(a)
		at, ok := position[key]
		if !ok {
			at = len(out)
			position[key] = at
			out = append(out, jointClass{before: b, after: a})
		}
		out[at].members = append(out[at].members, m)
	}
	present := map[string]bool{}
	for i, c := range after.Classes() {
		for _, m := range c.Members {
			b, ok := was[m.key()]
			if !ok {
				b = -1
			}
			present[m.key()] = true
			put(b, i, m)
		}
	}
	for i, c := range before.Classes() {
		for _, m := range c.Members {
			if !present[m.key()] {
				put(i, -1, m)
			}
		}
	}
	return out
}
