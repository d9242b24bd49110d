package reach

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// packet stands for all packets of one atom of the question.
type packet struct {
	protocol             traffic.Protocol
	source, destination  netip.Addr
	sourcePort, port     uint16
	icmpType, icmpCode   int
	sender, receiver     *place
	sourceSet, destSet   traffic.AddressSet
	ports                traffic.PortSet
	isOtherProtocolsAtom bool
}

// decision is what a filter does with a packet.
type decision struct {
	allowed bool
	// rule decided, or nil where none matched.
	rule  *network.SecurityGroupRule
	group *network.SecurityGroup
	// none says that the groups hold no rule of the direction at all.
	none bool
}

// groupsDecide asks the groups of one end: group by group in their order on the instance, inside a group by priority,
// deny before allow at equal priority; the first rule that matches decides, and no match is a denial.
func groupsDecide(n *network.Network, at *place, d network.Direction, p packet) decision {
	out := decision{none: true}
	for _, id := range at.groups {
		g := network.Get[*network.SecurityGroup](n, id)
		for _, r := range orderedRules(n, id, d) {
			out.none = false
			if r.IsEnabled() && groupRuleMatches(n, r, p, fields{true, true, true}) {
				return decision{allowed: r.Action == network.Allow, rule: r, group: g}
			}
		}
	}
	return out
}

func orderedRules(n *network.Network, group string, d network.Direction) []*network.SecurityGroupRule {
	rules := slices.DeleteFunc(network.Referring[*network.SecurityGroupRule](n, "security_group_id", group),
		func(r *network.SecurityGroupRule) bool { return r.Direction != d })
	slices.SortStableFunc(rules, func(a, b *network.SecurityGroupRule) int {
		return cmp.Or(cmp.Compare(a.Rank(), b.Rank()), cmp.Compare(b.Action, a.Action))
	})
	return rules
}

// fields says which fields of a packet a rule is compared with. Leaving one out finds near misses.
type fields struct{ protocol, port, peer bool }

func groupRuleMatches(n *network.Network, r *network.SecurityGroupRule, p packet, f fields) bool {
	peer, place := p.source, p.sender
	if r.Direction == network.Egress {
		peer, place = p.destination, p.receiver
	}
	if network.EthertypeOf(peer) != r.Ethertype {
		return false
	}
	if f.protocol && !covers(r.Protocol, p) {
		return false
	}
	if f.port && f.protocol && p.protocol.HasPorts() && !hasPort(r.Ports, p.port) {
		return false
	}
	if f.port && !f.protocol && !hasPort(r.Ports, p.port) {
		return false
	}
	if f.protocol && p.protocol.IsICMP() && !icmpMatches(r, p) {
		return false
	}
	return !f.peer || remoteMatches(n, r, peer, place)
}

func covers(protocol string, p packet) bool {
	parsed, err := traffic.ParseProtocol(protocol)
	return err == nil && (parsed == traffic.AnyProtocol || parsed == p.protocol && !p.isOtherProtocolsAtom)
}

func hasPort(list []string, port uint16) bool {
	set, err := network.Ports(list)
	return err == nil && set.Contains(port)
}

func icmpMatches(r *network.SecurityGroupRule, p packet) bool {
	return (r.ICMPType == nil || *r.ICMPType == p.icmpType) && (r.ICMPCode == nil || *r.ICMPCode == p.icmpCode)
}

func remoteMatches(n *network.Network, r *network.SecurityGroupRule, peer netip.Addr, at *place) bool {
	switch {
	case r.RemoteIPPrefix != "":
		return r.RemotePrefix().Contains(peer)
	case r.RemoteGroupID != "":
		return memberOf(n, r.RemoteGroupID, peer, at)
	case r.RemoteAddressGroupID != "":
		g := network.Get[*network.AddressGroup](n, r.RemoteAddressGroupID)
		return g != nil && g.Addresses().Contains(peer)
	default:
		return true
	}
}

// memberOf says whether the end with an address is in a group. The private addresses of instances count, so an end on
// the Internet is never a member.
func memberOf(n *network.Network, group string, peer netip.Addr, at *place) bool {
	switch {
	case at.outside:
		return false
	case at.guarded:
		return slices.Contains(at.groups, group)
	}
	for _, i := range network.Referring[*network.Instance](n, "security_group_ids", group) {
		s := network.Get[*network.Subnet](n, i.SubnetID)
		if (i.Address() == peer || i.IPv6() == peer) && s != nil && s.VPCID == at.vpc {
			return true
		}
	}
	return false
}

