package reach

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// repair gives every blocker an edit that removes it, and keeps only edits that hold: the network is decided again
// with them.
func repair(n *network.Network, a *Answer) {
	if a.Verdict != Blocked && a.Verdict != Partial {
		return
	}
	var all []network.Object
	edited := map[string]network.Object{}
	for i := range a.Findings {
		f := &a.Findings[i]
		if f.Severity != Blocker {
			continue
		}
		f.Fix = propose(n, *a, *f, edited)
		if f.Fix != nil {
			all = append(all, f.Fix.objects...)
			for _, o := range f.Fix.objects {
				edited[o.Base().ID] = o
			}
		}
	}
	if len(all) == 0 {
		return
	}
	verified := decide(with(n, all), a.Question).Verdict == Reachable
	for i := range a.Findings {
		f := &a.Findings[i]
		if f.Fix == nil {
			continue
		}
		alone := propose(n, *a, *f, map[string]network.Object{})
		f.Fix.Verified = verified
		if alone == nil {
			continue
		}
		f.Fix.StillBlockedBy = len(decide(with(n, alone.objects), a.Question).Blockers())
	}
}

// with is the network with some objects added or exchanged.
func with(n *network.Network, objects []network.Object) *network.Network {
	b := network.NewBuilder()
	for _, kind := range network.Kinds() {
		for _, o := range n.OfKind(kind) {
			b.Add(o)
		}
	}
	for _, o := range objects {
		b.Add(o)
	}
	return b.Network()
}

// propose is the edit for one blocker, or nil where the configuration alone cannot help. edited holds objects that
// other edits change already, so that edits of one object add up.
func propose(n *network.Network, a Answer, f Finding, edited map[string]network.Object) *Fix {
	switch f.Code {
	case "acl_explicit_deny", "acl_default_deny", "acl_disabled_denies_all":
		return fixACL(n, f, edited)
	case "sg_no_match", "sg_no_rules", "sg_explicit_deny":
		return fixGroup(n, a, f)
	case "route_missing_forward", "route_missing_return":
		return fixRoute(n, a, f)
	case "vpc_disconnected":
		return fixDisconnected(n, a)
	case "peering_not_active":
		if p := network.Get[*network.Peering](n, f.ID); p != nil {
			active := *p
			active.Status = network.PeeringActive
			return &Fix{
				Edit: fmt.Sprintf("accept the peering connection %s with a vpclab_vpc_peering_connection_accepter in project %s",
					p.Name, p.PeerProjectID),
				objects: []network.Object{&active},
			}
		}
	}
	return nil
}

func fixACL(n *network.Network, f Finding, edited map[string]network.Object) *Fix {
	acl := network.Get[*network.NetworkACL](n, f.ID)
	if o, ok := edited[f.ID].(*network.NetworkACL); ok {
		acl = o
	}
	if acl == nil {
		return nil
	}
	changed := *acl
	if f.Code == "acl_disabled_denies_all" {
		changed.Enabled = new(true)
		return &Fix{Edit: fmt.Sprintf("set enabled = true on the network ACL %s", acl.Name), objects: []network.Object{&changed}}
	}
	d := f.Rule.Direction
	rules := slices.Clone(acl.Rules(d))
	position := len(rules)
	if f.Rule.Position > 0 {
		position = slices.IndexFunc(rules, func(r network.ACLRule) bool { return r.RuleID == f.Rule.ID && r.Action == network.Deny })
		if position < 0 {
			position = min(f.Rule.Position-1, len(rules))
		}
	}
	var texts []string
	for _, src := range f.Affected.Source.Prefixes() {
		for _, dst := range f.Affected.Destination.Prefixes() {
			r := network.ACLRule{
				Action: network.Allow, Protocol: f.Affected.Protocol.String(), IPVersion: int(traffic.FamilyOf(src.Addr())),
				SourceCIDR: src.String(), DestinationCIDR: dst.String(), DestinationPorts: portList(f.Affected),
				Enabled: new(true),
			}
			rules = slices.Insert(rules, position, r)
			texts = append(texts, r.Summary())
		}
	}
	if len(texts) > maxEdits {
		return nil
	}
	if d == network.Ingress {
		changed.IngressRules = rules
	} else {
		changed.EgressRules = rules
	}
	where := fmt.Sprintf("add to %s_rules of the network ACL %s: ", d, acl.Name)
	if f.Rule.Position > 0 {
		where = fmt.Sprintf("in %s_rules of the network ACL %s, insert before rule %d: ", d, acl.Name, f.Rule.Position)
	}
	return &Fix{Edit: where + strings.Join(texts, "; "), objects: []network.Object{&changed}}
}

// maxEdits is the number of rules beyond which a repair would confuse more than it helps.
const maxEdits = 4

