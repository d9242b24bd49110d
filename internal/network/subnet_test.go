package network_test

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func validSubnet() *network.Subnet {
	return &network.Subnet{Meta: network.Meta{ID: "s", Project: "p"}, VPCID: "v", Name: "s", CIDR: "10.0.0.0/24"}
}

func TestValidateSubnet(t *testing.T) {
	cidr := func(text string) func(*network.Subnet) { return func(s *network.Subnet) { s.CIDR = text } }
	gateway := func(text string) func(*network.Subnet) { return func(s *network.Subnet) { s.GatewayIP = text } }
	ipv6 := func(text string) func(*network.Subnet) { return func(s *network.Subnet) { s.IPv6CIDR = text } }
	const code, badCIDR = "VPC.0201", "VPC.0212"
	rows := []row[*network.Subnet]{
		{"no VPC", func(s *network.Subnet) { s.VPCID = "" }, refused("vpc_id", code, "vpc_id is empty")},
		{"no block", cidr(""), refused("cidr", badCIDR, `"" is not an address block`)},
		{"host bits", cidr("10.0.0.9/24"), refused("cidr", badCIDR, "The network it lies in is 10.0.0.0/24")},
		{"IPv6", cidr("2001:db8::/64"), refused("cidr", badCIDR, "2001:db8::/64 is an IPv6 block")},
		{"smallest block", cidr("10.0.0.16/28"), nil},
		{"too small", cidr("10.0.0.16/29"), refused("cidr", badCIDR, "10.0.0.16/29 is smaller than a /28")},

		{"gateway on the first host", gateway("10.0.0.1"), nil},
		{"gateway on the last free host", gateway("10.0.0.252"), nil},
		{"gateway on the network's address", gateway("10.0.0.0"), refused("gateway_ip", code, "10.0.0.0 is reserved")},
		{"gateway on the system interface", gateway("10.0.0.253"), refused("gateway_ip", code, "10.0.0.253 is reserved")},
		{"gateway on the DHCP service", gateway("10.0.0.254"), refused("gateway_ip", code, "10.0.0.254 is reserved")},
		{"gateway on the broadcast address", gateway("10.0.0.255"), refused("gateway_ip", code, "10.0.0.255 is reserved")},
		{"gateway outside", gateway("10.0.1.1"), refused("gateway_ip", code, "10.0.1.1 is not an address of 10.0.0.0/24")},
		{"gateway of IPv6", gateway("fd00::1"), refused("gateway_ip", code, "fd00::1 is not an address of 10.0.0.0/24")},
		{"gateway that is none", gateway("10.0.0"), refused("gateway_ip", code, `"10.0.0" is not an IP address`)},

		{"IPv6 block, unique local", ipv6("fd00:1::/64"), nil},
		{"IPv6 block, global", ipv6("2001:db8::/64"), nil},
		{"IPv6 block that is none", ipv6("2001"), refused("ipv6_cidr", code, `"2001" is not an address block`)},
		{"IPv6 block in capitals", ipv6("FD00::/64"), refused("ipv6_cidr", code, `"FD00::/64" means fd00::/64`)},
		{"IPv6 block of IPv4", ipv6("10.0.0.0/24"), refused("ipv6_cidr", code, "10.0.0.0/24 is an IPv4 block")},
		{"IPv6 block wider", ipv6("fd00::/63"), refused("ipv6_cidr", code, "fd00::/63 has prefix length 63")},
		{"IPv6 block narrower", ipv6("fd00::/65"), refused("ipv6_cidr", code, "fd00::/65 has prefix length 65")},
		{"IPv6 block, link-local", ipv6("fe80::/64"), refused("ipv6_cidr", code, "fe80::/64 holds no addresses")},
		{"IPv6 block, multicast", ipv6("ff02::/64"), refused("ipv6_cidr", code, "ff02::/64 holds no addresses")},
		{"IPv6 block, unspecified and loopback", ipv6("::/64"), refused("ipv6_cidr", code, "::/64 holds no addresses")},

		{"DNS servers of both families", func(s *network.Subnet) { s.DNSServers = []string{"100.125.1.250", "2001:db8::53"} }, nil},
		{
			"DNS server that is none", func(s *network.Subnet) { s.DNSServers = []string{"8.8.8.8", "dns"} },
			refused("dns_servers[1]", code, `"dns" is not an IP address`),
		},
		{
			"DNS server with a zone", func(s *network.Subnet) { s.DNSServers = []string{"fe80::1%eth0"} },
			refused("dns_servers[0]", code, `"fe80::1%eth0" is not an IP address`),
		},
		{
			"DNS server written as IPv6", func(s *network.Subnet) { s.DNSServers = []string{"::ffff:8.8.8.8"} },
			refused("dns_servers[0]", code, `"::ffff:8.8.8.8" is not an IP address`),
		},
		{
			"DNS server in capitals", func(s *network.Subnet) { s.DNSServers = []string{"2001:DB8::53"} },
			refused("dns_servers[0]", code, `"2001:DB8::53" means 2001:db8::53`),
		},

		{"every DHCP option", func(s *network.Subnet) {
			s.DHCPOptions = []network.DHCPOption{{Name: "ntp"}, {Name: "addresstime"}, {Name: "ipv6_addresstime"}, {Name: "domainname"}}
		}, nil},
		{
			"unknown DHCP option", func(s *network.Subnet) { s.DHCPOptions = []network.DHCPOption{{Name: "ntp"}, {Name: "mtu"}} },
			refused("extra_dhcp_opts[1].opt_name", code, `is "mtu"; it must be "ntp" or "addresstime" or`),
		},
	}
	rows = append(rows, nameRows(code, func(s *network.Subnet, text string) { s.Name = text })...)
	rows = append(rows, descriptionRows(code, "description", func(s *network.Subnet, text string) { s.Description = text })...)
	rows = append(rows, tagRows("tags", func(s *network.Subnet, tags map[string]string) { s.Tags = tags })...)
	checkValidate(t, validSubnet, rows)
}

