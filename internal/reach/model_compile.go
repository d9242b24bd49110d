package reach

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Compile makes a network ready for questions. nil is an empty network. unknown are further objects, of which not everything is
// known yet.
func Compile(n *network.Network, unknown ...Unknown) *Model {
	if n == nil {
		n = network.NewBuilder().Network()
	}
	m := &Model{uncertain: uncertain(unknown)}
	m.base = m.uncertain.withInstances(n)
	c := compiler{Model: m, cache: matchFieldsCache{}}
	c.countNames()
	c.vpcsAndSubnets()
	c.routing()
	c.addressGroups()
	c.securityGroups()
	c.networkACLs()
	c.instancesAndMembers()
	return m
}

// compiler fills in a model that nobody uses yet.
type compiler struct {
	*Model
	cache matchFieldsCache
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
	c.subnetByID = make(map[string]*subnetNode, len(subnets))
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
		c.subnetByID[s.ID] = node
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
		if v := c.vpcs[t.VPCID]; v != nil {
			v.tables = append(v.tables, t.ID)
			if t.Default {
				v.defaultTable = t.ID
			}
		}
	}
	for _, v := range c.vpcs {
		if tables[v.defaultTable] == nil {
			owner := &network.VPC{Name: v.name}
			owner.ID = v.id
			t := owner.DefaultRouteTable()
			t.ID = v.defaultTable
			tables[t.ID] = &tableNode{table: t, label: t.Name}
			v.tables = append(v.tables, t.ID)
		}
	}
	// A subnet has the default table of its VPC unless another table lists it (RT-04).
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
	c.tables.compiled = tables
	peerings := map[string]*network.Peering{}
	links := map[string][]*network.Peering{}
	for _, p := range network.All[*network.Peering](c.base) {
		peerings[p.ID] = p
		links[p.VPCID] = append(links[p.VPCID], p)
		if p.PeerVPCID != p.VPCID {
			links[p.PeerVPCID] = append(links[p.PeerVPCID], p)
		}
	}
	c.peerings.compiled, c.peeringsOf.compiled = peerings, links
}

// tableOfRoute is the id of the table a route is in: its VPC's default table if it names none (RT-04).
func (m *Model) tableOfRoute(r *network.Route) string {
	if r.RouteTableID != "" {
		return r.RouteTableID
	}
	return m.vpc(r.VPCID).defaultTable
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
	c.Model.addressGroups = map[string]*network.AddressGroup{}
	for _, g := range network.All[*network.AddressGroup](c.base) {
		c.Model.addressGroups[g.ID] = g
	}
}

func (c *compiler) securityGroups() {
	rules := map[string][]*network.SecurityGroupRule{}
	for _, r := range network.All[*network.SecurityGroupRule](c.base) {
		rules[r.SecurityGroupID] = append(rules[r.SecurityGroupID], r)
	}
	c.groups.compiled = make(map[string]*groupNode, len(rules))
	for _, g := range network.All[*network.SecurityGroup](c.base) {
		c.groups.compiled[g.ID] = c.compileGroup(c.cache, g.ID, rules[g.ID])
	}
	for id, list := range rules {
		if c.groups.compiled[id] == nil {
			c.groups.compiled[id] = c.compileGroup(c.cache, id, list)
		}
	}
}

// compileGroup compiles a group: rules by priority, deny before allow at equal priority (SG-13).
func (m *Model) compileGroup(cache matchFieldsCache, id string, rules []*network.SecurityGroupRule) *groupNode {
	out := &groupNode{id: id, label: m.nameOf(id)}
	out.group, _ = m.object(id).(*network.SecurityGroup)
	rules = slices.Clone(rules)
	slices.SortStableFunc(rules, func(a, b *network.SecurityGroupRule) int {
		return cmp.Or(cmp.Compare(a.Rank(), b.Rank()), cmp.Compare(b.Action, a.Action), cmp.Compare(a.ID, b.ID))
	})
	if out.group == nil {
		for i, d := range []network.Direction{network.Ingress, network.Egress} {
			r := anyRule(d, &missingObject{kind: network.KindSecurityGroup, id: id})
			r.group = out
			out.rules[i] = append(out.rules[i], r)
		}
	}
	for i, list := range m.uncertainRules(cache, out) {
		out.rules[i] = append(out.rules[i], list...)
	}
	for _, r := range rules {
		c := &rule{
			direction: r.Direction, allow: r.Action == network.Allow, disabled: !r.IsEnabled(), remote: r.RemoteGroupID, group: out,
			sg: r, ref: m.groupRef(r),
		}
		group := m.addressGroups[r.RemoteAddressGroupID]
		if r.RemoteAddressGroupID != "" && group == nil {
			c.missing = &missingObject{kind: network.KindAddressGroup, id: r.RemoteAddressGroupID, from: out.label}
		}
		c.matchFields = cache.ofGroupRule(r, group)
		i := directionIndex(r.Direction)
		out.rules[i] = append(out.rules[i], c)
		out.hasDeny[i] = out.hasDeny[i] || !c.allow && !c.disabled
	}
	return out
}

