package reach

import (
	"net/netip"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// routeClass is what routing looks at in an endpoint.
type routeClass struct {
	subnet *subnetNode
	// destination is the longest route destination inside of the subnet that has the address; mostly there is none.
	destination netip.Prefix
	// public is set for an instance with a public address, which goes before the default route (RT-08).
	public bool
}

func (b *matrixBuilder) routeClass(i *instanceNode, a netip.Addr) routeClass {
	out := routeClass{subnet: i.subnet, public: i.public.IsValid()}
	p, ok := b.routeDestinations().LookupPrefixLPM(netip.PrefixFrom(a, a.BitLen()))
	if ok && p.Bits() > i.subnet.block(b.family).Bits() {
		out.destination = p
	}
	return out
}

func (forwardingStages) distinguishes(b *matrixBuilder, i *instanceNode, a netip.Addr) any {
	return b.routeClass(i, a)
}

// addresses adds none: the destinations of routes divide only the addresses of single subnets, which routeClass does.
func (forwardingStages) addresses(*Model, func(traffic.AddressSet)) {}

// matrixRoute is the outcome of routing between two route classes; unset until it is needed.
type matrixRoute uint8

const (
	matrixRouteUnset matrixRoute = iota
	matrixRoutePasses
	matrixRouteFails
	matrixRouteUnclear
	// matrixRouteAsked passes a forwarder, which changes what filters see (RT-17), so the pair is decided by a question.
	matrixRouteAsked
)

// forwardingMatrix has the routes between every two route classes.
type forwardingMatrix struct {
	*matrixBuilder

	// of is the route class of each class, example a class of each route class.
	of, example []int32
	routes      [][]matrixRoute
}

func (forwardingStages) matrix(b *matrixBuilder) matrixStage {
	m := &forwardingMatrix{matrixBuilder: b, of: make([]int32, len(b.classes))}
	classes := numbering[routeClass]{}
	for i, c := range b.classes {
		m.of[i] = classes.of(b.routeClass(c.instance(), b.address(int32(i))))
		if int(m.of[i]) == len(m.example) {
			m.example = append(m.example, int32(i))
		}
	}
	m.routes = make([][]matrixRoute, len(classes))
	for i := range m.routes {
		m.routes[i] = make([]matrixRoute, len(classes))
	}
	return m
}

func (m *forwardingMatrix) restrict(r *matrixRow) {
	from := m.of[r.from]
	routes := m.routes[from]
	for to := range r.outcomes[:len(m.classes)] {
		route := &routes[m.of[to]]
		if *route == matrixRouteUnset {
			*route = m.route(m.example[from], m.example[m.of[to]])
		}
		switch *route {
		case matrixRouteFails:
			r.outcomes[to] = nothing
		case matrixRouteUnclear:
			r.outcomes[to] = m.pool.intersect(r.outcomes[to], anything)
		case matrixRouteAsked:
			r.ask(to)
		case matrixRoutePasses, matrixRouteUnset:
		}
	}
}

func (m *forwardingMatrix) route(from, to int32) matrixRoute {
	a, z := m.classes[from], m.classes[to]
	r := routing{model: m.model, family: m.family, from: a.endpoint, to: z.endpoint, strict: m.strict}
	got := r.verdict(a.subnet(), z.subnet(), m.address(from), m.address(to))
	switch {
	case len(got.forwarders) > 0:
		return matrixRouteAsked
	case got.outcome == routeFails:
		return matrixRouteFails
	case got.outcome == routeUnclear:
		return matrixRouteUnclear
	}
	return matrixRoutePasses
}
