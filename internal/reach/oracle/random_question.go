package oracle

import (
	"net/netip"

	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// RandomQuestion draws a question about a network: mostly about two instances and every protocol.
func RandomQuestion(t *rapid.T, n *network.Network) Question {
	q := Question{
		Family: 4, From: randomEnd(t, n), To: randomEnd(t, n), Protocol: traffic.AnyProtocol,
		Strict: rapid.IntRange(0, 4).Draw(t, "strict") == 4,
	}
	if rapid.IntRange(0, 3).Draw(t, "family") == 3 {
		q.Family = 6
	}
	switch rapid.IntRange(0, 5).Draw(t, "service") {
	case 3:
		q.Protocol = rapid.SampledFrom([]traffic.Protocol{traffic.TCP, traffic.UDP}).Draw(t, "protocol")
		q.Ports = randomPorts(t, "asked ports")
	case 4:
		q.Protocol = rapid.SampledFrom([]traffic.Protocol{traffic.TCP, traffic.UDP}).Draw(t, "protocol")
		q.SourcePorts = randomPorts(t, "asked source ports")
	case 5:
		q.Protocol = traffic.ICMP
		if q.Family == 6 {
			q.Protocol = traffic.ICMPv6
		}
		if rapid.Bool().Draw(t, "typed") {
			q.Type = new(rapid.SampledFrom([]int{0, 3, 8, 128}).Draw(t, "asked type"))
			if rapid.Bool().Draw(t, "coded") {
				q.Code = new(rapid.IntRange(0, 1).Draw(t, "asked code"))
			}
		}
	}
	return q
}

func randomPorts(t *rapid.T, what string) []traffic.PortRange {
	return rapid.SampledFrom([][]traffic.PortRange{
		nil, {{First: 80, Last: 80}}, {{First: 22, Last: 443}}, {{First: 1, Last: 1023}}, {{First: 1000, Last: 2000}},
	}).Draw(t, what)
}

func randomEnd(t *rapid.T, n *network.Network) End {
	switch kind := rapid.IntRange(0, 9).Draw(t, "kind of end"); kind {
	case 6, 7:
		s := rapid.SampledFrom(network.All[*network.Subnet](n)).Draw(t, "subnet end")
		e := End{Subnet: s.ID}
		if kind == 7 {
			e.Groups = randomGroups(t)
		}
		return e
	case 8:
		s := rapid.SampledFrom(network.All[*network.Subnet](n)).Draw(t, "subnet of the end")
		blocks := []string{s.CIDR, hostOf(s.CIDR, 4) + "/32", hostOf(s.CIDR, 5) + "/32", hostOf(s.CIDR, 4) + "/31"}
		if s.IPv6CIDR != "" {
			blocks = append(blocks, s.IPv6CIDR, hostOf(s.IPv6CIDR, 4)+"/128")
		}
		e := End{Block: netip.MustParsePrefix(rapid.SampledFrom(blocks).Draw(t, "block end")), VPC: s.VPCID}
		if rapid.Bool().Draw(t, "with groups") {
			e.Groups = randomGroups(t)
		}
		return e
	case 9:
		return rapid.SampledFrom([]End{
			{Internet: true},
			{Block: netip.MustParsePrefix("203.0.113.200/32")},
			{Block: netip.MustParsePrefix("203.0.113.1/32")}, // the public address of an instance, where the first one has any
			{Block: netip.MustParsePrefix("203.0.113.2/32")},
			{Block: netip.MustParsePrefix("203.0.113.0/24")},
			{Block: netip.MustParsePrefix("192.168.7.0/24")},
			{Block: netip.MustParsePrefix("100.125.1.0/24")},
			{Block: netip.MustParsePrefix("169.254.169.254/32")},
		}).Draw(t, "outside end")
	default:
		return End{Instance: rapid.SampledFrom(network.All[*network.Instance](n)).Draw(t, "instance end").ID}
	}
}

func randomGroups(t *rapid.T) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(groupIDs), 1, 2, rapid.ID).Draw(t, "groups of the end")
}
