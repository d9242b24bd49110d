package reach

import (
	"net/netip"
	"slices"

	"github.com/gaissmai/bart"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Model is a network made ready for questions: every filter is compiled to sets of packets and every route table to a
// prefix tree, once. It never changes and may be used by several goroutines at once.
type Model struct {
	// base is the network that was compiled, edits what With and Without did to it; a nil entry is an object taken away.
	base  *network.Network
	edits map[string]network.Object

	// uncertain is the objects of which not everything is known; nil where everything is.
	uncertain *uncertainty

	names names
	vpcs  map[string]*vpcNode
	// subnets and compiledInstances are in the order of their ids. compiledInstances leaves edits out; see instances.
	subnets           []*subnetNode
	compiledInstances []*instanceNode
	subnetByID        map[string]*subnetNode
	addressGroups     map[string]*network.AddressGroup
	// instanceByAddress is the ids of the instances by subnet and address.
	instanceByAddress map[subnetAddress]string
	// instanceByPublic is the ids of the instances by public address.
	instanceByPublic map[netip.Addr]string

	instanceByID overlay[*instanceNode]
	groups       overlay[*groupNode]
	memberships  overlay[*membership]
	// acls is the ACLs by the subnets they are bound to, peeringsOf the connections by either of their VPCs.
	acls       overlay[*aclNode]
	tables     overlay[*tableNode]
	peerings   overlay[*network.Peering]
	peeringsOf overlay[[]*network.Peering]

	// internet are the addresses of the Internet in either family: no private ones and none of the VPCs' own.
	internet [2]traffic.AddressSet
}

type subnetAddress struct {
	subnet  string
	address netip.Addr
}

// vpcNode is a VPC with its local routes (RT-01). vpc is nil where the network only refers to the VPC.
type vpcNode struct {
	id, name string
	vpc      *network.VPC
	local    bart.Table[*subnetNode]
	subnets  []*subnetNode
	// defaultTable is the id of the table for what enters the VPC (RT-05), tables the ids of all its tables.
	defaultTable string
	tables       []string
}

// subnetNode is a subnet with its blocks in either family; see index.
type subnetNode struct {
	*network.Subnet
	label string
	vpc   *vpcNode
	// table is the id of the subnet's route table.
	table  string
	blocks [2]netip.Prefix
	sets   [2]traffic.AddressSet
}

// block is the subnet's block of a family, not valid where it has none.
func (s *subnetNode) block(f traffic.Family) netip.Prefix { return s.blocks[index(f)] }

// index is the position of a family in pairs of values: IPv4, IPv6.
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
	endpoints [2]resolvedEndpoint
	guest     *guestFirewall
}

// groupNode is a security group with the rules of each direction in the order in which they are tried (SG-13). group is nil
// for one that rules or instances refer to and that is not in the network.
type groupNode struct {
	id, label string
	group     *network.SecurityGroup
	rules     [2][]*rule
	hasDeny   [2]bool
}

// directionIndex is the position of a direction in pairs of values: ingress, egress.
func directionIndex(d network.Direction) int {
	if d == network.Egress {
		return 1
	}
	return 0
}

// membership is the instances of a security group.
type membership struct {
	instances []*instanceNode
	// byVPC is their private addresses (SG-18), by VPC because two VPCs may use the same ones.
	byVPC map[string]traffic.AddressSet
	// mayBe are the addresses that members may turn out to have whose addresses are not known, by VPC.
	mayBe map[string]traffic.AddressSet
}

func newMembership(instances []*instanceNode) *membership {
	blocks := map[string][]netip.Prefix{}
	var mayBe map[string]traffic.AddressSet
	for _, i := range instances {
		for k := range i.endpoints {
			if p := &i.endpoints[k]; p.anyAddress {
				if mayBe == nil {
					mayBe = map[string]traffic.AddressSet{}
				}
				mayBe[p.vpc] = mayBe[p.vpc].Union(p.addresses)
			}
		}
		for _, a := range i.addresses {
			if a.IsValid() && i.subnet != nil {
				blocks[i.subnet.VPCID] = append(blocks[i.subnet.VPCID], netip.PrefixFrom(a, a.BitLen()))
			}
		}
	}
	m := &membership{instances: instances, byVPC: make(map[string]traffic.AddressSet, len(blocks)), mayBe: mayBe}
	for vpc, list := range blocks {
		m.byVPC[vpc] = traffic.NewAddressSet(list...)
	}
	return m
}

