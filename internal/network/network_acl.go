package network

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// NetworkACL filters what crosses the border of the subnets it is bound to (ACL-18). In each direction its rules are tried in
// the order written; the first that matches decides (ACL-04), and what none matches is denied (ACL-05). It keeps track of
// connections, so answers to what it let pass need no rule (ACL-07).
type NetworkACL struct {
	Meta
	Name string `json:"name"`
	// Enabled switches the custom rules on. A disabled ACL that is bound to a subnet still denies: only its final
	// rule is left (ACL-13).
	Enabled      *bool             `json:"enabled,omitempty"`
	IngressRules []ACLRule         `json:"ingress_rules,omitempty"`
	EgressRules  []ACLRule         `json:"egress_rules,omitempty"`
	SubnetIDs    []string          `json:"subnet_ids,omitempty"`
	Description  string            `json:"description,omitempty"`
	Tags         map[string]string `json:"tags,omitempty"`
	// IngressPolicyID and EgressPolicyID name the policies of the older form from which the rules come, where they do
	// (ACL-27).
	IngressPolicyID string `json:"ingress_policy_id,omitempty"`
	EgressPolicyID  string `json:"egress_policy_id,omitempty"`
}

// ACLRule is one rule of a network ACL.
type ACLRule struct {
	// RuleID identifies the rule within the cloud. It stays as long as the rule does.
	RuleID string `json:"rule_id,omitempty"`
	Name   string `json:"name,omitempty"`
	Action Action `json:"action"`
	// Protocol is a name, a number or "any".
	Protocol string `json:"protocol"`
	// IPVersion is 4 or 6; where it is left out it follows from the addresses and the protocol, else it is 4.
	IPVersion int `json:"ip_version,omitempty"`
	// Either side is a block or an address group, or neither: any address. At most one side is a group (ACL-16).
	SourceCIDR                string   `json:"source_cidr,omitempty"`
	SourceAddressGroupID      string   `json:"source_address_group_id,omitempty"`
	SourcePorts               []string `json:"source_ports,omitempty"`
	DestinationCIDR           string   `json:"destination_cidr,omitempty"`
	DestinationAddressGroupID string   `json:"destination_address_group_id,omitempty"`
	DestinationPorts          []string `json:"destination_ports,omitempty"`
	Enabled                   *bool    `json:"enabled,omitempty"`
	Description               string   `json:"description,omitempty"`
}

// recommendedACLRules is the number of rules per direction the cloud recommends not to exceed.
const recommendedACLRules = 100

// Kind is KindNetworkACL.
func (a *NetworkACL) Kind() Kind { return KindNetworkACL }

// Title is the name.
func (a *NetworkACL) Title() string { return a.Name }

// NaturalKey is project and name.
func (a *NetworkACL) NaturalKey() string { return a.Project + "/" + a.Name }

// IsEnabled reports whether the custom rules act.
func (a *NetworkACL) IsEnabled() bool { return a.Enabled == nil || *a.Enabled }

// Rules are the rules of one direction in the order they are tried.
func (a *NetworkACL) Rules(d Direction) []ACLRule {
	if d == Ingress {
		return a.IngressRules
	}
	return a.EgressRules
}

// RulesAttribute is the attribute that holds the rules of a direction.
func RulesAttribute(d Direction) string { return string(d) + "_rules" }

// References names the subnets and the address groups of the rules.
func (a *NetworkACL) References() []Reference {
	out := reference(At("ingress_policy_id"), a.IngressPolicyID, KindFirewallPolicy)
	out = append(out, reference(At("egress_policy_id"), a.EgressPolicyID, KindFirewallPolicy)...)
	for _, id := range a.SubnetIDs {
		out = append(out, reference(At("subnet_ids"), id, KindSubnet)...)
	}
	for _, d := range []Direction{Ingress, Egress} {
		for i, r := range a.Rules(d) {
			at := At(RulesAttribute(d)).Index(i)
			out = append(out, reference(at.Attr("source_address_group_id"), r.SourceAddressGroupID, KindAddressGroup)...)
			out = append(out,
				reference(at.Attr("destination_address_group_id"), r.DestinationAddressGroupID, KindAddressGroup)...)
		}
	}
	return out
}

// Normalize fills in defaults, orders the subnets, and names every rule that has no id yet.
func (a *NetworkACL) Normalize() {
	if a.Enabled == nil {
		a.Enabled = new(true)
	}
	slices.Sort(a.SubnetIDs)
	a.SubnetIDs = slices.Compact(a.SubnetIDs)
	for _, d := range []Direction{Ingress, Egress} {
		rules := a.Rules(d)
		for i := range rules {
			rules[i].normalize()
		}
		if a.ID != "" {
			issueRuleIDs(a.ID, d, rules)
		}
	}
}

// issueRuleIDs gives every rule without an id one that follows from the ACL and what the rule says, so that a rule
// keeps its id when others come, go or move.
func issueRuleIDs(acl string, d Direction, rules []ACLRule) {
	taken := map[string]bool{}
	for _, r := range rules {
		taken[r.RuleID] = true
	}
	for i := range rules {
		for n := int64(0); rules[i].RuleID == ""; n++ {
			if id := IssueID("network_acl_rule", acl+"/"+string(d)+"/"+rules[i].key(), n); !taken[id] {
				rules[i].RuleID, taken[id] = id, true
			}
		}
	}
}

// IsEnabled reports whether the rule is tried; one that is switched off is skipped (ACL-14).
func (r *ACLRule) IsEnabled() bool { return r.Enabled == nil || *r.Enabled }

func (r *ACLRule) normalize() {
	r.SourceCIDR, r.DestinationCIDR = CanonicalPrefix(r.SourceCIDR), CanonicalPrefix(r.DestinationCIDR)
	if r.IPVersion == 0 {
		r.IPVersion = r.inferIPVersion()
	}
	if r.Enabled == nil {
		r.Enabled = new(true)
	}
}

