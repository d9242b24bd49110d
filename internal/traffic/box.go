package traffic

import (
	"iter"
	"slices"
)

// Box is the packets that have each of their fields in the set given for it: a part of a Set that can be written as one
// line. A field that does not restrict, or that none of the protocols has, is the set of all its values.
type Box struct {
	// Family is 0 for a box that is the same over IPv4 and IPv6; it does not restrict addresses then.
	Family              Family
	Protocols           ProtocolSet
	Source, Destination AddressSet
	// SourcePorts and DestinationPorts restrict only if Protocols are tcp, udp or both.
	SourcePorts, DestinationPorts PortSet
	// ICMPTypes and ICMPCodes restrict only if Protocols is icmp or icmpv6.
	ICMPTypes, ICMPCodes ByteSet
}

// Boxes yields boxes that together are the set and have no packet in common. Equal sets yield equal boxes in equal
// order: IPv4 before IPv6, tcp, udp, icmp, icmpv6 and the others, ascending by address and port. Protocols that differ
// in nothing else share a box.
func (s Set) Boxes() iter.Seq[Box] {
	return func(yield func(Box) bool) {
		for _, p := range s.parts() {
			if !yield(p.box()) {
				return
			}
		}
	}
}

// Set is the packets of the box.
func (b Box) Set() Set {
	var out draft
	types, codes := b.ICMPTypes.spans(), b.ICMPCodes.spans()
	var others []span
	for p := range b.Protocols.All() {
		if classOf(p) == classOther {
			others = append(others, span{otherPosition(p), otherPosition(p)})
		}
	}
	for i := range planeCount {
		f, c := i.family(), i.class()
		if b.Family != 0 && b.Family != f || c != classOther && !b.Protocols.Contains(classProtocol[c]) {
			continue
		}
		var inner *node
		switch c {
		case classTCP, classUDP:
			inner = graft(b.SourcePorts.node, levelMinor, b.DestinationPorts.node)
		case classICMP, classICMPv6:
			inner = spanNode(levelMinor, types, lastByte, spanNode(levelMajor, codes, lastByte, full))
		default:
			inner = spanNode(levelMinor, normalise(others), lastOther, full)
		}
		inner = graft(b.Destination.of(f), levelDestination, inner)
		out.put(i, graft(b.Source.of(f), levelSource, inner))
	}
	return out.set()
}

// part is a box whose fields are still diagrams of one dimension, each on its own level.
type part struct {
	family    Family
	kind      partKind
	protocols ProtocolSet
	fields    [levelEnd]*node
}

// partKind is what the two inner fields of a part are. Only parts of one kind can be one box.
type partKind uint8

const (
	// unrestricted parts look at addresses only, whatever fields their protocols have.
	unrestricted partKind = iota
	withPorts
	withICMP
	withICMPv6
)

func kindOf(c class) partKind {
	switch c {
	case classICMP:
		return withICMP
	case classICMPv6:
		return withICMPv6
	case classTCP, classUDP:
		return withPorts
	}
	return unrestricted
}

func (p *part) box() Box {
	out := Box{
		Family:      p.family,
		Protocols:   p.protocols,
		SourcePorts: AllPorts(), DestinationPorts: AllPorts(),
		ICMPTypes: AllBytes(), ICMPCodes: AllBytes(),
	}
	if p.family == 0 {
		out.Source, out.Destination = AnyAddress(0), AnyAddress(0)
	} else {
		out.Source = AddressSet{}.with(p.family, p.fields[levelSource])
		out.Destination = AddressSet{}.with(p.family, graft(p.fields[levelDestination], levelSource, full))
	}
	switch p.kind {
	case withPorts:
		out.SourcePorts = PortSet{node: graft(p.fields[levelMinor], levelMajor, full)}
		out.DestinationPorts = PortSet{node: p.fields[levelMajor]}
	case withICMP, withICMPv6:
		out.ICMPTypes, out.ICMPCodes = byteSet(p.fields[levelMinor]), byteSet(p.fields[levelMajor])
	case unrestricted:
	}
	return out
}

