package report

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

func findingsOf(list []reach.Finding) []finding {
	out := []finding{}
	for i := range list {
		f := &list[i]
		j := finding{
			Code: f.Code, Severity: string(f.Severity), Message: Sentence(*f), Layer: string(f.Layer), Leg: f.Leg,
			Side: string(f.Side), Kind: string(f.Kind), ID: f.ID, Name: f.Name, Rule: ruleOf(f.Rule), Reason: f.Reason,
			Target: f.Target, Affected: packetsOf(f.Affected), Contrast: packetsOf(f.Contrast), Related: f.Related,
		}
		if f.With != nil {
			j.With = &party{string(f.With.Kind), f.With.ID, f.With.Name, ruleOf(f.With.Rule)}
		}
		for _, r := range f.Others {
			j.Others = append(j.Others, *ruleOf(r))
		}
		for _, c := range f.Considered {
			j.Considered = append(j.Considered, consideration{
				*ruleOf(c.Rule), c.Protocol, c.Source, c.Destination, c.DestinationPort,
			})
		}
		if f.Repair != nil {
			j.Fix = fixOf(f.Repair)
		}
		out = append(out, j)
	}
	return out
}

func fixOf(f *reach.Repair) *fix {
	e := &f.Edit
	out := &fix{
		Action: string(e.Action), Text: Edit(*e), Verified: f.Verified, Redundant: f.Redundant,
		StillBlockedBy: f.StillBlockedBy, WiderMembers: f.WiderMembers,
		Edit: editObjects{
			Kind: string(e.Kind), ID: e.ID, Name: e.Name, Direction: string(e.Direction), Before: e.Before,
			GroupRules: e.GroupRules, ACLRules: e.ACLRules, Routes: e.Routes, Peering: e.Peering, Group: e.Group, VPC: e.VPC,
			Subnet: e.Subnet, Instances: e.Instances, Demoted: e.Demoted,
		},
	}
	if e.Instance != nil {
		out.Edit.Instances = []*network.Instance{e.Instance}
	}
	if f.Wider != nil {
		out.Wider = Edit(*f.Wider)
	}
	return out
}

func changesOf(list []reach.Change) []change {
	out := []change{}
	for i := range list {
		c := &list[i]
		out = append(out, change{c.Code, membersOf(c.From), membersOf(c.To), packetsOf(c.Traffic)})
	}
	return out
}

func membersOf(list []reach.Member) []member {
	out := make([]member, len(list))
	for i := range list {
		m := &list[i]
		out[i] = member{Kind: string(m.Kind), ID: m.ID, Name: m.Name}
		if m.Address.IsValid() {
			out[i].Address = m.Address.String()
		}
	}
	return out
}
