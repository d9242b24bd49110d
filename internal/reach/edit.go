package reach

import (
	"maps"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// With is the world with some objects added, or put in the place of those with their ids. Changes of rules, ACLs,
// routes, peering connections and an instance's groups cost what they touch; others make the world anew.
func (w *World) With(objects ...network.Object) *World { return w.edited(objects, nil) }

// Without is the world without the objects that have these ids.
func (w *World) Without(ids ...string) *World { return w.edited(nil, ids) }

func (w *World) edited(objects []network.Object, without []string) *World {
	out := *w
	out.edits = make(map[string]network.Object, len(w.edits)+len(objects)+len(without))
	maps.Copy(out.edits, w.edits)
	simple := true
	var touched touched
	for _, o := range objects {
		simple = simple && touched.add(w.object(o.Base().ID), o)
		out.edits[o.Base().ID] = o
	}
	for _, id := range without {
		if old := w.object(id); old != nil {
			simple = simple && touched.add(old, nil)
			out.edits[id] = nil
		}
	}
	if !simple || len(out.edits) > maxEdits {
		return Compile(out.Network())
	}
	out.refresh(w, &touched)
	return &out
}

// maxEdits is how many edits a world carries before it is made anew.
const maxEdits = 256

// touched is what has to be prepared again.
type touched struct {
	groups, tables, vpcs map[string]bool
	acls                 []*network.NetworkACL
	bound                map[string]bool
	peerings             []string
	instances            []*network.Instance
}

// add notes a change from one object to another, either of which may be nil; false where it concerns more than a few
// tables.
func (t *touched) add(old, now network.Object) bool {
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
			t.object(o)
		}
		return true
	case *network.SecurityGroup:
		// A new group changes nothing until an instance or a rule refers to it.
		if old != nil || now == nil {
			return false
		}
		mark(&t.groups, now.Base().ID)
		return true
	case *network.Instance:
		return t.regrouped(old, now)
	}
	return false
}

func (t *touched) object(o network.Object) {
	switch o := o.(type) {
	case *network.SecurityGroupRule:
		mark(&t.groups, o.SecurityGroupID)
	case *network.Route:
		mark(&t.tables, o.RouteTableID)
		mark(&t.vpcs, o.VPCID)
	case *network.NetworkACL:
		t.acls = append(t.acls, o)
		for _, s := range o.SubnetIDs {
			mark(&t.bound, s)
		}
	case *network.Peering:
		t.peerings = append(t.peerings, o.ID)
		mark(&t.vpcs, o.VPCID)
		mark(&t.vpcs, o.PeerVPCID)
	}
}

// regrouped accepts a change of an instance's groups, public address and what runs on it.
func (t *touched) regrouped(old, now network.Object) bool {
	a, _ := old.(*network.Instance)
	b, _ := now.(*network.Instance)
	if a == nil || b == nil || a.SubnetID != b.SubnetID || a.Name != b.Name || a.IPAddress != b.IPAddress ||
		a.IPv6Address != b.IPv6Address {
		return false
	}
	t.instances = append(t.instances, b)
	return true
}

func mark(set *map[string]bool, id string) {
	if *set == nil {
		*set = map[string]bool{}
	}
	(*set)[id] = true
}

// refresh prepares again what was touched.
func (w *World) refresh(was *World, t *touched) {
	s := shapes{}
	for id := range t.groups {
		w.groups = w.groups.with(id, w.groupNode(s, id, w.rulesOf(id)))
	}
	for id := range t.bound {
		w.filters = w.filters.with(id, w.boundTo(s, was, id, t.acls))
	}
	for _, id := range t.peerings {
		p, _ := w.object(id).(*network.Peering)
		w.peerings = w.peerings.with(id, p)
	}
	for vpc := range t.vpcs {
		if len(t.peerings) > 0 {
			w.links = w.links.with(vpc, w.linksOf(was, vpc, t.peerings))
		}
		if t.tables[""] {
			mark(&t.tables, w.vpc(vpc).defaultTable)
		}
	}
	for id := range t.tables {
		if old := was.tables.get(id); old != nil {
			w.tables = w.tables.with(id, w.tableAgain(old, id))
		}
	}
	for _, i := range t.instances {
		w.regroup(was, i)
	}
}

// rulesOf are the rules of a group, edits included.
func (w *World) rulesOf(group string) []*network.SecurityGroupRule {
	var out []*network.SecurityGroupRule
	for _, r := range network.Referring[*network.SecurityGroupRule](w.base, "security_group_id", group) {
		if _, edited := w.edits[r.ID]; !edited {
			out = append(out, r)
		}
	}
	for _, o := range w.edits {
		if r, ok := o.(*network.SecurityGroupRule); ok && r.SecurityGroupID == group {
			out = append(out, r)
		}
	}
	return out
}

// boundTo is the ACL of a subnet after some ACLs changed.
func (w *World) boundTo(s shapes, was *World, subnet string, changed []*network.NetworkACL) *filter {
	var best *network.NetworkACL
	if old := was.filters.get(subnet); old != nil {
		best, _ = w.object(old.acl.ID).(*network.NetworkACL)
		if best != nil && !slices.Contains(best.SubnetIDs, subnet) {
			best = nil
		}
	}
	for _, a := range changed {
		now, _ := w.object(a.ID).(*network.NetworkACL)
		if now != nil && slices.Contains(now.SubnetIDs, subnet) && (best == nil || now.ID < best.ID) {
			best = now
		}
	}
	if best == nil {
		return nil
	}
	return w.filterOf(s, best)
}

func (w *World) linksOf(was *World, vpc string, changed []string) []*network.Peering {
	var out []*network.Peering
	for _, p := range was.links.get(vpc) {
		if !slices.Contains(changed, p.ID) {
			out = append(out, p)
		}
	}
	for i, id := range changed {
		p := w.peerings.get(id)
		if slices.Index(changed, id) == i && p != nil && p.Other(vpc) != "" {
			out = append(out, p)
		}
	}
	return out
}

func (w *World) tableAgain(old *tableNode, id string) *tableNode {
	out := &tableNode{table: old.table, label: old.label}
	for _, r := range old.list {
		if now, edited := w.edits[r.ID]; !edited {
			out.add(r)
		} else if again, ok := now.(*network.Route); ok && w.tableOfRoute(again) == id {
			out.add(again)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(w.edits)) {
		if r, ok := w.edits[key].(*network.Route); ok && w.tableOfRoute(r) == id && !slices.Contains(out.list, r) {
			out.add(r)
		}
	}
	return out
}

// regroup puts an instance into other groups.
func (w *World) regroup(was *World, i *network.Instance) {
	old, node := was.instanceOf.get(i.ID), w.instanceNode(i)
	w.instanceOf = w.instanceOf.with(i.ID, node)
	groups := slices.Concat(old.SecurityGroupIDs, i.SecurityGroupIDs)
	for k, g := range groups {
		joins, leaves := slices.Contains(i.SecurityGroupIDs, g), slices.Contains(old.SecurityGroupIDs, g)
		if slices.Index(groups, g) < k || joins && leaves {
			continue
		}
		var list []*instanceNode
		if m := w.members.get(g); m != nil {
			list = slices.DeleteFunc(slices.Clone(m.instances), func(n *instanceNode) bool { return n.ID == i.ID })
		}
		if joins {
			list = append(list, node)
		}
		w.members = w.members.with(g, newMembership(list))
		if w.groups.get(g) == nil {
			w.groups = w.groups.with(g, w.groupNode(shapes{}, g, w.rulesOf(g)))
		}
	}
}
