package contract

import (
	"net/http"
	"testing"

	m2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2/model"
	m3 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v3/model"
)

func ruleRequest(o m3.CreateSecurityGroupRuleOption) m3.CreateSecurityGroupRuleRequest {
	return m3.CreateSecurityGroupRuleRequest{Body: &m3.CreateSecurityGroupRuleRequestBody{SecurityGroupRule: &o}}
}

func ruleRequestV1(o m2.CreateSecurityGroupRuleOption) m2.CreateSecurityGroupRuleRequest {
	return m2.CreateSecurityGroupRuleRequest{Body: &m2.CreateSecurityGroupRuleRequestBody{SecurityGroupRule: &o}}
}

func (l *lab) rule(id string) (*m2.SecurityGroupRule, *m3.SecurityGroupRule) {
	l.t.Helper()
	return call(l.t, http.StatusOK, l.v2.ShowSecurityGroupRule, m2.ShowSecurityGroupRuleRequest{SecurityGroupRuleId: id}).
			SecurityGroupRule,
		call(l.t, http.StatusOK, l.v3.ShowSecurityGroupRule, m3.ShowSecurityGroupRuleRequest{SecurityGroupRuleId: id}).
			SecurityGroupRule
}

// Every form of a rule has to read the same way in both generations, whichever wrote it.
func TestSecurityGroupRuleForms(t *testing.T) {
	l := newLab(t)
	g, peer := l.newGroup(t, "g"), l.newGroup(t, "peer")
	addresses := l.newAddressGroup(t, "x", "10.9.0.0/16")
	cases := []struct {
		name   string
		option m3.CreateSecurityGroupRuleOption
		v1     m2.SecurityGroupRule
		v3     m3.SecurityGroupRule
	}{
		{
			"one port, from a prefix",
			m3.CreateSecurityGroupRuleOption{
				Direction: "ingress", Ethertype: new("IPv4"), Protocol: new("tcp"), Multiport: new("80"),
				RemoteIpPrefix: new("10.1.0.0/16"), Action: new("deny"), Priority: new("7"), Description: new("why"),
			},
			m2.SecurityGroupRule{Protocol: "tcp", PortRangeMin: 80, PortRangeMax: 80, RemoteIpPrefix: "10.1.0.0/16"},
			m3.SecurityGroupRule{
				Protocol: "tcp", Multiport: "80", RemoteIpPrefix: "10.1.0.0/16", Action: "deny", Priority: 7, Description: "why",
			},
		},
		{
			"a range of ports, to a group",
			m3.CreateSecurityGroupRuleOption{
				Direction: "egress", Ethertype: new("IPv4"), Protocol: new("udp"), Multiport: new("80-90"),
				RemoteGroupId: &peer.Id,
			},
			m2.SecurityGroupRule{Protocol: "udp", PortRangeMin: 80, PortRangeMax: 90, RemoteGroupId: peer.Id},
			m3.SecurityGroupRule{Protocol: "udp", Multiport: "80-90", RemoteGroupId: peer.Id, Action: "allow", Priority: 1},
		},
		{
			"ports with gaps, from an address group",
			m3.CreateSecurityGroupRuleOption{
				Direction: "ingress", Ethertype: new("IPv4"), Protocol: new("tcp"), Multiport: new("22,80-90"),
				RemoteAddressGroupId: &addresses.Id,
			},
			m2.SecurityGroupRule{Protocol: "tcp", RemoteAddressGroupId: addresses.Id},
			m3.SecurityGroupRule{
				Protocol: "tcp", Multiport: "22,80-90", RemoteAddressGroupId: addresses.Id, Action: "allow", Priority: 1,
			},
		},
		{
			"every protocol",
			m3.CreateSecurityGroupRuleOption{Direction: "ingress", Ethertype: new("IPv6")},
			m2.SecurityGroupRule{},
			m3.SecurityGroupRule{Action: "allow", Priority: 1},
		},
		{
			"a protocol by its number",
			m3.CreateSecurityGroupRuleOption{
				Direction: "ingress", Ethertype: new("IPv4"), Protocol: new("47"), RemoteIpPrefix: new("10.2.0.0/16"),
			},
			m2.SecurityGroupRule{Protocol: "47", RemoteIpPrefix: "10.2.0.0/16"},
			m3.SecurityGroupRule{Protocol: "47", RemoteIpPrefix: "10.2.0.0/16", Action: "allow", Priority: 1},
		},
		{
			"IPv6 in capitals, and one address of it",
			m3.CreateSecurityGroupRuleOption{
				Direction: "ingress", Ethertype: new("IPv6"), Protocol: new("icmpv6"), RemoteIpPrefix: new("2001:DB8::1"),
			},
			m2.SecurityGroupRule{Protocol: "icmpv6", RemoteIpPrefix: "2001:db8::1/128"},
			m3.SecurityGroupRule{Protocol: "icmpv6", RemoteIpPrefix: "2001:db8::1/128", Action: "allow", Priority: 1},
		},
		{
			"one address",
			m3.CreateSecurityGroupRuleOption{
				Direction: "ingress", Ethertype: new("IPv4"), Protocol: new("tcp"), RemoteIpPrefix: new("10.3.0.7"),
			},
			m2.SecurityGroupRule{Protocol: "tcp", RemoteIpPrefix: "10.3.0.7/32"},
			m3.SecurityGroupRule{Protocol: "tcp", RemoteIpPrefix: "10.3.0.7/32", Action: "allow", Priority: 1},
		},
		{
			"switched off",
			m3.CreateSecurityGroupRuleOption{
				Direction: "ingress", Ethertype: new("IPv4"), Protocol: new("tcp"), Multiport: new("8080"), Enabled: new(false),
			},
			m2.SecurityGroupRule{Protocol: "tcp", PortRangeMin: 8080, PortRangeMax: 8080},
			m3.SecurityGroupRule{Protocol: "tcp", Multiport: "8080", Action: "allow", Priority: 1},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := c.option
			o.SecurityGroupId = g.Id
			made := call(t, http.StatusCreated, l.v3.CreateSecurityGroupRule, ruleRequest(o)).SecurityGroupRule
			v1, v3 := l.rule(made.Id)
			same(t, "created rule", *made, *v3)
			c.v1.Id, c.v1.SecurityGroupId, c.v1.TenantId = made.Id, g.Id, project
			c.v1.Direction, c.v1.Ethertype, c.v1.Description = o.Direction, *o.Ethertype, c.v3.Description
			same(t, "rule over v1", *v1, c.v1)
			c.v3.Id, c.v3.SecurityGroupId, c.v3.ProjectId, c.v3.Direction, c.v3.Ethertype = made.Id, g.Id, project,
				o.Direction, *o.Ethertype
			c.v3.Enabled = o.Enabled == nil
			c.v3.CreatedAt, c.v3.UpdatedAt = v3.CreatedAt, v3.UpdatedAt
			same(t, "rule over v3", *v3, c.v3)
		})
	}
}

