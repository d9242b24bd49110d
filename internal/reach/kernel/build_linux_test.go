package kernel_test

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// lab is a network made of namespaces: one for every instance, with the security groups, and one for every VPC, which
// routes between its instances and to its peers and has the network ACLs.
type lab struct {
	*namespaces
	net   *network.Network
	hosts []*host
	vpcs  map[string]*router
	links int
}

// host is an instance.
type host struct {
	*network.Instance
	ns, number int
	vpc        string
	// port is the link's end at the VPC's router; mac is the hardware address of that end, far that of the other.
	port, mac, far string
	addresses      []netip.Addr
}

// router is a VPC.
type router struct {
	ns           int
	links        []string // made before anything else, as they have two ends
	ip, ip6      []string
	ports        []string
	tables       map[string]int
	defaultTable string
	peers        map[string]string // the ports of peering connections
}

// gateway4 and gateway6 are the next hop on every link. The neighbour tables have the hardware address for each link.
const (
	gateway4 = "169.254.0.1"
	gateway6 = "fe80::1"
	// localTable holds the subnets of a router's VPC.
	localTable = 10
)

func build(n *namespaces, net *network.Network) *lab {
	l := &lab{namespaces: n, net: net, vpcs: map[string]*router{}}
	for _, v := range network.All[*network.VPC](net) {
		l.vpcs[v.ID] = &router{
			ns: n.add(), links: []string{"link set dev lo up"}, tables: map[string]int{}, peers: map[string]string{},
		}
	}
	for _, t := range network.All[*network.RouteTable](net) {
		r := l.vpcs[t.VPCID]
		r.tables[t.ID] = localTable + 1 + len(r.tables)
		if t.Default {
			r.defaultTable = t.ID
		}
	}
	for _, t := range network.All[*network.RouteTable](net) {
		// The cloud's services are not on the Internet, nor behind a default route (RT-02). Equal custom routes go before them.
		for _, block := range []string{"100.64.0.0/10", "198.19.128.0/20"} {
			l.vpcs[t.VPCID].ipCommand("route add blackhole %s table %d metric 1", block, l.vpcs[t.VPCID].tables[t.ID])
		}
	}
	for _, s := range network.All[*network.Subnet](net) {
		for _, block := range []string{s.CIDR, s.IPv6CIDR} {
			if block != "" {
				l.vpcs[s.VPCID].ipCommand("route add blackhole %s table %d", block, localTable)
			}
		}
	}
	for _, i := range network.All[*network.Instance](net) {
		l.host(i)
	}
	for _, p := range network.All[*network.Peering](net) {
		if p.Status == network.PeeringActive {
			l.peering(p)
		}
	}
	for _, r := range network.All[*network.Route](net) {
		l.route(r)
	}
	for _, r := range l.vpcs {
		n.run(r.ns, r.links, "ip", "-batch", "-")
	}
	for id, r := range l.vpcs {
		r.rules("add lookup %d pref 10", localTable)
		for _, port := range r.peers {
			r.rules("add iif %s lookup %d pref 30", port, r.tables[r.defaultTable])
		}
		n.run(r.ns, r.ip, "ip", "-batch", "-")
		n.run(r.ns, r.ip6, "ip", "-6", "-batch", "-")
		n.run(r.ns, l.networkACLs(id), "nft", "-f", "-")
	}
	for _, h := range l.hosts {
		l.attach(h)
	}
	for _, r := range l.vpcs {
		l.settle(r.ns, r.ports)
	}
	for _, h := range l.hosts {
		l.settle(h.ns, []string{"eth0"})
	}
	return l
}

// ipCommand adds a line for the program ip.
func (r *router) ipCommand(format string, args ...any) {
	r.ip = append(r.ip, fmt.Sprintf(format, args...))
}

// rules adds a rule for both families.
func (r *router) rules(format string, args ...any) {
	r.ipCommand("rule "+format, args...)
	r.ip6 = append(r.ip6, "rule "+fmt.Sprintf(format, args...))
}

// link connects two namespaces. near and far are the hardware addresses of its ends.
func (l *lab) link(r *router, to int, name string) (port, near, far string) {
	l.links++
	port = fmt.Sprintf("l%d", l.links)
	near, far = fmt.Sprintf("02:00:00:00:%02x:01", l.links), fmt.Sprintf("02:00:00:00:%02x:02", l.links)
	if name == "" {
		name = port
	}
	r.links = append(r.links, fmt.Sprintf("link add dev %s address %s type veth peer name %s address %s netns %s",
		port, near, name, far, path(to)))
	r.up(port)
	return port, near, far
}

// up switches a link on, without the addresses that IPv6 gives to links by itself.
func (r *router) up(port string) {
	r.ipCommand("link set dev %s addrgenmode none", port)
	r.ipCommand("link set dev %s up", port)
	r.ports = append(r.ports, port)
}