func (m *Model) groupRef(r *network.SecurityGroupRule) *RuleRef {
	return &RuleRef{
		Direction: r.Direction, Name: r.Name, ID: r.ID, Action: r.Action, Summary: r.SummaryNaming(m.nameOf),
	}
}

// networkACLs binds the ACLs to subnets. A subnet has at most one (ACL-01); of several the one with the lowest id counts.
func (c *compiler) networkACLs() {
	c.acls.compiled = map[string]*aclNode{}
	for _, a := range network.All[*network.NetworkACL](c.base) {
		f := c.compileACL(c.cache, a)
		for _, id := range a.SubnetIDs {
			if c.acls.compiled[id] == nil {
				c.acls.compiled[id] = f
			}
		}
	}
	if c.uncertain != nil {
		for id, u := range c.uncertain.acls {
			c.acls.compiled[id] = c.uncertainACL(u)
		}
	}
}

func (m *Model) compileACL(cache matchFieldsCache, a *network.NetworkACL) *aclNode {
	out := &aclNode{acl: a, label: m.label(a)}
	for k, d := range []network.Direction{network.Ingress, network.Egress} {
		rules := a.Rules(d)
		for i := range rules {
			r := &rules[i]
			c := &rule{direction: d, allow: r.Action == network.Allow, disabled: !r.IsEnabled(), acl: r, ref: &RuleRef{
				Direction: d, Position: i + 1, Name: r.Name, ID: r.RuleID, Action: r.Action, Summary: r.SummaryNaming(m.nameOf),
			}}
			c.matchFields = cache.ofACLRule(r, func(id string) *network.AddressGroup {
				g := m.addressGroups[id]
				if id != "" && g == nil {
					c.missing = &missingObject{kind: network.KindAddressGroup, id: id, from: out.label}
				}
				return g
			})
			for _, id := range []string{r.SourceAddressGroupID, r.DestinationAddressGroupID} {
				if id != "" && m.addressGroups[id] == nil {
					c.missing = &missingObject{kind: network.KindAddressGroup, id: id, from: out.label}
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
	c.instanceByID.compiled = make(map[string]*instanceNode, len(instances))
	c.compiledInstances = make([]*instanceNode, 0, len(instances))
	c.instanceByAddress = make(map[subnetAddress]string, len(instances))
	c.instanceByPublic = map[netip.Addr]string{}
	byGroup := map[string][]*instanceNode{}
	for _, i := range instances {
		node := c.compileInstance(i)
		c.compiledInstances = append(c.compiledInstances, node)
		c.instanceByID.compiled[i.ID] = node
		if node.public.IsValid() {
			c.instanceByPublic[node.public] = i.ID
		}
		for _, a := range node.addresses {
			if a.IsValid() {
				c.instanceByAddress[subnetAddress{i.SubnetID, a}] = i.ID
			}
		}
		for k, g := range i.SecurityGroupIDs {
			if slices.Index(i.SecurityGroupIDs, g) == k {
				byGroup[g] = append(byGroup[g], node)
			}
		}
	}
	c.memberships.compiled = make(map[string]*membership, len(byGroup))
	for g, list := range byGroup {
		c.memberships.compiled[g] = newMembership(list)
		if c.groups.compiled[g] == nil {
			c.groups.compiled[g] = c.compileGroup(c.cache, g, nil)
		}
	}
}

func (m *Model) compileInstance(i *network.Instance) *instanceNode {
	node := &instanceNode{
		Instance: i, label: m.label(i), subnet: m.subnetByID[i.SubnetID], addresses: [2]netip.Addr{i.Address(), i.IPv6()},
		public: i.Public(), guest: compileGuest(i),
	}
	for k, a := range node.addresses {
		if a.IsValid() && node.subnet != nil {
			node.endpoints[k] = node.endpoint(traffic.FromAddr(a))
		}
	}
	if m.uncertain == nil {
		return node
	}
	for k, f := range [...]traffic.Family{traffic.IPv4, traffic.IPv6} {
		if free, ok := m.candidates(node, f); ok {
			node.endpoints[k] = node.endpoint(free)
			node.endpoints[k].anyAddress, node.endpoints[k].mayLackAddress = true, f == traffic.IPv6
		}
	}
	return node
}
