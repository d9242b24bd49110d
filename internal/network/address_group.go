package network

import (
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// AddressGroup is a named set of addresses of one family that rules can name as their peer.
type AddressGroup struct {
	Meta
	Name string `json:"name"`
	// IPVersion is 4 or 6; a group holds addresses of one family (AG-02).
	IPVersion   int            `json:"ip_version,omitempty"`
	Entries     []AddressEntry `json:"entries"`
	Description string         `json:"description,omitempty"`
	// MaxCapacity is the number of entries the group may hold, at most and by default MaxAddressEntries.
	MaxCapacity *int `json:"max_capacity,omitempty"`
}

// Capacity is the number of entries the group may hold.
func (g *AddressGroup) Capacity() int {
	if g.MaxCapacity == nil {
		return MaxAddressEntries
	}
	return *g.MaxCapacity
}

// AddressEntry is an address, a CIDR block, or a range "first-last" (AG-01).
type AddressEntry struct {
	Address     string `json:"address"`
	Description string `json:"description,omitempty"`
}

// MaxAddressEntries is the number of entries a group holds by default (AG-04).
const MaxAddressEntries = 20

// Kind is KindAddressGroup.
func (g *AddressGroup) Kind() Kind { return KindAddressGroup }

// Title is the name.
func (g *AddressGroup) Title() string { return g.Name }

// NaturalKey is project and name.
func (g *AddressGroup) NaturalKey() string { return g.Project + "/" + g.Name }

// References is empty.
func (g *AddressGroup) References() []Reference { return nil }

// Normalize makes IPv4 the family of a group whose author names none.
func (g *AddressGroup) Normalize() {
	if g.IPVersion == 0 {
		g.IPVersion = 4
	}
}

// Addresses is the union of the entries. Entries that do not parse are left out; Validate names them.
func (g *AddressGroup) Addresses() traffic.AddressSet {
	var out traffic.AddressSet
	for _, e := range g.Entries {
		if s, err := traffic.ParseAddressEntry(e.Address); err == nil {
			out = out.Union(s)
		}
	}
	return out
}

// Validate checks name, family and entries, none of which may occur twice (AG-03).
func (g *AddressGroup) Validate() Problems {
	const code = "VPC.9901"
	out := validateName(g.Name, code)
	if g.IPVersion != 4 && g.IPVersion != 6 && g.IPVersion != 0 {
		out = append(out, invalid(At("ip_version"), code, "Invalid IP version",
			"ip_version is %d; it must be 4 or 6.", g.IPVersion))
	}
	if n := g.Capacity(); n < 0 || n > MaxAddressEntries {
		out = append(out, invalid(At("max_capacity"), code, "Capacity out of range",
			"The capacity is %d; it must be 0 to %d.", n, MaxAddressEntries))
	} else if len(g.Entries) > n {
		out = append(out, invalid(At("entries"), code, "Too many entries",
			"There are %d entries; this address group holds at most %d.", len(g.Entries), n))
	}
	version := max(g.IPVersion, 4)
	seen := map[string]string{}
	for i, e := range g.Entries {
		at := At("entries").Index(i)
		set, err := traffic.ParseAddressEntry(e.Address)
		if err != nil {
			out = append(out, invalid(at.Attr("address"), code, "Invalid address entry", "%s.", sentence(err)))
			continue
		}
		if strings.Contains(e.Address, ":") != (version == 6) {
			out = append(out, invalid(at.Attr("address"), code, "Entry of the other address family",
				"%s does not belong to a group with ip_version %d. Put it into a group of its own.",
				e.Address, version).involving("ip_version"))
		}
		if other, ok := seen[set.String()]; ok {
			out = append(out, invalid(at.Attr("address"), code, "Duplicate address entry",
				"%s and %s are the same addresses. Remove one of them.", other, e.Address))
		}
		seen[set.String()] = e.Address
		out = append(out, validateDescription(at.Attr("description"), e.Description, code)...)
	}
	return append(out, validateDescription(At("description"), g.Description, code)...)
}
