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

// crossing works a matrix out.
type crossing struct {
	*factory
	strict bool
	// others are the ends that are no instances, each a class of its own.
	others []*kind

	// For each kind its row in the factors.
	out, in           [][]uint32
	guestOut, guestIn [][]uint32
	aclOut, aclIn     []*aclFactor
	subnet, routing   []int32
	roads             [][]roadKind
	sites             []site
}

// roadKind is a road as far as a matrix needs to know; unset until it is asked for.
type roadKind uint8

const (
	roadUnset roadKind = iota
	roadOpen
	roadStops
	roadUnclear
	// roadAnonymous passes a forwarder, which changes what filters see.
	roadAnonymous
)

// site is addresses of a subnet that no route tells apart.
type site struct {
	subnet  *subnetNode
	address netip.Addr
	place   *place
}

func newFactory(w *World, f traffic.Family) *factory {
	return &factory{
		w: w, family: f, space: traffic.All(f), pool: newPool(f), services: map[*shape]*shape{},
		fitting: map[fitKey][]int32{}, byGroup: map[string][]int32{},
	}
}

func (f *factory) address(c int32) netip.Addr { return f.kinds[c].members[0].Address }

// sortOut puts the members into kinds.
func (c *crossing) sortOut(members []Member) {
	edges, routes := c.edges(), c.routePrefixes()
	byKey := map[kindKey]*kind{}
	siteOf := map[siteKey]int32{}
	subnets := map[*subnetNode]int32{}
	for _, m := range members {
		if m.Kind == "" {
			l := locator{w: c.w, family: c.family}
			e := m.Endpoint()
			p, _ := l.locate(&e, AtSource)
			c.others = append(c.others, &kind{place: p, members: []Member{m}})
			continue
		}
		node := c.w.instanceOf.get(m.ID)
		p := &node.places[index(c.family)]
		at := siteKey{subnet: node.subnet}
		if prefix, ok := routes.LookupPrefixLPM(netip.PrefixFrom(m.Address, m.Address.BitLen())); ok &&
			prefix.Bits() > node.subnet.block(c.family).Bits() {
			at.prefix = prefix
		}
		s, ok := siteOf[at]
		if !ok {
			s = int32(len(c.sites))
			siteOf[at] = s
			c.sites = append(c.sites, site{node.subnet, m.Address, p})
		}
		if _, ok := subnets[node.subnet]; !ok {
			subnets[node.subnet] = int32(len(subnets))
		}
		interval, _ := slices.BinarySearchFunc(edges, m.Address, func(edge, a netip.Addr) int {
			if a.Less(edge) {
				return 1
			}
			return -1
		})
		key := kindKey{
			site: s, groups: strings.Join(p.groups, "\x00"), interval: interval, public: node.public.IsValid(), guest: node.guest,
		}
		k := byKey[key]
		if k == nil {
			k = &kind{place: p}
			byKey[key] = k
			c.routing = append(c.routing, s)
			c.subnet = append(c.subnet, subnets[node.subnet])
			for _, g := range p.groups {
				c.byGroup[g] = append(c.byGroup[g], int32(len(c.kinds)))
			}
			c.kinds = append(c.kinds, k)
		}
		k.members = append(k.members, m)
	}
	c.byAddress = make([]int32, len(c.kinds))
	for i := range c.byAddress {
		c.byAddress[i] = int32(i)
	}
	slices.SortFunc(c.byAddress, func(a, b int32) int {
		return cmp.Or(c.address(a).Compare(c.address(b)), cmp.Compare(a, b))
	})
}

type siteKey struct {
	subnet *subnetNode
	prefix netip.Prefix
}

type kindKey struct {
	site     int32
	groups   string
	interval int
	public   bool
	guest    *guest
}

// edges are the addresses at which a set that some rule names begins or ends, ascending. Two addresses with no edge
// between them are the same to every rule.
func (c *crossing) edges() []netip.Addr {
	var out []netip.Addr
	seen := map[*shape]bool{}
	add := func(rules []*rule) {
		for _, r := range rules {
			if seen[r.shape] {
				continue
			}
			seen[r.shape] = true
			for _, set := range [...]traffic.AddressSet{r.source, r.destination} {
				if set.IsAny(c.family) {
					continue
				}
				out = appendEdges(out, set.Only(c.family))
			}
		}
	}
	for _, g := range c.w.allGroups() {
		add(g.rules[0])
		add(g.rules[1])
	}
	for _, s := range c.w.subnets {
		if f := c.w.filters.get(s.ID); f != nil {
			add(f.rules[0])
			add(f.rules[1])
		}
	}
	for i := range c.w.instances {
		if i.guest != nil {
			add(i.guest.rules[0])
			add(i.guest.rules[1])
		}
	}
	out = appendEdges(out, c.w.internet[index(c.family)])
	slices.SortFunc(out, netip.Addr.Compare)
	return slices.Compact(out)
}

func appendEdges(out []netip.Addr, s traffic.AddressSet) []netip.Addr {
	for _, r := range s.Ranges() {
		out = append(out, r.From())
		if next := r.To().Next(); next.IsValid() {
			out = append(out, next)
		}
	}
	return out
}

// routePrefixes are the destinations of all routes.
func (c *crossing) routePrefixes() *lite {
	out := &lite{}
	for _, t := range c.w.allTables() {
		for _, r := range t.list {
			out.Insert(r.Prefix())
		}
	}
	return out
}

type lite = bart.Lite

