package reach

import (
	"encoding/binary"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// A cell of the matrix is the intersection of what single filters do, and each of these depends on little: a security
// group list on which of its rules the other end fits, an ACL on that and on its own end. The factors below are worked
// out once for all classes; a cell then takes a few intersections of numbers.

// partition divides classes by which rules of a filter they fit. A class starts at 0; every rule it fits takes it on to
// the child of its part for that rule.
type partition struct {
	of       []int32
	parents  []partitionStep
	children map[partitionStep]int32
}

type partitionStep struct{ part, rule int32 }

func newPartition(classes int) *partition {
	return &partition{of: make([]int32, classes), parents: []partitionStep{{-1, -1}}, children: map[partitionStep]int32{}}
}

// refine notes that some classes fit a rule.
func (p *partition) refine(rule int, classes []int32) {
	for _, c := range classes {
		key := partitionStep{p.of[c], int32(rule)}
		next, ok := p.children[key]
		if !ok {
			next = int32(len(p.parents))
			p.parents = append(p.parents, key)
			p.children[key] = next
		}
		p.of[c] = next
	}
}

// fits tells which of n rules the classes of a part fit; always lists the rules that every class fits.
func (p *partition) fits(part int32, always []bool) []bool {
	out := slices.Clone(always)
	for part > 0 {
		out[p.parents[part].rule] = true
		part = p.parents[part].part
	}
	return out
}

// withoutAddresses is a rule without its addresses: what it does to traffic between two ends that it fits.
func (f *filterOutcomes) withoutAddresses(r *rule) *rule {
	s, ok := f.anyAddressFields[r.matchFields]
	if !ok {
		s = &matchFields{packets: r.packets.FromAnywhere().ToAnywhere().Intersect(f.space)}
		f.anyAddressFields[r.matchFields] = s
	}
	return &rule{matchFields: s, direction: r.direction, allow: r.allow, disabled: r.disabled, unknownGroup: r.unknownGroup, missing: r.missing}
}

// filterOutcomes works factors out.
type filterOutcomes struct {
	model            *Model
	family           traffic.Family
	space            traffic.Set
	pool             *outcomePool
	anyAddressFields map[*matchFields]*matchFields
	classes          []*endpointClass
	// byAddress are the classes ordered by address; fitting remembers which of them lie in a set.
	byAddress []int32
	fitting   map[classesKey][]int32
	byGroup   map[string][]int32
	// outcomes remembers what a sequence of rules does; key is the one being looked up.
	outcomes     map[string]uint32
	key          []byte
	fieldNumbers numbering[*matchFields]
}

type classesKey struct {
	shape       *matchFields
	destination bool
}

// endpointClass is instances that fare alike for reasons known before any cell is: one subnet, one list of groups, addresses
// that no rule and no route tells apart.
type endpointClass struct {
	endpoint   *resolvedEndpoint
	members    []Member
	routeClass int32
	groups     string
}

// matchingClasses are the classes whose address is one a rule is about on one side; all tells that every class is.
func (f *filterOutcomes) matchingClasses(r *rule, destination bool) (classes []int32, all bool) {
	set := r.source
	if destination {
		set = r.destination
	}
	if set.IsAny(f.family) {
		return nil, true
	}
	key := classesKey{r.matchFields, destination}
	out, ok := f.fitting[key]
	if ok {
		return out, false
	}
	for _, block := range set.Only(f.family).Ranges() {
		first, _ := slices.BinarySearchFunc(f.byAddress, 0, func(c int32, _ int) int {
			if f.address(c).Less(block.From()) {
				return -1
			}
			return 1
		})
		for _, c := range f.byAddress[first:] {
			if block.To().Less(f.address(c)) {
				break
			}
			out = append(out, c)
		}
	}
	f.fitting[key] = out
	return out, false
}

// securityGroupOutcomes is what a list of groups does in a direction with every class as the other end.
func (f *filterOutcomes) securityGroupOutcomes(groups []string, d network.Direction) []uint32 {
	var rules []*rule
	for _, id := range groups {
		g := f.model.groups.get(id)
		if g == nil {
			g = f.model.compileGroup(matchFieldsCache{}, id, nil)
		}
		rules = append(rules, g.rules[directionIndex(d)]...)
	}
	return f.ruleListOutcomes(rules, d, false)
}

// guestOutcomes is what the firewall inside an instance does, and which services it has.
func (f *filterOutcomes) guestOutcomes(g *guestFirewall, d network.Direction) []uint32 {
	out := f.ruleListOutcomes(g.rules[directionIndex(d)], d, true)
	if d == network.Ingress && g.knowsServices {
		heard := f.pool.put(certain(f.space.Subtract(portTraffic).Union(g.listening.Intersect(f.space))))
		for i := range out {
			out[i] = f.pool.intersect(out[i], heard)
		}
	}
	return out
}

func (f *filterOutcomes) ruleListOutcomes(rules []*rule, d network.Direction, rest bool) []uint32 {
	always, plain := make([]bool, len(rules)), make([]*rule, len(rules))
	p := newPartition(len(f.classes))
	for i, r := range rules {
		if plain[i] = f.withoutAddresses(r); r.disabled || plain[i].packets.IsEmpty() {
			continue
		}
		if r.remote != "" {
			p.refine(i, f.byGroup[r.remote])
			continue
		}
		classes, all := f.matchingClasses(r, d == network.Egress)
		always[i] = all
		if !all {
			p.refine(i, classes)
		}
	}
	outcomes := make([]uint32, len(p.parents))
	for part := range outcomes {
		outcomes[part] = f.outcome(plain, p.fits(int32(part), always), rest)
	}
	out := make([]uint32, len(f.classes))
	for i := range out {
		out[i] = outcomes[p.of[i]]
	}
	return out
}

// outcome is what some of a list's rules do with all traffic; rest is what happens to traffic that no rule matches.
func (f *filterOutcomes) outcome(rules []*rule, fits []bool, rest bool) uint32 {
	f.key = f.key[:0]
	var b bounds
	if rest {
		b = certain(f.space)
		f.key = append(f.key, 1)
	}
	for i, r := range rules {
		if fits[i] {
			f.key = binary.AppendUvarint(f.key, f.number(r))
		}
	}
	if id, ok := f.outcomes[string(f.key)]; ok {
		return id
	}
	for i, r := range slices.Backward(rules) {
		if fits[i] {
			b = b.under(r)
		}
	}
	id := f.pool.put(b)
	f.outcomes[string(f.key)] = id
	return id
}

// number tells apart rules that do different things; plain shapes are made once.
func (f *filterOutcomes) number(r *rule) uint64 {
	n := uint64(f.fieldNumbers.of(r.matchFields))<<4 | 8
	for i, bit := range [...]bool{r.allow, r.unknownGroup, r.missing != nil} {
		if bit {
			n |= 1 << i
		}
	}
	return n
}

// under is what is left of an outcome when a rule is tried before everything that led to it.
func (b bounds) under(r *rule) bounds {
	known := r.missing == nil
	if r.allow || r.unknownGroup {
		b.possible = b.possible.Union(r.packets)
		if known {
			b.sure = b.sure.Union(r.packets)
		}
	}
	if !r.allow || r.unknownGroup {
		b.sure = b.sure.Subtract(r.packets)
		if known {
			b.possible = b.possible.Subtract(r.packets)
		}
	}
	return b
}

// aclOutcomes is what an ACL does in a direction: the outcome for the part of its own end and the part of the other end.
type aclOutcomes struct {
	own, peer *partition
	outcomes  [][]uint32
}

func (f *filterOutcomes) networkACLOutcomes(acl *aclNode, d network.Direction) *aclOutcomes {
	rules := acl.rules[directionIndex(d)]
	if !acl.acl.IsEnabled() {
		rules = nil
	}
	out := &aclOutcomes{own: newPartition(len(f.classes)), peer: newPartition(len(f.classes))}
	ownAlways, peerAlways, plain := make([]bool, len(rules)), make([]bool, len(rules)), make([]*rule, len(rules))
	for i, r := range rules {
		if plain[i] = f.withoutAddresses(r); r.disabled || plain[i].packets.IsEmpty() {
			continue
		}
		for _, side := range []struct {
			p      *partition
			always []bool
			end    bool
		}{{out.own, ownAlways, d == network.Ingress}, {out.peer, peerAlways, d == network.Egress}} {
			classes, all := f.matchingClasses(r, side.end)
			side.always[i] = all
			if !all {
				side.p.refine(i, classes)
			}
		}
	}
	peerFits := make([][]bool, len(out.peer.parents))
	for part := range peerFits {
		peerFits[part] = out.peer.fits(int32(part), peerAlways)
	}
	out.outcomes = make([][]uint32, len(out.own.parents))
	used := make([]bool, len(out.own.parents))
	for c, k := range f.classes {
		if f.model.acls.get(k.endpoint.bySubnet[0].subnet.ID) == acl {
			used[out.own.of[c]] = true
		}
	}
	for own := range out.outcomes {
		if !used[own] {
			continue
		}
		ownFits := out.own.fits(int32(own), ownAlways)
		out.outcomes[own] = make([]uint32, len(peerFits))
		both := make([]bool, len(rules))
		for peer := range peerFits {
			for i := range both {
				both[i] = ownFits[i] && peerFits[peer][i]
			}
			out.outcomes[own][peer] = f.outcome(plain, both, false)
		}
	}
	return out
}
