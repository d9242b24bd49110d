package reach

import (
	"maps"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// With is the model with some objects added, or replaced where it has objects with their ids. Changes of rules, ACLs, routes,
// peering connections and an instance's groups cost what they touch; other changes compile the whole network again.
func (m *Model) With(objects ...network.Object) *Model { return m.edited(objects, nil) }

// Without is the model without the objects that have these ids. Ids of no object are ignored.
func (m *Model) Without(ids ...string) *Model { return m.edited(nil, ids) }

func (m *Model) edited(objects []network.Object, without []string) *Model {
	out := *m
	out.edits = make(map[string]network.Object, len(m.edits)+len(objects)+len(without))
	maps.Copy(out.edits, m.edits)
	simple := true
	var touched editImpact
	for _, o := range objects {
		simple = simple && touched.add(m.object(o.Base().ID), o)
		out.edits[o.Base().ID] = o
	}
	for _, id := range without {
		if old := m.object(id); old != nil {
			simple = simple && touched.add(old, nil)
			out.edits[id] = nil
		}
	}
	if !simple || len(out.edits) > maxEdits {
		return Compile(out.Network(), m.unknown()...)
	}
	out.recompile(m, &touched)
	return &out
}

// maxEdits is how many edits a model holds before it is compiled again.
const maxEdits = 256

// editImpact is what has to be compiled again.
type editImpact struct {
	// groups, tables and vpcs are ids. "" in tables is the default tables of vpcs.
	groups, tables, vpcs map[string]bool
	// acls are the ACLs before and after the edits, bound the ids of their subnets.
	acls      []*network.NetworkACL
	bound     map[string]bool
	peerings  []string
	instances []*network.Instance
}

// add adds a change from one object to another, either of which may be nil; false where the whole network has to be compiled
// again.
func (i *editImpact) add(old, now network.Object) bool {
	either := now
	if either == nil {
		either = old
	}
	switch either.(type) {
	case *network.SecurityGroupRule, *network.Route, *network.NetworkACL, *network.Peering:
		if old != nil && now != nil && old.Kind() != now.Kind() {
			return false
		}
		for _, o := range []network.Object{old, now} {
			i.object(o)
		}
		return true
	case *network.SecurityGroup:
		// A new group changes nothing until an instance or a rule refers to it.
		if old != nil || now == nil {
			return false
		}
		mark(&i.groups, now.Base().ID)
		return true
	case *network.Instance:
		return i.instanceChange(old, now)
	}
	return false
}

func (i *editImpact) object(o network.Object) {
	switch o := o.(type) {
	case *network.SecurityGroupRule:
		mark(&i.groups, o.SecurityGroupID)
	case *network.Route:
		mark(&i.tables, o.RouteTableID)
		mark(&i.vpcs, o.VPCID)
	case *network.NetworkACL:
		i.acls = append(i.acls, o)
		for _, s := range o.SubnetIDs {
			mark(&i.bound, s)
		}
	case *network.Peering:
		i.peerings = append(i.peerings, o.ID)
		mark(&i.vpcs, o.VPCID)
		mark(&i.vpcs, o.PeerVPCID)
	}
}

// instanceChange adds a change of an instance's groups, public address, or what runs on it; false for other changes.
func (i *editImpact) instanceChange(old, now network.Object) bool {
	a, _ := old.(*network.Instance)
	b, _ := now.(*network.Instance)
	if a == nil || b == nil || a.SubnetID != b.SubnetID || a.Name != b.Name || a.IPAddress != b.IPAddress ||
		a.IPv6Address != b.IPv6Address {
		return false
	}
	i.instances = append(i.instances, b)
	return true
}

func mark(set *map[string]bool, id string) {
	if *set == nil {
		*set = map[string]bool{}
	}
	(*set)[id] = true
}

// recompile compiles again what was touched.
func (m *Model) recompile(was *Model, t *editImpact) {
	cache := matchFieldsCache{}
	for id := range t.groups {
		m.groups = m.groups.with(id, m.compileGroup(cache, id, m.rulesOf(id)))
	}
	for id := range t.bound {
		m.acls = m.acls.with(id, m.aclOfSubnet(cache, was, id, t.acls))
	}
	for _, id := range t.peerings {
		p, _ := m.object(id).(*network.Peering)
		m.peerings = m.peerings.with(id, p)
	}
	for vpc := range t.vpcs {
		if len(t.peerings) > 0 {
			m.peeringsOf = m.peeringsOf.with(vpc, m.recompilePeerings(was, vpc, t.peerings))
		}
		if t.tables[""] {
			mark(&t.tables, m.vpc(vpc).defaultTable)
		}
	}
	for id := range t.tables {
		if old := was.tables.get(id); old != nil {
			m.tables = m.tables.with(id, m.recompileTable(old, id))
		}
	}
	for _, i := range t.instances {
		m.recompileInstance(was, i)
	}
}

// rulesOf are the rules of a group, edits included.
func (m *Model) rulesOf(group string) []*network.SecurityGroupRule {
	var out []*network.SecurityGroupRule
	for _, r := range network.Referring[*network.SecurityGroupRule](m.base, "security_group_id", group) {
		if _, edited := m.edits[r.ID]; !edited {
			out = append(out, r)
		}
	}
	for _, o := range m.edits {
		if r, ok := o.(*network.SecurityGroupRule); ok && r.SecurityGroupID == group {
			out = append(out, r)
		}
	}
	return out
}

// aclOfSubnet is the ACL of a subnet after some ACLs changed; of several, the one with the lowest id.
func (m *Model) aclOfSubnet(cache matchFieldsCache, was *Model, subnet string, changed []*network.NetworkACL) *aclNode {
	var best *network.NetworkACL
	if old := was.acls.get(subnet); old != nil {
		best, _ = m.object(old.acl.ID).(*network.NetworkACL)
		if best != nil && !slices.Contains(best.SubnetIDs, subnet) {
			best = nil
		}
	}
	for _, a := range changed {
		now, _ := m.object(a.ID).(*network.NetworkACL)
		if now != nil && slices.Contains(now.SubnetIDs, subnet) && (best == nil || now.ID < best.ID) {
			best = now
		}
	}
	if best == nil {
		return nil
	}
	return m.compileACL(cache, best)
}

func (m *Model) recompilePeerings(was *Model, vpc string, changed []string) []*network.Peering {
	var out []*network.Peering
	for _, p := range was.peeringsOf.get(vpc) {
		if !slices.Contains(changed, p.ID) {
			out = append(out, p)
		}
	}
	for i, id := range changed {
		p := m.peerings.get(id)
		if slices.Index(changed, id) == i && p != nil && p.Other(vpc) != "" {
			out = append(out, p)
		}
	}
	return out
}

func (m *Model) recompileTable(old *tableNode, id string) *tableNode {
	out := &tableNode{table: old.table, label: old.label}
	for _, r := range old.list {
		if now, edited := m.edits[r.ID]; !edited {
			out.add(r)
		} else if again, ok := now.(*network.Route); ok && m.tableOfRoute(again) == id {
			out.add(again)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(m.edits)) {
		if r, ok := m.edits[key].(*network.Route); ok && m.tableOfRoute(r) == id && !slices.Contains(out.list, r) {
			out.add(r)
		}
	}
	return out
}

// recompileInstance compiles an instance again, and the memberships of the groups it joins or leaves.
func (m *Model) recompileInstance(was *Model, i *network.Instance) {
	old, node := was.instanceByID.get(i.ID), m.compileInstance(i)
	m.instanceByID = m.instanceByID.with(i.ID, node)
	groups := slices.Concat(old.SecurityGroupIDs, i.SecurityGroupIDs)
	for k, g := range groups {
		joins, leaves := slices.Contains(i.SecurityGroupIDs, g), slices.Contains(old.SecurityGroupIDs, g)
		if slices.Index(groups, g) < k || joins && leaves {
			continue
		}
		var list []*instanceNode
		if m := m.memberships.get(g); m != nil {
			list = slices.DeleteFunc(slices.Clone(m.instances), func(n *instanceNode) bool { return n.ID == i.ID })
		}
		if joins {
			list = append(list, node)
		}
		m.memberships = m.memberships.with(g, newMembership(list))
		if m.groups.get(g) == nil {
			m.groups = m.groups.with(g, m.compileGroup(matchFieldsCache{}, g, m.rulesOf(g)))
		}
	}
}
