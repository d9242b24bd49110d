package traffic_test

import (
	"net/netip"
	"strings"
	"testing"

	"go4.org/netipx"
	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

func addresses(tb testing.TB, entries ...string) traffic.AddressSet {
	tb.Helper()
	var out traffic.AddressSet
	for _, e := range entries {
		s, err := traffic.ParseAddressEntry(e)
		if err != nil {
			tb.Fatal(err)
		}
		out = out.Union(s)
	}
	return out
}

func TestParseAddressEntry(t *testing.T) {
	for text, want := range map[string]string{
		"10.0.0.5":                     "10.0.0.5",
		"10.0.0.5/32":                  "10.0.0.5",
		"10.0.1.0/24":                  "10.0.1.0/24",
		"0.0.0.0/0":                    "0.0.0.0/0",
		"255.255.255.255":              "255.255.255.255",
		"10.0.0.0-10.0.0.255":          "10.0.0.0/24",
		"10.0.0.1-10.0.0.6":            "10.0.0.1,10.0.0.2/31,10.0.0.4/31,10.0.0.6",
		"10.0.0.5-10.0.0.5":            "10.0.0.5",
		"0.0.0.0-255.255.255.255":      "0.0.0.0/0",
		"2001:DB8::1":                  "2001:db8::1",
		"2001:db8::/64":                "2001:db8::/64",
		"::/0":                         "::/0",
		"2001:db8::-2001:db8::ffff":    "2001:db8::/112",
		"ffff:ffff:ffff:ffff::/64":     "ffff:ffff:ffff:ffff::/64",
		"2001:db8::fffe-2001:db8::1:0": "2001:db8::fffe/127,2001:db8::1:0",
	} {
		got, err := traffic.ParseAddressEntry(text)
		if err != nil || got.String() != want {
			t.Errorf("ParseAddressEntry(%q) = %v, %v; want %s", text, got, err, want)
		}
	}
	const form = ` is not an address, block or range; write one such as "10.0.0.5", "10.0.1.0/24" or "10.0.0.5-10.0.0.9"`
	const block = ` is not an address block; write one such as "10.0.1.0/24" or "2001:db8::/64"`
	for text, want := range map[string]string{
		"":             `""` + form,
		"web":          `"web"` + form,
		"10.0.0":       `"10.0.0"` + form,
		"10.0.0.256":   `"10.0.0.256"` + form,
		"10.0.0.01":    `"10.0.0.01"` + form,
		"10.0.0.5-":    `"10.0.0.5-"` + form,
		"\x2010.0.0.5": `" 10.0.0.5"` + form,
		"10.0.0.5-6":   `"10.0.0.5-6"` + form,
		"10.0.0.0/33":  `"10.0.0.0/33"` + block,
		"10.0.0.0/":    `"10.0.0.0/"` + block,
		"10.0.1.7/24": `address block "10.0.1.7/24" has host bits set; ` +
			`write "10.0.1.0/24" for the block or "10.0.1.7" for the one address`,
		"2001:db8::1/64": `address block "2001:db8::1/64" has host bits set; ` +
			`write "2001:db8::/64" for the block or "2001:db8::1" for the one address`,
		"10.0.0.9-10.0.0.5": `address range "10.0.0.9-10.0.0.5" runs backwards; write "10.0.0.5-10.0.0.9"`,
		"10.0.0.9-2001:db8::": `address range "10.0.0.9-2001:db8::" starts with IPv4 and ends with IPv6; ` +
			`write a range in one family`,
		"fe80::1%eth0": `address "fe80::1%eth0" has the zone "eth0", ` +
			`which means something on one machine only; write "fe80::1"`,
		"::ffff:10.0.0.1": `"::ffff:10.0.0.1" writes an IPv4 address as IPv6, ` +
			`which no packet carries; write the address as 10.0.0.1`,
		"::ffff:10.0.0.0/104": `"::ffff:10.0.0.0/104" writes an IPv4 address as IPv6, ` +
			`which no packet carries; write the address as 10.0.0.0`,
	} {
		got, err := traffic.ParseAddressEntry(text)
		if err == nil || err.Error() != want {
			t.Errorf("ParseAddressEntry(%q) = %v, %v\nwant error %s", text, got, err, want)
		}
	}
}

func TestAddressSet(t *testing.T) {
	s := addresses(t, "10.0.0.0/8", "2001:db8::/32").Subtract(addresses(t, "10.0.0.5", "2001:db8::5"))
	for text, want := range map[string]bool{
		"10.0.0.4": true, "10.0.0.5": false, "10.0.0.6": true, "9.255.255.255": false, "11.0.0.0": false,
		"2001:db8::4": true, "2001:db8::5": false, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff": true, "2001:db9::": false,
		"::ffff:10.0.0.4": false,
	} {
		if got := s.Contains(netip.MustParseAddr(text)); got != want {
			t.Errorf("contains %s: %v", text, got)
		}
	}
	if s.Contains(netip.Addr{}) {
		t.Error("contains the zero address")
	}
	if got, want := s.Only(traffic.IPv4).Short(), "10.0.0.0/30,10.0.0.4,10.0.0.6-10.255.255.255"; got != want {
		t.Errorf("Short() = %s; want %s", got, want)
	}
	if first, ok := s.First(); !ok || first != netip.MustParseAddr("10.0.0.0") {
		t.Errorf("First() = %v, %v", first, ok)
	}
	if got := traffic.NewAddressSet(s.Prefixes()...); !got.Equal(s) {
		t.Errorf("the blocks of %s make %s", s, got)
	}
}

func TestAddressSetLimits(t *testing.T) {
	var zero traffic.AddressSet
	_, hasFirst := zero.First()
	if !zero.IsEmpty() || hasFirst || zero.String() != "none" || zero.Short() != "none" || len(zero.Ranges()) > 0 {
		t.Error("the zero AddressSet is not the empty set")
	}
	for name, s := range map[string]traffic.AddressSet{
		"address": traffic.FromAddr(netip.Addr{}), "prefix": traffic.FromPrefix(netip.Prefix{}),
		"range": traffic.FromRange(netipx.IPRange{}), "family": traffic.AnyAddress(5),
	} {
		if !s.IsEmpty() {
			t.Errorf("an invalid %s has the addresses %s", name, s)
		}
	}
	whole := addresses(t, "0.0.0.0-127.255.255.255", "128.0.0.0/1", "::/1", "8000::/1")
	if !whole.Equal(traffic.AnyAddress(0)) || whole.String() != "0.0.0.0/0,::/0" || !whole.IsAny(0) {
		t.Errorf("two halves make %s", whole)
	}
	if v4 := whole.Only(traffic.IPv4); !v4.IsAny(traffic.IPv4) || v4.IsAny(traffic.IPv6) || v4.IsAny(0) {
		t.Error("IPv4 is not any IPv4 address only")
	}
	if got := traffic.FromPrefix(netip.MustParsePrefix("10.0.1.7/24")).String(); got != "10.0.1.0/24" {
		t.Errorf("host bits make %s", got)
	}
	if !traffic.FromAddr(netip.MustParseAddr("fe80::1%eth0")).Contains(netip.MustParseAddr("fe80::1")) {
		t.Error("a zone counts")
	}
}

// drawAddresses makes a set and the same one by netipx, a different implementation.
func drawAddresses(t *rapid.T, label string) (traffic.AddressSet, *netipx.IPSet) {
	// Close to each other and to the ends of both families, so that ranges touch and overlap often.
	bases := []string{
		"0.0.0.0", "10.0.0.0", "255.255.255.240", "::", "2001:db8:0:0:ffff:ffff:ffff:fff8",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0",
	}
	var set traffic.AddressSet
	var builder netipx.IPSetBuilder
	for range rapid.IntRange(0, 6).Draw(t, label) {
		base := netip.MustParseAddr(rapid.SampledFrom(bases).Draw(t, "base"))
		first := base
		for range rapid.IntRange(0, 12).Draw(t, "offset") {
			first = first.Next()
		}
		last := first
		for range rapid.IntRange(0, 5).Draw(t, "size") {
			if next := last.Next(); next.IsValid() {
				last = next
			}
		}
		if rapid.IntRange(0, 9).Draw(t, "wide") == 0 {
			first = netipx.RangeOfPrefix(netip.PrefixFrom(base, 0)).From()
		}
		r := netipx.IPRangeFrom(first, last)
		builder.AddRange(r)
		set = set.Union(traffic.FromRange(r))
	}
	model, err := builder.IPSet()
	if err != nil {
		t.Fatal(err)
	}
	return set, model
}

func TestAddressSetAgainstNetipx(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, modelA := drawAddresses(t, "a")
		b, modelB := drawAddresses(t, "b")
		check := func(name string, got traffic.AddressSet, combine func(*netipx.IPSetBuilder)) {
			var builder netipx.IPSetBuilder
			builder.AddSet(modelA)
			combine(&builder)
			want, err := builder.IPSet()
			if err != nil {
				t.Fatal(err)
			}
			var texts []string
			for _, p := range want.Prefixes() {
				text := p.String()
				if p.IsSingleIP() {
					text = p.Addr().String()
				}
				texts = append(texts, text)
			}
			text := strings.Join(texts, ",")
			if text == "" {
				text = "none"
			}
			if got.String() != text {
				t.Fatalf("%s = %s; want %s (a = %s, b = %s)", name, got, text, a, b)
			}
		}
		check("a", a, func(*netipx.IPSetBuilder) {})
		check("a|b", a.Union(b), func(m *netipx.IPSetBuilder) { m.AddSet(modelB) })
		check("a&b", a.Intersect(b), func(m *netipx.IPSetBuilder) { m.Intersect(modelB) })
		check("a-b", a.Subtract(b), func(m *netipx.IPSetBuilder) { m.RemoveSet(modelB) })
		if got, want := a.Equal(b), modelA.Equal(modelB); got != want {
			t.Fatalf("%s equals %s: %v", a, b, got)
		}
		if got, want := a.Overlaps(b), modelA.Overlaps(modelB); got != want {
			t.Fatalf("%s overlaps %s: %v", a, b, got)
		}
		if got, want := a.SubsetOf(b), a.Subtract(b).IsEmpty(); got != want {
			t.Fatalf("%s is a subset of %s: %v", a, b, got)
		}
	})
}

