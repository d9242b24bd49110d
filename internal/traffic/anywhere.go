package traffic

// FromAnywhere is the packets of the set with their source address replaced by every address of their family.
func (s Set) FromAnywhere() Set { return s.forget(levelSource) }

// ToAnywhere is the packets of the set with their destination address replaced by every address of their family.
func (s Set) ToAnywhere() Set { return s.forget(levelDestination) }

// FromAnyPort is the packets of the set with their source port, if their protocol has one, replaced by every port.
func (s Set) FromAnyPort() Set {
	var out draft
	for rest := s.used; rest != 0; rest &= rest - 1 {
		i := rest.first()
		n := s.plane(i)
		if i.class().hasPorts() {
			n = forget(n, levelMinor)
		}
		out.put(i, n)
	}
	return out.set()
}

func (s *Set) forget(l level) Set {
	var out draft
	var a, b *node
	for rest := s.used; rest != 0; rest &= rest - 1 {
		i := rest.first()
		if n := s.plane(i); n != a {
			a, b = n, forget(n, l)
		}
		out.put(i, b)
	}
	return out.set()
}

// forget is n without the decision on level l: a point is in the result if it is in n for any value of that level.
func forget(n *node, l level) *node {
	switch {
	case n == nil || n.level > l:
		return n
	case n.level == l:
		var out *node
		for _, s := range n.steps {
			out = combine(union, out, s.to)
		}
		return out
	}
	steps := make([]step, 0, len(n.steps))
	for _, s := range n.steps {
		s.to = forget(s.to, l)
		if len(steps) == 0 || !same(steps[len(steps)-1].to, s.to) {
			steps = append(steps, s)
		}
	}
	if len(steps) == 1 {
		return steps[0].to
	}
	return newNode(n.level, hashSteps(n.level, steps), nil, steps, nil)
}
