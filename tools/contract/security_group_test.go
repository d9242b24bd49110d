package contract

import (
	"net/http"
	"testing"

	m2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2/model"
	m3 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v3/model"
)

// newGroup creates a security group over v3 and returns it with its default rules.
func (l *tenant) newGroup(t *testing.T, name string) *m3.SecurityGroupInfo {
	t.Helper()
	return call(t, http.StatusCreated, l.v3.CreateSecurityGroup, m3.CreateSecurityGroupRequest{
		Body: &m3.CreateSecurityGroupRequestBody{SecurityGroup: &m3.CreateSecurityGroupOption{Name: name}},
	}).SecurityGroup
}

func TestSecurityGroupLifeOverV3(t *testing.T) {
	l := newLab(t)
	created := call(t, http.StatusCreated, l.v3.CreateSecurityGroup, m3.CreateSecurityGroupRequest{
		Body: &m3.CreateSecurityGroupRequestBody{SecurityGroup: &m3.CreateSecurityGroupOption{
			Name: "web", Description: new("front"), EnterpriseProjectId: new("0"),
			Tags: &[]m3.ResourceTag{{Key: "env", Value: "prod"}},
		}},
	}).SecurityGroup
	same(t, "name", created.Name, "web")
	same(t, "description", created.Description, "front")
	same(t, "project", created.ProjectId, project)
	same(t, "enterprise project", created.EnterpriseProjectId, "0")
	same(t, "tags", created.Tags, []m3.ResourceTag{{Key: "env", Value: "prod"}})
	shown := call(t, http.StatusOK, l.v3.ShowSecurityGroup, m3.ShowSecurityGroupRequest{SecurityGroupId: created.Id})
	same(t, "shown group", *shown.SecurityGroup, *created)

	updated := call(t, http.StatusOK, l.v3.UpdateSecurityGroup, m3.UpdateSecurityGroupRequest{
		SecurityGroupId: created.Id, Body: &m3.UpdateSecurityGroupRequestBody{
			SecurityGroup: &m3.UpdateSecurityGroupOption{Name: new("edge")},
		},
	}).SecurityGroup
	same(t, "name", updated.Name, "edge")
	same(t, "description that the update did not name", updated.Description, "front")
	updated = call(t, http.StatusOK, l.v3.UpdateSecurityGroup, m3.UpdateSecurityGroupRequest{
		SecurityGroupId: created.Id, Body: &m3.UpdateSecurityGroupRequestBody{
			SecurityGroup: &m3.UpdateSecurityGroupOption{Description: new("")},
		},
	}).SecurityGroup
	same(t, "name that the update did not name", updated.Name, "edge")
	same(t, "description", updated.Description, "")
	same(t, "rules after updates", len(updated.SecurityGroupRules), 4)

	call(t, http.StatusNoContent, l.v3.DeleteSecurityGroup, m3.DeleteSecurityGroupRequest{SecurityGroupId: created.Id})
	refused(t, http.StatusNotFound, "VPC.9904", created.Id, l.v3.ShowSecurityGroup,
		m3.ShowSecurityGroupRequest{SecurityGroupId: created.Id})
	refused(t, http.StatusNotFound, "VPC.9904", created.Id, l.v3.DeleteSecurityGroup,
		m3.DeleteSecurityGroupRequest{SecurityGroupId: created.Id})
	refused(t, http.StatusNotFound, "VPC.0603", created.Id, l.v2.ShowSecurityGroup,
		m2.ShowSecurityGroupRequest{SecurityGroupId: created.Id})
	// The group's rules went with it.
	refused(t, http.StatusNotFound, "VPC.9904", "", l.v3.ShowSecurityGroupRule,
		m3.ShowSecurityGroupRuleRequest{SecurityGroupRuleId: created.SecurityGroupRules[0].Id})
}

