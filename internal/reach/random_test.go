package reach_test

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// plan is a random network as a list of objects, so that tests can add, rename and reorder them.
type plan struct {
	t       *rapid.T
	objects []network.Object
	k       int
}

func (p *plan) pick(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(p.t, label)
}

func (p *plan) chance(label string, of int) bool {
	return rapid.IntRange(0, of-1).Draw(p.t, label) == 0
}

func (p *plan) add(id string, o network.Object) {
	o.Base().ID = id
	o.Normalize()
	p.objects = append(p.objects, o)
}

func (p *plan) next(prefix string) string {
	p.k++
	return fmt.Sprintf("%s%d", prefix, p.k)
}

// network is the network of the objects, added in a shuffled order if a seed is given.
func (p *plan) network(seed uint64, more ...network.Object) *network.Network {
	b := network.NewBuilder()
	list := slices.Concat(p.objects, more)
	if seed > 0 {
		r := rand.New(rand.NewPCG(seed, seed))
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	for _, o := range list {
		b.Add(o)
	}
	return b.Network()
}

var (
	groupIDs    = []string{"g0", "g1", "g2"}
	subnetIDs   = []string{"a1", "a2", "b1"}
	instanceIDs = []string{"i0", "i1", "i2", "i3", "i4"}
	blocks      = []string{
		"", any4, "10.0.1.0/24", "10.0.2.0/24", "10.0.0.0/16", "10.1.1.0/25", "10.0.1.10/32", "10.1.1.13/32", "198.51.100.0/24",
	}
	blocks6 = []string{"", "::/0", "2001:db8:0:1::/64", "2001:db8:0:3::/64"}
)

// randomPlan is two VPCs with three subnets, five instances in up to three groups, ACLs, and what else may be.
func randomPlan(t *rapid.T) *plan {
	p := &plan{t: t}
	for _, v := range []struct{ id, cidr string }{{"A", "10.0.0.0/16"}, {"B", "10.1.0.0/16"}} {
		o := &network.VPC{Name: v.id, CIDR: v.cidr}
		p.add(v.id, o)
		p.objects = append(p.objects, o.DefaultRouteTable())
	}
	for i, s := range []struct{ vpc, cidr string }{{"A", "10.0.1.0/24"}, {"A", "10.0.2.0/24"}, {"B", "10.1.1.0/24"}} {
		p.add(subnetIDs[i], &network.Subnet{
			VPCID: s.vpc, Name: subnetIDs[i], CIDR: s.cidr, IPv6CIDR: fmt.Sprintf("2001:db8:0:%d::/64", i+1),
		})
	}
	p.routing()
	p.add("list", &network.AddressGroup{Name: "list", Entries: []network.AddressEntry{
		{Address: "10.0.1.8-10.0.1.11"}, {Address: "10.1.1.0/24"},
	}})
	for _, g := range groupIDs {
		p.add(g, &network.SecurityGroup{Name: g, DeleteDefaultRules: true})
		for range rapid.IntRange(0, 5).Draw(t, "rules") {
			p.add(p.next(g+"/"), p.groupRule(g, ""))
		}
		if p.chance("no egress", 4) {
			continue
		}
		p.add(p.next(g+"/"), &network.SecurityGroupRule{SecurityGroupID: g, Direction: network.Egress})
	}
	for _, s := range subnetIDs {
		if p.chance("ACL", 2) {
			p.add("n"+s, p.acl(s))
		}
	}
	for i, id := range instanceIDs {
		p.instance(id, subnetIDs[i%3], i)
	}
	return p
}

func (p *plan) routing() {
	status := network.PeeringActive
	if p.chance("pending", 6) {
		status = network.PeeringPending
	}
	p.add("AB", &network.Peering{Name: "AB", VPCID: "A", PeerVPCID: "B", Status: status})
	for _, r := range []struct{ vpc, to string }{{"A", "10.1.0.0/16"}, {"B", "10.0.0.0/16"}} {
		if !p.chance("no route", 5) {
			p.add("r"+r.vpc, &network.Route{VPCID: r.vpc, Destination: r.to, Type: network.RoutePeering, NextHop: "AB"})
		}
	}
	if p.chance("IPv6 routes", 2) {
		p.add("r6A", &network.Route{VPCID: "A", Destination: "2001:db8:0:3::/64", Type: network.RoutePeering, NextHop: "AB"})
		p.add("r6B", &network.Route{VPCID: "B", Destination: "2001:db8::/46", Type: network.RoutePeering, NextHop: "AB"})
	}
	if p.chance("host route", 4) {
		p.add("rh", &network.Route{
			VPCID: "A", Destination: "10.1.1.12/30", Type: network.RouteType(p.pick("hop", "ecs", "peering")), NextHop: "AB",
		})
	}
}

func (p *plan) instance(id, subnet string, i int) {
	o := &network.Instance{
		Name: id, SubnetID: subnet, IPAddress: fmt.Sprintf("10.%d.%d.%d", i%3/2, i%3%2+1, 10+i),
		SecurityGroupIDs: []string{p.pick("group", groupIDs...)},
	}
	if second := p.pick("second group", groupIDs...); second != o.SecurityGroupIDs[0] {
		o.SecurityGroupIDs = append(o.SecurityGroupIDs, second)
	}
	if p.chance("IPv6", 2) {
		o.IPv6Address = fmt.Sprintf("2001:db8:0:%d::%d", i%3+1, 10+i)
	}
	if p.chance("public", 4) {
		o.PublicIP = fmt.Sprintf("203.0.113.%d", 10+i)
	}
	if p.chance("guest", 6) {
		o.Listeners = []network.Listener{{Protocol: "tcp", Ports: []string{"80-443"}}}
		o.GuestFirewall = []network.GuestRule{{
			Action: network.Deny, Protocol: "tcp", Ports: []string{"81"},
			RemoteCIDR: p.pick("guest peer", "10.0.0.0/16", "10.0.1.0/24"),
		}}
	}
	p.add(id, o)
}

// groupRule is a random rule of a group, with a given action or a random one.
func (p *plan) groupRule(group string, action network.Action) *network.SecurityGroupRule {
	r := &network.SecurityGroupRule{
		SecurityGroupID: group, Direction: network.Direction(p.pick("direction", "ingress", "ingress", "egress")),
		Action: action, Priority: new(rapid.IntRange(1, 3).Draw(p.t, "priority")),
	}
	if action == "" {
		r.Action = network.Action(p.pick("action", "allow", "allow", "deny"))
	}
	r.Protocol, r.Ports = p.service()
	switch rapid.IntRange(0, 5).Draw(p.t, "peer") {
	case 0:
		r.RemoteGroupID = p.pick("remote", groupIDs...)
	case 1:
		r.RemoteAddressGroupID = "list"
	case 2:
		r.RemoteIPPrefix = p.pick("block6", blocks6...)
		r.Ethertype = network.EthertypeIPv6
	default:
		r.RemoteIPPrefix = p.pick("block", blocks...)
	}
	if r.Protocol == "icmp" && r.Ethertype != network.EthertypeIPv6 && p.chance("type", 2) {
		r.ICMPType = new(rapid.SampledFrom([]int{0, 3, 8}).Draw(p.t, "ICMP type"))
	}
	if r.Protocol == "icmp" && r.Ethertype == network.EthertypeIPv6 {
		r.Protocol = "icmpv6"
	}
	r.Enabled = new(!p.chance("off", 8))
	return r
}

func (p *plan) service() (protocol string, ports []string) {
	protocol = p.pick("protocol", "any", "tcp", "tcp", "udp", "icmp", "47")
	if protocol == "tcp" || protocol == "udp" {
		ports = rapid.SampledFrom([][]string{nil, {"80"}, {"80-443"}, {"22", "81"}, {"1-65535"}}).Draw(p.t, "ports")
	}
	return protocol, ports
}

func (p *plan) acl(subnet string) *network.NetworkACL {
	a := &network.NetworkACL{Name: "n" + subnet, SubnetIDs: []string{subnet}, Enabled: new(!p.chance("disabled", 6))}
	for range rapid.IntRange(0, 4).Draw(p.t, "ACL rules") {
		a.IngressRules = append(a.IngressRules, p.aclRule(""))
		a.EgressRules = append(a.EgressRules, p.aclRule(""))
	}
	if p.chance("open", 2) {
		a.IngressRules = append(a.IngressRules, network.ACLRule{Action: network.Allow, Protocol: "any"})
		a.EgressRules = append(a.EgressRules, network.ACLRule{Action: network.Allow, Protocol: "any"})
	}
	return a
}

func (p *plan) aclRule(action network.Action) network.ACLRule {
	r := network.ACLRule{Action: action}
	if action == "" {
		r.Action = network.Action(p.pick("ACL action", "allow", "deny"))
	}
	r.Protocol, r.DestinationPorts = p.service()
	r.SourceCIDR, r.DestinationCIDR = p.pick("source", blocks...), p.pick("destination", blocks...)
	if len(r.DestinationPorts) > 0 && p.chance("source ports", 4) {
		r.SourcePorts = []string{p.pick("source port", "1024-65535", "5000-6000", "53")}
	}
	r.Enabled = new(!p.chance("ACL rule off", 8))
	return r
}

// randomEnd is an end of a question.
func (p *plan) randomEnd(label string) reach.Endpoint {
	switch rapid.IntRange(0, 7).Draw(p.t, label) {
	case 0:
		return reach.Endpoint{Internet: true}
	case 1:
		return reach.Endpoint{SubnetID: p.pick(label, subnetIDs...), SecurityGroupIDs: []string{p.pick(label, groupIDs...)}}
	case 2:
		return reach.Endpoint{Address: p.pick(label, "10.0.0.0/16", "10.1.1.0/24", "10.0.1.10", "10.0.2.0/25")}
	}
	return reach.Endpoint{InstanceID: p.pick(label, instanceIDs...)}
}

func (p *plan) question() reach.Question {
	q := reach.Question{Source: p.randomEnd("from"), Destination: p.randomEnd("to"), Protocol: traffic.AnyProtocol}
	protocol, list := p.service()
	q.Protocol, _ = traffic.ParseProtocol(protocol)
	if len(list) > 0 {
		q.Ports = ports(list...)
	}
	return q
}