func TestSecurityGroupRuleFormsOverV1(t *testing.T) {
	l := newLab(t)
	g := l.newGroup(t, "g")
	port := call(t, http.StatusOK, l.v2.CreateSecurityGroupRule, ruleRequestV1(m2.CreateSecurityGroupRuleOption{
		SecurityGroupId: g.Id, Direction: "ingress", Ethertype: new("IPv4"), Protocol: new("tcp"),
		PortRangeMin: new(int32(80)), PortRangeMax: new(int32(80)), RemoteIpPrefix: new("0.0.0.0/0"),
	})).SecurityGroupRule
	_, over3 := l.rule(port.Id)
	same(t, "multiport of one port", over3.Multiport, "80")
	same(t, "action of a v1 rule", over3.Action, "allow")
	same(t, "priority of a v1 rule", over3.Priority, 1)

	ports := call(t, http.StatusOK, l.v2.CreateSecurityGroupRule, ruleRequestV1(m2.CreateSecurityGroupRuleOption{
		SecurityGroupId: g.Id, Direction: "ingress", Protocol: new("udp"),
		PortRangeMin: new(int32(80)), PortRangeMax: new(int32(90)), RemoteGroupId: &g.Id,
	})).SecurityGroupRule
	same(t, "family by default", ports.Ethertype, "IPv4")
	_, over3 = l.rule(ports.Id)
	same(t, "multiport of a range", over3.Multiport, "80-90")

	// ICMP says its type and code in the port fields.
	ping := call(t, http.StatusOK, l.v2.CreateSecurityGroupRule, ruleRequestV1(m2.CreateSecurityGroupRuleOption{
		SecurityGroupId: g.Id, Direction: "ingress", Protocol: new("icmp"),
		PortRangeMin: new(int32(8)), PortRangeMax: new(int32(0)), RemoteIpPrefix: new("0.0.0.0/0"),
	})).SecurityGroupRule
	v1, _ := l.rule(ping.Id)
	same(t, "ICMP type and code", []int32{v1.PortRangeMin, v1.PortRangeMax}, []int32{8, 0})

	listed := call(t, http.StatusOK, l.v2.ListSecurityGroupRules,
		m2.ListSecurityGroupRulesRequest{SecurityGroupId: &g.Id}).SecurityGroupRules
	same(t, "rules of the group", len(*listed), 7)
	call(t, http.StatusNoContent, l.v2.DeleteSecurityGroupRule,
		m2.DeleteSecurityGroupRuleRequest{SecurityGroupRuleId: port.Id})
	_, err := l.v2.ShowSecurityGroupRule(&m2.ShowSecurityGroupRuleRequest{SecurityGroupRuleId: port.Id})
	same(t, "status of a rule that is gone", statusOf(t, err), http.StatusNotFound)
	_, err = l.v2.DeleteSecurityGroupRule(&m2.DeleteSecurityGroupRuleRequest{SecurityGroupRuleId: port.Id})
	same(t, "status of deleting it again", statusOf(t, err), http.StatusNotFound)
}