// A gateway is checked against the block: while the block is unknown, no problem is raised.
func TestGatewayInvolvesBlock(t *testing.T) {
	for _, gateway := range []string{"10.0.1.1", "10.0.0.255"} {
		s := validSubnet()
		s.GatewayIP = gateway
		if got := s.Validate().Knowing(map[string]bool{"cidr": true}); got != nil {
			t.Errorf("gateway %s: problems although cidr is unknown:\n%s", gateway, list(got))
		}
	}
}

func TestNormalizeSubnet(t *testing.T) {
	meta := network.Meta{ID: "5d1c"}
	assigned := &network.Subnet{Meta: meta, IPv6Enabled: true}
	assigned.Normalize()
	if p := assigned.IPv6Prefix(); p.Bits() != 64 || p != p.Masked() || !netip.MustParsePrefix("fd00::/8").Contains(p.Addr()) {
		t.Errorf("the assigned IPv6 block is %s; want a unique local /64", assigned.IPv6CIDR)
	}
	checkNormalize(t, []normalized{
		{
			"gateway on the first host", &network.Subnet{CIDR: "10.0.0.16/28"},
			&network.Subnet{CIDR: "10.0.0.16/28", GatewayIP: "10.0.0.17"},
		},
		{
			"gateway of the author's", &network.Subnet{CIDR: "10.0.0.0/24", GatewayIP: "10.0.0.9"},
			&network.Subnet{CIDR: "10.0.0.0/24", GatewayIP: "10.0.0.9"},
		},
		{"no gateway without a block", &network.Subnet{CIDR: "x"}, &network.Subnet{CIDR: "x"}},
		{"IPv6 off", &network.Subnet{Meta: meta}, &network.Subnet{Meta: meta}},
		{
			"IPv6 block assigned by id", &network.Subnet{Meta: meta, IPv6Enabled: true},
			&network.Subnet{Meta: meta, IPv6Enabled: true, IPv6CIDR: assigned.IPv6CIDR},
		},
		{"no IPv6 block before there is an id", &network.Subnet{IPv6Enabled: true}, &network.Subnet{IPv6Enabled: true}},
		{
			"IPv6 block of the author's switches IPv6 on", &network.Subnet{Meta: meta, IPv6CIDR: "FD00:1::/64"},
			&network.Subnet{Meta: meta, IPv6Enabled: true, IPv6CIDR: "fd00:1::/64"},
		},
	})
	other := &network.Subnet{Meta: network.Meta{ID: "77aa"}, IPv6Enabled: true}
	other.Normalize()
	if other.IPv6CIDR == assigned.IPv6CIDR {
		t.Errorf("two subnets got the IPv6 block %s", other.IPv6CIDR)
	}
}

