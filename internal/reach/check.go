package reach

import (
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Check decides intents, each by itself, and finds those that are about nothing and those that contradict one another.
// The outcomes are in the order of the intents.
func (w *World) Check(intents ...Intent) []Outcome {
	out := make([]Outcome, len(intents))
	for i := range intents {
		out[i] = w.check(intents[i])
	}
	for i := range intents {
		for j := range i {
			w.contradiction(&out[i], &out[j])
		}
	}
	return out
}

// demand is an intent in one family with its selectors resolved.
type demand struct {
	family   traffic.Family
	asked    traffic.Set
	from, to []Member
}

// demands are the families an intent is about.
func (w *World) demands(i Intent) []demand {
	var out []demand
	for _, f := range []traffic.Family{traffic.IPv4, traffic.IPv6} {
		d := demand{family: f, asked: i.asked(f), from: w.resolve(&i.From, f), to: w.resolve(&i.To, f)}
		if i.Family != 0 && i.Family != f || d.isVacuous() {
			continue
		}
		out = append(out, d)
		if i.Expect == MustReach {
			break
		}
	}
	return out
}

func (d *demand) isVacuous() bool {
	return d.asked.IsEmpty() || len(d.from) == 0 || len(d.to) == 0 ||
		len(d.from) == 1 && len(d.to) == 1 && d.from[0].key() == d.to[0].key()
}

// asked is the traffic the intent is about in a family, between any two addresses.
func (i *Intent) asked(f traffic.Family) traffic.Set {
	if i.Protocol == traffic.ICMP && f == traffic.IPv6 || i.Protocol == traffic.ICMPv6 && f == traffic.IPv4 {
		return traffic.Set{}
	}
	q := Question{Protocol: i.Protocol, Ports: i.Ports, ICMPType: i.ICMPType, ICMPCode: i.ICMPCode}
	if i.Expect == MustNotReach && q.Protocol.IsICMP() && q.ICMPType == nil {
		s, _ := traffic.Match{Family: f, Protocols: []traffic.Protocol{q.Protocol}}.Set()
		return s
	}
	return q.service(f)
}

// strangers are what a selector names and the network does not have. A misspelt id must not make an intent pass.
func (w *World) strangers(s *Selector) []string {
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
			if o := w.object(id); o == nil || o.Kind() != list.kind {
				out = append(out, list.kind.Label()+" "+id)
			}
		}
	}
	for _, text := range s.Addresses {
		set, err := traffic.ParseAddressEntry(text)
		if err != nil {
			out = append(out, "address "+text)
			continue
		}
		first, _ := set.First()
		l := locator{w: w, family: traffic.FamilyOf(first)}
		if _, lost := l.locate(&Endpoint{Address: text}, AtSource); lost != nil {
			out = append(out, "address "+text)
		}
	}
	return out
}

// standing is how a pair of ends, or a whole intent, stands to what is demanded; a larger one is better.
type standing int

const (
	violated standing = iota
	undecided
	satisfied
)

func (w *World) check(i Intent) Outcome {
	out := Outcome{Intent: i}
	demands := w.demands(i)
	if strangers := append(w.strangers(&i.From), w.strangers(&i.To)...); len(strangers) > 0 || len(demands) == 0 {
		out.Findings = []Finding{{
			Code: CodeIntentVacuous, Severity: Failure, Layer: LayerQuestion, Name: i.Name, Reason: strings.Join(strangers, ", "),
		}}
		return out
	}
	result := satisfied
	for k := range demands {
		result = min(result, w.decideDemand(&out, &demands[k]))
	}
	out.Satisfied, out.Undetermined = result == satisfied, result == undecided
	return out
}