// The provider sends numbers where the SDK sends strings.
func TestSecurityGroupRuleTakesPriorityAsNumber(t *testing.T) {
	l := newLab(t)
	g := l.newGroup(t, "g")
	status, body := l.do(http.MethodPost, "/v3/"+project+"/vpc/security-group-rules",
		`{"security_group_rule":{"security_group_id":"`+g.Id+`","direction":"ingress","protocol":"tcp","multiport":"443",`+
			`"priority":5}}`)
	if status != http.StatusCreated {
		t.Fatalf("status %d: %s", status, body)
	}
	found := *call(t, http.StatusOK, l.v3.ListSecurityGroupRules,
		m3.ListSecurityGroupRulesRequest{Priority: &[]int32{5}}).SecurityGroupRules
	if len(found) != 1 || found[0].Multiport != "443" {
		t.Errorf("rules of priority 5: %+v", found)
	}
}

func TestSecurityGroupRulesInOneCall(t *testing.T) {
	l := newLab(t)
	g := l.newGroup(t, "g")
	option := func(port string) m3.BatchCreateSecurityGroupRulesOption {
		return m3.BatchCreateSecurityGroupRulesOption{
			Direction: "ingress", Protocol: new("tcp"), Multiport: &port, RemoteIpPrefix: new("0.0.0.0/0"),
		}
	}
	batch := func(ignore bool, ports ...string) m3.BatchCreateSecurityGroupRulesRequest {
		b := &m3.BatchCreateSecurityGroupRulesRequestBody{}
		if ignore {
			b.IgnoreDuplicate = new(true)
		}
		for _, p := range ports {
			b.SecurityGroupRules = append(b.SecurityGroupRules, option(p))
		}
		return m3.BatchCreateSecurityGroupRulesRequest{SecurityGroupId: g.Id, Body: b}
	}
	count := func() int {
		return len(call(t, http.StatusOK, l.v3.ShowSecurityGroup, m3.ShowSecurityGroupRequest{SecurityGroupId: g.Id}).
			SecurityGroup.SecurityGroupRules)
	}
	made := call(t, http.StatusCreated, l.v3.BatchCreateSecurityGroupRules, batch(false, "80", "443")).SecurityGroupRules
	same(t, "ports", ids(made, func(r m3.SecurityGroupRule) string { return r.Multiport }), []string{"80", "443"})
	same(t, "rules", count(), 6)
	refused(t, http.StatusConflict, "VPC.9902", "already exists", l.v3.BatchCreateSecurityGroupRules,
		batch(false, "8080", "80"))
	same(t, "rules after a refused batch", count(), 6)
	made = call(t, http.StatusCreated, l.v3.BatchCreateSecurityGroupRules, batch(true, "8080", "80")).SecurityGroupRules
	same(t, "ports that were new", ids(made, func(r m3.SecurityGroupRule) string { return r.Multiport }), []string{"8080"})
	same(t, "rules", count(), 7)
}

