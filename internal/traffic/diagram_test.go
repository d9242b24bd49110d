package traffic

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// checkDiagram fails if a diagram breaks one of the rules that make it the only one of its set.
func checkDiagram(t interface{ Fatalf(string, ...any) }, n *node) {
	if n == nil || n == full {
		return
	}
	if n.level >= levelEnd || len(n.steps) < 2 || n.steps[0].at != (key{}) {
		t.Fatalf("node on level %d has %d steps", n.level, len(n.steps))
	}
	if n.hash != hashSteps(n.level, n.steps) {
		t.Fatalf("node on level %d has a wrong hash", n.level)
	}
	for i, s := range n.steps {
		if s.to != nil && s.to.level <= n.level {
			t.Fatalf("level %d leads to level %d", n.level, s.to.level)
		}
		if i > 0 && (!n.steps[i-1].at.less(s.at) || same(n.steps[i-1].to, s.to)) {
			t.Fatalf("steps %d and %d on level %d do not differ", i-1, i, n.level)
		}
		checkDiagram(t, s.to)
	}
}

func TestDiagramsAreUnique(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawSpans := func(label string, width int) []span {
			var out []span
			for range rapid.IntRange(0, 4).Draw(t, label) {
				first := rapid.IntRange(0, width).Draw(t, "first")
				out = append(out, span{number(first), number(rapid.IntRange(first, width).Draw(t, "last"))})
			}
			return normalise(out)
		}
		var built [2]*node
		for i := range built {
			for range rapid.IntRange(1, 40).Draw(t, "operations") {
				box := full
				for l := levelMajor; ; l-- {
					if rapid.Bool().Draw(t, "restrict") {
						box = spanNode(l, drawSpans(l.name(), 9), number(9), box)
					}
					if l == levelSource {
						break
					}
				}
				checkDiagram(t, box)
				op := rapid.SampledFrom([]operation{union, union, difference}).Draw(t, "operation")
				built[i] = combine(op, built[i], box)
				checkDiagram(t, built[i])
			}
		}
		checkDiagram(t, combine(intersection, built[0], built[1]))
		checkDiagram(t, combine(difference, built[0], built[1]))
	})
}

func (l level) name() string { return fmt.Sprintf("level %d", l) }

func TestUnchangedSetsAreNotCopied(t *testing.T) {
	prefix := func(text string) *AddressSet { return new(FromPrefix(netip.MustParsePrefix(text))) }
	set := func(m Match) Set {
		s, err := m.Set()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	asked := set(Match{
		Protocols: []Protocol{TCP}, Source: prefix("10.0.0.5/32"), Destination: prefix("10.0.9.9/32"),
		DestinationPorts: new(NewPortSet(PortRange{443, 443})),
	})
	wide := set(Match{Source: prefix("10.0.0.0/8")})
	apart := set(Match{Source: prefix("10.1.0.0/16")})
	packet, _ := asked.Sample()
	var got Set
	if n := testing.AllocsPerRun(100, func() {
		got = asked.Intersect(wide)
		got = got.Subtract(apart)
		got = got.Union(asked)
		if !got.Overlaps(wide) || got.Overlaps(apart) || !got.SubsetOf(wide) || !got.Contains(packet) {
			t.Error("wrong answer")
		}
	}); n > 0 || !got.Equal(asked) {
		t.Errorf("%v allocations, result %s", n, got)
	}
}

// TestLargeGroupsStaySmall combines rules between groups of hundreds of addresses. Written out box by box each has
// millions of combinations; time is the assertion, with two orders of magnitude to spare.
func TestLargeGroupsStaySmall(t *testing.T) {
	group := func(third byte) *AddressSet {
		var out AddressSet
		for i := range 500 {
			a := netip.AddrFrom4([4]byte{10, third, byte(i >> 6), byte(i<<2) + third})
			out = out.Union(FromAddr(a))
		}
		return &out
	}
	var sets []Set
	for i := range byte(3) {
		var ports []PortRange
		for p := range uint16(20) {
			ports = append(ports, PortRange{p * 100, p*100 + uint16(i)})
		}
		s, err := Match{
			Protocols: []Protocol{TCP}, Source: group(i), Destination: new(group(0).Union(*group(i))),
			DestinationPorts: new(NewPortSet(ports...)),
		}.Set()
		if err != nil {
			t.Fatal(err)
		}
		sets = append(sets, s)
	}
	start := time.Now()
	joined := sets[0].Union(sets[1]).Union(sets[2])
	rest := All(0).Subtract(joined)
	again := All(0).Subtract(rest)
	if !again.Equal(joined) || !joined.SubsetOf(again) || joined.Overlaps(rest) || again.String() != joined.String() {
		t.Error("double complement differs")
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	} else {
		t.Logf("took %v", took)
	}
}
