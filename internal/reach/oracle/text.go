package oracle

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// in reports whether an address lies in a block; no address lies in a block that is not there.
func in(cidr string, a netip.Addr) bool {
	p, err := netip.ParsePrefix(cidr)
	return err == nil && p.Contains(a)
}

func addressOf(text string) netip.Addr {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return a
}

// inGroup reports whether an address is in an address group, whose entries are addresses, blocks and ranges "a-b".
func inGroup(g *network.AddressGroup, a netip.Addr) bool {
	return slices.ContainsFunc(g.Entries, func(e network.AddressEntry) bool {
		if first, last, isRange := strings.Cut(e.Address, "-"); isRange {
			low, high := addressOf(strings.TrimSpace(first)), addressOf(strings.TrimSpace(last))
			return low.BitLen() == a.BitLen() && low.Compare(a) <= 0 && a.Compare(high) <= 0
		}
		return in(e.Address, a) || addressOf(e.Address) == a
	})
}

// isProtocol reports whether a packet's protocol is the one a rule names; empty and "any" are every protocol.
func isProtocol(text string, p traffic.Protocol) bool {
	switch strings.ToLower(text) {
	case "", "any":
		return true
	case "tcp":
		return p == 6
	case "udp":
		return p == 17
	case "icmp":
		return p == 1
	case "icmpv6":
		return p == 58
	case "gre":
		return p == 47
	}
	return text == strconv.Itoa(int(p))
}

// isPort reports whether a port is one of a rule's list; an empty list and 1-65535 are every port.
func isPort(list []string, port uint16) bool {
	if len(list) == 0 || slices.Equal(list, []string{"1-65535"}) {
		return true
	}
	return slices.ContainsFunc(list, func(text string) bool {
		first, last, isRange := strings.Cut(text, "-")
		if !isRange {
			last = first
		}
		low, err := strconv.Atoi(first)
		high, err2 := strconv.Atoi(last)
		return err == nil && err2 == nil && low <= int(port) && int(port) <= high
	})
}

// family is 4 or 6.
func family(a netip.Addr) int {
	if a.Is4() {
		return 4
	}
	return 6
}

// isPublic reports whether an address is one of the Internet: global unicast, in none of the private, shared,
// benchmarking and reserved blocks. The documentation blocks count as public, a lab takes its addresses from them.
func isPublic(a netip.Addr) bool {
	if a.Is6() {
		return in("2000::/3", a)
	}
	return !slices.ContainsFunc([]string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
		"198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
	}, func(cidr string) bool { return in(cidr, a) })
}
