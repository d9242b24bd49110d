package contract

import (
	"net/http"
	"testing"

	m3 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v3/model"
)

// newFirewall creates a network ACL, which the API calls a firewall.
func (l *tenant) newFirewall(t *testing.T, name string, tags ...m3.ResourceTag) *m3.FirewallDetail {
	t.Helper()
	o := &m3.CreateFirewallOption{Name: name}
	if len(tags) > 0 {
		o.Tags = &tags
	}
	return call(t, http.StatusCreated, l.v3.CreateFirewall, m3.CreateFirewallRequest{
		Body: &m3.CreateFirewallRequestBody{Firewall: o},
	}).Firewall
}

func insert(t *testing.T, l *tenant, acl string, o m3.FirewallInsertRuleOption) *m3.FirewallDetail {
	t.Helper()
	return call(t, http.StatusOK, l.v3.AddFirewallRules, m3.AddFirewallRulesRequest{
		FirewallId: acl, Body: &m3.AddFirewallRulesRequestBody{Firewall: &o},
	}).Firewall
}

// aclRules makes one rule for each name, told apart by its port.
func aclRules(names ...string) *[]m3.FirewallInsertRuleItemOption {
	out := []m3.FirewallInsertRuleItemOption{}
	for _, n := range names {
		out = append(out, m3.FirewallInsertRuleItemOption{Name: new(n), Action: "allow", Protocol: "tcp", IpVersion: 4})
	}
	return &out
}

func ruleNames(rules []m3.FirewallRuleDetail) []string {
	return ids(&rules, func(r m3.FirewallRuleDetail) string { return r.Name })
}

func TestFirewallLife(t *testing.T) {
	l := newLab(t)
	created := call(t, http.StatusCreated, l.v3.CreateFirewall, m3.CreateFirewallRequest{
		Body: &m3.CreateFirewallRequestBody{Firewall: &m3.CreateFirewallOption{
			Name: "edge", Description: new("who"), EnterpriseProjectId: new("0"), AdminStateUp: new(true),
			Tags: &[]m3.ResourceTag{{Key: "env", Value: "prod"}},
		}},
	}).Firewall
	same(t, "name", created.Name, "edge")
	same(t, "description", created.Description, "who")
	same(t, "status without subnets", created.Status, "INACTIVE")
	same(t, "state", created.AdminStateUp, true)
	same(t, "project", created.ProjectId, project)
	same(t, "tags", created.Tags, []m3.ResourceTag{{Key: "env", Value: "prod"}})
	same(t, "ingress rules", created.IngressRules, []m3.FirewallRuleDetail{})
	same(t, "egress rules", created.EgressRules, []m3.FirewallRuleDetail{})
	same(t, "subnets", created.Associations, []m3.FirewallAssociation{})
	show := func() *m3.FirewallDetail {
		t.Helper()
		return call(t, http.StatusOK, l.v3.ShowFirewall, m3.ShowFirewallRequest{FirewallId: created.Id}).Firewall
	}
	same(t, "shown ACL", *show(), *created)
	updated := call(t, http.StatusOK, l.v3.UpdateFirewall, m3.UpdateFirewallRequest{
		FirewallId: created.Id, Body: &m3.UpdateFirewallRequestBody{
			Firewall: &m3.UpdateFirewallOption{Name: new("border"), AdminStateUp: new(false)},
		},
	}).Firewall
	same(t, "name", updated.Name, "border")
	same(t, "state", updated.AdminStateUp, false)
	same(t, "description that the update did not name", updated.Description, "who")
	call(t, http.StatusNoContent, l.v3.DeleteFirewall, m3.DeleteFirewallRequest{FirewallId: created.Id})
	refused(t, http.StatusNotFound, "VPC.9904", created.Id, l.v3.ShowFirewall,
		m3.ShowFirewallRequest{FirewallId: created.Id})
	refused(t, http.StatusNotFound, "VPC.9904", created.Id, l.v3.DeleteFirewall,
		m3.DeleteFirewallRequest{FirewallId: created.Id})
}

