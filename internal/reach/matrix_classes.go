package reach

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"

	"github.com/gaissmai/bart"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// endpointClass is endpoints that every stage treats alike, which is known before any cell is: nothing that a stage looks at
// tells them apart.
type endpointClass struct {
	endpoint *resolvedEndpoint
	members  []Member
	// groups is the text of the list of security groups.
	groups string
}

// instance is the instance that stands for the class.
func (c *endpointClass) instance() *instanceNode { return c.endpoint.instance }

// subnet is the subnet all members are in.
func (c *endpointClass) subnet() *subnetNode { return c.endpoint.bySubnet[0].subnet }

// matrixBuilder computes a matrix.
type matrixBuilder struct {
	model  *Model
	family traffic.Family
	strict bool
	// space is every packet of the family.
	space traffic.Set
	pool  *outcomePool

	classes []*endpointClass
	// external are the ends without one address, each a class of its own, decided by questions.
	external []*endpointClass
	// byAddress are the classes ordered by address, byGroup those whose members are in a security group.
	byAddress []int32
	byGroup   map[string][]int32
	// destinations is the destinations of all routes, nil until they are needed; see routeDestinations.
	destinations *bart.Lite

	filterOutcomes
}

func newMatrixBuilder(m *Model, f traffic.Family, strict bool) *matrixBuilder {
	return &matrixBuilder{
		model: m, family: f, strict: strict, space: traffic.All(f), pool: newOutcomePool(f), byGroup: map[string][]int32{},
		filterOutcomes: newFilterOutcomes(),
	}
}

// address is the address that stands for a class.
func (b *matrixBuilder) address(class int32) netip.Addr { return b.classes[class].members[0].Address }

// classify puts the members into classes.
func (b *matrixBuilder) classify(members []Member) {
	boundaries := b.addressBoundaries()
	kinds := stageKinds()
	numberings := make([]numbering[any], len(kinds))
	for i := range numberings {
		numberings[i] = numbering[any]{}
	}
	byKey := map[string]*endpointClass{}
	var key []byte
	for _, m := range members {
		if !m.Address.IsValid() {
			p := b.model.externalEndpoint(&m, b.family)
			b.external = append(b.external, &endpointClass{endpoint: p, members: []Member{m}})
			continue
		}
		node := b.model.instanceByID.get(m.ID)
		interval, _ := slices.BinarySearchFunc(boundaries, m.Address, func(boundary, a netip.Addr) int {
			if a.Less(boundary) {
				return 1
			}
			return -1
		})
		key = binary.AppendUvarint(key[:0], uint64(interval))
		for i, k := range kinds {
			key = binary.AppendUvarint(key, uint64(numberings[i].of(k.distinguishes(b, node, m.Address))))
		}
		c := byKey[string(key)]
		if c == nil {
			c = &endpointClass{endpoint: &node.endpoints[index(b.family)], groups: node.groupsKey()}
			byKey[string(key)] = c
			b.classes = append(b.classes, c)
		}
		c.members = append(c.members, m)
	}
	// Classes with one list of groups come one after the other, so that the list's outcomes are computed once.
	slices.SortStableFunc(b.classes, func(x, y *endpointClass) int { return compareText(x.groups, y.groups) })
	b.byAddress = make([]int32, len(b.classes))
	for i, c := range b.classes {
		b.byAddress[i] = int32(i)
		for _, g := range c.endpoint.groups {
			b.byGroup[g] = append(b.byGroup[g], int32(i))
		}
	}
	slices.SortFunc(b.byAddress, func(x, y int32) int {
		return cmp.Or(b.address(x).Compare(b.address(y)), cmp.Compare(x, y))
	})
}

// addressBoundaries are the addresses at which a set that some stage looks at begins or ends, ascending. Two addresses with
// no boundary between them are the same to every stage.
func (b *matrixBuilder) addressBoundaries() []netip.Addr {
	var out []netip.Addr
	add := func(s traffic.AddressSet) {
		if s.IsAny(b.family) {
			return
		}
		for _, r := range s.Only(b.family).Ranges() {
			out = append(out, r.From())
			if next := r.To().Next(); next.IsValid() {
				out = append(out, next)
			}
		}
	}
	for _, k := range stageKinds() {
		k.addresses(b.model, add)
	}
	add(b.model.internet[index(b.family)])
	slices.SortFunc(out, netip.Addr.Compare)
	return slices.Compact(out)
}

// ruleAddresses adds the addresses that rules name. seen are the rules that were added.
func ruleAddresses(rules []*rule, seen map[*matchFields]bool, add func(traffic.AddressSet)) {
	for _, r := range rules {
		if !seen[r.matchFields] {
			seen[r.matchFields] = true
			add(r.source)
			add(r.destination)
		}
	}
}

// routeDestinations are the destinations of all routes.
func (b *matrixBuilder) routeDestinations() *bart.Lite {
	if b.destinations == nil {
		b.destinations = &bart.Lite{}
		for _, t := range b.model.allTables() {
			for _, r := range t.list {
				b.destinations.Insert(r.Prefix())
			}
		}
	}
	return b.destinations
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

// values are the numbered values by their numbers.
func (n numbering[T]) values() []T {
	out := make([]T, len(n))
	for v, i := range n {
		out[i] = v
	}
	return out
}
