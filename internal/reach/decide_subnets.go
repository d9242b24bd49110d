package reach

import (
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// evaluation decides one question: routing for every pair of addresses that are routed alike, and each filter on all the
// traffic that crosses it.
type evaluation struct {
	model    *Model
	question *Question
	routing
	from, to *resolvedEndpoint
	// tellsSourcePorts says that a filter on the way does.
	tellsSourcePorts bool
	// brief leaves out what only explains blockers, quick leaves out the blockers too.
	brief, quick bool

	asked    traffic.Set
	pairs    []subnetPair
	total    bounds
	findings *findingBuffer
}

// subnetPair is the traffic between one subnet of either end.
type subnetPair struct {
	source, destination *subnetNode
	asked               traffic.Set
	exempt              traffic.Set
	routes              []routedTraffic
	// out and in are the filters at the source and at the destination.
	out, in endpointResult
	total   bounds
}

// routedTraffic is traffic that one road carries.
type routedTraffic struct {
	set traffic.Set
	routeVerdict
}

// endpointResult is what the filters at one end do.
type endpointResult struct {
	aclNode *aclNode
	acl     filterResult
	groups  filterResult
	guest   []hit
	// notListening is the traffic that no service takes.
	notListening traffic.Set
}

// parts of a place; one without a subnet for an end outside.
func (e *resolvedEndpoint) subnetsOrNone() []endpointSubnet {
	if len(e.bySubnet) > 0 {
		return e.bySubnet
	}
	return []endpointSubnet{{nil, e.addresses}}
}

func (e *evaluation) run() {
	sources, destinations := e.from.subnetsOrNone(), e.to.subnetsOrNone()
	whole := len(sources) == 1 && len(destinations) == 1
	e.pairs = make([]subnetPair, 0, len(sources)*len(destinations))
	for i := range sources {
		for j := range destinations {
			l := subnetPair{source: sources[i].subnet, destination: destinations[j].subnet, asked: e.asked}
			if !whole {
				between, _ := traffic.Match{Source: &sources[i].addresses, Destination: &destinations[j].addresses}.Set()
				l.asked = e.asked.Intersect(between)
			}
			e.evaluatePair(&l, sources[i].addresses, destinations[j].addresses)
			e.pairs = append(e.pairs, l)
			if whole {
				e.total = l.total
			} else {
				e.total.sure = e.total.sure.Union(l.total.sure)
				e.total.possible = e.total.possible.Union(l.total.possible)
			}
		}
	}
}

// evaluatePair decides the traffic between two subnets.
func (e *evaluation) evaluatePair(l *subnetPair, sources, destinations traffic.AddressSet) {
	routing := e.routePair(l, sources, destinations)
	if e.quick && routing.possible.IsEmpty() {
		return
	}
	if l.source != nil && l.source == l.destination {
		l.exempt = l.asked
	} else if destinations.Overlaps(aclExemptDestinations) {
		l.exempt = l.asked.Intersect(aclExempt[index(e.family)])
	}
	var anonymous traffic.Set
	for i := range l.routes {
		if l.routes[i].viaForwarder {
			anonymous = anonymous.Union(l.routes[i].set)
		}
	}
	// What leaves still has its own addresses; only what arrives by way of a forwarder is no longer a member's.
	out := e.endpointFilters(&l.out, l, e.from, &peerContext{model: e.model, peer: e.to, question: e.question}, network.Egress, l.source)
	in := e.endpointFilters(&l.in, l, e.to, &peerContext{model: e.model, peer: e.from, viaForwarder: anonymous, question: e.question}, network.Ingress, l.destination)
	l.total = routing.and(out).and(in)
}

// endpointFilters is what the filters at one end let through.
func (e *evaluation) endpointFilters(s *endpointResult, l *subnetPair, at *resolvedEndpoint, p *peerContext, d network.Direction, subnet *subnetNode) bounds {
	if at.external {
		return certain(l.asked)
	}
	s.groups = e.model.securityGroupsResult(at, p, d, l.asked)
	out := s.groups.bounds
	if subnet != nil {
		if s.aclNode = e.model.acls.get(subnet.ID); s.aclNode != nil {
			e.tellsSourcePorts = e.tellsSourcePorts || s.aclNode.tellsSourcePorts
			crossing := l.asked
			if !l.exempt.IsEmpty() {
				crossing = crossing.Subtract(l.exempt)
			}
			s.acl = s.aclNode.result(d, crossing, e.question)
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
	s.guest = g.refused(d, l.asked)
	for _, h := range s.guest {
		out = bounds{out.sure.Subtract(h.set), out.possible.Subtract(h.set)}
	}
	if d == network.Ingress {
		s.notListening = g.notListening(l.asked)
		out = bounds{out.sure.Subtract(s.notListening), out.possible.Subtract(s.notListening)}
	}
	return out
}

// routePair divides the traffic by the roads it takes.
func (e *evaluation) routePair(l *subnetPair, sources, destinations traffic.AddressSet) bounds {
	source, one := onlyAddress(sources)
	destination, oneToo := onlyAddress(destinations)
	if one && oneToo || l.source != nil && l.destination != nil && l.source.VPCID == l.destination.VPCID {
		l.routes = []routedTraffic{{l.asked, e.verdict(l.source, l.destination, source, destination)}}
	} else {
		cuts := e.routeBoundaries(l)
		for _, s := range atoms(sources, cuts) {
			for _, d := range atoms(destinations, cuts) {
				a, _ := s.First()
				b, _ := d.First()
				between, _ := traffic.Match{Source: &s, Destination: &d}.Set()
				l.routes = append(l.routes, routedTraffic{l.asked.Intersect(between), e.verdict(l.source, l.destination, a, b)})
			}
		}
	}
	if len(l.routes) == 1 && l.routes[0].outcome == routePasses {
		return certain(l.asked)
	}
	var out bounds
	for i := range l.routes {
		switch l.routes[i].outcome {
		case routePasses:
			out.sure = out.sure.Union(l.routes[i].set)
			out.possible = out.possible.Union(l.routes[i].set)
		case routeUnclear:
			out.possible = out.possible.Union(l.routes[i].set)
		case routeFails:
		}
	}
	return out
}

// routeBoundaries are the blocks along which routing may differ: the routes and the subnets of every VPC a packet could pass.
func (e *evaluation) routeBoundaries(l *subnetPair) []traffic.AddressSet {
	var vpcs []string
	for _, s := range []*subnetNode{l.source, l.destination} {
		if s == nil {
			continue
		}
		for _, vpc := range e.model.connectedVPCs(s.VPCID) {
			if !slices.Contains(vpcs, vpc) {
				vpcs = append(vpcs, vpc)
			}
		}
	}
	var out []traffic.AddressSet
	tables := map[string]bool{}
	for _, id := range vpcs {
		v := e.model.vpc(id)
		tables[v.defaultTable] = true
		if l.source == nil || l.destination == nil {
			continue // What is outside lies in no subnet.
		}
		for _, s := range v.subnets {
			out = append(out, s.sets[index(e.family)])
		}
	}
	for _, s := range []*subnetNode{l.source, l.destination} {
		if s != nil {
			tables[s.table] = true
		}
	}
	for id := range tables {
		if t := e.model.tables.get(id); t != nil {
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
