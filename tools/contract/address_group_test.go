package contract

import (
	"net/http"
	"slices"
	"testing"

	m3 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v3/model"
)

func addressGroupRequest(o m3.CreateAddressGroupOption) m3.CreateAddressGroupRequest {
	return m3.CreateAddressGroupRequest{Body: &m3.CreateAddressGroupRequestBody{AddressGroup: &o}}
}

// newAddressGroup creates an IPv4 address group.
func (l *tenant) newAddressGroup(t *testing.T, name string, entries ...string) *m3.AddressGroup {
	t.Helper()
	return call(t, http.StatusCreated, l.v3.CreateAddressGroup, addressGroupRequest(m3.CreateAddressGroupOption{
		Name: name, IpVersion: 4, IpSet: &entries,
	})).AddressGroup
}

func TestAddressGroupLife(t *testing.T) {
	l := newLab(t)
	created := call(t, http.StatusCreated, l.v3.CreateAddressGroup, addressGroupRequest(m3.CreateAddressGroupOption{
		Name: "offices", Description: new("who"), IpVersion: 4, MaxCapacity: new(int32(10)), EnterpriseProjectId: new("0"),
		IpExtraSet: &[]m3.IpExtraSetOption{
			{Ip: "10.1.0.5", Remarks: new("printer")}, {Ip: "10.1.0.10-10.1.0.20"}, {Ip: "10.2.0.0/16", Remarks: new("Berlin")},
		},
	})).AddressGroup
	same(t, "name", created.Name, "offices")
	same(t, "family", created.IpVersion, 4)
	same(t, "capacity", created.MaxCapacity, 10)
	same(t, "status", created.Status, "NORMAL")
	same(t, "tenant", created.TenantId, project)
	same(t, "entries", sorted(created.IpSet), []string{"10.1.0.10-10.1.0.20", "10.1.0.5", "10.2.0.0/16"})
	same(t, "remarks", remarks(created), map[string]string{
		"10.1.0.5": "printer", "10.1.0.10-10.1.0.20": "", "10.2.0.0/16": "Berlin",
	})
	show := func() *m3.AddressGroup {
		t.Helper()
		q := m3.ShowAddressGroupRequest{AddressGroupId: created.Id}
		return call(t, http.StatusOK, l.v3.ShowAddressGroup, q).AddressGroup
	}
	same(t, "shown group", *show(), *created)

	update := func(o m3.UpdateAddressGroupOption) *m3.AddressGroup {
		t.Helper()
		return call(t, http.StatusOK, l.v3.UpdateAddressGroup, m3.UpdateAddressGroupRequest{
			AddressGroupId: created.Id, Body: &m3.UpdateAddressGroupRequestBody{AddressGroup: &o},
		}).AddressGroup
	}
	got := update(m3.UpdateAddressGroupOption{Name: new("sites")})
	same(t, "name", got.Name, "sites")
	same(t, "description that the update did not name", got.Description, "who")
	same(t, "entries that the update did not name", len(got.IpSet), 3)
	got = update(m3.UpdateAddressGroupOption{IpSet: &[]string{"10.3.0.0/16"}, MaxCapacity: new(int32(5))})
	same(t, "entries", got.IpSet, []string{"10.3.0.0/16"})
	same(t, "entries with remarks", remarks(got), map[string]string{"10.3.0.0/16": ""})
	same(t, "capacity", got.MaxCapacity, 5)
	got = update(m3.UpdateAddressGroupOption{IpSet: &[]string{}})
	same(t, "entries of an emptied group", got.IpSet, []string{})

	call(t, http.StatusNoContent, l.v3.DeleteAddressGroup, m3.DeleteAddressGroupRequest{AddressGroupId: created.Id})
	refused(t, http.StatusNotFound, "VPC.9904", created.Id, l.v3.ShowAddressGroup,
		m3.ShowAddressGroupRequest{AddressGroupId: created.Id})
}

