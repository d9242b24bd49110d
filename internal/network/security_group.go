package network

import "strings"

// SecurityGroup is a set of rules that filters the traffic of the instances it is attached to. It belongs to a
// project, not to a VPC (SG-25).
type SecurityGroup struct {
	Meta
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	// DeleteDefaultRules leaves out the four rules a new group is created with (SG-20).
	DeleteDefaultRules bool              `json:"delete_default_rules,omitempty"`
	Tags               map[string]string `json:"tags,omitempty"`
}

// DefaultGroupName is the name of the group that every project has from the start (SG-22) and that cannot be deleted (ERR-06).
const DefaultGroupName = "default"

// DefaultSecurityGroup is a project's own group.
func DefaultSecurityGroup(project string) *SecurityGroup {
	g := &SecurityGroup{Name: DefaultGroupName, Description: "Default security group"}
	g.Project = project
	g.ID = IssueID(KindSecurityGroup, g.NaturalKey(), 0)
	return g
}

// IsDefault reports whether the group is the one its project has from the start.
func (g *SecurityGroup) IsDefault() bool {
	return g.ID != "" && g.ID == DefaultSecurityGroup(g.Project).ID
}

// Kind is KindSecurityGroup.
func (g *SecurityGroup) Kind() Kind { return KindSecurityGroup }

// Title is the name.
func (g *SecurityGroup) Title() string { return g.Name }

// NaturalKey is project and name.
func (g *SecurityGroup) NaturalKey() string { return g.Project + "/" + g.Name }

// References is empty: rules refer to groups, not the other way round.
func (g *SecurityGroup) References() []Reference { return nil }

// Normalize has nothing to do.
func (g *SecurityGroup) Normalize() {}

// Validate checks name, description and tags.
func (g *SecurityGroup) Validate() Problems {
	out := validateName(g.Name, "VPC.0601")
	out = append(out, validateDescription(At("description"), g.Description, "VPC.0601")...)
	return append(out, validateTags(g.Tags)...)
}

// DefaultPriority is the priority of a rule whose author names none; 1 is the highest there is (SG-10).
// DefaultRulePriority is that of the rules a group is created with, so that any rule of the author's beats them (SG-21).
const (
	DefaultPriority     = 1
	DefaultRulePriority = 100
)

// DefaultRules are the four rules a new group has: everything in from the group itself and everything out, for each
// address family (SG-20). None, where the author asked to delete them.
func (g *SecurityGroup) DefaultRules() []*SecurityGroupRule {
	if g.DeleteDefaultRules {
		return nil
	}
	var out []*SecurityGroupRule
	for _, direction := range []Direction{Ingress, Egress} {
		for _, ethertype := range []Ethertype{EthertypeIPv4, EthertypeIPv6} {
			r := &SecurityGroupRule{
				SecurityGroupID: g.ID, Direction: direction, Ethertype: ethertype, Action: Allow,
				Priority: new(DefaultRulePriority), Enabled: new(true), Default: true,
			}
			if direction == Ingress {
				r.RemoteGroupID = g.ID
			}
			r.Project = g.Project
			r.Name = "default-" + string(direction) + "-" + strings.ToLower(string(ethertype))
			r.ID = IssueID(KindSecurityGroupRule, g.ID+"/default/"+string(direction)+"/"+string(ethertype), 0)
			r.Normalize()
			out = append(out, r)
		}
	}
	return out
}
