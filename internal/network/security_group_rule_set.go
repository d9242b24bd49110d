package network

// SecurityGroupRuleSet is several rules of one group, each under a name of the author's. It is a way of writing, not
// an object: the cloud knows the rules one by one (SG-29).
type SecurityGroupRuleSet struct {
	SecurityGroupID string                        `json:"security_group_id"`
	Rules           map[string]*SecurityGroupRule `json:"rules"`
}

// Expand returns the rules, ordered by name. A rule that is null is as good as absent.
func (s *SecurityGroupRuleSet) Expand(project string) []*SecurityGroupRule {
	out := make([]*SecurityGroupRule, 0, len(s.Rules))
	for _, name := range sortedKeys(s.Rules) {
		if s.Rules[name] == nil {
			continue
		}
		r := *s.Rules[name]
		r.SecurityGroupID, r.Project, r.Name, r.Set = s.SecurityGroupID, project, name, true
		r.Normalize()
		out = append(out, &r)
	}
	return out
}

// Validate checks every rule, and that no two are the same.
func (s *SecurityGroupRuleSet) Validate() Problems {
	var out Problems
	if s.SecurityGroupID == "" {
		out = append(out, invalid(At("security_group_id"), "VPC.9902", "Missing security group",
			"Rules belong to a security group; security_group_id is empty."))
	}
	first := map[string]string{}
	for _, r := range s.Expand("") {
		at := At("rules").Key(r.Name)
		out = append(out, r.ValidateAt(at)...)
		if other, ok := first[r.NaturalKey()]; ok {
			p := invalid(at, "VPC.9902", "Duplicate security group rule",
				"Rules %q and %q of this set are the same: %s. Remove one of them.", other, r.Name, r.Summary())
			p.Class, p.Status = Conflict, 409
			out = append(out, p)
			continue
		}
		first[r.NaturalKey()] = r.Name
	}
	return out
}
