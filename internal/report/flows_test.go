package report_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// A text names some of many blocks, a value all of them.
func TestExactFlows(t *testing.T) {
	var sources traffic.AddressSet
	for _, block := range []string{
		"10.0.0.0/32", "10.0.0.2/32", "10.0.0.4/32", "10.0.0.6/32", "10.0.0.8/32", "10.0.0.10/32", "10.0.0.12/32",
	} {
		sources = sources.Union(traffic.FromPrefix(netip.MustParsePrefix(block)))
	}
	s, err := traffic.Match{Source: &sources, Protocols: []traffic.Protocol{traffic.TCP}}.Set()
	if err != nil {
		t.Fatal(err)
	}
	if got := report.Flows(s)[0]; got != "tcp from 10.0.0.0,10.0.0.2,10.0.0.4 and 4 more blocks" {
		t.Errorf("text %q", got)
	}
	if got := report.ExactFlows(s)[0]; strings.Count(got, ",") != 6 || strings.Contains(got, "more") {
		t.Errorf("value %q", got)
	}
	public := traffic.FromAddr(netip.MustParseAddr("10.0.0.1"))
	internet := report.ExactFlows(func() traffic.Set {
		everywhere := reach.PublicAddresses(traffic.IPv4)
		s, _ := traffic.Match{Source: &everywhere, Destination: &public}.Set()
		return s
	}())
	if internet[0] != "any from the Internet to 10.0.0.1" {
		t.Errorf("the Internet is %q", internet[0])
	}
}
