package traffic_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// decide is first-match evaluation: what of the asked traffic the rules at even positions allow.
func decide(asked traffic.Set, rules []traffic.Set) (allowed, remaining traffic.Set) {
	remaining = asked
	for i := range rules {
		if remaining.IsEmpty() {
			break
		}
		if i%2 == 0 {
			allowed = allowed.Union(remaining.Intersect(rules[i]))
		}
		remaining = remaining.Subtract(rules[i])
	}
	return allowed, remaining
}

// BenchmarkQuestion asks about one flow. In "miss" no rule is about it, in "last" the last of 20 rules decides, in
// "ports" every second rule takes one of the asked ports away.
func BenchmarkQuestion(b *testing.B) {
	rules := map[string][]traffic.Set{}
	for i := range 20 {
		other := fmt.Sprintf("10.%d.0.0/16", i+1)
		rules["miss"] = append(rules["miss"], flow(b, "tcp", other, "", "22,80,443,8000-8010"))
		rules["last"] = append(rules["last"], flow(b, "tcp", other, "", "443"))
		port := fmt.Sprintf("%d", 8000+i)
		if i%2 == 0 {
			rules["ports"] = append(rules["ports"], flow(b, "tcp", "10.0.0.0/8", "", port))
		} else {
			rules["ports"] = append(rules["ports"], flow(b, "tcp", other, "", port))
		}
	}
	rules["last"][19] = flow(b, "tcp", "10.0.0.0/8", "", "443")
	asked := flow(b, "tcp", "10.0.0.5", "10.0.9.9", "443,8000-8019")
	b.Run("make", func(b *testing.B) {
		b.ReportAllocs()
		source := traffic.FromAddr(netip.MustParseAddr("10.0.0.5"))
		destination := traffic.FromAddr(netip.MustParseAddr("10.0.9.9"))
		ports := traffic.NewPortSet(traffic.PortRange{First: 443, Last: 443})
		for b.Loop() {
			_, _ = traffic.Match{
				Protocols: []traffic.Protocol{traffic.TCP}, Source: &source, Destination: &destination,
				DestinationPorts: &ports,
			}.Set()
		}
	})
	for _, name := range []string{"miss", "last", "ports"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				decide(asked, rules[name])
			}
		})
	}
}

// BenchmarkTable evaluates 1,000 rules in order against all traffic, the whole policy of a table.
func BenchmarkTable(b *testing.B) {
	random := rand.New(rand.NewPCG(3, 4))
	var prefixes, mixed []traffic.Set
	for range 1000 {
		first := 1 + random.IntN(60000)
		prefixes = append(prefixes, flow(b, "tcp",
			fmt.Sprintf("10.%d.%d.0/%d", random.IntN(8), random.IntN(256)&^3, 22+random.IntN(3)), "",
			fmt.Sprintf("%d-%d", first, first+random.IntN(1000))))
	}
	for _, m := range mixedTable(b, random, 1000) {
		mixed = append(mixed, setOf(b, m))
	}
	for name, rules := range map[string][]traffic.Set{"prefixes": prefixes, "mixed": mixed} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				decide(traffic.All(4), rules)
			}
		})
	}
}

func BenchmarkOperations(b *testing.B) {
	random := rand.New(rand.NewPCG(5, 6))
	var sides [2]traffic.Set
	for _, m := range mixedTable(b, random, 100) {
		sides[0] = sides[0].Union(setOf(b, m))
	}
	for _, m := range mixedTable(b, random, 100) {
		sides[1] = sides[1].Union(setOf(b, m))
	}
	one := flow(b, "tcp", "10.1.0.0/16", "10.2.0.0/16", "80")
	other := flow(b, "tcp", "10.1.2.0/24", "", "1-1024")
	packet, _ := one.Sample()
	for _, c := range []struct {
		name string
		run  func()
	}{
		{"union/box", func() { one.Union(other) }},
		{"union/100", func() { sides[0].Union(sides[1]) }},
		{"intersect/box", func() { one.Intersect(other) }},
		{"intersect/100", func() { sides[0].Intersect(sides[1]) }},
		{"subtract/box", func() { one.Subtract(other) }},
		{"subtract/100", func() { sides[0].Subtract(sides[1]) }},
		{"overlaps/box", func() { one.Overlaps(other) }},
		{"subset/100", func() { one.SubsetOf(sides[0]) }},
		{"equal/100", func() { sides[0].Equal(sides[1]) }},
		{"contains/100", func() { sides[0].Contains(packet) }},
		{"sample/100", func() { sides[0].Sample() }},
		{"string/box", func() { _ = one.String() }},
		{"string/100", func() { _ = sides[0].String() }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.run()
			}
		})
	}
}
