package traffic

import (
	"fmt"
	"strconv"
	"strings"
)

// PortRange is a range of ports from First to Last, both included.
type PortRange struct{ First, Last uint16 }

// String is one number where the range is one port, else "first-last".
func (r PortRange) String() string {
	if r.First == r.Last {
		return strconv.Itoa(int(r.First))
	}
	return strconv.Itoa(int(r.First)) + "-" + strconv.Itoa(int(r.Last))
}

// maxPort is the largest port.
const maxPort = 65535

// ParsePortRange reads one port such as "80" or a range such as "8000-8010". Ports are 1 to 65535, written as digits
// without sign, leading zero or space, and a range runs upwards. The error quotes the value seen and says what to
// write instead.
func ParsePortRange(s string) (PortRange, error) {
	firstText, lastText, isRange := strings.Cut(s, "-")
	if !isRange {
		port, err := parsePort(s, s)
		return PortRange{port, port}, err
	}
	first, err := parsePort(firstText, s)
	if err != nil {
		return PortRange{}, err
	}
	last, err := parsePort(lastText, s)
	if err != nil {
		return PortRange{}, err
	}
	if first > last {
		return PortRange{}, fmt.Errorf("port range %q runs backwards; write %q", s,
			PortRange{First: last, Last: first}.String())
	}
	return PortRange{first, last}, nil
}

// parsePort reads one port; whole is the text it is part of, for the error.
func parsePort(s, whole string) (uint16, error) {
	port, ok := parseDecimal(s, maxPort)
	switch {
	case ok && port > 0:
		return uint16(port), nil
	case isDigits(s):
		if trimmed := strings.TrimLeft(s, "0"); trimmed != s && trimmed != "" {
			return 0, fmt.Errorf("port %q in %q has leading zeros; write %s", s, whole, trimmed)
		}
		return 0, fmt.Errorf("port %s in %q is out of range; ports are 1 to 65535", s, whole)
	}
	return 0, fmt.Errorf(`%q is not a port; write one port such as "80" or a range such as "8000-8010"`, whole)
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// PortSet is an immutable set of ports, 0 to 65535. The zero value is the empty set.
type PortSet struct {
	_    [0]func() // not comparable with ==, which would compare how, not what
	node *node
}

// AllPorts is every port a packet can carry, 0 included although no rule can name it.
func AllPorts() PortSet { return PortSet{node: full} }

// NewPortSet is the union of the ranges. A range whose First is above its Last is empty.
func NewPortSet(ranges ...PortRange) PortSet {
	var local [20]span
	spans := local[:0]
	for _, r := range ranges {
		if r.First <= r.Last {
			spans = append(spans, span{number(r.First), number(r.Last)})
		}
	}
	return PortSet{node: spanNode(levelMajor, normalise(spans), lastPort, full)}
}

// ParsePorts is the union of ports and ranges in the form ParsePortRange reads; they may overlap. An empty list is
// AllPorts. The error is that of the first entry that does not parse.
func ParsePorts(list []string) (PortSet, error) {
	if len(list) == 0 {
		return AllPorts(), nil
	}
	ranges := make([]PortRange, len(list))
	for i, s := range list {
		r, err := ParsePortRange(s)
		if err != nil {
			return PortSet{}, err
		}
		ranges[i] = r
	}
	return NewPortSet(ranges...), nil
}

// Contains reports whether the port is in the set.
func (s PortSet) Contains(port uint16) bool { return contains(s.node, number(port)) }

// IsEmpty reports whether the set has no port.
func (s PortSet) IsEmpty() bool { return s.node == nil }

// IsAll reports whether the set has every port, 0 included.
func (s PortSet) IsAll() bool { return s.node == full }

// Union is every port of either set.
func (s PortSet) Union(o PortSet) PortSet { return PortSet{node: combine(union, s.node, o.node)} }

// Intersect is every port of both sets.
func (s PortSet) Intersect(o PortSet) PortSet {
	return PortSet{node: combine(intersection, s.node, o.node)}
}

// Subtract is every port of s that o does not have.
func (s PortSet) Subtract(o PortSet) PortSet {
	return PortSet{node: combine(difference, s.node, o.node)}
}

// Equal reports whether both sets have the same ports.
func (s PortSet) Equal(o PortSet) bool { return same(s.node, o.node) }

// SubsetOf reports whether o has every port of s.
func (s PortSet) SubsetOf(o PortSet) bool { return within(s.node, o.node) }

// Overlaps reports whether the sets have a port in common.
func (s PortSet) Overlaps(o PortSet) bool { return overlaps(s.node, o.node) }

// Ranges are the fewest ranges that make up the set, ascending.
func (s PortSet) Ranges() []PortRange {
	spans := s.node.spans(lastPort)
	out := make([]PortRange, len(spans))
	for i, r := range spans {
		out[i] = PortRange{uint16(r.first.lo), uint16(r.last.lo)}
	}
	return out
}

// String lists the ranges, such as "80,443,8000-8010"; "all" is every port and "none" the empty set.
func (s PortSet) String() string {
	switch {
	case s.IsAll():
		return "all"
	case s.IsEmpty():
		return "none"
	}
	return string(appendSpans(nil, s.node.spans(lastPort)))
}

// appendSpans lists spans of numbers, such as "80,443,8000-8010".
func appendSpans(b []byte, spans []span) []byte {
	for i, s := range spans {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendUint(b, s.first.lo, 10)
		if s.first != s.last {
			b = append(b, '-')
			b = strconv.AppendUint(b, s.last.lo, 10)
		}
	}
	return b
}

// contains reports whether a diagram of one dimension holds k.
func contains(n *node, k key) bool {
	return n == full || n != nil && n.lookup(k) != nil
}