func TestSecurityGroupRuleFilters(t *testing.T) {
	l := newLab(t)
	a, b := l.newGroup(t, "a"), l.newGroup(t, "b")
	addresses := l.newAddressGroup(t, "x", "10.9.0.0/16")
	for _, g := range []*m3.SecurityGroupInfo{a, b} {
		for _, r := range g.SecurityGroupRules {
			call(t, http.StatusNoContent, l.v3.DeleteSecurityGroupRule,
				m3.DeleteSecurityGroupRuleRequest{SecurityGroupRuleId: r.Id})
		}
	}
	add := func(g *m3.SecurityGroupInfo, o m3.CreateSecurityGroupRuleOption) string {
		t.Helper()
		o.SecurityGroupId = g.Id
		return call(t, http.StatusCreated, l.v3.CreateSecurityGroupRule, ruleRequest(o)).SecurityGroupRule.Id
	}
	ssh := add(a, m3.CreateSecurityGroupRuleOption{
		Direction: "ingress", Protocol: new("tcp"), Multiport: new("22"), RemoteIpPrefix: new("10.0.0.0/8"),
		Description: new("ssh"),
	})
	deny := add(a, m3.CreateSecurityGroupRuleOption{
		Direction: "ingress", Protocol: new("udp"), Action: new("deny"), Priority: new("9"), RemoteGroupId: &b.Id,
	})
	out := add(b, m3.CreateSecurityGroupRuleOption{Direction: "egress", Ethertype: new("IPv6"), Enabled: new(false)})
	in := add(b, m3.CreateSecurityGroupRuleOption{
		Direction: "ingress", Protocol: new("tcp"), Multiport: new("80"), RemoteAddressGroupId: &addresses.Id,
	})
	cases := []struct {
		name  string
		query m3.ListSecurityGroupRulesRequest
		want  []string
	}{
		{"by group", m3.ListSecurityGroupRulesRequest{SecurityGroupId: &[]string{a.Id}}, []string{ssh, deny}},
		{
			"by two groups",
			m3.ListSecurityGroupRulesRequest{SecurityGroupId: &[]string{a.Id, b.Id}},
			[]string{ssh, deny, out, in},
		},
		{"by id", m3.ListSecurityGroupRulesRequest{Id: &[]string{out}}, []string{out}},
		{"by description", m3.ListSecurityGroupRulesRequest{Description: &[]string{"ssh"}}, []string{ssh}},
		{"by remote group", m3.ListSecurityGroupRulesRequest{RemoteGroupId: &[]string{b.Id}}, []string{deny}},
		{"by address group", m3.ListSecurityGroupRulesRequest{RemoteAddressGroupId: &[]string{addresses.Id}}, []string{in}},
		{"by prefix", m3.ListSecurityGroupRulesRequest{RemoteIpPrefix: new("10.0.0.0/8")}, []string{ssh}},
		{"by action", m3.ListSecurityGroupRulesRequest{Action: new("deny")}, []string{deny}},
		{"by priority", m3.ListSecurityGroupRulesRequest{Priority: &[]int32{9}}, []string{deny}},
		{"by group and direction", m3.ListSecurityGroupRulesRequest{
			SecurityGroupId: &[]string{b.Id}, Direction: new("egress"),
		}, []string{out}},
		{"by group and protocols", m3.ListSecurityGroupRulesRequest{
			SecurityGroupId: &[]string{a.Id, b.Id}, Protocol: &[]string{"tcp", "udp"},
		}, []string{ssh, deny, in}},
		{"by group and family", m3.ListSecurityGroupRulesRequest{
			SecurityGroupId: &[]string{a.Id, b.Id}, Ethertype: &[]string{"IPv6"},
		}, []string{out}},
		{"switched off", m3.ListSecurityGroupRulesRequest{
			SecurityGroupId: &[]string{a.Id, b.Id}, Enabled: new(false),
		}, []string{out}},
	}
	for _, c := range cases {
		listed := call(t, http.StatusOK, l.v3.ListSecurityGroupRules, c.query).SecurityGroupRules
		same(t, c.name, ids(listed, func(r m3.SecurityGroupRule) string { return r.Id }), c.want)
	}
}