// host connects an instance with its VPC. A packet that leaves its subnet is looked up in the subnet's table (RT-05): a route to
// a block goes before the instance's own public address, which leads to a blackhole here, and that before the default route
// (RT-08).
func (l *lab) host(i *network.Instance) {
	s := network.Get[*network.Subnet](l.net, i.SubnetID)
	r := l.vpcs[s.VPCID]
	h := &host{Instance: i, ns: l.add(), number: len(l.hosts) + 1, vpc: s.VPCID}
	h.port, h.mac, h.far = l.link(r, h.ns, "eth0")
	table := r.tables[r.defaultTable]
	for _, t := range network.All[*network.RouteTable](l.net) {
		if slices.Contains(t.SubnetIDs, s.ID) {
			table = r.tables[t.ID]
		}
	}
	r.rules("add iif %s lookup %d suppress_prefixlength 0 pref 20", h.port, table)
	for _, text := range []string{i.IPAddress, i.IPv6Address} {
		if text == "" {
			continue
		}
		a := netip.MustParseAddr(text)
		h.addresses = append(h.addresses, a)
		r.ipCommand("route add %s dev %s table %d", a, h.port, localTable)
		r.ipCommand("neigh add %s lladdr %s dev %s nud permanent", a, h.far, h.port)
		switch {
		case a.Is6() && netip.MustParsePrefix("2000::/3").Contains(a):
			r.ip6 = append(r.ip6, fmt.Sprintf("rule add blackhole iif %s pref 21", h.port))
		case a.Is4() && i.PublicIP != "":
			r.ipCommand("rule add blackhole iif %s pref 21", h.port)
		}
	}
	r.rules("add iif %s lookup %d pref 22", h.port, table)
	l.hosts = append(l.hosts, h)
}

// attach configures the instance's end of its link.
func (l *lab) attach(h *host) {
	lines := []string{"link set dev lo up", "link set dev eth0 addrgenmode none", "link set dev eth0 up"}
	for _, a := range h.addresses {
		gateway, every := gateway4, "0.0.0.0/0"
		add := fmt.Sprintf("addr add %s/%d dev eth0", a, a.BitLen())
		if a.Is6() {
			gateway, every = gateway6, "::/0"
			add += " nodad"
		}
		lines = append(lines, add, fmt.Sprintf("neigh add %s lladdr %s dev eth0 nud permanent", gateway, h.mac),
			fmt.Sprintf("route add %s via %s dev eth0 onlink", every, gateway))
	}
	l.run(h.ns, lines, "ip", "-batch", "-")
	l.run(h.ns, l.groups(h), "nft", "-f", "-")
}

func (l *lab) peering(p *network.Peering) {
	a, b := l.vpcs[p.VPCID], l.vpcs[p.PeerVPCID]
	port, near, far := l.link(a, b.ns, "")
	b.up(port)
	for _, side := range []struct {
		r   *router
		far string
	}{{a, far}, {b, near}} {
		for _, gateway := range []string{gateway4, gateway6} {
			side.r.ipCommand("neigh add %s lladdr %s dev %s nud permanent", gateway, side.far, port)
		}
		side.r.peers[p.ID] = port
	}
}

// route adds a route to a table. Where the next hop is not modelled or does not exist, and where a peering connection cannot be
// used, the packet is dropped.
func (l *lab) route(o *network.Route) {
	r := l.vpcs[o.VPCID]
	table, ok := r.tables[o.RouteTableID]
	if !ok {
		table = r.tables[r.defaultTable]
	}
	to := netip.MustParsePrefix(o.Destination)
	port := r.peers[o.NextHop]
	gateway := gateway4
	if to.Addr().Is6() {
		gateway = gateway6
		if p := network.Get[*network.Peering](l.net, o.NextHop); p != nil && l.overlap(p) {
			port = "" // The IPv4 blocks overlap, so the connection carries no IPv6 either (PEER-10).
		}
	}
	if o.Type != network.RoutePeering || port == "" {
		r.ipCommand("route add blackhole %s table %d", to, table)
		return
	}
	r.ipCommand("route add %s via %s dev %s onlink table %d", to, gateway, port, table)
}

func (l *lab) overlap(p *network.Peering) bool {
	a, b := network.Get[*network.VPC](l.net, p.VPCID), network.Get[*network.VPC](l.net, p.PeerVPCID)
	return slices.ContainsFunc(append([]string{a.CIDR}, a.SecondaryCIDRs...), func(one string) bool {
		return slices.ContainsFunc(append([]string{b.CIDR}, b.SecondaryCIDRs...), func(other string) bool {
			return netip.MustParsePrefix(one).Overlaps(netip.MustParsePrefix(other))
		})
	})
}