func TestSecurityGroupHasFourDefaultRules(t *testing.T) {
	l := newLab(t)
	g := l.newGroup(t, "web")
	got := map[string]m3.SecurityGroupRule{}
	for _, r := range g.SecurityGroupRules {
		same(t, "group of a default rule", r.SecurityGroupId, g.Id)
		same(t, "project of a default rule", r.ProjectId, project)
		got[r.Direction+" "+r.Ethertype] = m3.SecurityGroupRule{
			Action: r.Action, Priority: r.Priority, RemoteGroupId: r.RemoteGroupId, RemoteIpPrefix: r.RemoteIpPrefix,
			Protocol: r.Protocol, Multiport: r.Multiport, Enabled: r.Enabled,
		}
	}
	self := m3.SecurityGroupRule{Action: "allow", Priority: 100, RemoteGroupId: g.Id, Enabled: true}
	anywhere := m3.SecurityGroupRule{Action: "allow", Priority: 100, Enabled: true}
	// Anywhere may be said by no prefix or by the whole family's.
	for _, key := range []string{"egress IPv4", "egress IPv6"} {
		r := got[key]
		if r.RemoteIpPrefix == "0.0.0.0/0" || r.RemoteIpPrefix == "::/0" {
			r.RemoteIpPrefix = ""
			got[key] = r
		}
	}
	same(t, "default rules", got, map[string]m3.SecurityGroupRule{
		"ingress IPv4": self, "ingress IPv6": self, "egress IPv4": anywhere, "egress IPv6": anywhere,
	})
	for _, r := range g.SecurityGroupRules {
		call(t, http.StatusNoContent, l.v3.DeleteSecurityGroupRule,
			m3.DeleteSecurityGroupRuleRequest{SecurityGroupRuleId: r.Id})
	}
	left := call(t, http.StatusOK, l.v2.ShowSecurityGroup, m2.ShowSecurityGroupRequest{SecurityGroupId: g.Id})
	same(t, "rules after all are deleted", left.SecurityGroup.SecurityGroupRules, []m2.SecurityGroupRule{})
}

func TestSecurityGroupLifeOverV1(t *testing.T) {
	l := newLab(t)
	vpc := l.newVPC(t, "a", "10.0.0.0/16")
	created := call(t, http.StatusOK, l.v2.CreateSecurityGroup, m2.CreateSecurityGroupRequest{
		Body: &m2.CreateSecurityGroupRequestBody{SecurityGroup: &m2.CreateSecurityGroupOption{
			Name: "web", VpcId: &vpc, EnterpriseProjectId: new("0"),
		}},
	}).SecurityGroup
	same(t, "name", created.Name, "web")
	same(t, "rules of a new group", len(created.SecurityGroupRules), 4)
	shown := call(t, http.StatusOK, l.v2.ShowSecurityGroup, m2.ShowSecurityGroupRequest{SecurityGroupId: created.Id})
	same(t, "shown group", *shown.SecurityGroup, *created)
	over3 := call(t, http.StatusOK, l.v3.ShowSecurityGroup, m3.ShowSecurityGroupRequest{SecurityGroupId: created.Id})
	same(t, "name over v3", over3.SecurityGroup.Name, "web")
	listed := ids(call(t, http.StatusOK, l.v2.ListSecurityGroups, m2.ListSecurityGroupsRequest{}).SecurityGroups,
		func(g m2.SecurityGroup) string { return g.Name })
	same(t, "groups", listed, []string{"default", "web"})
	call(t, http.StatusNoContent, l.v2.DeleteSecurityGroup, m2.DeleteSecurityGroupRequest{SecurityGroupId: created.Id})
	refused(t, http.StatusNotFound, "VPC.0603", created.Id, l.v2.ShowSecurityGroup,
		m2.ShowSecurityGroupRequest{SecurityGroupId: created.Id})
	refused(t, http.StatusNotFound, "VPC.0603", created.Id, l.v2.DeleteSecurityGroup,
		m2.DeleteSecurityGroupRequest{SecurityGroupId: created.Id})
}

