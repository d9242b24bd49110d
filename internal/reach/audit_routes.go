package reach

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// vpcsByID are the VPCs by id.
func (m *Model) vpcsByID() []*vpcNode {
	out := make([]*vpcNode, 0, len(m.vpcs))
	for _, v := range m.vpcs {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b *vpcNode) int { return compareText(a.id, b.id) })
	return out
}

// subnets finds blocks that overlap inside a VPC or lie outside of it.
func (a *auditor) subnets() {
	for _, v := range a.model.vpcsByID() {
		for i, s := range v.subnets {
			finding := Finding{
				Code: CodeCIDROverlap, Severity: Failure, Layer: LayerVPC, Kind: network.KindSubnet, ID: s.ID, Name: s.label,
			}
			for _, o := range v.subnets[:i] {
				if s.blocks[0].Overlaps(o.blocks[0]) || s.blocks[1].Overlaps(o.blocks[1]) {
					finding.With = &Counterpart{Kind: network.KindSubnet, ID: o.ID, Name: o.label}
					a.collect(finding)
				}
			}
			if v.vpc == nil || !s.blocks[0].IsValid() {
				continue
			}
			if !slices.ContainsFunc(v.vpc.Prefixes(), func(p netip.Prefix) bool {
				return network.ContainsPrefix(p, s.blocks[0])
			}) {
				finding.With = vpcCounterpart(v)
				a.collect(finding)
			}
		}
	}
}

// instances finds addresses outside of their subnets.
func (a *auditor) instances() {
	for i := range a.model.instances {
		for k, address := range i.addresses {
			if address.IsValid() && i.subnet != nil && !i.subnet.blocks[k].Contains(address) {
				a.collect(Finding{
					Code: CodeAddressOutsideSubnet, Severity: Failure, Layer: LayerVPC, Kind: network.KindInstance, ID: i.ID,
					Name: i.label, With: &Counterpart{Kind: network.KindSubnet, ID: i.SubnetID, Name: i.subnet.label},
				})
			}
		}
	}
}

// peerings checks the peering connections: blocks that overlap everywhere (PEER-08) or in part (PEER-07, PEER-09), connections
// that are not active (PEER-01), and those without routes on both sides (PEER-03).
func (a *auditor) peerings() {
	first := map[[2]string]*network.Peering{}
	for _, p := range valuesByID(a.model.peerings) {
		f := Finding{Layer: LayerVPC, Kind: network.KindPeering, ID: p.ID, Name: a.model.label(p), Severity: Failure}
		if p.VPCID == p.PeerVPCID {
			f.Code = CodePeeringSelf
			a.collect(f)
			continue
		}
		pair := [2]string{min(p.VPCID, p.PeerVPCID), max(p.VPCID, p.PeerVPCID)}
		if other := first[pair]; other != nil {
			f.Code, f.With = CodePeeringDuplicate, &Counterpart{Kind: network.KindPeering, ID: other.ID, Name: a.model.label(other)}
			a.collect(f)
			continue
		}
		first[pair] = p
		here, there := a.model.vpc(p.VPCID), a.model.vpc(p.PeerVPCID)
		switch {
		case overlapTotal(here, there):
			f.Code, f.With = CodePeeringOverlapTotal, vpcCounterpart(there)
			a.collect(f)
			continue
		case overlap(here, there):
			f.Code, f.Severity, f.With = CodePeeringOverlapPartial, Warning, vpcCounterpart(there)
			a.collect(f)
		}
		if p.Status != network.PeeringActive {
			f.Code, f.Severity, f.With = CodePeeringNotActive, Warning, nil
			a.collect(f)
			continue
		}
		a.oneSided(p, here, there)
	}
}

// overlap reports whether blocks of two VPCs overlap.
func overlap(a, b *vpcNode) bool {
	if a.vpc == nil || b.vpc == nil {
		return false
	}
	for _, p := range a.vpc.Prefixes() {
		if slices.ContainsFunc(b.vpc.Prefixes(), p.Overlaps) {
			return true
		}
	}
	return false
}

