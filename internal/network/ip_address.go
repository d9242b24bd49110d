package network

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"go4.org/netipx"
)

// validateCIDR checks a prefix an author wrote: it parses, it is the network's own address, and it is written the way
// the cloud writes it (SG-08), so that what is stored is what was configured.
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
// in lower case (SG-08). A text that does not parse stays as it is, for Validate to name.
func CanonicalPrefix(value string) string {
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

// LastAddress is the highest address of a block. It is not valid where the block is not.
func LastAddress(p netip.Prefix) netip.Addr { return netipx.PrefixLastIP(p) }

// ContainsPrefix reports whether every address of inner is an address of outer.
func ContainsPrefix(outer, inner netip.Prefix) bool {
	return outer.IsValid() && inner.IsValid() && outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

// IsIPv6 reports whether a text is an IPv6 address.
func IsIPv6(address string) bool {
	a, err := netip.ParseAddr(address)
	return err == nil && a.Is6()
}

// notPublic are the IPv4 blocks the Internet does not route, besides those netip knows about. The documentation blocks
// are left out on purpose: a lab uses them as its public addresses.
var notPublic = prefixes("0.0.0.0/8", "100.64.0.0/10", "198.18.0.0/15", "240.0.0.0/4")

// IsPublic reports whether an address can be one on the Internet (INET-06).
func IsPublic(a netip.Addr) bool {
	return a.IsGlobalUnicast() && !a.IsPrivate() &&
		!slices.ContainsFunc(notPublic, func(p netip.Prefix) bool { return p.Contains(a) })
}

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

func listPrefixes(list []netip.Prefix) string {
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = p.String()
	}
	return strings.Join(texts, ", ")
}
