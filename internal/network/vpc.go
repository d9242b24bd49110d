package network

import (
	"net/netip"
	"slices"
)

// VPC is a private network with one or more address blocks. It holds subnets and is isolated from every other VPC
// until a peering connection and routes join them (NET-01).
type VPC struct {
	Meta
	Name string `json:"name"`
	// CIDR is the primary IPv4 block.
	CIDR string `json:"cidr"`
	// SecondaryCIDRs are further IPv4 blocks, at most five (NET-03).
	SecondaryCIDRs []string          `json:"secondary_cidrs,omitempty"`
	Description    string            `json:"description,omitempty"`
	Tags           map[string]string `json:"tags,omitempty"`
	// DefaultRouteTableID is the table every VPC is created with (NET-19). It follows from the VPC's id.
	DefaultRouteTableID string `json:"default_route_table_id,omitempty"`
	// The attributes below are there for clients of the cloud's API, which read back what they wrote; nothing follows
	// from them here (NET-22). Absent means that nobody has set them.
	EnhancedLocalRoute    *bool   `json:"enhanced_local_route,omitempty"`
	BlockServiceEndpoints *string `json:"block_service_endpoint_states,omitempty"`
	AddressUsageMetrics   *bool   `json:"enable_network_address_usage_metrics,omitempty"`
}

// MaxSecondaryCIDRs is the number of secondary blocks a VPC can have (NET-03).
const MaxSecondaryCIDRs = 5

// forbiddenSecondary are the blocks no secondary CIDR may touch; the three private ones are forbidden only as a whole.
// The cloud refuses them with VPC.9916 (NET-04, ERR-15).
var (
	forbiddenSecondary = prefixes("100.64.0.0/10", "214.0.0.0/7", "198.18.0.0/15", "169.254.0.0/16", "0.0.0.0/8",
		"127.0.0.0/8", "240.0.0.0/4")
	forbiddenAsWhole = prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
	// primaryRanges are the private ranges a primary block comes from (NET-02).
	primaryRanges = prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)

// The prefix lengths of a block: the API accepts blocks down to MaxPrefixLength, the console only down to
// consolePrefixLength (NET-02).
const (
	MaxPrefixLength     = 28
	consolePrefixLength = 24
)

// Kind is KindVPC.
func (v *VPC) Kind() Kind { return KindVPC }

// Title is the name.
func (v *VPC) Title() string { return v.Name }

// NaturalKey is project and name; VPC names are unique in a project (error VPC.0115, NET-06).
func (v *VPC) NaturalKey() string { return v.Project + "/" + v.Name }

// References is empty: a VPC depends on nothing.
func (v *VPC) References() []Reference { return nil }

// Prefixes are the primary and the secondary blocks.
func (v *VPC) Prefixes() []netip.Prefix {
	out := make([]netip.Prefix, 0, 1+len(v.SecondaryCIDRs))
	for _, s := range append([]string{v.CIDR}, v.SecondaryCIDRs...) {
		if p := parsePrefix(s); p.IsValid() {
			out = append(out, p)
		}
	}
	return out
}

// Normalize writes the blocks canonically, orders the secondary ones, and derives the default route table's id.
func (v *VPC) Normalize() {
	v.CIDR = CanonicalPrefix(v.CIDR)
	for i := range v.SecondaryCIDRs {
		v.SecondaryCIDRs[i] = CanonicalPrefix(v.SecondaryCIDRs[i])
	}
	slices.Sort(v.SecondaryCIDRs)
	if v.ID != "" {
		v.DefaultRouteTableID = v.DefaultRouteTable().ID
	}
}

// DefaultRouteTable is the table the VPC is created with. It cannot be deleted and goes with the VPC (NET-19). Its name is
// "rtb-" and that of the VPC, cut where a name has to end.
func (v *VPC) DefaultRouteTable() *RouteTable {
	name := []rune("rtb-" + v.Name)
	t := &RouteTable{VPCID: v.ID, Name: string(name[:min(len(name), maxName)]), Default: true}
	t.Project = v.Project
	// The name of the VPC may change, the table stays; so the name is no part of its identity.
	t.ID = IssueID(KindRouteTable, t.NaturalKey(), 0)
	return t
}