func TestFirewallRules(t *testing.T) {
	l := newLab(t)
	x := l.newAddressGroup(t, "x", "10.9.0.0/16")
	acl := l.newFirewall(t, "edge")
	got := insert(t, l.tenant, acl.Id, m3.FirewallInsertRuleOption{
		IngressRules: &[]m3.FirewallInsertRuleItemOption{
			{
				Name: new("web"), Description: new("who"), Action: "allow", Protocol: "tcp", IpVersion: 4,
				SourceIpAddress: new("10.1.0.0/16"), SourcePort: new("1024-65535"), DestinationIpAddress: new("10.0.1.0/24"),
				DestinationPort: new("80,443"), Enabled: new(true),
			},
			{Name: new("rest"), Action: "deny", Protocol: "any", IpVersion: 6, Enabled: new(false)},
		},
		EgressRules: &[]m3.FirewallInsertRuleItemOption{
			{Action: "allow", Protocol: "icmp", IpVersion: 4, DestinationAddressGroupId: &x.Id},
		},
	})
	if len(got.IngressRules) != 2 || len(got.EgressRules) != 1 {
		t.Fatalf("rules: %+v, %+v", got.IngressRules, got.EgressRules)
	}
	web, rest, ping := got.IngressRules[0], got.IngressRules[1], got.EgressRules[0]
	same(t, "first rule", web, m3.FirewallRuleDetail{
		Id: web.Id, Name: "web", Description: "who", Action: "allow", ProjectId: project, Protocol: "tcp", IpVersion: 4,
		SourceIpAddress: "10.1.0.0/16", SourcePort: "1024-65535", DestinationIpAddress: "10.0.1.0/24",
		DestinationPort: "80,443", Enabled: true,
	})
	same(t, "second rule", rest, m3.FirewallRuleDetail{
		Id: rest.Id, Name: "rest", Action: "deny", ProjectId: project, Protocol: "any", IpVersion: 6,
	})
	same(t, "egress rule", ping, m3.FirewallRuleDetail{
		Id: ping.Id, Action: "allow", ProjectId: project, Protocol: "icmp", IpVersion: 4, DestinationAddressGroupId: x.Id,
		Enabled: true,
	})
	if web.Id == "" || web.Id == rest.Id {
		t.Errorf("ids of the rules are %q and %q", web.Id, rest.Id)
	}

	got = call(t, http.StatusOK, l.v3.UpdateFirewallRules, m3.UpdateFirewallRulesRequest{
		FirewallId: acl.Id, Body: &m3.UpdateFirewallRulesRequestBody{Firewall: &m3.FirewallUpdateRuleOption{
			IngressRules: &[]m3.FirewallUpdateRuleItemOption{{Id: web.Id, Action: new("deny"), DestinationPort: new("80")}},
		}},
	}).Firewall
	same(t, "action after the update", got.IngressRules[0].Action, "deny")
	same(t, "port after the update", got.IngressRules[0].DestinationPort, "80")
	same(t, "source that the update did not name", got.IngressRules[0].SourceIpAddress, "10.1.0.0/16")
	same(t, "names after the update", ruleNames(got.IngressRules), []string{"web", "rest"})

	got = call(t, http.StatusOK, l.v3.RemoveFirewallRules, m3.RemoveFirewallRulesRequest{
		FirewallId: acl.Id, Body: &m3.RemoveFirewallRulesRequestBody{Firewall: &m3.FirewallRemoveRuleOption{
			IngressRules: &[]m3.FirewallRemoveRuleItemOption{{Id: got.IngressRules[0].Id}},
		}},
	}).Firewall
	same(t, "names after the removal", ruleNames(got.IngressRules), []string{"rest"})
	same(t, "egress rules after the removal", len(got.EgressRules), 1)
}

func TestFirewallRuleOrder(t *testing.T) {
	l := newLab(t)
	acl := l.newFirewall(t, "edge")
	ports := map[string]string{"a": "1", "b": "2", "c": "3", "d": "4", "e": "5", "f": "6"}
	rules := func(names ...string) *[]m3.FirewallInsertRuleItemOption {
		list := aclRules(names...)
		for i, n := range names {
			(*list)[i].DestinationPort = new(ports[n])
		}
		return list
	}
	got := insert(t, l.tenant, acl.Id, m3.FirewallInsertRuleOption{IngressRules: rules("a", "b")})
	same(t, "a batch keeps its order", ruleNames(got.IngressRules), []string{"a", "b"})
	got = insert(t, l.tenant, acl.Id, m3.FirewallInsertRuleOption{IngressRules: rules("c", "d")})
	same(t, "a batch goes to the front", ruleNames(got.IngressRules), []string{"c", "d", "a", "b"})
	got = insert(t, l.tenant, acl.Id, m3.FirewallInsertRuleOption{
		IngressRules: rules("e", "f"), InsertAfterRule: &got.IngressRules[1].Id,
	})
	same(t, "a batch goes after a rule", ruleNames(got.IngressRules), []string{"c", "d", "e", "f", "a", "b"})
	shown := call(t, http.StatusOK, l.v3.ShowFirewall, m3.ShowFirewallRequest{FirewallId: acl.Id}).Firewall
	same(t, "shown order", ruleNames(shown.IngressRules), []string{"c", "d", "e", "f", "a", "b"})
}

