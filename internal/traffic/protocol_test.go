package traffic_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

func TestParseProtocol(t *testing.T) {
	for text, want := range map[string]traffic.Protocol{
		"": traffic.AnyProtocol, "any": traffic.AnyProtocol, "ANY": traffic.AnyProtocol,
		"tcp": traffic.TCP, "TCP": traffic.TCP, "6": traffic.TCP,
		"udp": traffic.UDP, "17": traffic.UDP,
		"icmp": traffic.ICMP, "1": traffic.ICMP,
		"icmpv6": traffic.ICMPv6, "ICMPv6": traffic.ICMPv6, "58": traffic.ICMPv6,
		"gre": traffic.GRE, "47": traffic.GRE,
		"0": 0, "50": 50, "255": 255,
	} {
		got, err := traffic.ParseProtocol(text)
		if err != nil || got != want {
			t.Errorf("ParseProtocol(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"tpc", "256", "-1", "+6", "06", " 6", "6 ", "tcp ", "0x6", "6.0", "99999999999999999999", "٦",
	} {
		got, err := traffic.ParseProtocol(text)
		if err == nil {
			t.Errorf("ParseProtocol(%q) = %v; want an error", text, got)
			continue
		}
		for _, part := range []string{fmt.Sprintf("%q", text), "tcp", "icmpv6", "0 to 255", "any"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("ParseProtocol(%q): error %q does not have %s", text, err, part)
			}
		}
	}
}

func TestProtocolFields(t *testing.T) {
	for p := traffic.Protocol(-1); p <= 255; p++ {
		if got, want := p.HasPorts(), p == 6 || p == 17; got != want {
			t.Errorf("%v.HasPorts() = %v", p, got)
		}
		if got, want := p.IsICMP(), p == 1 || p == 58; got != want {
			t.Errorf("%v.IsICMP() = %v", p, got)
		}
		if back, err := traffic.ParseProtocol(p.String()); err != nil || back != p {
			t.Errorf("ParseProtocol(%q) = %v, %v", p.String(), back, err)
		}
	}
}

func TestProtocolSet(t *testing.T) {
	for _, c := range []struct {
		protocols []traffic.Protocol
		want      string
	}{
		{nil, "none"},
		{[]traffic.Protocol{traffic.AnyProtocol}, "any"},
		{[]traffic.Protocol{traffic.UDP, traffic.TCP, traffic.TCP}, "tcp,udp"},
		{[]traffic.Protocol{1, 2}, "icmp,2"},
		{[]traffic.Protocol{4, 5, 6, 7, 255}, "4-7,255"},
		{[]traffic.Protocol{-2, 256}, "none"},
	} {
		s := traffic.NewProtocolSet(c.protocols...)
		if got := s.String(); got != c.want {
			t.Errorf("NewProtocolSet(%v) = %s; want %s", c.protocols, got, c.want)
		}
		for p := range s.All() {
			if !s.Contains(p) {
				t.Errorf("%s does not contain %v", s, p)
			}
		}
		if n := len(slices.Collect(s.All())); n != s.Len() {
			t.Errorf("%s has %d protocols, Len is %d", s, n, s.Len())
		}
	}
}

func FuzzParseProtocol(f *testing.F) {
	for _, s := range []string{"", "any", "tcp", "UDP", "icmpv6", "0", "255", "256", "-1", "006", "+6", "gre ", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := traffic.ParseProtocol(s)
		if err != nil {
			return
		}
		if back, err := traffic.ParseProtocol(p.String()); err != nil || back != p {
			t.Errorf("%q is %v, but its text %q is %v, %v", s, p, p.String(), back, err)
		}
	})
}
