package network_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// portRows are the rules of lists of ports, which every rule with ports shares.
func portRows[T any](code, path string, set func(o T, protocol string, ports []string)) []row[T] {
	ports := func(protocol string, ports ...string) func(T) { return func(o T) { set(o, protocol, ports) } }
	many := make([]string, 21)
	for i := range many {
		many[i] = strconv.Itoa(100 + 2*i)
	}
	return []row[T]{
		{"no ports", ports("tcp"), nil},
		{"tcp by number", ports("6", "80"), nil},
		{"udp", ports("udp", "53", "60-70"), nil},
		{"lowest and highest port", ports("tcp", "1", "65535"), nil},
		{"every port", ports("tcp", "1-65535"), nil},
		{"port 0", ports("tcp", "0"), refused(path+"[0]", code, `port 0 in "0" is out of range; ports are 1 to 65535`)},
		{"port 65536", ports("tcp", "80", "65536"), refused(path+"[1]", code, `port 65536 in "65536" is out of range`)},
		{"port with a leading zero", ports("tcp", "080"), refused(path+"[0]", code, `port "080" in "080" has leading zeros`)},
		{"no port", ports("tcp", ""), refused(path+"[0]", code, `"" is not a port`)},
		{"list in one text", ports("tcp", "80,443"), refused(path+"[0]", code, `"80,443" is not a port`)},
		{"range backwards", ports("tcp", "90-80"), refused(path+"[0]", code, `"90-80" runs backwards; write "80-90"`)},
		{"20 ports", ports("tcp", many[:20]...), nil},
		{"21 ports", ports("tcp", many...), refused(path, code, "The rule lists 21 ports and ranges; the cloud accepts at most 20")},
		{
			"a port twice", ports("tcp", "80", "443", "80"),
			refused(path+"[2]", code, "80 repeats ports that 80 in the same list covers already"),
		},
		{"a port in a range", ports("tcp", "80-90", "90"), refused(path+"[1]", code, "90 repeats ports that 80-90")},
		{"a range around a port", ports("tcp", "85", "80-90"), refused(path+"[1]", code, "80-90 repeats ports that 85")},
		{"ranges side by side", ports("tcp", "80-89", "90-99"), nil},
		{"ports with icmp", ports("icmp", "80"), refused(path, code, "lists ports 80, but its protocol is icmp, which has none")},
		{"ports with every protocol", ports("any", "80", "81"), refused(path, code, "lists ports 80, 81, but its protocol is any")},
		{"ports with another protocol", ports("50", "80"), refused(path, code, "its protocol is 50")},
	}
}

// What a message calls the twin of a port does not shift behind a port that does not parse.
func TestPortListedTwiceNamesItsTwin(t *testing.T) {
	r := validRule()
	for _, list := range [][]string{{"x", "80", "443", "443"}, {"x", "443", "80", "443"}} {
		r.Ports = list
		checkProblems(t, r.Validate(), []want{
			{path: "ports[0]", code: "VPC.9902", part: `"x" is not a port`},
			{path: "ports[3]", code: "VPC.9902", part: "443 repeats ports that 443"},
		})
	}
}

// Nothing and 1-65535 are no restriction (the API reference of security group rules).
func TestPorts(t *testing.T) {
	for _, c := range []struct{ list, want string }{
		{"", "all"}, {"1-65535", "all"}, {"1-9,10-65535", "all"}, {"2-65535", "2-65535"}, {"80", "80"}, {"443,80-81", "80-81,443"},
	} {
		set, err := network.Ports(fields(c.list))
		if err != nil || set.String() != c.want {
			t.Errorf("Ports(%q) = %s, %v; want %s", c.list, set, err, c.want)
		}
	}
	for _, text := range []string{"0", "80,x", "90-80", "80 ", "65536", "-"} {
		set, err := network.Ports(fields(text))
		if err == nil || !strings.Contains(err.Error(), "ports "+text+": ") || !set.IsEmpty() {
			t.Errorf("Ports(%q) = %s, %v; want an error that quotes it", text, set, err)
		}
	}
}

func fields(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

func FuzzPorts(f *testing.F) {
	for _, seed := range []string{"", "80", "80,443", "8000-8010", "1-65535", "0", "90-80", "080", "-", ",", "+1", "٣"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		set, err := network.Ports(fields(text))
		if err != nil {
			return
		}
		printed := set.String()
		if printed == "all" {
			printed = ""
		}
		again, err := network.Ports(fields(printed))
		if err != nil || !again.Equal(set) {
			t.Errorf("the ports of %q are %s, which reads as %s, %v", text, set, again, err)
		}
	})
}