// parts are the boxes of the set, those that differ only in the protocol or only in the family joined.
func (s *Set) parts() []part {
	var out []part
	for _, f := range families {
		j := joiner{index: make(map[uint64][]int)}
		for c := range classCount {
			w := walk{family: f, class: c, join: &j}
			w.down(s.plane(planeOf(f, c)), levelSource)
		}
		out = append(out, j.parts...)
	}
	return joinFamilies(out)
}

// walk goes through the diagram of one plane and collects its boxes.
type walk struct {
	family Family
	class  class
	fields [levelEnd]*node
	join   *joiner
}

// down divides n by what its intervals on level l lead to. The intervals that lead to the same are one field of a box;
// because the diagram of a set is unique, so are its boxes.
func (w *walk) down(n *node, l level) {
	switch {
	case n == nil:
		return
	case l == levelEnd:
		w.emit()
		return
	case n.level > l:
		w.fields[l] = full
		w.down(n, l+1)
		return
	}
	last := w.last(l)
	type group struct {
		to    *node
		spans []span
	}
	var groups []group
	byHash := make(map[uint64][]int)
	for i, s := range n.steps {
		if s.to == nil {
			continue
		}
		g := slices.IndexFunc(byHash[s.to.hash], func(g int) bool { return same(groups[g].to, s.to) })
		if g < 0 {
			byHash[s.to.hash] = append(byHash[s.to.hash], len(groups))
			groups = append(groups, group{to: s.to})
			g = len(groups) - 1
		} else {
			g = byHash[s.to.hash][g]
		}
		groups[g].spans = append(groups[g].spans, span{s.at, n.end(i, last)})
	}
	for _, g := range groups {
		w.fields[l] = spanNode(l, g.spans, last, full)
		w.down(g.to, l+1)
	}
}

// last is the largest key of level l in the plane of the walk.
func (w *walk) last(l level) key {
	switch {
	case l <= levelDestination:
		return w.family.last()
	case w.class == classOther:
		return lastOther
	case w.class.hasPorts():
		return lastPort
	}
	return lastByte
}

func (w *walk) emit() {
	p := part{family: w.family, kind: kindOf(w.class), fields: w.fields}
	if w.class == classOther {
		p.protocols.addOthers(p.fields[levelMinor])
		p.fields[levelMinor] = full
	} else {
		p.protocols = NewProtocolSet(classProtocol[w.class])
		if p.fields[levelMinor] == full && p.fields[levelMajor] == full {
			p.kind = unrestricted
		}
	}
	w.join.add(p)
}

// joiner collects the parts of one family; parts that differ in nothing but the protocols become one.
type joiner struct {
	parts []part
	index map[uint64][]int
}

func (j *joiner) add(p part) {
	h := mix(uint64(p.kind))
	for _, n := range p.fields {
		h = mix(h ^ n.hash)
	}
	for _, i := range j.index[h] {
		if j.parts[i].sameFields(&p) {
			numbers := &j.parts[i].protocols.numbers
			for w := range numbers.bits {
				numbers.bits[w] |= p.protocols.numbers.bits[w]
			}
			return
		}
	}
	j.index[h] = append(j.index[h], len(j.parts))
	j.parts = append(j.parts, p)
}

func (p *part) sameFields(o *part) bool {
	return p.kind == o.kind && slices.EqualFunc(p.fields[:], o.fields[:], same)
}

// joinFamilies makes one part of an IPv4 and an IPv6 part that restrict no address and are alike otherwise.
func joinFamilies(parts []part) []part {
	out := parts[:0]
	var anywhere []int
	for _, p := range parts {
		if p.fields[levelSource] == full && p.fields[levelDestination] == full {
			twin := slices.IndexFunc(anywhere, func(i int) bool {
				return out[i].family != p.family && out[i].protocols == p.protocols && out[i].sameFields(&p)
			})
			if twin >= 0 {
				out[anywhere[twin]].family = 0
				continue
			}
			anywhere = append(anywhere, len(out))
		}
		out = append(out, p)
	}
	return out
}