func TestSecurityGroupLifeOverV20(t *testing.T) {
	l := newLab(t)
	created := call(t, http.StatusCreated, l.v2.NeutronCreateSecurityGroup, m2.NeutronCreateSecurityGroupRequest{
		Body: &m2.NeutronCreateSecurityGroupRequestBody{
			SecurityGroup: &m2.NeutronCreateSecurityGroupOption{Name: new("web"), Description: new("front")},
		},
	}).SecurityGroup
	same(t, "name", created.Name, "web")
	same(t, "tenant", created.TenantId, project)
	same(t, "rules of a new group", len(created.SecurityGroupRules), 4)
	same(t, "shown group", *call(t, http.StatusOK, l.v2.NeutronShowSecurityGroup,
		m2.NeutronShowSecurityGroupRequest{SecurityGroupId: created.Id}).SecurityGroup, *created)
	updated := call(t, http.StatusOK, l.v2.NeutronUpdateSecurityGroup, m2.NeutronUpdateSecurityGroupRequest{
		SecurityGroupId: created.Id, Body: &m2.NeutronUpdateSecurityGroupRequestBody{
			SecurityGroup: &m2.NeutronUpdateSecurityGroupOption{Name: new("edge")},
		},
	}).SecurityGroup
	same(t, "name", updated.Name, "edge")
	same(t, "description that the update did not name", updated.Description, "front")
	named := call(t, http.StatusOK, l.v2.NeutronListSecurityGroups,
		m2.NeutronListSecurityGroupsRequest{Name: new("edge")}).SecurityGroups
	same(t, "groups by name", ids(named, func(g m2.NeutronSecurityGroup) string { return g.Id }), []string{created.Id})

	rule := call(t, http.StatusCreated, l.v2.NeutronCreateSecurityGroupRule, m2.NeutronCreateSecurityGroupRuleRequest{
		Body: &m2.NeutronCreateSecurityGroupRuleRequestBody{SecurityGroupRule: &m2.NeutronCreateSecurityGroupRuleOption{
			SecurityGroupId: created.Id, Direction: m2.GetNeutronCreateSecurityGroupRuleOptionDirectionEnum().INGRESS,
			Protocol: new("tcp"), PortRangeMin: new(int32(80)), PortRangeMax: new(int32(90)),
			RemoteIpPrefix: new("10.0.0.0/8"),
		}},
	}).SecurityGroupRule
	same(t, "ports", []int32{rule.PortRangeMin, rule.PortRangeMax}, []int32{80, 90})
	same(t, "family by default", rule.Ethertype, "IPv4")
	same(t, "shown rule", *call(t, http.StatusOK, l.v2.NeutronShowSecurityGroupRule,
		m2.NeutronShowSecurityGroupRuleRequest{SecurityGroupRuleId: rule.Id}).SecurityGroupRule, *rule)
	listed := call(t, http.StatusOK, l.v2.NeutronListSecurityGroupRules, m2.NeutronListSecurityGroupRulesRequest{
		SecurityGroupId: &created.Id, Protocol: new("tcp"),
	}).SecurityGroupRules
	same(t, "rules by group and protocol", ids(listed, func(r m2.NeutronSecurityGroupRule) string { return r.Id }),
		[]string{rule.Id})
	call(t, http.StatusNoContent, l.v2.NeutronDeleteSecurityGroupRule,
		m2.NeutronDeleteSecurityGroupRuleRequest{SecurityGroupRuleId: rule.Id})
	refused(t, http.StatusNotFound, "", "SecurityGroupRuleNotFound", l.v2.NeutronShowSecurityGroupRule,
		m2.NeutronShowSecurityGroupRuleRequest{SecurityGroupRuleId: rule.Id})
	call(t, http.StatusNoContent, l.v2.NeutronDeleteSecurityGroup,
		m2.NeutronDeleteSecurityGroupRequest{SecurityGroupId: created.Id})
	refused(t, http.StatusNotFound, "", "SecurityGroupNotFound", l.v2.NeutronShowSecurityGroup,
		m2.NeutronShowSecurityGroupRequest{SecurityGroupId: created.Id})
}

func TestSecurityGroupInUse(t *testing.T) {
	l := newLab(t)
	web, db := l.newGroup(t, "web"), l.newGroup(t, "db")
	rule := call(t, http.StatusCreated, l.v3.CreateSecurityGroupRule, ruleRequest(m3.CreateSecurityGroupRuleOption{
		SecurityGroupId: db.Id, Direction: "ingress", Protocol: new("tcp"), Multiport: new("3306"), RemoteGroupId: &web.Id,
	})).SecurityGroupRule
	refused(t, http.StatusConflict, "VPC.9902", web.Id, l.v3.DeleteSecurityGroup,
		m3.DeleteSecurityGroupRequest{SecurityGroupId: web.Id})
	_, err := l.v2.DeleteSecurityGroup(&m2.DeleteSecurityGroupRequest{SecurityGroupId: web.Id})
	same(t, "status over v1", statusOf(t, err), http.StatusConflict)
	refused(t, http.StatusConflict, "", "NeutronError", l.v2.NeutronDeleteSecurityGroup,
		m2.NeutronDeleteSecurityGroupRequest{SecurityGroupId: web.Id})
	call(t, http.StatusNoContent, l.v2.DeleteSecurityGroupRule,
		m2.DeleteSecurityGroupRuleRequest{SecurityGroupRuleId: rule.Id})
	call(t, http.StatusNoContent, l.v3.DeleteSecurityGroup, m3.DeleteSecurityGroupRequest{SecurityGroupId: web.Id})
}

