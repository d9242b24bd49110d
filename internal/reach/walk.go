package reach

import (
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// walk decides one question: routing for every pair of addresses that are routed alike, and each filter on all the
// traffic that crosses it.
type walk struct {
	w *World
	q *Question
	roads
	from, to *place
	// tellsSourcePorts says that a filter on the way does.
	tellsSourcePorts bool
	// brief leaves out what only explains blockers, quick leaves out the blockers too.
	brief, quick bool

	asked traffic.Set
	legs  []leg
	total bounds
	notes *notebook
}

// leg is the traffic between one subnet of either end.
type leg struct {
	here, there *subnetNode
	asked       traffic.Set
	exempt      traffic.Set
	roads       []routed
	// out and in are the filters at the source and at the destination.
	out, in sideRuling
	total   bounds
}

// routed is traffic that one road carries.
type routed struct {
	set traffic.Set
	road
}

// sideRuling is what the filters at one end do.
type sideRuling struct {
	filter *filter
	acl    ruling
	groups ruling
	guest  []hit
	// unheard is the traffic that no service takes.
	unheard traffic.Set
}

// parts of a place; one without a subnet for an end outside.
func (p *place) subnets() []part {
	if len(p.parts) > 0 {
		return p.parts
	}
	return []part{{nil, p.addresses}}
}

func (k *walk) run() {
	sources, destinations := k.from.subnets(), k.to.subnets()
	whole := len(sources) == 1 && len(destinations) == 1
	k.legs = make([]leg, 0, len(sources)*len(destinations))
	for i := range sources {
		for j := range destinations {
			l := leg{here: sources[i].subnet, there: destinations[j].subnet, asked: k.asked}
			if !whole {
				between, _ := traffic.Match{Source: &sources[i].addresses, Destination: &destinations[j].addresses}.Set()
				l.asked = k.asked.Intersect(between)
			}
			k.judge(&l, sources[i].addresses, destinations[j].addresses)
			k.legs = append(k.legs, l)
			if whole {
				k.total = l.total
			} else {
				k.total.sure = k.total.sure.Union(l.total.sure)
				k.total.possible = k.total.possible.Union(l.total.possible)
			}
		}
	}
}

// judge decides the traffic between two subnets.
func (k *walk) judge(l *leg, sources, destinations traffic.AddressSet) {
	routing := k.routing(l, sources, destinations)
	if k.quick && routing.possible.IsEmpty() {
		return
	}
	if l.here != nil && l.here == l.there {
		l.exempt = l.asked
	} else if destinations.Overlaps(exemptDestinations) {
		l.exempt = l.asked.Intersect(exempt[index(k.family)])
	}
	var anonymous traffic.Set
	for i := range l.roads {
		if l.roads[i].anonymous {
			anonymous = anonymous.Union(l.roads[i].set)
		}
	}
	// What leaves still has its own addresses; only what arrives by way of a forwarder is no longer a member's.
	out := k.side(&l.out, l, k.from, &peers{w: k.w, place: k.to, about: k.q}, network.Egress, l.here)
	in := k.side(&l.in, l, k.to, &peers{w: k.w, place: k.from, anonymous: anonymous, about: k.q}, network.Ingress, l.there)
	l.total = routing.and(out).and(in)
}

// side is what the filters at one end let through.
func (k *walk) side(s *sideRuling, l *leg, at *place, p *peers, d network.Direction, subnet *subnetNode) bounds {
	if at.outside {
		return certain(l.asked)
	}
	s.groups = k.w.groupsRuling(at, p, d, l.asked)
	out := s.groups.bounds
	if subnet != nil {
		if s.filter = k.w.filters.get(subnet.ID); s.filter != nil {
			k.tellsSourcePorts = k.tellsSourcePorts || s.filter.tellsSourcePorts
			crossing := l.asked
			if !l.exempt.IsEmpty() {
				crossing = crossing.Subtract(l.exempt)
			}
			s.acl = s.filter.ruling(d, crossing, k.q)
			acl := s.acl.bounds
			if !l.exempt.IsEmpty() {
				acl = bounds{acl.sure.Union(l.exempt), acl.possible.Union(l.exempt)}
			}
			out = out.and(acl)
		}
	}
	if at.instance == nil || at.instance.guest == nil {
		return out
	}
	g := at.instance.guest
	s.guest = g.refuses(d, l.asked)
	for _, h := range s.guest {
		out = bounds{out.sure.Subtract(h.set), out.possible.Subtract(h.set)}
	}
	if d == network.Ingress {
		s.unheard = g.unheard(l.asked)
		out = bounds{out.sure.Subtract(s.unheard), out.possible.Subtract(s.unheard)}
	}
	return out
}

// routing divides the traffic by the roads it takes.
func (k *walk) routing(l *leg, sources, destinations traffic.AddressSet) bounds {
	source, one := theOnly(sources)
	destination, oneToo := theOnly(destinations)
	if one && oneToo || l.here != nil && l.there != nil && l.here.VPCID == l.there.VPCID {
		l.roads = []routed{{l.asked, k.road(l.here, l.there, source, destination)}}
	} else {
		cuts := k.cuts(l)
		for _, s := range atoms(sources, cuts) {
			for _, d := range atoms(destinations, cuts) {
				a, _ := s.First()
				b, _ := d.First()
				between, _ := traffic.Match{Source: &s, Destination: &d}.Set()
				l.roads = append(l.roads, routed{l.asked.Intersect(between), k.road(l.here, l.there, a, b)})
			}
		}
	}
	if len(l.roads) == 1 && l.roads[0].outcome == passes {
		return certain(l.asked)
	}
	var out bounds
	for i := range l.roads {
		switch l.roads[i].outcome {
		case passes:
			out.sure = out.sure.Union(l.roads[i].set)
			out.possible = out.possible.Union(l.roads[i].set)
		case unclear:
			out.possible = out.possible.Union(l.roads[i].set)
		case stops:
		}
	}
	return out
}

// cuts are the blocks along which routing may differ: the routes and the subnets of every VPC a packet could pass.
func (k *walk) cuts(l *leg) []traffic.AddressSet {
	var vpcs []string
	for _, s := range []*subnetNode{l.here, l.there} {
		if s == nil {
			continue
		}
		for _, vpc := range k.w.component(s.VPCID) {
			if !slices.Contains(vpcs, vpc) {
				vpcs = append(vpcs, vpc)
			}
		}
	}
	var out []traffic.AddressSet
	tables := map[string]bool{}
	for _, id := range vpcs {
		v := k.w.vpc(id)
		tables[v.defaultTable] = true
		if l.here == nil || l.there == nil {
			continue // What is outside lies in no subnet.
		}
		for _, s := range v.subnets {
			out = append(out, s.sets[index(k.family)])
		}
	}
	for _, s := range []*subnetNode{l.here, l.there} {
		if s != nil {
			tables[s.table] = true
		}
	}
	for id := range tables {
		if t := k.w.tables.get(id); t != nil {
			out = append(out, t.sets...)
		}
	}
	return out
}

// atoms cuts a set of addresses into parts that lie inside or outside of each block as a whole.
func atoms(whole traffic.AddressSet, cuts []traffic.AddressSet) []traffic.AddressSet {
	out := []traffic.AddressSet{whole}
	for _, cut := range cuts {
		if !cut.Overlaps(whole) || whole.SubsetOf(cut) {
			continue
		}
		next := make([]traffic.AddressSet, 0, len(out)+1)
		for _, a := range out {
			if inside := a.Intersect(cut); !inside.IsEmpty() {
				next = append(next, inside)
			}
			if outside := a.Subtract(cut); !outside.IsEmpty() {
				next = append(next, outside)
			}
		}
		out = next
	}
	slices.SortFunc(out, func(a, b traffic.AddressSet) int {
		x, _ := a.First()
		y, _ := b.First()
		return x.Compare(y)
	})
	return out
}
