package oracle

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Outcome is what becomes of a packet.
type Outcome int

// The outcomes.
const (
	// Passes: the packet arrives, and its answer has a route back.
	Passes Outcome = iota
	// Stopped: something on the path refuses it, or there is no route.
	Stopped
	// Unknown: nothing that can be decided refuses it, but part of the path is outside of the model.
	Unknown
)

// String names the outcome.
func (o Outcome) String() string { return [...]string{"passes", "stopped", "unknown"}[o] }

// Judgement is an outcome and why.
type Judgement struct {
	Outcome Outcome
	Why     string
}

// String is the judgement in one line.
func (j Judgement) String() string { return fmt.Sprintf("%s: %s", j.Outcome, j.Why) }

func passes(format string, args ...any) Judgement {
	return Judgement{Passes, fmt.Sprintf(format, args...)}
}

func stopped(format string, args ...any) Judgement {
	return Judgement{Stopped, fmt.Sprintf(format, args...)}
}

func unknown(format string, args ...any) Judgement {
	return Judgement{Unknown, fmt.Sprintf(format, args...)}
}

// all is the judgement of several steps that all have to let the packet pass: one refusal is enough, whatever the
// others cannot know.
func all(steps ...Judgement) Judgement {
	for _, o := range []Outcome{Stopped, Unknown} {
		for _, s := range steps {
			if s.Outcome == o {
				return s
			}
		}
	}
	return passes("every step lets it pass")
}

// Decide is what becomes of a packet between the two ends of a question. ok is false when the packet's addresses are none the
// question is about, or nothing can be decided about them: an address that lies in several VPCs while none is named, a host
// that sends to itself.
func Decide(n *network.Network, q Question, p traffic.Packet) (j Judgement, ok bool) {
	from, ok := endpointOf(n, q.From, p.Source)
	if !ok {
		return Judgement{}, false
	}
	to, ok := endpointOf(n, q.To, p.Destination)
	if !ok || family(p.Source) != q.Family || family(p.Destination) != q.Family {
		return Judgement{}, false
	}
	if !from.inside() && !to.inside() || from.same(to) {
		return Judgement{}, false
	}
	if q.From.Block.IsSingleIP() && holderOf(n, p.Source) != nil {
		return Judgement{}, false // That instance is meant, whose packets do not have this address.
	}
	if i := holderOf(n, p.Destination); i != nil && q.To.Block.IsSingleIP() {
		return overInternet(n, q, from, to, i, p), true
	}
	// Whether an address is in a shared bandwidth is not modelled (INET-03): what depends on it is unknown.
	for i, in := range [][2]bool{{false, false}, {false, true}, {true, false}, {true, true}} {
		from.inBandwidth, to.inBandwidth = in[0], in[1]
		switch other := judge(n, q, from, to, p); {
		case i == 0:
			j = other
		case other.Outcome != j.Outcome:
			return unknown("%s without a shared bandwidth, %s with one", j, other), true
		}
	}
	return j, true
}

// holderOf is the instance that has a public address.
func holderOf(n *network.Network, public netip.Addr) *network.Instance {
	for _, i := range network.All[*network.Instance](n) {
		if addressOf(i.PublicIP) == public {
			return i
		}
	}
	return nil
}

// overInternet is what becomes of a packet to the public address of an instance of the network: it leaves for the Internet, and
// comes in from there, from the public address of its sender (INET-10).
func overInternet(n *network.Network, q Question, from, to endpoint, i *network.Instance, p traffic.Packet) Judgement {
	there := judge(n, q, from, to, p)
	host, _ := endpointOf(n, End{Instance: i.ID}, addressOf(i.IPAddress))
	in := p
	in.Destination = host.address
	if there.Outcome == Passes {
		in.Source = addressOf(from.instance.PublicIP)
		return judge(n, q, endpoint{address: in.Source}, host, in)
	}
	// Whom the packet comes from there, is not known.
	for _, a := range append(borders(n, host), netip.MustParseAddr("203.0.113.199")) {
		in.Source = a
		outside, ok := endpointOf(n, End{Internet: true}, a)
		if ok && judge(n, q, outside, host, in).Outcome != Stopped {
			return there
		}
	}
	return stopped("%s lets nobody in", host.instance.ID)
}

// judge is what becomes of a packet between two hosts.
func judge(n *network.Network, q Question, from, to endpoint, p traffic.Packet) Judgement {
	route, by := forward(n, from, to, q.Strict)
	// Behind a forwarder the sender is no longer a member of its groups (RT-17). The forwarder may put an address of its own in
	// the place of the sender's: what a filter refuses to one and lets through to the other is unknown.
	ingress := func(filter func(sender endpoint, forwarded bool, p traffic.Packet) Judgement) Judgement {
		j := filter(from, len(by) > 0, p)
		for _, sender := range senders(n, by, to) {
			translated := p
			translated.Source = sender.address
			if j.Outcome == Stopped && filter(sender, false, translated).Outcome != Stopped {
				return unknown("a forwarder may send it from %s", sender.address)
			}
		}
		return j
	}
	return all(
		route,
		back(n, from, to, q.Strict, route),
		guestFirewall(from, network.Egress, p, p.Destination),
		securityGroups(n, from, to, false, network.Egress, p),
		networkACL(n, from, to, network.Egress, p),
		ingress(func(_ endpoint, _ bool, p traffic.Packet) Judgement {
			return networkACL(n, to, from, network.Ingress, p)
		}),
		ingress(func(sender endpoint, forwarded bool, p traffic.Packet) Judgement {
			return securityGroups(n, to, sender, forwarded, network.Ingress, p)
		}),
		ingress(func(_ endpoint, _ bool, p traffic.Packet) Judgement {
			return guestFirewall(to, network.Ingress, p, p.Source)
		}),
		serviceListens(to, p),
		answers(from), answers(to),
	)
}

