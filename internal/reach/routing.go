package reach

import (
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// maxVPCs bounds the number of VPCs a packet passes.
const maxVPCs = 8

// stop is a reason why a packet does not arrive.
type stop struct {
	code string
	// at is the object at fault, vpc and table where the packet was then.
	at    network.Object
	vpc   string
	table *network.RouteTable
}

// journey is where routing takes a packet.
type journey struct {
	delivered bool
	stops     []stop
	// left is the route to a next hop outside the model that took the packet, lacks what the next hop refers to.
	left  *network.Route
	lacks *missing
	vpcs  []string
	hops  []Hop
}

// travel follows the tables from a subnet until the packet arrives in the VPC to, or stops; with "" for to, until it
// leaves the VPCs. Local routes come first whatever their length, then the longest prefix; a packet that enters a VPC
// is looked up in its default table. A peering connection that is not active is noted and passed all the same, so that
// what lies behind it is judged too.
func travel(n *network.Network, from *network.Subnet, to string, destination netip.Addr) journey {
	j := journey{vpcs: []string{from.VPCID}}
	table := tableOf(n, from)
	for here := from.VPCID; ; {
		first := here == from.VPCID
		if s := localSubnet(n, here, destination); s != nil {
			j.hops = append(j.hops, Hop{Kind: network.KindSubnet, ID: s.ID, Name: s.Name, Detail: "local route " + s.CIDR})
			switch {
			case here == to:
				j.delivered = len(j.stops) == 0
			case first:
				j.stops = append(j.stops, stop{CodeRouteShadowedByLocal, s, here, table})
			default:
				j.stops = append(j.stops, stop{CodeRouteWrongVPC, s, here, table})
			}
			return j
		}
		r := longest(n, table, here, destination)
		if r == nil {
			code := CodeRouteMissingForward
			if !first {
				code = CodeRouteWrongVPC
			}
			j.stops = append(j.stops, stop{code, objectOf(n, here), here, table})
			return j
		}
		hop := Hop{Kind: network.KindRoute, ID: r.ID, Name: r.Destination, Detail: "table " + nameOf(n, r.RouteTableID)}
		j.hops = append(j.hops, hop)
		if r.Type != network.RoutePeering {
			j.left = r
			return j
		}
		p := network.Get[*network.Peering](n, r.NextHop)
		if p == nil && n.Object(r.NextHop) == nil {
			j.lacks = &missing{network.KindPeering, r.NextHop, r.Title()}
			return j
		}
		if p == nil || p.Other(here) == "" || p.Other(here) == here {
			j.stops = append(j.stops, stop{CodeRouteDeadNextHop, r, here, table})
			return j
		}
		j.hops = append(j.hops, Hop{
			Kind: network.KindPeering, ID: p.ID, Name: p.Name, Detail: string(p.Status),
			Drops: p.Status != network.PeeringActive,
		})
		if p.Status != network.PeeringActive {
			j.stops = append(j.stops, stop{CodePeeringNotActive, p, here, table})
		}
		next := p.Other(here)
		if slices.Contains(j.vpcs, next) || len(j.vpcs) >= maxVPCs {
			j.stops = append(j.stops, stop{CodeRouteLoop, r, here, table})
			return j
		}
		here = next
		j.vpcs = append(j.vpcs, here)
		table = defaultTable(n, here)
	}
}

// tableOf is the table that decides where packets leave a subnet to.
func tableOf(n *network.Network, s *network.Subnet) *network.RouteTable {
	if tables := network.Referring[*network.RouteTable](n, "subnet_ids", s.ID); len(tables) > 0 {
		return tables[0]
	}
	return defaultTable(n, s.VPCID)
}

// defaultTable is the table a VPC was created with; it follows from the VPC's id when the network does not list it.
func defaultTable(n *network.Network, vpc string) *network.RouteTable {
	for _, t := range network.Referring[*network.RouteTable](n, "vpc_id", vpc) {
		if t.Default {
			return t
		}
	}
	v := &network.VPC{Name: nameOf(n, vpc)}
	v.ID = vpc
	return v.DefaultRouteTable()
}

func localSubnet(n *network.Network, vpc string, a netip.Addr) *network.Subnet {
	for _, s := range network.Referring[*network.Subnet](n, "vpc_id", vpc) {
		if subnetContains(s, a) {
			return s
		}
	}
	return nil
}

// longest is the route of a table with the longest prefix that holds an address.
func longest(n *network.Network, t *network.RouteTable, vpc string, a netip.Addr) *network.Route {
	var best *network.Route
	for _, r := range routesOf(n, t, vpc) {
		if p := r.Prefix(); p.IsValid() && p.Contains(a) && (best == nil || p.Bits() > best.Prefix().Bits()) {
			best = r
		}
	}
	return best
}

// routesOf are the routes of a table; a route that names no table is in its VPC's default table.
func routesOf(n *network.Network, t *network.RouteTable, vpc string) []*network.Route {
	out := network.Referring[*network.Route](n, "route_table_id", t.ID)
	if t.Default {
		for _, r := range network.Referring[*network.Route](n, "vpc_id", vpc) {
			if r.RouteTableID == "" {
				out = append(out, r)
			}
		}
	}
	return out
}

// neighbours are the peering connections of a VPC, each once.
func neighbours(n *network.Network, vpc string) []*network.Peering {
	return append(network.Referring[*network.Peering](n, "vpc_id", vpc),
		network.Referring[*network.Peering](n, "peer_vpc_id", vpc)...)
}

// component lists the VPCs that a chain of peering connections, whatever their status, joins with vpc.
func component(n *network.Network, vpc string) []string {
	out := []string{vpc}
	for i := 0; i < len(out); i++ {
		for _, p := range neighbours(n, out[i]) {
			if next := p.Other(out[i]); next != "" && !slices.Contains(out, next) {
				out = append(out, next)
			}
		}
	}
	return out
}

// between is the peering connection of two VPCs, or nil; an active one if there are several.
func between(n *network.Network, a, b string) *network.Peering {
	var out *network.Peering
	for _, p := range neighbours(n, a) {
		if p.Other(a) == b && (out == nil || p.Status == network.PeeringActive) {
			out = p
		}
	}
	return out
}

func objectOf(n *network.Network, vpc string) network.Object {
	if v := network.Get[*network.VPC](n, vpc); v != nil {
		return v
	}
	v := &network.VPC{Name: vpc}
	v.ID = vpc
	return v
}

func nameOf(n *network.Network, id string) string {
	if o := n.Object(id); o != nil {
		return o.Title()
	}
	return id
}
