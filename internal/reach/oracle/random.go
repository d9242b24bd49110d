package oracle

import (
	"fmt"
	"net/netip"

	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// The values networks are made of. There are few of each, and they touch and overlap, so that the boundaries of rules,
// routes, subnets and groups coincide.
var (
	vpcIDs = []string{"va", "vb", "vc", "vd"}
	// Two VPCs often share a block; the last one contains others.
	vpcBlocks = []string{"10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24", "10.0.0.0/24", "10.0.0.0/23"}
	// Secondary blocks: one private, one that looks like the Internet's.
	secondBlocks = []string{"172.16.0.0/24", "198.51.100.0/24"}
	blocks6      = []string{"fd00:0:0:1::/64", "fd00:0:0:2::/64", "fd00:0:0:3::/64", "2001:db8::/64"}
	// Remotes of rules and guests.
	remotes4 = []string{
		"0.0.0.0/0", "10.0.0.0/22", "10.0.0.0/24", "10.0.1.0/24", "10.0.0.0/28", "10.0.0.16/28", "10.0.1.0/28",
		"10.0.0.4/32", "10.0.0.5/32", "10.0.1.4/30", "10.0.1.20/32", "172.16.0.0/24", "198.51.100.0/24",
		"203.0.113.0/24", "100.125.0.0/16", "128.0.0.0/1",
	}
	remotes6 = []string{"::/0", "fd00:0:0:1::/64", "fd00:0:0:2::4/128", "fd00::/62", "fd00:0:0:1::4/127", "2000::/3"}
	// Destinations of routes.
	targets4 = []string{
		"0.0.0.0/0", "10.0.0.0/22", "10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24", "10.0.0.0/28",
		"10.0.1.0/28", "10.0.1.4/32", "10.0.0.16/28", "10.0.0.5/32", "172.16.0.0/24", "198.51.100.0/24", "203.0.113.0/24",
		"192.168.0.0/16",
	}
	targets6   = []string{"::/0", "fd00::/32", "fd00:0:0:1::/64", "fd00:0:0:2::/64", "fd00:0:0:3::/64", "fd00:0:0:2::4/128"}
	portLists  = []string{"80", "443", "80-443", "1-79", "1-1023", "1024-65535", "1-65535", "22,443", "79-81,8080", "53"}
	icmpTypes4 = []int{0, 3, 8}
	icmpTypes6 = []int{1, 128, 129}
	groupIDs   = []string{"ga", "gb", "gc"}
	listIDs    = []string{"list4", "list6"}
)

// Random draws a network of one to four VPCs whose objects are all valid by themselves and which the cloud would
// accept beside one another (ERR-12 to ERR-16), dead routes and overlapping peers included.
func Random(t *rapid.T) *network.Network {
	r := &random{t: t, b: network.NewBuilder(), vpcOf: map[string]string{}}
	r.lists()
	r.groups()
	for i := range rapid.IntRange(1, len(vpcIDs)).Draw(t, "VPCs") {
		r.vpc(vpcIDs[i])
	}
	r.peerings()
	r.instances()
	r.tables()
	r.acls()
	return r.b.Network()
}

type random struct {
	t       *rapid.T
	b       *network.Builder
	vpcs    []*network.VPC
	vpcOf   map[string]string // by subnet
	subnets []*network.Subnet
	hosts   []*network.Instance
	peers   []*network.Peering
	n       int
}

// add puts in an object as its author would, with the defaults filled in.
func (r *random) add(o network.Object) {
	o.Normalize()
	if problems := o.Validate().Refusals(); problems != nil {
		r.t.Fatalf("the generator made a %s that the cloud refuses: %v", o.Kind(), problems)
	}
	r.b.AddPlanned(o)
}

func (r *random) id(prefix string) string {
	r.n++
	return fmt.Sprintf("%s%d", prefix, r.n)
}

func (r *random) pick(what string, from []string) string {
	return rapid.SampledFrom(from).Draw(r.t, what)
}

// often is true most of the time, seldom is not.
func (r *random) often(what string) bool  { return rapid.IntRange(0, 3).Draw(r.t, what) != 3 }
func (r *random) seldom(what string) bool { return rapid.IntRange(0, 5).Draw(r.t, what) == 5 }

func (r *random) lists() {
	entries := map[int][]string{
		4: {"10.0.0.4", "10.0.0.0/28", "10.0.0.5-10.0.1.4", "203.0.113.7", "10.0.0.20"},
		6: {"fd00:0:0:1::4", "fd00:0:0:2::/64", "fd00:0:0:1::5-fd00:0:0:2::4"},
	}
	for i, version := range []int{4, 6} {
		g := &network.AddressGroup{Name: listIDs[i], IPVersion: version}
		g.ID = listIDs[i]
		for _, e := range rapid.SliceOfNDistinct(
			rapid.SampledFrom(entries[version]), 1, 2, rapid.ID).Draw(r.t, "entries") {
			g.Entries = append(g.Entries, network.AddressEntry{Address: e})
		}
		r.add(g)
	}
}

func (r *random) groups() {
	for _, id := range groupIDs {
		g := &network.SecurityGroup{Name: id, DeleteDefaultRules: r.seldom("no default rules")}
		g.ID = id
		r.add(g)
		for range rapid.IntRange(0, 4).Draw(r.t, "rules") {
			r.groupRule(id)
		}
	}
}

func (r *random) groupRule(group string) {
	rule := &network.SecurityGroupRule{
		SecurityGroupID: group, Direction: network.Ingress, Ethertype: network.EthertypeIPv4, Action: network.Allow,
	}
	rule.ID = r.id("rule")
	if !r.often("ingress") {
		rule.Direction = network.Egress
	}
	version := 4
	if !r.often("IPv4") {
		version, rule.Ethertype = 6, network.EthertypeIPv6
	}
	if !r.often("allow") {
		rule.Action = network.Deny
	}
	rule.Priority = new(rapid.SampledFrom([]int{1, 2, 100}).Draw(r.t, "priority"))
	rule.Enabled = new(!r.seldom("switched off"))
	rule.Protocol = r.protocol(version)
	switch rule.Protocol {
	case "tcp", "udp", "6", "17":
		rule.Ports = r.ports()
	case "icmp", "icmpv6":
		rule.ICMPType, rule.ICMPCode = r.icmp(version)
	}
	switch rapid.IntRange(0, 4).Draw(r.t, "remote") {
	case 0:
	case 1, 2:
		rule.RemoteIPPrefix = r.remote(version)
	case 3:
		rule.RemoteGroupID = r.pick("remote group", groupIDs)
	case 4:
		rule.RemoteAddressGroupID = r.list(version)
	}
	r.add(rule)
}

func (r *random) protocol(version int) string {
	if version == 6 {
		return r.pick("protocol", []string{"any", "tcp", "udp", "icmpv6", "47", "17"})
	}
	return r.pick("protocol", []string{"any", "tcp", "udp", "icmp", "gre", "6"})
}

func (r *random) ports() []string {
	text := r.pick("ports", append([]string{""}, portLists...))
	return split(text)
}

func (r *random) icmp(version int) (icmpType, icmpCode *int) {
	types := icmpTypes4
	if version == 6 {
		types = icmpTypes6
	}
	if r.often("type") {
		icmpType = new(rapid.SampledFrom(types).Draw(r.t, "ICMP type"))
		if !r.often("any code") {
			icmpCode = new(rapid.IntRange(0, 1).Draw(r.t, "ICMP code"))
		}
	}
	return icmpType, icmpCode
}

// remote is a block of other ends, or the address of a host that is there already.
func (r *random) remote(version int) string {
	if len(r.hosts) > 0 && !r.often("a block") {
		host := rapid.SampledFrom(r.hosts).Draw(r.t, "host")
		switch {
		case version == 4:
			return host.IPAddress + "/32"
		case host.IPv6Address != "":
			return host.IPv6Address + "/128"
		}
	}
	if version == 6 {
		return r.pick("remote", remotes6)
	}
	return r.pick("remote", remotes4)
}

func (r *random) list(version int) string {
	if version == 6 {
		return listIDs[1]
	}
	return listIDs[0]
}

func (r *random) vpc(id string) {
	v := &network.VPC{Name: id, CIDR: r.pick("block", vpcBlocks)}
	v.ID = id
	if r.seldom("secondary") {
		v.SecondaryCIDRs = []string{r.pick("secondary block", secondBlocks)}
	}
	r.add(v)
	r.vpcs = append(r.vpcs, v)
	base := netip.MustParsePrefix(v.CIDR).Addr()
	// The last one is the wide one at times, so that subnets of two VPCs overlap in part.
	offsets, lengths := []byte{0, 16, 128}, []int{28, 28, rapid.SampledFrom([]int{25, 28}).Draw(r.t, "length of the last subnet")}
	for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, 2), 1, 3, rapid.ID).Draw(r.t, "subnets") {
		four := base.As4()
		four[3] = offsets[i]
		r.subnet(id, netip.PrefixFrom(netip.AddrFrom4(four), lengths[i]).String())
	}
	if r.seldom("exempt destinations") {
		// The cloud has no such subnet; objects that somebody wrote by hand may.
		r.subnet(id, "100.125.7.0/28")
	}
	for _, block := range v.SecondaryCIDRs {
		r.subnet(id, netip.PrefixFrom(netip.MustParsePrefix(block).Addr(), 28).String())
	}
}