func TestFirewallSubnets(t *testing.T) {
	l := newLab(t)
	vpc := l.newVPC(t, "a", "10.0.0.0/16")
	one, two := l.newSubnet(t, vpc, "one", "10.0.1.0/24"), l.newSubnet(t, vpc, "two", "10.0.2.0/24")
	acl, other := l.newFirewall(t, "edge"), l.newFirewall(t, "other")
	join := func(acl string, subnets ...string) m3.AssociateSubnetFirewallRequest {
		q := m3.AssociateSubnetFirewallRequest{FirewallId: acl, Body: &m3.AssociateSubnetFirewallRequestBody{}}
		for _, s := range subnets {
			q.Body.Subnets = append(q.Body.Subnets, m3.FirewallAssociation{VirsubnetId: s})
		}
		return q
	}
	got := call(t, http.StatusOK, l.v3.AssociateSubnetFirewall, join(acl.Id, one.Id, two.Id)).Firewall
	same(t, "status with subnets", got.Status, "ACTIVE")
	same(t, "subnets", sorted(ids(&got.Associations, func(a m3.FirewallAssociation) string { return a.VirsubnetId })),
		sorted([]string{one.Id, two.Id}))
	_, err := l.v3.AssociateSubnetFirewall(new(join(other.Id, one.Id)))
	same(t, "status of a second ACL on a subnet", statusOf(t, err), http.StatusConflict)
	_, err = l.v3.AssociateSubnetFirewall(new(join(other.Id, nobody)))
	same(t, "status of a subnet that is none", statusOf(t, err), http.StatusNotFound)
	_, err = l.v3.DeleteFirewall(&m3.DeleteFirewallRequest{FirewallId: acl.Id})
	same(t, "status of deleting an ACL with subnets", statusOf(t, err), http.StatusConflict)

	got = call(t, http.StatusOK, l.v3.DisassociateSubnetFirewall, m3.DisassociateSubnetFirewallRequest{
		FirewallId: acl.Id, Body: &m3.DisassociateSubnetFirewallRequestBody{
			Subnets: []m3.FirewallAssociation{{VirsubnetId: one.Id}, {VirsubnetId: two.Id}},
		},
	}).Firewall
	same(t, "status without subnets", got.Status, "INACTIVE")
	same(t, "subnets", got.Associations, []m3.FirewallAssociation{})
	call(t, http.StatusOK, l.v3.AssociateSubnetFirewall, join(other.Id, one.Id))
	call(t, http.StatusNoContent, l.v3.DeleteFirewall, m3.DeleteFirewallRequest{FirewallId: acl.Id})
}

