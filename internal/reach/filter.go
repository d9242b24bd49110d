package reach

import (
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// bounds is traffic as far as it is known: sure gets through, possible may; what is not even possible does not.
type bounds struct{ sure, possible traffic.Set }

func certain(s traffic.Set) bounds { return bounds{s, s} }

// and is what both let through.
func (b bounds) and(o bounds) bounds {
	return bounds{b.sure.Intersect(o.sure), b.possible.Intersect(o.possible)}
}

// hit is the traffic a rule decides; rule is nil where none matches.
type hit struct {
	rule *rule
	set  traffic.Set
}

// filterResult is what a table does with some traffic.
type filterResult struct {
	bounds
	hits    []hit
	missing []*missingObject
	// noRules says that no rule of the table is switched on.
	noRules bool
}

// peerContext is how a table sees the other end of the traffic it filters.
type peerContext struct {
	model *Model
	peer  *resolvedEndpoint
	// viaForwarder is the traffic that arrives by way of a forwarder, which is no longer the other end's own.
	viaForwarder traffic.Set
	// question is the question all traffic to be judged belongs to; nil tells nothing of it.
	question *Question
}

// mayMatch is false for a rule about another protocol with ports than the question's, or about other ports. That is much
// cheaper to see than that two sets of packets have nothing in common, and true of most rules.
func (p *peerContext) mayMatch(r *rule) bool {
	q := p.question
	if q == nil || r.missing != nil || !q.Protocol.HasPorts() || !r.protocol.HasPorts() {
		return true
	}
	return q.Protocol == r.protocol && (q.ports() == nil || q.Ports.Overlaps(r.ports))
}

// withPeer is the part of a rule's traffic whose peer is one that the rule is about. A remote group stands for the private
// addresses of its members, so an end outside is never one of them.
func (p *peerContext) withPeer(r *rule, s traffic.Set) traffic.Set {
	if r.remote == "" {
		return s
	}
	switch {
	case p.peer.external:
		return traffic.Set{}
	case p.peer.filtered:
		if !slices.Contains(p.peer.groups, r.remote) {
			return traffic.Set{}
		}
	default:
		m := p.model.memberships.get(r.remote)
		if m == nil {
			return traffic.Set{}
		}
		members := m.byVPC[p.peer.vpc]
		match := traffic.Match{Source: &members}
		if r.direction == network.Egress {
			match = traffic.Match{Destination: &members}
		}
		own, _ := match.Set()
		s = s.Intersect(own)
	}
	if p.viaForwarder.IsEmpty() {
		return s
	}
	return s.Subtract(p.viaForwarder)
}

// firstMatch tries rules in their order, the first that matches decides. A rule of which it is not known what it is about
// may decide or not.
func (p *peerContext) firstMatch(out *filterResult, asked traffic.Set, rules []*rule) (rest traffic.Set) {
	for _, r := range rules {
		if r.disabled {
			continue
		}
		out.noRules = false
		if !p.mayMatch(r) {
			continue
		}
		part := asked.Intersect(r.packets)
		if part.IsEmpty() {
			continue
		}
		if part = p.withPeer(r, part); part.IsEmpty() {
			continue
		}
		if r.missing != nil {
			out.missing = append(out.missing, r.missing)
			if r.unknownGroup || r.allow {
				out.possible = out.possible.Union(part)
			}
			if r.unknownGroup || !r.allow {
				out.sure = out.sure.Union(part)
			}
			continue
		}
		out.hits = append(out.hits, hit{r, part})
		if asked = asked.Subtract(part); asked.IsEmpty() {
			break
		}
	}
	return asked
}

// settle makes bounds of what judge collected: until then sure holds what may be stopped and possible what may pass.
func (r *filterResult) settle() {
	mayStop, mayPass := r.sure, r.possible
	var passes traffic.Set
	for _, h := range r.hits {
		if h.rule != nil && h.rule.allow {
			passes = passes.Union(h.set)
		}
	}
	if mayStop.IsEmpty() && mayPass.IsEmpty() {
		r.bounds = certain(passes)
		return
	}
	r.sure, r.possible = passes.Subtract(mayStop), passes.Union(mayPass)
}

// securityGroupsResult is what the security groups of a place do with traffic that crosses it in a direction: group by group in
// their order on the instance.
func (m *Model) securityGroupsResult(at *resolvedEndpoint, p *peerContext, d network.Direction, asked traffic.Set) filterResult {
	out := filterResult{noRules: true}
	if !at.filtered {
		out.bounds = certain(asked)
		return out
	}
	rest := asked
	for _, id := range at.groups {
		g := m.groups.get(id)
		if g == nil {
			g = m.compileGroup(matchFieldsCache{}, id, nil)
		}
		if rest = p.firstMatch(&out, rest, g.rules[directionIndex(d)]); rest.IsEmpty() {
			break
		}
	}
	if !rest.IsEmpty() {
		out.hits = append(out.hits, hit{nil, rest})
	}
	out.settle()
	return out
}

// result is what a subnet's ACL does with traffic that crosses the subnet's border and is not exempt. A disabled ACL
// has only its final rule left. about is the question the traffic belongs to, or nil.
func (a *aclNode) result(d network.Direction, asked traffic.Set, about *Question) filterResult {
	var out filterResult
	if a == nil || asked.IsEmpty() {
		out.bounds = certain(asked)
		return out
	}
	rest := asked
	if a.acl.IsEnabled() {
		nobody := peerContext{question: about}
		rest = nobody.firstMatch(&out, rest, a.rules[directionIndex(d)])
	}
	if !rest.IsEmpty() {
		out.hits = append(out.hits, hit{nil, rest})
	}
	out.settle()
	return out
}
