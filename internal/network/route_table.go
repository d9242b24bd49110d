package network

import "slices"

// RouteTable decides where packets leave a subnet to. Every VPC has a default table, which also decides about packets
// that enter the VPC (RT-05); a subnet belongs to the default table unless another one lists it (RT-04).
type RouteTable struct {
	Meta
	VPCID       string   `json:"vpc_id"`
	Name        string   `json:"name"`
	SubnetIDs   []string `json:"subnet_ids,omitempty"`
	Description string   `json:"description,omitempty"`
	// Default marks the table the VPC was created with.
	Default bool `json:"default,omitempty"`
}

// Kind is KindRouteTable.
func (t *RouteTable) Kind() Kind { return KindRouteTable }

// Title is the name.
func (t *RouteTable) Title() string { return t.Name }

// NaturalKey is VPC and name, and for the default table just the VPC, whose name may change.
func (t *RouteTable) NaturalKey() string {
	if t.Default {
		return t.VPCID + "//default"
	}
	return t.VPCID + "/" + t.Name
}

// References names the VPC and the subnets.
func (t *RouteTable) References() []Reference {
	out := reference(At("vpc_id"), t.VPCID, KindVPC)
	for _, id := range t.SubnetIDs {
		out = append(out, reference(At("subnet_ids"), id, KindSubnet)...)
	}
	return out
}

// Normalize orders the subnets.
func (t *RouteTable) Normalize() {
	slices.Sort(t.SubnetIDs)
	t.SubnetIDs = slices.Compact(t.SubnetIDs)
}

// Validate checks the table by itself.
func (t *RouteTable) Validate() Problems {
	const code = "RouteTableInvalid"
	var out Problems
	if t.VPCID == "" {
		out = append(out, invalid(At("vpc_id"), code, "Missing VPC", "A route table belongs to a VPC; vpc_id is empty."))
	}
	out = append(out, validateName(t.Name, code)...)
	out = append(out, validateSubnetIDs(t.SubnetIDs, code)...)
	return append(out, validateDescription(At("description"), t.Description, code)...)
}
