package emulator

import (
	"context"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func (c *Cloud) checkRouteTable(
	ctx context.Context, n neighbourhood, t *network.RouteTable,
) (network.Problems, error) {
	var out network.Problems
	for _, id := range t.SubnetIDs {
		s, ok, err := lookup[*network.Subnet](ctx, n, id)
		if err != nil {
			return nil, err
		}
		if ok && s.VPCID != t.VPCID {
			out = append(out, refuse(network.Invalid, network.At("subnet_ids"), "RouteTableInvalid", "Subnet of another VPC",
				"The subnet %s belongs to the VPC %s, and this route table to %s. A table serves subnets of its own VPC.",
				called(s), describe(ctx, n, s.VPCID), describe(ctx, n, t.VPCID)))
		}
		if !n.planning() {
			continue // The cloud moves a subnet to the table that asks for it last (RT-04).
		}
		holders, err := related[*network.RouteTable](ctx, n, "subnet_ids", id, t.ID)
		if err != nil {
			return nil, err
		}
		for _, other := range holders {
			out = append(out, refuse(network.Conflict, network.At("subnet_ids"), "RouteTableInvalid", "Subnet in two route tables",
				"The subnet %s is listed by the route table %s too, and a subnet has exactly one table. Take it out of one "+
					"of the two.", describe(ctx, n, id), called(other)))
		}
	}
	siblings, err := related[*network.RouteTable](ctx, n, "vpc_id", t.VPCID, t.ID)
	if err != nil {
		return nil, err
	}
	if limit := c.quota[QuotaRouteTablesPerVPC]; limit > 0 && len(siblings) >= limit {
		out = append(out, full("RouteTableQuotaExceeded",
			"The VPC %s has %d route tables, the default one included, and the quota %q allows %d.",
			describe(ctx, n, t.VPCID), len(siblings), QuotaRouteTablesPerVPC, limit))
	}
	return out, nil
}

func (c *Cloud) checkRoute(ctx context.Context, n neighbourhood, r *network.Route) (network.Problems, error) {
	var out network.Problems
	table, ok, err := lookup[*network.RouteTable](ctx, n, r.RouteTableID)
	if err != nil {
		return nil, err
	}
	if ok && table.VPCID != r.VPCID {
		out = append(out, refuse(network.Invalid, network.At("route_table_id"), "RouteInvalid", "Route table of another VPC",
			"The route table %s belongs to the VPC %s, and the route to %s.",
			called(table), describe(ctx, n, table.VPCID), describe(ctx, n, r.VPCID)))
	}
	if ok && table.Default && (r.Type == network.RouteVPN || r.Type == network.RouteDC) {
		out = append(out, refuse(network.Invalid, network.At("type"), "RouteInvalid", "Next hop not allowed in a default table",
			"Routes of type %s cannot be added to a default route table. Put the route into a table of its own and list "+
				"the subnets there.", r.Type))
	}
	siblings, err := related[*network.Route](ctx, n, "route_table_id", r.RouteTableID, r.ID)
	if err != nil {
		return nil, err
	}
	for _, other := range siblings {
		if other.Prefix() == r.Prefix() {
			out = append(out, refuse(network.Conflict, network.At("destination"), "RouteConflict", "Destination routed twice",
				"The route table has a route to %s already, via %s %s. A destination occurs once in a table.",
				r.Destination, other.Type, other.NextHop))
		}
	}
	if limit := c.quota[QuotaRoutesPerTable]; limit > 0 && len(siblings) >= limit {
		out = append(out, full("RouteQuotaExceeded", "The route table %s has %d routes, and the quota %q allows %d.",
			describe(ctx, n, r.RouteTableID), len(siblings), QuotaRoutesPerTable, limit))
	}
	subnets, err := related[*network.Subnet](ctx, n, "vpc_id", r.VPCID, "")
	if err != nil {
		return nil, err
	}
	for _, s := range subnets {
		if shadows(s, r.Prefix()) {
			out = append(out, refuse(network.Conflict, network.At("destination"), "RouteConflict", "Route inside a subnet",
				"%s lies in %s of the subnet %s of the same VPC, whose local route always wins, so the route would carry "+
					"nothing. Choose a wider or another destination.", r.Destination, s.CIDR, called(s)))
		}
	}
	problems, err := checkNextHop(ctx, n, r)
	return append(out, problems...), err
}

func checkNextHop(ctx context.Context, n neighbourhood, r *network.Route) (network.Problems, error) {
	path := network.At("nexthop")
	switch r.Type {
	case network.RoutePeering:
		p, ok, err := lookup[*network.Peering](ctx, n, r.NextHop)
		if err != nil || !ok || p.Other(r.VPCID) != "" {
			return nil, err
		}
		return network.Problems{refuse(network.Invalid, path, "RouteInvalid", "Peering connection of other VPCs",
			"The peering connection %s joins the VPCs %s and %s; the route is in %s, which is neither.",
			called(p), describe(ctx, n, p.VPCID), describe(ctx, n, p.PeerVPCID), describe(ctx, n, r.VPCID))}, nil
	case network.RouteECS:
		i, ok, err := lookup[*network.Instance](ctx, n, r.NextHop)
		if err != nil || !ok {
			return nil, err
		}
		s, ok, err := lookup[*network.Subnet](ctx, n, i.SubnetID)
		if err != nil || !ok || s.VPCID == r.VPCID {
			return nil, err
		}
		return network.Problems{refuse(network.Invalid, path, "RouteInvalid", "Next hop in another VPC",
			"The instance %s is in the VPC %s, and the route in %s. A next hop is in the route's own VPC.",
			called(i), describe(ctx, n, s.VPCID), describe(ctx, n, r.VPCID))}, nil
	default:
		return nil, nil
	}
}