// endpoint is one end of the packet.
type endpoint struct {
	address netip.Addr
	// vpc and subnet are empty outside of every VPC.
	vpc    string
	subnet *network.Subnet
	// instance is the host, if it is one of the network and not just any host at the address.
	instance *network.Instance
	// filtered reports whether the host's groups are part of the question; groups are these.
	filtered bool
	groups   []string
	// unowned is set where the question names an address that no instance has.
	unowned bool
	// inBandwidth is whether the host's IPv6 address is a member of a shared bandwidth.
	inBandwidth bool
}

func (p endpoint) inside() bool { return p.subnet != nil }

func (p endpoint) same(o endpoint) bool { return p.vpc == o.vpc && p.address == o.address }

// endpointOf finds the host of an end that has an address; false where no host of the end has it.
func endpointOf(n *network.Network, e End, a netip.Addr) (endpoint, bool) {
	switch {
	case e.Internet:
		// A public address that a VPC uses as its own is not on the Internet for any host of the network.
		return endpoint{address: a}, isPublic(a) && !slices.ContainsFunc(network.All[*network.Subnet](n),
			func(s *network.Subnet) bool { return covers(s, a) })
	case e.Instance != "":
		i := network.Get[*network.Instance](n, e.Instance)
		s := network.Get[*network.Subnet](n, i.SubnetID)
		p := endpoint{address: a, vpc: s.VPCID, subnet: s, instance: i, filtered: true, groups: i.SecurityGroupIDs}
		return p, at(n, p) == i
	}
	p := endpoint{address: a, filtered: len(e.Groups) > 0, groups: e.Groups}
	if e.Subnet != "" {
		p.subnet = network.Get[*network.Subnet](n, e.Subnet)
		p.vpc = p.subnet.VPCID
		return p, covers(p.subnet, a) && !keptBack(p.subnet, a)
	}
	if !e.Block.Contains(a) {
		return endpoint{}, false
	}
	for _, s := range network.All[*network.Subnet](n) {
		switch {
		case !covers(s, a) || e.VPC != "" && e.VPC != s.VPCID:
		case p.subnet != nil:
			return endpoint{}, false // the address lies in more than one VPC
		default:
			p.subnet, p.vpc = s, s.VPCID
		}
	}
	if !e.Block.IsSingleIP() && p.inside() && keptBack(p.subnet, a) {
		return endpoint{}, false
	}
	if !p.filtered && p.inside() {
		// The address of an instance is that instance, unless the question gives it other groups. Where nobody has an address, the
		// block of a whole subnet stands for any host in it, and a part of it for nobody that is known.
		subnet := p.subnet.CIDR
		if a.Is6() {
			subnet = p.subnet.IPv6CIDR
		}
		whole := netip.MustParsePrefix(subnet)
		if i := at(n, p); i != nil {
			p.instance, p.filtered, p.groups = i, true, i.SecurityGroupIDs
		} else {
			p.unowned = !e.Block.Contains(whole.Addr()) || e.Block.Bits() > whole.Bits()
		}
	}
	return p, e.VPC == "" || p.inside()
}

// answers: who has an address that no instance has, is not known (NET-23).
func answers(host endpoint) Judgement {
	if host.unowned {
		return unknown("nobody has %s", host.address)
	}
	return passes("a known host")
}

// at is the instance at an address of a VPC, if there is one.
func at(n *network.Network, p endpoint) *network.Instance {
	for _, i := range network.All[*network.Instance](n) {
		if p.inside() && i.SubnetID == p.subnet.ID &&
			(addressOf(i.IPAddress) == p.address || addressOf(i.IPv6Address) == p.address) {
			return i
		}
	}
	return nil
}

// keptBack reports whether no host of a subnet can have an address: it is the network's own, the gateway's or, of an IPv4 block,
// one of the last three (NET-11).
func keptBack(s *network.Subnet, a netip.Addr) bool {
	if a.Is6() {
		network := netip.MustParsePrefix(s.IPv6CIDR).Addr()
		return a == network || a == network.Next()
	}
	block := netip.MustParsePrefix(s.CIDR)
	return a == block.Addr() || a == addressOf(s.GatewayIP) ||
		!block.Contains(a.Next()) || !block.Contains(a.Next().Next()) || !block.Contains(a.Next().Next().Next())
}

// covers reports whether an address is one of the subnet's, IPv4 or IPv6.
func covers(s *network.Subnet, a netip.Addr) bool { return in(s.CIDR, a) || in(s.IPv6CIDR, a) }
