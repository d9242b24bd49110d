package network

import (
	"net/netip"
	"slices"

	"github.com/google/uuid"
)

// Subnet is a block of a VPC's addresses. Its traffic with other subnets passes its network ACL (ACL-18); its route table
// decides where packets leave to (RT-05).
type Subnet struct {
	Meta
	VPCID string `json:"vpc_id"`
	Name  string `json:"name"`
	CIDR  string `json:"cidr"`
	// GatewayIP is the address of the subnet's gateway, by default the first host (NET-12).
	GatewayIP        string `json:"gateway_ip,omitempty"`
	AvailabilityZone string `json:"availability_zone,omitempty"`
	// IPv6Enabled gives the subnet a /64. The cloud cannot take it away again (NET-14).
	IPv6Enabled bool `json:"ipv6_enabled,omitempty"`
	// IPv6CIDR is that /64. The cloud assigns it; this one derives it from the subnet's id unless the author names it
	// (NET-15).
	IPv6CIDR    string            `json:"ipv6_cidr,omitempty"`
	DNSServers  []string          `json:"dns_servers,omitempty"`
	Description string            `json:"description,omitempty"`
	Tags        map[string]string `json:"tags,omitempty"`
	// The attributes below are there for clients of the cloud's API; nothing follows from them here (NET-22). Absent means that
	// nobody has set them; DHCP is on then.
	DHCPEnabled         *bool        `json:"dhcp_enable,omitempty"`
	DHCPOptions         []DHCPOption `json:"extra_dhcp_opts,omitzero"`
	AddressUsageMetrics *bool        `json:"enable_network_address_usage_metrics,omitempty"`
}

// DHCPOption is what the subnet's DHCP service tells its clients besides their address: "ntp", "addresstime",
// "ipv6_addresstime" or "domainname", and a value in the form the option asks for.
type DHCPOption struct {
	Name  string `json:"opt_name"`
	Value string `json:"opt_value"`
}

// Kind is KindSubnet.
func (s *Subnet) Kind() Kind { return KindSubnet }

// Title is the name.
func (s *Subnet) Title() string { return s.Name }

// NaturalKey is VPC and block: names may repeat, blocks of one VPC may not.
func (s *Subnet) NaturalKey() string { return s.VPCID + "/" + s.CIDR }

// References names the VPC.
func (s *Subnet) References() []Reference { return reference(At("vpc_id"), s.VPCID, KindVPC) }

// Prefix is the IPv4 block.
func (s *Subnet) Prefix() netip.Prefix { return parsePrefix(s.CIDR) }

// IPv6Prefix is the IPv6 block; it is not valid where IPv6 is off.
func (s *Subnet) IPv6Prefix() netip.Prefix { return parsePrefix(s.IPv6CIDR) }

// Prefixes are the subnet's blocks, one of each family it has.
func (s *Subnet) Prefixes() []netip.Prefix {
	var out []netip.Prefix
	for _, p := range []netip.Prefix{s.Prefix(), s.IPv6Prefix()} {
		if p.IsValid() {
			out = append(out, p)
		}
	}
	return out
}

// IPv6Gateway is the address of the gateway in the IPv6 block, its first host; it is not valid where IPv6 is off.
func (s *Subnet) IPv6Gateway() netip.Addr {
	p := s.IPv6Prefix()
	if !p.IsValid() {
		return netip.Addr{}
	}
	return p.Addr().Next()
}

// ReservedAddresses are the addresses that no instance can have: each block's own and the gateway's, and the last three
// of the IPv4 block (system interface, DHCP, broadcast) (NET-11).
func (s *Subnet) ReservedAddresses() map[netip.Addr]string {
	out := map[netip.Addr]string{}
	if p := s.Prefix(); p.IsValid() {
		last := LastAddress(p)
		out[p.Addr()] = "the network address"
		out[parseAddress(s.GatewayIP)] = "the gateway"
		out[last.Prev().Prev()] = "the system interface"
		out[last.Prev()] = "the DHCP service"
		out[last] = "the broadcast address"
	}
	if p := s.IPv6Prefix(); p.IsValid() {
		out[p.Addr()] = "the network address"
		out[s.IPv6Gateway()] = "the gateway"
	}
	return out
}

// Normalize derives the gateway and the IPv6 block.
func (s *Subnet) Normalize() {
	s.CIDR, s.IPv6CIDR = CanonicalPrefix(s.CIDR), CanonicalPrefix(s.IPv6CIDR)
	s.GatewayIP = canonicalAddress(s.GatewayIP)
	if p := s.Prefix(); s.GatewayIP == "" && p.IsValid() {
		s.GatewayIP = p.Addr().Next().String()
	}
	if s.IPv6CIDR != "" {
		s.IPv6Enabled = true
	}
	if s.IPv6Enabled && s.IPv6CIDR == "" && s.ID != "" {
		s.IPv6CIDR = assignedIPv6(s.ID).String()
	}
}

