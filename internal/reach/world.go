package reach

import (
	"net/netip"
	"slices"

	"github.com/gaissmai/bart"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// World is a network made ready for questions: every filter is compiled to sets of packets and every route table to a
// prefix tree, once. It never changes and may be used by several goroutines at once.
type World struct {
	// base is the network that was compiled, edits what With and Without did to it; a nil entry is an object taken away.
	base  *network.Network
	edits map[string]network.Object

	names names
	vpcs  map[string]*vpcNode
	// subnets and everyone are in the order of their ids. everyone is as compiled; see instances.
	subnets       []*subnetNode
	everyone      []*instanceNode
	subnetOf      map[string]*subnetNode
	addressGroups map[string]*network.AddressGroup
	// holders are the ids of the instances by their addresses.
	holders map[holderKey]string

	instanceOf layered[*instanceNode]
	groups     layered[*groupNode]
	members    layered[*membership]
	// filters are the ACLs by the subnets they are bound to.
	filters  layered[*filter]
	tables   layered[*tableNode]
	peerings layered[*network.Peering]
	links    layered[[]*network.Peering]

	// internet are the addresses of the Internet in either family: no private ones and none of the VPCs' own.
	internet [2]traffic.AddressSet
}

type holderKey struct {
	subnet  string
	address netip.Addr
}

// vpcNode is a VPC with its local routes.
type vpcNode struct {
	id, name string
	vpc      *network.VPC
	local    bart.Table[*subnetNode]
	subnets  []*subnetNode
	// defaultTable is the id of the table for what enters the VPC.
	defaultTable string
}

type subnetNode struct {
	*network.Subnet
	label  string
	vpc    *vpcNode
	table  string
	blocks [2]netip.Prefix
	sets   [2]traffic.AddressSet
}

// block is the subnet's block of a family, not valid where it has none.
func (s *subnetNode) block(f traffic.Family) netip.Prefix { return s.blocks[index(f)] }

// index is the position of a family in pairs of values.
func index(f traffic.Family) int {
	if f == traffic.IPv6 {
		return 1
	}
	return 0
}

// instanceNode is an instance as an end of traffic in either family.
type instanceNode struct {
	*network.Instance
	label     string
	subnet    *subnetNode
	addresses [2]netip.Addr
	public    netip.Addr
	places    [2]place
	guest     *guest
}

// groupNode is a security group with its rules in the order in which they are tried. A group that rules or instances
// refer to and that is not in the network has group nil.
type groupNode struct {
	id, label string
	group     *network.SecurityGroup
	rules     [2][]*rule
	hasDeny   [2]bool
}

func directionIndex(d network.Direction) int {
	if d == network.Egress {
		return 1
	}
	return 0
}

// membership is the instances of a security group.
type membership struct {
	instances []*instanceNode
	// byVPC are their private addresses, per VPC because VPCs may use the same ones.
	byVPC map[string]traffic.AddressSet
}

func newMembership(instances []*instanceNode) *membership {
	blocks := map[string][]netip.Prefix{}
	for _, i := range instances {
		for _, a := range i.addresses {
			if a.IsValid() && i.subnet != nil {
				blocks[i.subnet.VPCID] = append(blocks[i.subnet.VPCID], netip.PrefixFrom(a, a.BitLen()))
			}
		}
	}
	m := &membership{instances: instances, byVPC: make(map[string]traffic.AddressSet, len(blocks))}
	for vpc, list := range blocks {
		m.byVPC[vpc] = traffic.NewAddressSet(list...)
	}
	return m
}

// filter is an ACL with the rules of each direction in the order written.
type filter struct {
	acl   *network.NetworkACL
	label string
	rules [2][]*rule
	// tellsSourcePorts says that some rule is about source ports.
	tellsSourcePorts bool
}

// tableNode is a route table.
type tableNode struct {
	table  *network.RouteTable
	label  string
	routes bart.Table[*network.Route]
	list   []*network.Route
	// sets are the destinations of list.
	sets []traffic.AddressSet
}

// names tells which names belong to one object of a kind only.
type names map[nameKey]int

type nameKey struct {
	kind network.Kind
	name string
}

// label is what people call an object: its name, with the id where the name is not its own.
func (w *World) label(o network.Object) string {
	name := o.Title()
	if r, ok := o.(*network.Route); ok {
		name = r.TitleNaming(w.nameOf)
	}
	switch {
	case name == "":
		return o.Base().ID
	case w.names[nameKey{o.Kind(), name}] > 1:
		return name + " (" + o.Base().ID + ")"
	}
	return name
}

// nameOf is the label of the object with an id; the id, where there is no such object.
func (w *World) nameOf(id string) string {
	if o := w.object(id); o != nil {
		return w.label(o)
	}
	return id
}

// object is the object with an id, or nil.
func (w *World) object(id string) network.Object {
	if o, ok := w.edits[id]; ok {
		return o
	}
	return w.base.Object(id)
}

// Network is the network the world was made of, with all edits.
func (w *World) Network() *network.Network {
	if len(w.edits) == 0 {
		return w.base
	}
	b := network.NewBuilder()
	for _, kind := range network.Kinds() {
		for _, o := range w.base.OfKind(kind) {
			if _, edited := w.edits[o.Base().ID]; !edited {
				b.Add(o)
			}
		}
	}
	for _, o := range w.edits {
		if o != nil {
			b.Add(o)
		}
	}
	return b.Network()
}

// vpc is the node of a VPC; one without subnets and routes where the network does not hold it.
func (w *World) vpc(id string) *vpcNode {
	if v := w.vpcs[id]; v != nil {
		return v
	}
	return newVPCNode(id)
}

func newVPCNode(id string) *vpcNode {
	v := &network.VPC{}
	v.ID = id
	return &vpcNode{id: id, name: id, defaultTable: v.DefaultRouteTable().ID}
}

// link is the peering connection of two VPCs, or nil; an active one if there are several.
func (w *World) link(a, b string) *network.Peering {
	var out *network.Peering
	for _, p := range w.links.get(a) {
		if p.Other(a) == b && (out == nil || p.Status == network.PeeringActive) {
			out = p
		}
	}
	return out
}

// component lists the VPCs that a chain of peering connections, whatever their status, joins with vpc.
func (w *World) component(vpc string) []string {
	out := []string{vpc}
	for i := 0; i < len(out); i++ {
		for _, p := range w.links.get(out[i]) {
			if next := p.Other(out[i]); next != "" && !slices.Contains(out, next) {
				out = append(out, next)
			}
		}
	}
	return out
}

// allGroups are the security groups by id, edits included.
func (w *World) allGroups() []*groupNode { return ordered(w.groups) }

// allTables are the route tables by id, edits included.
func (w *World) allTables() []*tableNode { return ordered(w.tables) }

// instances yields all instances by id, edits included.
func (w *World) instances(yield func(*instanceNode) bool) {
	for _, i := range w.everyone {
		if now, changed := w.instanceOf.over[i.ID]; changed {
			i = now
		}
		if !yield(i) {
			return
		}
	}
}