func TestDefaultSecurityGroup(t *testing.T) {
	l := newLab(t)
	found := *call(t, http.StatusOK, l.v3.ListSecurityGroups,
		m3.ListSecurityGroupsRequest{Name: &[]string{"default"}}).SecurityGroups
	if len(found) != 1 {
		t.Fatalf("the project has %d groups named default", len(found))
	}
	refused(t, http.StatusConflict, "VPC.9902", "default", l.v3.DeleteSecurityGroup,
		m3.DeleteSecurityGroupRequest{SecurityGroupId: found[0].Id})
}

func TestSecurityGroupFilters(t *testing.T) {
	l := newLab(t)
	a, b := l.newGroup(t, "a"), l.newGroup(t, "b")
	list := func(q m3.ListSecurityGroupsRequest) []string {
		t.Helper()
		return ids(call(t, http.StatusOK, l.v3.ListSecurityGroups, q).SecurityGroups,
			func(g m3.SecurityGroup) string { return g.Id })
	}
	same(t, "by ids", list(m3.ListSecurityGroupsRequest{Id: &[]string{a.Id, b.Id}}), []string{a.Id, b.Id})
	same(t, "by name", list(m3.ListSecurityGroupsRequest{Name: &[]string{"b"}}), []string{b.Id})
	same(t, "by description", list(m3.ListSecurityGroupsRequest{Description: &[]string{"nothing"}}), []string{})
	same(t, "by enterprise project", list(m3.ListSecurityGroupsRequest{
		Name: &[]string{"a"}, EnterpriseProjectId: new("all_granted_eps"),
	}), []string{a.Id})
}

func TestSecurityGroupRefusals(t *testing.T) {
	l := newLab(t)
	create := func(name string) m3.CreateSecurityGroupRequest {
		return m3.CreateSecurityGroupRequest{Body: &m3.CreateSecurityGroupRequestBody{
			SecurityGroup: &m3.CreateSecurityGroupOption{Name: name},
		}}
	}
	for _, name := range []string{"", "no spaces", "0123456789012345678901234567890123456789012345678901234567890123x"} {
		_, err := l.v3.CreateSecurityGroup(new(create(name)))
		same(t, "status for the name "+name, statusOf(t, err), http.StatusBadRequest)
	}
	refused(t, http.StatusNotFound, "VPC.9904", nobody, l.v3.UpdateSecurityGroup, m3.UpdateSecurityGroupRequest{
		SecurityGroupId: nobody, Body: &m3.UpdateSecurityGroupRequestBody{
			SecurityGroup: &m3.UpdateSecurityGroupOption{Name: new("x")},
		},
	})
	refused(t, http.StatusNotFound, "", "SecurityGroupNotFound", l.v2.NeutronDeleteSecurityGroup,
		m2.NeutronDeleteSecurityGroupRequest{SecurityGroupId: nobody})
}

func TestSecurityGroupDryRun(t *testing.T) {
	l := newLab(t)
	call(t, http.StatusAccepted, l.v3.CreateSecurityGroup, m3.CreateSecurityGroupRequest{
		Body: &m3.CreateSecurityGroupRequestBody{
			DryRun: new(true), SecurityGroup: &m3.CreateSecurityGroupOption{Name: "web"},
		},
	})
	found := call(t, http.StatusOK, l.v3.ListSecurityGroups, m3.ListSecurityGroupsRequest{Name: &[]string{"web"}})
	same(t, "groups after a dry run", len(*found.SecurityGroups), 0)
	g := l.newGroup(t, "db")
	call(t, http.StatusAccepted, l.v3.UpdateSecurityGroup, m3.UpdateSecurityGroupRequest{
		SecurityGroupId: g.Id, Body: &m3.UpdateSecurityGroupRequestBody{
			DryRun: new(true), SecurityGroup: &m3.UpdateSecurityGroupOption{Name: new("other")},
		},
	})
	shown := call(t, http.StatusOK, l.v3.ShowSecurityGroup, m3.ShowSecurityGroupRequest{SecurityGroupId: g.Id})
	same(t, "name after a dry run", shown.SecurityGroup.Name, "db")
	rule := ruleRequest(m3.CreateSecurityGroupRuleOption{SecurityGroupId: g.Id, Direction: "ingress"})
	rule.Body.DryRun = new(true)
	call(t, http.StatusAccepted, l.v3.CreateSecurityGroupRule, rule)
	shown = call(t, http.StatusOK, l.v3.ShowSecurityGroup, m3.ShowSecurityGroupRequest{SecurityGroupId: g.Id})
	same(t, "rules after a dry run", len(shown.SecurityGroup.SecurityGroupRules), 4)
}
