package network_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func validSet() *network.SecurityGroupRuleSet {
	return &network.SecurityGroupRuleSet{SecurityGroupID: "g", Rules: map[string]*rule{
		"web": {Direction: network.Ingress, Protocol: "tcp", Ports: []string{"80"}},
		"dns": {Direction: network.Egress, Protocol: "udp", Ports: []string{"53"}},
	}}
}

func TestValidateSecurityGroupRuleSet(t *testing.T) {
	type set = network.SecurityGroupRuleSet
	checkValidate(t, validSet, []row[*set]{
		{"no group", func(s *set) { s.SecurityGroupID = "" }, refused("security_group_id", "VPC.9902", "security_group_id is empty")},
		{"no rules", func(s *set) { s.Rules = nil }, nil},
		{"a rule that is null", func(s *set) { s.Rules["http"] = nil }, nil},
		{
			"a rule that is not valid", func(s *set) { s.Rules["web"].Ports = []string{"80", "x"} },
			refused(`rules["web"].ports[1]`, "VPC.9902", `"x" is not a port`),
		},
		{"the same rule twice", func(s *set) {
			s.Rules["http"] = &rule{Direction: network.Ingress, Protocol: "6", Ports: []string{"80-80"}, Description: "again"}
		}, conflict(`rules["web"]`, "VPC.9902", `Rules "http" and "web" of this set are the same: ingress allow tcp/80`)},
		{"rules that differ in their priority", func(s *set) {
			s.Rules["http"] = &rule{Direction: network.Ingress, Protocol: "tcp", Ports: []string{"80"}, Priority: new(2)}
		}, nil},
		{
			"problems in the order of the names",
			func(s *set) { s.Rules["web"].Direction, s.Rules["dns"].Direction = "in", "out" },
			[]want{
				{path: `rules["dns"].direction`, code: "VPC.9902", part: `is "out"`},
				{path: `rules["web"].direction`, code: "VPC.9902", part: `is "in"`},
			},
		},
	})
}

func TestExpandRuleSet(t *testing.T) {
	s := validSet()
	s.Rules["null"] = nil
	got := s.Expand("p")
	delete(s.Rules, "null")
	dns := &rule{
		Meta: network.Meta{Project: "p"}, SecurityGroupID: "g", Name: "dns", Direction: network.Egress, Ethertype: "IPv4",
		Protocol: "udp", Ports: []string{"53"}, Action: network.Allow, Priority: new(1), Enabled: new(true), Set: true,
	}
	web := *dns
	web.Name, web.Direction, web.Protocol, web.Ports = "web", network.Ingress, "tcp", []string{"80"}
	if diff := cmp.Diff([]*rule{dns, &web}, got); diff != "" {
		t.Errorf("the rules differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(validSet(), s); diff != "" {
		t.Errorf("Expand changes the set (-want +got):\n%s", diff)
	}
}
