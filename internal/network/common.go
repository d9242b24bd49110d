package network

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits on texts, from the API reference of the modelled cloud.
const (
	maxName        = 64
	maxDescription = 255
	maxTags        = 20
	maxTagKey      = 128
	maxTagValue    = 255
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

// Ethertype is the address family a security group rule is about, as the cloud spells it.
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

func validateName(name, code string) Problems {
	const rule = "A name has 1 to 64 characters: letters, digits, '_', '-' and '.'."
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return Problems{invalid(At("name"), code, "Missing name", "The name is empty. %s", rule)}
	case n > maxName:
		return Problems{invalid(At("name"), code, "Name too long", "The name %q has %d characters. %s", name, n, rule)}
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-.", r) {
			return Problems{invalid(At("name"), code, "Invalid character in name",
				"The name %q contains %q. %s", name, string(r), rule)}
		}
	}
	return nil
}

func validateDescription(path Path, description, code string) Problems {
	if n := utf8.RuneCountInString(description); n > maxDescription {
		return Problems{invalid(path, code, "Description too long",
			"The description has %d characters; the cloud accepts at most %d.", n, maxDescription)}
	}
	if strings.ContainsAny(description, "<>") {
		return Problems{invalid(path, code, "Invalid character in description",
			"The description %q contains '<' or '>', which the cloud refuses. Leave them out.", description)}
	}
	return nil
}

func validateTags(tags map[string]string) Problems {
	var out Problems
	if len(tags) > maxTags {
		out = append(out, invalid(At("tags"), "VPC.1801", "Too many tags",
			"There are %d tags; an object has at most %d.", len(tags), maxTags))
	}
	for _, key := range sortedKeys(tags) {
		path := At("tags").Key(key)
		if n := utf8.RuneCountInString(key); n == 0 || n > maxTagKey {
			out = append(out, invalid(path, "VPC.1801", "Invalid tag key",
				"The tag key %q has %d characters; a key has 1 to %d.", key, n, maxTagKey))
		}
		if n := utf8.RuneCountInString(tags[key]); n > maxTagValue {
			out = append(out, invalid(path, "VPC.1801", "Invalid tag value",
				"The value of tag %q has %d characters; a value has at most %d.", key, n, maxTagValue))
		}
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// validateCIDR checks a prefix an author wrote: it parses, it is the network's own address, and it is written the way
// the cloud writes it, so that what is stored is what was configured.
func validateCIDR(path Path, value, code string) (netip.Prefix, Problems) {
	p, err := netip.ParsePrefix(value)
	if err != nil {
		detail := fmt.Sprintf("%q is not an address block. Write a network address and a prefix length, "+
			"such as 10.0.0.0/16.", value)
		if a, err := netip.ParseAddr(value); err == nil {
			detail = fmt.Sprintf("%q is a single address. To mean just this address, write %s.",
				value, netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()))
		}
		return netip.Prefix{}, Problems{invalid(path, code, "Invalid CIDR block", "%s", detail)}
	}
	if p.Addr().Is4In6() {
		return netip.Prefix{}, Problems{invalid(path, code, "Invalid CIDR block",
			"%q mixes the two address families. Write the block as IPv4 or as IPv6.", value)}
	}
	if m := p.Masked(); m.Addr() != p.Addr() {
		return netip.Prefix{}, Problems{invalid(path, code, "Host bits in CIDR block",
			"%q has bits set beyond its prefix length. The network it lies in is %s; write that, or a single address "+
				"as %s.", value, m, netip.PrefixFrom(p.Addr(), p.Addr().BitLen()))}
	}
	if p.String() != value {
		return netip.Prefix{}, Problems{invalid(path, code, "CIDR block not in canonical form",
			"%q means %s. Write it in that form, which is the one the cloud stores.", value, p)}
	}
	return p, nil
}

func validateAddress(path Path, value, code string) (netip.Addr, Problems) {
	a, err := netip.ParseAddr(value)
	if err != nil || a.Zone() != "" || a.Is4In6() {
		return netip.Addr{}, Problems{invalid(path, code, "Invalid IP address",
			"%q is not an IP address. Write one such as 10.0.0.5 or 2001:db8::5, without prefix length.", value)}
	}
	if a.String() != value {
		return netip.Addr{}, Problems{invalid(path, code, "IP address not in canonical form",
			"%q means %s. Write it in that form, which is the one the cloud stores.", value, a)}
	}
	return a, nil
}

// CanonicalPrefix is the form in which the cloud stores a prefix: a bare address becomes a host prefix, IPv6 is written
// in lower case. What is no prefix stays as it is.
func CanonicalPrefix(value string) string { return canonicalPrefix(value) }

// canonicalPrefix is the stored form of a prefix that came from a client which may abbreviate: a bare address becomes
// a host prefix, IPv6 is written in lower case. What does not parse stays, for Validate to name.
func canonicalPrefix(value string) string {
	if value == "" {
		return ""
	}
	if p, err := netip.ParsePrefix(value); err == nil {
		return p.String()
	}
	if a, err := netip.ParseAddr(value); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a, a.BitLen()).String()
	}
	return value
}

func canonicalAddress(value string) string {
	if a, err := netip.ParseAddr(value); err == nil {
		return a.String()
	}
	return value
}

func parsePrefix(value string) netip.Prefix {
	p, err := netip.ParsePrefix(value)
	if err != nil {
		return netip.Prefix{}
	}
	return p.Masked()
}

func parseAddress(value string) netip.Addr {
	a, err := netip.ParseAddr(value)
	if err != nil {
		return netip.Addr{}
	}
	return a
}

// LastAddress is the highest address of a block.
func LastAddress(p netip.Prefix) netip.Addr {
	b := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < len(b)*8; bit++ {
		b[bit/8] |= 1 << (7 - bit%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// ContainsPrefix says whether every address of inner is an address of outer.
func ContainsPrefix(outer, inner netip.Prefix) bool {
	return outer.IsValid() && inner.IsValid() && outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

// IsIPv6 says whether a text is an IPv6 address.
func IsIPv6(address string) bool {
	a, err := netip.ParseAddr(address)
	return err == nil && a.Is6()
}