func TestFirewallFilters(t *testing.T) {
	l := newLab(t)
	vpc := l.newVPC(t, "a", "10.0.0.0/16")
	subnet := l.newSubnet(t, vpc, "s", "10.0.1.0/24")
	a, b := l.newFirewall(t, "a"), l.newFirewall(t, "b")
	off := call(t, http.StatusCreated, l.v3.CreateFirewall, m3.CreateFirewallRequest{
		Body: &m3.CreateFirewallRequestBody{Firewall: &m3.CreateFirewallOption{Name: "off", AdminStateUp: new(false)}},
	}).Firewall
	call(t, http.StatusOK, l.v3.AssociateSubnetFirewall, m3.AssociateSubnetFirewallRequest{
		FirewallId: b.Id, Body: &m3.AssociateSubnetFirewallRequestBody{
			Subnets: []m3.FirewallAssociation{{VirsubnetId: subnet.Id}},
		},
	})
	list := func(q m3.ListFirewallRequest) []string {
		t.Helper()
		return ids(call(t, http.StatusOK, l.v3.ListFirewall, q).Firewalls,
			func(f m3.ListFirewallDetail) string { return f.Id })
	}
	active := m3.GetListFirewallRequestStatusEnum().ACTIVE
	same(t, "all", list(m3.ListFirewallRequest{}), []string{a.Id, b.Id, off.Id})
	same(t, "by ids", list(m3.ListFirewallRequest{Id: &[]string{a.Id, off.Id}}), []string{a.Id, off.Id})
	same(t, "by name", list(m3.ListFirewallRequest{Name: &[]string{"b"}}), []string{b.Id})
	same(t, "by status", list(m3.ListFirewallRequest{Status: &active}), []string{b.Id})
	same(t, "by state", list(m3.ListFirewallRequest{AdminStateUp: new(false)}), []string{off.Id})
	same(t, "every enterprise project",
		list(m3.ListFirewallRequest{EnterpriseProjectId: &[]string{"all_granted_eps"}}), []string{a.Id, b.Id, off.Id})
}

func TestFirewallRefusals(t *testing.T) {
	l := newLab(t)
	acl := l.newFirewall(t, "edge")
	cases := []struct {
		name string
		rule m3.FirewallInsertRuleItemOption
	}{
		{"no such action", m3.FirewallInsertRuleItemOption{Action: "maybe", Protocol: "tcp", IpVersion: 4}},
		{"no such protocol", m3.FirewallInsertRuleItemOption{Action: "allow", Protocol: "tpc", IpVersion: 4}},
		{"no such family", m3.FirewallInsertRuleItemOption{Action: "allow", Protocol: "tcp", IpVersion: 5}},
		{"no prefix", m3.FirewallInsertRuleItemOption{
			Action: "allow", Protocol: "tcp", IpVersion: 4, SourceIpAddress: new("10.0.0.0/99"),
		}},
		{"the other family", m3.FirewallInsertRuleItemOption{
			Action: "allow", Protocol: "tcp", IpVersion: 4, SourceIpAddress: new("2001:db8::/64"),
		}},
		{"no port", m3.FirewallInsertRuleItemOption{
			Action: "allow", Protocol: "tcp", IpVersion: 4, DestinationPort: new("http"),
		}},
		{"no such address group", m3.FirewallInsertRuleItemOption{
			Action: "allow", Protocol: "tcp", IpVersion: 4, SourceAddressGroupId: new(nobody),
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := l.v3.AddFirewallRules(&m3.AddFirewallRulesRequest{
				FirewallId: acl.Id, Body: &m3.AddFirewallRulesRequestBody{Firewall: &m3.FirewallInsertRuleOption{
					IngressRules: &[]m3.FirewallInsertRuleItemOption{c.rule},
				}},
			})
			if status := statusOf(t, err); status != http.StatusBadRequest && status != http.StatusNotFound {
				t.Errorf("status %d", status)
			}
		})
	}
	refused(t, http.StatusNotFound, "VPC.9904", nobody, l.v3.AddFirewallRules, m3.AddFirewallRulesRequest{
		FirewallId: nobody, Body: &m3.AddFirewallRulesRequestBody{
			Firewall: &m3.FirewallInsertRuleOption{IngressRules: aclRules("a")},
		},
	})
	_, err := l.v3.AddFirewallRules(&m3.AddFirewallRulesRequest{
		FirewallId: acl.Id, Body: &m3.AddFirewallRulesRequestBody{
			Firewall: &m3.FirewallInsertRuleOption{IngressRules: aclRules("a"), InsertAfterRule: new(nobody)},
		},
	})
	if err == nil {
		t.Error("a rule was inserted after one that is none")
	}
	call(t, http.StatusAccepted, l.v3.AddFirewallRules, m3.AddFirewallRulesRequest{
		FirewallId: acl.Id, Body: &m3.AddFirewallRulesRequestBody{
			DryRun: new(true), Firewall: &m3.FirewallInsertRuleOption{IngressRules: aclRules("a")},
		},
	})
	shown := call(t, http.StatusOK, l.v3.ShowFirewall, m3.ShowFirewallRequest{FirewallId: acl.Id}).Firewall
	same(t, "rules after the refusals and a dry run", shown.IngressRules, []m3.FirewallRuleDetail{})
}
