package oracle

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// groupsLet asks the security groups of the host at own about a packet to or from far.
//
// Groups are taken by their sequence number on the instance. The first rule that matches decides; without a match in a
// group the next group is asked; without a match in any the packet is denied, inbound and outbound alike. So a deny in
// a later group never takes back an allow of an earlier one, and priorities are compared inside one group only.
func groupsLet(n *network.Network, own, far place, forwarded bool, d network.Direction, p traffic.Packet) Judgement {
	if !own.inside() || !own.judged {
		return passes("%s: no security groups to ask", d)
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

// inOrder is the rules of a group for a direction that are switched on, in the order in which they are asked: by
// priority, 1 first; at equal priority deny goes before allow.
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

// groupRuleMatches: a rule looks at protocol, destination port (in both directions) and peer address, never at the
// source port. A rule of one ethertype never matches the other.
func groupRuleMatches(
	n *network.Network, r *network.SecurityGroupRule, far place, forwarded bool, p traffic.Packet,
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
		// A remote group matches the private addresses of its members, in peered VPCs too, but not what arrives
		// through an intermediate instance.
		return !forwarded && isMember(n, far, r.RemoteGroupID)
	}
	return true
}

// isMember says whether the host at a place is in a security group. Any host that has the address of an instance is
// that instance, unless the question says which groups the host has.
func isMember(n *network.Network, host place, group string) bool {
	if !host.inside() {
		return false
	}
	if host.judged {
		return slices.Contains(host.groups, group)
	}
	i := at(n, host)
	return i != nil && slices.Contains(i.SecurityGroupIDs, group)
}

// borderLets asks the network ACL of the subnet at own, if it has one: the egress list for what leaves the subnet, the
// ingress list for what enters it.
//
// Rules are asked in the order written, the first that matches decides, and at the end everything is denied. A rule
// that is switched off is skipped. An ACL that is switched off and bound to a subnet has only the final deny.
func borderLets(n *network.Network, own, far place, d network.Direction, p traffic.Packet) Judgement {
	if !own.inside() {
		return passes("%s: not at a subnet", d)
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

// exempt is the fixed list of what no network ACL filters, apart from traffic inside one subnet: broadcast, local
// multicast, the metadata service, and the cloud's public services.
func exempt(p traffic.Packet) bool {
	d := p.Destination
	return in("255.255.255.255/32", d) || in("224.0.0.0/24", d) || in("100.125.0.0/16", d) ||
		in("169.254.169.254/32", d) && p.Protocol == 6 && p.DestinationPort == 80
}

// aclRuleMatches: protocol, source, source port, destination and destination port all have to match.
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

// sideMatches: a side is a block or an address group, or any address where it is neither.
func sideMatches(n *network.Network, cidr, group string, a netip.Addr) bool {
	switch {
	case cidr != "":
		return in(cidr, a)
	case group != "":
		return inGroup(network.Get[*network.AddressGroup](n, group), a)
	}
	return true
}

// guestLets asks the firewall inside an instance, if it is written down: the first rule that matches decides, and what
// none matches is let through.
func guestLets(host place, d network.Direction, p traffic.Packet, peer netip.Addr) Judgement {
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

// serviceListens: where the services of an instance are written down, a connection to any other port is refused.
func serviceListens(host place, p traffic.Packet) Judgement {
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
