package traffic_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// match is a Match from texts: protocols, source, destination and destination ports, "" for no restriction.
func match(tb testing.TB, protocols, source, destination, ports string) traffic.Match {
	tb.Helper()
	var m traffic.Match
	for text := range strings.SplitSeq(protocols, ",") {
		p, err := traffic.ParseProtocol(text)
		if err != nil {
			tb.Fatal(err)
		}
		m.Protocols = append(m.Protocols, p)
	}
	if source != "" {
		m.Source = new(addresses(tb, strings.Split(source, ",")...))
	}
	if destination != "" {
		m.Destination = new(addresses(tb, strings.Split(destination, ",")...))
	}
	if ports != "" {
		set, err := traffic.ParsePorts(strings.Split(ports, ","))
		if err != nil {
			tb.Fatal(err)
		}
		m.DestinationPorts = &set
	}
	return m
}

func setOf(tb testing.TB, m traffic.Match) traffic.Set {
	tb.Helper()
	s, err := m.Set()
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func flow(tb testing.TB, protocols, source, destination, ports string) traffic.Set {
	tb.Helper()
	return setOf(tb, match(tb, protocols, source, destination, ports))
}

func TestSetString(t *testing.T) {
	echo := traffic.Match{
		Family: traffic.IPv4, Protocols: []traffic.Protocol{traffic.ICMP}, ICMPType: new(uint8(8)), ICMPCode: new(uint8(0)),
	}
	fromHighPorts := match(t, "udp", "10.0.0.0/8", "", "53")
	fromHighPorts.SourcePorts = new(traffic.NewPortSet(traffic.PortRange{First: 1024, Last: 65535}))
	none := addresses(t)

	for _, c := range []struct {
		name string
		set  traffic.Set
		want string
	}{
		{"empty", traffic.Set{}, "none"},
		{"all", traffic.All(0), "any"},
		{"one family", traffic.All(traffic.IPv6), "any over IPv6"},
		{"unknown family", traffic.All(5), "none"},
		{"zero match", setOf(t, traffic.Match{}), "any"},
		{
			"ports", flow(t, "tcp", "10.0.1.0/24", "10.0.2.10", "8000-8010,443,80"),
			"tcp/80,443,8000-8010 from 10.0.1.0/24 to 10.0.2.10",
		},
		{"both families", flow(t, "tcp", "", "", "22"), "tcp/22"},
		{"any protocol", flow(t, "any", "10.0.0.0/8", "", ""), "any from 10.0.0.0/8"},
		{"echo", setOf(t, echo), "icmp type 8 code 0 over IPv4"},
		{"source ports", setOf(t, fromHighPorts), "udp/53 from 10.0.0.0/8 source port 1024-65535"},
		{"two protocols", flow(t, "tcp,udp", "", "10.0.0.2", "53"), "tcp,udp/53 to 10.0.0.2"},
		{"numbered", flow(t, "50,gre", "", "10.0.0.2", ""), "gre,50 to 10.0.0.2"},
		{"number first", flow(t, "50", "", "10.0.0.2", ""), "protocol 50 to 10.0.0.2"},
		{
			"address group with both families", flow(t, "tcp", "10.0.0.0/8,2001:db8::/32", "", "22"),
			"tcp/22 from 10.0.0.0/8; tcp/22 from 2001:db8::/32",
		},
		{"empty address group", setOf(t, traffic.Match{Source: &none}), "none"},
		{
			"no ports", setOf(t, traffic.Match{Protocols: []traffic.Protocol{6}, DestinationPorts: &traffic.PortSet{}}),
			"none",
		},
		{"families do not meet", flow(t, "any", "10.0.0.0/8", "2001:db8::/32", ""), "none"},
		{
			"joined blocks", flow(t, "tcp", "10.0.0.0/24", "", "80").Union(flow(t, "tcp", "10.0.1.0/24", "", "80")),
			"tcp/80 from 10.0.0.0/23",
		},
		{
			"joined ports", flow(t, "tcp", "10.0.0.0/24", "", "80").Union(flow(t, "tcp", "10.0.0.0/24", "", "81")),
			"tcp/80-81 from 10.0.0.0/24",
		},
		{"all but one protocol", traffic.All(4).Subtract(flow(t, "tcp", "", "", "")), "any except tcp over IPv4"},
		{
			"all but one port", flow(t, "any", "10.0.0.0/8", "", "").Subtract(flow(t, "tcp", "", "", "22")),
			"tcp/0-21,23-65535 from 10.0.0.0/8; any except tcp from 10.0.0.0/8",
		},
		{
			"all but one host", flow(t, "tcp", "10.0.0.0/24", "", "22").Subtract(flow(t, "any", "10.0.0.77", "", "")),
			"tcp/22 from 10.0.0.0-10.0.0.76,10.0.0.78-10.0.0.255",
		},
		{
			"protocols put together", flow(t, "tcp,udp,icmp", "10.0.0.1", "", "").Union(
				traffic.All(0).Subtract(flow(t, "tcp,udp,icmp", "", "", "")).Intersect(flow(t, "any", "10.0.0.1", "", ""))),
			"any from 10.0.0.1",
		},
	} {
		if got := c.set.String(); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestMatchErrors(t *testing.T) {
	ports := traffic.NewPortSet(traffic.PortRange{First: 80, Last: 80})
	all := traffic.AllPorts()
	for _, c := range []struct {
		match traffic.Match
		want  string
	}{
		{traffic.Match{Family: 5}, "address family 5 does not exist; use 4, 6, or 0 for both"},
		{
			traffic.Match{Protocols: []traffic.Protocol{256}},
			"protocol 256 does not exist; protocols are 0 to 255, or -1 for any",
		},
		{
			traffic.Match{Protocols: []traffic.Protocol{-2}},
			"protocol -2 does not exist; protocols are 0 to 255, or -1 for any",
		},
		{
			traffic.Match{DestinationPorts: &ports},
			"ports 80 are given for protocol any, which has none; ports need tcp or udp",
		},
		{
			traffic.Match{Protocols: []traffic.Protocol{6, 1}, SourcePorts: &ports},
			"ports 80 are given for protocol icmp, which has none; ports need tcp or udp",
		},
		{
			traffic.Match{Protocols: []traffic.Protocol{6}, ICMPType: new(uint8(8))},
			"an ICMP type or code is given for protocol tcp, which has none; they need icmp or icmpv6",
		},
		{
			traffic.Match{ICMPCode: new(uint8(8))},
			"an ICMP type or code is given for protocol any, which has none; they need icmp or icmpv6",
		},
		{traffic.Match{DestinationPorts: &all, SourcePorts: &all}, ""},
	} {
		s, err := c.match.Set()
		if c.want == "" && err == nil {
			continue
		}
		if err == nil || err.Error() != c.want || !s.IsEmpty() {
			t.Errorf("%+v: %v, %v; want error %s", c.match, s, err, c.want)
		}
	}
}

func TestContainsNoImpossiblePacket(t *testing.T) {
	v4, v6 := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("2001:db8::1")
	for _, p := range []traffic.Packet{
		{},
		{Protocol: traffic.TCP, Source: v4},
		{Protocol: traffic.TCP, Destination: v4},
		{Protocol: traffic.TCP, Source: v4, Destination: v6},
		{Protocol: traffic.AnyProtocol, Source: v4, Destination: v4},
		{Protocol: 256, Source: v4, Destination: v4},
	} {
		if traffic.All(0).Contains(p) {
			t.Errorf("all packets contain %s", p)
		}
	}
}

func TestEveryProtocolKeepsItsNumber(t *testing.T) {
	a := netip.MustParseAddr("10.0.0.1")
	for number := traffic.Protocol(0); number <= 255; number++ {
		s := setOf(t, traffic.Match{Protocols: []traffic.Protocol{number}})
		for other := traffic.Protocol(0); other <= 255; other++ {
			p := traffic.Packet{Protocol: other, Source: a, Destination: a}
			if s.Contains(p) != (other == number) {
				t.Fatalf("protocol %v contains %v: %v", number, other, s.Contains(p))
			}
		}
		if got := slices.Collect(s.Protocols().All()); !slices.Equal(got, []traffic.Protocol{number}) {
			t.Fatalf("protocols of %v are %v", number, got)
		}
		if p, ok := s.Sample(); !ok || p.Protocol != number {
			t.Fatalf("sample of %v is %v", number, p)
		}
	}
}

func TestPacketString(t *testing.T) {
	source, destination := netip.MustParseAddr("10.0.1.5"), netip.MustParseAddr("10.0.2.10")
	six := netip.MustParseAddr("2001:db8::1")
	for want, p := range map[string]traffic.Packet{
		"tcp 10.0.1.5:1024 -> 10.0.2.10:80": {
			Protocol: traffic.TCP, Source: source, Destination: destination, SourcePort: 1024, DestinationPort: 80,
		},
		"udp [2001:db8::1]:53 -> [2001:db8::1]:53": {
			Protocol: traffic.UDP, Source: six, Destination: six, SourcePort: 53, DestinationPort: 53,
		},
		"icmp 10.0.1.5 -> 10.0.2.10 type 8 code 0": {
			Protocol: traffic.ICMP, Source: source, Destination: destination, ICMPType: 8,
		},
		"protocol gre 10.0.1.5 -> 10.0.2.10": {Protocol: traffic.GRE, Source: source, Destination: destination},
	} {
		if got := p.String(); got != want {
			t.Errorf("got %s; want %s", got, want)
		}
	}
}

// TestGoCmp makes sure tests elsewhere can compare values that hold sets.
func TestGoCmp(t *testing.T) {
	type holder struct {
		Set       traffic.Set
		Addresses traffic.AddressSet
		Ports     traffic.PortSet
	}
	a := holder{traffic.All(4), traffic.AnyAddress(4), traffic.AllPorts()}
	b := holder{
		traffic.All(0).Subtract(traffic.All(6)), traffic.AnyAddress(0).Only(traffic.IPv4),
		traffic.NewPortSet(traffic.PortRange{Last: 65535}),
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(a, holder{}) {
		t.Error("all equals nothing")
	}
}

// TestLongTables decides packets by a table of many rules, rule by rule and by sets. It is large enough for every short
// cut of large diagrams.
func TestLongTables(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 6 {
		rules := mixedTable(t, random, 300)
		sets := make([]traffic.Set, len(rules))
		for i, m := range rules {
			sets[i] = setOf(t, m)
		}
		// Every third rule forbids.
		remaining, allowed := traffic.All(0), traffic.Set{}
		for i, s := range sets {
			if i%3 != 0 {
				allowed = allowed.Union(remaining.Intersect(s))
			}
			remaining = remaining.Subtract(s)
		}
		for range 5000 {
			p := randomPacket(random)
			first := slices.IndexFunc(rules, func(m traffic.Match) bool { return matches(m, p) })
			if got, want := allowed.Contains(p), first >= 0 && first%3 != 0; got != want {
				t.Fatalf("%s: allowed is %v; rule %d decides", p, got, first)
			}
			if got, want := remaining.Contains(p), first < 0; got != want {
				t.Fatalf("%s: remains is %v; rule %d decides", p, got, first)
			}
		}
		// The same set by another way: from the last rule to the first, each overriding those behind it.
		var backwards traffic.Set
		for i, s := range slices.Backward(sets) {
			if i%3 != 0 {
				backwards = backwards.Union(s)
			} else {
				backwards = backwards.Subtract(s)
			}
		}
		if !backwards.Equal(allowed) || !backwards.SubsetOf(allowed) || !allowed.SubsetOf(backwards) {
			t.Fatal("two ways to decide a table differ")
		}
		if backwards.String() != allowed.String() {
			t.Fatal("two ways to decide a table have two texts")
		}
		if backwards.Overlaps(remaining) || !traffic.All(0).Subtract(remaining).Equal(backwards.Union(
			traffic.All(0).Subtract(remaining).Subtract(allowed))) {
			t.Fatal("allowed and remaining do not fit together")
		}
	}
}

// mixedTable is rules as a long-lived table has them: blocks of different sizes on either side, single ports and
// ranges, a few rules for everyone.
func mixedTable(tb testing.TB, random *rand.Rand, n int) []traffic.Match {
	tb.Helper()
	out := make([]traffic.Match, n)
	for i := range out {
		block := func(size int) string {
			a := netip.AddrFrom4([4]byte{10, byte(random.IntN(4)), byte(random.IntN(256)), byte(random.IntN(256))})
			return netip.PrefixFrom(a, size).Masked().String()
		}
		source, destination, ports := block(16+random.IntN(17)), "", ""
		if random.IntN(10) == 0 {
			source = ""
		}
		if source == "" || random.IntN(2) == 0 {
			destination = block(20 + random.IntN(13))
		}
		protocol := []string{"tcp", "tcp", "tcp", "udp", "any", "icmp"}[random.IntN(6)]
		if protocol == "tcp" || protocol == "udp" {
			first := 1 + random.IntN(9000)
			ports = fmt.Sprintf("%d-%d", first, first+random.IntN(200)*random.IntN(2))
		}
		out[i] = match(tb, protocol, source, destination, ports)
	}
	return out
}

func randomPacket(random *rand.Rand) traffic.Packet {
	address := func() netip.Addr {
		return netip.AddrFrom4([4]byte{10, byte(random.IntN(4)), byte(random.IntN(256)), byte(random.IntN(256))})
	}
	return traffic.Packet{
		Protocol: []traffic.Protocol{traffic.TCP, traffic.UDP, traffic.ICMP, traffic.GRE}[random.IntN(4)],
		Source:   address(), Destination: address(),
		SourcePort: uint16(random.IntN(65536)), DestinationPort: uint16(random.IntN(9300)),
		ICMPType: uint8(random.IntN(256)),
	}
}
