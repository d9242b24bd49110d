package traffic

// Protocols are the protocols the set has a packet of.
func (s Set) Protocols() ProtocolSet {
	var out ProtocolSet
	for rest := s.used; rest != 0; rest &= rest - 1 {
		i := rest.first()
		n, c := s.plane(i), i.class()
		if c != classOther {
			out.numbers.add(uint8(classProtocol[c]))
			continue
		}
		out.addOthers(project(n, levelMinor))
	}
	return out
}

// addOthers adds the protocols of a diagram over classOther.
func (s *ProtocolSet) addOthers(n *node) {
	for _, r := range n.spans(lastOther) {
		for k := r.first; !r.last.less(k); k = k.next() {
			s.numbers.add(uint8(otherProtocol(k)))
		}
	}
}

// Sources are the source addresses the set has a packet from.
func (s Set) Sources() AddressSet { return s.addresses(levelSource) }

// Destinations are the destination addresses the set has a packet to.
func (s Set) Destinations() AddressSet { return s.addresses(levelDestination) }

func (s *Set) addresses(l level) AddressSet {
	var out AddressSet
	for rest := s.used; rest != 0; rest &= rest - 1 {
		i := rest.first()
		f, part := i.family(), project(s.plane(i), l)
		if l != levelSource {
			part = graft(part, levelSource, full)
		}
		out = out.with(f, combine(union, out.of(f), part))
	}
	return out
}

// SourcePorts are the source ports the set has a packet from. AnyProtocol asks for tcp and udp together; a protocol
// without ports has none.
func (s Set) SourcePorts(p Protocol) PortSet {
	return PortSet{node: graft(s.project(p, levelMinor), levelMajor, full)}
}

// DestinationPorts are the destination ports the set has a packet to. AnyProtocol asks for tcp and udp together; a
// protocol without ports has none.
func (s Set) DestinationPorts(p Protocol) PortSet {
	return PortSet{node: s.project(p, levelMajor)}
}

func (s *Set) project(p Protocol, l level) *node {
	var out *node
	for rest := s.used; rest != 0; rest &= rest - 1 {
		i := rest.first()
		c := i.class()
		if c.hasPorts() && (p == AnyProtocol || p == classProtocol[c]) {
			out = combine(union, out, project(s.plane(i), l))
		}
	}
	return out
}

// project is the diagram of one dimension with the values of l that n has a point with.
func project(n *node, l level) *node {
	p := projection{level: l}
	p.add(n)
	return p.result
}

type projection struct {
	level  level
	result *node
	done   map[*node]struct{}
}

func (p *projection) add(n *node) {
	switch {
	case n == nil || p.result == full:
	case n.level > p.level:
		p.result = full
	case n.level == p.level:
		p.result = combine(union, p.result, shadow(n))
	default:
		if _, ok := p.done[n]; ok {
			return
		}
		if p.done == nil {
			p.done = make(map[*node]struct{})
		}
		p.done[n] = struct{}{}
		for _, s := range n.steps {
			p.add(s.to)
		}
	}
}

// shadow is where n leads anywhere at all.
func shadow(n *node) *node {
	steps := make([]step, 0, len(n.steps))
	for _, s := range n.steps {
		if s.to != nil {
			s.to = full
		}
		if len(steps) == 0 || steps[len(steps)-1].to != s.to {
			steps = append(steps, s)
		}
	}
	if len(steps) == 1 {
		return steps[0].to
	}
	return newNode(n.level, hashSteps(n.level, steps), nil, steps, nil)
}
