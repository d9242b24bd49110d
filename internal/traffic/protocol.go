package traffic

import (
	"fmt"
	"strconv"
	"strings"
)

// Protocol is an IP protocol number, 0 to 255, or AnyProtocol.
type Protocol int16

// AnyProtocol stands for all 256 protocols where one protocol is asked for.
const AnyProtocol Protocol = -1

// The protocols that have a name.
const (
	ICMP   Protocol = 1
	TCP    Protocol = 6
	UDP    Protocol = 17
	GRE    Protocol = 47
	ICMPv6 Protocol = 58
)

// lastProtocol is the largest protocol number: the field is one byte.
const lastProtocol = 255

// ParseProtocol reads a protocol: "tcp", "udp", "icmp", "icmpv6" or "gre" in any case, a decimal number 0 to 255
// without sign, leading zero or space, or "any" or the empty string for AnyProtocol. The error quotes the value seen
// and lists the accepted ones.
func ParseProtocol(s string) (Protocol, error) {
	switch strings.ToLower(s) {
	case "", "any":
		return AnyProtocol, nil
	case "tcp":
		return TCP, nil
	case "udp":
		return UDP, nil
	case "icmp":
		return ICMP, nil
	case "icmpv6":
		return ICMPv6, nil
	case "gre":
		return GRE, nil
	}
	n, ok := parseDecimal(s, lastProtocol)
	if !ok {
		return AnyProtocol, fmt.Errorf("%q is not a protocol; "+
			"write tcp, udp, icmp, icmpv6, gre, a protocol number 0 to 255, or any", s)
	}
	return Protocol(n), nil
}

// String is the form ParseProtocol reads: the name where there is one, else the number.
func (p Protocol) String() string {
	switch p {
	case AnyProtocol:
		return "any"
	case TCP:
		return "tcp"
	case UDP:
		return "udp"
	case ICMP:
		return "icmp"
	case ICMPv6:
		return "icmpv6"
	case GRE:
		return "gre"
	}
	return strconv.Itoa(int(p))
}

// HasPorts reports whether packets of the protocol have the ports this package knows: tcp and udp. AnyProtocol has none.
func (p Protocol) HasPorts() bool { return p == TCP || p == UDP }

// IsICMP reports whether packets of the protocol have an ICMP type and code: icmp and icmpv6.
func (p Protocol) IsICMP() bool { return p == ICMP || p == ICMPv6 }

// valid reports whether p is a protocol number and not AnyProtocol or out of range.
func (p Protocol) valid() bool { return p >= 0 && p <= lastProtocol }

// parseDecimal reads an unsigned decimal number up to limit, written in the one canonical way: digits only, no leading
// zero. strconv alone would also take "+80" and "080".
func parseDecimal(s string, limit int) (int, bool) {
	if s == "" || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
		if n > limit {
			return 0, false
		}
	}
	return n, true
}
