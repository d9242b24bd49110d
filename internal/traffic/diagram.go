package traffic

import "slices"

// A set of packets of one family and one protocol class is a function from four numbers to yes or no. It is kept as an
// interval decision diagram: a node cuts one dimension into intervals and says for each what decides the dimensions
// after it. Three rules make the diagram of a set unique, so that equal sets have equal diagrams however they were
// built:
//
//   - dimensions are decided in the order of level;
//   - neighbouring intervals of a node lead to different places;
//   - a node that would not distinguish anything does not exist: its parent leads past it. A set that does not look at
//     a dimension pays nothing for it.
//
// nil is the empty set, full is everything. Nodes never change once made and are shared between sets.

// level is the position of a dimension in the order of decisions. Addresses come first because they are what rules of
// one table differ in most; a rule then touches only the few intervals of its own addresses.
type level uint8

const (
	levelSource level = iota
	levelDestination
	// levelMinor is the source port of tcp and udp, the ICMP type, or the position among the other protocols.
	levelMinor
	// levelMajor is the destination port or the ICMP code.
	levelMajor
	// levelEnd is below every dimension: nothing is left to decide.
	levelEnd
)

// step begins an interval that ends where the next step begins; the last one has no end.
type step struct {
	at key
	to *node
}

type node struct {
	hash  uint64
	steps []step
	// room saves the second allocation for the most frequent shape, one interval: before it, inside, after it.
	room  [3]step
	level level
}

var full = &node{level: levelEnd, hash: 0x9e3779b97f4a7c15}

// newNode joins three runs of steps into a node. The caller guarantees that neighbours differ and knows the hash.
func newNode(l level, hash uint64, before, middle, after []step) *node {
	n := &node{level: l, hash: hash}
	if size := len(before) + len(middle) + len(after); size <= len(n.room) {
		n.steps = n.room[:0]
	} else {
		n.steps = make([]step, 0, size)
	}
	n.steps = append(append(append(n.steps, before...), middle...), after...)
	return n
}

// spanNode leads the given spans, sorted and apart from each other, to one place and everything else nowhere. last is
// the largest key of the dimension.
func spanNode(l level, spans []span, last key, to *node) *node {
	if len(spans) == 0 || to == nil {
		return nil
	}
	if spans[0] == (span{key{}, last}) {
		return to
	}
	var local [16]step
	steps := local[:0]
	if spans[0].first != (key{}) {
		steps = append(steps, step{})
	}
	for _, s := range spans {
		steps = append(steps, step{s.first, to})
		if s.last.less(last) {
			steps = append(steps, step{at: s.last.next()})
		}
	}
	return newNode(l, hashSteps(l, steps), nil, steps, nil)
}

// graft is n, a diagram of one dimension, as the decision on level l that leads to what comes after it.
func graft(n *node, l level, to *node) *node {
	switch {
	case n == nil || to == nil:
		return nil
	case n == full:
		return to
	case n.level == l && to == full:
		return n
	}
	out := newNode(l, 0, nil, n.steps, nil)
	for i := range out.steps {
		if out.steps[i].to != nil {
			out.steps[i].to = to
		}
	}
	out.hash = hashSteps(l, out.steps)
	return out
}

// spans are the intervals of a diagram of one dimension.
func (n *node) spans(last key) []span {
	switch n {
	case nil:
		return nil
	case full:
		return []span{{key{}, last}}
	}
	out := make([]span, 0, (len(n.steps)+1)/2)
	for i, s := range n.steps {
		if s.to != nil {
			out = append(out, span{s.at, n.end(i, last)})
		}
	}
	return out
}

// end is the last key of the i-th interval.
func (n *node) end(i int, last key) key {
	if i+1 < len(n.steps) {
		return n.steps[i+1].at.previous()
	}
	return last
}

// lookup is where k leads.
func (n *node) lookup(k key) *node { return n.steps[find(n.steps, k)].to }

// find is the index of the interval that holds k.
func find(steps []step, k key) int {
	low, high := 0, len(steps)
	for high-low > 1 {
		middle := int(uint(low+high) >> 1)
		if k.less(steps[middle].at) {
			high = middle
		} else {
			low = middle
		}
	}
	return low
}

// normalise sorts spans and joins those that overlap or touch, in place.
func normalise(spans []span) []span {
	sorted := true
	for i := 1; i < len(spans) && sorted; i++ {
		sorted = !spans[i].first.less(spans[i-1].first)
	}
	if !sorted {
		slices.SortFunc(spans, func(a, b span) int { return a.first.compare(b.first) })
	}
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 {
			previous := &out[n-1]
			// Overlap first: next() of the last address of all would wrap.
			if !previous.last.less(s.first) || previous.last.next() == s.first {
				if previous.last.less(s.last) {
					previous.last = s.last
				}
				continue
			}
		}
		out = append(out, s)
	}
	return out
}

// The hash of a node is a sum over its steps, so that a change of a few steps changes it at the cost of those few.
// It only speeds comparisons up; equality never rests on it.

func hashSteps(l level, steps []step) uint64 {
	h := mix(uint64(l) + 1)
	for _, s := range steps {
		h += s.hash()
	}
	return h
}

func (s step) hash() uint64 {
	h := mix(s.at.lo ^ mix(s.at.hi))
	if s.to != nil {
		h ^= s.to.hash
	}
	return mix(h)
}

func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// first is the smallest key of a diagram of one dimension that is not empty.
func (n *node) first() key {
	if n == full || n.steps[0].to != nil {
		return key{}
	}
	return n.steps[1].at
}
