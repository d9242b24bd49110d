package reach

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// A cell of the matrix is the intersection of what single filters do, and each of these depends on little: a list of
// security groups on which of its rules the other end matches, an ACL on that and on its own end. What each filter does is
// computed once for all classes; a cell then takes a few intersections of numbered outcomes. See MATRIX.md.

// filterOutcomes remembers what lists of rules do.
type filterOutcomes struct {
	// anyAddressRules is the fields of rules without their addresses, classesIn the classes whose address lies in a set of a rule.
	anyAddressRules map[*matchFields]*matchFields
	classesIn       map[classesKey][]int32
	// outcomes remembers what a sequence of rules does; key is the buffer for the one being looked up.
	outcomes map[string]uint32
	key      []byte
	// fieldNumbers numbers the fields without addresses.
	fieldNumbers numbering[*matchFields]
	// tried, runs and hits are memory that one outcome leaves to the next.
	tried []*rule
	runs  []ruleRun
	hits  []hit
}

type classesKey struct {
	fields      *matchFields
	destination bool
}

func newFilterOutcomes() filterOutcomes {
	return filterOutcomes{
		anyAddressRules: map[*matchFields]*matchFields{}, classesIn: map[classesKey][]int32{}, outcomes: map[string]uint32{},
		fieldNumbers: numbering[*matchFields]{},
	}
}

// partition divides classes by which rules of a list they match. A class starts at 0; every rule it matches takes it on to
// the child of its part for that rule.
type partition struct {
	// of is the part of each class. parents is, for each part, the part it was divided from and the rule that did.
	of       []int32
	parents  []partitionStep
	children map[partitionStep]int32
}

type partitionStep struct{ part, rule int32 }

func newPartition(classes int) *partition {
	return &partition{of: make([]int32, classes), parents: []partitionStep{{-1, -1}}, children: map[partitionStep]int32{}}
}

// refine divides the parts by a rule that some classes match.
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

// matches are the rules that the classes of a part match; always lists those that every class matches.
func (p *partition) matches(part int32, always []bool) []bool {
	out := slices.Clone(always)
	for part > 0 {
		out[p.parents[part].rule] = true
		part = p.parents[part].part
	}
	return out
}

// withoutAddresses is what a rule does to traffic between two ends that it matches.
func (b *matrixBuilder) withoutAddresses(r *rule) *rule {
	f, ok := b.anyAddressRules[r.matchFields]
	if !ok {
		f = &matchFields{packets: r.packets.FromAnywhere().ToAnywhere().Intersect(b.space)}
		b.anyAddressRules[r.matchFields] = f
	}
	return &rule{
		matchFields: f, direction: r.direction, allow: r.allow, disabled: r.disabled, unknownGroup: r.unknownGroup,
		missing: r.missing,
	}
}

// matching is the classes whose address a rule matches on one side; all is set if every class's does.
func (b *matrixBuilder) matching(r *rule, destination bool) (classes []int32, all bool) {
	set := r.source
	if destination {
		set = r.destination
	}
	if set.IsAny(b.family) {
		return nil, true
	}
	key := classesKey{r.matchFields, destination}
	out, ok := b.classesIn[key]
	if ok {
		return out, false
	}
	for _, block := range set.Only(b.family).Ranges() {
		first, _ := slices.BinarySearchFunc(b.byAddress, 0, func(c int32, _ int) int {
			if b.address(c).Less(block.From()) {
				return -1
			}
			return 1
		})
		for _, c := range b.byAddress[first:] {
			if block.To().Less(b.address(c)) {
				break
			}
			out = append(out, c)
		}
	}
	b.classesIn[key] = out
	return out, false
}

// ruleList is what a list of rules does in a direction with every class as the other end. pass is set if traffic that no rule
// matches is let through.
func (b *matrixBuilder) ruleList(rules []*rule, d network.Direction, pass bool) []uint32 {
	always, plain := make([]bool, len(rules)), make([]*rule, len(rules))
	p := newPartition(len(b.classes))
	for i, r := range rules {
		if plain[i] = b.withoutAddresses(r); r.disabled || plain[i].packets.IsEmpty() {
			continue
		}
		if r.remote != "" {
			p.refine(i, b.byGroup[r.remote])
			continue
		}
		classes, all := b.matching(r, d == network.Egress)
		always[i] = all
		if !all {
			p.refine(i, classes)
		}
	}
	outcomes := make([]uint32, len(p.parents))
	for part := range outcomes {
		outcomes[part] = b.outcome(plain, p.matches(int32(part), always), pass)
	}
	out := make([]uint32, len(b.classes))
	for i := range out {
		out[i] = outcomes[p.of[i]]
	}
	return out
}

