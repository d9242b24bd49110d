package reach

import (
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// aclRule is a network ACL rule ready to be compared with packets.
type aclRule struct {
	matcher
	rule                *network.ACLRule
	position            int
	source, destination traffic.AddressSet
	sourcePorts         traffic.PortSet
	lacks               *missing
}

// filter is the ACL of a subnet, one list for each direction.
type filter struct {
	acl   *network.NetworkACL
	rules map[network.Direction][]aclRule
}

// filterOf prepares the ACL bound to a subnet; nil where there is none.
func filterOf(n *network.Network, subnet *network.Subnet) *filter {
	bound := network.Referring[*network.NetworkACL](n, "subnet_ids", subnet.ID)
	if len(bound) == 0 {
		return nil
	}
	out := &filter{acl: bound[0], rules: map[network.Direction][]aclRule{}}
	for _, d := range []network.Direction{network.Ingress, network.Egress} {
		rules := out.acl.Rules(d)
		for i := range rules {
			r := &rules[i]
			c := aclRule{matcher: newMatcher(r.Protocol, r.DestinationPorts), rule: r, position: i + 1}
			ports, err := network.Ports(r.SourcePorts)
			c.sourcePorts, c.broken = ports, c.broken || err != nil
			family := traffic.Family(r.IPVersion)
			if family == 0 {
				family = traffic.IPv4
			}
			var lacksSource, lacksDestination *missing
			c.source, lacksSource = sideOf(n, r, r.Source(), r.SourceAddressGroupID, family)
			c.destination, lacksDestination = sideOf(n, r, r.Destination(), r.DestinationAddressGroupID, family)
			if c.lacks = lacksSource; c.lacks == nil {
				c.lacks = lacksDestination
			}
			out.rules[d] = append(out.rules[d], c)
		}
	}
	return out
}

func sideOf(
	n *network.Network, r *network.ACLRule, block netip.Prefix, group string, f traffic.Family,
) (traffic.AddressSet, *missing) {
	every := traffic.AnyAddress(f)
	switch {
	case block.IsValid():
		return traffic.FromPrefix(block).Intersect(every), nil
	case group == "":
		return every, nil
	}
	if g := network.Get[*network.AddressGroup](n, group); g != nil {
		return g.Addresses().Intersect(every), nil
	}
	return every, &missing{network.KindAddressGroup, group, r.Summary()}
}

func (r *aclRule) hasSides(p packet) bool {
	return r.source.Contains(p.source) && r.destination.Contains(p.destination)
}

func (r *aclRule) hasPorts(p packet) bool {
	return r.hasPort(p) && (!p.protocol.HasPorts() || r.sourcePorts.Contains(p.sourcePort))
}

func (r *aclRule) matches(p packet) bool { return r.hasProtocol(p) && r.hasPorts(p) && r.hasSides(p) }

// aclDecision is what a subnet's ACL does with a packet.
type aclDecision struct {
	acl     *network.NetworkACL
	outcome outcome
	exempt  bool
	// rule decided; nil for the final rule.
	rule  *aclRule
	lacks []*missing
}

// decide tries the rules in the order written: the first that matches decides, and what none matches is denied. A
// disabled ACL has only its final rule left.
func (f *filter) decide(d network.Direction, p packet, exempt bool) aclDecision {
	if f == nil {
		return aclDecision{}
	}
	out := aclDecision{acl: f.acl, outcome: stops}
	if exempt {
		out.exempt, out.outcome = true, passes
		return out
	}
	if !f.acl.IsEnabled() {
		return out
	}
	var mayAllow, mayStop bool
	rules := f.rules[d]
	for i := range rules {
		r := &rules[i]
		if !r.rule.IsEnabled() || !r.matches(p) {
			continue
		}
		if r.lacks != nil {
			mayAllow = mayAllow || r.rule.Action == network.Allow
			mayStop = mayStop || r.rule.Action != network.Allow
			out.lacks = append(out.lacks, r.lacks)
			continue
		}
		out.rule = r
		if r.rule.Action == network.Allow {
			out.outcome = passes
		}
		break
	}
	if out.outcome == passes && mayStop || out.outcome == stops && mayAllow {
		out.outcome = unclear
	}
	return out
}

// aclHint says in which one field a rule misses a packet.
func aclHint(r *aclRule, same bool, p packet) string {
	if r.rule.Action != network.Allow {
		return ""
	}
	back := p
	back.source, back.destination = p.destination, p.source
	switch all := r.matches(p); {
	case !same && r.rule.IsEnabled() && (all || r.matches(back)):
		return CodeACLWrongDirection
	case !same:
		return ""
	case all && !r.rule.IsEnabled():
		return CodeACLRuleDisabled
	case all || !r.rule.IsEnabled():
		return ""
	case r.wrongProtocol(p) && r.hasSides(p):
		return CodeACLWrongProtocol
	case p.protocol.HasPorts() && r.hasProtocol(p) && r.hasSides(p):
		return CodeACLWrongPort
	}
	return ""
}

func aclRef(r *aclRule, d network.Direction) *RuleRef {
	if r == nil {
		return &RuleRef{Direction: d}
	}
	return &RuleRef{
		Direction: d, Position: r.position, Name: r.rule.Name, ID: r.rule.RuleID, Action: r.rule.Action,
		Summary: r.rule.Summary(),
	}
}