// aclDecision is what a subnet's ACL does with a packet.
type aclDecision struct {
	acl     *network.NetworkACL
	allowed bool
	exempt  bool
	// rule decided, at the position counted from 1; nil for the final rule.
	rule     *network.ACLRule
	position int
}

// exemptDestinations are the destinations no ACL filters, from the cloud's own list.
var exemptDestinations = []netip.Prefix{
	netip.MustParsePrefix("255.255.255.255/32"), netip.MustParsePrefix("224.0.0.0/24"),
	netip.MustParsePrefix("100.125.0.0/16"),
}

var metadata = netip.MustParseAddr("169.254.169.254")

func isExempt(p packet) bool {
	if p.sender.subnet != nil && p.receiver.subnet != nil && p.sender.subnet.ID == p.receiver.subnet.ID {
		return true
	}
	if p.destination == metadata && p.protocol == traffic.TCP && p.port == 80 {
		return true
	}
	return slices.ContainsFunc(exemptDestinations, func(e netip.Prefix) bool { return e.Contains(p.destination) })
}

// aclDecides asks the ACL bound to a subnet, if there is one: rules in the order written, the first that matches
// decides, and what none matches is denied. A disabled ACL has only its final rule left.
func aclDecides(n *network.Network, subnet *network.Subnet, d network.Direction, p packet) aclDecision {
	if subnet == nil {
		return aclDecision{allowed: true}
	}
	bound := network.Referring[*network.NetworkACL](n, "subnet_ids", subnet.ID)
	if len(bound) == 0 {
		return aclDecision{allowed: true}
	}
	out := aclDecision{acl: bound[0]}
	if isExempt(p) {
		out.allowed, out.exempt = true, true
		return out
	}
	if !out.acl.IsEnabled() {
		return out
	}
	rules := out.acl.Rules(d)
	for i := range rules {
		if r := &rules[i]; r.IsEnabled() && aclRuleMatches(n, r, p, fields{true, true, true}) {
			out.rule, out.position, out.allowed = r, i+1, r.Action == network.Allow
			return out
		}
	}
	return out
}

func aclRuleMatches(n *network.Network, r *network.ACLRule, p packet, f fields) bool {
	if int(traffic.FamilyOf(p.source)) != r.IPVersion || f.protocol && !covers(r.Protocol, p) {
		return false
	}
	if f.port && p.protocol.HasPorts() &&
		(!hasPort(r.SourcePorts, p.sourcePort) || !hasPort(r.DestinationPorts, p.port)) {
		return false
	}
	return !f.peer || sideMatches(n, r.Source(), r.SourceAddressGroupID, p.source) &&
		sideMatches(n, r.Destination(), r.DestinationAddressGroupID, p.destination)
}

func sideMatches(n *network.Network, block netip.Prefix, group string, a netip.Addr) bool {
	switch {
	case block.IsValid():
		return block.Contains(a)
	case group != "":
		g := network.Get[*network.AddressGroup](n, group)
		return g != nil && g.Addresses().Contains(a)
	default:
		return true
	}
}

// guestDecides asks the instance's own firewall and listeners, as far as its author declared them.
func guestDecides(i *network.Instance, d network.Direction, p packet) (allowed bool, position int) {
	peer := p.source
	if d == network.Egress {
		peer = p.destination
	}
	for k, r := range i.GuestFirewall {
		remote, err := netip.ParsePrefix(r.RemoteCIDR)
		if r.Direction != d || !covers(r.Protocol, p) || p.protocol.HasPorts() && !hasPort(r.Ports, p.port) ||
			err == nil && !remote.Contains(peer) {
			continue
		}
		return r.Action == network.Allow, k + 1
	}
	return true, 0
}

func listens(i *network.Instance, p packet) bool {
	if i.Listeners == nil || !p.protocol.HasPorts() {
		return true
	}
	return slices.ContainsFunc(i.Listeners, func(l network.Listener) bool {
		return covers(l.Protocol, p) && hasPort(l.Ports, p.port)
	})
}
