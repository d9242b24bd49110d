package traffic

import (
	"iter"
	"math/bits"
)

// ByteSet is a set of numbers 0 to 255: ICMP types or codes. The zero value is the empty set.
type ByteSet struct{ bits [4]uint64 }

// AllBytes is every number 0 to 255.
func AllBytes() ByteSet {
	return ByteSet{[4]uint64{1<<64 - 1, 1<<64 - 1, 1<<64 - 1, 1<<64 - 1}}
}

// Contains reports whether the number is in the set.
func (s ByteSet) Contains(n uint8) bool { return s.bits[n/64]>>(n%64)&1 == 1 }

// IsEmpty reports whether the set has no number.
func (s ByteSet) IsEmpty() bool { return s == ByteSet{} }

// IsAll reports whether the set has all 256 numbers.
func (s ByteSet) IsAll() bool { return s == AllBytes() }

// Len is how many numbers the set has.
func (s ByteSet) Len() int {
	n := 0
	for _, word := range s.bits {
		n += bits.OnesCount64(word)
	}
	return n
}

// All yields the numbers, ascending.
func (s ByteSet) All() iter.Seq[uint8] {
	return func(yield func(uint8) bool) {
		for n := range 256 {
			if s.Contains(uint8(n)) && !yield(uint8(n)) {
				return
			}
		}
	}
}

// String lists the numbers, such as "0,3-5"; "all" is every number and "none" the empty set.
func (s ByteSet) String() string {
	switch {
	case s.IsAll():
		return "all"
	case s.IsEmpty():
		return "none"
	}
	return string(appendSpans(nil, s.spans()))
}

func (s *ByteSet) add(n uint8) { s.bits[n/64] |= 1 << (n % 64) }

func (s ByteSet) spans() []span {
	var out []span
	for n := range s.All() {
		if i := len(out) - 1; i >= 0 && out[i].last.next() == number(n) {
			out[i].last = number(n)
		} else {
			out = append(out, span{number(n), number(n)})
		}
	}
	return out
}

// byteSet is a diagram of one dimension of 256 values as a ByteSet.
func byteSet(n *node) ByteSet {
	var out ByteSet
	for _, s := range n.spans(lastByte) {
		for i := s.first.lo; i <= s.last.lo; i++ {
			out.add(uint8(i))
		}
	}
	return out
}
