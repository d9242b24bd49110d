package reach

import (
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// bounds is traffic as far as it is known: sure gets through, possible may, and the rest does not. sure is a part of possible.
type bounds struct{ sure, possible traffic.Set }

// certain is traffic of which everything is known.
func certain(s traffic.Set) bounds { return bounds{s, s} }

// and is the traffic in both bounds.
func (b bounds) and(o bounds) bounds {
	if b.sure.Same(b.possible) && o.sure.Same(o.possible) {
		return certain(b.sure.Intersect(o.sure)) // Nothing is in doubt, so that half the work suffices.
	}
	return bounds{b.sure.Intersect(o.sure), b.possible.Intersect(o.possible)}
}

// or adds traffic that certainly gets through.
func (b bounds) or(s traffic.Set) bounds { return bounds{b.sure.Union(s), b.possible.Union(s)} }

// hit is the traffic a rule decides; rule is nil where none matches.
type hit struct {
	rule *rule
	set  traffic.Set
}

// filterResult is what a filter does with some traffic. Until decide makes the bounds, sure holds the traffic that rules with a
// missing object may deny, and possible what they may allow: results are many, and lie in every flow.
type filterResult struct {
	bounds
	// hits divide the traffic by the rule that decides; missing are objects that the rules need and the network does not hold.
	hits    []hit
	missing []*missingObject
	// noRules is set where no rule of the filter is enabled.
	noRules bool
}

// peerContext is how a filter sees the other end of the traffic.
type peerContext struct {
	model *Model
	// peer is the other end; nil is any end.
	peer *resolvedEndpoint
	// viaForwarder is the traffic that passed a forwarder, whose sender is no longer a member of its groups (RT-17).
	viaForwarder traffic.Set
	// question is the question all the traffic belongs to; nil where the traffic can be anything.
	question *Question
}

// firstMatch tries rules in their order: the first that matches a packet decides about it (SG-14, ACL-04). The hits are
// collected in out, one for each rule that decides anything. rest is what no rule matches. A rule with a missing object may
// match or not, and leaves its traffic to the rules behind it.
func (p *peerContext) firstMatch(out *filterResult, arriving traffic.Set, rules []*rule) (rest traffic.Set) {
	for _, r := range rules {
		if r.disabled {
			continue
		}
		out.noRules = false
		if !p.mayMatch(r) {
			continue
		}
		part := arriving.Intersect(r.packets)
		if part.IsEmpty() {
			continue
		}
		if maybe := p.mayHavePeer(r, part); !maybe.IsEmpty() {
			if out.missing = append(out.missing, &missingObject{kind: network.KindSecurityGroup, id: r.remote}); r.allow {
				out.possible = out.possible.Union(maybe)
			} else {
				out.sure = out.sure.Union(maybe)
			}
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
		if arriving = arriving.Subtract(part); arriving.IsEmpty() {
			break
		}
	}
	return arriving
}

// decide makes bounds of what firstMatch collected. rest is let through if pass says so, and denied otherwise.
func (r *filterResult) decide(rest traffic.Set, pass bool) {
	var allowed traffic.Set
	if pass {
		allowed = rest
	} else if !rest.IsEmpty() {
		r.hits = append(r.hits, hit{nil, rest})
	}
	for _, h := range r.hits {
		if h.rule != nil && h.rule.allow {
			allowed = allowed.Union(h.set)
		}
	}
	mayStop, mayPass := r.sure, r.possible
	if mayStop.IsEmpty() && mayPass.IsEmpty() {
		r.bounds = certain(allowed)
		return
	}
	r.bounds = bounds{allowed.Subtract(mayStop), allowed.Union(mayPass)}
}

// mayLetThrough adds traffic that may get through all the same.
func (r *filterResult) mayLetThrough(s traffic.Set) {
	if !s.IsEmpty() {
		r.possible = r.possible.Union(s)
	}
}

// deciding is the rule that decided about a packet, nil where none matched; ok is false if the filter did not see it.
func (r *filterResult) deciding(p traffic.Packet) (rule *rule, ok bool) {
	for i := range r.hits {
		if r.hits[i].set.Contains(p) {
			return r.hits[i].rule, true
		}
	}
	return nil, false
}

// denied is the part of a hit that certainly does not pass.
func (r *filterResult) denied(h *hit) traffic.Set {
	if h.rule != nil && h.rule.allow {
		return traffic.Set{}
	}
	return h.set.Subtract(r.possible)
}

// mayMatch is false for a rule about another protocol with ports than the question's, or about other ports. That is much
// cheaper to compare than two sets of packets, and settles most rules.
func (p *peerContext) mayMatch(r *rule) bool {
	q := p.question
	if q == nil || r.missing != nil || !q.Protocol.HasPorts() || !r.protocol.HasPorts() {
		return true
	}
	return q.Protocol == r.protocol && (q.ports() == nil || q.Ports.Overlaps(r.ports))
}

// withPeer is the part of a rule's traffic whose peer is one that the rule is about. A remote group stands for the private
// addresses of its members (SG-18), in peered VPCs too (SG-19), so an end outside of every VPC is never one of them.
func (p *peerContext) withPeer(r *rule, s traffic.Set) traffic.Set {
	switch {
	case r.remote == "":
		return s
	case p.peer == nil:
		return s.Intersect(r.withPeers(p.model.memberships.get(r.remote).addresses()))
	case p.peer.external:
		return traffic.Set{}
	case !p.peer.filtered:
		m := p.model.memberships.get(r.remote)
		if m == nil {
			return traffic.Set{}
		}
		s = s.Intersect(r.withPeers(m.byVPC[p.peer.vpc]))
	case !slices.Contains(p.peer.groups, r.remote):
		return traffic.Set{}
	}
	if p.viaForwarder.IsEmpty() {
		return s
	}
	return s.Subtract(p.viaForwarder)
}

// mayHavePeer is the part of a rule's traffic whose peer may turn out to be a member of the rule's remote group: one whose
// address is not known yet.
func (p *peerContext) mayHavePeer(r *rule, s traffic.Set) traffic.Set {
	if r.remote == "" || p.peer == nil || p.peer.external || p.peer.filtered {
		return traffic.Set{}
	}
	m := p.model.memberships.get(r.remote)
	if m == nil || m.mayBe == nil {
		return traffic.Set{}
	}
	return s.Intersect(r.withPeers(m.mayBe[p.peer.vpc]))
}

// withPeers is all traffic of some peers with any address, in the direction of a rule.
func (r *rule) withPeers(peers traffic.AddressSet) traffic.Set {
	match := traffic.Match{Source: &peers}
	if r.direction == network.Egress {
		match = traffic.Match{Destination: &peers}
	}
	s, _ := match.Set()
	return s
}
