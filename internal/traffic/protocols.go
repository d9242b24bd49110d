package traffic

import (
	"iter"
	"strings"
)

// ProtocolSet is a set of protocols. The zero value is the empty set.
type ProtocolSet struct{ numbers ByteSet }

// NewProtocolSet is the set of the given protocols; AnyProtocol is all of them. A value that is no protocol is left
// out.
func NewProtocolSet(protocols ...Protocol) ProtocolSet {
	var out ProtocolSet
	for _, p := range protocols {
		switch {
		case p == AnyProtocol:
			return ProtocolSet{AllBytes()}
		case p.valid():
			out.numbers.add(uint8(p))
		}
	}
	return out
}

// Contains reports whether the protocol is in the set; for AnyProtocol whether every protocol is.
func (s ProtocolSet) Contains(p Protocol) bool {
	if p == AnyProtocol {
		return s.IsAny()
	}
	return p.valid() && s.numbers.Contains(uint8(p))
}

// IsEmpty reports whether the set has no protocol.
func (s ProtocolSet) IsEmpty() bool { return s.numbers.IsEmpty() }

// IsAny reports whether the set has all 256 protocols.
func (s ProtocolSet) IsAny() bool { return s.numbers.IsAll() }

// Len is how many protocols the set has.
func (s ProtocolSet) Len() int { return s.numbers.Len() }

// All yields the protocols by number, ascending.
func (s ProtocolSet) All() iter.Seq[Protocol] {
	return func(yield func(Protocol) bool) {
		for n := range s.numbers.All() {
			if !yield(Protocol(n)) {
				return
			}
		}
	}
}

// String lists the protocols by number, such as "icmp,tcp,50-51", or those that are missing where that is shorter, such
// as "any except tcp"; "any" is every protocol and "none" the empty set.
func (s ProtocolSet) String() string {
	switch {
	case s.IsAny():
		return "any"
	case s.IsEmpty():
		return "none"
	case s.Len() > 128:
		var missing ByteSet
		for i, word := range s.numbers.bits {
			missing.bits[i] = ^word
		}
		return "any except " + ProtocolSet{missing}.list()
	}
	return s.list()
}

func (s ProtocolSet) list() string {
	var parts []string
	for _, r := range s.numbers.spans() {
		// A short run is clearer by name: "icmp,2" and not "1-2".
		if r.last.lo-r.first.lo > 1 {
			parts = append(parts, string(appendSpans(nil, []span{r})))
			continue
		}
		for n := r.first.lo; n <= r.last.lo; n++ {
			parts = append(parts, Protocol(n).String())
		}
	}
	return strings.Join(parts, ",")
}