func FuzzParseAddressEntry(f *testing.F) {
	for _, s := range []string{
		"", "10.0.0.5", "10.0.1.0/24", "10.0.1.7/24", "10.0.0.1-10.0.0.6", "2001:db8::/64", "::/0",
		"::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::1%eth0", "fe80::1%a/64", "fe80::%a-fe80::%b", "::ffff:1.2.3.4",
		"10.0.0.9-10.0.0.5", "1.1.1.1-::1", "-", "/", "0.0.0.0/00",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		set, err := traffic.ParseAddressEntry(s)
		if err != nil {
			return
		}
		if set.IsEmpty() {
			t.Fatalf("%q has no address", s)
		}
		for _, text := range []string{set.String(), set.Short()} {
			var back traffic.AddressSet
			for entry := range strings.SplitSeq(text, ",") {
				part, err := traffic.ParseAddressEntry(entry)
				if err != nil && strings.HasPrefix(entry, "::ffff:") {
					// A range of IPv6 can hold the mapped addresses, which no entry names by themselves.
					return
				}
				if err != nil {
					t.Fatalf("%q is %s, which does not parse: %v", s, text, err)
				}
				back = back.Union(part)
			}
			if !back.Equal(set) {
				t.Fatalf("%q is %s, which parses as %s", s, text, back)
			}
		}
	})
}
