package reach

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Compile makes a network ready for questions. nil is an empty network.
func Compile(n *network.Network) *World {
	if n == nil {
		n = network.NewBuilder().Network()
	}
	w := &World{base: n}
	c := compiler{World: w, shapes: shapes{}}
	c.countNames()
	c.vpcsAndSubnets()
	c.routing()
	c.addressGroups()
	c.securityGroups()
	c.networkACLs()
	c.instancesAndMembers()
	return w
}

// compiler fills in a world that nobody uses yet.
type compiler struct {
	*World
	shapes shapes
}

func (c *compiler) countNames() {
	c.names = names{}
	for _, kind := range network.Kinds() {
		switch kind {
		case network.KindRoute, network.KindSecurityGroupRule:
			continue
		default:
		}
		for _, o := range c.base.OfKind(kind) {
			c.names[nameKey{kind, o.Title()}]++
		}
	}
}

func (c *compiler) vpcsAndSubnets() {
	c.vpcs = map[string]*vpcNode{}
	for _, v := range network.All[*network.VPC](c.base) {
		node := newVPCNode(v.ID)
		node.vpc, node.name = v, c.label(v)
		c.vpcs[v.ID] = node
	}
	subnets := network.All[*network.Subnet](c.base)
	c.subnetOf = make(map[string]*subnetNode, len(subnets))
	c.subnets = make([]*subnetNode, 0, len(subnets))
	var own []netip.Prefix
	for _, s := range subnets {
		v := c.vpcs[s.VPCID]
		if v == nil {
			v = newVPCNode(s.VPCID)
			c.vpcs[s.VPCID] = v
		}
		node := &subnetNode{Subnet: s, label: c.label(s), vpc: v, blocks: [2]netip.Prefix{s.Prefix(), s.IPv6Prefix()}}
		for i, p := range node.blocks {
			if !p.IsValid() {
				continue
			}
			node.sets[i] = traffic.FromPrefix(p)
			if _, taken := v.local.Get(p); !taken {
				v.local.Insert(p, node)
			}
			if network.IsPublic(p.Addr()) {
				own = append(own, p)
			}
		}
		v.subnets = append(v.subnets, node)
		c.subnetOf[s.ID] = node
		c.subnets = append(c.subnets, node)
	}
	for i, f := range []traffic.Family{traffic.IPv4, traffic.IPv6} {
		c.internet[i] = PublicAddresses(f).Subtract(traffic.NewAddressSet(own...))
	}
}

func (c *compiler) routing() {
	tables := map[string]*tableNode{}
	for _, t := range network.All[*network.RouteTable](c.base) {
		tables[t.ID] = &tableNode{table: t, label: c.label(t)}
		if v := c.vpcs[t.VPCID]; v != nil && t.Default {
			v.defaultTable = t.ID
		}
	}
	for _, v := range c.vpcs {
		if tables[v.defaultTable] == nil {
			owner := &network.VPC{Name: v.name}
			owner.ID = v.id
			t := owner.DefaultRouteTable()
			t.ID = v.defaultTable
			tables[t.ID] = &tableNode{table: t, label: t.Name}
		}
	}
	for _, s := range c.subnets {
		s.table = s.vpc.defaultTable
		if own := network.Referring[*network.RouteTable](c.base, "subnet_ids", s.ID); len(own) > 0 {
			s.table = own[0].ID
		}
	}
	for _, r := range network.All[*network.Route](c.base) {
		if t := tables[c.tableOfRoute(r)]; t != nil {
			t.add(r)
		}
	}
	c.tables.base = tables
	peerings := map[string]*network.Peering{}
	links := map[string][]*network.Peering{}
	for _, p := range network.All[*network.Peering](c.base) {
		peerings[p.ID] = p
		links[p.VPCID] = append(links[p.VPCID], p)
		if p.PeerVPCID != p.VPCID {
			links[p.PeerVPCID] = append(links[p.PeerVPCID], p)
		}
	}
	c.peerings.base, c.links.base = peerings, links
}

// tableOfRoute is the table a route is in: its VPC's default table if it names none.
func (w *World) tableOfRoute(r *network.Route) string {
	if r.RouteTableID != "" {
		return r.RouteTableID
	}
	return w.vpc(r.VPCID).defaultTable
}

func (t *tableNode) add(r *network.Route) {
	p := r.Prefix()
	if !p.IsValid() {
		return
	}
	if _, taken := t.routes.Get(p); !taken {
		t.routes.Insert(p, r)
		t.list, t.sets = append(t.list, r), append(t.sets, traffic.FromPrefix(p))
	}
}

func (c *compiler) addressGroups() {
	c.World.addressGroups = map[string]*network.AddressGroup{}
	for _, g := range network.All[*network.AddressGroup](c.base) {
		c.World.addressGroups[g.ID] = g
	}
}

func (c *compiler) securityGroups() {
	rules := map[string][]*network.SecurityGroupRule{}
	for _, r := range network.All[*network.SecurityGroupRule](c.base) {
		rules[r.SecurityGroupID] = append(rules[r.SecurityGroupID], r)
	}
	c.groups.base = make(map[string]*groupNode, len(rules))
	for _, g := range network.All[*network.SecurityGroup](c.base) {
		c.groups.base[g.ID] = c.groupNode(c.shapes, g.ID, rules[g.ID])
	}
	for id, list := range rules {
		if c.groups.base[id] == nil {
			c.groups.base[id] = c.groupNode(c.shapes, id, list)
		}
	}
}