// subnet adds a subnet whose IPv6 block, if any, is that of no other subnet of its VPC.
func (r *random) subnet(vpc, block string) {
	s := &network.Subnet{VPCID: vpc, Name: r.id("s"), CIDR: block}
	s.ID = s.Name
	free := map[string]bool{}
	for _, b := range blocks6 {
		free[b] = true
	}
	for _, other := range r.subnets {
		if other.VPCID == vpc {
			delete(free, other.IPv6CIDR)
		}
	}
	if b := r.pick("IPv6 block", blocks6); free[b] {
		s.IPv6CIDR = b
	}
	r.add(s)
	r.subnets = append(r.subnets, s)
	r.vpcOf[s.ID] = vpc
}

func (r *random) peerings() {
	for i, a := range r.vpcs {
		for _, b := range r.vpcs[i+1:] {
			if !r.often("peered") {
				continue
			}
			p := &network.Peering{Name: a.ID + b.ID, VPCID: a.ID, PeerVPCID: b.ID, Status: network.PeeringActive}
			p.ID = p.Name
			if r.seldom("not active") {
				p.Status = rapid.SampledFrom([]network.PeeringStatus{
					network.PeeringPending, network.PeeringRejected, network.PeeringExpired, network.PeeringDeleted,
				}).Draw(r.t, "status")
			}
			r.add(p)
			r.peers = append(r.peers, p)
		}
	}
}