// outcome is what those rules of a list that match do with all traffic.
func (b *matrixBuilder) outcome(rules []*rule, matches []bool, pass bool) uint32 {
	b.key = b.key[:0]
	if pass {
		b.key = append(b.key, 1)
	}
	for i, r := range rules {
		if matches[i] {
			b.key = binary.AppendUvarint(b.key, b.number(r))
		}
	}
	if id, ok := b.outcomes[string(b.key)]; ok {
		return id
	}
	b.tried, b.runs = b.tried[:0], slices.Grow(b.runs[:0], len(rules))
	for i, r := range rules {
		if matches[i] && !r.disabled {
			b.try(r)
		}
	}
	out := filterResult{hits: b.hits[:0]}
	anyPeer := peerContext{}
	out.decide(anyPeer.firstMatch(&out, b.space, b.tried), pass)
	b.hits = out.hits
	id := b.pool.put(out.bounds)
	b.outcomes[string(b.key)] = id
	return id
}

// ruleRun is a rule that does what several rules in a row do.
type ruleRun struct {
	rule
	matchFields
}

// try adds a rule to those that are tried. Rules of one action in a row are one rule about the packets of all: a matrix does not
// ask which of them decides, and most lists only allow.
func (b *matrixBuilder) try(r *rule) {
	last := len(b.tried) - 1
	if last < 0 || r.missing != nil || b.tried[last].missing != nil || b.tried[last].allow != r.allow {
		b.tried = append(b.tried, r)
		return
	}
	packets := b.tried[last].packets.Union(r.packets)
	if n := len(b.runs); n > 0 && b.tried[last] == &b.runs[n-1].rule {
		b.runs[n-1].packets = packets
		return
	}
	b.runs = append(b.runs, ruleRun{rule: rule{allow: r.allow}, matchFields: matchFields{packets: packets}})
	run := &b.runs[len(b.runs)-1]
	run.rule.matchFields = &run.matchFields
	b.tried[last] = &run.rule
}

// number is the same for rules that do the same to the same traffic: one action, and one matchFields without addresses.
func (b *matrixBuilder) number(r *rule) uint64 {
	n := uint64(b.fieldNumbers.of(r.matchFields))<<4 | 8
	for i, bit := range [...]bool{r.allow, r.unknownGroup, r.missing != nil} {
		if bit {
			n |= 1 << i
		}
	}
	return n
}

// groupsKey is the text of an instance's list of security groups.
func (i *instanceNode) groupsKey() string {
	if len(i.SecurityGroupIDs) == 1 {
		return i.SecurityGroupIDs[0]
	}
	return strings.Join(unique(i.SecurityGroupIDs), "\x00")
}

func (securityGroupStages) distinguishes(_ *matrixBuilder, i *instanceNode, _ netip.Addr) any {
	return i.groupsKey()
}

func (securityGroupStages) addresses(m *Model, add func(traffic.AddressSet)) {
	seen := map[*matchFields]bool{}
	for _, g := range m.allGroups() {
		ruleAddresses(g.rules[0], seen, add)
		ruleAddresses(g.rules[1], seen, add)
	}
}

// securityGroupMatrix is what every list of security groups does.
type securityGroupMatrix struct {
	*matrixBuilder

	// list is the list of each class.
	list  []int32
	lists [][]string
	// ingress is the outcomes of each list by the other end's class; egress those of the list egressOf, which is the row's.
	// ingressOfRow is the outcome of each list for traffic from the row's class.
	ingress      [][]uint32
	egress       []uint32
	egressOf     int32
	ingressOfRow []uint32
}

func (securityGroupStages) matrix(b *matrixBuilder) matrixStage {
	m := &securityGroupMatrix{matrixBuilder: b, egressOf: -1}
	for i, c := range b.classes {
		if i == 0 || c.groups != b.classes[i-1].groups {
			m.lists = append(m.lists, c.endpoint.groups)
			m.ingress = append(m.ingress, m.groupList(c.endpoint.groups, network.Ingress))
		}
		m.list = append(m.list, int32(len(m.lists)-1))
	}
	m.ingressOfRow = make([]uint32, len(m.lists))
	return m
}

// groupList is what a list of security groups does in a direction with every class as the other end.
func (m *securityGroupMatrix) groupList(groups []string, d network.Direction) []uint32 {
	var rules []*rule
	for _, id := range groups {
		rules = append(rules, m.model.securityGroup(id).rules[directionIndex(d)]...)
	}
	return m.ruleList(rules, d, false)
}

func (m *securityGroupMatrix) restrict(r *matrixRow) {
	if list := m.list[r.from]; m.egressOf != list {
		m.egressOf, m.egress = list, m.groupList(m.lists[list], network.Egress)
	}
	for list, ingress := range m.ingress {
		m.ingressOfRow[list] = ingress[r.from]
	}
	for to, egress := range m.egress {
		if out := &r.outcomes[to]; *out != nothing {
			*out = m.pool.intersect(*out, m.pool.intersect(egress, m.ingressOfRow[m.list[to]]))
		}
	}
}

