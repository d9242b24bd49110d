package kernel_test

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// groups is the firewall of an instance: its security groups in their order, behind connection tracking, and the
// firewall inside the guest.
//
// The cloud knows which instance a packet is from, not only which address (SG-18). So that the kernel knows as well, every
// instance writes its number into the packets it sends, in the field for the class of service.
func (l *lab) groups(h *host) []string {
	out := []string{
		"add table inet vpc",
		"add chain inet vpc number { type filter hook output priority -200; }",
		fmt.Sprintf("add rule inet vpc number ip dscp set %d", h.number),
		fmt.Sprintf("add rule inet vpc number ip6 dscp set %d", h.number),
	}
	hooks := map[network.Direction]string{network.Ingress: "input", network.Egress: "output"}
	for d, hook := range hooks {
		loop := map[network.Direction]string{network.Ingress: "iif lo", network.Egress: "oif lo"}[d]
		add := func(chain, format string, args ...any) {
			out = append(out, "add rule inet vpc "+chain+" "+fmt.Sprintf(format, args...))
		}
		for chain, policy := range map[string]string{"groups": "drop", "guest": "accept"} {
			name := chain + "_" + hook
			out = append(out, fmt.Sprintf("add chain inet vpc %s { type filter hook %s priority 0; policy %s; }", name, hook, policy))
			add(name, "ct state established,related accept")
			add(name, "%s accept", loop)
		}
		for _, id := range h.SecurityGroupIDs {
			for _, r := range l.rules(id, d) {
				for _, m := range l.groupMatches(r, d) {
					add("groups_"+hook, "%s %s", m, verdict(r.Action, "accept"))
				}
			}
		}
		for i := range h.GuestFirewall {
			r := &h.GuestFirewall[i]
			if r.Direction != d && (r.Direction != "" || d == network.Egress) {
				continue
			}
			for _, f := range families {
				if r.RemoteCIDR != "" && strings.Contains(r.RemoteCIDR, ":") != (f.version == 6) {
					continue
				}
				m := service(f, r.Protocol, nil, r.Ports, nil, nil)
				if r.RemoteCIDR != "" {
					m += fmt.Sprintf(" %s %s %s", f.name, peerSide[d], r.RemoteCIDR)
				}
				add("guest_"+hook, "%s %s", m, verdict(r.Action, "accept"))
			}
		}
	}
	return out
}

// peerSide is the side on which a packet has its peer.
var peerSide = map[network.Direction]string{network.Ingress: "saddr", network.Egress: "daddr"}

type family struct {
	version int
	name    string
}

var families = []family{{4, "ip"}, {6, "ip6"}}

func verdict(a network.Action, allow string) string {
	if a == network.Deny {
		return "drop"
	}
	return allow
}

// rules are a group's rules for a direction that are on: by priority, deny first among equals (SG-13).
func (l *lab) rules(group string, d network.Direction) []*network.SecurityGroupRule {
	var out []*network.SecurityGroupRule
	for _, r := range network.All[*network.SecurityGroupRule](l.net) {
		if r.SecurityGroupID == group && r.Direction == d && *r.Enabled {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b *network.SecurityGroupRule) int {
		return cmp.Or(cmp.Compare(*a.Priority, *b.Priority), -cmp.Compare(a.Action, b.Action))
	})
	return out
}

// groupMatches is a rule of a security group in the language of nftables, one for each block of its peers.
func (l *lab) groupMatches(r *network.SecurityGroupRule, d network.Direction) []string {
	f := families[0]
	if r.Ethertype == network.EthertypeIPv6 {
		f = families[1]
	}
	head := service(f, r.Protocol, nil, r.Ports, r.ICMPType, r.ICMPCode)
	switch {
	case r.RemoteIPPrefix != "":
		return []string{fmt.Sprintf("%s %s %s %s", head, f.name, peerSide[d], r.RemoteIPPrefix)}
	case r.RemoteAddressGroupID != "":
		return l.entries(head, f, peerSide[d], r.RemoteAddressGroupID)
	case r.RemoteGroupID == "":
		return []string{head}
	}
	var out []string
	for _, h := range l.members(r.RemoteGroupID) {
		if d == network.Ingress {
			out = append(out, fmt.Sprintf("%s %s dscp %d", head, f.name, h.number))
			continue
		}
		for _, a := range h.addresses {
			if a.Is6() == (f.version == 6) {
				out = append(out, fmt.Sprintf("%s %s daddr %s", head, f.name, a))
			}
		}
	}
	return out
}

