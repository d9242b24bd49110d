package reach

import (
	"net/netip"

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
	// moved are the edits that renumber subnets, by the subnet's id.
	moved map[string]Edit
}

// at is the planner for a finding, which knows the ends as the stage that found it does.
func (p *repairPlanner) at(f *Finding) *repairPlanner {
	found := f.foundAt
	if found == nil {
		return p
	}
	at := *p
	if found.inside != nil {
		at.from, at.to, at.asked = found.inside.from, found.inside.to, found.inside.asked
	}
	switch {
	case found.owner == nil:
	case f.Side == AtDestination:
		at.to = found.owner
	default:
		at.from = found.owner
	}
	return &at
}

// propose is the edit for one blocker, from the kind of stage that knows its code; false where the configuration alone
// cannot help.
func (p *repairPlanner) propose(f *Finding) (Repair, bool) {
	for _, k := range stageKinds() {
		if r, ok := k.repair(p, f); ok {
			return r, true
		}
	}
	return Repair{}, false
}

// prefixes are the blocks of one side of the traffic. The Internet is written as every address.
func prefixes(s traffic.AddressSet, at *resolvedEndpoint) []netip.Prefix {
	if at.internet() && at.label == internetName {
		if s.Only(traffic.IPv4).IsEmpty() {
			return []netip.Prefix{netip.PrefixFrom(netip.IPv6Unspecified(), 0)}
		}
		return []netip.Prefix{netip.PrefixFrom(netip.IPv4Unspecified(), 0)}
	}
	for _, part := range at.bySubnet {
		// Nobody has the addresses that are kept back (NET-11), so a rule may name them too.
		if part.addresses.SubsetOf(s) {
			s = s.Union(part.block)
		}
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

// terms are rules for some traffic. Where that takes too many, they are rules for all that was asked: what is refused and what
// gets through already are together no more than that. ok is false where that takes too many rules as well.
func (p *repairPlanner) terms(s traffic.Set) (out []ruleTerm, ok bool) {
	out, ok = p.exactTerms(s)
	if !ok {
		return p.exactTerms(p.asked)
	}
	return out, true
}

// exactTerms are rules for exactly some traffic; false where no rules say it, or more than maxRules.
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

// portList is how a rule writes a set of ports; nil is all.
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
