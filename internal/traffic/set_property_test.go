package traffic_test

import (
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

func checkModel(t *rapid.T, name string, s traffic.Set, want model) {
	t.Helper()
	for i, p := range universe {
		if s.Contains(p) != want[i] {
			t.Fatalf("%s = %s\ncontains %s: want %v", name, s, p, want[i])
		}
	}
}

func TestSetAgainstOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, modelA := drawSet(t)
		b, modelB := drawSet(t)
		either, both, onlyA := modelA.with(modelB, or), modelA.with(modelB, and), modelA.with(modelB, andNot)
		checkModel(t, "a", a, modelA)
		checkModel(t, "a|b", a.Union(b), either)
		checkModel(t, "a&b", a.Intersect(b), both)
		checkModel(t, "a-b", a.Subtract(b), onlyA)

		equal := slices.Equal(modelA, modelB)
		if a.Equal(b) != equal || (a.String() == b.String()) != equal {
			t.Fatalf("equal is %v\n%s\n%s", equal, a, b)
		}
		if got, want := a.SubsetOf(b), !slices.Contains(onlyA, true); got != want {
			t.Fatalf("subset is %v\n%s\n%s", got, a, b)
		}
		if got, want := a.Overlaps(b), slices.Contains(both, true); got != want {
			t.Fatalf("overlaps is %v\n%s\n%s", got, a, b)
		}
		if got, want := a.IsEmpty(), !slices.Contains(modelA, true); got != want {
			t.Fatalf("empty is %v: %s", got, a)
		}
		if equal != (a.SubsetOf(b) && b.SubsetOf(a)) {
			t.Fatalf("equal is %v, but not mutual subset\n%s\n%s", equal, a, b)
		}
	})
}

// TestSampleAgainstOracle relies on the universe having the first packet of every interval and the order of Sample,
// within the protocols that have one packet each.
func TestSampleAgainstOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, m := drawSet(t)
		got, ok := s.Sample()
		if ok == s.IsEmpty() || ok && !s.Contains(got) {
			t.Fatalf("sample of %s is %s, %v", s, got, ok)
		}
		least, _ := m.first()
		for i, p := range universe {
			if m[i] && traffic.FamilyOf(p.Source) == traffic.FamilyOf(least.Source) && rank(p) < rank(least) {
				least = p
			}
		}
		// The universe orders by address before protocol; among one protocol it is in the order of Sample.
		if ok && got.Protocol.HasPorts() && got != least {
			t.Fatalf("sample of %s is %s; want %s", s, got, least)
		}
	})
}

func rank(p traffic.Packet) int {
	return slices.Index([]traffic.Protocol{traffic.TCP, traffic.UDP, traffic.ICMP, traffic.ICMPv6}, p.Protocol) & 7
}

func TestSetLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, _ := drawSet(t)
		b, _ := drawSet(t)
		c, _ := drawSet(t)
		all, none := traffic.All(0), traffic.Set{}
		for name, sides := range map[string][2]traffic.Set{
			"union commutes":            {a.Union(b), b.Union(a)},
			"intersection commutes":     {a.Intersect(b), b.Intersect(a)},
			"union associates":          {a.Union(b).Union(c), a.Union(b.Union(c))},
			"intersection associates":   {a.Intersect(b).Intersect(c), a.Intersect(b.Intersect(c))},
			"intersection distributes":  {a.Intersect(b.Union(c)), a.Intersect(b).Union(a.Intersect(c))},
			"union distributes":         {a.Union(b.Intersect(c)), a.Union(b).Intersect(a.Union(c))},
			"De Morgan":                 {all.Subtract(a.Union(b)), all.Subtract(a).Intersect(all.Subtract(b))},
			"double complement":         {all.Subtract(all.Subtract(a)), a},
			"difference and both":       {a.Subtract(b).Union(a.Intersect(b)), a},
			"difference is disjoint":    {a.Subtract(b).Intersect(b), none},
			"absorption":                {a.Union(a.Intersect(b)), a},
			"union with nothing":        {a.Union(none), a},
			"intersection with all":     {a.Intersect(all), a},
			"difference from itself":    {a.Subtract(a), none},
			"complement fills":          {a.Union(all.Subtract(a)), all},
			"families divide":           {a.Intersect(traffic.All(4)).Union(a.Intersect(traffic.All(6))), a},
			"difference is complement&": {a.Subtract(b), a.Intersect(all.Subtract(b))},
		} {
			if !sides[0].Equal(sides[1]) {
				t.Fatalf("%s:\n%s\n%s", name, sides[0], sides[1])
			}
			if sides[0].String() != sides[1].String() {
				t.Fatalf("%s: two texts of one set\n%s\n%s", name, sides[0], sides[1])
			}
		}
	})
}

func TestBoxes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, _ := drawSet(t)
		var joined traffic.Set
		for b := range s.Boxes() {
			part := b.Set()
			if part.IsEmpty() || part.Overlaps(joined) {
				t.Fatalf("box %s of %s is empty or repeats packets", b, s)
			}
			if text := part.String(); text != b.String() {
				t.Fatalf("box %s as a set is %s", b, text)
			}
			joined = joined.Union(part)
		}
		if !joined.Equal(s) {
			t.Fatalf("the boxes of\n%s\nmake\n%s", s, joined)
		}
	})
}

func TestProjections(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, m := drawSet(t)
		protocols, sources, destinations := s.Protocols(), s.Sources(), s.Destinations()
		type port struct {
			protocol traffic.Protocol
			port     uint16
		}
		hasProtocol, from, to := map[traffic.Protocol]bool{}, map[netip.Addr]bool{}, map[netip.Addr]bool{}
		fromPort, toPort := map[port]bool{}, map[port]bool{}
		for i, p := range universe {
			if !m[i] {
				continue
			}
			hasProtocol[p.Protocol], from[p.Source], to[p.Destination] = true, true, true
			if p.Protocol.HasPorts() {
				fromPort[port{p.Protocol, p.SourcePort}], toPort[port{p.Protocol, p.DestinationPort}] = true, true
			}
		}
		for _, p := range universe {
			if protocols.Contains(p.Protocol) != hasProtocol[p.Protocol] ||
				sources.Contains(p.Source) != from[p.Source] || destinations.Contains(p.Destination) != to[p.Destination] {
				t.Fatalf("projections of %s\nare wrong at %s: %s, %s, %s", s, p, protocols, sources, destinations)
			}
		}
		for _, p := range protocolReps {
			fromPorts, toPorts := s.SourcePorts(p), s.DestinationPorts(p)
			for _, cut := range portCuts {
				if fromPorts.Contains(cut) != fromPort[port{p, cut}] || toPorts.Contains(cut) != toPort[port{p, cut}] {
					t.Fatalf("ports of %s in %s\nare wrong at %d: %s, %s", p, s, cut, fromPorts, toPorts)
				}
			}
		}
		if both := s.DestinationPorts(traffic.AnyProtocol); !both.Equal(s.DestinationPorts(6).Union(s.DestinationPorts(17))) {
			t.Fatalf("ports of any protocol: %s", both)
		}
	})
}