func (l *lab) members(group string) []*host {
	var out []*host
	for _, h := range l.hosts {
		if slices.Contains(h.SecurityGroupIDs, group) {
			out = append(out, h)
		}
	}
	return out
}

func (l *lab) entries(head string, f family, side, group string) []string {
	var out []string
	for _, e := range network.Get[*network.AddressGroup](l.net, group).Entries {
		out = append(out, fmt.Sprintf("%s %s %s %s", head, f.name, side, e.Address))
	}
	return out
}

// service is protocol, ports and ICMP fields in the language of nftables.
func service(f family, protocol string, sports, ports []string, icmpType, icmpCode *int) string {
	out := fmt.Sprintf("meta nfproto ipv%d", f.version)
	number := map[string]int{"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58, "gre": 47}[protocol]
	if n, err := strconv.Atoi(protocol); err == nil {
		number = n
	}
	if number == 0 {
		return out
	}
	out += fmt.Sprintf(" meta l4proto %d", number)
	for _, list := range []struct {
		name  string
		ports []string
	}{{"sport", sports}, {"dport", ports}} {
		if len(list.ports) > 0 {
			out += fmt.Sprintf(" th %s { %s }", list.name, strings.Join(list.ports, ", "))
		}
	}
	header := map[int]string{1: "icmp", 58: "icmpv6"}[number]
	if icmpType != nil {
		out += fmt.Sprintf(" %s type %d", header, *icmpType)
	}
	if icmpCode != nil {
		out += fmt.Sprintf(" %s code %d", header, *icmpCode)
	}
	return out
}

// networkACLs is the network ACLs of a VPC's subnets, behind connection tracking (ACL-07): the egress list for what leaves a
// subnet, the ingress list for what enters it (ACL-18), neither for what stays in it (ACL-08) or goes to the cloud's public
// services (ACL-11).
func (l *lab) networkACLs(vpc string) []string {
	out := []string{
		"add table inet vpc", "add chain inet vpc acls { type filter hook forward priority 0; policy accept; }",
		"add rule inet vpc acls ct state established,related accept",
		"add rule inet vpc acls ip daddr 100.125.0.0/16 accept",
	}
	for i, s := range network.All[*network.Subnet](l.net) {
		var ports []string
		for _, h := range l.hosts {
			if h.SubnetID == s.ID {
				ports = append(ports, h.port)
			}
		}
		if s.VPCID != vpc || len(ports) == 0 {
			continue
		}
		set := "{ " + strings.Join(ports, ", ") + " }"
		for _, acl := range network.All[*network.NetworkACL](l.net) {
			if !slices.Contains(acl.SubnetIDs, s.ID) {
				continue
			}
			for _, d := range []network.Direction{network.Egress, network.Ingress} {
				chain := fmt.Sprintf("%s_%d", d, i)
				out = append(out, "add chain inet vpc "+chain)
				if *acl.Enabled {
					for _, m := range l.aclMatches(acl.Rules(d)) {
						out = append(out, fmt.Sprintf("add rule inet vpc %s %s", chain, m))
					}
				}
				out = append(out, fmt.Sprintf("add rule inet vpc %s drop", chain))
				near, far := "iifname", "oifname"
				if d == network.Ingress {
					near, far = far, near
				}
				out = append(out, fmt.Sprintf("add rule inet vpc acls %s %s %s != %s jump %s", near, set, far, set, chain))
			}
		}
	}
	return out
}

// aclMatches are the rules of an ACL in their order.
func (l *lab) aclMatches(rules []network.ACLRule) []string {
	var out []string
	for i := range rules {
		r := &rules[i]
		if !*r.Enabled {
			continue
		}
		f := families[0]
		if r.IPVersion == 6 {
			f = families[1]
		}
		list := []string{service(f, r.Protocol, r.SourcePorts, r.DestinationPorts, nil, nil)}
		for _, side := range []struct{ name, cidr, group string }{
			{"saddr", r.SourceCIDR, r.SourceAddressGroupID}, {"daddr", r.DestinationCIDR, r.DestinationAddressGroupID},
		} {
			var next []string
			for _, head := range list {
				switch {
				case side.cidr != "":
					next = append(next, fmt.Sprintf("%s %s %s %s", head, f.name, side.name, side.cidr))
				case side.group != "":
					next = append(next, l.entries(head, f, side.name, side.group)...)
				default:
					next = append(next, head)
				}
			}
			list = next
		}
		for _, m := range list {
			out = append(out, m+" "+verdict(r.Action, "return"))
		}
	}
	return out
}
