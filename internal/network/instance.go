package network

import (
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Instance is a server with one network interface: an address in a subnet, the security groups that filter it, and,
// where the author says so, what runs on it.
type Instance struct {
	Meta
	Name     string `json:"name"`
	SubnetID string `json:"subnet_id"`
	// IPAddress is the IPv4 address. It may be empty for a network interface that a client of the cloud's API has given
	// an IPv6 address only.
	IPAddress   string `json:"ip_address"`
	IPv6Address string `json:"ipv6_address,omitempty"`
	// SecurityGroupIDs are tried in this order (SG-12); the first group with a matching rule decides (SG-14).
	SecurityGroupIDs []string `json:"security_group_ids,omitempty"`
	// PublicIP is the elastic address bound to the instance, if any (INET-01).
	PublicIP string `json:"public_ip,omitempty"`
	// Listeners are the services that accept connections. nil means that nothing is known about them (INET-07); an empty list
	// that there are none.
	Listeners []Listener `json:"listeners"`
	// GuestFirewall is the packet filter inside the instance: the first rule that matches decides, and what none
	// matches is let through. nil means that nothing is known about it (INET-07).
	GuestFirewall []GuestRule `json:"guest_firewall"`
	// Port is what the cloud's API says of the network interface beyond the above. It is nil for an instance that was
	// not made through that API.
	Port *Port `json:"port,omitempty"`
}

// Listener is a service that accepts connections on some ports.
type Listener struct {
	Protocol string   `json:"protocol"`
	Ports    []string `json:"ports"`
}

// GuestRule is one rule of an instance's own firewall, about incoming packets unless Direction says otherwise.
type GuestRule struct {
	Direction Direction `json:"direction,omitempty"`
	Action    Action    `json:"action"`
	Protocol  string    `json:"protocol,omitempty"`
	Ports     []string  `json:"ports,omitempty"`
	// RemoteCIDR is the peer's block; empty is every address.
	RemoteCIDR string `json:"remote_cidr,omitempty"`
}

// recommendedGroups is the number of groups on one instance the cloud recommends not to exceed.
const recommendedGroups = 5

// Kind is KindInstance.
func (i *Instance) Kind() Kind { return KindInstance }

// Title is the name or, where a client of the cloud's API gave none, the address.
func (i *Instance) Title() string {
	if i.Name == "" {
		return i.MainAddress()
	}
	return i.Name
}

// MainAddress is the IPv4 address or, for an interface that has none, the IPv6 address.
func (i *Instance) MainAddress() string {
	if i.IPAddress == "" {
		return i.IPv6Address
	}
	return i.IPAddress
}

// NaturalKey is subnet and address.
func (i *Instance) NaturalKey() string { return i.SubnetID + "/" + i.MainAddress() }

// References names subnet and groups.
func (i *Instance) References() []Reference {
	out := reference(At("subnet_id"), i.SubnetID, KindSubnet)
	for n, id := range i.SecurityGroupIDs {
		out = append(out, reference(At("security_group_ids").Index(n), id, KindSecurityGroup)...)
	}
	return out
}

// Normalize fills in the direction of guest firewall rules.
func (i *Instance) Normalize() {
	i.IPAddress, i.IPv6Address = canonicalAddress(i.IPAddress), canonicalAddress(i.IPv6Address)
	i.PublicIP = canonicalAddress(i.PublicIP)
	if i.Port != nil {
		i.Port.normalize()
	}
	for n := range i.GuestFirewall {
		if i.GuestFirewall[n].Direction == "" {
			i.GuestFirewall[n].Direction = Ingress
		}
	}
}

// Address is the private IPv4 address, not valid where there is none.
func (i *Instance) Address() netip.Addr { return parseAddress(i.IPAddress) }

// IPv6 is the IPv6 address, not valid where there is none.
func (i *Instance) IPv6() netip.Addr { return parseAddress(i.IPv6Address) }

// Public is the public address, not valid where there is none.
func (i *Instance) Public() netip.Addr { return parseAddress(i.PublicIP) }

// Validate checks the instance by itself.
func (i *Instance) Validate() Problems {
	const code = "InstanceInvalid"
	var out Problems
	if i.Port == nil || i.Name != "" {
		out = validateName(i.Name, code)
	}
	out = append(out, i.Port.validate()...)
	if i.SubnetID == "" {
		out = append(out, invalid(At("subnet_id"), code, "Missing subnet",
			"An instance lies in a subnet; subnet_id is empty."))
	}
	out = append(out, i.validateAddresses()...)
	out = append(out, i.validateGroups()...)
	for n, l := range i.Listeners {
		at := At("listeners").Index(n)
		p, err := traffic.ParseProtocol(l.Protocol)
		if err != nil || !p.HasPorts() {
			out = append(out, invalid(at.Attr("protocol"), code, "Invalid listener protocol",
				"The protocol is %q; a listener's protocol is tcp or udp.", l.Protocol))
			continue
		}
		if len(l.Ports) == 0 {
			out = append(out, invalid(at.Attr("ports"), code, "Listener without ports",
				"The listener names no port. List the ports it accepts connections on."))
		}
		out = append(out, validatePorts(at.Attr("ports"), l.Ports, l.Protocol, code)...)
	}
	for n := range i.GuestFirewall {
		out = append(out, i.GuestFirewall[n].validate(At("guest_firewall").Index(n))...)
	}
	return out
}

func (i *Instance) validateAddresses() Problems {
	const code = "InstanceInvalid"
	var out Problems
	if i.IPAddress != "" || i.Port == nil || i.IPv6Address == "" {
		a, problems := validateAddress(At("ip_address"), i.IPAddress, "VPC.0705")
		out = append(out, problems...)
		if a.IsValid() && !a.Is4() {
			out = append(out, invalid(At("ip_address"), "VPC.0705", "Address is not IPv4",
				"%s is an IPv6 address.", a).Advising("Give the IPv4 address here and the IPv6 address as ipv6_address."))
		}
	}
	if i.IPv6Address != "" {
		a, problems := validateAddress(At("ipv6_address"), i.IPv6Address, "VPC.0705")
		out = append(out, problems...)
		if a.IsValid() && !a.Is6() {
			out = append(out, invalid(At("ipv6_address"), "VPC.0705", "Address is not IPv6", "%s is an IPv4 address.", a))
		}
	}
	if i.PublicIP == "" {
		return out
	}
	public, problems := validateAddress(At("public_ip"), i.PublicIP, code)
	out = append(out, problems...)
	if public.IsValid() && (!public.Is4() || !IsPublic(public)) {
		out = append(out, invalid(At("public_ip"), code, "Address is not public",
			"%s is not a public IPv4 address. For a lab, take one of the documentation blocks 192.0.2.0/24, "+
				"198.51.100.0/24 and 203.0.113.0/24.", public))
	}
	return out
}

// validateGroups checks that the instance has a group (SG-26), with the cloud's code for an interface without one (ERR-19).
func (i *Instance) validateGroups() Problems {
	path := At("security_group_ids")
	if len(i.SecurityGroupIDs) == 0 {
		return Problems{invalid(path, "VPC.0607", "Instance without security group",
			"Every instance is in at least one security group; without one, nothing would reach it or leave it.")}
	}
	var out Problems
	for n, id := range i.SecurityGroupIDs {
		if id == "" {
			out = append(out, emptyID(path.Index(n), "VPC.0607", KindSecurityGroup))
		} else if first := slices.Index(i.SecurityGroupIDs, id); first < n {
			out = append(out, invalid(path.Index(n), "VPC.0607", "Security group listed twice",
				"%s is at positions %d and %d. A group acts once, at its first position; remove the other.",
				id, first+1, n+1))
		}
	}
	if len(i.SecurityGroupIDs) > recommendedGroups {
		out = append(out, advice(path, "Many security groups on one instance",
			"There are %d; the cloud recommends at most %d.", len(i.SecurityGroupIDs), recommendedGroups))
	}
	return out
}

func (g *GuestRule) validate(at Path) Problems {
	const code = "InstanceInvalid"
	var out Problems
	if g.Direction != "" {
		out = append(out, oneOf(at.Attr("direction"), g.Direction, code, "direction", Ingress, Egress)...)
	}
	out = append(out, oneOf(at.Attr("action"), g.Action, code, "action", Allow, Deny)...)
	version := 0
	if g.RemoteCIDR != "" {
		p, problems := validateCIDR(at.Attr("remote_cidr"), g.RemoteCIDR, code)
		out = append(out, problems...)
		if p.IsValid() {
			version = EthertypeOf(p.Addr()).IPVersion()
		}
	}
	out = append(out, validateProtocol(at.Attr("protocol"), g.Protocol, version, code)...)
	return append(out, validatePorts(at.Attr("ports"), g.Ports, g.Protocol, code)...)
}
