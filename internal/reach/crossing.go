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

	// What tells each kind's factors: its list of groups, its guest, its ACL together with its own part there (-1 for
	// none), its subnet, and its site.
	list, guest, border, subnet, site []int32
	lists                             [][]string
	guests                            []*guest
	borders                           []border
	sites                             []site
	roads                             [][]roadKind
}

// border is an ACL as kinds with one own part meet it.
type border struct {
	out, in       *aclFactor
	ownOut, ownIn int32
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
		outcomes: map[string]uint32{}, shapeNumbers: numbers[*shape]{},
	}
}

func (f *factory) address(c int32) netip.Addr { return f.kinds[c].members[0].Address }

// sortOut puts the members into kinds.
func (c *crossing) sortOut(members []Member) {
	edges, routes := c.edges(), c.routePrefixes()
	byKey := map[kindKey]*kind{}
	siteOf := map[siteKey]int32{}
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
		at := siteKey{subnet: node.subnet, public: node.public.IsValid()}
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
			k = &kind{place: p, site: s, groups: key.groups}
			byKey[key] = k
			c.kinds = append(c.kinds, k)
		}
		k.members = append(k.members, m)
	}
	// Kinds of one list of groups come one after the other, so that the list's factor is worked out once.
	slices.SortStableFunc(c.kinds, func(a, b *kind) int { return compareText(a.groups, b.groups) })
	c.byAddress = make([]int32, len(c.kinds))
	for i, k := range c.kinds {
		c.byAddress[i] = int32(i)
		for _, g := range k.place.groups {
			c.byGroup[g] = append(c.byGroup[g], int32(i))
		}
	}
	slices.SortFunc(c.byAddress, func(a, b int32) int {
		return cmp.Or(c.address(a).Compare(c.address(b)), cmp.Compare(a, b))
	})
}

type siteKey struct {
	subnet *subnetNode
	prefix netip.Prefix
	// public: an own public address goes before the default route.
	public bool
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

// prepare numbers what the factors depend on.
func (c *crossing) prepare() {
	subnets, guests := numbers[*subnetNode]{}, numbers[*guest]{}
	acls := map[*filter]border{}
	borders := map[border]int32{}
	for i, k := range c.kinds {
		if i == 0 || k.groups != c.kinds[i-1].groups {
			c.lists = append(c.lists, k.place.groups)
		}
		c.list = append(c.list, int32(len(c.lists)-1))
		c.site = append(c.site, k.site)
		c.subnet = append(c.subnet, subnets.of(k.place.parts[0].subnet))
		c.guest = append(c.guest, guests.of(k.place.instance.guest))
		f := c.w.filters.get(k.place.parts[0].subnet.ID)
		if f == nil {
			c.border = append(c.border, -1)
			continue
		}
		b, ok := acls[f]
		if !ok {
			b = border{out: c.aclFactor(f, network.Egress), in: c.aclFactor(f, network.Ingress)}
			acls[f] = b
		}
		b.ownOut, b.ownIn = b.out.own.of[i], b.in.own.of[i]
		n, ok := borders[b]
		if !ok {
			n = int32(len(c.borders))
			borders[b] = n
			c.borders = append(c.borders, b)
		}
		c.border = append(c.border, n)
	}
	c.guests = guests.list()
	c.roads = make([][]roadKind, len(c.sites))
	for i := range c.roads {
		c.roads[i] = make([]roadKind, len(c.sites))
	}
}

// numbers gives every value a number, in the order in which they come.
type numbers[T comparable] map[T]int32

func (n numbers[T]) of(v T) int32 {
	i, ok := n[v]
	if !ok {
		i = int32(len(n))
		n[v] = i
	}
	return i
}

func (n numbers[T]) list() []T {
	out := make([]T, len(n))
	for v, i := range n {
		out[i] = v
	}
	return out
}
