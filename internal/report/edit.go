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
	say := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	for _, r := range e.Demoted {
		say("in the security group %s, give the rule %s priority %d", e.Name, r.Title(), r.Rank())
	}
	if e.Peering != nil && e.Action != reach.CreatePeering {
		say("accept the peering connection %s with a vpclab_vpc_peering_connection_accepter", e.Via)
	}
	switch e.Action {
	case reach.AddGroupRules:
		say("add to the security group %s: %s", e.Name, rules(e.GroupRules))
	case reach.AttachGroup:
		say("create the security group %s with %s, and put it first in security_group_ids of %s", e.Group.Name,
			rules(e.GroupRules), e.Name)
	case reach.InsertACLRules, reach.EnableACL:
		if e.Action == reach.EnableACL {
			say("set enabled = true on the network ACL %s", e.Name)
		}
		if len(e.ACLRules) == 0 {
			break
		}
		where := "at the end"
		if e.Before > 0 {
			where = fmt.Sprintf("before rule %d", e.Before)
		}
		texts := make([]string, len(e.ACLRules))
		for i := range e.ACLRules {
			texts[i] = e.ACLRules[i].Summary()
		}
		say("in %s_rules of the network ACL %s, insert %s: %s", e.Direction, e.Name, where, strings.Join(texts, "; "))
	case reach.CreatePeering:
		say("create the peering connection %s", e.Name)
		parts = append(parts, routes(e)...)
	case reach.ChangeNextHop:
		say("give the route to %s in the table %s the next hop peering %s", e.Name, e.Table, e.Via)
		parts = append(parts, routes(reach.Edit{Routes: e.Routes[1:], Via: e.Via, Table: e.Table})...)
	case reach.AddRoutes:
		parts = append(parts, routes(e)...)
	case reach.BindPublicAddress:
		say("bind a public address to the instance %s (public_ip)", e.Name)
	case reach.InsertGuestRule:
		say("let it through the firewall inside %s, before its rule %d", e.Name, e.Before)
	case reach.Renumber:
		say("give the subnet %s the free block %s (a secondary block of its VPC) and its instances addresses there", e.Name,
			e.Subnet.CIDR)
		parts = append(parts, routes(e)...)
	}
	return strings.Join(parts, "; ")
}

func rules(list []*network.SecurityGroupRule) string {
	texts := make([]string, len(list))
	for i, r := range list {
		texts[i] = r.Summary()
	}
	return strings.Join(texts, "; ")
}

func routes(e reach.Edit) []string {
	out := make([]string, len(e.Routes))
	for i, r := range e.Routes {
		table := e.Tables[r.ID]
		if table == "" {
			table = e.Table
		}
		out[i] = fmt.Sprintf("add to the route table %s a route: destination %s, type peering, nexthop %s", table,
			r.Destination, e.Via)
	}
	return out
}

// Repair tells a repair in sentences: what to change, what came of trying it, and the wider change where there is one.
func Repair(f *reach.Repair) []string {
	edit := Edit(f.Edit)
	out := []string{strings.ToUpper(edit[:1]) + edit[1:] + ".", checked(f)}
	if more := wider(f); more != "" {
		out = append(out, more)
	}
	return out
}

func checked(f *reach.Repair) string {
	switch {
	case f.Redundant:
		return "Checked: not needed once the other repairs are made."
	case f.Verified && f.StillBlockedBy == 0:
		return "Checked: with this the traffic gets through."
	case f.Verified && f.StillBlockedBy == 1:
		return "Checked: this removes the cause; on its own it leaves 1 other."
	case f.Verified:
		return fmt.Sprintf("Checked: this removes the cause; on its own it leaves %d others.", f.StillBlockedBy)
	default:
		return "Checked: this alone does not suffice."
	}
}

// wider tells of the edit that does the same for a whole group.
func wider(f *reach.Repair) string {
	if f.Wider == nil {
		return ""
	}
	return fmt.Sprintf("Or, to open it to all members of the group (%d): %s.", f.WiderMembers, Edit(*f.Wider))
}