func (r *random) instances() {
	for range rapid.IntRange(2, 6).Draw(r.t, "instances") {
		s := rapid.SampledFrom(r.subnets).Draw(r.t, "subnet")
		groups := rapid.SliceOfNDistinct(rapid.SampledFrom(groupIDs), 1, 3, rapid.ID).Draw(r.t, "groups of the instance")
		twin := len(r.hosts) > 0 && !r.often("another sort of host")
		if twin {
			// Only the address tells it from one that is there.
			of := rapid.SampledFrom(r.hosts).Draw(r.t, "twin of")
			s, groups = network.Get[*network.Subnet](r.b.Network(), of.SubnetID), of.SecurityGroupIDs
		}
		host := rapid.IntRange(4, 6).Draw(r.t, "host")
		i := &network.Instance{Name: fmt.Sprintf("%s-%d", s.ID, host), SubnetID: s.ID, IPAddress: hostOf(s.CIDR, host)}
		i.ID = i.Name
		if s.IPv6CIDR != "" && r.often("IPv6") {
			i.IPv6Address = hostOf(s.IPv6CIDR, host)
		}
		i.SecurityGroupIDs = groups
		if !twin && !r.often("private") {
			i.PublicIP = fmt.Sprintf("203.0.113.%d", len(r.hosts)+1)
		}
		if !twin {
			r.guest(i)
		}
		r.add(i)
		r.hosts = append(r.hosts, i)
	}
}

func (r *random) guest(i *network.Instance) {
	if r.seldom("listeners") {
		i.Listeners = []network.Listener{}
		for range rapid.IntRange(0, 2).Draw(r.t, "listeners") {
			i.Listeners = append(i.Listeners, network.Listener{
				Protocol: r.pick("listens", []string{"tcp", "udp"}), Ports: split(r.pick("ports", portLists)),
			})
		}
	}
	if !r.seldom("guest firewall") {
		return
	}
	for range rapid.IntRange(1, 3).Draw(r.t, "guest rules") {
		rule := network.GuestRule{
			Action:    network.Action(r.pick("action", []string{"allow", "deny"})),
			Direction: network.Direction(r.pick("direction", []string{"", "ingress", "egress"})),
			Protocol:  r.pick("protocol", []string{"", "tcp", "udp", "gre"}),
		}
		if rule.Protocol == "tcp" || rule.Protocol == "udp" {
			rule.Ports = r.ports()
		}
		if rapid.Bool().Draw(r.t, "remote") {
			rule.RemoteCIDR = r.remote(rapid.SampledFrom([]int{4, 6}).Draw(r.t, "family"))
		}
		i.GuestFirewall = append(i.GuestFirewall, rule)
	}
}

// hostOf is an address of a block, counted from its first.
func hostOf(block string, n int) string {
	a := netip.MustParsePrefix(block).Addr()
	for range n {
		a = a.Next()
	}
	return a.String()
}
