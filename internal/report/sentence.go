// Package report words what package reach finds. It is the only room with prose about verdicts, and imports reach,
// network and traffic.
package report

import (
	"fmt"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Sentence says what a finding found.
func Sentence(f reach.Finding) string {
	flow, rule := "", ""
	if !f.Affected.IsEmpty() {
		flow = strings.Join(Flows(f.Affected), " and ")
	}
	if f.Rule != nil {
		rule = f.Rule.Summary
		if f.Rule.Name != "" && !strings.HasPrefix(rule, f.Rule.Name) {
			rule = fmt.Sprintf("%q (%s)", f.Rule.Name, rule)
		}
	}
	at := "the " + string(f.Side)
	other, otherRule := "", ""
	if f.With != nil {
		other = f.With.Name
		if f.With.Rule != nil {
			otherRule = f.With.Rule.Summary
		}
	}
	target := f.Target
	if target == "" {
		target = "the destination"
	}
	switch f.Code {
	case "vpc_disconnected":
		return fmt.Sprintf("The VPCs %s and %s share no chain of peering connections, so nothing gets from one to the other.",
			f.Name, other)
	case "sg_shared_across_disconnected_vpcs":
		return fmt.Sprintf("Both ends are in the security group %s, but a group connects nothing: the VPCs must be peered.", f.Name)
	case "peering_not_active":
		return fmt.Sprintf("The peering connection %s is not active, and only an active one carries traffic.", f.Name)
	case "peering_transit":
		return fmt.Sprintf("The way leads through the VPC %s.", f.Name)
	case "peering_transit_unsupported":
		return fmt.Sprintf("The way leads through the VPC %s, and the question forbids transit.", f.Name)
	case "route_missing_forward":
		return fmt.Sprintf("The VPC %s has no route to %s in table %s.", f.Name, target, other)
	case "route_missing_return":
		return fmt.Sprintf("Answers have no way back: the VPC %s has no route to %s in table %s.", f.Name, target, other)
	case "route_shadowed_by_local":
		return fmt.Sprintf("On the %s leg, %s lies in the local subnet %s too, and local routes always win.", f.Leg,
			target, f.Name)
	case "route_dead_next_hop":
		return fmt.Sprintf("The route %s leads to a next hop that is not there.", f.Name)
	case "route_loop":
		return fmt.Sprintf("The tables send the packet round in a circle; the route %s closes it.", f.Name)
	case reach.CodeRouteWrongVPC:
		return fmt.Sprintf("On the %s leg, the routes end at %s, which is not where %s is.", f.Leg, f.Name, target)
	case reach.CodeRouteMoreSpecific:
		return fmt.Sprintf("On the %s leg, the more specific route %s takes the traffic to %s elsewhere.", f.Leg,
			f.Name, target)
	case reach.CodeRouteAsymmetric:
		return fmt.Sprintf("Answers from the VPC %s pass other VPCs than the requests.", f.Name)
	case reach.CodePeeringOverlapTotal:
		return fmt.Sprintf("All subnets of the VPCs joined by %s overlap, so local routes win on both sides. Renumber one.", f.Name)
	case reach.CodePeeringEIPNotShared:
		return fmt.Sprintf("The VPC %s shares no public address over the peering connection. Add a default route there to an "+
			"instance that translates addresses, or bind a public address.", f.Name)
	case reach.CodeIPFamilyMismatch:
		return fmt.Sprintf("%s are of different address families, so no packet has both.", f.Name)
	case reach.CodeAddressNotRoutable:
		return fmt.Sprintf("%s is a loopback, link-local or multicast address, which is never routed.", f.Name)
	case reach.CodeACLExempt:
		return fmt.Sprintf("At %s, the network ACL %s does not filter this traffic; it is exempt.", at, f.Name)
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
		return fmt.Sprintf("At %s, the security group allows %s (%s), but the network ACL %s denies it. The ACL wins.",
			at, flow,
			other+": "+otherRule, f.Name)
	case "sg_blocks_acl_allow":
		return fmt.Sprintf("Rule %d of the network ACL %s allows %s, but the security groups (%s) do not, so it opens nothing.",
			f.Rule.Position, f.Name, flow, other)
	case "acl_wrong_direction", "acl_wrong_protocol", "acl_wrong_port", "acl_rule_disabled":
		return fmt.Sprintf("The %s rule %d of the network ACL %s (%s) %s.", f.Rule.Direction, f.Rule.Position, f.Name,
			f.Rule.Summary, misses[f.Code])
	case "sg_no_match":
		return fmt.Sprintf("At %s, no %s rule of the security group %s allows %s.", at, f.Rule.Direction, f.Name, flow)
	case "sg_no_rules":
		return fmt.Sprintf("At %s, there is no %s rule in the security group %s at all, so everything is denied.", at,
			f.Rule.Direction, f.Name)
	case "sg_explicit_deny":
		return fmt.Sprintf("At %s, a rule of the security group %s denies %s: %s.", at, f.Name, flow, rule)
	case "sg_wrong_direction", "sg_wrong_protocol", "sg_wrong_port", "sg_wrong_peer",
		reach.CodeSGRuleDisabled:
		return fmt.Sprintf("The rule %s of the security group %s %s.", rule, f.Name, misses[f.Code])
	case "service_not_listening":
		return fmt.Sprintf("Nothing on %s listens for %s.", f.Name, flow)
	case "guest_firewall_deny":
		return fmt.Sprintf("Rule %d of the firewall inside %s denies %s.", f.Rule.Position, f.Name, flow)
	case "guest_unverifiable":
		return fmt.Sprintf("The network lets the traffic reach %s; whether a service listens and what a firewall inside does, "+
			"no configuration here says.", f.Name)
	case "high_risk_port":
		return fmt.Sprintf("Some carriers block port %s on the Internet. Use another port for the service.",
			f.Affected.DestinationPorts(traffic.AnyProtocol))
	case "smtp25_blocked":
		return "Port 25 towards the Internet is blocked by default. Use port 465."
	case "endpoint_not_found":
		return fmt.Sprintf("The %s %q is not in the network the question is decided on. List it in network.", f.Side,
			f.Name)
	case "endpoint_ambiguous":
		return fmt.Sprintf("The address %s lies in more than one VPC. Name the VPC with vpc_id.", f.Name)
	case "endpoint_no_address":
		return fmt.Sprintf("%s has no address of the family asked for.", f.Name)
	case "protocol_family_mismatch":
		return fmt.Sprintf("%s belongs to the other address family. Use icmp with IPv4 and icmpv6 with IPv6.", f.Name)
	case "self_probe":
		return fmt.Sprintf("Source and destination are both %s.", f.Name)
	case reach.CodeACLUnassociated:
		return fmt.Sprintf("The network ACL %s is bound to no subnet, so it filters nothing.", f.Name)
	case reach.CodeSGUnattached:
		return fmt.Sprintf("No instance is in the security group %s.", f.Name)
	case reach.CodeIntentViolatedBlocked:
		return fmt.Sprintf("%s must get through to %s and does not, against %s.", flow, other, f.Name)
	case reach.CodeIntentViolatedReachable:
		return fmt.Sprintf("%s must not get through to %s and does, against %s.", flow, other, f.Name)
	case reach.CodeIntentVacuous:
		return fmt.Sprintf("The intent %s is about nothing: a selector matches no end, or there is no such traffic.", f.Name)
	case reach.CodeIntentContradictory:
		return fmt.Sprintf("The intents %s and %s demand opposite things of %s.", f.Name, other, flow)
	case "unknown_until_apply":
		return fmt.Sprintf("The %s refers to the %s %s, which is not in the network the question is decided on. List it in network.",
			other, f.Kind.Label(), f.ID)
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
	"sg_rule_disabled":    "would decide, but is switched off",
	"sg_wrong_direction":  "would match in the other direction",
	"sg_wrong_protocol":   "matches but for the protocol",
	"sg_wrong_port":       "matches but for the port",
	"sg_wrong_peer":       "matches but for the peer",
}
