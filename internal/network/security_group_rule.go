package network

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// SecurityGroupRule allows or denies one kind of traffic of the instances in a group. Ports are always ports of the
// packet's destination, whatever the direction (SG-02).
type SecurityGroupRule struct {
	Meta
	SecurityGroupID string `json:"security_group_id"`
	// Name distinguishes the rules of one set; a rule on its own has none.
	Name      string    `json:"name,omitempty"`
	Direction Direction `json:"direction"`
	Ethertype Ethertype `json:"ethertype,omitempty"`
	// Protocol is a name or number; empty or "any" is every protocol.
	Protocol string   `json:"protocol,omitempty"`
	Ports    []string `json:"ports,omitempty"`
	// ICMPType and ICMPCode narrow a rule for icmp or icmpv6; a code needs a type (SG-06).
	ICMPType *int `json:"icmp_type,omitempty"`
	ICMPCode *int `json:"icmp_code,omitempty"`
	// At most one of the three remotes is set; none is every address of the ethertype (SG-07).
	RemoteIPPrefix       string `json:"remote_ip_prefix,omitempty"`
	RemoteGroupID        string `json:"remote_group_id,omitempty"`
	RemoteAddressGroupID string `json:"remote_address_group_id,omitempty"`
	Action               Action `json:"action,omitempty"`
	// Priority is 1 (highest) to 100 (SG-10); nil is DefaultPriority.
	Priority    *int   `json:"priority,omitempty"`
	Enabled     *bool  `json:"enabled,omitempty"`
	Description string `json:"description,omitempty"`
	// Default marks one of the rules its group was created with.
	Default bool `json:"default,omitempty"`
	// Set marks a rule that belongs to a set of rules written as one resource.
	Set bool `json:"set,omitempty"`
}

// Kind is KindSecurityGroupRule.
func (r *SecurityGroupRule) Kind() Kind { return KindSecurityGroupRule }

// Title is the rule's name or, without one, what it does.
func (r *SecurityGroupRule) Title() string {
	if r.Name != "" {
		return r.Name
	}
	return r.Summary()
}

// IsEnabled is false for a rule that is switched off.
func (r *SecurityGroupRule) IsEnabled() bool { return r.Enabled == nil || *r.Enabled }

// Rank is the effective priority.
func (r *SecurityGroupRule) Rank() int {
	if r.Priority == nil {
		return DefaultPriority
	}
	return *r.Priority
}

// Summary is the rule in a few words, such as "ingress allow tcp/80 from 10.0.0.0/24, priority 1". Other objects are
// named by their ids.
func (r *SecurityGroupRule) Summary() string { return r.SummaryNaming(plainID) }

// SummaryNaming is Summary with other objects called by their names.
func (r *SecurityGroupRule) SummaryNaming(name Namer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s", r.Direction, r.Action, protocolText(r.Protocol))
	switch {
	case len(r.Ports) > 0:
		b.WriteString("/" + strings.Join(r.Ports, ","))
	case r.ICMPType != nil && r.ICMPCode != nil:
		fmt.Fprintf(&b, " type %d code %d", *r.ICMPType, *r.ICMPCode)
	case r.ICMPType != nil:
		fmt.Fprintf(&b, " type %d", *r.ICMPType)
	}
	b.WriteString(map[Direction]string{Ingress: " from ", Egress: " to "}[r.Direction])
	switch {
	case r.RemoteIPPrefix != "":
		b.WriteString(r.RemoteIPPrefix)
	case r.RemoteGroupID != "" && r.RemoteGroupID == r.SecurityGroupID:
		b.WriteString("the group itself")
	case r.RemoteGroupID != "":
		b.WriteString("group " + name(r.RemoteGroupID))
	case r.RemoteAddressGroupID != "":
		b.WriteString("address group " + name(r.RemoteAddressGroupID))
	default:
		b.WriteString("any " + string(r.Ethertype) + " address")
	}
	return b.String() + ", priority " + strconv.Itoa(r.Rank())
}

