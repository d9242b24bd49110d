package report_test

import (
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

func TestConflictIsExplained(t *testing.T) {
	b := network.NewBuilder()
	add := func(id string, o network.Object) { o.Base().ID = id; o.Normalize(); b.Add(o) }
	add("v", &network.VPC{Name: "v", CIDR: "10.0.0.0/16"})
	add("s1", &network.Subnet{VPCID: "v", Name: "s1", CIDR: "10.0.1.0/24"})
	add("s2", &network.Subnet{VPCID: "v", Name: "s2", CIDR: "10.0.2.0/24"})
	add("g", &network.SecurityGroup{Name: "g"})
	add("in", &network.SecurityGroupRule{
		SecurityGroupID: "g", Direction: network.Ingress, Protocol: "tcp",
		Ports: []string{"80"},
	})
	add("out", &network.SecurityGroupRule{SecurityGroupID: "g", Direction: network.Egress})
	add("web", &network.Instance{Name: "web", SubnetID: "s1", IPAddress: "10.0.1.5", SecurityGroupIDs: []string{"g"}})
	add("db", &network.Instance{Name: "db", SubnetID: "s2", IPAddress: "10.0.2.5", SecurityGroupIDs: []string{"g"}})
	add("n", &network.NetworkACL{
		Name: "n", SubnetIDs: []string{"s2"},
		IngressRules: []network.ACLRule{{Action: network.Deny, Protocol: "tcp", DestinationPorts: []string{"80"}}},
	})
	ports, _ := traffic.ParsePorts([]string{"80"})
	a := reach.Decide(b.Network(), reach.Question{
		Source: reach.Endpoint{InstanceID: "web"}, Destination: reach.Endpoint{InstanceID: "db"}, Protocol: traffic.TCP, Ports: ports,
	})
	if got := report.Headline(a); got != "Network ACL overrides security group" {
		t.Errorf("headline %q", got)
	}
	text := report.Text(a)
	for _, want := range []string{
		"web -> db, tcp/80: blocked.", "[acl_explicit_deny]", "insert before rule 1", "Checked: with this",
	} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for line := range strings.Lines(text) {
		if len(strings.TrimRight(line, "\n")) > 80 {
			t.Errorf("long line %q", line)
		}
	}
	if d := report.Mermaid(a); !strings.HasPrefix(d, "flowchart LR\n") || !strings.Contains(d, "--x") {
		t.Errorf("diagram\n%s", d)
	}
	t.Log(text)
}