// assignedIPv6 takes the place of the cloud's own choice of a /64: a unique local block (RFC 4193) that follows from the
// subnet's id, so that a plan knows it (NET-15).
func assignedIPv6(subnetID string) netip.Prefix {
	sum := uuid.NewSHA1(idNamespace, []byte("ipv6\x00"+subnetID))
	var a [16]byte
	a[0] = 0xfd
	copy(a[1:8], sum[:7])
	return netip.PrefixFrom(netip.AddrFrom16(a), 64)
}

// Validate checks the subnet by itself.
func (s *Subnet) Validate() Problems {
	var out Problems
	if s.VPCID == "" {
		out = append(out, invalid(At("vpc_id"), "VPC.0201", "Missing VPC", "A subnet belongs to a VPC; vpc_id is empty."))
	}
	out = append(out, validateName(s.Name, "VPC.0201")...)
	p, problems := validateCIDR(At("cidr"), s.CIDR, "VPC.0212")
	out = append(out, problems...)
	if p.IsValid() {
		out = append(out, s.validateBlock(p)...)
	}
	out = append(out, s.validateIPv6()...)
	for i, d := range s.DNSServers {
		_, problems := validateAddress(At("dns_servers").Index(i), d, "VPC.0201")
		out = append(out, problems...)
	}
	for i, o := range s.DHCPOptions {
		at := At("extra_dhcp_opts").Index(i).Attr("opt_name")
		out = append(out, oneOf(at, o.Name, "VPC.0201", "DHCP option", "ntp", "addresstime", "ipv6_addresstime", "domainname")...)
	}
	out = append(out, validateDescription(At("description"), s.Description, "VPC.0201")...)
	return append(out, validateTags(s.Tags)...)
}

// validateBlock checks the size of the block (NET-10), and that the gateway is a free address of it (NET-12).
func (s *Subnet) validateBlock(p netip.Prefix) Problems {
	if !p.Addr().Is4() {
		return Problems{invalid(At("cidr"), "VPC.0212", "Subnet block is not IPv4",
			"%s is an IPv6 block.", p).
			Advising("Give the IPv4 block here and switch IPv6 on with ipv6_enabled.")}
	}
	if p.Bits() > MaxPrefixLength {
		return Problems{invalid(At("cidr"), "VPC.0212", "Subnet block too small",
			"%s is smaller than a /%d, the smallest subnet the cloud accepts: five addresses of every subnet are "+
				"reserved.", p, MaxPrefixLength)}
	}
	if s.GatewayIP == "" {
		return nil
	}
	path := At("gateway_ip")
	gateway, problems := validateAddress(path, s.GatewayIP, "VPC.0201")
	if problems != nil {
		return problems
	}
	if !p.Contains(gateway) {
		return Problems{invalid(path, "VPC.0201", "Gateway outside the subnet",
			"%s is not an address of %s.", gateway, p).
			Advising("Leave gateway_ip out to get the first host, %s.", p.Addr().Next()).involving("cidr")}
	}
	last := LastAddress(p)
	if slices.Contains([]netip.Addr{p.Addr(), last, last.Prev(), last.Prev().Prev()}, gateway) {
		return Problems{invalid(path, "VPC.0201", "Gateway on a reserved address",
			"%s is reserved: the first address of a subnet names the network and the last three belong to the system.",
			gateway).Advising("Leave gateway_ip out to get the first host, %s.", p.Addr().Next()).involving("cidr")}
	}
	return nil
}

func (s *Subnet) validateIPv6() Problems {
	if s.IPv6CIDR == "" {
		return nil
	}
	path := At("ipv6_cidr")
	p, problems := validateCIDR(path, s.IPv6CIDR, "VPC.0201")
	switch {
	case problems != nil:
		return problems
	case p.Addr().Is4():
		return Problems{invalid(path, "VPC.0201", "IPv6 block is IPv4", "%s is an IPv4 block.", p)}
	case p.Bits() != 64:
		return Problems{invalid(path, "VPC.0201", "IPv6 block is not a /64",
			"%s has prefix length %d; the cloud gives every subnet a /64.", p, p.Bits())}
	case p.Addr().IsLinkLocalUnicast() || p.Addr().IsMulticast() || p.Addr().IsLoopback() || p.Addr().IsUnspecified():
		return Problems{invalid(path, "VPC.0201", "IPv6 block is not unicast",
			"%s holds no addresses an instance could have. Choose a global or unique local (fd00::/8) block.", p)}
	}
	return nil
}
