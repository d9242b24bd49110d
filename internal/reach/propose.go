package reach

import (
	"fmt"
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// maxRules is the number of rules beyond which a repair would confuse more than it helps.
const maxRules = 4

// planner proposes edits.
type planner struct {
	n *network.Network
	q Question
}

// propose is the edit for one blocker; false where the configuration alone cannot help.
func (p planner) propose(f Finding) (Edit, bool) {
	switch f.Code {
	case CodeACLExplicitDeny, CodeACLDefaultDeny, CodeACLDisabledDeniesAll:
		return p.acl(f)
	case CodeSGNoMatch, CodeSGNoRules, CodeSGExplicitDeny:
		return p.group(f)
	case CodeRouteMissingForward, CodeRouteMissingReturn, CodeRouteWrongVPC, CodeRouteDeadNextHop, CodeRouteLoop,
		CodeRouteMoreSpecific:
		return p.route(f)
	case CodeVPCDisconnected:
		from, to := p.ends(Forward)
		return p.connect(from, to)
	case CodePeeringNotActive:
		c := network.Get[*network.Peering](p.n, f.ID)
		if c == nil {
			return Edit{}, false
		}
		active := *c
		active.Status = network.PeeringActive
		return Edit{Action: AcceptPeering, Kind: network.KindPeering, ID: c.ID, Name: c.Name, Peering: &active}, true
	}
	return Edit{}, false
}

// prefixes are the blocks of one side of a flow. The Internet is written as every address.
func prefixes(s traffic.AddressSet, internet bool) []netip.Prefix {
	if !internet {
		return s.Prefixes()
	}
	if s.Only(traffic.IPv4).IsEmpty() {
		return []netip.Prefix{netip.PrefixFrom(netip.IPv6Unspecified(), 0)}
	}
	return []netip.Prefix{netip.PrefixFrom(netip.IPv4Unspecified(), 0)}
}

func (p planner) acl(f Finding) (Edit, bool) {
	e := Edit{Action: EnableACL, Kind: network.KindNetworkACL, ID: f.ID, Name: f.Name}
	if f.Code == CodeACLDisabledDeniesAll {
		return e, true
	}
	e.Action, e.Direction, e.Before, e.anchor = InsertACLRules, f.Rule.Direction, f.Rule.Position, f.Rule.ID
	for _, src := range prefixes(f.Affected.Sources(), p.q.Source.Internet) {
		for _, dst := range prefixes(f.Affected.Destinations(), p.q.Destination.Internet) {
			if src.Addr().Is4() != dst.Addr().Is4() {
				continue
			}
			e.ACLRules = append(e.ACLRules, network.ACLRule{
				Action: network.Allow, Protocol: protocolOf(f.Affected).String(), IPVersion: int(traffic.FamilyOf(src.Addr())),
				SourceCIDR: src.String(), DestinationCIDR: dst.String(), DestinationPorts: portList(f.Affected),
				Enabled: new(true),
			})
		}
	}
	return e, len(e.ACLRules) > 0 && len(e.ACLRules) <= maxRules
}

// protocolOf is the protocol of a set, AnyProtocol if it has several.
func protocolOf(s traffic.Set) traffic.Protocol {
	protocols := s.Protocols()
	if protocols.Len() != 1 {
		return traffic.AnyProtocol
	}
	for p := range protocols.All() {
		return p
	}
	return traffic.AnyProtocol
}

func portList(s traffic.Set) []string {
	protocol := protocolOf(s)
	ports := s.DestinationPorts(protocol)
	if !protocol.HasPorts() || ports.IsAll() {
		return nil
	}
	var out []string
	for _, r := range ports.Ranges() {
		out = append(out, traffic.PortRange{First: max(r.First, 1), Last: r.Last}.String())
	}
	return out
}

func (p planner) group(f Finding) (Edit, bool) {
	g := network.Get[*network.SecurityGroup](p.n, f.ID)
	if g == nil {
		return Edit{}, false
	}
	e := Edit{Action: AddGroupRules, Kind: network.KindSecurityGroup, ID: g.ID, Name: g.Name, Direction: f.Rule.Direction}
	priority := network.DefaultPriority
	if f.Code == CodeSGExplicitDeny {
		denied := network.Get[*network.SecurityGroupRule](p.n, f.Rule.ID)
		if denied == nil {
			return Edit{}, false
		}
		priority = denied.Rank() - 1
		if priority < 1 {
			// Nothing ranks before the highest priority, so the rules in the way move back by one, all of them together,
			// which leaves their order as it is.
			later, ok := p.demote(g.ID, denied.Direction)
			if !ok {
				return Edit{}, false
			}
			e.Demoted, priority = later, network.DefaultPriority
		}
	}
	peers := prefixes(f.Affected.Sources(), p.q.Source.Internet)
	if f.Rule.Direction == network.Egress {
		peers = prefixes(f.Affected.Destinations(), p.q.Destination.Internet)
	}
	for i, peer := range peers {
		r := &network.SecurityGroupRule{
			SecurityGroupID: g.ID, Direction: f.Rule.Direction, Action: network.Allow, Ports: portList(f.Affected),
			RemoteIPPrefix: peer.String(), Priority: new(priority),
		}
		if protocolOf(f.Affected) != traffic.AnyProtocol {
			r.Protocol = protocolOf(f.Affected).String()
		}
		if protocolOf(f.Affected).IsICMP() && p.q.Protocol.IsICMP() {
			r.ICMPType, r.ICMPCode = p.q.ICMPType, p.q.ICMPCode
		}
		r.ID = fmt.Sprintf("repair/%s/%s/%s/%d", f.Code, g.ID, f.Rule.Direction, i)
		r.Normalize()
		e.GroupRules = append(e.GroupRules, r)
	}
	return e, len(e.GroupRules) > 0 && len(e.GroupRules) <= maxRules
}

// demote gives every rule from the highest priority to the first one that is free the next lower priority; false if
// none is free.
func (p planner) demote(group string, d network.Direction) ([]*network.SecurityGroupRule, bool) {
	ranks := map[int][]*network.SecurityGroupRule{}
	for _, r := range network.Referring[*network.SecurityGroupRule](p.n, "security_group_id", group) {
		if r.Direction == d {
			ranks[r.Rank()] = append(ranks[r.Rank()], r)
		}
	}
	var out []*network.SecurityGroupRule
	for rank := 1; len(ranks[rank]) > 0; rank++ {
		if rank == 100 {
			return nil, false
		}
		for _, r := range ranks[rank] {
			later := *r
			later.Priority = new(rank + 1)
			out = append(out, &later)
		}
	}
	return out, true
}

// ends are the subnets a leg leaves from and arrives at.
func (p planner) ends(leg string) (from, to *network.Subnet) {
	family, _ := familyOf(p.n, p.q)
	l := locator{n: p.n, family: family}
	a, _ := l.locate(p.q.Source, AtSource)
	b, _ := l.locate(p.q.Destination, AtDestination)
	if len(a.subnets) == 0 || len(b.subnets) == 0 {
		return nil, nil
	}
	if leg == Return {
		return b.subnets[0], a.subnets[0]
	}
	return a.subnets[0], b.subnets[0]
}

// route leads a leg through the peering connection of the two VPCs, by the widest route that suffices.
func (p planner) route(f Finding) (Edit, bool) {
	from, to := p.ends(f.Leg)
	if from == nil || from.VPCID == to.VPCID {
		return Edit{}, false
	}
	c := between(p.n, from.VPCID, to.VPCID)
	if c == nil {
		return p.connect(from, to)
	}
	far := f.Affected.Destinations()
	if f.Leg == Return {
		far = f.Affected.Sources()
	}
	first, ok := far.First()
	if !ok {
		return Edit{}, false
	}
	r := p.routeTo(from, to, c)
	table := tableOf(p.n, from)
	if taken := longest(p.n, table, from.VPCID, first); taken != nil && taken.Prefix().Bits() >= r.Prefix().Bits() {
		changed := *taken
		changed.Type, changed.NextHop = network.RoutePeering, c.ID
		return Edit{
			Action: ChangeNextHop, Kind: network.KindRoute, ID: taken.ID, Name: taken.Title(), Routes: []*network.Route{&changed},
		}, true
	}
	return Edit{
		Action: AddRoutes, Kind: network.KindVPC, ID: from.VPCID, Name: nameOf(p.n,
			from.VPCID), Routes: []*network.Route{r},
	}, true
}

// routeTo is a route from one subnet to the other's block.
func (p planner) routeTo(from, to *network.Subnet, c *network.Peering) *network.Route {
	family, _ := familyOf(p.n, p.q)
	r := &network.Route{
		VPCID: from.VPCID, RouteTableID: tableOf(p.n, from).ID, Destination: block(to, family).String(),
		Type: network.RoutePeering, NextHop: c.ID,
	}
	r.ID = "repair/" + r.RouteTableID + "/" + r.Destination
	r.Normalize()
	return r
}

// connect creates a peering connection with a route on either side.
func (p planner) connect(from, to *network.Subnet) (Edit, bool) {
	if from == nil || to == nil || from.VPCID == to.VPCID {
		return Edit{}, false
	}
	a, b := from.VPCID, to.VPCID
	c := &network.Peering{Name: nameOf(p.n, a) + "-" + nameOf(p.n,
		b), VPCID: a, PeerVPCID: b, Status: network.PeeringActive}
	c.ID = "repair/" + a + "/" + b
	return Edit{
		Action: CreatePeering, Kind: network.KindPeering, ID: c.ID, Name: c.Name, Peering: c,
		Routes: []*network.Route{p.routeTo(from, to, c), p.routeTo(to, from, c)},
	}, true
}