func (guestStages) distinguishes(_ *matrixBuilder, i *instanceNode, _ netip.Addr) any { return i.guest }

func (guestStages) addresses(m *Model, add func(traffic.AddressSet)) {
	seen := map[*matchFields]bool{}
	for i := range m.instances {
		if i.guest != nil {
			ruleAddresses(i.guest.rules[0], seen, add)
			ruleAddresses(i.guest.rules[1], seen, add)
		}
	}
}

// guestMatrix is what the instances do themselves.
type guestMatrix struct {
	*matrixBuilder

	// guest is the firewall of each class, 0 for none. ingress and egress are its outcomes by the other end's class.
	guest           []int32
	ingress, egress [][]uint32
	ingressOfRow    []uint32
}

func (guestStages) matrix(b *matrixBuilder) matrixStage {
	m := &guestMatrix{matrixBuilder: b, ingress: [][]uint32{nil}, egress: [][]uint32{nil}}
	guests := numbering[*guestFirewall]{nil: 0}
	for _, c := range b.classes {
		g := c.instance().guest
		n := guests.of(g)
		m.guest = append(m.guest, n)
		if int(n) == len(m.ingress) {
			m.ingress = append(m.ingress, m.firewall(g, network.Ingress))
			m.egress = append(m.egress, m.firewall(g, network.Egress))
		}
	}
	if len(guests) == 1 {
		return nil
	}
	m.ingressOfRow = make([]uint32, len(m.ingress))
	m.ingressOfRow[0] = everything
	return m
}

// firewall is what the firewall inside an instance does, and which services it has.
func (m *guestMatrix) firewall(g *guestFirewall, d network.Direction) []uint32 {
	out := m.ruleList(g.rules[directionIndex(d)], d, true)
	if d == network.Ingress && g.knowsServices {
		accepted := m.pool.put(certain(m.space.Subtract(g.notListening(m.space))))
		for i := range out {
			out[i] = m.pool.intersect(out[i], accepted)
		}
	}
	return out
}

func (m *guestMatrix) restrict(r *matrixRow) {
	for g, ingress := range m.ingress[1:] {
		m.ingressOfRow[g+1] = ingress[r.from]
	}
	egress := m.egress[m.guest[r.from]]
	for to, g := range m.guest {
		out := &r.outcomes[to]
		if *out == nothing {
			continue
		}
		if egress != nil {
			*out = m.pool.intersect(*out, egress[to])
		}
		*out = m.pool.intersect(*out, m.ingressOfRow[g])
	}
}

// distinguishes is the subnet: traffic inside of it is exempt (ACL-08), and the rest is filtered by its ACL (ACL-18).
func (networkACLStages) distinguishes(_ *matrixBuilder, i *instanceNode, _ netip.Addr) any {
	return i.subnet
}

func (networkACLStages) addresses(m *Model, add func(traffic.AddressSet)) {
	seen := map[*matchFields]bool{}
	for _, s := range m.subnets {
		if a := m.acls.get(s.ID); a != nil {
			ruleAddresses(a.rules[0], seen, add)
			ruleAddresses(a.rules[1], seen, add)
		}
	}
	add(aclExemptDestinations)
}

// networkACLMatrix is what the network ACLs do.
type networkACLMatrix struct {
	*matrixBuilder

	// subnet is the subnet of each class. bound is its ACL, a position in boundACLs, -1 for none.
	subnet, bound []int32
	boundACLs     []boundACL
	// ingressOfRow is the outcome of each of boundACLs for traffic from the row's class.
	ingressOfRow []uint32
	// exempt is the traffic to each class that no ACL filters, nil where there is no such traffic at all.
	exempt []uint32
}

// boundACL is an ACL as bound to the subnets of some classes, with the parts that these classes, as its own end, are in.
type boundACL struct {
	egress, ingress       *aclOutcomes
	ownEgress, ownIngress int32
}

// aclOutcomes is what an ACL does in a direction: the outcome for the part of its own end and the part of the other end.
type aclOutcomes struct {
	own, peer *partition
	outcomes  [][]uint32
}

func (networkACLStages) matrix(b *matrixBuilder) matrixStage {
	m := &networkACLMatrix{matrixBuilder: b}
	subnets, numbers := numbering[*subnetNode]{}, numbering[boundACL]{}
	acls := map[*aclNode]boundACL{}
	for i, c := range b.classes {
		m.subnet = append(m.subnet, subnets.of(c.subnet()))
		acl := b.model.acls.get(c.subnet().ID)
		if acl == nil {
			m.bound = append(m.bound, -1)
			continue
		}
		bound, ok := acls[acl]
		if !ok {
			bound = boundACL{egress: m.acl(acl, network.Egress), ingress: m.acl(acl, network.Ingress)}
			acls[acl] = bound
		}
		bound.ownEgress, bound.ownIngress = bound.egress.own.of[i], bound.ingress.own.of[i]
		m.bound = append(m.bound, numbers.of(bound))
	}
	if len(numbers) == 0 {
		return nil
	}
	m.boundACLs = numbers.values()
	m.ingressOfRow = make([]uint32, len(m.boundACLs))
	m.exemptOutcomes()
	return m
}

