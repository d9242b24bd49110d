package reach

import (
	"cmp"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// missing is an object that is referred to, needed, and not in the network.
type missing struct {
	kind network.Kind
	id   string
	from string
}

// matcher is the part of a rule that says which protocol and ports it is about.
type matcher struct {
	broken   bool
	protocol traffic.Protocol
	ports    traffic.PortSet
}

func newMatcher(protocol string, ports []string) matcher {
	p, err := traffic.ParseProtocol(protocol)
	set, portsErr := network.Ports(ports)
	return matcher{broken: err != nil || portsErr != nil, protocol: p, ports: set}
}

func (m matcher) hasProtocol(p packet) bool {
	return !m.broken && (m.protocol == traffic.AnyProtocol || m.protocol == p.protocol)
}

func (m matcher) hasPort(p packet) bool { return !p.protocol.HasPorts() || m.ports.Contains(p.port) }

// wrongProtocol says whether the rule is about the packet's service but for another protocol.
func (m matcher) wrongProtocol(p packet) bool {
	switch {
	case m.broken || m.protocol == traffic.AnyProtocol || m.protocol == p.protocol:
		return false
	case p.protocol.HasPorts():
		return m.ports.Contains(p.port)
	default:
		return m.protocol.HasPorts() && m.ports.IsAll()
	}
}

// groupRule is a security group rule ready to be compared with packets between two places.
type groupRule struct {
	matcher
	rule  *network.SecurityGroupRule
	group string
	// peers are the addresses of the other end the rule is about, as far as they are known.
	peers traffic.AddressSet
	lacks *missing
}

// compileGroups prepares the rules of a place's groups in the order in which they are tried: group by group in their
// order on the instance, inside a group by priority, deny before allow at equal priority.
func compileGroups(n *network.Network, at, peer *place, d network.Direction) []groupRule {
	var out []groupRule
	for i, id := range at.groups {
		if slices.Index(at.groups, id) < i {
			continue
		}
		if network.Get[*network.SecurityGroup](n, id) == nil {
			out = append(out, groupRule{group: id, lacks: &missing{network.KindSecurityGroup, id, at.label}})
		}
		rules := slices.DeleteFunc(network.Referring[*network.SecurityGroupRule](n, "security_group_id", id),
			func(r *network.SecurityGroupRule) bool { return r.Direction != d })
		slices.SortStableFunc(rules, func(a, b *network.SecurityGroupRule) int {
			return cmp.Or(cmp.Compare(a.Rank(), b.Rank()), cmp.Compare(b.Action, a.Action))
		})
		for _, r := range rules {
			c := groupRule{matcher: newMatcher(r.Protocol, r.Ports), rule: r, group: id}
			c.peers, c.lacks = groupPeers(n, r, peer)
			out = append(out, c)
		}
	}
	return out
}

// groupPeers are the addresses a rule is about. A remote group stands for the private addresses of its members, so an
// end on the Internet is never one of them.
func groupPeers(n *network.Network, r *network.SecurityGroupRule, peer *place) (traffic.AddressSet, *missing) {
	family := traffic.AnyAddress(traffic.Family(r.Ethertype.IPVersion()))
	switch {
	case r.RemoteIPPrefix != "":
		return traffic.FromPrefix(r.RemotePrefix()).Intersect(family), nil
	case r.RemoteAddressGroupID != "":
		if g := network.Get[*network.AddressGroup](n, r.RemoteAddressGroupID); g != nil {
			return g.Addresses().Intersect(family), nil
		}
		return family, &missing{network.KindAddressGroup, r.RemoteAddressGroupID, r.Title()}
	case r.RemoteGroupID == "":
		return family, nil
	case peer.outside:
		return traffic.AddressSet{}, nil
	case peer.guarded && slices.Contains(peer.groups, r.RemoteGroupID):
		return family, nil
	case peer.guarded:
		return traffic.AddressSet{}, nil
	}
	var members traffic.AddressSet
	for _, i := range network.Referring[*network.Instance](n, "security_group_ids", r.RemoteGroupID) {
		if s := network.Get[*network.Subnet](n, i.SubnetID); s != nil && s.VPCID == peer.vpc {
			members = members.Union(traffic.FromAddr(i.Address())).Union(traffic.FromAddr(i.IPv6()))
		}
	}
	return members.Intersect(family), nil
}

// hasPeer says whether the other end of the packet is one the rule is about.
func (r *groupRule) hasPeer(d network.Direction, p packet) bool {
	if d == network.Ingress {
		return r.peers.Contains(p.source)
	}
	return r.peers.Contains(p.destination)
}

func (r *groupRule) hasICMP(p packet) bool {
	return !p.protocol.IsICMP() || (r.rule.ICMPType == nil || *r.rule.ICMPType == p.icmpType) &&
		(r.rule.ICMPCode == nil || *r.rule.ICMPCode == p.icmpCode)
}

// matches compares a packet that crosses the place in direction d.
func (r *groupRule) matches(d network.Direction, p packet) bool {
	return r.hasProtocol(p) && r.hasPort(p) && r.hasICMP(p) && r.hasPeer(d, p)
}

// groupDecision is what the groups of one end do with a packet.
type groupDecision struct {
	outcome outcome
	// rule decided, or nil where none matched.
	rule *groupRule
	// empty says that the groups hold no enabled rule of the direction at all.
	empty bool
	lacks []*missing
}

func decideGroups(rules []groupRule, d network.Direction, p packet) groupDecision {
	out := groupDecision{outcome: stops, empty: true}
	var mayAllow, mayStop bool
	for i := range rules {
		r := &rules[i]
		if r.rule == nil {
			mayAllow, mayStop, out.empty = true, true, false
			out.lacks = append(out.lacks, r.lacks)
			continue
		}
		if !r.rule.IsEnabled() {
			continue
		}
		out.empty = false
		if !r.matches(d, p) {
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

// groupHint says in which one field a rule misses a packet.
func groupHint(r *groupRule, same bool, d network.Direction, p packet) string {
	if r.rule == nil || r.rule.Default || r.rule.Action != network.Allow {
		return ""
	}
	switch all := r.matches(d, p); {
	case !same && all && r.rule.IsEnabled():
		return CodeSGWrongDirection
	case !same:
		return ""
	case all && !r.rule.IsEnabled():
		return CodeSGRuleDisabled
	case all || !r.rule.IsEnabled():
		return ""
	case r.wrongProtocol(p) && r.hasPeer(d, p):
		return CodeSGWrongProtocol
	case p.protocol.HasPorts() && r.hasProtocol(p) && r.hasPeer(d, p):
		return CodeSGWrongPort
	case r.hasProtocol(p) && r.hasPort(p) && r.hasICMP(p):
		return CodeSGWrongPeer
	}
	return ""
}

func groupRef(r *network.SecurityGroupRule) *RuleRef {
	return &RuleRef{Direction: r.Direction, Name: r.Name, ID: r.ID, Action: r.Action, Summary: r.Summary()}
}
