package reach

import (
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Check decides intents, each by itself, and finds those that are about nothing and those that contradict one another.
// The outcomes are in the order of the intents.
func (m *Model) Check(intents ...Intent) []Outcome {
	out := make([]Outcome, len(intents))
	for i := range intents {
		out[i] = m.checkIntent(intents[i])
	}
	for i := range intents {
		for j := range i {
			m.addContradiction(&out[i], &out[j])
		}
	}
	return out
}

// familyIntent is an intent in one family with its selectors resolved.
type familyIntent struct {
	family   traffic.Family
	asked    traffic.Set
	from, to []Member
}

// families are the families an intent is about.
func (m *Model) families(i Intent) []familyIntent {
	var out []familyIntent
	for _, f := range []traffic.Family{traffic.IPv4, traffic.IPv6} {
		in := familyIntent{family: f, asked: i.asked(f), from: m.selected(&i.From, f), to: m.selected(&i.To, f)}
		if i.Family != 0 && i.Family != f || in.isVacuous() {
			continue
		}
		out = append(out, in)
		if i.Expect == MustReach {
			break
		}
	}
	return out
}

// isVacuous reports whether the intent is about no traffic, or about no two different ends.
func (f *familyIntent) isVacuous() bool {
	return f.asked.IsEmpty() || len(f.from) == 0 || len(f.to) == 0 ||
		len(f.from) == 1 && len(f.to) == 1 && f.from[0].key() == f.to[0].key()
}

// onlyEnd is the one end that both selectors of an intent name, nil where they name more or none.
func (m *Model) onlyEnd(i *Intent) *Member {
	for _, f := range []traffic.Family{traffic.IPv4, traffic.IPv6} {
		from, to := m.selected(&i.From, f), m.selected(&i.To, f)
		if len(from) == 1 && len(to) == 1 && from[0].key() == to[0].key() {
			return &from[0]
		}
	}
	return nil
}

// asked is the traffic the intent is about in a family, between any two addresses.
func (i *Intent) asked(f traffic.Family) traffic.Set {
	if i.Protocol == traffic.ICMP && f == traffic.IPv6 || i.Protocol == traffic.ICMPv6 && f == traffic.IPv4 {
		return traffic.Set{}
	}
	q := Question{
		Protocol: i.Protocol, Ports: i.Ports, ICMPType: i.ICMPType, ICMPCode: i.ICMPCode, AnyICMP: i.Expect == MustNotReach,
	}
	return q.service(f)
}

// unresolvedSelectors are the names in a selector of what the network does not have. A misspelt id must not satisfy an intent.
func (m *Model) unresolvedSelectors(s *Selector) []string {
	var out []string
	for _, list := range []struct {
		kind network.Kind
		ids  []string
	}{
		{network.KindInstance, s.InstanceIDs},
		{network.KindSubnet, s.SubnetIDs},
		{network.KindVPC, s.VPCIDs},
		{network.KindSecurityGroup, s.SecurityGroupIDs},
	} {
		for _, id := range list.ids {
			if o := m.object(id); o == nil || o.Kind() != list.kind {
				out = append(out, list.kind.Label()+" "+id)
			}
		}
	}
	for _, text := range s.Addresses {
		set, err := traffic.ParseAddressEntry(text)
		if err != nil {
			out = append(out, err.Error())
			continue
		}
		first, _ := set.First()
		r := endpointResolver{model: m, family: traffic.FamilyOf(first)}
		if _, wrong := r.resolve(&Endpoint{Address: text}, AtSource); wrong != nil {
			out = append(out, "address "+text)
		}
	}
	return out
}

// satisfaction is whether a pair of ends, or all of them, do what an intent requires; a larger one is better.
type satisfaction int

const (
	violated satisfaction = iota
	undecided
	satisfied
)

func (m *Model) checkIntent(i Intent) Outcome {
	out := Outcome{Intent: i}
	families := m.families(i)
	unresolved := append(m.unresolvedSelectors(&i.From), m.unresolvedSelectors(&i.To)...)
	if len(unresolved) > 0 || len(families) == 0 {
		if m.uncertain != nil { // What it is about may be among the objects that are not known yet.
			out.Undetermined, out.Findings = true, m.unknownFindings()
			return out
		}
		f := Finding{
			Code: CodeIntentVacuous, Severity: Failure, Layer: LayerQuestion, Name: i.Name, Reason: strings.Join(unresolved, ", "),
		}
		if end := m.onlyEnd(&i); end != nil && len(unresolved) == 0 {
			f.Reason, f.With = ReasonOneEnd, &Counterpart{Kind: end.Kind, ID: end.ID, Name: end.Name}
		}
		out.Findings = []Finding{f}
		return out
	}
	result := satisfied
	var explain func()
	for k := range families {
		got, explainIt := m.checkFamily(&out, &families[k])
		if got < result {
			result, explain = got, explainIt
		}
	}
	if explain != nil {
		explain()
	}
	out.Satisfied, out.Undetermined = result == satisfied, result == undecided
	if i.Expect == MustReach {
		m.addCautions(&out, &families[0])
	}
	return out
}

// addCautions adds what carriers do to the traffic of an intent that it gets through, unless the example says it.
func (m *Model) addCautions(out *Outcome, in *familyIntent) {
	onInternet := func(ends []Member) bool {
		return slices.ContainsFunc(ends, func(e Member) bool { return e.Kind == "" && m.externalEndpoint(&e, in.family).internet() })
	}
	for _, f := range carrierCautions(in.asked, onInternet(in.from), onInternet(in.to)) {
		if !slices.ContainsFunc(out.Findings, func(told Finding) bool { return told.Code == f.Code }) {
			out.Findings = append(out.Findings, f)
		}
	}
}

// checkFamily checks an intent in one family. Violations are added to the outcome; explain adds what the first one is, or the
// first pair that cannot be decided, and is nil without either.
func (m *Model) checkFamily(out *Outcome, in *familyIntent) (result satisfaction, explain func()) {
	c := intentPairs{intent: &out.Intent, family: in}
	all := slices.Concat(in.from, in.to)
	slices.SortStableFunc(all, func(a, b Member) int { return compareText(a.key(), b.key()) })
	all = slices.CompactFunc(all, func(a, b Member) bool { return a.key() == b.key() })
	c.matrix = m.matrixOf(in.family, all, out.Intent.Strict)
	c.prepare()
	if result = c.decide(); result == satisfied {
		return result, nil
	}
	changes, open := c.violations()
	if result == violated {
		out.Violations = append(out.Violations, changes...)
	}
	if changes = append(changes, open...); len(changes) > 0 {
		explain = func() { m.explainViolation(out, in, changes[0], result) }
	}
	return result, explain
}

// explainViolation explains the first violation, or the first pair that cannot be decided.
func (m *Model) explainViolation(out *Outcome, in *familyIntent, change Change, result satisfaction) {
	i := &out.Intent
	from, to := change.From[0], change.To[0]
	for _, m := range change.To {
		if m.key() != from.key() {
			to = m
			break
		}
	}
	q := Question{
		Source: from.Endpoint(), Destination: to.Endpoint(), Protocol: i.Protocol, Ports: i.Ports,
		ICMPType: i.ICMPType, ICMPCode: i.ICMPCode, Strict: i.Strict, Family: in.family,
	}
	if i.Expect == MustNotReach {
		q.SourcePorts, q.AnyICMP = traffic.AllPorts(), true
	}
	a := m.Decide(q)
	out.Example = &a
	if result != violated {
		out.Findings = append(out.Findings, a.Findings...)
		return
	}
	code := CodeIntentViolatedReachable
	if i.Expect == MustReach {
		code = CodeIntentViolatedBlocked
	}
	between := m.packetsBetween(from, to, in.family)
	if p, ok := Witness(change.Traffic.Intersect(between)); ok {
		out.Witness = &p
	}
	out.Findings = append(out.Findings, Finding{
		Code: code, Severity: Failure, Leg: Forward, Layer: LayerQuestion, Name: i.Name, Affected: change.Traffic.Intersect(between),
		Kind: from.Kind, ID: from.ID, With: &Counterpart{Kind: to.Kind, ID: to.ID, Name: to.Name},
	})
	out.Findings = append(out.Findings, a.Findings...)
}

// packetsBetween is every packet from one end to the other.
func (m *Model) packetsBetween(from, to Member, f traffic.Family) traffic.Set {
	source, destination := m.addressesOf(&from, f), m.addressesOf(&to, f)
	s, _ := traffic.Match{Family: f, Source: &source, Destination: &destination}.Set()
	return s
}

// addContradiction adds a finding to both outcomes if no network can satisfy both intents.
func (m *Model) addContradiction(a, b *Outcome) {
	reachOne, notOne := a, b
	if a.Intent.Expect == MustNotReach {
		reachOne, notOne = b, a
	}
	if reachOne.Intent.Expect != MustReach || notOne.Intent.Expect != MustNotReach {
		return
	}
	for _, must := range m.families(reachOne.Intent) {
		for _, mustNot := range m.families(notOne.Intent) {
			common := must.asked.Intersect(mustNot.asked)
			if must.family != mustNot.family || common.IsEmpty() {
				continue
			}
			from, to, ok := contradict(&reachOne.Intent, &notOne.Intent, &must, &mustNot)
			if !ok {
				continue
			}
			common = common.Intersect(m.packetsBetween(from, to, must.family))
			for _, o := range []*Outcome{a, b} {
				other := b
				if o == b {
					other = a
				}
				o.Satisfied, o.Against = false, other.Intent.Name
				o.Findings = append(o.Findings, Finding{
					Code: CodeIntentContradictory, Severity: Failure, Leg: Forward, Layer: LayerQuestion, Name: o.Intent.Name,
					Affected: common, With: &Counterpart{Name: other.Intent.Name},
				})
			}
			return
		}
	}
}

// contradict is a pair of ends at which two intents cannot both be satisfied; ok is false if there is none. An intent about any
// of several ends can be satisfied by another of them, unless the other intent is about them all.
func contradict(mustIntent, notIntent *Intent, must, mustNot *familyIntent) (from, to Member, ok bool) {
	if notIntent.From.Quantifier == Some && len(mustNot.from) > 1 || notIntent.To.Quantifier == Some && len(mustNot.to) > 1 {
		return from, to, false
	}
	commonFrom, allFrom := commonMembers(must.from, mustNot.from)
	commonTo, allTo := commonMembers(must.to, mustNot.to)
	if mustIntent.From.Quantifier == Some && !allFrom || mustIntent.To.Quantifier == Some && !allTo {
		return from, to, false
	}
	for _, from = range commonFrom {
		for _, to = range commonTo {
			if from.key() != to.key() {
				return from, to, true
			}
		}
	}
	return from, to, false
}

// commonMembers are the members of a that b has too, and whether these are all.
func commonMembers(a, b []Member) (out []Member, all bool) {
	has := make(map[string]bool, len(b))
	for i := range b {
		has[b[i].key()] = true
	}
	for _, m := range a {
		if has[m.key()] {
			out = append(out, m)
		}
	}
	return out, len(out) == len(a)
}

// Witness is one packet of some traffic, with ports that a connection is likely to have if there is such a packet. ok is false
// for the empty set.
func Witness(s traffic.Set) (p traffic.Packet, ok bool) {
	p, ok = s.Sample()
	if !ok || !p.Protocol.HasPorts() {
		return p, ok
	}
	likely := p
	if likely.SourcePort = 49152; s.Contains(likely) {
		p = likely
	}
	if p.DestinationPort > 0 {
		return p, true
	}
	likely = p
	for _, port := range []uint16{80, 443, 22, 1} {
		if likely.DestinationPort = port; s.Contains(likely) {
			return likely, true
		}
	}
	return p, true
}