// exemptOutcomes finds the classes to which some traffic is exempt (ACL-09 to ACL-11).
func (m *networkACLMatrix) exemptOutcomes() {
	all := aclExempt[index(m.family)]
	for i := range m.classes {
		to := traffic.FromAddr(m.address(int32(i)))
		if !to.Overlaps(aclExemptDestinations) {
			continue
		}
		if m.exempt == nil {
			m.exempt = make([]uint32, len(m.classes))
		}
		there, _ := traffic.Match{Family: m.family, Destination: &to}.Set()
		m.exempt[i] = m.pool.put(certain(all.Intersect(there).ToAnywhere()))
	}
}

// acl is what an ACL does in a direction, for every part of its own end that has a class bound to it. A disabled ACL has only
// its final rule left (ACL-13).
func (m *networkACLMatrix) acl(acl *aclNode, d network.Direction) *aclOutcomes {
	rules := acl.rules[directionIndex(d)]
	if !acl.acl.IsEnabled() {
		rules = nil
	}
	out := &aclOutcomes{own: newPartition(len(m.classes)), peer: newPartition(len(m.classes))}
	ownAlways, peerAlways, plain := make([]bool, len(rules)), make([]bool, len(rules)), make([]*rule, len(rules))
	for i, r := range rules {
		if plain[i] = m.withoutAddresses(r); r.disabled || plain[i].packets.IsEmpty() {
			continue
		}
		for _, side := range []struct {
			p           *partition
			always      []bool
			destination bool
		}{{out.own, ownAlways, d == network.Ingress}, {out.peer, peerAlways, d == network.Egress}} {
			classes, all := m.matching(r, side.destination)
			side.always[i] = all
			if !all {
				side.p.refine(i, classes)
			}
		}
	}
	peerMatches := make([][]bool, len(out.peer.parents))
	for part := range peerMatches {
		peerMatches[part] = out.peer.matches(int32(part), peerAlways)
	}
	out.outcomes = make([][]uint32, len(out.own.parents))
	used := make([]bool, len(out.own.parents))
	for i, c := range m.classes {
		if m.model.acls.get(c.subnet().ID) == acl {
			used[out.own.of[i]] = true
		}
	}
	for own := range out.outcomes {
		if !used[own] {
			continue
		}
		ownMatches := out.own.matches(int32(own), ownAlways)
		out.outcomes[own] = make([]uint32, len(peerMatches))
		both := make([]bool, len(rules))
		for peer := range peerMatches {
			for i := range both {
				both[i] = ownMatches[i] && peerMatches[peer][i]
			}
			out.outcomes[own][peer] = m.outcome(plain, both, false)
		}
	}
	return out
}

func (m *networkACLMatrix) restrict(r *matrixRow) {
	for k := range m.boundACLs {
		b := &m.boundACLs[k]
		m.ingressOfRow[k] = b.ingress.outcomes[b.ownIngress][b.ingress.peer.of[r.from]]
	}
	var egress []uint32
	var parts []int32
	if b := m.bound[r.from]; b >= 0 {
		egress, parts = m.boundACLs[b].egress.outcomes[m.boundACLs[b].ownEgress], m.boundACLs[b].egress.peer.of
	}
	own := m.subnet[r.from]
	for to, bound := range m.bound {
		out := &r.outcomes[to]
		if *out == nothing || m.subnet[to] == own {
			continue
		}
		if m.exempt != nil && m.exempt[to] != nothing {
			*out = m.withExempt(*out, to, egress, parts)
			continue
		}
		if egress != nil {
			*out = m.pool.intersect(*out, egress[parts[to]])
		}
		if bound >= 0 {
			*out = m.pool.intersect(*out, m.ingressOfRow[bound])
		}
	}
}

// withExempt restricts the outcome to a class that exempt traffic reaches unfiltered.
func (m *networkACLMatrix) withExempt(out uint32, to int, egress []uint32, parts []int32) uint32 {
	filtered := out
	if egress != nil {
		filtered = m.pool.intersect(filtered, egress[parts[to]])
	}
	if bound := m.bound[to]; bound >= 0 {
		filtered = m.pool.intersect(filtered, m.ingressOfRow[bound])
	}
	return m.pool.union(filtered, m.pool.intersect(out, m.exempt[to]))
}
