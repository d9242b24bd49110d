package network

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Direction is the side of a filter, seen from the instance or the subnet it protects.
type Direction string

// The two directions.
const (
	Ingress Direction = "ingress"
	Egress  Direction = "egress"
)

// Other is the opposite direction.
func (d Direction) Other() Direction {
	if d == Ingress {
		return Egress
	}
	return Ingress
}

// Action is what a filter rule does with a packet it matches.
type Action string

// The two actions.
const (
	Allow Action = "allow"
	Deny  Action = "deny"
)

// Ethertype is the address family a security group rule is about, as the cloud spells it (SG-03).
type Ethertype string

// The two families.
const (
	EthertypeIPv4 Ethertype = "IPv4"
	EthertypeIPv6 Ethertype = "IPv6"
)

// EthertypeOf is the family of an address.
func EthertypeOf(a netip.Addr) Ethertype {
	if a.Unmap().Is4() {
		return EthertypeIPv4
	}
	return EthertypeIPv6
}

// IPVersion is 4 or 6.
func (e Ethertype) IPVersion() int {
	if e == EthertypeIPv6 {
		return 6
	}
	return 4
}

// validateProtocol checks the protocol of a rule about one address family: icmp is IPv4's, icmpv6 is IPv6's (SG-04).
func validateProtocol(path Path, protocol string, ipVersion int, code string) Problems {
	p, err := traffic.ParseProtocol(protocol)
	if err != nil {
		return Problems{invalid(path, code, "Unknown protocol", "%s.", sentence(err))}
	}
	switch {
	case p == traffic.ICMP && ipVersion == 6:
		return Problems{invalid(path, code, "Protocol of the other address family",
			"icmp belongs to IPv4 and this rule is about IPv6, so it would match nothing. Use icmpv6.")}
	case p == traffic.ICMPv6 && ipVersion == 4:
		return Problems{invalid(path, code, "Protocol of the other address family",
			"icmpv6 belongs to IPv6 and this rule is about IPv4, so it would match nothing. Use icmp.")}
	}
	return nil
}

func protocolText(protocol string) string {
	p, err := traffic.ParseProtocol(protocol)
	if err != nil {
		return protocol
	}
	return p.String()
}

func oneOf[T ~string](path Path, value T, code, what string, accepted ...T) Problems {
	if slices.Contains(accepted, value) {
		return nil
	}
	texts := make([]string, len(accepted))
	for i, a := range accepted {
		texts[i] = fmt.Sprintf("%q", string(a))
	}
	return Problems{invalid(path, code, "Invalid "+what, "%s is %q; it must be %s.",
		path, string(value), strings.Join(texts, " or "))}
}
