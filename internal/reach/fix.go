package reach

import "github.com/vpclab/terraform-provider-vpclab/internal/network"

// Action is what an edit does.
type Action string

// The edits that remove blockers.
const (
	// AddGroupRules adds security group rules.
	AddGroupRules Action = "add_group_rules"
	// InsertACLRules puts rules into one list of a network ACL, before Edit.Before or at the end.
	InsertACLRules Action = "insert_acl_rules"
	// EnableACL switches a network ACL on.
	EnableACL Action = "enable_acl"
	// AddRoutes adds routes.
	AddRoutes Action = "add_routes"
	// ChangeNextHop gives an existing route another next hop.
	ChangeNextHop Action = "change_next_hop"
	// AcceptPeering makes a peering connection active.
	AcceptPeering Action = "accept_peering"
	// CreatePeering creates a peering connection and the routes through it.
	CreatePeering Action = "create_peering"
)

// Edit is a change of the network, as narrow as the question.
type Edit struct {
	Action Action
	// Kind, ID and Name are of the object that changes or gets something added.
	Kind network.Kind
	ID   string
	Name string
	// Direction and Before say where ACL rules go: before the rule at that position, counted from 1, or, with 0, last.
	Direction network.Direction
	Before    int
	// GroupRules, ACLRules and Routes are new; so is the Peering of CreatePeering.
	GroupRules []*network.SecurityGroupRule
	ACLRules   []network.ACLRule
	Routes     []*network.Route
	Peering    *network.Peering
	// Demoted are existing deny rules with the lower priority they need to have.
	Demoted []*network.SecurityGroupRule

	// anchor is the id of the rule at Before, which other edits of the same list may have moved.
	anchor string
}

// Fix is an edit that removes a blocker.
type Fix struct {
	Edit Edit
	// Verified says that the network was decided again with this edit and those of the other findings, and that the
	// blocker was gone.
	Verified bool
	// StillBlockedBy counts the blockers that are left when only this edit is made.
	StillBlockedBy int
}
