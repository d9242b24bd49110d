package network_test

import (
	"net/netip"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func TestCanonicalPrefix(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "10.0.0.0/8": "10.0.0.0/8", "10.0.0.5": "10.0.0.5/32", "10.0.0.5/8": "10.0.0.5/8", "FD00:0::1": "fd00::1/128",
		"FD00::/64": "fd00::/64", "fe80::1%eth0": "fe80::1%eth0", "10.0.0.0/33": "10.0.0.0/33", "10.0.0": "10.0.0",
		"010.0.0.0/8": "010.0.0.0/8", "10.0.0.0/08": "10.0.0.0/08", "::FFFF:10.0.0.1": "::ffff:10.0.0.1/128",
	} {
		if got := network.CanonicalPrefix(text); got != want {
			t.Errorf("CanonicalPrefix(%q) = %q; want %q", text, got, want)
		}
	}
}

func TestLastAddress(t *testing.T) {
	for block, want := range map[string]string{
		"10.0.0.0/24": "10.0.0.255", "10.0.0.0/8": "10.255.255.255", "10.0.0.5/32": "10.0.0.5", "0.0.0.0/0": "255.255.255.255",
		"10.0.0.9/24": "10.0.0.255", "fd00::/64": "fd00::ffff:ffff:ffff:ffff", "::1/128": "::1",
	} {
		if got := network.LastAddress(netip.MustParsePrefix(block)); got.String() != want {
			t.Errorf("the last address of %s is %s; want %s", block, got, want)
		}
	}
	if got := network.LastAddress(netip.Prefix{}); got.IsValid() {
		t.Errorf("the last address of no block is %s", got)
	}
}

func TestContainsPrefix(t *testing.T) {
	for _, c := range []struct {
		outer, inner string
		want         bool
	}{
		{"10.0.0.0/8", "10.1.0.0/16", true},
		{"10.0.0.0/8", "10.0.0.0/8", true},
		{"10.1.0.0/16", "10.0.0.0/8", false},
		{"10.0.0.0/8", "11.0.0.0/16", false},
		{"0.0.0.0/0", "fd00::/64", false},
		{"fd00::/8", "fd00:1::/64", true},
	} {
		if got := network.ContainsPrefix(netip.MustParsePrefix(c.outer), netip.MustParsePrefix(c.inner)); got != c.want {
			t.Errorf("%s contains %s: %t", c.outer, c.inner, got)
		}
	}
	all := netip.MustParsePrefix("0.0.0.0/0")
	if network.ContainsPrefix(all, netip.Prefix{}) || network.ContainsPrefix(netip.Prefix{}, all) {
		t.Error("what is no block contains one, or is contained")
	}
}

func TestFamilies(t *testing.T) {
	for _, c := range []struct {
		address   string
		ethertype network.Ethertype
		ipv6      bool
	}{
		{"10.0.0.5", network.EthertypeIPv4, false},
		{"fd00::5", network.EthertypeIPv6, true},
		// IPv4 in the form of IPv6 is no address a packet carries as IPv6, but the text is one of IPv6.
		{"::ffff:10.0.0.5", network.EthertypeIPv4, true},
	} {
		if got := network.EthertypeOf(netip.MustParseAddr(c.address)); got != c.ethertype {
			t.Errorf("the family of %s is %s", c.address, got)
		}
		if got := network.IsIPv6(c.address); got != c.ipv6 {
			t.Errorf("%s is IPv6: %t", c.address, got)
		}
	}
	if network.IsIPv6("") || network.IsIPv6("fd00::/64") {
		t.Error("what is no address is one of IPv6")
	}
	if network.EthertypeIPv4.IPVersion() != 4 || network.EthertypeIPv6.IPVersion() != 6 {
		t.Errorf("the versions are %d and %d", network.EthertypeIPv4.IPVersion(), network.EthertypeIPv6.IPVersion())
	}
	if network.Ingress.Other() != network.Egress || network.Egress.Other() != network.Ingress {
		t.Error("the opposite of a direction is not the other one")
	}
}

func TestIsPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"8.8.8.8": true, "1.0.0.0": true, "100.63.255.255": true, "100.128.0.0": true, "198.17.255.255": true, "198.20.0.0": true,
		"172.32.0.0": true, "192.0.2.1": true, "198.51.100.1": true, "203.0.113.1": true, "2001:db8::1": true,
		"0.255.255.255": false, "10.0.0.1": false, "100.64.0.0": false, "100.127.255.255": false, "127.0.0.1": false,
		"169.254.0.1": false, "172.31.255.255": false, "192.168.0.1": false, "198.18.0.0": false, "198.19.255.255": false,
		"224.0.0.1": false, "240.0.0.1": false, "255.255.255.255": false, "fd00::1": false, "fe80::1": false, "::1": false,
	} {
		if got := network.IsPublic(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is public: %t", address, got)
		}
	}
}

func FuzzAddresses(f *testing.F) {
	for _, seed := range []string{
		"", "10.0.0.0/8", "10.0.0.5", "FD00::/64", "::ffff:1.2.3.4/120", "fe80::1%eth0", "0.0.0.0/0",
		"/", "1/1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		canonical := network.CanonicalPrefix(text)
		if again := network.CanonicalPrefix(canonical); again != canonical {
			t.Errorf("the canonical form of %q is %q, and of that %q", text, canonical, again)
		}
		route := &network.Route{VPCID: "v", Destination: text, Type: network.RouteNAT, NextHop: "n"}
		if route.Validate() == nil && (route.Prefix().String() != text || canonical != text) {
			t.Errorf("%q is accepted and means %s, in canonical form %s", text, route.Prefix(), canonical)
		}
		instance := validInstance()
		instance.IPv6Address = text
		if text != "" && instance.Validate() == nil && instance.IPv6().String() != text {
			t.Errorf("%q is accepted and means %s", text, instance.IPv6())
		}
	})
}