func (w *World) decideDemand(out *Outcome, d *demand) standing {
	c := comparison{intent: &out.Intent, demand: d}
	all := slices.Concat(d.from, d.to)
	slices.SortStableFunc(all, func(a, b Member) int { return compareText(a.key(), b.key()) })
	all = slices.CompactFunc(all, func(a, b Member) bool { return a.key() == b.key() })
	c.matrix = w.matrixOf(d.family, all, out.Intent.Strict)
	c.prepare()
	result := c.decide()
	if result == satisfied {
		return result
	}
	changes := c.violations()
	if len(changes) == 0 {
		return result
	}
	if result == violated {
		out.Violations = append(out.Violations, changes...)
	}
	if out.Example == nil {
		w.exemplify(out, d, changes[0], result)
	}
	return result
}

// exemplify explains the first violation.
func (w *World) exemplify(out *Outcome, d *demand, change Change, result standing) {
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
		ICMPType: i.ICMPType, ICMPCode: i.ICMPCode, Strict: i.Strict, Family: d.family,
	}
	if i.Expect == MustNotReach {
		q.SourcePorts = traffic.AllPorts()
	}
	a := w.Decide(q)
	out.Example = &a
	if result != violated {
		out.Findings = append(out.Findings, a.Findings...)
		return
	}
	disputed := change.Traffic
	code := CodeIntentViolatedReachable
	if i.Expect == MustReach {
		code = CodeIntentViolatedBlocked
	}
	between := w.between(from, to, d.family)
	if p, ok := Witness(disputed.Intersect(between)); ok {
		out.Witness = &p
	}
	out.Findings = append(out.Findings, Finding{
		Code: code, Severity: Failure, Leg: Forward, Layer: LayerQuestion, Name: i.Name, Affected: disputed.Intersect(between),
		Kind: from.Kind, ID: from.ID, With: &Party{Kind: to.Kind, ID: to.ID, Name: to.Name},
	})
	out.Findings = append(out.Findings, a.Findings...)
}

// between is every packet from one end to the other.
func (w *World) between(from, to Member, f traffic.Family) traffic.Set {
	source, destination := w.addressesOf(&from, f), w.addressesOf(&to, f)
	s, _ := traffic.Match{Family: f, Source: &source, Destination: &destination}.Set()
	return s
}

// contradiction notes that no network can satisfy two intents.
func (w *World) contradiction(a, b *Outcome) {
	reachOne, notOne := a, b
	if a.Intent.Expect == MustNotReach {
		reachOne, notOne = b, a
	}
	if reachOne.Intent.Expect != MustReach || notOne.Intent.Expect != MustNotReach {
		return
	}
	for _, must := range w.demands(reachOne.Intent) {
		for _, mustNot := range w.demands(notOne.Intent) {
			common := must.asked.Intersect(mustNot.asked)
			if must.family != mustNot.family || common.IsEmpty() {
				continue
			}
			from, to, ok := contradict(&reachOne.Intent, &notOne.Intent, &must, &mustNot)
			if !ok {
				continue
			}
			common = common.Intersect(w.between(from, to, must.family))
			for _, o := range []*Outcome{a, b} {
				other := b
				if o == b {
					other = a
				}
				o.Satisfied, o.Against = false, other.Intent.Name
				o.Findings = append(o.Findings, Finding{
					Code: CodeIntentContradictory, Severity: Failure, Leg: Forward, Layer: LayerQuestion, Name: o.Intent.Name,
					Affected: common, With: &Party{Name: other.Intent.Name},
				})
			}
			return
		}
	}
}

// contradict is a pair of ends at which two demands cannot both be met. A demand about any of several ends leaves a way
// out unless the other one closes all of them.
func contradict(mustIntent, notIntent *Intent, must, mustNot *demand) (from, to Member, ok bool) {
	if notIntent.From.Quantifier == Some && len(mustNot.from) > 1 || notIntent.To.Quantifier == Some && len(mustNot.to) > 1 {
		return from, to, false
	}
	commonFrom, allFrom := shared(must.from, mustNot.from)
	commonTo, allTo := shared(must.to, mustNot.to)
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

// shared are the members of a that b has too, and whether these are all.
func shared(a, b []Member) (out []Member, all bool) {
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

// Witness is one packet of some traffic, with ports that a connection could have if there is such a packet.
func Witness(s traffic.Set) (traffic.Packet, bool) {
	p, ok := s.Sample()
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