func TestSecurityGroupRuleRefusals(t *testing.T) {
	l := newLab(t)
	g := l.newGroup(t, "g")
	six := call(t, http.StatusCreated, l.v3.CreateAddressGroup, addressGroupRequest(m3.CreateAddressGroupOption{
		Name: "six", IpVersion: 6, IpSet: &[]string{"2001:db8::/64"},
	})).AddressGroup
	base := m3.CreateSecurityGroupRuleOption{
		SecurityGroupId: g.Id, Direction: "ingress", Ethertype: new("IPv4"), Protocol: new("tcp"), Multiport: new("80"),
	}
	call(t, http.StatusCreated, l.v3.CreateSecurityGroupRule, ruleRequest(base))
	cases := []struct {
		name   string
		change func(*m3.CreateSecurityGroupRuleOption)
		status int
		code   string
	}{
		{"twice", func(*m3.CreateSecurityGroupRuleOption) {}, http.StatusConflict, "VPC.9902"},
		{"no such group", func(o *m3.CreateSecurityGroupRuleOption) { o.SecurityGroupId = nobody }, 404, "VPC.9904"},
		{
			"no such remote group", func(o *m3.CreateSecurityGroupRuleOption) { o.RemoteGroupId = new(nobody) }, 404,
			"VPC.9904",
		},
		{
			"no such address group", func(o *m3.CreateSecurityGroupRuleOption) { o.RemoteAddressGroupId = new(nobody) }, 404,
			"VPC.9904",
		},
		{
			"prefix of the other family", func(o *m3.CreateSecurityGroupRuleOption) { o.RemoteIpPrefix = new("2001:db8::/64") },
			400, "VPC.9902",
		},
		{
			"address group of the other family", func(o *m3.CreateSecurityGroupRuleOption) { o.RemoteAddressGroupId = &six.Id },
			400, "VPC.9902",
		},
		{"two remotes", func(o *m3.CreateSecurityGroupRuleOption) {
			o.RemoteIpPrefix, o.RemoteGroupId = new("10.0.0.0/8"), &g.Id
		}, 400, "VPC.9902"},
		{"no direction", func(o *m3.CreateSecurityGroupRuleOption) { o.Direction = "" }, 400, "VPC.9902"},
		{"no such action", func(o *m3.CreateSecurityGroupRuleOption) { o.Action = new("maybe") }, 400, "VPC.9902"},
		{"priority 0", func(o *m3.CreateSecurityGroupRuleOption) { o.Priority = new("0") }, 400, "VPC.9902"},
		{"priority 101", func(o *m3.CreateSecurityGroupRuleOption) { o.Priority = new("101") }, 400, "VPC.9902"},
		{"port 0", func(o *m3.CreateSecurityGroupRuleOption) { o.Multiport = new("0") }, 400, "VPC.9902"},
		{"port out of range", func(o *m3.CreateSecurityGroupRuleOption) { o.Multiport = new("70000") }, 400, "VPC.9902"},
		{"range backwards", func(o *m3.CreateSecurityGroupRuleOption) { o.Multiport = new("90-80") }, 400, "VPC.9902"},
		{"ports without protocol", func(o *m3.CreateSecurityGroupRuleOption) { o.Protocol = nil }, 400, "VPC.9902"},
		{"no such protocol", func(o *m3.CreateSecurityGroupRuleOption) { o.Protocol = new("tpc") }, 400, "VPC.9902"},
		{"no prefix", func(o *m3.CreateSecurityGroupRuleOption) { o.RemoteIpPrefix = new("10.0.0.0/99") }, 400, "VPC.9902"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := base
			c.change(&o)
			refused(t, c.status, c.code, "", l.v3.CreateSecurityGroupRule, ruleRequest(o))
		})
	}
	shown := call(t, http.StatusOK, l.v3.ShowSecurityGroup, m3.ShowSecurityGroupRequest{SecurityGroupId: g.Id})
	same(t, "rules after the refusals", len(shown.SecurityGroup.SecurityGroupRules), 5)
	refused(t, http.StatusConflict, "VPC.9902", "Rule id is", l.v3.CreateSecurityGroupRule, ruleRequest(base))
	_, err := l.v2.CreateSecurityGroupRule(new(ruleRequestV1(m2.CreateSecurityGroupRuleOption{
		SecurityGroupId: g.Id, Direction: "ingress", Protocol: new("tcp"), PortRangeMin: new(int32(80)),
		PortRangeMax: new(int32(80)),
	})))
	same(t, "status of a duplicate over v1", statusOf(t, err), http.StatusConflict)
	refused(t, http.StatusNotFound, "VPC.9904", nobody, l.v3.DeleteSecurityGroupRule,
		m3.DeleteSecurityGroupRuleRequest{SecurityGroupRuleId: nobody})
}
