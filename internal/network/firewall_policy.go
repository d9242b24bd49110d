package network

import (
	"slices"
	"strings"
)

// FirewallRule is a rule of the older form of network ACLs, in which rules are objects of their own that policies list
// (ACL-27).
type FirewallRule struct {
	Meta
	Name        string `json:"name,omitempty"`
	Description string `json:"description,omitempty"`
	// Action is "allow" or "deny" in any case, and stays as it was written.
	Action string `json:"action"`
	// Protocol is a name or number; empty is every protocol.
	Protocol         string   `json:"protocol,omitempty"`
	IPVersion        int      `json:"ip_version,omitempty"`
	SourceIP         string   `json:"source_ip_address,omitempty"`
	DestinationIP    string   `json:"destination_ip_address,omitempty"`
	SourcePorts      []string `json:"source_ports,omitempty"`
	DestinationPorts []string `json:"destination_ports,omitempty"`
	Enabled          *bool    `json:"enabled,omitempty"`
}

// Kind is KindFirewallRule.
func (r *FirewallRule) Kind() Kind { return KindFirewallRule }

// Title is the name or, where there is none, what the rule says.
func (r *FirewallRule) Title() string {
	if r.Name != "" {
		return r.Name
	}
	rule := r.ACLRule()
	return rule.Summary()
}

// NaturalKey is project and name: a second rule of one name is another generation.
func (r *FirewallRule) NaturalKey() string { return r.Project + "/" + r.Name }

// References is empty: policies refer to rules, not the other way round.
func (r *FirewallRule) References() []Reference { return nil }

// Normalize fills in the defaults; a rule whose author names no action denies.
func (r *FirewallRule) Normalize() {
	if r.Action == "" {
		r.Action = string(Deny)
	}
	if r.IPVersion == 0 {
		r.IPVersion = 4
	}
	if r.Enabled == nil {
		r.Enabled = new(true)
	}
}

// Validate checks what the rule says, as it is checked in a network ACL.
func (r *FirewallRule) Validate() Problems {
	rule := r.ACLRule()
	out := rule.validate(nil)
	for i := range out {
		// The attributes of the two forms have one name but for these.
		switch out[i].Path.Root() {
		case "source_cidr":
			out[i].Path = At("source_ip_address")
		case "destination_cidr":
			out[i].Path = At("destination_ip_address")
		}
	}
	return out
}

// ACLRule is the rule in the newer form.
func (r *FirewallRule) ACLRule() ACLRule {
	protocol := r.Protocol
	if protocol == "" {
		protocol = "any"
	}
	out := ACLRule{
		RuleID: r.ID, Name: r.Name, Description: r.Description, Action: Action(strings.ToLower(r.Action)), Protocol: protocol,
		IPVersion: r.IPVersion, SourceCIDR: r.SourceIP, DestinationCIDR: r.DestinationIP,
		SourcePorts: r.SourcePorts, DestinationPorts: r.DestinationPorts, Enabled: r.Enabled,
	}
	out.normalize()
	return out
}

// FirewallPolicy is a list of rules of the older form, in the order they are tried. A network ACL takes its rules of
// one direction from it.
type FirewallPolicy struct {
	Meta
	Name        string   `json:"name,omitempty"`
	Description string   `json:"description,omitempty"`
	RuleIDs     []string `json:"rule_ids,omitempty"`
	Audited     bool     `json:"audited,omitempty"`
}

// Kind is KindFirewallPolicy.
func (p *FirewallPolicy) Kind() Kind { return KindFirewallPolicy }

// Title is the name.
func (p *FirewallPolicy) Title() string { return p.Name }

// NaturalKey is project and name.
func (p *FirewallPolicy) NaturalKey() string { return p.Project + "/" + p.Name }

// References names the rules.
func (p *FirewallPolicy) References() []Reference {
	var out []Reference
	for _, id := range p.RuleIDs {
		out = append(out, reference(At("rule_ids"), id, KindFirewallRule)...)
	}
	return out
}

// Normalize has nothing to do.
func (p *FirewallPolicy) Normalize() {}

// Validate checks that no rule is listed twice.
func (p *FirewallPolicy) Validate() Problems {
	var out Problems
	for i, id := range p.RuleIDs {
		if id == "" {
			out = append(out, emptyID(At("rule_ids").Index(i), "VPC.9901", KindFirewallRule))
		} else if first := slices.Index(p.RuleIDs, id); first < i {
			out = append(out, invalid(At("rule_ids").Index(i), "VPC.9901", "Rule listed twice",
				"The rule %s is at positions %d and %d. A rule acts once, at its first position; remove the other.",
				id, first+1, i+1))
		}
	}
	return append(out, validateDescription(At("description"), p.Description, "VPC.9901")...)
}
