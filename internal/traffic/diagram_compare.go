package traffic

// same reports whether two diagrams are the same set. Diagrams are unique, so it compares shapes.
func same(a, b *node) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || a.hash != b.hash {
		return false
	}
	var p pairs
	return p.same(a, b)
}

// overlaps reports whether two diagrams have a point in common.
func overlaps(a, b *node) bool {
	var p pairs
	return p.overlaps(a, b)
}

// within reports whether every point of a is one of b.
func within(a, b *node) bool {
	var p pairs
	return p.within(a, b)
}

// pairs is one comparison of two diagrams. Every answer that does not end the comparison at once is remembered when
// there are many, because a diagram can lead to one part along very many ways.
type pairs struct {
	steps int
	done  map[[2]*node]struct{}
}

// known reports whether the pair has been compared, and takes note of it.
func (p *pairs) known(a, b *node) bool {
	p.steps++
	if p.steps < patience {
		return false
	}
	pair := [2]*node{a, b}
	if _, ok := p.done[pair]; ok {
		return true
	}
	if p.done == nil {
		p.done = make(map[[2]*node]struct{})
	}
	p.done[pair] = struct{}{}
	return false
}

func (p *pairs) same(a, b *node) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || a.hash != b.hash || a.level != b.level || len(a.steps) != len(b.steps) {
		return false
	}
	for i := range a.steps {
		if a.steps[i].at != b.steps[i].at {
			return false
		}
	}
	if a.level+1 < levelEnd && p.known(a, b) {
		return true
	}
	for i := range a.steps {
		if !p.same(a.steps[i].to, b.steps[i].to) {
			return false
		}
	}
	return true
}

func (p *pairs) overlaps(a, b *node) bool {
	switch {
	case a == nil || b == nil:
		return false
	case a == b || a == full || b == full:
		return true
	}
	l := min(a.level, b.level)
	w := a.window(l).intersect(b.window(l))
	if w.empty() || p.known(a, b) {
		return false
	}
	var constantA, constantB [1]step
	as, bs := stepsAt(a, l, &constantA), stepsAt(b, l, &constantB)
	for i, j := find(as, w.first), find(bs, w.first); ; {
		if p.overlaps(as[i].to, bs[j].to) {
			return true
		}
		at, more := advance(as, bs, &i, &j)
		if !more || w.bounded && !at.less(w.end) {
			return false
		}
	}
}

func (p *pairs) within(a, b *node) bool {
	switch {
	case a == nil || b == full || a == b:
		return true
	case b == nil || a == full:
		return false
	case p.known(a, b):
		return true
	}
	l := min(a.level, b.level)
	var constantA, constantB [1]step
	as, bs := stepsAt(a, l, &constantA), stepsAt(b, l, &constantB)
	w := a.window(l)
	for i, j := find(as, w.first), find(bs, w.first); ; {
		if !p.within(as[i].to, bs[j].to) {
			return false
		}
		at, more := advance(as, bs, &i, &j)
		if !more || w.bounded && !at.less(w.end) {
			return true
		}
	}
}

// advance moves to the next key at which either run of steps changes.
func advance(as, bs []step, i, j *int) (key, bool) {
	moreA, moreB := *i+1 < len(as), *j+1 < len(bs)
	switch {
	case !moreA && !moreB:
		return key{}, false
	case moreA && (!moreB || as[*i+1].at.less(bs[*j+1].at)):
		*i++
		return as[*i].at, true
	case moreB && (!moreA || bs[*j+1].at.less(as[*i+1].at)):
		*j++
		return bs[*j].at, true
	}
	*i++
	*j++
	return as[*i].at, true
}
