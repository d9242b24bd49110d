package traffic

import (
	"encoding/binary"
	"net/netip"
)

// key is a point of one dimension: an address, a port, an ICMP type or code, or the position of a protocol. 128 bits
// hold the widest of them, so that one algorithm serves all.
type key struct{ hi, lo uint64 }

// span is a closed interval of keys.
type span struct{ first, last key }

var (
	lastIPv4 = key{0, 1<<32 - 1}
	lastIPv6 = key{1<<64 - 1, 1<<64 - 1}
	lastPort = number(1<<16 - 1)
	lastByte = number(1<<8 - 1)
)

func number[T ~uint8 | ~uint16 | ~uint32 | ~int | ~int16](n T) key { return key{lo: uint64(n)} }

func addressKey(a netip.Addr) key {
	if a.Is4() {
		b := a.As4()
		return key{lo: uint64(binary.BigEndian.Uint32(b[:]))}
	}
	b := a.As16()
	return key{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

func (k key) address(f Family) netip.Addr {
	if f == IPv4 {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(k.lo))
		return netip.AddrFrom4(b)
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], k.hi)
	binary.BigEndian.PutUint64(b[8:], k.lo)
	return netip.AddrFrom16(b)
}

func (k key) less(o key) bool {
	return k.hi < o.hi || k.hi == o.hi && k.lo < o.lo
}

func (k key) compare(o key) int {
	switch {
	case k.less(o):
		return -1
	case k == o:
		return 0
	}
	return 1
}

// next is k+1; it wraps at the last IPv6 address, which no caller passes.
func (k key) next() key {
	k.lo++
	if k.lo == 0 {
		k.hi++
	}
	return k
}

// previous is k-1; it wraps at zero, which no caller passes.
func (k key) previous() key {
	if k.lo == 0 {
		k.hi--
	}
	k.lo--
	return k
}