// prepare works out the factors.
func (c *crossing) prepare() {
	n := len(c.kinds)
	c.out, c.in = make([][]uint32, n), make([][]uint32, n)
	c.guestOut, c.guestIn = make([][]uint32, n), make([][]uint32, n)
	c.aclOut, c.aclIn = make([]*aclFactor, n), make([]*aclFactor, n)
	type pair struct{ out, in []uint32 }
	groups, guests := map[string]pair{}, map[*guest]pair{}
	acls := map[*filter][2]*aclFactor{}
	for i, k := range c.kinds {
		key := strings.Join(k.place.groups, "\x00")
		p, ok := groups[key]
		if !ok {
			p = pair{c.groupFactor(k.place.groups, network.Egress), c.groupFactor(k.place.groups, network.Ingress)}
			groups[key] = p
		}
		c.out[i], c.in[i] = p.out, p.in
		if g := k.place.instance.guest; g != nil {
			p, ok := guests[g]
			if !ok {
				p = pair{c.guestFactor(g, network.Egress), c.guestFactor(g, network.Ingress)}
				guests[g] = p
			}
			c.guestOut[i], c.guestIn[i] = p.out, p.in
		}
		if f := c.w.filters.get(k.place.parts[0].subnet.ID); f != nil {
			a, ok := acls[f]
			if !ok {
				a = [2]*aclFactor{c.aclFactor(f, network.Egress), c.aclFactor(f, network.Ingress)}
				acls[f] = a
			}
			c.aclOut[i], c.aclIn[i] = a[0], a[1]
		}
	}
	c.roads = make([][]roadKind, len(c.sites))
	for i := range c.roads {
		c.roads[i] = make([]roadKind, len(c.sites))
	}
}

// cell is the outcome between two kinds of instances.
func (c *crossing) cell(i, j int) uint32 {
	road := &c.roads[c.routing[i]][c.routing[j]]
	if *road == roadUnset {
		*road = c.road(&c.sites[c.routing[i]], &c.sites[c.routing[j]])
	}
	switch *road {
	case roadStops:
		return nothing
	case roadAnonymous:
		return c.slow(c.kinds[i], c.kinds[j])
	default:
	}
	id := c.pool.and(c.out[i][j], c.in[j][i])
	if id != nothing && c.subnet[i] != c.subnet[j] {
		if f := c.aclOut[i]; f != nil {
			id = c.pool.and(id, f.outcomes[f.own.of[i]][f.peer.of[j]])
		}
		if f := c.aclIn[j]; f != nil {
			id = c.pool.and(id, f.outcomes[f.own.of[j]][f.peer.of[i]])
		}
	}
	if c.guestOut[i] != nil {
		id = c.pool.and(id, c.guestOut[i][j])
	}
	if c.guestIn[j] != nil {
		id = c.pool.and(id, c.guestIn[j][i])
	}
	if *road == roadUnclear {
		id = c.pool.doubt(id)
	}
	return id
}

func (c *crossing) road(from, to *site) roadKind {
	r := roads{w: c.w, family: c.family, from: from.place, to: to.place, strict: c.strict}
	got := r.road(from.subnet, to.subnet, from.address, to.address)
	switch {
	case got.anonymous:
		return roadAnonymous
	case got.outcome == stops:
		return roadStops
	case got.outcome == unclear:
		return roadUnclear
	}
	return roadOpen
}

// slow decides one pair of ends as a question about all traffic.
func (c *crossing) slow(a, b *kind) uint32 {
	q := Question{Protocol: traffic.AnyProtocol, Family: c.family, Strict: c.strict}
	k := &walk{
		w: c.w, q: &q, from: a.place, to: b.place,
		roads: roads{w: c.w, family: c.family, from: a.place, to: b.place, strict: c.strict},
	}
	if a.place.outside && b.place.outside || a.place.addresses.IsEmpty() || b.place.addresses.IsEmpty() {
		return nothing
	}
	k.asked = q.asked(c.family, a.place, b.place)
	k.run()
	strip := func(s traffic.Set) traffic.Set {
		if a.place.instance != nil {
			s = s.FromAnywhere()
		}
		if b.place.instance != nil {
			s = s.ToAnywhere()
		}
		return s
	}
	return c.pool.put(bounds{strip(k.total.sure), strip(k.total.possible)})
}

// matrix evaluates every pair of kinds and joins the kinds that fare alike.
func (c *crossing) matrix() *Matrix {
	n := len(c.kinds)
	all := slices.Concat(c.kinds, c.others)
	rows, columns := make([]uint64, len(all)), make([]uint64, len(all))
	cells := make([][]uint32, len(all))
	for i := range all {
		cells[i] = make([]uint32, len(all))
		for j := range all {
			var id uint32
			if i < n && j < n {
				id = c.cell(i, j)
			} else if i != j {
				id = c.slow(all[i], all[j])
			}
			cells[i][j] = id
			rows[i] += scatter(id, j)
			columns[j] += scatter(id, i)
		}
	}
	m := &Matrix{family: c.family, pool: c.pool}
	var chosen []int
	classOf := map[[2]uint64]int{}
	for i, k := range all {
		key := [2]uint64{rows[i], columns[i]}
		class, ok := classOf[key]
		if !ok || i >= n {
			class = len(m.classes)
			classOf[key] = class
			m.classes = append(m.classes, Class{})
			m.places = append(m.places, k.place)
			chosen = append(chosen, i)
		}
		m.classes[class].Members = append(m.classes[class].Members, k.members...)
	}
	for _, i := range chosen {
		row := make([]uint32, len(chosen))
		for j, at := range chosen {
			row[j] = cells[i][at]
		}
		m.cells = append(m.cells, row)
		cells[i] = nil
	}
	for i := range m.classes {
		slices.SortFunc(m.classes[i].Members, func(a, b Member) int { return compareText(a.ID, b.ID) })
	}
	return m
}

// scatter makes a number of an outcome at a position; sums of these tell rows apart.
func scatter(id uint32, at int) uint64 {
	x := uint64(id)<<32 | uint64(uint32(at))
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
