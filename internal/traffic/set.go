package traffic

import "math/bits"

// Set is an immutable, exact set of packets. Its dimensions are the address family, the protocol, the source and the
// destination address, for tcp and udp the source and the destination port, for icmp and icmpv6 the type and the code.
// Every family can carry every protocol number. The zero value is the empty set.
//
// Equal compares sets; == does not compile, because it would compare how they are kept.
type Set struct {
	_ [0]func()
	// used are the planes that have a packet. A packet lies in exactly one plane.
	used planes
	// one is the diagram of the only plane of most sets, which are about one protocol; many has a diagram for each plane
	// of the others.
	one  *node
	many *[planeCount]*node
}

// draft is a set under construction.
type draft struct {
	used   planes
	planes [planeCount]*node
}

// plane is a family and a class of protocols, in the order of texts and witnesses.
type plane uint8

const planeCount = 2 * plane(classCount)

func planeOf(f Family, c class) plane {
	if f == IPv4 {
		return plane(c)
	}
	return plane(classCount + c)
}

func (i plane) class() class { return class(i) % classCount }

func (i plane) family() Family {
	if i < plane(classCount) {
		return IPv4
	}
	return IPv6
}

// planes is a set of planes, one bit each.
type planes uint16

// first is the first plane of a set that has one.
func (p planes) first() plane {
	return plane(bits.TrailingZeros16(uint16(p)))
}

// plane is the diagram of one plane.
func (s *Set) plane(i plane) *node {
	switch {
	case s.many != nil:
		return s.many[i]
	case s.used == 1<<i:
		return s.one
	}
	return nil
}

// put gives a plane its diagram.
func (d *draft) put(i plane, n *node) {
	d.planes[i] = n
	if n != nil {
		d.used |= 1 << i
	} else {
		d.used &^= 1 << i
	}
}

func (d *draft) set() Set {
	switch {
	case d.used == 0:
		return Set{}
	case d.used&(d.used-1) == 0:
		return Set{used: d.used, one: d.planes[d.used.first()]}
	}
	many := d.planes
	return Set{used: d.used, many: &many}
}

// All is every packet of the family, or of both families for 0. An unknown family has none.
func All(f Family) Set {
	var out draft
	for i := range planeCount {
		if f == 0 || f == i.family() {
			out.put(i, full)
		}
	}
	return out.set()
}

// Union is every packet of either set.
func (s Set) Union(o Set) Set {
	switch {
	case s.used == 0:
		return o
	case o.used == 0:
		return s
	}
	return s.combine(union, &o, s.used|o.used)
}

// Intersect is every packet of both sets.
func (s Set) Intersect(o Set) Set {
	if s.used&o.used == 0 {
		return Set{}
	}
	return s.combine(intersection, &o, s.used&o.used)
}

// Subtract is every packet of s that o does not have.
func (s Set) Subtract(o Set) Set {
	if s.used&o.used == 0 {
		return s
	}
	return s.combine(difference, &o, s.used)
}

// combine is the operation on the given planes; nothing remains of the others.
func (s *Set) combine(op operation, o *Set, which planes) Set {
	if which&(which-1) == 0 {
		i := which.first()
		n := combine(op, s.plane(i), o.plane(i))
		if n == nil {
			return Set{}
		}
		return Set{used: which, one: n}
	}
	var out draft
	var a, b, result *node
	unchanged := which == s.used
	for rest := which; rest != 0; rest &= rest - 1 {
		i := rest.first()
		// A rule about all protocols has one diagram in every plane; do not compute its planes one by one.
		if x, y := s.plane(i), o.plane(i); rest == which || x != a || y != b {
			a, b = x, y
			result = combine(op, a, b)
		}
		unchanged = unchanged && result == a
		out.put(i, result)
	}
	if unchanged {
		return *s
	}
	return out.set()
}

// IsEmpty reports whether the set has no packet.
func (s Set) IsEmpty() bool { return s.used == 0 }

// Equal reports whether both sets have the same packets.
func (s Set) Equal(o Set) bool {
	if s.used != o.used {
		return false
	}
	for rest := s.used; rest != 0; rest &= rest - 1 {
		if i := rest.first(); !same(s.plane(i), o.plane(i)) {
			return false
		}
	}
	return true
}

// Same reports, at no cost, whether both sets are one and the same in memory. Sets that are not may be equal all the same.
func (s Set) Same(o Set) bool { return s.used == o.used && s.one == o.one && s.many == o.many }

// SubsetOf reports whether o has every packet of s.
func (s Set) SubsetOf(o Set) bool {
	if s.used&^o.used != 0 {
		return false
	}
	for rest := s.used; rest != 0; rest &= rest - 1 {
		if i := rest.first(); !within(s.plane(i), o.plane(i)) {
			return false
		}
	}
	return true
}

// Overlaps reports whether the sets have a packet in common. It is cheaper than Intersect.
func (s Set) Overlaps(o Set) bool {
	for rest := s.used & o.used; rest != 0; rest &= rest - 1 {
		if i := rest.first(); overlaps(s.plane(i), o.plane(i)) {
			return true
		}
	}
	return false
}

// Contains reports whether the packet is in the set. What no packet can be, such as one with addresses of two families,
// is in no set.
func (s Set) Contains(p Packet) bool {
	keys, i, ok := p.point()
	if !ok {
		return false
	}
	n := s.plane(i)
	for n != nil && n != full {
		n = n.lookup(keys[n.level])
	}
	return n == full
}

// Sample is the smallest packet of the set, false if the set is empty. Packets are ordered by family, IPv4 first, by
// protocol in the order tcp, udp, icmp, icmpv6 and then the others by number, and by source address, destination
// address, source port or ICMP type, and destination port or ICMP code; among the other protocols by source address,
// destination address and number.
func (s Set) Sample() (Packet, bool) {
	if s.used == 0 {
		return Packet{}, false
	}
	var keys [levelEnd]key
	i := s.used.first()
	for n := s.plane(i); n != full; {
		first := n.steps[0]
		if first.to == nil {
			first = n.steps[1]
		}
		keys[n.level], n = first.at, first.to
	}
	return packetAt(keys, i), true
}

// Hash is a number that equal sets have in common. Different sets may have it in common too.
func (s Set) Hash() uint64 {
	h := uint64(s.used)
	for rest := s.used; rest != 0; rest &= rest - 1 {
		h = mix(h ^ s.plane(rest.first()).hash)
	}
	return h
}
