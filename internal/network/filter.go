package network

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// maxPortGroups is the number of ports and ranges one rule can list.
const maxPortGroups = 20

// validateProtocol checks the protocol of a rule about one address family.
func validateProtocol(path Path, protocol string, ipVersion int, code string) Problems {
	p, err := traffic.ParseProtocol(protocol)
	if err != nil {
		return Problems{invalid(path, code, "Unknown protocol", "%s.", sentence(err))}
	}
	switch {
	case p == traffic.ICMP && ipVersion == 6:
		return Problems{invalid(path, code, "Protocol of the other address family",
			"icmp belongs to IPv4 and this rule is about IPv6, so it would match nothing. Use icmpv6.")}
	case p == traffic.ICMPv6 && ipVersion == 4:
		return Problems{invalid(path, code, "Protocol of the other address family",
			"icmpv6 belongs to IPv6 and this rule is about IPv4, so it would match nothing. Use icmp.")}
	}
	return nil
}

// validatePorts checks the ports of a rule. Repeated or overlapping ports are refused as the cloud refuses them.
func validatePorts(path Path, ports []string, protocol string, code string) Problems {
	if len(ports) == 0 {
		return nil
	}
	if p, err := traffic.ParseProtocol(protocol); err == nil && !p.HasPorts() {
		return Problems{invalid(path, code, "Ports without a protocol that has them",
			"The rule lists ports %s, but its protocol is %s, which has none. Set protocol to tcp or udp, or leave the "+
				"ports out.", strings.Join(ports, ", "), p).involving("protocol")}
	}
	var out Problems
	if len(ports) > maxPortGroups {
		out = append(out, invalid(path, code, "Too many ports in one rule",
			"The rule lists %d ports and ranges; the cloud accepts at most %d. Write a second rule for the rest.",
			len(ports), maxPortGroups))
	}
	ranges := make([]traffic.PortRange, 0, len(ports))
	for i, text := range ports {
		r, err := traffic.ParsePortRange(text)
		if err != nil {
			out = append(out, invalid(path.Index(i), code, "Invalid port", "%s.", sentence(err)))
			continue
		}
		for j, other := range ranges {
			if r.First <= other.Last && other.First <= r.Last {
				out = append(out, invalid(path.Index(i), code, "Port listed twice",
					"%s repeats ports that %s in the same list covers already. Remove one of the two.", text, ports[j]))
			}
		}
		ranges = append(ranges, r)
	}
	return out
}

func sentence(err error) string {
	return strings.TrimSuffix(err.Error(), ".")
}

// isPlainPort says whether a text is a port as it is printed: nothing else says the same.
func isPlainPort(text string) bool {
	port, err := strconv.ParseUint(text, 10, 16)
	return err == nil && (text[0] != '0' || port == 0 && text == "0")
}

func normalPorts(ports []string) string {
	if len(ports) == 1 && isPlainPort(ports[0]) {
		return ports[0]
	}
	set, err := traffic.ParsePorts(ports)
	if err != nil {
		return strings.Join(ports, ",")
	}
	if len(ports) == 0 || set.Equal(allUserPorts) {
		return "all"
	}
	return set.String()
}

// allUserPorts is what "1-65535" says; the cloud treats it as no restriction.
var allUserPorts = traffic.NewPortSet(traffic.PortRange{First: 1, Last: 65535})

// Ports is the set of ports a rule's list stands for; an empty list and 1-65535 are every port.
func Ports(list []string) (traffic.PortSet, error) {
	set, err := traffic.ParsePorts(list)
	if err != nil {
		return set, fmt.Errorf("ports %s: %w", strings.Join(list, ","), err)
	}
	if set.Equal(allUserPorts) {
		return traffic.AllPorts(), nil
	}
	return set, nil
}

func protocolText(protocol string) string {
	p, err := traffic.ParseProtocol(protocol)
	if err != nil {
		return protocol
	}
	return p.String()
}

func oneOf[T ~string](path Path, value T, code, what string, accepted ...T) Problems {
	if slices.Contains(accepted, value) {
		return nil
	}
	texts := make([]string, len(accepted))
	for i, a := range accepted {
		texts[i] = fmt.Sprintf("%q", string(a))
	}
	return Problems{invalid(path, code, "Invalid "+what, "%s is %q; it must be %s.",
		path, string(value), strings.Join(texts, " or "))}
}
