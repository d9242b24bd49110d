package traffic

import (
	"net/netip"
	"strconv"
)

// Family is the version of the Internet protocol of a packet. Its zero value stands for both where both can be meant.
type Family uint8

// The two address families.
const (
	IPv4 Family = 4
	IPv6 Family = 6
)

// FamilyOf is the family of an address, 0 for the zero Addr. An IPv4-mapped IPv6 address (::ffff:10.0.0.1) is IPv6, as
// everywhere in net/netip.
func FamilyOf(a netip.Addr) Family {
	switch {
	case a.Is4():
		return IPv4
	case a.Is6():
		return IPv6
	}
	return 0
}

// String is "IPv4" or "IPv6".
func (f Family) String() string {
	switch f {
	case IPv4:
		return "IPv4"
	case IPv6:
		return "IPv6"
	case 0:
		return "IPv4 and IPv6"
	}
	return "family " + strconv.Itoa(int(f))
}

// last is the largest address of the family.
func (f Family) last() key {
	if f == IPv4 {
		return lastIPv4
	}
	return lastIPv6
}

// families in the order of texts and witnesses.
var families = [...]Family{IPv4, IPv6}
