package traffic

import (
	"fmt"
	"net/netip"
	"strings"

	"go4.org/netipx"
)

// ParseAddressEntry reads one entry of a list of addresses: an address ("10.0.0.5"), a block ("10.0.1.0/24") or a range
// from first to last ("10.0.0.5-10.0.0.9"), IPv4 or IPv6. A block with host bits set is refused, and the error has the
// block it lies in; so are zones and IPv4 addresses in IPv6 clothes (::ffff:10.0.0.1), which would match nothing.
func ParseAddressEntry(s string) (AddressSet, error) {
	if strings.Contains(s, "/") {
		p, err := parseBlock(s)
		return FromPrefix(p), err
	}
	firstText, lastText, isRange := strings.Cut(s, "-")
	first, err := parseAddress(firstText, s)
	if err != nil {
		return AddressSet{}, err
	}
	if !isRange {
		return FromAddr(first), nil
	}
	last, err := parseAddress(lastText, s)
	switch {
	case err != nil:
		return AddressSet{}, err
	case FamilyOf(first) != FamilyOf(last):
		return AddressSet{}, fmt.Errorf("address range %q starts with %s and ends with %s; write a range in one family",
			s, FamilyOf(first), FamilyOf(last))
	case last.Less(first):
		return AddressSet{}, fmt.Errorf("address range %q runs backwards; write %q", s, last.String()+"-"+first.String())
	}
	return FromRange(netipx.IPRangeFrom(first, last)), nil
}

func parseBlock(s string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(s)
	switch {
	case err != nil:
		return p, fmt.Errorf(`%q is not an address block; write one such as "10.0.1.0/24" or "2001:db8::/64"`, s)
	case p.Addr().Is4In6():
		return netip.Prefix{}, mappedError(p.Addr(), s)
	case p != p.Masked():
		return netip.Prefix{}, fmt.Errorf("address block %q has host bits set; "+
			"write %q for the block or %q for the one address", s, p.Masked(), p.Addr())
	}
	return p, nil
}

// parseAddress reads one address; whole is the entry it is part of, for the error.
func parseAddress(s, whole string) (netip.Addr, error) {
	a, err := netip.ParseAddr(s)
	switch {
	case err != nil:
		return a, fmt.Errorf(`%q is not an address, block or range; `+
			`write one such as "10.0.0.5", "10.0.1.0/24" or "10.0.0.5-10.0.0.9"`, whole)
	case a.Zone() != "":
		return netip.Addr{}, fmt.Errorf("address %q has the zone %q, which means something on one machine only; write %q",
			s, a.Zone(), a.WithZone(""))
	case a.Is4In6():
		return netip.Addr{}, mappedError(a, whole)
	}
	return a, nil
}

func mappedError(a netip.Addr, whole string) error {
	return fmt.Errorf("%q writes an IPv4 address as IPv6, which no packet carries; write the address as %s",
		whole, a.Unmap())
}

// String lists the blocks that make up the set, single addresses without a length, such as "10.0.0.5,10.0.1.0/24"; the
// empty set is "none". Equal sets have equal text.
func (s AddressSet) String() string {
	if s.IsEmpty() {
		return "none"
	}
	return string(s.appendText(nil, unlimited))
}

// Short is String for reading: a range that takes more than two blocks to say is written "first-last" instead.
func (s AddressSet) Short() string {
	if s.IsEmpty() {
		return "none"
	}
	return string(s.appendText(nil, 2))
}

// unlimited is more blocks than any range has.
const unlimited = 2 * 128

func (s AddressSet) appendText(b []byte, blocks int) []byte {
	var buffer [16]netip.Prefix
	empty := len(b)
	for _, r := range s.Ranges() {
		prefixes := r.AppendPrefixes(buffer[:0])
		if len(prefixes) > blocks {
			b = appendComma(b, empty)
			b = r.AppendTo(b)
			continue
		}
		for _, p := range prefixes {
			b = appendComma(b, empty)
			if p.IsSingleIP() {
				b = p.Addr().AppendTo(b)
			} else {
				b = p.AppendTo(b)
			}
		}
	}
	return b
}

// appendComma separates list entries; empty is the length of b before the list.
func appendComma(b []byte, empty int) []byte {
	if len(b) > empty {
		b = append(b, ',')
	}
	return b
}