func TestSubnetKey(t *testing.T) {
	checkKey(t, validSubnet, map[string]func(*network.Subnet){
		"vpc_id": func(s *network.Subnet) { s.VPCID = "w" },
		"cidr":   func(s *network.Subnet) { s.CIDR = "10.0.1.0/24" },
	}, map[string]func(*network.Subnet){
		"project_id":        func(s *network.Subnet) { s.Project = "q" },
		"name":              func(s *network.Subnet) { s.Name = "t" },
		"gateway_ip":        func(s *network.Subnet) { s.GatewayIP = "10.0.0.9" },
		"availability_zone": func(s *network.Subnet) { s.AvailabilityZone = "az1" },
		"ipv6_enabled":      func(s *network.Subnet) { s.IPv6Enabled = true },
		"ipv6_cidr":         func(s *network.Subnet) { s.IPv6CIDR = "fd00::/64" },
		"dns_servers":       func(s *network.Subnet) { s.DNSServers = []string{"8.8.8.8"} },
		"description":       func(s *network.Subnet) { s.Description = "d" },
		"tags":              func(s *network.Subnet) { s.Tags = map[string]string{"a": "b"} },
		"dhcp_enable":       func(s *network.Subnet) { s.DHCPEnabled = new(false) },
		"extra_dhcp_opts":   func(s *network.Subnet) { s.DHCPOptions = []network.DHCPOption{{Name: "ntp", Value: "1.2.3.4"}} },
		"enable_network_address_usage_metrics": func(s *network.Subnet) {
			s.AddressUsageMetrics = new(true)
		},
	})
}

// Of a subnet 192.168.0.0/24 the cloud's guide reserves .0, .1, .253, .254 and .255.
func TestReservedAddresses(t *testing.T) {
	s := &network.Subnet{CIDR: "192.168.0.0/24", IPv6CIDR: "fd00::/64"}
	s.Normalize()
	want := map[string]string{
		"192.168.0.0": "the network address", "192.168.0.1": "the gateway", "192.168.0.253": "the system interface",
		"192.168.0.254": "the DHCP service", "192.168.0.255": "the broadcast address",
		"fd00::": "the network address", "fd00::1": "the gateway",
	}
	got := map[string]string{}
	for address, use := range s.ReservedAddresses() {
		got[address.String()] = use
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the reserved addresses differ (-want +got):\n%s", diff)
	}
	if got := (&network.Subnet{CIDR: "x"}).ReservedAddresses(); len(got) != 0 {
		t.Errorf("a subnet without block reserves %v", got)
	}
}

func TestSubnetAddresses(t *testing.T) {
	s := validSubnet()
	if got := s.Prefixes(); len(got) != 1 || got[0] != netip.MustParsePrefix("10.0.0.0/24") {
		t.Errorf("the blocks without IPv6 are %v", got)
	}
	if s.IPv6Prefix().IsValid() || s.IPv6Gateway().IsValid() {
		t.Errorf("without IPv6 the block is %s and the gateway %s", s.IPv6Prefix(), s.IPv6Gateway())
	}
	s.IPv6CIDR = "fd00:1::/64"
	if got := s.Prefixes(); len(got) != 2 || got[1] != netip.MustParsePrefix("fd00:1::/64") {
		t.Errorf("the blocks with IPv6 are %v", got)
	}
	if got := s.IPv6Gateway(); got != netip.MustParseAddr("fd00:1::1") {
		t.Errorf("the IPv6 gateway is %s", got)
	}
	if s.Title() != "s" {
		t.Errorf("the title is %q", s.Title())
	}
	checkReferences(t, s, "vpc_id vpc v")
	checkReferences(t, &network.Subnet{})
}
