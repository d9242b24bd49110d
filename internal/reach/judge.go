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

// ruling is what a table does with some traffic.
type ruling struct {
	bounds
	hits  []hit
	lacks []*missing
	// empty says that no rule of the table is switched on.
	empty bool
}

// peers is how a table sees the other end of the traffic it filters.
type peers struct {
	w     *World
	place *place
	// anonymous is the traffic that arrives by way of a forwarder, which is no longer the other end's own.
	anonymous traffic.Set
	// about is the question all traffic to be judged belongs to; nil tells nothing of it.
	about *Question
}

// concerns is false for a rule about another protocol with ports than the question's, or about other ports. That is much
// cheaper to see than that two sets of packets have nothing in common, and true of most rules.
func (p *peers) concerns(r *rule) bool {
	q := p.about
	if q == nil || r.lacks != nil || !q.Protocol.HasPorts() || !r.protocol.HasPorts() {
		return true
	}
	return q.Protocol == r.protocol && (q.ports() == nil || q.Ports.Overlaps(r.ports))
}

// limit is the part of a rule's traffic whose peer is one that the rule is about. A remote group stands for the private
// addresses of its members, so an end outside is never one of them.
func (p *peers) limit(r *rule, s traffic.Set) traffic.Set {
	if r.remote == "" {
		return s
	}
	switch {
	case p.place.outside:
		return traffic.Set{}
	case p.place.guarded:
		if !slices.Contains(p.place.groups, r.remote) {
			return traffic.Set{}
		}
	default:
		m := p.w.members.get(r.remote)
		if m == nil {
			return traffic.Set{}
		}
		members := m.byVPC[p.place.vpc]
		match := traffic.Match{Source: &members}
		if r.direction == network.Egress {
			match = traffic.Match{Destination: &members}
		}
		own, _ := match.Set()
		s = s.Intersect(own)
	}
	if p.anonymous.IsEmpty() {
		return s
	}
	return s.Subtract(p.anonymous)
}

// judge tries rules in their order, the first that matches decides. A rule of which it is not known what it is about
// may decide or not.
func (p *peers) judge(out *ruling, asked traffic.Set, rules []*rule) (rest traffic.Set) {
	for _, r := range rules {
		if r.off {
			continue
		}
		out.empty = false
		if !p.concerns(r) {
			continue
		}
		part := asked.Intersect(r.match)
		if part.IsEmpty() {
			continue
		}
		if part = p.limit(r, part); part.IsEmpty() {
			continue
		}
		if r.lacks != nil {
			out.lacks = append(out.lacks, r.lacks)
			if r.unknown || r.allow {
				out.possible = out.possible.Union(part)
			}
			if r.unknown || !r.allow {
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
func (r *ruling) settle() {
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

// groupsRuling is what the security groups of a place do with traffic that crosses it in a direction: group by group in
// their order on the instance.
func (w *World) groupsRuling(at *place, p *peers, d network.Direction, asked traffic.Set) ruling {
	out := ruling{empty: true}
	if !at.guarded {
		out.bounds = certain(asked)
		return out
	}
	rest := asked
	for _, id := range at.groups {
		g := w.groups.get(id)
		if g == nil {
			g = w.groupNode(shapes{}, id, nil)
		}
		if rest = p.judge(&out, rest, g.rules[directionIndex(d)]); rest.IsEmpty() {
			break
		}
	}
	if !rest.IsEmpty() {
		out.hits = append(out.hits, hit{nil, rest})
	}
	out.settle()
	return out
}

// ruling is what a subnet's ACL does with traffic that crosses the subnet's border and is not exempt. A disabled ACL
// has only its final rule left. about is the question the traffic belongs to, or nil.
func (f *filter) ruling(d network.Direction, asked traffic.Set, about *Question) ruling {
	var out ruling
	if f == nil || asked.IsEmpty() {
		out.bounds = certain(asked)
		return out
	}
	rest := asked
	if f.acl.IsEnabled() {
		nobody := peers{about: about}
		rest = nobody.judge(&out, rest, f.rules[directionIndex(d)])
	}
	if !rest.IsEmpty() {
		out.hits = append(out.hits, hit{nil, rest})
	}
	out.settle()
	return out
}
