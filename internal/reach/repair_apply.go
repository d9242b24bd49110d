package reach

import (
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// Action is what an edit does.
type Action string

// The edits that remove blockers.
const (
	// AddGroupRules adds security group rules.
	AddGroupRules Action = "add_group_rules"
	// AttachGroup creates a security group for one instance and puts it before the instance's other groups, so that its rules
	// decide first (SG-12).
	AttachGroup Action = "attach_group"
	// InsertACLRules puts rules into one list of a network ACL, before Edit.Before or at the end.
	InsertACLRules Action = "insert_acl_rules"
	// EnableACL switches a network ACL on, and inserts rules if its own do not let the traffic through (ACL-13).
	EnableACL Action = "enable_acl"
	// AddRoutes adds routes.
	AddRoutes Action = "add_routes"
	// ChangeNextHop gives an existing route another next hop.
	ChangeNextHop Action = "change_next_hop"
	// AcceptPeering makes a peering connection active.
	AcceptPeering Action = "accept_peering"
	// CreatePeering creates a peering connection and the routes through it.
	CreatePeering Action = "create_peering"
	// BindPublicAddress gives an instance a public address.
	BindPublicAddress Action = "bind_public_address"
	// InsertGuestRule puts a rule into the firewall inside an instance, before Edit.Before.
	InsertGuestRule Action = "insert_guest_rule"
	// Renumber moves a subnet and its instances to a free block.
	Renumber Action = "renumber"
)

// Edit is a change of the network, as narrow as the question.
type Edit struct {
	Action Action
	// Kind, ID and Name are of the object that changes or gets something added.
	Kind network.Kind
	ID   string
	Name string
	// Direction and Before are where ACL and guest rules go: before the rule at that position, counted from 1, or, with 0,
	// behind the last.
	Direction network.Direction
	Before    int
	// GroupRules, ACLRules and Routes are new; so are the Peering of CreatePeering and the Group of AttachGroup. Of
	// ChangeNextHop, Routes are the changed ones, and new ones after the first. With AddRoutes and ChangeNextHop, Peering
	// is the connection they lead through where it has to be accepted.
	GroupRules []*network.SecurityGroupRule
	ACLRules   []network.ACLRule
	Routes     []*network.Route
	Peering    *network.Peering
	Group      *network.SecurityGroup
	// Instance is the changed instance of AttachGroup, BindPublicAddress and InsertGuestRule.
	Instance *network.Instance
	// VPC, Subnet and Instances are the changed ones of Renumber.
	VPC       *network.VPC
	Subnet    *network.Subnet
	Instances []*network.Instance
	// Demoted are existing deny rules with the lower priority they need to have.
	Demoted []*network.SecurityGroupRule
	// Via is the label of the next hop of Routes. Table is the label of the route table they go into; Tables has it by the id of
	// the route where there are several.
	Via, Table string
	Tables     map[string]string

	// anchor is the id of the rule at Before, which other edits of the same list may have moved.
	anchor string
}

// Repair is an edit that removes a blocker.
type Repair struct {
	Edit Edit
	// Verified reports whether the blocker was gone when the question was decided again with this edit and those of the other
	// findings.
	Verified bool
	// Redundant reports whether the edits of the other findings remove this blocker too.
	Redundant bool
	// StillBlockedBy counts the blockers that are left when only this edit is made.
	StillBlockedBy int
	// Wider is an edit that does the same for all members of a security group, of which there are WiderMembers. It opens
	// more than was asked.
	Wider        *Edit
	WiderMembers int
}

// Apply is the model with some edits made, in their order.
func (m *Model) Apply(edits ...Edit) *Model {
	return m.With(m.editedObjects(edits)...)
}

// editedObjects are the objects that edits add or change.
func (m *Model) editedObjects(edits []Edit) []network.Object {
	var out []network.Object
	acls := map[string]*network.NetworkACL{}
	instances := map[string]*network.Instance{}
	for i := range edits {
		e := &edits[i]
		if e.Group != nil {
			out = append(out, e.Group)
		}
		for _, r := range slices.Concat(e.GroupRules, e.Demoted) {
			out = append(out, r)
		}
		for _, r := range e.Routes {
			out = append(out, r)
		}
		if e.Peering != nil {
			out = append(out, e.Peering)
		}
		if e.VPC != nil {
			out = append(out, e.VPC)
		}
		if e.Subnet != nil {
			out = append(out, e.Subnet)
		}
		for _, i := range e.Instances {
			out = append(out, i)
		}
		if e.Instance != nil {
			out = append(out, merged(instances, m, e))
		}
		if e.Kind != network.KindNetworkACL {
			continue
		}
		acl := acls[e.ID]
		if acl == nil {
			original, _ := m.object(e.ID).(*network.NetworkACL)
			if original == nil {
				continue
			}
			changed := *original
			acl = &changed
			acls[e.ID] = acl
			out = append(out, acl)
		}
		editACL(acl, e)
	}
	return out
}

// merged is an instance with what an edit changes of it, on top of earlier edits.
func merged(instances map[string]*network.Instance, m *Model, e *Edit) *network.Instance {
	now := instances[e.Instance.ID]
	if now == nil {
		now = e.Instance
		if original, ok := m.object(e.Instance.ID).(*network.Instance); ok {
			changed := *original
			now = &changed
		}
		instances[e.Instance.ID] = now
	}
	switch e.Action {
	case AttachGroup:
		if !slices.Contains(now.SecurityGroupIDs, e.Group.ID) {
			now.SecurityGroupIDs = slices.Insert(slices.Clone(now.SecurityGroupIDs), 0, e.Group.ID)
		}
	case BindPublicAddress:
		now.PublicIP = e.Instance.PublicIP
	case InsertGuestRule:
		at := min(max(e.Before-1, 0), len(now.GuestFirewall))
		now.GuestFirewall = slices.Insert(slices.Clone(now.GuestFirewall), at, e.Instance.GuestFirewall[at])
	default:
	}
	return now
}

// editACL makes an edit of an ACL in place.
func editACL(acl *network.NetworkACL, e *Edit) {
	if e.Action == EnableACL {
		acl.Enabled = new(true)
	}
	if len(e.ACLRules) == 0 {
		return
	}
	rules := slices.Clone(acl.Rules(e.Direction))
	at := len(rules)
	if e.Before > 0 {
		at = min(e.Before-1, at)
		if i := slices.IndexFunc(rules,
			func(r network.ACLRule) bool { return e.anchor != "" && r.RuleID == e.anchor }); i >= 0 {
			at = i
		}
	}
	rules = slices.Insert(rules, at, e.ACLRules...)
	if e.Direction == network.Ingress {
		acl.IngressRules = rules
	} else {
		acl.EgressRules = rules
	}
}