// NaturalKey is everything that makes the rule differ from another one of its group, in canonical form. Two rules
// with one key are duplicates (ERR-12).
func (r *SecurityGroupRule) NaturalKey() string {
	n := *r
	n.Normalize()
	number := func(p *int) string {
		if p == nil {
			return "any"
		}
		return strconv.Itoa(*p)
	}
	return strings.Join([]string{
		n.SecurityGroupID, string(n.Direction), string(n.Ethertype), protocolText(n.Protocol), normalPorts(n.Ports),
		number(n.ICMPType), number(n.ICMPCode),
		n.RemoteIPPrefix, n.RemoteGroupID, n.RemoteAddressGroupID, string(n.Action), strconv.Itoa(n.Rank()),
	}, "/")
}

// Same reports whether two rules have one natural key. What is cheap to compare comes first: a group may have hundreds of
// rules, and every new one is compared with each.
func (r *SecurityGroupRule) Same(o *SecurityGroupRule) bool {
	if r.SecurityGroupID != o.SecurityGroupID || r.Direction != o.Direction || r.Rank() != o.Rank() ||
		r.RemoteGroupID != o.RemoteGroupID || r.RemoteAddressGroupID != o.RemoteAddressGroupID {
		return false
	}
	if len(r.Ports) == 1 && len(o.Ports) == 1 && r.Ports[0] != o.Ports[0] && isPlainPort(r.Ports[0]) && isPlainPort(o.Ports[0]) {
		return false
	}
	return r.NaturalKey() == o.NaturalKey()
}

// References names the group, and the remote group or address group.
func (r *SecurityGroupRule) References() []Reference {
	out := reference(At("security_group_id"), r.SecurityGroupID, KindSecurityGroup)
	out = append(out, reference(At("remote_group_id"), r.RemoteGroupID, KindSecurityGroup)...)
	return append(out, reference(At("remote_address_group_id"), r.RemoteAddressGroupID, KindAddressGroup)...)
}

// Normalize infers the ethertype from the remote prefix and fills in the defaults.
func (r *SecurityGroupRule) Normalize() {
	r.RemoteIPPrefix = CanonicalPrefix(r.RemoteIPPrefix)
	if r.Ethertype == "" {
		r.Ethertype = r.inferEthertype()
	}
	if r.Action == "" {
		r.Action = Allow
	}
	if r.Priority == nil {
		r.Priority = new(DefaultPriority)
	}
	if r.Enabled == nil {
		r.Enabled = new(true)
	}
}

// inferEthertype takes the family from the remote prefix or the protocol; a rule that has neither is about IPv4, the
// cloud's own default (SG-03).
func (r *SecurityGroupRule) inferEthertype() Ethertype {
	if p := parsePrefix(r.RemoteIPPrefix); p.IsValid() {
		return EthertypeOf(p.Addr())
	}
	if p, err := traffic.ParseProtocol(r.Protocol); err == nil && p == traffic.ICMPv6 {
		return EthertypeIPv6
	}
	return EthertypeIPv4
}

// RemotePrefix is the remote block, not valid where the rule names none.
func (r *SecurityGroupRule) RemotePrefix() netip.Prefix { return parsePrefix(r.RemoteIPPrefix) }

// Validate checks the rule by itself.
func (r *SecurityGroupRule) Validate() Problems {
	return r.ValidateAt(nil)
}

