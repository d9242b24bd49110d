package reach

import (
	"fmt"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// securityGroup allows the traffic in the security groups of one end. A rule in a group acts for all of its members; where there
// are others, the narrow repair is a group of the instance's own, before its other groups: the first that matches decides
// (SG-12, SG-14).
func (p *repairPlanner) securityGroup(f *Finding) (Repair, bool) {
	at := p.from
	if f.Side == AtDestination {
		at = p.to
	}
	rules, ok := p.groupRules(f, at)
	if !ok {
		return Repair{}, false
	}
	wide, ok := p.intoGroup(f, rules)
	others := 0
	if m := p.model.memberships.get(f.ID); m != nil {
		others = len(m.instances)
	}
	if at.instance == nil || others <= 1 {
		return Repair{Edit: wide}, ok
	}
	// A port that a REST client made may have no name; its label is the address then.
	g := &network.SecurityGroup{Name: at.label + "-" + string(f.Rule.Direction), DeleteDefaultRules: true}
	g.ID = "repair/" + at.id + "/" + string(f.Rule.Direction)
	g.Project = at.instance.Project
	own := make([]*network.SecurityGroupRule, len(rules))
	for i, r := range rules {
		again := *r
		again.SecurityGroupID, again.ID = g.ID, fmt.Sprintf("%s/%s/%s/%d", g.ID, f.Code, f.Rule.ID, i)
		own[i] = &again
	}
	changed := *at.instance.Instance
	out := Repair{Edit: Edit{
		Action: AttachGroup, Kind: network.KindInstance, ID: at.id, Name: at.label, Direction: f.Rule.Direction,
		GroupRules: own, Group: g, Instance: &changed,
	}}
	if ok {
		out.Wider, out.WiderMembers = &wide, others
	}
	return out, true
}

// groupRules are rules that allow what a finding is about.
func (p *repairPlanner) groupRules(f *Finding, at *resolvedEndpoint) ([]*network.SecurityGroupRule, bool) {
	terms, ok := p.terms(f.atStage())
	if !ok || len(at.groups) == 0 {
		return nil, false
	}
	var out []*network.SecurityGroupRule
	for _, t := range terms {
		peers := t.source
		if f.Rule.Direction == network.Egress {
			peers = t.destination
		}
		for _, peer := range peers {
			r := &network.SecurityGroupRule{
				SecurityGroupID: f.ID, Direction: f.Rule.Direction, Action: network.Allow, Ports: t.ports,
				RemoteIPPrefix: peer.String(), ICMPType: t.icmpType, ICMPCode: t.icmpCode,
			}
			if t.protocol != traffic.AnyProtocol {
				r.Protocol = t.protocol.String()
			}
			r.ID = fmt.Sprintf("repair/%s/%s/%s/%s/%d", f.Code, f.ID, f.Rule.Direction, f.Rule.ID, len(out))
			r.Normalize()
			if !slices.ContainsFunc(out, func(o *network.SecurityGroupRule) bool { return o.Summary() == r.Summary() }) {
				out = append(out, r)
			}
		}
	}
	return out, len(out) > 0 && len(out) <= maxRules
}

// intoGroup adds rules to an existing group, before the deny rule that decided, if one did (SG-13).
func (p *repairPlanner) intoGroup(f *Finding, rules []*network.SecurityGroupRule) (Edit, bool) {
	g := p.model.groups.get(f.ID)
	if g == nil || g.group == nil {
		return Edit{}, false
	}
	e := Edit{
		Action: AddGroupRules, Kind: network.KindSecurityGroup, ID: g.id, Name: g.label, Direction: f.Rule.Direction,
		GroupRules: rules,
	}
	if f.Code != CodeSGExplicitDeny {
		return e, true
	}
	denied, _ := p.model.object(f.Rule.ID).(*network.SecurityGroupRule)
	if denied == nil {
		return e, false
	}
	priority := denied.Rank() - 1
	if priority < 1 {
		// Nothing goes before priority 1 (SG-10), so the rules there and right behind get the next lower priority, all of them
		// together, which leaves their order as it is.
		later, ok := p.demote(g, denied.Direction)
		if !ok {
			return e, false
		}
		e.Demoted, priority = later, network.DefaultPriority
	}
	for _, r := range e.GroupRules {
		r.Priority = new(priority)
	}
	return e, true
}

// demote gives every rule of a direction, from priority 1 to the first priority that is free, the next lower one; false if none
// is free (SG-10).
func (p *repairPlanner) demote(g *groupNode, d network.Direction) ([]*network.SecurityGroupRule, bool) {
	ranks := map[int][]*network.SecurityGroupRule{}
	for _, r := range g.rules[directionIndex(d)] {
		if r.sg != nil {
			ranks[r.sg.Rank()] = append(ranks[r.sg.Rank()], r.sg)
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
