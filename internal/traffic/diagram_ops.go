package traffic

// operation is one of the three ways to combine two diagrams.
type operation uint8

const (
	union operation = iota
	intersection
	difference
)

// calculation is one combination of two diagrams. It remembers the combinations of parts it met once there are many of
// them, because a diagram can lead to one part along very many ways.
type calculation struct {
	op     operation
	steps  int
	memory *[memorySize]memorised
}

type memorised struct{ a, b, result *node }

const (
	// memorySize bounds what is remembered; a newer part displaces an older one.
	memorySize = 1 << 8
	// patience is how many parts are combined before remembering starts: most calculations end before.
	patience = 48
)

func combine(op operation, a, b *node) *node {
	if result, ok := trivial(op, a, b); ok {
		return result
	}
	c := calculation{op: op}
	return c.combine(a, b)
}

// trivial decides what needs no look into both diagrams.
func trivial(op operation, a, b *node) (*node, bool) {
	switch op {
	case union:
		switch {
		case a == nil || b == full:
			return b, true
		case b == nil || a == full || a == b:
			return a, true
		}
	case intersection:
		switch {
		case a == nil || b == full || a == b:
			return a, true
		case b == nil || a == full:
			return b, true
		}
	case difference:
		switch {
		case a == nil || b == full || a == b:
			return nil, true
		case b == nil:
			return a, true
		}
	}
	return nil, false
}

// combine is the operation on diagrams that trivial does not decide.
func (c *calculation) combine(a, b *node) *node {
	c.steps++
	if c.steps < patience {
		return c.merge(a, b)
	}
	if c.memory == nil {
		c.memory = new([memorySize]memorised)
	}
	m := &c.memory[(a.hash^b.hash<<1)%memorySize]
	// Parts that are alike count as one part even where they were made twice; the results then are one, and the next
	// calculation on them is shorter.
	if m.a != nil && same(m.a, a) && same(m.b, b) {
		return m.result
	}
	result := c.merge(a, b)
	*m = memorised{a, b, result}
	return result
}

// merge combines two diagrams on the upper of their levels.
func (c *calculation) merge(a, b *node) *node {
	l := min(a.level, b.level)
	// The larger diagram goes first where the order does not matter: what lies outside the second one is copied whole.
	if c.op != difference && (b.level == l && (a.level != l || len(a.steps) < len(b.steps))) {
		a, b = b, a
	}
	// Outside of this window nothing changes, or nothing remains. Most questions about most rules end here.
	w := b.window(l)
	if c.op != union {
		w = w.intersect(a.window(l))
	}
	if !w.empty() {
		return c.weave(l, w, a, b)
	}
	if c.op == intersection {
		return nil
	}
	return a
}

// weave walks the intervals of both diagrams inside the window.
func (c *calculation) weave(l level, w window, a, b *node) *node {
	var constantA, constantB [1]step
	as, bs := stepsAt(a, l, &constantA), stepsAt(b, l, &constantB)
	i, j := find(as, w.first), find(bs, w.first)
	var local [12]step
	out := local[:0]
	keep := 0
	var left *node
	if c.op == intersection {
		if w.first != (key{}) {
			out = append(out, step{})
		}
	} else {
		keep = i
		if as[i].at.less(w.first) {
			keep++
		}
		if keep > 0 {
			left = as[keep-1].to
		}
	}
	for at := w.first; ; {
		result, ok := trivial(c.op, as[i].to, bs[j].to)
		if !ok {
			result = c.combine(as[i].to, bs[j].to)
		}
		if len(out) > 0 {
			left = out[len(out)-1].to
		}
		if keep+len(out) == 0 || !same(left, result) {
			out = append(out, step{at, result})
		}
		var more bool
		if at, more = advance(as, bs, &i, &j); !more {
			return c.finish(l, a, b, as, bs, keep, len(as), out)
		}
		if w.bounded && !at.less(w.end) {
			break
		}
	}

	// Behind the window.
	rest := len(as)
	var after *node
	if c.op != intersection {
		after = as[i].to
		rest = i + 1
	}
	if len(out) > 0 {
		left = out[len(out)-1].to
	}
	if !same(left, after) {
		out = append(out, step{w.end, after})
	}
	return c.finish(l, a, b, as, bs, keep, rest, out)
}

// finish makes the node of as[:keep], out and as[rest:], or finds that it exists.
func (c *calculation) finish(l level, a, b *node, as, bs []step, keep, rest int, out []step) *node {
	size := keep + len(out) + len(as) - rest
	switch {
	case size == 1:
		if keep == 1 {
			return as[0].to
		}
		if len(out) == 1 {
			return out[0].to
		}
		return as[rest].to
	case size == len(as) && alike(out, as[keep:rest]):
		return a
	case size == len(bs) && size == len(out) && alike(out, bs):
		return b
	}
	var hash uint64
	if a.level == l && c.op != intersection {
		hash = a.hash
		for _, s := range as[keep:rest] {
			hash -= s.hash()
		}
		for _, s := range out {
			hash += s.hash()
		}
	} else {
		hash = hashSteps(l, out) + hashSteps(l, as[:keep]) + hashSteps(l, as[rest:]) - 2*hashSteps(l, nil)
	}
	return newNode(l, hash, as[:keep], out, as[rest:])
}

// alike reports whether two runs of steps are the same, down to the parts they lead to.
func alike(a, b []step) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// stepsAt are the steps of n on level l; a diagram that does not look at that level is one interval.
func stepsAt(n *node, l level, constant *[1]step) []step {
	if n != nil && n.level == l {
		return n.steps
	}
	constant[0].to = n
	return constant[:]
}

// window is the interval outside of which a diagram leads nowhere.
type window struct {
	first, end key
	bounded    bool
}

// window of n on level l. A diagram that does not look at the level leads somewhere everywhere.
func (n *node) window(l level) window {
	var w window
	if n.level != l {
		return w
	}
	if n.steps[0].to == nil {
		w.first = n.steps[1].at
	}
	if last := &n.steps[len(n.steps)-1]; last.to == nil {
		w.end, w.bounded = last.at, true
	}
	return w
}

func (w window) intersect(o window) window {
	if w.first.less(o.first) {
		w.first = o.first
	}
	if o.bounded && (!w.bounded || o.end.less(w.end)) {
		w.end, w.bounded = o.end, true
	}
	return w
}

func (w window) empty() bool { return w.bounded && !w.first.less(w.end) }
