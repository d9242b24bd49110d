package network

import (
	"net/netip"
	"slices"
	"strings"
)

// RouteType is the kind of next hop a route has.
type RouteType string

// The next hops a custom route can have (RT-12). Local routes, one for each subnet, are the system's own (RT-01).
const (
	RouteECS     RouteType = "ecs"
	RouteENI     RouteType = "eni"
	RouteVIP     RouteType = "vip"
	RouteNAT     RouteType = "nat"
	RoutePeering RouteType = "peering"
	RouteVPN     RouteType = "vpn"
	RouteDC      RouteType = "dc"
	RouteCC      RouteType = "cc"
	RouteEGW     RouteType = "egw"
	RouteER      RouteType = "er"
	RouteSubENI  RouteType = "subeni"
)

// RouteTypes lists the next hops a custom route can have.
func RouteTypes() []RouteType {
	return []RouteType{
		RouteECS, RouteENI, RouteVIP, RouteNAT, RoutePeering, RouteVPN, RouteDC, RouteCC, RouteEGW, RouteER, RouteSubENI,
	}
}

// Route sends packets to a block of addresses to a next hop.
type Route struct {
	Meta
	VPCID string `json:"vpc_id"`
	// RouteTableID is the table the route is in, by default the VPC's default table.
	RouteTableID string `json:"route_table_id,omitempty"`
	Destination  string `json:"destination"`
	// Type says what NextHop identifies: with peering a peering connection, with ecs an instance. Next hops of other
	// types are outside of the model and taken as given (RT-17).
	Type        RouteType `json:"type"`
	NextHop     string    `json:"nexthop"`
	Description string    `json:"description,omitempty"`
}

// Kind is KindRoute.
func (r *Route) Kind() Kind { return KindRoute }

// Title is destination and next hop.
func (r *Route) Title() string { return r.TitleNaming(plainID) }

// TitleNaming is Title with the next hop called by its name.
func (r *Route) TitleNaming(name Namer) string {
	return r.Destination + " via " + string(r.Type) + " " + name(r.NextHop)
}

// NaturalKey is table and destination; a table has one route for a destination (RT-09).
func (r *Route) NaturalKey() string { return r.RouteTableID + "/" + r.Destination }

// References names VPC, table and, where it is an object of the model, the next hop.
func (r *Route) References() []Reference {
	out := reference(At("vpc_id"), r.VPCID, KindVPC)
	out = append(out, reference(At("route_table_id"), r.RouteTableID, KindRouteTable)...)
	switch r.Type {
	case RoutePeering:
		out = append(out, reference(At("nexthop"), r.NextHop, KindPeering)...)
	case RouteECS:
		out = append(out, reference(At("nexthop"), r.NextHop, KindInstance)...)
	}
	return out
}

// Normalize puts the route into the VPC's default table when no table is named.
func (r *Route) Normalize() {
	r.Destination = CanonicalPrefix(r.Destination)
	if r.RouteTableID == "" && r.VPCID != "" {
		v := VPC{}
		v.ID = r.VPCID
		r.RouteTableID = v.DefaultRouteTable().ID
	}
}

// Prefix is the destination block.
func (r *Route) Prefix() netip.Prefix { return parsePrefix(r.Destination) }

// Validate checks the route by itself.
func (r *Route) Validate() Problems {
	const code = "RouteInvalid"
	var out Problems
	if r.VPCID == "" {
		out = append(out, invalid(At("vpc_id"), code, "Missing VPC", "A route belongs to a VPC; vpc_id is empty."))
	}
	p, problems := validateCIDR(At("destination"), r.Destination, code)
	out = append(out, problems...)
	if p.IsValid() && (p.Addr().IsMulticast() || p.Addr().IsLoopback() || p.Addr().IsLinkLocalUnicast()) {
		out = append(out, invalid(At("destination"), code, "Destination that is not routed",
			"%s holds loopback, link-local or multicast addresses, which are never routed.", p))
	}
	if !slices.Contains(RouteTypes(), r.Type) {
		texts := make([]string, 0, len(RouteTypes()))
		for _, t := range RouteTypes() {
			texts = append(texts, string(t))
		}
		out = append(out, invalid(At("type"), code, "Invalid next hop type",
			"type is %q; it must be one of %s. Routes to the VPC's own subnets are there without being written.",
			string(r.Type), strings.Join(texts, ", ")))
	}
	if r.NextHop == "" {
		out = append(out, invalid(At("nexthop"), code, "Missing next hop",
			"nexthop is empty; it identifies the %s the packets go to.", r.Type))
	}
	return append(out, validateDescription(At("description"), r.Description, code)...)
}
