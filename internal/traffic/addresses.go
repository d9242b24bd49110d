package traffic

import (
	"net/netip"

	"go4.org/netipx"
)

// AddressSet is an immutable set of IPv4 and IPv6 addresses. The zero value is the empty set. Addresses are what
// net/netip says they are: an IPv4-mapped IPv6 address is an IPv6 address. Zones do not count.
type AddressSet struct {
	_      [0]func() // not comparable with ==, which would compare how, not what
	v4, v6 *node
}

// AnyAddress is every address of the family, or every address of both for 0. An unknown family has none.
func AnyAddress(f Family) AddressSet {
	switch f {
	case IPv4:
		return AddressSet{v4: full}
	case IPv6:
		return AddressSet{v6: full}
	case 0:
		return AddressSet{v4: full, v6: full}
	}
	return AddressSet{}
}

// FromAddr is the set of one address; of none if a is not valid.
func FromAddr(a netip.Addr) AddressSet { return fromKeys(FamilyOf(a), a, a) }

// FromPrefix is every address of the block, whether or not its host bits are zero; none if p is not valid.
func FromPrefix(p netip.Prefix) AddressSet {
	if !p.IsValid() {
		return AddressSet{}
	}
	return fromKeys(FamilyOf(p.Addr()), p.Masked().Addr(), netipx.PrefixLastIP(p))
}

// FromRange is every address of the range; none if r is not valid.
func FromRange(r netipx.IPRange) AddressSet {
	if !r.IsValid() {
		return AddressSet{}
	}
	return fromKeys(FamilyOf(r.From()), r.From(), r.To())
}

// NewAddressSet is the union of the blocks.
func NewAddressSet(prefixes ...netip.Prefix) AddressSet {
	var v4, v6 []span
	for _, p := range prefixes {
		if !p.IsValid() {
			continue
		}
		s := span{addressKey(p.Masked().Addr()), addressKey(netipx.PrefixLastIP(p))}
		if p.Addr().Is4() {
			v4 = append(v4, s)
		} else {
			v6 = append(v6, s)
		}
	}
	return AddressSet{
		v4: spanNode(levelSource, normalise(v4), lastIPv4, full),
		v6: spanNode(levelSource, normalise(v6), lastIPv6, full),
	}
}

func fromKeys(f Family, first, last netip.Addr) AddressSet {
	if f == 0 {
		return AddressSet{}
	}
	spans := [1]span{{addressKey(first), addressKey(last)}}
	return AddressSet{}.with(f, spanNode(levelSource, spans[:], f.last(), full))
}

// of is the part of the set in one family.
func (s AddressSet) of(f Family) *node {
	if f == IPv4 {
		return s.v4
	}
	return s.v6
}

// with is s with another part in one family.
func (s AddressSet) with(f Family, n *node) AddressSet {
	if f == IPv4 {
		s.v4 = n
	} else {
		s.v6 = n
	}
	return s
}

// Contains reports whether the address is in the set.
func (s AddressSet) Contains(a netip.Addr) bool {
	f := FamilyOf(a)
	return f != 0 && contains(s.of(f), addressKey(a))
}

// IsEmpty reports whether the set has no address.
func (s AddressSet) IsEmpty() bool { return s.v4 == nil && s.v6 == nil }

// IsAny reports whether the set has every address of the family, or of both for 0.
func (s AddressSet) IsAny(f Family) bool {
	return (f == IPv6 || s.v4 == full) && (f == IPv4 || s.v6 == full)
}

// Only is the part of the set in one family; for 0 it is the set.
func (s AddressSet) Only(f Family) AddressSet { return s.Intersect(AnyAddress(f)) }

// Union is every address of either set.
func (s AddressSet) Union(o AddressSet) AddressSet { return s.combine(union, o) }

// Intersect is every address of both sets.
func (s AddressSet) Intersect(o AddressSet) AddressSet { return s.combine(intersection, o) }

// Subtract is every address of s that o does not have.
func (s AddressSet) Subtract(o AddressSet) AddressSet { return s.combine(difference, o) }

func (s AddressSet) combine(op operation, o AddressSet) AddressSet {
	return AddressSet{v4: combine(op, s.v4, o.v4), v6: combine(op, s.v6, o.v6)}
}

// Equal reports whether both sets have the same addresses.
func (s AddressSet) Equal(o AddressSet) bool { return same(s.v4, o.v4) && same(s.v6, o.v6) }

// SubsetOf reports whether o has every address of s.
func (s AddressSet) SubsetOf(o AddressSet) bool { return within(s.v4, o.v4) && within(s.v6, o.v6) }

// Overlaps reports whether the sets have an address in common.
func (s AddressSet) Overlaps(o AddressSet) bool { return overlaps(s.v4, o.v4) || overlaps(s.v6, o.v6) }

// First is the smallest address, IPv4 before IPv6; false if the set is empty.
func (s AddressSet) First() (netip.Addr, bool) {
	for _, f := range families {
		if n := s.of(f); n != nil {
			return n.first().address(f), true
		}
	}
	return netip.Addr{}, false
}

// Ranges are the fewest ranges that make up the set, IPv4 before IPv6, ascending.
func (s AddressSet) Ranges() []netipx.IPRange {
	var out []netipx.IPRange
	for _, f := range families {
		for _, r := range s.of(f).spans(f.last()) {
			out = append(out, netipx.IPRangeFrom(r.first.address(f), r.last.address(f)))
		}
	}
	return out
}

// Prefixes are the fewest blocks that make up the set, IPv4 before IPv6, ascending.
func (s AddressSet) Prefixes() []netip.Prefix {
	var out []netip.Prefix
	for _, r := range s.Ranges() {
		out = r.AppendPrefixes(out)
	}
	return out
}
