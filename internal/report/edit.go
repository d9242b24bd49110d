package report

import (
	"fmt"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// Edit says what to change.
func Edit(e reach.Edit) string {
	var parts []string
	for _, r := range e.Demoted {
		parts = append(parts, fmt.Sprintf("in the security group %s, give the rule %s priority %d", e.Name, r.Title(),
			r.Rank()))
	}
	for _, r := range e.GroupRules {
		parts = append(parts, fmt.Sprintf("add to the security group %s: %s", e.Name, r.Summary()))
	}
	for i := range e.ACLRules {
		where := "at the end"
		if e.Before > 0 {
			where = fmt.Sprintf("before rule %d", e.Before)
		}
		parts = append(parts, fmt.Sprintf("in %s_rules of the network ACL %s, insert %s: %s", e.Direction, e.Name, where,
			e.ACLRules[i].Summary()))
	}
	switch e.Action {
	case reach.EnableACL:
		parts = append(parts, fmt.Sprintf("set enabled = true on the network ACL %s", e.Name))
	case reach.AcceptPeering:
		parts = append(parts,
			fmt.Sprintf("accept the peering connection %s with a vpclab_vpc_peering_connection_accepter", e.Name))
	case reach.CreatePeering:
		parts = append(parts, fmt.Sprintf("create the peering connection %s with a route on either side", e.Name))
	}
	for _, r := range e.Routes {
		if e.Action == reach.ChangeNextHop {
			parts = append(parts, fmt.Sprintf("give the route %s the next hop peering %s", e.Name, r.NextHop))
			continue
		}
		parts = append(parts, route(r, e))
	}
	return strings.Join(parts, "; ")
}

func route(r *network.Route, e reach.Edit) string {
	via := r.NextHop
	if e.Peering != nil {
		via = e.Peering.Name
	}
	vpc := r.VPCID
	if e.Kind == network.KindVPC {
		vpc = e.Name
	}
	return fmt.Sprintf("add to the route table %s of the VPC %s a route: destination %s, type peering, nexthop %s",
		r.RouteTableID, vpc, r.Destination, via)
}

func checked(f *reach.Fix) string {
	switch {
	case f.Verified && f.StillBlockedBy == 0:
		return "Checked: with this the traffic gets through."
	case f.Verified:
		return fmt.Sprintf("Checked: this removes the cause; on its own it leaves %d other.", f.StillBlockedBy)
	default:
		return "Checked: this alone does not suffice."
	}
}
