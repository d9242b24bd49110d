package reach

import (
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// forwardingStages is the kind of stage that carries packets from one end's subnet to the other's, and the answers back.
type forwardingStages struct{}

// forwardingStage is the forwarding of one flow.
type forwardingStage struct {
	*flow

	routes []routedTraffic
}

// routedTraffic is traffic that is routed alike.
type routedTraffic struct {
	set traffic.Set
	routeVerdict
}

func (forwardingStages) on(f *flow, _ Side) stage {
	f.forwarding.flow = f
	return &f.forwarding
}

func (forwardingStages) audit(a *auditor) {
	a.subnets()
	a.instances()
	a.peerings()
	a.routes()
}

func (forwardingStages) repair(p *repairPlanner, f *Finding) (Repair, bool) {
	e, ok := p.forwarding(f)
	return Repair{Edit: e}, ok
}

// pass divides the traffic by the routes it takes.
func (s *forwardingStage) pass(arriving traffic.Set) bounds {
	s.route(arriving)
	var out bounds
	for i := range s.routes {
		r := &s.routes[i]
		for _, forwarder := range r.forwarders {
			s.forwarded = append(s.forwarded, forwardedTraffic{r.set, forwarder})
		}
		switch r.outcome {
		case routePasses:
			out = out.or(r.set)
		case routeUnclear:
			out.possible = out.possible.Union(r.set)
		case routeFails:
		}
	}
	return out
}

// route divides the traffic into parts that every table on the path treats alike, and routes one pair of addresses of each.
func (s *forwardingStage) route(arriving traffic.Set) {
	here, there := s.source.subnet, s.destination.subnet
	sources, destinations := s.source.addresses, s.destination.addresses
	if s.rewritten {
		sources, destinations = arriving.Sources(), arriving.Destinations()
	}
	source, one := onlyAddress(sources)
	destination, oneToo := onlyAddress(destinations)
	if one && oneToo || here != nil && there != nil && here.VPCID == there.VPCID {
		s.routes = []routedTraffic{{arriving, s.verdict(here, there, source, destination)}}
		return
	}
	boundaries := s.routeBoundaries()
	for _, a := range divide(sources, boundaries) {
		for _, b := range divide(destinations, boundaries) {
			source, _ := a.First()
			destination, _ := b.First()
			between, _ := traffic.Match{Source: &a, Destination: &b}.Set()
			s.routes = append(s.routes, routedTraffic{arriving.Intersect(between), s.verdict(here, there, source, destination)})
		}
	}
}

func (s *forwardingStage) explain() {
	for i := range s.routes {
		for _, f := range s.routes[i].findings {
			s.collect(f, s.routes[i].set)
		}
	}
}

// isPublic reports whether all the traffic leaves by its sender's own public address.
func (s *forwardingStage) isPublic() bool {
	return !slices.ContainsFunc(s.routes, func(r routedTraffic) bool { return !r.public || r.outcome != routePasses })
}

// taken is the routing of a packet, nil for one that was not sent.
func (s *forwardingStage) taken(p traffic.Packet) *routeVerdict {
	for i := range s.routes {
		if s.routes[i].set.Contains(p) {
			return &s.routes[i].routeVerdict
		}
	}
	return nil
}

func (s *forwardingStage) hops(out []Hop, p traffic.Packet) []Hop {
	v := s.taken(p)
	switch {
	case v == nil:
		return out
	case v.sameVPC:
		return append(out, Hop{
			Kind: network.KindVPC, ID: s.from.vpc, Name: s.model.vpc(s.from.vpc).name, Detail: "local route", Leg: Forward,
		})
	case v.public && !s.to.cloudService && !s.from.cloudService:
		inside := s.from
		if inside.external {
			inside = s.to
		}
		h := Hop{Kind: inside.kind, ID: inside.id, Name: inside.label, Leg: Forward, Detail: "public address"}
		if inside.instance != nil && inside.instance.PublicIP != "" && !p.Source.Is6() {
			h.Detail = "public address " + inside.instance.PublicIP
		}
		return append(out, h)
	}
	return s.model.routeHops(out, &v.forward, Forward)
}

func (s *forwardingStage) answerHops(out []Hop, p traffic.Packet) []Hop {
	if v := s.taken(p); v != nil {
		return s.model.routeHops(out, &v.answer, Return)
	}
	return out
}

// routeBoundaries are the blocks inside and outside of which routing may differ: the destinations of routes, and the subnets of
// every VPC a packet could pass.
func (f *flow) routeBoundaries() []traffic.AddressSet {
	var vpcs []string
	for _, s := range []*subnetNode{f.source.subnet, f.destination.subnet} {
		if s == nil {
			continue
		}
		for _, vpc := range f.model.connectedVPCs(s.VPCID) {
			if !slices.Contains(vpcs, vpc) {
				vpcs = append(vpcs, vpc)
			}
		}
	}
	var out []traffic.AddressSet
	tables := map[string]bool{}
	for _, id := range vpcs {
		v := f.model.vpc(id)
		tables[v.defaultTable] = true
		if f.source.subnet == nil || f.destination.subnet == nil {
			continue // What is outside lies in no subnet.
		}
		for _, s := range v.subnets {
			out = append(out, s.sets[index(f.family)])
		}
	}
	for _, s := range []*subnetNode{f.source.subnet, f.destination.subnet} {
		if s != nil {
			tables[s.table] = true
		}
	}
	for id := range tables {
		if t := f.model.tables.get(id); t != nil {
			out = append(out, t.sets...)
		}
	}
	return out
}

// divide cuts a set of addresses into parts that lie inside or outside of each block as a whole.
func divide(whole traffic.AddressSet, cuts []traffic.AddressSet) []traffic.AddressSet {
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

// stations is how many hops a packet may have here and on its way back, besides one for the stage.
func (s *forwardingStage) stations() int {
	most := 0
	for i := range s.routes {
		most = max(most, len(s.routes[i].forward.steps)+len(s.routes[i].answer.steps))
	}
	return most
}
