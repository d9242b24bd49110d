package traffic_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

func TestParsePortRange(t *testing.T) {
	for text, want := range map[string]traffic.PortRange{
		"80": {First: 80, Last: 80}, "1": {First: 1, Last: 1}, "65535": {First: 65535, Last: 65535},
		"8000-8010": {First: 8000, Last: 8010}, "1-65535": {First: 1, Last: 65535}, "22-22": {First: 22, Last: 22},
	} {
		got, err := traffic.ParsePortRange(text)
		if err != nil || got != want {
			t.Errorf("ParsePortRange(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	const form = `write one port such as "80" or a range such as "8000-8010"`
	for text, want := range map[string]string{
		"":          `"" is not a port; ` + form,
		"http":      `"http" is not a port; ` + form,
		"80,443":    `"80,443" is not a port; ` + form,
		"80:90":     `"80:90" is not a port; ` + form,
		"-80":       `"-80" is not a port; ` + form,
		"80-":       `"80-" is not a port; ` + form,
		"80-90-100": `"80-90-100" is not a port; ` + form,
		" 80":       `" 80" is not a port; ` + form,
		"+80":       `"+80" is not a port; ` + form,
		"80 - 90":   `"80 - 90" is not a port; ` + form,
		"0":         `port 0 in "0" is out of range; ports are 1 to 65535`,
		"65536":     `port 65536 in "65536" is out of range; ports are 1 to 65535`,
		"1-70000":   `port 70000 in "1-70000" is out of range; ports are 1 to 65535`,
		"0-80":      `port 0 in "0-80" is out of range; ports are 1 to 65535`,
		"080":       `port "080" in "080" has leading zeros; write 80`,
		"90-80":     `port range "90-80" runs backwards; write "80-90"`,
	} {
		got, err := traffic.ParsePortRange(text)
		if err == nil || err.Error() != want {
			t.Errorf("ParsePortRange(%q) = %v, %v\nwant error %s", text, got, err, want)
		}
	}
}

func TestParsePorts(t *testing.T) {
	for _, c := range []struct {
		list []string
		want string
	}{
		{nil, "all"},
		{[]string{"443", "80", "8000-8010"}, "80,443,8000-8010"},
		{[]string{"80", "81"}, "80-81"},
		{[]string{"1-100", "50-200", "150"}, "1-200"},
		{[]string{"1-65535"}, "1-65535"},
	} {
		got, err := traffic.ParsePorts(c.list)
		if err != nil || got.String() != c.want {
			t.Errorf("ParsePorts(%q) = %v, %v; want %s", c.list, got, err, c.want)
		}
	}
	if _, err := traffic.ParsePorts([]string{"80", "x"}); err == nil || !strings.Contains(err.Error(), `"x"`) {
		t.Errorf(`ParsePorts("80", "x"): error is %v`, err)
	}
}

func TestPortSetLimits(t *testing.T) {
	if !traffic.NewPortSet(traffic.PortRange{First: 0, Last: 65535}).Equal(traffic.AllPorts()) {
		t.Error("0-65535 is not all ports")
	}
	if s := traffic.NewPortSet(traffic.PortRange{First: 9, Last: 8}); !s.IsEmpty() || s.String() != "none" {
		t.Errorf("a range that runs backwards has the ports %s", s)
	}
	var zero traffic.PortSet
	if !zero.IsEmpty() || zero.IsAll() || zero.Contains(0) || !zero.SubsetOf(traffic.AllPorts()) {
		t.Error("the zero PortSet is not the empty set")
	}
}

// portModel is the plainest set of ports there is.
type portModel []traffic.PortRange

func (m portModel) contains(port uint16) bool {
	return slices.ContainsFunc(m, func(r traffic.PortRange) bool { return r.First <= port && port <= r.Last })
}

func drawPorts(t *rapid.T, label string) (traffic.PortSet, portModel) {
	// Few boundaries, so that ranges touch and overlap often; the ends of the dimension among them.
	port := rapid.OneOf(rapid.Uint16Range(0, 12), rapid.Uint16Range(65525, 65535), rapid.Uint16())
	ranges := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) traffic.PortRange {
		a, b := port.Draw(t, "a"), port.Draw(t, "b")
		return traffic.PortRange{First: min(a, b), Last: max(a, b)}
	}), 0, 6).Draw(t, label)
	return traffic.NewPortSet(ranges...), ranges
}

func TestPortSetAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, modelA := drawPorts(t, "a")
		b, modelB := drawPorts(t, "b")
		both, either, onlyA := a.Intersect(b), a.Union(b), a.Subtract(b)
		equal, subset, overlap := true, true, false
		// Membership changes at the ends of ranges only; the wrap from 65535 to 0 tests another port, no harm.
		ports := []uint16{0, 65535}
		for _, r := range slices.Concat(modelA, modelB) {
			ports = append(ports, r.First-1, r.First, r.Last, r.Last+1)
		}
		for _, p := range ports {
			inA, inB := modelA.contains(p), modelB.contains(p)
			for _, c := range []struct {
				name string
				set  traffic.PortSet
				want bool
			}{{"a", a, inA}, {"a&b", both, inA && inB}, {"a|b", either, inA || inB}, {"a-b", onlyA, inA && !inB}} {
				if c.set.Contains(p) != c.want {
					t.Fatalf("%s = %s, contains %d: want %v (a = %s, b = %s)", c.name, c.set, p, c.want, a, b)
				}
			}
			equal, subset, overlap = equal && inA == inB, subset && (!inA || inB), overlap || inA && inB
		}
		if a.Equal(b) != equal || (a.String() == b.String()) != equal {
			t.Fatalf("%s and %s: equal is %v", a, b, equal)
		}
		if a.SubsetOf(b) != subset || a.Overlaps(b) != overlap {
			t.Fatalf("%s and %s: subset is %v, overlap is %v", a, b, subset, overlap)
		}
		if back := traffic.NewPortSet(a.Ranges()...); !back.Equal(a) {
			t.Fatalf("ranges of %s make %s", a, back)
		}
	})
}

func FuzzParsePorts(f *testing.F) {
	for _, s := range []string{
		"", "80", "80,443,8000-8010", "1-65535", "0", "65536", "9-8", "1-2-3", ",", "-", "+1", "01",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		set, err := traffic.ParsePorts(strings.Split(s, ","))
		if err != nil {
			return
		}
		back, err := traffic.ParsePorts(strings.Split(set.String(), ","))
		if err != nil || !back.Equal(set) {
			t.Errorf("%q is %s, whose text is %s, %v", s, set, back, err)
		}
	})
}