// oneSided finds a connection that only one of its VPCs, or neither, has routes through.
func (a *auditor) oneSided(p *network.Peering, here, there *vpcNode) {
	if len(here.subnets) == 0 || len(there.subnets) == 0 {
		return
	}
	for i, v := range []*vpcNode{here, there} {
		if a.leadsThrough(v, p) {
			continue
		}
		far := there
		code := CodeRouteMissingForward
		if i == 1 {
			far, code = here, CodeRouteMissingReturn
		}
		f := Finding{
			Code: code, Severity: Warning, Layer: LayerRoute, Kind: network.KindVPC, ID: v.id, Name: v.name, Target: far.name,
		}
		if far.vpc != nil {
			f.Target = far.vpc.CIDR
		}
		if t := a.model.tables.get(v.defaultTable); t != nil {
			f.With = &Counterpart{Kind: network.KindRouteTable, ID: t.table.ID, Name: t.label}
		}
		a.collect(f)
	}
}

// leadsThrough reports whether any table that a VPC uses has a route through a connection.
func (a *auditor) leadsThrough(v *vpcNode, p *network.Peering) bool {
	tables := []string{v.defaultTable}
	for _, s := range v.subnets {
		tables = append(tables, s.table)
	}
	for _, id := range tables {
		t := a.model.tables.get(id)
		if t != nil && slices.ContainsFunc(t.list, func(r *network.Route) bool { return r.NextHop == p.ID }) {
			return true
		}
	}
	return false
}

// routes checks the routes of every table.
func (a *auditor) routes() {
	seen := map[string]map[netip.Prefix]bool{}
	for _, r := range objects[*network.Route](a.model) {
		v, table := a.model.vpc(r.VPCID), a.model.tableOfRoute(r)
		f := Finding{Layer: LayerRoute, Kind: network.KindRoute, ID: r.ID, Name: a.model.label(r), Severity: Failure}
		p := r.Prefix()
		if seen[table] == nil {
			seen[table] = map[netip.Prefix]bool{}
		}
		if seen[table][p] {
			f.Code, f.Name = CodeRouteDuplicate, r.Destination
			f.With = &Counterpart{Kind: network.KindRouteTable, ID: table, Name: table}
			if t := a.model.tables.get(table); t != nil {
				f.With.Name = t.label
			}
			a.collect(f)
		}
		seen[table][p] = true
		f.Name = a.model.label(r)
		if s, ok := v.local.LookupPrefix(p); ok && p.IsValid() {
			f.Code, f.With = CodeRouteConflictsWithSubnet, &Counterpart{Kind: network.KindSubnet, ID: s.ID, Name: s.label}
			a.collect(f)
			continue
		}
		f.With = nil
		if r.Type != network.RoutePeering || a.model.object(r.NextHop) == nil {
			continue
		}
		c := a.model.peerings.get(r.NextHop)
		if c == nil || c.Other(r.VPCID) == "" || c.Status == network.PeeringDeleted {
			f.Code, f.Severity = CodeRouteDeadNextHop, Warning
			a.collect(f)
		}
	}
}

// sharedGroups finds groups that trust themselves and have members in VPCs that are not connected (SG-25).
func (a *auditor) sharedGroups() {
	for _, g := range a.model.allGroups() {
		m := a.model.memberships.get(g.id)
		if m == nil || len(m.byVPC) < 2 || !trustsItself(g) {
			continue
		}
		var vpcs []string
		for vpc := range m.byVPC {
			vpcs = append(vpcs, vpc)
		}
		slices.Sort(vpcs)
		var apart []string
		for _, vpc := range vpcs[1:] {
			if !a.model.connected(vpcs[0], vpc) {
				apart = append(apart, a.model.vpc(vpc).name)
			}
		}
		if len(apart) == 0 {
			continue
		}
		names := a.model.vpc(vpcs[0]).name + " and " + strings.Join(apart, ", ")
		a.collect(Finding{
			Code: CodeSGShared, Severity: Warning, Layer: LayerVPC, Kind: network.KindSecurityGroup, ID: g.id, Name: g.label,
			With: &Counterpart{Kind: network.KindVPC, ID: vpcs[0], Name: names},
		})
	}
}

// trustsItself reports whether a group lets in what its own members send (SG-23).
func trustsItself(g *groupNode) bool {
	return slices.ContainsFunc(g.rules[0], func(r *rule) bool { return r.remote == g.id && r.allow && !r.disabled })
}
