package oracle

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// securityGroups is what the security groups of own do with a packet to or from far.
//
// Groups are taken by their sequence number on the instance (SG-12). The first rule that matches decides; without a match in a
// group the next group is tried (SG-14); without a match in any the packet is denied, inbound and outbound alike (SG-15). So a
// deny in a later group never takes back an allow of an earlier one, and priorities are compared inside one group only (SG-16).
func securityGroups(n *network.Network, own, far endpoint, forwarded bool, d network.Direction, p traffic.Packet) Judgement {
	if !own.inside() || !own.filtered {
		return passes("%s: no security groups to evaluate", d)
	}
	for _, group := range own.groups {
		for _, r := range inOrder(n, group, d) {
			if !groupRuleMatches(n, r, far, forwarded, p) {
				continue
			}
			if r.Action == network.Deny {
				return stopped("security group rule %s: %s", r.ID, r.Summary())
			}
			return passes("security group rule %s: %s", r.ID, r.Summary())
		}
	}
	return stopped("%s: no rule of the security groups %v matches", d, own.groups)
}

// inOrder is the rules of a group for a direction that are switched on (SG-11), in the order in which they are tried: by
// priority, 1 first (SG-10); at equal priority deny goes before allow (SG-13).
func inOrder(n *network.Network, group string, d network.Direction) []*network.SecurityGroupRule {
	var out []*network.SecurityGroupRule
	for _, r := range network.All[*network.SecurityGroupRule](n) {
		if r.SecurityGroupID == group && r.Direction == d && (r.Enabled == nil || *r.Enabled) {
			out = append(out, r)
		}
	}
	denyFirst := map[network.Action]int{network.Deny: 0, network.Allow: 1}
	slices.SortStableFunc(out, func(a, b *network.SecurityGroupRule) int {
		return cmp.Or(cmp.Compare(priority(a), priority(b)), cmp.Compare(denyFirst[a.Action], denyFirst[b.Action]))
	})
	return out
}

func priority(r *network.SecurityGroupRule) int {
	if r.Priority == nil {
		return 1
	}
	return *r.Priority
}

// groupRuleMatches: a rule looks at protocol, destination port (in both directions, SG-02) and peer address, never at the
// source port (SG-01). A rule of one ethertype never matches the other (SG-03).
func groupRuleMatches(
	n *network.Network, r *network.SecurityGroupRule, far endpoint, forwarded bool, p traffic.Packet,
) bool {
	ethertype := map[network.Ethertype]int{network.EthertypeIPv4: 4, network.EthertypeIPv6: 6}[r.Ethertype]
	switch {
	case ethertype != family(far.address), !isProtocol(r.Protocol, p.Protocol):
		return false
	case hasPorts(p.Protocol) && !isPort(r.Ports, p.DestinationPort):
		return false
	case isICMP(p.Protocol) && r.ICMPType != nil && *r.ICMPType != int(p.ICMPType):
		return false
	case isICMP(p.Protocol) && r.ICMPCode != nil && *r.ICMPCode != int(p.ICMPCode):
		return false
	}
	switch {
	case r.RemoteIPPrefix != "":
		return in(r.RemoteIPPrefix, far.address)
	case r.RemoteAddressGroupID != "":
		return inGroup(network.Get[*network.AddressGroup](n, r.RemoteAddressGroupID), far.address)
	case r.RemoteGroupID != "":
		// A remote group matches the private addresses of its members (SG-18), in peered VPCs too (SG-19), but not what
		// arrives through an intermediate instance (RT-17).
		return !forwarded && isMember(n, far, r.RemoteGroupID)
	}
	return true
}

// isMember reports whether a host is in a security group. Any host that has the address of an instance is that instance,
// unless the question names the host's groups.
func isMember(n *network.Network, host endpoint, group string) bool {
	if !host.inside() {
		return false
	}
	if host.filtered {
		return slices.Contains(host.groups, group)
	}
	i := at(n, host)
	return i != nil && slices.Contains(i.SecurityGroupIDs, group)
}

