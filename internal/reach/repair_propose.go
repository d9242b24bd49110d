package reach

import (
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// maxRules is the number of rules beyond which a repair would confuse more than it helps.
const maxRules = 8

// repairPlanner proposes edits.
type repairPlanner struct {
	model    *Model
	question *Question
	from, to *resolvedEndpoint
	family   traffic.Family
	// asked is the traffic of the question.
	asked traffic.Set
	// moved are the subnets that got another block, by id.
	moved map[string]Edit
}

// propose is the edit for one blocker; false where the configuration alone cannot help.
func (p *repairPlanner) propose(f *Finding) (Repair, bool) {
	var e Edit
	ok := false
	switch f.Code {
	case CodeACLExplicitDeny, CodeACLDefaultDeny, CodeACLDisabledDeniesAll:
		e, ok = p.acl(f)
	case CodeSGNoMatch, CodeSGNoRules, CodeSGExplicitDeny, CodeSGRemoteNotPreserved:
		return p.group(f)
	case CodeRouteMissingForward, CodeRouteMissingReturn, CodeRouteWrongVPC, CodeRouteDeadNextHop, CodeRouteLoop,
		CodeRouteMoreSpecific:
		e, ok = p.route(f)
	case CodeVPCDisconnected, CodePeeringTransitRefused:
		e, ok = p.connect(p.subnets(Forward))
	case CodePeeringNotActive:
		if c := p.model.peerings.get(f.ID); c != nil && c.Status != network.PeeringDeleted {
			active := *c
			active.Status = network.PeeringActive
			e = Edit{Action: AcceptPeering, Kind: network.KindPeering, ID: c.ID, Name: f.Name, Via: f.Name, Peering: &active}
			ok = true
		}
	case CodeNoPublicAddress, CodePeeringEIPNotShared:
		e, ok = p.publicAddress()
	case CodeGuestFirewallDeny:
		e, ok = p.guestRule(f)
	case CodeRouteShadowedByLocal, CodePeeringOverlapTotal:
		from, to := p.subnets(f.Leg)
		at := p.to
		if f.Leg == Return {
			at = p.from
		}
		e, ok = p.renumber(from, to, at)
	}
	return Repair{Edit: e}, ok
}

// prefixes are the blocks of one side of a flow. The Internet is written as every address.
func prefixes(s traffic.AddressSet, at *resolvedEndpoint) []netip.Prefix {
	if at.external && !at.cloudService && !at.privateElsewhere && at.label == internetName {
		if s.Only(traffic.IPv4).IsEmpty() {
			return []netip.Prefix{netip.PrefixFrom(netip.IPv6Unspecified(), 0)}
		}
		return []netip.Prefix{netip.PrefixFrom(netip.IPv4Unspecified(), 0)}
	}
	return s.Prefixes()
}

// ruleTerm is what one rule can say about traffic: a protocol with ports or ICMP fields, and blocks on either side.
type ruleTerm struct {
	protocol            traffic.Protocol
	ports, sourcePorts  []string
	icmpType, icmpCode  *int
	source, destination []netip.Prefix
}

// terms write traffic as rules would. Where that takes too many, they write all that was asked for: what is refused and
// what gets through already are together no more than that. false where that takes too many rules as well.
func (p *repairPlanner) terms(s traffic.Set) ([]ruleTerm, bool) {
	out, ok := p.exactTerms(s)
	if !ok {
		return p.exactTerms(p.asked)
	}
	return out, true
}

func (p *repairPlanner) exactTerms(s traffic.Set) ([]ruleTerm, bool) {
	var out []ruleTerm
	for b := range s.Boxes() {
		for _, ports := range [...]traffic.PortSet{b.DestinationPorts, b.SourcePorts} {
			if !ports.IsAll() && ports.Contains(0) {
				return nil, false // No rule can name port 0.
			}
		}
		t := ruleTerm{
			protocol: traffic.AnyProtocol, ports: portList(b.DestinationPorts), sourcePorts: portList(b.SourcePorts),
			source: prefixes(b.Source, p.from), destination: prefixes(b.Destination, p.to),
		}
		if b.Family == 0 {
			t.source, t.destination = prefixes(p.from.addresses, p.from), prefixes(p.to.addresses, p.to)
		}
		for n := range b.Protocols.All() {
			if b.Protocols.Len() > maxRules {
				if !b.Protocols.IsAny() {
					return nil, false
				}
				out = append(out, t)
				break
			}
			t.protocol = n
			if !n.IsICMP() || b.ICMPTypes.IsAll() {
				out = append(out, t)
				continue
			}
			for icmpType := range b.ICMPTypes.All() {
				t.icmpType, t.icmpCode = new(int(icmpType)), nil
				if b.ICMPCodes.IsAll() {
					out = append(out, t)
					continue
				}
				for code := range b.ICMPCodes.All() {
					t.icmpCode = new(int(code))
					out = append(out, t)
				}
			}
		}
		if len(out) > maxRules {
			return nil, false
		}
	}
	return out, true
}

func portList(s traffic.PortSet) []string {
	if s.IsAll() {
		return nil
	}
	var out []string
	for _, r := range s.Ranges() {
		if r.Last > 0 {
			out = append(out, traffic.PortRange{First: max(r.First, 1), Last: r.Last}.String())
		}
	}
	return out
}

func (p *repairPlanner) acl(f *Finding) (Edit, bool) {
	e := Edit{Action: EnableACL, Kind: network.KindNetworkACL, ID: f.ID, Name: f.Name}
	affected := f.Affected
	e.Direction, e.Before, e.anchor = f.Rule.Direction, f.Rule.Position, f.Rule.ID
	if f.Code == CodeACLDisabledDeniesAll {
		// Switched on, the ACL acts with its own rules, which may not let the traffic through either.
		acl, _ := p.model.object(f.ID).(*network.NetworkACL)
		if acl == nil {
			return e, false
		}
		enabled := *acl
		enabled.Enabled = new(true)
		on := p.model.compileACL(matchFieldsCache{}, &enabled)
		got := on.result(e.Direction, affected, nil)
		if affected = p.question.relevant(affected.Subtract(got.sure)); affected.IsEmpty() {
			return e, true
		}
		e.Before = 1
		if list := acl.Rules(e.Direction); len(list) > 0 {
			e.anchor = list[0].RuleID
		}
	} else {
		e.Action = InsertACLRules
	}
	terms, ok := p.terms(affected)
	if !ok {
		return e, false
	}
	for _, t := range terms {
		for _, src := range t.source {
			for _, dst := range t.destination {
				r := network.ACLRule{
					Action: network.Allow, Protocol: t.protocol.String(), IPVersion: int(p.family), SourceCIDR: src.String(),
					DestinationCIDR: dst.String(), DestinationPorts: t.ports, SourcePorts: t.sourcePorts, Enabled: new(true),
				}
				same := slices.ContainsFunc(e.ACLRules, func(o network.ACLRule) bool { return o.Summary() == r.Summary() })
				if !same {
					e.ACLRules = append(e.ACLRules, r)
				}
			}
		}
	}
	return e, len(e.ACLRules) > 0 && len(e.ACLRules) <= maxRules
}

// publicAddress binds a free address of a documentation block to the inner end.
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

// guestRule lets the traffic through the firewall inside an instance.
func (p *repairPlanner) guestRule(f *Finding) (Edit, bool) {
	at, peer := p.from, func(t ruleTerm) []netip.Prefix { return t.destination }
	if f.Side == AtDestination {
		at, peer = p.to, func(t ruleTerm) []netip.Prefix { return t.source }
	}
	terms, ok := p.terms(f.Affected)
	if !ok || len(terms) != 1 || at.instance == nil || len(peer(terms[0])) != 1 {
		return Edit{}, false
	}
	t := terms[0]
	r := network.GuestRule{Direction: f.Rule.Direction, Action: network.Allow, Ports: t.ports, RemoteCIDR: peer(t)[0].String()}
	if t.protocol != traffic.AnyProtocol {
		r.Protocol = t.protocol.String()
	}
	changed := *at.instance.Instance
	changed.GuestFirewall = slices.Insert(slices.Clone(changed.GuestFirewall), f.Rule.Position-1, r)
	return Edit{
		Action: InsertGuestRule, Kind: network.KindInstance, ID: at.id, Name: at.label, Direction: f.Rule.Direction,
		Before: f.Rule.Position, Instance: &changed,
	}, true
}
