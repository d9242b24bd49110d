package reach

import (
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// maxTransit bounds the number of VPCs a packet passes.
const maxTransit = 8

// journey is where routing takes a packet.
type journey struct {
	delivered bool
	// code says why it is not delivered; "left" that it goes to a next hop outside the model.
	code string
	// at is the object the code is about, table the table that was asked last.
	at    network.Object
	table *network.RouteTable
	vpcs  []string
	hops  []Hop
}

// travel follows the tables from a subnet until the packet arrives in the VPC to, or stops. Local routes come first
// whatever their length, then the longest prefix; a packet that enters a VPC is looked up in its default table.
func travel(n *network.Network, from *network.Subnet, to string, destination netip.Addr) journey {
	j := journey{vpcs: []string{from.VPCID}}
	table := tableOf(n, from)
	for here := from.VPCID; ; {
		if s := localSubnet(n, here, destination); s != nil {
			if here == to {
				j.delivered = true
				return j
			}
			j.code, j.at = "route_shadowed_by_local", s
			return j
		}
		j.table = table
		r := longest(n, table, destination)
		if r == nil {
			j.code = "route_missing_forward"
			if v := network.Get[*network.VPC](n, here); v != nil {
				j.at = v
			}
			return j
		}
		j.hops = append(j.hops, Hop{Kind: network.KindRoute, ID: r.ID, Name: r.Title(), Detail: "in VPC " + nameOf(n, here)})
		if r.Type != network.RoutePeering {
			j.code, j.at = "left", r
			return j
		}
		p := network.Get[*network.Peering](n, r.NextHop)
		if p == nil || p.Other(here) == "" {
			j.code, j.at = "route_dead_next_hop", r
			return j
		}
		if p.Status != network.PeeringActive {
			j.code, j.at = "peering_not_active", p
			return j
		}
		j.hops = append(j.hops, Hop{Kind: network.KindPeering, ID: p.ID, Name: p.Name})
		here = p.Other(here)
		if slices.Contains(j.vpcs, here) || len(j.vpcs) >= maxTransit {
			j.code, j.at = "route_loop", r
			return j
		}
		j.vpcs = append(j.vpcs, here)
		table = defaultTable(n, here)
	}
}

func tableOf(n *network.Network, s *network.Subnet) *network.RouteTable {
	if tables := network.Referring[*network.RouteTable](n, "subnet_ids", s.ID); len(tables) > 0 {
		return tables[0]
	}
	return defaultTable(n, s.VPCID)
}

func defaultTable(n *network.Network, vpc string) *network.RouteTable {
	for _, t := range network.Referring[*network.RouteTable](n, "vpc_id", vpc) {
		if t.Default {
			return t
		}
	}
	return nil
}

func localSubnet(n *network.Network, vpc string, a netip.Addr) *network.Subnet {
	for _, s := range network.Referring[*network.Subnet](n, "vpc_id", vpc) {
		for _, p := range s.Prefixes() {
			if p.Contains(a) {
				return s
			}
		}
	}
	return nil
}

func longest(n *network.Network, t *network.RouteTable, a netip.Addr) *network.Route {
	if t == nil {
		return nil
	}
	var best *network.Route
	for _, r := range network.Referring[*network.Route](n, "route_table_id", t.ID) {
		if p := r.Prefix(); p.IsValid() && p.Contains(a) && (best == nil || p.Bits() > best.Prefix().Bits()) {
			best = r
		}
	}
	return best
}

// joined says whether a chain of peering connections, whatever their status, leads from one VPC to another.
func joined(n *network.Network, from, to string) bool {
	seen, queue := map[string]bool{from: true}, []string{from}
	for len(queue) > 0 {
		here := queue[0]
		queue = queue[1:]
		if here == to {
			return true
		}
		for _, attribute := range []string{"vpc_id", "peer_vpc_id"} {
			for _, p := range network.Referring[*network.Peering](n, attribute, here) {
				if next := p.Other(here); !seen[next] {
					seen[next] = true
					queue = append(queue, next)
				}
			}
		}
	}
	return false
}

// between is the peering connection of two VPCs, or nil.
func between(n *network.Network, a, b string) *network.Peering {
	for _, attribute := range []string{"vpc_id", "peer_vpc_id"} {
		for _, p := range network.Referring[*network.Peering](n, attribute, a) {
			if p.Other(a) == b {
				return p
			}
		}
	}
	return nil
}

func nameOf(n *network.Network, id string) string {
	if o := n.Object(id); o != nil {
		return o.Title()
	}
	return id
}