// networkACL is what the network ACL of own's subnet does with a packet, if it has one: the egress list decides about what
// leaves the subnet, the ingress list about what enters it (ACL-18).
//
// Rules are tried in the order written, the first that matches decides (ACL-04), and at the end everything is denied (ACL-05).
// A rule that is switched off is skipped (ACL-14). An ACL that is switched off and bound to a subnet has only the final deny
// (ACL-13).
func networkACL(n *network.Network, own, far endpoint, d network.Direction, p traffic.Packet) Judgement {
	if !own.inside() {
		return passes("%s: in no subnet", d)
	}
	if far.inside() && own.subnet.ID == far.subnet.ID {
		return passes("%s: stays in its subnet, exempt from the network ACL", d)
	}
	if exempt(p) {
		return passes("%s: exempt from the network ACL", d)
	}
	for _, acl := range network.All[*network.NetworkACL](n) {
		if !slices.Contains(acl.SubnetIDs, own.subnet.ID) {
			continue
		}
		rules := map[network.Direction][]network.ACLRule{
			network.Ingress: acl.IngressRules, network.Egress: acl.EgressRules,
		}[d]
		if acl.Enabled != nil && !*acl.Enabled {
			return stopped("network ACL %s is switched off, its final deny is not", acl.ID)
		}
		for i := range rules {
			switch {
			case !aclRuleMatches(n, &rules[i], p):
			case rules[i].Action == network.Deny:
				return stopped("network ACL %s, %s rule %d", acl.ID, d, i+1)
			default:
				return passes("network ACL %s, %s rule %d", acl.ID, d, i+1)
			}
		}
		return stopped("network ACL %s, %s: no rule matches", acl.ID, d)
	}
	return passes("%s: the subnet has no network ACL", d)
}

// exempt is the fixed list of what no network ACL filters, apart from traffic inside one subnet (ACL-08): broadcast and local
// multicast (ACL-09), the metadata service (ACL-10), and the cloud's public services (ACL-11).
func exempt(p traffic.Packet) bool {
	d := p.Destination
	return in("255.255.255.255/32", d) || in("224.0.0.0/24", d) || in("100.125.0.0/16", d) ||
		in("169.254.169.254/32", d) && p.Protocol == 6 && p.DestinationPort == 80
}

// aclRuleMatches: protocol, source, source port, destination and destination port all have to match (ACL-03).
func aclRuleMatches(n *network.Network, r *network.ACLRule, p traffic.Packet) bool {
	switch {
	case r.Enabled != nil && !*r.Enabled:
		return false
	case r.IPVersion != family(p.Source), !isProtocol(r.Protocol, p.Protocol):
		return false
	case hasPorts(p.Protocol) && !isPort(r.SourcePorts, p.SourcePort):
		return false
	case hasPorts(p.Protocol) && !isPort(r.DestinationPorts, p.DestinationPort):
		return false
	}
	return sideMatches(n, r.SourceCIDR, r.SourceAddressGroupID, p.Source) &&
		sideMatches(n, r.DestinationCIDR, r.DestinationAddressGroupID, p.Destination)
}

// sideMatches: a side is a block or an address group, or any address where it is neither (ACL-16).
func sideMatches(n *network.Network, cidr, group string, a netip.Addr) bool {
	switch {
	case cidr != "":
		return in(cidr, a)
	case group != "":
		return inGroup(network.Get[*network.AddressGroup](n, group), a)
	}
	return true
}

// guestFirewall is what the firewall inside an instance does, if it is written down: the first rule that matches decides, and
// what none matches is let through (INET-07).
func guestFirewall(host endpoint, d network.Direction, p traffic.Packet, peer netip.Addr) Judgement {
	if host.instance == nil {
		return passes("%s: nothing known of a guest", d)
	}
	for i, r := range host.instance.GuestFirewall {
		switch {
		case r.Direction != d && (r.Direction != "" || d == network.Egress):
		case !isProtocol(r.Protocol, p.Protocol), r.RemoteCIDR != "" && !in(r.RemoteCIDR, peer):
		case hasPorts(p.Protocol) && !isPort(r.Ports, p.DestinationPort):
		case r.Action == network.Deny:
			return stopped("%s: guest firewall rule %d of %s", d, i+1, host.instance.ID)
		default:
			return passes("%s: guest firewall rule %d of %s", d, i+1, host.instance.ID)
		}
	}
	return passes("%s: no guest firewall rule matches", d)
}

// serviceListens: where the services of an instance are written down, a connection to any other port is refused (INET-07).
func serviceListens(host endpoint, p traffic.Packet) Judgement {
	if host.instance == nil || host.instance.Listeners == nil || !hasPorts(p.Protocol) {
		return passes("nothing known of listeners")
	}
	for _, l := range host.instance.Listeners {
		if isProtocol(l.Protocol, p.Protocol) && isPort(l.Ports, p.DestinationPort) {
			return passes("a service listens")
		}
	}
	return stopped("no service of %s listens", host.instance.ID)
}
