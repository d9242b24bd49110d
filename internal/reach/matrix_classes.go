package reach

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/gaissmai/bart"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// matrixBuilder works a matrix out.
type matrixBuilder struct {
	*filterOutcomes
	strict bool
	// external are the ends that are no instances, each a class of its own.
	external []*endpointClass

	// What tells each kind's factors: its list of groups, its guest, its ACL together with its own part there (-1 for
	// none), its subnet, and its site.
	groupList, guest, acl, subnet, routeClass []int32
	groupLists                                [][]string
	guests                                    []*guestFirewall
	aclClasses                                []aclClass
	routeClasses                              []routeClass
	routes                                    [][]matrixRoute
}

// aclClass is an ACL as kinds with one own part meet it.
type aclClass struct {
	egress, ingress       *aclOutcomes
	ownEgress, ownIngress int32
}

// matrixRoute is a road as far as a matrix needs to know; unset until it is asked for.
type matrixRoute uint8

const (
	matrixRouteUnset matrixRoute = iota
	matrixRoutePasses
	matrixRouteFails
	matrixRouteUnclear
	// matrixRouteViaForwarder passes a forwarder, which changes what filters see.
	matrixRouteViaForwarder
)

// routeClass is addresses of a subnet that no route tells apart.
type routeClass struct {
	subnet   *subnetNode
	address  netip.Addr
	endpoint *resolvedEndpoint
}

func newFilterOutcomes(w *Model, f traffic.Family) *filterOutcomes {
	return &filterOutcomes{
		model: w, family: f, space: traffic.All(f), pool: newOutcomePool(f), anyAddressFields: map[*matchFields]*matchFields{},
		fitting: map[classesKey][]int32{}, byGroup: map[string][]int32{},
		outcomes: map[string]uint32{}, fieldNumbers: numbering[*matchFields]{},
	}
}

func (f *filterOutcomes) address(c int32) netip.Addr { return f.classes[c].members[0].Address }

// classify puts the members into kinds.
func (b *matrixBuilder) classify(members []Member) {
	edges, routes := b.addressBoundaries(), b.routePrefixes()
	byKey := map[endpointClassKey]*endpointClass{}
	siteOf := map[routeClassKey]int32{}
	for _, m := range members {
		if m.Kind == "" {
			l := endpointResolver{model: b.model, family: b.family}
			e := m.Endpoint()
			p, _ := l.resolve(&e, AtSource)
			b.external = append(b.external, &endpointClass{endpoint: p, members: []Member{m}})
			continue
		}
		node := b.model.instanceByID.get(m.ID)
		p := &node.endpoints[index(b.family)]
		at := routeClassKey{subnet: node.subnet, public: node.public.IsValid()}
		if prefix, ok := routes.LookupPrefixLPM(netip.PrefixFrom(m.Address, m.Address.BitLen())); ok &&
			prefix.Bits() > node.subnet.block(b.family).Bits() {
			at.prefix = prefix
		}
		s, ok := siteOf[at]
		if !ok {
			s = int32(len(b.routeClasses))
			siteOf[at] = s
			b.routeClasses = append(b.routeClasses, routeClass{node.subnet, m.Address, p})
		}
		interval, _ := slices.BinarySearchFunc(edges, m.Address, func(edge, a netip.Addr) int {
			if a.Less(edge) {
				return 1
			}
			return -1
		})
		key := endpointClassKey{
			routeClass: s, groups: strings.Join(p.groups, "\x00"), interval: interval, public: node.public.IsValid(), guest: node.guest,
		}
		k := byKey[key]
		if k == nil {
			k = &endpointClass{endpoint: p, routeClass: s, groups: key.groups}
			byKey[key] = k
			b.classes = append(b.classes, k)
		}
		k.members = append(k.members, m)
	}
	// Kinds of one list of groups come one after the other, so that the list's factor is worked out once.
	slices.SortStableFunc(b.classes, func(a, b *endpointClass) int { return compareText(a.groups, b.groups) })
	b.byAddress = make([]int32, len(b.classes))
	for i, k := range b.classes {
		b.byAddress[i] = int32(i)
		for _, g := range k.endpoint.groups {
			b.byGroup[g] = append(b.byGroup[g], int32(i))
		}
	}
	slices.SortFunc(b.byAddress, func(x, y int32) int {
		return cmp.Or(b.address(x).Compare(b.address(y)), cmp.Compare(x, y))
	})
}