// addresses are those of the members in all VPCs.
func (m *membership) addresses() traffic.AddressSet {
	var out traffic.AddressSet
	if m != nil {
		for _, set := range m.byVPC {
			out = out.Union(set)
		}
	}
	return out
}

// aclNode is an ACL with the rules of each direction in the order written, which is that in which they are tried (ACL-04).
type aclNode struct {
	acl   *network.NetworkACL
	label string
	rules [2][]*rule
	// tellsSourcePorts reports whether some rule is about source ports.
	tellsSourcePorts bool
}

// tableNode is a route table with its custom routes as a prefix tree.
type tableNode struct {
	table  *network.RouteTable
	label  string
	routes bart.Table[*network.Route]
	list   []*network.Route
	// list is the routes as the network orders them, sets their destinations.
	sets []traffic.AddressSet
}

// names counts the objects of a kind that have a name.
type names map[nameKey]int

type nameKey struct {
	kind network.Kind
	name string
}

// label is what people call an object: its name, followed by the id where several objects of its kind have that name.
func (m *Model) label(o network.Object) string {
	name := o.Title()
	if r, ok := o.(*network.Route); ok {
		name = r.TitleNaming(m.nameOf)
	}
	switch {
	case name == "":
		return o.Base().ID
	case m.names[nameKey{o.Kind(), name}] > 1:
		return name + " (" + o.Base().ID + ")"
	}
	return name
}

// nameOf is the label of the object with an id; the id, where there is no such object.
func (m *Model) nameOf(id string) string {
	if o := m.object(id); o != nil {
		return m.label(o)
	}
	return id
}

// object is the object with an id, or nil.
func (m *Model) object(id string) network.Object {
	if o, ok := m.edits[id]; ok {
		return o
	}
	return m.base.Object(id)
}

// Network is the network the model was compiled from, with all edits.
func (m *Model) Network() *network.Network {
	if len(m.edits) == 0 {
		return m.base
	}
	b := network.NewBuilder()
	for _, kind := range network.Kinds() {
		for _, o := range m.base.OfKind(kind) {
			if _, edited := m.edits[o.Base().ID]; !edited {
				b.Add(o)
			}
		}
	}
	for _, o := range m.edits {
		if o != nil {
			b.Add(o)
		}
	}
	return b.Network()
}

// vpc is the node of a VPC; one without subnets and routes where the network does not hold it.
func (m *Model) vpc(id string) *vpcNode {
	if v := m.vpcs[id]; v != nil {
		return v
	}
	return newVPCNode(id)
}

func newVPCNode(id string) *vpcNode {
	v := &network.VPC{}
	v.ID = id
	return &vpcNode{id: id, name: id, defaultTable: v.DefaultRouteTable().ID}
}

// peeringBetween is the peering connection of two VPCs, or nil; an active one if there are several.
func (m *Model) peeringBetween(a, b string) *network.Peering {
	var out *network.Peering
	for _, p := range m.peeringsOf.get(a) {
		if p.Other(a) == b && (out == nil || p.Status == network.PeeringActive) {
			out = p
		}
	}
	return out
}

// connectedVPCs lists the VPCs that a chain of peering connections, whatever their status, joins with vpc.
func (m *Model) connectedVPCs(vpc string) []string { return network.Joined(vpc, m.peeringsOf.get) }

// connected reports whether a chain of peering connections, whatever their status, joins two VPCs.
func (m *Model) connected(a, b string) bool { return slices.Contains(m.connectedVPCs(a), b) }

// allGroups are the security groups by id, edits included.
func (m *Model) allGroups() []*groupNode { return valuesByID(m.groups) }

// allTables are the route tables by id, edits included.
func (m *Model) allTables() []*tableNode { return valuesByID(m.tables) }

// instances yields all instances by id, edits included.
func (m *Model) instances(yield func(*instanceNode) bool) {
	for _, i := range m.compiledInstances {
		if now, changed := m.instanceByID.edited[i.ID]; changed {
			i = now
		}
		if !yield(i) {
			return
		}
	}
}
