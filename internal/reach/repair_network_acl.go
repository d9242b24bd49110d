package reach

import (
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// networkACL allows the traffic in the ACL that stops it, and switches the ACL on if it is off.
func (p *repairPlanner) networkACL(f *Finding) (Edit, bool) {
	e := Edit{Action: EnableACL, Kind: network.KindNetworkACL, ID: f.ID, Name: f.Name}
	affected := f.atStage()
	e.Direction, e.Before, e.anchor = f.Rule.Direction, f.Rule.Position, f.Rule.ID
	if f.Code == CodeACLDisabledDeniesAll {
		// Switched on, the ACL acts with its own rules (ACL-13), which may not let the traffic through either.
		acl, _ := p.model.object(f.ID).(*network.NetworkACL)
		if acl == nil {
			return e, false
		}
		enabled := *acl
		enabled.Enabled = new(true)
		on := p.model.compileACL(matchFieldsCache{}, &enabled)
		got := on.result(e.Direction, affected, nil)
		if affected = p.question.relevant(affected.Subtract(got.sure)); affected.IsEmpty() {
			return e, true
		}
		e.Before = 1
		if list := acl.Rules(e.Direction); len(list) > 0 {
			e.anchor = list[0].RuleID
		}
	} else {
		e.Action = InsertACLRules
	}
	terms, ok := p.terms(affected)
	if !ok {
		return e, false
	}
	for _, t := range terms {
		for _, src := range t.source {
			for _, dst := range t.destination {
				r := network.ACLRule{
					Action: network.Allow, Protocol: t.protocol.String(), IPVersion: int(p.family), SourceCIDR: src.String(),
					DestinationCIDR: dst.String(), DestinationPorts: t.ports, SourcePorts: t.sourcePorts, Enabled: new(true),
				}
				same := slices.ContainsFunc(e.ACLRules, func(o network.ACLRule) bool { return o.Summary() == r.Summary() })
				if !same {
					e.ACLRules = append(e.ACLRules, r)
				}
			}
		}
	}
	return e, len(e.ACLRules) > 0 && len(e.ACLRules) <= maxRules
}