type routeClassKey struct {
	subnet *subnetNode
	prefix netip.Prefix
	// public: an own public address goes before the default route.
	public bool
}

type endpointClassKey struct {
	routeClass int32
	groups     string
	interval   int
	public     bool
	guest      *guestFirewall
}

// addressBoundaries are the addresses at which a set that some rule names begins or ends, ascending. Two addresses with no edge
// between them are the same to every rule.
func (b *matrixBuilder) addressBoundaries() []netip.Addr {
	var out []netip.Addr
	seen := map[*matchFields]bool{}
	add := func(rules []*rule) {
		for _, r := range rules {
			if seen[r.matchFields] {
				continue
			}
			seen[r.matchFields] = true
			for _, set := range [...]traffic.AddressSet{r.source, r.destination} {
				if set.IsAny(b.family) {
					continue
				}
				out = appendBoundaries(out, set.Only(b.family))
			}
		}
	}
	for _, g := range b.model.allGroups() {
		add(g.rules[0])
		add(g.rules[1])
	}
	for _, s := range b.model.subnets {
		if f := b.model.acls.get(s.ID); f != nil {
			add(f.rules[0])
			add(f.rules[1])
		}
	}
	for i := range b.model.instances {
		if i.guest != nil {
			add(i.guest.rules[0])
			add(i.guest.rules[1])
		}
	}
	out = appendBoundaries(out, b.model.internet[index(b.family)])
	slices.SortFunc(out, netip.Addr.Compare)
	return slices.Compact(out)
}

func appendBoundaries(out []netip.Addr, s traffic.AddressSet) []netip.Addr {
	for _, r := range s.Ranges() {
		out = append(out, r.From())
		if next := r.To().Next(); next.IsValid() {
			out = append(out, next)
		}
	}
	return out
}

// routePrefixes are the destinations of all routes.
func (b *matrixBuilder) routePrefixes() *prefixSet {
	out := &prefixSet{}
	for _, t := range b.model.allTables() {
		for _, r := range t.list {
			out.Insert(r.Prefix())
		}
	}
	return out
}

type prefixSet = bart.Lite

// numberFilters numbers what the factors depend on.
func (b *matrixBuilder) numberFilters() {
	subnets, guests := numbering[*subnetNode]{}, numbering[*guestFirewall]{}
	acls := map[*aclNode]aclClass{}
	borders := map[aclClass]int32{}
	for i, k := range b.classes {
		if i == 0 || k.groups != b.classes[i-1].groups {
			b.groupLists = append(b.groupLists, k.endpoint.groups)
		}
		b.groupList = append(b.groupList, int32(len(b.groupLists)-1))
		b.routeClass = append(b.routeClass, k.routeClass)
		b.subnet = append(b.subnet, subnets.of(k.endpoint.bySubnet[0].subnet))
		b.guest = append(b.guest, guests.of(k.endpoint.instance.guest))
		f := b.model.acls.get(k.endpoint.bySubnet[0].subnet.ID)
		if f == nil {
			b.acl = append(b.acl, -1)
			continue
		}
		class, ok := acls[f]
		if !ok {
			class = aclClass{egress: b.networkACLOutcomes(f, network.Egress), ingress: b.networkACLOutcomes(f, network.Ingress)}
			acls[f] = class
		}
		class.ownEgress, class.ownIngress = class.egress.own.of[i], class.ingress.own.of[i]
		n, ok := borders[class]
		if !ok {
			n = int32(len(b.aclClasses))
			borders[class] = n
			b.aclClasses = append(b.aclClasses, class)
		}
		b.acl = append(b.acl, n)
	}
	b.guests = guests.list()
	b.routes = make([][]matrixRoute, len(b.routeClasses))
	for i := range b.routes {
		b.routes[i] = make([]matrixRoute, len(b.routeClasses))
	}
}

// numbering gives every value a number, in the order in which they come.
type numbering[T comparable] map[T]int32

func (n numbering[T]) of(v T) int32 {
	i, ok := n[v]
	if !ok {
		i = int32(len(n))
		n[v] = i
	}
	return i
}

func (n numbering[T]) list() []T {
	out := make([]T, len(n))
	for v, i := range n {
		out[i] = v
	}
	return out
}
