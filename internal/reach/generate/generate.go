// Package generate makes networks of any size for tests and benchmarks. Equal specifications make equal networks, down
// to the ids.
package generate

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strconv"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// Spec says how large a network is. Every number is at least one unless it says otherwise.
type Spec struct {
	// Seed makes networks of one size differ.
	Seed uint64
	// VPCs are peered in a row, each with the next, with routes for the two neighbours.
	VPCs int
	// Subnets are spread over the VPCs; a subnet is a /20 and holds up to 4,000 instances.
	Subnets int
	// Instances are spread over the subnets, each in one security group at random, every fourth one in two.
	Instances int
	// Groups are security groups, each with GroupRules rules: one for everything out, one deny, the rest for what comes in
	// from blocks and from other groups.
	Groups, GroupRules int
	// ACLRules is the number of rules per direction of the ACL that every subnet has; 0 is no ACLs.
	ACLRules int
	// Public gives every so many-th instance a public address; 0 is none.
	Public int
	// IPv6 gives every subnet and instance an IPv6 address besides.
	IPv6 bool
}

// Small, Medium and Large are the sizes that figures are published for.
var (
	Small  = Spec{VPCs: 1, Subnets: 10, Instances: 200, Groups: 20, GroupRules: 9, ACLRules: 8, Public: 20}
	Medium = Spec{VPCs: 4, Subnets: 40, Instances: 2000, Groups: 200, GroupRules: 9, ACLRules: 8, Public: 20}
	Large  = Spec{VPCs: 10, Subnets: 100, Instances: 10000, Groups: 1000, GroupRules: 9, ACLRules: 8, Public: 20}
)

// maker is a network under construction.
type maker struct {
	Spec
	random  *rand.Rand
	builder *network.Builder
	vpcs    []*network.VPC
	subnets []*network.Subnet
	groups  []*network.SecurityGroup
}

// Network makes the network of a specification.
func Network(s Spec) *network.Network {
	m := &maker{Spec: s, random: rand.New(rand.NewPCG(s.Seed, 1)), builder: network.NewBuilder()}
	m.makeVPCs()
	m.makeGroups()
	m.makeSubnets()
	m.makeInstances()
	return m.builder.Network()
}

// InstanceID is the id of the n'th instance, counted from zero.
func InstanceID(n int) string { return id(network.KindInstance, n) }

// GroupID is the id of the n'th security group, counted from zero.
func GroupID(n int) string { return id(network.KindSecurityGroup, n) }

func id(kind network.Kind, n int) string {
	return network.IssueID(kind, "generated/"+strconv.Itoa(n), 0)
}

func (m *maker) add(o network.Object, n int) {
	o.Base().ID, o.Base().Project = id(o.Kind(), n), network.DefaultProject
	o.Normalize()
	m.builder.Add(o)
}

// makeVPCs gives every VPC a /14 of 10.0.0.0/8 and peers it with the next one.
func (m *maker) makeVPCs() {
	for n := range m.VPCs {
		v := &network.VPC{Name: fmt.Sprintf("vpc-%d", n), CIDR: fmt.Sprintf("10.%d.0.0/14", n%64*4)}
		m.add(v, n)
		m.builder.AddPlanned(v)
		m.vpcs = append(m.vpcs, v)
		if n == 0 {
			continue
		}
		before := m.vpcs[n-1]
		p := &network.Peering{Name: fmt.Sprintf("peering-%d", n), VPCID: before.ID, PeerVPCID: v.ID}
		m.add(p, n)
		m.add(&network.Route{VPCID: before.ID, Destination: v.CIDR, Type: network.RoutePeering, NextHop: p.ID}, 2*n)
		m.add(&network.Route{VPCID: v.ID, Destination: before.CIDR, Type: network.RoutePeering, NextHop: p.ID}, 2*n+1)
	}
}

func (m *maker) makeGroups() {
	for n := range m.Groups {
		g := &network.SecurityGroup{Name: fmt.Sprintf("group-%d", n), DeleteDefaultRules: true}
		m.add(g, n)
		m.groups = append(m.groups, g)
	}
	for n, g := range m.groups {
		for k := range m.GroupRules {
			r := &network.SecurityGroupRule{SecurityGroupID: g.ID, Direction: network.Ingress, Protocol: "tcp"}
			switch {
			case k == 0:
				r.Direction, r.Protocol = network.Egress, ""
			case k == 1:
				r.Action, r.Ports = network.Deny, []string{"23"}
			case k%3 == 0:
				r.RemoteGroupID = m.groups[m.random.IntN(len(m.groups))].ID
				r.Ports = []string{strconv.Itoa(1000 + m.random.IntN(20))}
			case k%3 == 1:
				r.RemoteIPPrefix = netip.PrefixFrom(m.address(), 8+m.random.IntN(13)).Masked().String()
				r.Ports = []string{strconv.Itoa(2000 + m.random.IntN(20))}
			default:
				r.Ports = []string{[]string{"22", "80", "443", "8000-8010"}[m.random.IntN(4)]}
			}
			m.add(r, n*m.GroupRules+k)
		}
	}
}