// groupNode prepares a group: rules by priority, deny before allow at equal priority.
func (w *World) groupNode(s shapes, id string, rules []*network.SecurityGroupRule) *groupNode {
	out := &groupNode{id: id, label: w.nameOf(id)}
	out.group, _ = w.object(id).(*network.SecurityGroup)
	rules = slices.Clone(rules)
	slices.SortStableFunc(rules, func(a, b *network.SecurityGroupRule) int {
		return cmp.Or(cmp.Compare(a.Rank(), b.Rank()), cmp.Compare(b.Action, a.Action), cmp.Compare(a.ID, b.ID))
	})
	if out.group == nil {
		for i, d := range []network.Direction{network.Ingress, network.Egress} {
			out.rules[i] = append(out.rules[i], &rule{
				shape: &shape{match: traffic.All(0)}, direction: d, unknown: true, group: out,
				lacks: &missing{kind: network.KindSecurityGroup, id: id},
			})
		}
	}
	for _, r := range rules {
		c := &rule{
			direction: r.Direction, allow: r.Action == network.Allow, off: !r.IsEnabled(), remote: r.RemoteGroupID, group: out,
			sg: r, ref: w.groupRef(r),
		}
		group := w.addressGroups[r.RemoteAddressGroupID]
		if r.RemoteAddressGroupID != "" && group == nil {
			c.lacks = &missing{network.KindAddressGroup, r.RemoteAddressGroupID, out.label}
		}
		c.shape = s.ofGroupRule(r, group)
		i := directionIndex(r.Direction)
		out.rules[i] = append(out.rules[i], c)
		out.hasDeny[i] = out.hasDeny[i] || !c.allow && !c.off
	}
	return out
}

func (w *World) groupRef(r *network.SecurityGroupRule) *RuleRef {
	return &RuleRef{
		Direction: r.Direction, Name: r.Name, ID: r.ID, Action: r.Action, Summary: r.SummaryNaming(w.nameOf),
	}
}

func (c *compiler) networkACLs() {
	c.filters.base = map[string]*filter{}
	for _, a := range network.All[*network.NetworkACL](c.base) {
		f := c.filterOf(c.shapes, a)
		for _, id := range a.SubnetIDs {
			if c.filters.base[id] == nil {
				c.filters.base[id] = f
			}
		}
	}
}

func (w *World) filterOf(s shapes, a *network.NetworkACL) *filter {
	out := &filter{acl: a, label: w.label(a)}
	for k, d := range []network.Direction{network.Ingress, network.Egress} {
		rules := a.Rules(d)
		for i := range rules {
			r := &rules[i]
			c := &rule{direction: d, allow: r.Action == network.Allow, off: !r.IsEnabled(), acl: r, ref: &RuleRef{
				Direction: d, Position: i + 1, Name: r.Name, ID: r.RuleID, Action: r.Action, Summary: r.SummaryNaming(w.nameOf),
			}}
			c.shape = s.ofACLRule(r, func(id string) *network.AddressGroup {
				g := w.addressGroups[id]
				if id != "" && g == nil {
					c.lacks = &missing{network.KindAddressGroup, id, out.label}
				}
				return g
			})
			for _, id := range []string{r.SourceAddressGroupID, r.DestinationAddressGroupID} {
				if id != "" && w.addressGroups[id] == nil {
					c.lacks = &missing{network.KindAddressGroup, id, out.label}
				}
			}
			out.rules[k] = append(out.rules[k], c)
			out.tellsSourcePorts = out.tellsSourcePorts || c.restrictsSourcePorts
		}
	}
	return out
}

func (c *compiler) instancesAndMembers() {
	instances := network.All[*network.Instance](c.base)
	c.instanceOf.base = make(map[string]*instanceNode, len(instances))
	c.everyone = make([]*instanceNode, 0, len(instances))
	c.holders = make(map[holderKey]string, len(instances))
	byGroup := map[string][]*instanceNode{}
	for _, i := range instances {
		node := c.instanceNode(i)
		c.everyone = append(c.everyone, node)
		c.instanceOf.base[i.ID] = node
		for _, a := range node.addresses {
			if a.IsValid() {
				c.holders[holderKey{i.SubnetID, a}] = i.ID
			}
		}
		for k, g := range i.SecurityGroupIDs {
			if slices.Index(i.SecurityGroupIDs, g) == k {
				byGroup[g] = append(byGroup[g], node)
			}
		}
	}
	c.members.base = make(map[string]*membership, len(byGroup))
	for g, list := range byGroup {
		c.members.base[g] = newMembership(list)
		if c.groups.base[g] == nil {
			c.groups.base[g] = c.groupNode(c.shapes, g, nil)
		}
	}
}

func (w *World) instanceNode(i *network.Instance) *instanceNode {
	node := &instanceNode{
		Instance: i, label: w.label(i), subnet: w.subnetOf[i.SubnetID], addresses: [2]netip.Addr{i.Address(), i.IPv6()},
		public: i.Public(), guest: newGuest(i),
	}
	for k, a := range node.addresses {
		if a.IsValid() && node.subnet != nil {
			node.places[k] = node.place(a)
		}
	}
	return node
}
