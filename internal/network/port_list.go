package network

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// maxPortGroups is the number of ports and ranges one rule can list (SG-05).
const maxPortGroups = 20

// validatePorts checks the ports of a rule. Repeated or overlapping ports are refused as the cloud refuses them (SG-05).
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
		for _, other := range ranges {
			if r.First <= other.Last && other.First <= r.Last {
				out = append(out, invalid(path.Index(i), code, "Port listed twice",
					"%s repeats ports that %s in the same list covers already. Remove one of the two.", text, other))
			}
		}
		ranges = append(ranges, r)
	}
	return out
}

// isPlainPort reports whether a text is one port in its printed form, so that two different texts are two ports.
func isPlainPort(text string) bool {
	_, err := strconv.ParseUint(text, 10, 16)
	return err == nil && text[0] != '0'
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

// allUserPorts is the ports of "1-65535", which the cloud treats as no restriction (SG-05).
var allUserPorts = traffic.NewPortSet(traffic.PortRange{First: 1, Last: 65535})

// Ports is the set of ports a rule's list stands for; an empty list and 1-65535 are every port (SG-05).
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