func (r *ACLRule) inferIPVersion() int {
	for _, p := range []netip.Prefix{parsePrefix(r.SourceCIDR), parsePrefix(r.DestinationCIDR)} {
		if p.IsValid() {
			return EthertypeOf(p.Addr()).IPVersion()
		}
	}
	if protocolText(r.Protocol) == "icmpv6" {
		return 6
	}
	return 4
}

func (r *ACLRule) key() string {
	return strings.Join([]string{
		string(r.Action), protocolText(r.Protocol), strconv.Itoa(r.IPVersion),
		r.SourceCIDR, r.SourceAddressGroupID, normalPorts(r.SourcePorts),
		r.DestinationCIDR, r.DestinationAddressGroupID, normalPorts(r.DestinationPorts),
	}, "/")
}

// Source is the source block, not valid where the rule names none.
func (r *ACLRule) Source() netip.Prefix { return parsePrefix(r.SourceCIDR) }

// Destination is the destination block, not valid where the rule names none.
func (r *ACLRule) Destination() netip.Prefix { return parsePrefix(r.DestinationCIDR) }

// Summary is the rule in a few words, such as "deny tcp from 10.0.0.0/24 to any:445". Address groups are named by
// their ids.
func (r *ACLRule) Summary() string { return r.SummaryNaming(plainID) }

// SummaryNaming is Summary with address groups called by their names.
func (r *ACLRule) SummaryNaming(name Namer) string {
	side := func(cidr, group string, ports []string) string {
		text := "any"
		switch {
		case cidr != "":
			text = cidr
		case group != "":
			text = "address group " + name(group)
		}
		if len(ports) > 0 {
			text += ":" + strings.Join(ports, ",")
		}
		return text
	}
	return fmt.Sprintf("%s %s from %s to %s", r.Action, protocolText(r.Protocol),
		side(r.SourceCIDR, r.SourceAddressGroupID, r.SourcePorts),
		side(r.DestinationCIDR, r.DestinationAddressGroupID, r.DestinationPorts))
}

// Validate checks the ACL and each of its rules.
func (a *NetworkACL) Validate() Problems {
	const code = "VPC.9901"
	out := validateName(a.Name, code)
	for _, d := range []Direction{Ingress, Egress} {
		attribute := At(RulesAttribute(d))
		rules := a.Rules(d)
		for i := range rules {
			out = append(out, rules[i].validate(attribute.Index(i))...)
		}
		if len(rules) > recommendedACLRules {
			out = append(out, advice(attribute, "Many network ACL rules",
				"There are %d %s rules; the cloud recommends at most %d for each direction.",
				len(rules), d, recommendedACLRules))
		}
	}
	out = append(out, validateSubnetIDs(a.SubnetIDs, code)...)
	out = append(out, validateDescription(At("description"), a.Description, code)...)
	return append(out, validateTags(a.Tags)...)
}

func (r *ACLRule) validate(at Path) Problems {
	const code = "VPC.9901"
	out := oneOf(at.Attr("action"), r.Action, code, "action", Allow, Deny)
	version := r.IPVersion
	if version == 0 {
		version = r.inferIPVersion()
	}
	if version != 4 && version != 6 {
		out = append(out, invalid(at.Attr("ip_version"), code, "Invalid IP version",
			"ip_version is %d; it must be 4 or 6.", version))
		version = 4
	}
	if r.Protocol == "" {
		out = append(out, invalid(at.Attr("protocol"), code, "Missing protocol",
			"A network ACL rule names its protocol; write \"any\" for every one."))
	}
	out = append(out, validateProtocol(at.Attr("protocol"), r.Protocol, version, code)...)
	out = append(out, validateSide(at, "source", r.SourceCIDR, r.SourceAddressGroupID, version)...)
	out = append(out, validateSide(at, "destination", r.DestinationCIDR, r.DestinationAddressGroupID, version)...)
	if r.SourceAddressGroupID != "" && r.DestinationAddressGroupID != "" {
		out = append(out, invalid(at.Attr("destination_address_group_id"), code, "Address groups on both sides",
			"Only one side of a network ACL rule can be an address group. Write the other side as CIDR blocks, one rule "+
				"for each."))
	}
	out = append(out, validatePorts(at.Attr("source_ports"), r.SourcePorts, r.Protocol, code)...)
	out = append(out, validatePorts(at.Attr("destination_ports"), r.DestinationPorts, r.Protocol, code)...)
	if r.Name != "" {
		for _, p := range validateName(r.Name, code) {
			p.Path = at.Attr("name")
			out = append(out, p)
		}
	}
	return append(out, validateDescription(at.Attr("description"), r.Description, code)...)
}

func validateSide(at Path, side, cidr, group string, version int) Problems {
	const code = "VPC.9901"
	var out Problems
	if cidr != "" && group != "" {
		out = append(out, invalid(at.Attr(side+"_address_group_id"), code, "Two forms of one side",
			"The %s is given both as an address block and as an address group.", side).
			Advising("Keep one of %s_cidr and %s_address_group_id.", side, side))
	}
	if cidr == "" {
		return out
	}
	path := at.Attr(side + "_cidr")
	p, problems := validateCIDR(path, cidr, code)
	out = append(out, problems...)
	if p.IsValid() && EthertypeOf(p.Addr()).IPVersion() != version {
		out = append(out, invalid(path, code, "Addresses of the other family",
			"%s does not belong to a rule with ip_version %d, so the rule would match nothing. Both sides must be of one "+
				"family.", p, version).Advising("Leave ip_version out to have it follow the addresses."))
	}
	return out
}