// ValidateAt checks the rule where it is written: at the top of its resource (an empty base) or inside a set.
func (r *SecurityGroupRule) ValidateAt(base Path) Problems {
	const code = "VPC.9902"
	at := base.Attr
	var out Problems
	if len(base) == 0 && r.SecurityGroupID == "" {
		out = append(out, invalid(at("security_group_id"), code, "Missing security group",
			"A rule belongs to a security group; security_group_id is empty."))
	}
	ethertype := r.Ethertype
	if ethertype == "" {
		ethertype = r.inferEthertype()
	}
	out = append(out, oneOf(at("direction"), r.Direction, code, "direction", Ingress, Egress)...)
	out = append(out, oneOf(at("ethertype"), ethertype, code, "ethertype", EthertypeIPv4, EthertypeIPv6)...)
	if r.Action != "" {
		out = append(out, oneOf(at("action"), r.Action, code, "action", Allow, Deny)...)
	}
	for _, p := range validateProtocol(at("protocol"), r.Protocol, ethertype.IPVersion(), code) {
		out = append(out, p.involving("ethertype", "remote_ip_prefix"))
	}
	out = append(out, validatePorts(at("ports"), r.Ports, r.Protocol, code)...)
	out = append(out, r.validateICMP(base)...)
	out = append(out, r.validateRemote(base, ethertype)...)
	if r.Priority != nil && (*r.Priority < 1 || *r.Priority > 100) {
		out = append(out, invalid(at("priority"), code, "Priority out of range",
			"The priority is %d; it must be 1 (decides first) to 100 (decides last).", *r.Priority))
	}
	return append(out, validateDescription(at("description"), r.Description, code)...)
}

func (r *SecurityGroupRule) validateICMP(base Path) Problems {
	const code = "VPC.9902"
	var out Problems
	protocol, err := traffic.ParseProtocol(r.Protocol)
	for _, f := range []struct {
		name, label string
		value       *int
	}{{"icmp_type", "The ICMP type", r.ICMPType}, {"icmp_code", "The ICMP code", r.ICMPCode}} {
		if f.value == nil {
			continue
		}
		if err == nil && !protocol.IsICMP() {
			out = append(out, invalid(base.Attr(f.name), code, "ICMP field without ICMP",
				"The rule has an ICMP type or code, but its protocol is %s.", protocol).
				Advising("Set protocol to icmp or icmpv6, or leave %s out.", f.name).involving("protocol"))
		}
		if *f.value < 0 || *f.value > 255 {
			out = append(out, invalid(base.Attr(f.name), code, "ICMP field out of range",
				"%s is %d; it must be 0 to 255.", f.label, *f.value))
		}
	}
	if r.ICMPCode != nil && r.ICMPType == nil {
		out = append(out, invalid(base.Attr("icmp_code"), code, "ICMP code without a type",
			"The ICMP code is %d, but codes have a meaning only within a type.", *r.ICMPCode).
			Advising("Set icmp_type too.").involving("icmp_type"))
	}
	return out
}

func (r *SecurityGroupRule) validateRemote(base Path, ethertype Ethertype) Problems {
	const code = "VPC.9902"
	var set []string
	for _, f := range []struct{ name, value string }{
		{"remote_ip_prefix", r.RemoteIPPrefix},
		{"remote_group_id", r.RemoteGroupID},
		{"remote_address_group_id", r.RemoteAddressGroupID},
	} {
		if f.value != "" {
			set = append(set, f.name)
		}
	}
	var out Problems
	if len(set) > 1 {
		out = append(out, invalid(base.Attr(set[1]), code, "More than one remote",
			"%s are set. A rule names its peer in one way only; write one rule for each.",
			strings.Join(set, " and ")).involving(set...))
	}
	if r.RemoteIPPrefix == "" {
		return out
	}
	p, problems := validateCIDR(base.Attr("remote_ip_prefix"), r.RemoteIPPrefix, code)
	out = append(out, problems...)
	if p.IsValid() && EthertypeOf(p.Addr()) != ethertype {
		out = append(out, invalid(base.Attr("remote_ip_prefix"), code, "Remote of the other address family",
			"%s is an %s block, but the rule's ethertype is %s, so it would match nothing.",
			p, EthertypeOf(p.Addr()), ethertype).
			Advising("Leave ethertype out to have it follow the prefix.").involving("ethertype"))
	}
	return out
}