func portList(f Flow) []string {
	if !f.Protocol.HasPorts() || f.Ports.IsAll() {
		return nil
	}
	var out []string
	for _, r := range f.Ports.Ranges() {
		out = append(out, traffic.PortRange{First: max(r.First, 1), Last: r.Last}.String())
	}
	return out
}

func fixGroup(n *network.Network, a Answer, f Finding) *Fix {
	group := network.Get[*network.SecurityGroup](n, f.ID)
	if group == nil {
		return nil
	}
	peers := f.Affected.Source
	if f.Rule.Direction == network.Egress {
		peers = f.Affected.Destination
	}
	outside := a.Question.Source.Internet && f.Rule.Direction == network.Ingress ||
		a.Question.Destination.Internet && f.Rule.Direction == network.Egress
	prefixes := peers.Prefixes()
	if outside {
		prefixes = []netip.Prefix{{}}
	}
	var objects []network.Object
	var texts []string
	for i, p := range prefixes {
		r := &network.SecurityGroupRule{
			SecurityGroupID: group.ID, Direction: f.Rule.Direction, Action: network.Allow, Ports: portList(f.Affected),
		}
		if f.Affected.Protocol != traffic.AnyProtocol {
			r.Protocol = f.Affected.Protocol.String()
		}
		if p.IsValid() {
			r.RemoteIPPrefix = p.String()
		}
		r.ID = fmt.Sprintf("repair/%s/%s/%d", group.ID, f.Rule.Direction, i)
		r.Normalize()
		objects = append(objects, r)
		texts = append(texts, r.Summary())
	}
	if len(texts) > maxEdits {
		return nil
	}
	edit := fmt.Sprintf("add to the security group %s: %s", group.Name, strings.Join(texts, "; "))
	if f.Code == "sg_explicit_deny" {
		denied := network.Get[*network.SecurityGroupRule](n, f.Rule.ID)
		if denied == nil || denied.Rank() <= network.DefaultPriority {
			// Nothing can be ranked before the highest priority, so the deny itself has to go back.
			if denied == nil {
				return nil
			}
			later := *denied
			later.Priority = new(network.DefaultPriority + 1)
			objects = append(objects, &later)
			edit = fmt.Sprintf("give the deny rule of the security group %s priority 2 and %s", group.Name, edit)
		}
	}
	return &Fix{Edit: edit, objects: objects}
}

func fixRoute(n *network.Network, a Answer, f Finding) *Fix {
	from, to := ends(n, a.Question, f.Leg)
	if from == nil || to == nil || f.ID != from.VPCID {
		return nil
	}
	p := between(n, from.VPCID, to.VPCID)
	if p == nil {
		return nil
	}
	r := routeTo(n, from, to, p)
	return &Fix{Edit: describeRoute(n, r, p), objects: []network.Object{r}}
}

// ends are the subnets a leg leaves from and arrives at.
func ends(n *network.Network, q Question, leg string) (from, to *network.Subnet) {
	v6 := isIPv6(q)
	a, _ := locate(n, q.Source, AtSource, v6)
	b, _ := locate(n, q.Destination, AtDestination, v6)
	if leg == "return" {
		return b.subnet, a.subnet
	}
	return a.subnet, b.subnet
}

func routeTo(n *network.Network, from, to *network.Subnet, p *network.Peering) *network.Route {
	r := &network.Route{VPCID: from.VPCID, Destination: to.CIDR, Type: network.RoutePeering, NextHop: p.ID}
	if t := tableOf(n, from); t != nil {
		r.RouteTableID = t.ID
	}
	r.ID = "repair/" + from.ID + "/" + to.CIDR
	r.Normalize()
	return r
}

func describeRoute(n *network.Network, r *network.Route, p *network.Peering) string {
	return fmt.Sprintf("add a route in the VPC %s (table %s): destination %s, type peering, nexthop %s",
		nameOf(n, r.VPCID), nameOf(n, r.RouteTableID), r.Destination, p.Name)
}

func fixDisconnected(n *network.Network, a Answer) *Fix {
	from, to := ends(n, a.Question, "forward")
	if from == nil || to == nil {
		return nil
	}
	p := &network.Peering{
		Name: nameOf(n, from.VPCID) + "-" + nameOf(n, to.VPCID), VPCID: from.VPCID, PeerVPCID: to.VPCID,
		Status: network.PeeringActive,
	}
	p.ID = "repair/" + from.VPCID + "/" + to.VPCID
	there, back := routeTo(n, from, to, p), routeTo(n, to, from, p)
	return &Fix{
		Edit: fmt.Sprintf("create a peering connection between %s and %s; %s; %s",
			nameOf(n, from.VPCID), nameOf(n, to.VPCID), describeRoute(n, there, p), describeRoute(n, back, p)),
		objects: []network.Object{p, there, back},
	}
}
