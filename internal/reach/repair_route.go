package reach

import (
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// forwarding is the edit that leads the traffic to the other end, or the answers back.
func (p *repairPlanner) forwarding(f *Finding) (Edit, bool) {
	switch f.Code {
	case CodeRouteMissingForward, CodeRouteMissingReturn, CodeRouteWrongVPC, CodeRouteDeadNextHop, CodeRouteLoop,
		CodeRouteMoreSpecific:
		return p.route(f)
	case CodeVPCDisconnected, CodePeeringTransitRefused:
		return p.connect(p.subnets(Forward))
	case CodePeeringNotActive:
		return p.acceptPeering(f)
	case CodeNoPublicAddress, CodePeeringEIPNotShared:
		return p.publicAddress()
	case CodeRouteShadowedByLocal, CodePeeringOverlapTotal:
		from, to := p.subnets(f.Leg)
		at := p.to
		if f.Leg == Return {
			at = p.from
		}
		return p.renumber(from, to, at)
	}
	return Edit{}, false
}

func (p *repairPlanner) acceptPeering(f *Finding) (Edit, bool) {
	c := p.model.peerings.get(f.ID)
	if c == nil || c.Status == network.PeeringDeleted {
		return Edit{}, false
	}
	active := *c
	active.Status = network.PeeringActive
	return Edit{Action: AcceptPeering, Kind: network.KindPeering, ID: c.ID, Name: f.Name, Via: f.Name, Peering: &active}, true
}

// publicAddress binds a free address of a documentation block to the inner end (INET-01).
func (p *repairPlanner) publicAddress() (Edit, bool) {
	at := p.from
	if at.external {
		at = p.to
	}
	if at.instance == nil || p.family != traffic.IPv4 || at.instance.public.IsValid() {
		return Edit{}, false
	}
	taken := map[netip.Addr]bool{}
	for i := range p.model.instances {
		taken[i.public] = true
	}
	block := netip.MustParsePrefix("203.0.113.0/24")
	for a := block.Addr().Next(); block.Contains(a); a = a.Next() {
		if taken[a] {
			continue
		}
		changed := *at.instance.Instance
		changed.PublicIP = a.String()
		return Edit{
			Action: BindPublicAddress, Kind: network.KindInstance, ID: at.id, Name: at.label, Instance: &changed,
		}, true
	}
	return Edit{}, false
}

// subnets are those that packets leave and enter or, with leg Return, their answers.
func (p *repairPlanner) subnets(leg string) (from, to []*subnetNode) {
	distinct := func(parts []endpointSubnet) (out []*subnetNode) {
		for _, s := range parts {
			if !slices.Contains(out, s.subnet) {
				out = append(out, s.subnet)
			}
		}
		return out
	}
	from, to = distinct(p.from.bySubnet), distinct(p.to.bySubnet)
	if leg == Return {
		return to, from
	}
	return from, to
}

// inTwoVPCs reports whether there is a subnet on either side, in two VPCs.
func inTwoVPCs(from, to []*subnetNode) bool {
	return len(from) > 0 && len(to) > 0 && from[0].VPCID != to[0].VPCID
}

// route adds routes through the peering connection of the two VPCs, to every subnet of the other end that the tables of this
// end have no such route to, and changes those that lead elsewhere. A connection that is not active is accepted too.
func (p *repairPlanner) route(f *Finding) (Edit, bool) {
	from, to := p.subnets(f.Leg)
	if !inTwoVPCs(from, to) {
		return Edit{}, false
	}
	c := p.model.peeringBetween(from[0].VPCID, to[0].VPCID)
	if c == nil {
		return p.connect(from, to)
	}
	var accepted *network.Peering
	if c.Status != network.PeeringActive {
		active := *c
		active.Status = network.PeeringActive
		accepted = &active
	}
	added, changed := p.routesTo(from, to, c)
	if len(changed) > 0 {
		return Edit{
			Action: ChangeNextHop, Kind: network.KindRoute, ID: changed[0].ID, Name: changed[0].Destination, Peering: accepted,
			Routes: append(changed, added...), Via: p.model.label(c), Table: p.table(changed[0]),
		}, true
	}
	if len(added) == 0 {
		return Edit{}, false
	}
	return Edit{
		Action: AddRoutes, Kind: network.KindVPC, ID: from[0].VPCID, Name: from[0].vpc.name, Routes: added, Peering: accepted,
		Via: p.model.label(c), Table: p.table(added[0]),
	}, true
}

// table is the label of the table a route is in.
func (p *repairPlanner) table(r *network.Route) string {
	if t := p.model.tables.get(p.model.tableOfRoute(r)); t != nil {
		return t.label
	}
	return r.RouteTableID
}

// routesTo are the routes through a connection to some subnets that the tables of others do not have; changed are existing
// routes that lead elsewhere.
func (p *repairPlanner) routesTo(from, to []*subnetNode, c *network.Peering) (added, changed []*network.Route) {
	done := map[[2]string]bool{}
	for _, here := range from {
		for _, there := range to {
			block := there.block(p.family)
			key := [2]string{here.table, block.String()}
			if !block.IsValid() || done[key] {
				continue
			}
			done[key] = true
			t := p.model.tables.get(here.table)
			taken := p.takenBy(t, block)
			switch {
			case taken != nil && taken.NextHop == c.ID && taken.Type == network.RoutePeering:
			case taken != nil && taken.Prefix().Bits() >= block.Bits():
				again := *taken
				again.Type, again.NextHop = network.RoutePeering, c.ID
				changed = append(changed, &again)
			default:
				added = append(added, p.routeTo(here, block, c))
			}
		}
	}
	return added, changed
}

// takenBy is the route that the asked addresses in a block take in a table, or nil.
func (p *repairPlanner) takenBy(t *tableNode, block netip.Prefix) *network.Route {
	if t == nil {
		return nil
	}
	for _, at := range []*resolvedEndpoint{p.from, p.to} {
		inside := at.addresses.Intersect(traffic.FromPrefix(block))
		if first, ok := inside.First(); ok {
			r, _ := t.routes.Lookup(first)
			return r
		}
	}
	return nil
}

// routeTo is a new route to a block through a connection, in the table of a subnet.
func (p *repairPlanner) routeTo(from *subnetNode, block netip.Prefix, c *network.Peering) *network.Route {
	r := &network.Route{
		VPCID: from.VPCID, RouteTableID: from.table, Destination: block.String(), Type: network.RoutePeering, NextHop: c.ID,
	}
	r.ID = "repair/" + r.RouteTableID + "/" + r.Destination
	r.Normalize()
	return r
}

// connect creates a peering connection with the routes through it that either side needs (PEER-03).
func (p *repairPlanner) connect(from, to []*subnetNode) (Edit, bool) {
	if !inTwoVPCs(from, to) {
		return Edit{}, false
	}
	a, b := from[0].vpc, to[0].vpc
	c := &network.Peering{Name: a.name + "-" + b.name, VPCID: a.id, PeerVPCID: b.id, Status: network.PeeringActive}
	c.ID = "repair/" + a.id + "/" + b.id
	there, changedThere := p.routesTo(from, to, c)
	back, changedBack := p.routesTo(to, from, c)
	e := Edit{
		Action: CreatePeering, Kind: network.KindPeering, ID: c.ID, Name: c.Name, Peering: c, Via: c.Name,
		Routes: slices.Concat(there, changedThere, back, changedBack), Tables: map[string]string{},
	}
	for _, r := range e.Routes {
		e.Tables[r.ID] = p.table(r)
	}
	return e, true
}

// freeBlocks are tried in their order when a subnet has to move.
var freeBlocks = []netip.Prefix{
	netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("10.0.0.0/8"),
}

// renumber moves the subnet of an instance to a block that no VPC uses, with a secondary block of its VPC for it and
// the route that leads there from the other end.
func (p *repairPlanner) renumber(from, to []*subnetNode, at *resolvedEndpoint) (Edit, bool) {
	if !inTwoVPCs(from, to) || len(to) != 1 || at.instance == nil || p.family != traffic.IPv4 || to[0].vpc.vpc == nil {
		return Edit{}, false
	}
	if e, done := p.moved[to[0].ID]; done {
		return e, true
	}
	c := p.model.peeringBetween(from[0].VPCID, to[0].VPCID)
	old := to[0].blocks[0]
	free, ok := p.free(max(old.Bits(), 16))
	if c == nil || !ok {
		return Edit{}, false
	}
	vpc := *to[0].vpc.vpc
	vpc.SecondaryCIDRs = append(slices.Clone(vpc.SecondaryCIDRs), free.String())
	subnet := *to[0].Subnet
	subnet.CIDR, subnet.GatewayIP = free.String(), ""
	subnet.Normalize()
	e := Edit{
		Action: Renumber, Kind: network.KindSubnet, ID: subnet.ID, Name: to[0].label, VPC: &vpc, Subnet: &subnet,
		Via: p.model.label(c),
	}
	for i := range p.model.instances {
		if i.subnet != to[0] || !i.addresses[0].IsValid() {
			continue
		}
		moved := *i.Instance
		moved.IPAddress = shifted(i.addresses[0], old, free).String()
		e.Instances = append(e.Instances, &moved)
	}
	e.Routes = append(e.Routes, p.routeTo(from[0], free, c))
	e.Table = p.table(e.Routes[0])
	p.moved[to[0].ID] = e
	return e, true
}

// free is a block of some length that overlaps no block and no route of any VPC.
func (p *repairPlanner) free(bits int) (netip.Prefix, bool) {
	var used traffic.AddressSet
	for _, v := range p.model.vpcs {
		if v.vpc != nil {
			used = used.Union(traffic.NewAddressSet(v.vpc.Prefixes()...))
		}
		for _, s := range v.subnets {
			used = used.Union(s.sets[0])
		}
	}
	for _, e := range p.moved {
		used = used.Union(traffic.FromPrefix(e.Subnet.Prefix()))
	}
	for _, t := range p.model.allTables() {
		for _, r := range t.list {
			if r.Prefix().Bits() > 0 {
				used = used.Union(traffic.FromPrefix(r.Prefix()))
			}
		}
	}
	for _, block := range freeBlocks {
		left := traffic.FromPrefix(block).Subtract(used)
		for _, q := range left.Prefixes() {
			if q.Bits() <= bits && q != block {
				return netip.PrefixFrom(q.Addr(), bits), true
			}
		}
		if left.Equal(traffic.FromPrefix(block)) {
			return netip.PrefixFrom(block.Addr(), bits), true
		}
	}
	return netip.Prefix{}, false
}

// shifted is the address at the same offset in another block.
func shifted(a netip.Addr, from, to netip.Prefix) netip.Addr {
	x, base, target := a.As4(), from.Addr().As4(), to.Addr().As4()
	for i := range x {
		x[i] = x[i] - base[i] + target[i]
	}
	return netip.AddrFrom4(x)
}
