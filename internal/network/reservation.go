package network

import "net/netip"

// Reservation sets a block of a subnet's addresses aside: the cloud assigns none of them by itself (NET-18). It is known to
// clients of the cloud's API only; no verdict rests on it.
type Reservation struct {
	Meta
	SubnetID    string `json:"subnet_id"`
	VPCID       string `json:"vpc_id"`
	IPVersion   int    `json:"ip_version"`
	CIDR        string `json:"cidr"`
	Name        string `json:"name,omitempty"`
	Description string `json:"description,omitempty"`
}

// Kind is KindReservation.
func (r *Reservation) Kind() Kind { return KindReservation }

// Title is the name or, where there is none, the block.
func (r *Reservation) Title() string {
	if r.Name == "" {
		return r.CIDR
	}
	return r.Name
}

// NaturalKey is subnet and block.
func (r *Reservation) NaturalKey() string { return r.SubnetID + "/" + r.CIDR }

// References names the subnet and its VPC.
func (r *Reservation) References() []Reference {
	return append(reference(At("subnet_id"), r.SubnetID, KindSubnet), reference(At("vpc_id"), r.VPCID, KindVPC)...)
}

// Prefix is the block.
func (r *Reservation) Prefix() netip.Prefix { return parsePrefix(r.CIDR) }

// Normalize writes the block canonically.
func (r *Reservation) Normalize() { r.CIDR = CanonicalPrefix(r.CIDR) }

// Validate checks the reservation by itself.
func (r *Reservation) Validate() Problems {
	const code = "VPC.9901"
	p, out := validateCIDR(At("cidr"), r.CIDR, code)
	if p.IsValid() && EthertypeOf(p.Addr()).IPVersion() != r.IPVersion {
		out = append(out, invalid(At("cidr"), code, "Block of the other address family",
			"%s is no block of IPv%d.", p, r.IPVersion))
	}
	if r.Name != "" {
		out = append(out, validateName(r.Name, code)...)
	}
	return append(out, validateDescription(At("description"), r.Description, code)...)
}
