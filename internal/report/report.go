// Package report words what package reach finds. It is the only room with prose about verdicts, and imports reach,
// network and traffic.
package report

import (
	"fmt"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// titles are the headlines by the code of the first cause, each the same for every occurrence.
var titles = map[string]string{
	"vpc_disconnected":            "VPCs not connected",
	"peering_not_active":          "Peering connection not active",
	"peering_transit_unsupported": "Transit through a third VPC",
	"route_missing_forward":       "No route to the destination",
	"route_missing_return":        "No route back",
	"route_shadowed_by_local":     "Route shadowed by a local subnet",
	"route_dead_next_hop":         "Route to a dead next hop",
	"route_loop":                  "Routing loop",
	"no_public_address":           "No public address",
	"acl_explicit_deny":           "Network ACL denies the traffic",
	"acl_default_deny":            "Network ACL denies the traffic",
	"acl_disabled_denies_all":     "Disabled network ACL denies the traffic",
	"acl_sg_conflict":             "Network ACL overrides security group",
	"sg_no_match":                 "Security group does not allow the traffic",
	"sg_no_rules":                 "Security group does not allow the traffic",
	"sg_explicit_deny":            "Security group denies the traffic",
	"service_not_listening":       "Service does not listen",
	"guest_firewall_deny":         "Guest firewall denies the traffic",
	"endpoint_not_found":          "Endpoint not in the network",
	"endpoint_ambiguous":          "Address in more than one VPC",
	"endpoint_no_address":         "Endpoint without an address of this family",
	"protocol_family_mismatch":    "Protocol of the other address family",
	"unknown_until_apply":         "Network not complete",
}

// causeOrder is the order in which layers give the headline: what keeps two ends apart altogether comes first.
var causeOrder = []reach.Layer{
	reach.LayerQuestion, reach.LayerVPC, reach.LayerRoute, reach.LayerACL, reach.LayerSG, reach.LayerHost,
}

// Headline is the title of an answer: its first cause, or its verdict.
func Headline(a reach.Answer) string {
	for _, layer := range causeOrder {
		code := ""
		for _, f := range a.Findings {
			if f.Layer != layer || f.Severity != reach.Blocker && f.Severity != reach.Failure {
				continue
			}
			if f.Code == "acl_sg_conflict" {
				return titles[f.Code]
			}
			if code == "" {
				code = f.Code
			}
		}
		if title, ok := titles[code]; ok {
			return title
		}
	}
	switch a.Verdict {
	case reach.Reachable:
		return "Network reachable"
	case reach.Undetermined:
		return "Reachability not decided"
	default:
		return "Network unreachable"
	}
}

// Text explains an answer: the question, the verdict, every cause with its repair, and what gets through.
func Text(a reach.Answer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s -> %s, %s: %s.\n", orUnknown(a.From), orUnknown(a.To), asked(a.Question), a.Verdict)
	number := 0
	for _, f := range a.Findings {
		switch f.Severity {
		case reach.Blocker, reach.Failure:
			number++
			fmt.Fprintf(&b, "\n%d. %s [%s]\n", number, Sentence(f), f.Code)
			if f.Fix != nil {
				b.WriteString("   Repair: " + f.Fix.Edit + ".\n   " + checked(f.Fix) + "\n")
			}
		case reach.Hint:
			b.WriteString("   Hint: " + Sentence(f) + " [" + f.Code + "]\n")
		default:
			b.WriteString("\nNote: " + Sentence(f) + " [" + f.Code + "]\n")
		}
	}
	if a.Verdict == reach.Partial {
		for _, part := range []struct {
			title string
			flows []reach.Flow
		}{{"Gets through", a.Allowed}, {"Does not", a.Refused}} {
			b.WriteString("\n" + part.title + ":\n")
			for _, f := range part.flows {
				b.WriteString("  - " + Flow(f) + "\n")
			}
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

func checked(f *reach.Fix) string {
	switch {
	case f.Verified && f.StillBlockedBy == 0:
		return "Checked: with this the traffic gets through."
	case f.Verified:
		return fmt.Sprintf("Checked: with all repairs named here the traffic gets through; with this one alone %d remain.",
			f.StillBlockedBy)
	default:
		return "Checked: this removes the cause, but not every cause can be repaired by configuration alone."
	}
}

func orUnknown(end string) string {
	if end == "" {
		return "(unknown end)"
	}
	return end
}

func asked(q reach.Question) string {
	if q.Protocol.HasPorts() && !q.Ports.IsAll() && !q.Ports.IsEmpty() {
		return q.Protocol.String() + "/" + q.Ports.String()
	}
	return q.Protocol.String()
}

// Flow is a set of packets in a few words, such as "tcp/80 from 10.0.0.0/24 to 10.0.1.5".
func Flow(f reach.Flow) string {
	text := f.Protocol.String()
	if f.Protocol.HasPorts() && !f.Ports.IsAll() {
		text += "/" + f.Ports.String()
	}
	return text + " from " + f.Source.String() + " to " + f.Destination.String()
}

// Sentence says what a finding found.
func Sentence(f reach.Finding) string {
	flow, rule := "", ""
	if !f.Affected.Source.IsEmpty() {
		flow = Flow(f.Affected)
	}
	if f.Rule != nil {
		rule = f.Rule.Summary
		if f.Rule.Name != "" && !strings.HasPrefix(rule, f.Rule.Name) {
			rule = fmt.Sprintf("%q (%s)", f.Rule.Name, rule)
		}
	}
	at := "the " + string(f.Side)
	switch f.Code {
	case "vpc_disconnected":
		return fmt.Sprintf("The VPCs %s and %s share no chain of peering connections, so nothing gets from one to the other.",
			f.Name, f.Other)
	case "sg_shared_across_disconnected_vpcs":
		return fmt.Sprintf("Both ends are in the security group %s, but a group connects nothing: the VPCs must be peered.", f.Name)
	case "peering_not_active":
		return fmt.Sprintf("The peering connection %s is not active, and only an active one carries traffic.", f.Name)
	case "peering_transit":
		return fmt.Sprintf("The way leads through the VPC %s.", f.Name)
	case "peering_transit_unsupported":
		return fmt.Sprintf("The way leads through the VPC %s, and the question forbids transit.", f.Name)
	case "route_missing_forward":
		return fmt.Sprintf("The VPC %s has no route to %s.", f.Name, f.Other)
	case "route_missing_return":
		return fmt.Sprintf("Answers have no way back: the VPC %s has no route to %s.", f.Name, f.Other)
	case "route_shadowed_by_local":
		return fmt.Sprintf("On the way from %s (%s), the address lies in the local subnet %s too, and local routes always win.",
			f.Other, f.Leg, f.Name)
	case "route_dead_next_hop":
		return fmt.Sprintf("The route %s leads to a next hop that is not there.", f.Name)
	case "route_loop":
		return fmt.Sprintf("The tables send the packet round in a circle; the route %s closes it.", f.Name)
	case "forwarder_unverifiable":
		return fmt.Sprintf("The route %s hands the traffic to a next hop outside the model; what that does cannot be seen.", f.Name)
	case "no_public_address":
		return fmt.Sprintf("%s has no public address.", f.Name)
	case "acl_explicit_deny":
		return fmt.Sprintf("At %s, %s rule %d of the network ACL %s denies %s: %s.", at, f.Rule.Direction, f.Rule.Position,
			f.Name, flow, rule)
	case "acl_default_deny":
		return fmt.Sprintf("At %s, no %s rule of the network ACL %s matches %s, and what none matches is denied.", at,
			f.Rule.Direction, f.Name, flow)
	case "acl_disabled_denies_all":
		return fmt.Sprintf("At %s, the network ACL %s is disabled but still bound to the subnet; it denies everything that "+
			"crosses its border.", at, f.Name)
	case "acl_sg_conflict":
		return fmt.Sprintf("At %s, the security group allows %s (%s), but the network ACL %s denies it. The ACL wins.", at, flow,
			f.Other, f.Name)
	case "sg_blocks_acl_allow":
		return fmt.Sprintf("Rule %d of the network ACL %s allows %s, but the security groups (%s) do not, so it opens nothing.",
			f.Rule.Position, f.Name, flow, f.Other)
	case "acl_wrong_direction", "acl_wrong_protocol", "acl_wrong_port", "acl_rule_disabled":
		return fmt.Sprintf("%s rule %d of the network ACL %s (%s) %s.", f.Rule.Direction, f.Rule.Position, f.Name,
			f.Rule.Summary, misses[f.Code])
	case "sg_no_match":
		return fmt.Sprintf("At %s, no %s rule of the security group %s allows %s.", at, f.Rule.Direction, f.Name, flow)
	case "sg_no_rules":
		return fmt.Sprintf("At %s, there is no %s rule in the security group %s at all, so everything is denied.", at,
			f.Rule.Direction, f.Name)
	case "sg_explicit_deny":
		return fmt.Sprintf("At %s, a rule of the security group %s denies %s: %s.", at, f.Name, flow, rule)
	case "sg_wrong_direction", "sg_wrong_protocol", "sg_wrong_port", "sg_wrong_peer":
		return fmt.Sprintf("The rule %s of the security group %s %s.", rule, f.Name, misses[f.Code])
	case "service_not_listening":
		return fmt.Sprintf("Nothing on %s listens for %s.", f.Name, flow)
	case "guest_firewall_deny":
		return fmt.Sprintf("Rule %d of the firewall inside %s denies %s.", f.Rule.Position, f.Name, flow)
	case "guest_unverifiable":
		return fmt.Sprintf("The network lets the traffic reach %s; whether a service listens and what a firewall inside does, "+
			"no configuration here says.", f.Name)
	case "high_risk_port":
		return fmt.Sprintf("Some carriers block port %s on the Internet. Use another port for the service.", f.Name)
	case "smtp25_blocked":
		return "Port 25 towards the Internet is blocked by default. Use port 465."
	case "endpoint_not_found":
		return fmt.Sprintf("The %s %q is not in the network the question is decided on. List it in network.", f.Side, f.Name)
	case "endpoint_ambiguous":
		return fmt.Sprintf("The address %s lies in more than one VPC. Name the VPC with vpc_id.", f.Name)
	case "endpoint_no_address":
		return fmt.Sprintf("%s has no address of the family asked for.", f.Name)
	case "protocol_family_mismatch":
		return fmt.Sprintf("%s belongs to the other address family. Use icmp with IPv4 and icmpv6 with IPv6.", f.Name)
	case "self_probe":
		return fmt.Sprintf("Source and destination are both %s.", f.Name)
	case "unknown_until_apply":
		return fmt.Sprintf("The %s refers to the %s %s, which is not in the network the question is decided on. List it in network.",
			f.Other, f.Kind.Label(), f.ID)
	default:
		return f.Code + " " + f.Name
	}
}

// misses says how a rule of a hint fails to do what its author meant.
var misses = map[string]string{
	"acl_wrong_direction": "would match in the other direction",
	"acl_wrong_protocol":  "matches but for the protocol",
	"acl_wrong_port":      "matches but for the port",
	"acl_rule_disabled":   "would decide, but is switched off",
	"sg_wrong_direction":  "would match in the other direction",
	"sg_wrong_protocol":   "matches but for the protocol",
	"sg_wrong_port":       "matches but for the port",
	"sg_wrong_peer":       "matches but for the peer",
}