// address is one of 10.0.0.0/8, on the border of a /20.
func (m *maker) address() netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(m.random.IntN(4 * m.VPCs)), byte(m.random.IntN(16)) << 4, 0})
}

func (m *maker) makeSubnets() {
	for n := range m.Subnets {
		vpc, k := n%m.VPCs, n/m.VPCs
		s := &network.Subnet{
			VPCID: m.vpcs[vpc].ID, Name: fmt.Sprintf("subnet-%d", n), IPv6Enabled: m.IPv6,
			CIDR: fmt.Sprintf("10.%d.%d.0/20", vpc%64*4+k/16, k%16*16),
		}
		m.add(s, n)
		m.subnets = append(m.subnets, s)
		if m.ACLRules == 0 {
			continue
		}
		a := &network.NetworkACL{Name: fmt.Sprintf("acl-%d", n), SubnetIDs: []string{s.ID}}
		for k := range m.ACLRules {
			a.IngressRules = append(a.IngressRules, m.aclRule(k))
			a.EgressRules = append(a.EgressRules, m.aclRule(k))
		}
		m.add(a, n)
	}
}

func (m *maker) aclRule(k int) network.ACLRule {
	r := network.ACLRule{Action: network.Allow, Protocol: "tcp"}
	switch {
	case k == m.ACLRules-1:
		r.DestinationPorts = []string{"1-9999"}
	case k%2 == 0:
		r.Action, r.SourceCIDR = network.Deny, netip.PrefixFrom(m.address(), 20).Masked().String()
		r.DestinationPorts = []string{strconv.Itoa(2000 + m.random.IntN(20))}
	default:
		r.DestinationCIDR = netip.PrefixFrom(m.address(), 14).Masked().String()
		r.DestinationPorts = []string{"1000-1019", "443"}
	}
	return r
}

func (m *maker) makeInstances() {
	for n := range m.Instances {
		s := m.subnets[n%len(m.subnets)]
		k := n/len(m.subnets) + 10
		base := s.Prefix().Addr().As4()
		base[2], base[3] = base[2]+byte(k>>8), byte(k)
		i := &network.Instance{
			Name: fmt.Sprintf("instance-%d", n), SubnetID: s.ID, IPAddress: netip.AddrFrom4(base).String(),
			SecurityGroupIDs: []string{m.groups[m.random.IntN(len(m.groups))].ID},
		}
		if second := m.groups[m.random.IntN(len(m.groups))].ID; n%4 == 0 && second != i.SecurityGroupIDs[0] {
			i.SecurityGroupIDs = append(i.SecurityGroupIDs, second)
		}
		if m.Public > 0 && n%m.Public == 0 {
			i.PublicIP = netip.AddrFrom4([4]byte{203, 0, byte(n >> 8), byte(n)}).String()
		}
		if m.IPv6 {
			six := s.IPv6Prefix().Addr().As16()
			six[14], six[15] = byte(k>>8), byte(k)
			i.IPv6Address = netip.AddrFrom16(six).String()
		}
		m.add(i, n)
	}
}

// Table is a network of one subnet whose ACL has a list of so many incoming rules: blocks and port ranges drawn so that
// about a third of the rules are covered by earlier ones.
func Table(rules int) *network.Network {
	m := &maker{Spec: Spec{VPCs: 1, Subnets: 1}, random: rand.New(rand.NewPCG(7, 7)), builder: network.NewBuilder()}
	m.makeVPCs()
	m.makeSubnets()
	a := &network.NetworkACL{Name: "table", SubnetIDs: []string{m.subnets[0].ID}}
	for n := range rules {
		first := 1 + 500*m.random.IntN(100)
		last := first + 250*(1+m.random.IntN(8))
		r := network.ACLRule{
			Action: network.Allow, Protocol: "tcp", DestinationPorts: []string{fmt.Sprintf("%d-%d", first, last)},
			SourceCIDR: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(m.random.IntN(4)), byte(m.random.IntN(256)), 0}),
				18+m.random.IntN(7)).Masked().String(),
		}
		if n%2 == 0 {
			r.Action = network.Deny
		}
		if n%3 == 2 {
			earlier := a.IngressRules[m.random.IntN(n)]
			r.SourceCIDR, r.DestinationPorts = earlier.SourceCIDR, earlier.DestinationPorts
		}
		a.IngressRules = append(a.IngressRules, r)
	}
	m.add(a, 0)
	return m.builder.Network()
}