// Validate checks name, blocks, description and tags.
func (v *VPC) Validate() Problems {
	out := validateName(v.Name, "VPC.0101")
	out = append(out, v.validateCIDR()...)
	out = append(out, v.validateSecondary()...)
	out = append(out, validateDescription(At("description"), v.Description, "VPC.0101")...)
	if b := v.BlockServiceEndpoints; b != nil {
		out = append(out, oneOf(At("block_service_endpoint_states"), *b, "VPC.0101", "switch", "on", "off")...)
	}
	return append(out, validateTags(v.Tags)...)
}

func (v *VPC) validateCIDR() Problems {
	path := At("cidr")
	p, problems := validateCIDR(path, v.CIDR, "VPC.0101")
	if problems != nil {
		return problems
	}
	if !slices.ContainsFunc(primaryRanges, func(r netip.Prefix) bool { return ContainsPrefix(r, p) }) {
		return Problems{invalid(path, "VPC.0101", "VPC block outside the private ranges",
			"%s lies in none of %s. A VPC's primary block comes from one of them.", p, listPrefixes(primaryRanges)).
			Advising("Other ranges can be added as secondary_cidrs.")}
	}
	if p.Bits() > MaxPrefixLength {
		return Problems{invalid(path, "VPC.0101", "VPC block too small",
			"%s is smaller than a /%d, the smallest block the cloud accepts.", p, MaxPrefixLength)}
	}
	if p.Bits() > consolePrefixLength {
		return Problems{advice(path, "VPC block smaller than the console accepts",
			"%s is accepted by the cloud's API but not by its console, whose smallest VPC is a /%d.",
			p, consolePrefixLength)}
	}
	return nil
}

func (v *VPC) validateSecondary() Problems {
	var out Problems
	if n := len(v.SecondaryCIDRs); n > MaxSecondaryCIDRs {
		out = append(out, invalid(At("secondary_cidrs"), "VPC.9912", "Too many secondary blocks",
			"There are %d secondary blocks; a VPC has at most %d.", n, MaxSecondaryCIDRs))
	}
	seen := []netip.Prefix{parsePrefix(v.CIDR)}
	for _, s := range v.SecondaryCIDRs {
		path := At("secondary_cidrs")
		p, problems := validateCIDR(path, s, "VPC.9911")
		if problems != nil {
			out = append(out, problems...)
			continue
		}
		if !p.Addr().Is4() {
			out = append(out, invalid(path, "VPC.9911", "Secondary block is not IPv4",
				"%s is an IPv6 block.", p).Advising("Subnets get their IPv6 blocks by ipv6_enabled."))
			continue
		}
		if p.Bits() > MaxPrefixLength {
			out = append(out, invalid(path, "VPC.9911", "Secondary block too small",
				"%s is smaller than a /%d, the smallest block the cloud accepts.", p, MaxPrefixLength))
		}
		for _, f := range forbiddenSecondary {
			if f.Overlaps(p) {
				out = append(out, invalid(path, "VPC.9916", "Reserved block",
					"%s lies in or around %s, which the cloud reserves. Choose another block.", p, f))
			}
		}
		for _, f := range forbiddenAsWhole {
			if ContainsPrefix(p, f) {
				out = append(out, invalid(path, "VPC.9916", "Reserved block",
					"%s holds the whole of %s, which cannot be a secondary block. Choose a part of it.", p, f))
			}
		}
		for _, other := range seen {
			if other.IsValid() && other.Overlaps(p) {
				problem := invalid(path, "VPC.9914", "Overlapping VPC blocks",
					"%s overlaps %s, which is a block of this VPC too. Blocks of one VPC must be disjoint.", p, other)
				problem.Status, problem.Class = 409, Conflict
				out = append(out, problem.involving("cidr"))
			}
		}
		seen = append(seen, p)
	}
	return out
}