func remarks(g *m3.AddressGroup) map[string]string {
	out := map[string]string{}
	for _, e := range g.IpExtraSet {
		out[e.Ip] = e.Remarks
	}
	return out
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

func TestAddressGroupDefaults(t *testing.T) {
	l := newLab(t)
	g := call(t, http.StatusCreated, l.v3.CreateAddressGroup, addressGroupRequest(m3.CreateAddressGroupOption{
		Name: "empty", IpVersion: 6,
	})).AddressGroup
	same(t, "capacity by default", g.MaxCapacity, 20)
	same(t, "entries by default", g.IpSet, []string{})
	same(t, "description by default", g.Description, "")
}

func TestAddressGroupFilters(t *testing.T) {
	l := newLab(t)
	a, b := l.newAddressGroup(t, "a", "10.0.0.0/8"), l.newAddressGroup(t, "b", "10.0.0.0/8")
	six := call(t, http.StatusCreated, l.v3.CreateAddressGroup, addressGroupRequest(m3.CreateAddressGroupOption{
		Name: "six", IpVersion: 6, Description: new("v6"),
	})).AddressGroup
	list := func(q m3.ListAddressGroupRequest) []string {
		t.Helper()
		return ids(call(t, http.StatusOK, l.v3.ListAddressGroup, q).AddressGroups,
			func(g m3.AddressGroup) string { return g.Id })
	}
	same(t, "all", list(m3.ListAddressGroupRequest{}), []string{a.Id, b.Id, six.Id})
	same(t, "by ids", list(m3.ListAddressGroupRequest{Id: &[]string{a.Id, six.Id}}), []string{a.Id, six.Id})
	same(t, "by name", list(m3.ListAddressGroupRequest{Name: &[]string{"b"}}), []string{b.Id})
	same(t, "by family", list(m3.ListAddressGroupRequest{IpVersion: new(int32(6))}), []string{six.Id})
	same(t, "by description", list(m3.ListAddressGroupRequest{Description: &[]string{"v6"}}), []string{six.Id})
}

func TestAddressGroupInUse(t *testing.T) {
	l := newLab(t)
	x, g := l.newAddressGroup(t, "x", "10.0.0.0/8"), l.newGroup(t, "g")
	rule := call(t, http.StatusCreated, l.v3.CreateSecurityGroupRule, ruleRequest(m3.CreateSecurityGroupRuleOption{
		SecurityGroupId: g.Id, Direction: "ingress", RemoteAddressGroupId: &x.Id,
	})).SecurityGroupRule
	acl := l.newFirewall(t, "acl")
	insert(t, l.tenant, acl.Id, m3.FirewallInsertRuleOption{IngressRules: &[]m3.FirewallInsertRuleItemOption{
		{Name: new("x"), Action: "allow", Protocol: "any", IpVersion: 4, SourceAddressGroupId: &x.Id},
		{Name: new("y"), Action: "allow", Protocol: "tcp", IpVersion: 4, DestinationPort: new("80")},
	}})
	refused(t, http.StatusConflict, "VPC.9907", "", l.v3.DeleteAddressGroup,
		m3.DeleteAddressGroupRequest{AddressGroupId: x.Id})

	users := map[string]string{}
	for _, d := range *call(t, http.StatusOK, l.v3.ListAddressGroupsDependency,
		m3.ListAddressGroupsDependencyRequest{Id: &x.Id}).AddressGroups {
		same(t, "group with users", d.Id, x.Id)
		for _, user := range d.Dependency {
			users[user.InstanceId] = user.InstanceName
		}
	}
	same(t, "users of the group", users, map[string]string{g.Id: "g", acl.Id: "acl"})

	call(t, http.StatusNoContent, l.v3.DeleteIpAddressGroupForce,
		m3.DeleteIpAddressGroupForceRequest{AddressGroupId: x.Id})
	refused(t, http.StatusNotFound, "VPC.9904", x.Id, l.v3.ShowAddressGroup,
		m3.ShowAddressGroupRequest{AddressGroupId: x.Id})
	refused(t, http.StatusNotFound, "VPC.9904", rule.Id, l.v3.ShowSecurityGroupRule,
		m3.ShowSecurityGroupRuleRequest{SecurityGroupRuleId: rule.Id})
	left := call(t, http.StatusOK, l.v3.ShowFirewall, m3.ShowFirewallRequest{FirewallId: acl.Id}).Firewall
	same(t, "rules of the ACL that did not use it", ids(&left.IngressRules,
		func(r m3.FirewallRuleDetail) string { return r.Name }), []string{"y"})
}

func TestAddressGroupRefusals(t *testing.T) {
	l := newLab(t)
	x := l.newAddressGroup(t, "x", "10.0.0.0/8")
	cases := []struct {
		name   string
		option m3.CreateAddressGroupOption
	}{
		{"no address", m3.CreateAddressGroupOption{Name: "y", IpVersion: 4, IpSet: &[]string{"10.0.0.300"}}},
		{"an entry twice", m3.CreateAddressGroupOption{Name: "y", IpVersion: 4, IpSet: &[]string{"10.0.0.1", "10.0.0.1"}}},
		{"the other family", m3.CreateAddressGroupOption{Name: "y", IpVersion: 4, IpSet: &[]string{"2001:db8::1"}}},
		{"a range backwards", m3.CreateAddressGroupOption{Name: "y", IpVersion: 4, IpSet: &[]string{"10.0.0.9-10.0.0.1"}}},
		{"no such family", m3.CreateAddressGroupOption{Name: "y", IpVersion: 5}},
		{"more entries than its capacity", m3.CreateAddressGroupOption{
			Name: "y", IpVersion: 4, MaxCapacity: new(int32(1)), IpSet: &[]string{"10.0.0.1", "10.0.0.2"},
		}},
		{"no name", m3.CreateAddressGroupOption{IpVersion: 4}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := l.v3.CreateAddressGroup(new(addressGroupRequest(c.option)))
			if status := statusOf(t, err); status != http.StatusBadRequest && status != http.StatusConflict {
				t.Errorf("status %d", status)
			}
		})
	}
	refused(t, http.StatusBadRequest, "VPC.9901", "10.0.0.300", l.v3.UpdateAddressGroup, m3.UpdateAddressGroupRequest{
		AddressGroupId: x.Id, Body: &m3.UpdateAddressGroupRequestBody{
			AddressGroup: &m3.UpdateAddressGroupOption{IpSet: &[]string{"10.0.0.300"}},
		},
	})
	refused(t, http.StatusNotFound, "VPC.9904", nobody, l.v3.DeleteAddressGroup,
		m3.DeleteAddressGroupRequest{AddressGroupId: nobody})
	dry := addressGroupRequest(m3.CreateAddressGroupOption{Name: "dry", IpVersion: 4})
	dry.Body.DryRun = new(true)
	call(t, http.StatusAccepted, l.v3.CreateAddressGroup, dry)
	all := call(t, http.StatusOK, l.v3.ListAddressGroup, m3.ListAddressGroupRequest{}).AddressGroups
	same(t, "groups after the refusals", ids(all, func(g m3.AddressGroup) string { return g.Name }), []string{"x"})
}
