package network_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

type (
	fwRule = network.FirewallRule
	policy = network.FirewallPolicy
)

func validFirewallRule() *fwRule {
	return &fwRule{
		Meta: network.Meta{ID: "f", Project: "p"}, Name: "f", Action: "DENY", Protocol: "tcp", SourceIP: "10.0.0.0/24",
		DestinationPorts: []string{"445"},
	}
}

// A rule of the older form is checked as the rule of a network ACL is (ACL-27).
func TestValidateFirewallRule(t *testing.T) {
	const code = "VPC.9901"
	checkValidate(t, validFirewallRule, []row[*fwRule]{
		{"no name", func(r *fwRule) { r.Name = "" }, nil},
		{"name with a blank", func(r *fwRule) { r.Name = "a b" }, refused("name", code, `The name "a b" contains " "`)},
		{"allow in capitals", func(r *fwRule) { r.Action = "ALLOW" }, nil},
		{"no action", func(r *fwRule) { r.Action = "" }, refused("action", code, `action is ""`)},
		{"unknown action", func(r *fwRule) { r.Action = "reject" }, refused("action", code, `action is "reject"`)},
		{"every protocol", func(r *fwRule) { r.Protocol, r.DestinationPorts = "", nil }, nil},
		{"unknown protocol", func(r *fwRule) { r.Protocol = "tpc" }, refused("protocol", code, `"tpc" is not a protocol`)},
		{"ports of every protocol", func(r *fwRule) { r.Protocol = "" }, refused("destination_ports", code, "its protocol is any")},
		{"port that is none", func(r *fwRule) { r.SourcePorts = []string{"x"} }, refused("source_ports[0]", code, `"x" is not a port`)},
		{"IP version 5", func(r *fwRule) { r.IPVersion = 5 }, refused("ip_version", code, "ip_version is 5")},
		{
			"source that is none", func(r *fwRule) { r.SourceIP = "x" },
			refused("source_ip_address", code, `"x" is not an address block`),
		},
		{
			"destination of the other family", func(r *fwRule) { r.DestinationIP = "fd00::/64" },
			refused("destination_ip_address", code, "fd00::/64 does not belong to a rule with ip_version 4"),
		},
		{"bare address", func(r *fwRule) { r.SourceIP = "10.0.0.5" }, nil},
		{
			"description of 256 characters", func(r *fwRule) { r.Description = long(256) },
			refused("description", code, "has 256 characters"),
		},
	})
}

func TestNormalizeFirewallRule(t *testing.T) {
	checkNormalize(t, []normalized{
		{"defaults", &fwRule{}, &fwRule{Action: "deny", IPVersion: 4, Enabled: new(true)}},
		{
			"what the author wrote stays", &fwRule{Action: "ALLOW", IPVersion: 6, Enabled: new(false), SourceIP: "FD00::1"},
			&fwRule{Action: "ALLOW", IPVersion: 6, Enabled: new(false), SourceIP: "FD00::1"},
		},
	})
}

func TestFirewallRuleInTheNewerForm(t *testing.T) {
	r := validFirewallRule()
	r.Description, r.SourcePorts, r.DestinationIP, r.Enabled = "d", []string{"1"}, "10.0.1.5", new(false)
	want := aclRule{
		RuleID: "f", Name: "f", Description: "d", Action: network.Deny, Protocol: "tcp", IPVersion: 4, SourceCIDR: "10.0.0.0/24",
		SourcePorts: []string{"1"}, DestinationCIDR: "10.0.1.5/32", DestinationPorts: []string{"445"}, Enabled: new(false),
	}
	if diff := cmp.Diff(want, r.ACLRule()); diff != "" {
		t.Errorf("the rule differs (-want +got):\n%s", diff)
	}
	if got := (&fwRule{Action: "allow"}).ACLRule(); got.Protocol != "any" {
		t.Errorf("a rule without a protocol is about %q", got.Protocol)
	}
}

func TestFirewallRuleKey(t *testing.T) {
	checkKey(t, validFirewallRule, map[string]func(*fwRule){
		"project_id": func(r *fwRule) { r.Project = "q" },
		"name":       func(r *fwRule) { r.Name = "g" },
	}, map[string]func(*fwRule){
		"description":            func(r *fwRule) { r.Description = "d" },
		"action":                 func(r *fwRule) { r.Action = "allow" },
		"protocol":               func(r *fwRule) { r.Protocol = "udp" },
		"ip_version":             func(r *fwRule) { r.IPVersion = 6 },
		"source_ip_address":      func(r *fwRule) { r.SourceIP = "" },
		"destination_ip_address": func(r *fwRule) { r.DestinationIP = "10.0.0.0/8" },
		"source_ports":           func(r *fwRule) { r.SourcePorts = []string{"1"} },
		"destination_ports":      func(r *fwRule) { r.DestinationPorts = nil },
		"enabled":                func(r *fwRule) { r.Enabled = new(false) },
	})
}

func TestFirewallRuleTexts(t *testing.T) {
	r := validFirewallRule()
	if r.Title() != "f" {
		t.Errorf("the title is %q", r.Title())
	}
	r.Name = ""
	if got, want := r.Title(), "deny tcp from 10.0.0.0/24 to any:445"; got != want {
		t.Errorf("the title without a name is %q; want %q", got, want)
	}
	checkReferences(t, r)
}

func validPolicy() *policy {
	return &policy{Meta: network.Meta{ID: "y", Project: "p"}, Name: "y", RuleIDs: []string{"b", "a"}}
}

func TestValidateFirewallPolicy(t *testing.T) {
	const code = "VPC.9901"
	rows := []row[*policy]{
		{"no rules", func(p *policy) { p.RuleIDs = nil }, nil},
		{
			"rule without an id", func(p *policy) { p.RuleIDs = []string{"a", ""} },
			refused("rule_ids[1]", code, "The list of ids holds an empty one. Write the id of a firewall rule"),
		},
		{
			"a rule twice", func(p *policy) { p.RuleIDs = []string{"a", "b", "b"} },
			refused("rule_ids[2]", code, "The rule b is at positions 2 and 3"),
		},
	}
	rows = append(rows, descriptionRows(code, "description", func(p *policy, s string) { p.Description = s })...)
	checkValidate(t, validPolicy, rows)
}

func TestFirewallPolicyKey(t *testing.T) {
	checkKey(t, validPolicy, map[string]func(*policy){
		"project_id": func(p *policy) { p.Project = "q" },
		"name":       func(p *policy) { p.Name = "z" },
	}, map[string]func(*policy){
		"description": func(p *policy) { p.Description = "d" },
		"rule_ids":    func(p *policy) { p.RuleIDs = nil },
		"audited":     func(p *policy) { p.Audited = true },
	})
}

func TestFirewallPolicyTexts(t *testing.T) {
	p := validPolicy()
	checkNormalize(t, []normalized{{"rules keep their order", p, validPolicy()}})
	if p.Title() != "y" {
		t.Errorf("the title is %q", p.Title())
	}
	checkReferences(t, p, "rule_ids firewall_rule b", "rule_ids firewall_rule a")
	checkReferences(t, &policy{})
}
