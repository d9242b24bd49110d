package report_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

var update = flag.Bool("update", false, "write the golden files anew")

// shop is two peered VPCs: a web shop whose database is behind a network ACL, and an office from which a route is
// missing. Ids are like the cloud's own, so that a text which shows one is noticed.
type shop struct {
	b   *network.Builder
	ids map[string]string
}

func newShop() *shop {
	s := &shop{network.NewBuilder(), map[string]string{}}
	s.add("shop", &network.VPC{Name: "shop", CIDR: "10.0.0.0/16"})
	s.add("office", &network.VPC{Name: "office", CIDR: "172.16.0.0/16"})
	s.add("front", &network.Subnet{VPCID: s.ids["shop"], Name: "front", CIDR: "10.0.1.0/24"})
	s.add("back", &network.Subnet{VPCID: s.ids["shop"], Name: "back", CIDR: "10.0.2.0/24"})
	s.add("desks", &network.Subnet{VPCID: s.ids["office"], Name: "desks", CIDR: "172.16.1.0/24"})
	for _, g := range []string{"web", "db", "staff"} {
		s.add(g, &network.SecurityGroup{Name: g, DeleteDefaultRules: true})
		s.add(g+" out", &network.SecurityGroupRule{SecurityGroupID: s.ids[g], Direction: network.Egress})
	}
	s.add("sql", &network.SecurityGroupRule{
		SecurityGroupID: s.ids["db"], Direction: network.Ingress, Protocol: "tcp", Ports: []string{"5432"},
		RemoteGroupID: s.ids["web"],
	})
	s.add("https", &network.SecurityGroupRule{
		SecurityGroupID: s.ids["web"], Direction: network.Ingress, Protocol: "tcp", Ports: []string{"80", "443"},
	})
	s.add("web-1", &network.Instance{
		Name: "web-1", SubnetID: s.ids["front"], IPAddress: "10.0.1.11",
		PublicIP: "203.0.113.11", SecurityGroupIDs: []string{s.ids["web"]},
	})
	s.add("web-2", &network.Instance{
		Name: "web-2", SubnetID: s.ids["front"], IPAddress: "10.0.1.12",
		SecurityGroupIDs: []string{s.ids["web"]},
	})
	s.add("db-1", &network.Instance{
		Name: "db-1", SubnetID: s.ids["back"], IPAddress: "10.0.2.21",
		SecurityGroupIDs: []string{s.ids["db"]},
	})
	s.add("desk", &network.Instance{
		Name: "desk", SubnetID: s.ids["desks"], IPAddress: "172.16.1.31",
		SecurityGroupIDs: []string{s.ids["staff"]},
	})
	s.add("guard", &network.NetworkACL{Name: "guard", SubnetIDs: []string{s.ids["back"]}, IngressRules: []network.ACLRule{
		{Action: network.Deny, Protocol: "tcp", DestinationPorts: []string{"5000-5999"}, SourceCIDR: "10.0.0.0/16"},
		{Action: network.Allow, Protocol: "tcp", SourceCIDR: "10.0.1.0/24"},
	}, EgressRules: []network.ACLRule{{Action: network.Allow, Protocol: "any"}}})
	s.add("link", &network.Peering{Name: "link", VPCID: s.ids["office"], PeerVPCID: s.ids["shop"]})
	s.add("to shop", &network.Route{
		VPCID: s.ids["office"], Destination: "10.0.0.0/16", Type: network.RoutePeering, NextHop: s.ids["link"],
	})
	return s
}

func (s *shop) add(name string, o network.Object) {
	o.Base().ID = network.IssueID(o.Kind(), name, 0)
	o.Normalize()
	s.ids[name] = o.Base().ID
	s.b.AddPlanned(o)
}

func (s *shop) ask(from, to string, p traffic.Protocol, ports ...string) reach.Question {
	q := reach.Question{
		Source: reach.Endpoint{InstanceID: s.ids[from]}, Destination: reach.Endpoint{InstanceID: s.ids[to]}, Protocol: p,
	}
	if from == "" {
		q.Source = reach.Endpoint{Internet: true}
	}
	if len(ports) > 0 {
		q.Ports, _ = traffic.ParsePorts(ports)
	}
	return q
}

// golden compares a text with the file that has it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil { //nolint:gosec // Golden files are public.
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (run with -update to accept):\n%s", name, diff)
	}
}

var uuid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}`)

// readable checks what every text promises: lines of 80 columns, and names instead of ids.
func readable(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if id := uuid.FindString(text); id != "" {
		t.Errorf("an id instead of a name: %s", id)
	}
}

// valid checks a document against the published schema.
func valid(t *testing.T, body []byte, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("report.json", schema); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("report.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(document); err != nil {
		t.Errorf("%v\n%s", err, body)
	}
	return string(body)
}

func TestGoldenAnswers(t *testing.T) {
	s := newShop()
	n := s.b.Network()
	w := reach.Compile(n)
	for name, q := range map[string]reach.Question{
		"conflict":  s.ask("web-1", "db-1", traffic.TCP, "5432"),
		"reachable": s.ask("web-2", "web-1", traffic.TCP, "443"),
		"routes":    s.ask("desk", "db-1", traffic.TCP, "5432"),
		"partial":   s.ask("", "web-1", traffic.TCP, "22", "80", "443"),
		"internet":  s.ask("", "db-1", traffic.TCP, "5432"),
		"unknown":   s.ask("web-1", "nobody", traffic.TCP, "80"),
	} {
		t.Run(name, func(t *testing.T) {
			a := w.Decide(q)
			text := report.Headline(a) + "\n\n" + report.Text(a) + "\n"
			readable(t, text)
			golden(t, name+".txt", text)
			body, err := report.JSON(a)
			golden(t, name+".json", valid(t, body, err))
			golden(t, name+".mmd", report.Mermaid(a))
			golden(t, name+".map.mmd", report.Map(n, a).Mermaid())
			golden(t, name+".map.dot", report.Map(n, a).DOT())
		})
	}
}

func TestGoldenWholeNetwork(t *testing.T) {
	s := newShop()
	before := reach.Compile(s.b.Network())
	found := before.Audit()
	readable(t, report.Audit(found))
	golden(t, "audit.txt", report.Audit(found)+"\n")
	body, err := report.AuditJSON(found)
	golden(t, "audit.json", valid(t, body, err))

	a := before.Decide(s.ask("web-1", "db-1", traffic.TCP, "5432"))
	d := reach.Compare(before, before.Repaired(&a))
	readable(t, report.Difference(d))
	golden(t, "difference.txt", report.Difference(d)+"\n")
	body, err = report.DifferenceJSON(d)
	golden(t, "difference.json", valid(t, body, err))

	web, db := reach.Selector{SecurityGroupIDs: []string{s.ids["web"]}}, reach.Selector{InstanceIDs: []string{s.ids["db-1"]}}
	https, _ := traffic.ParsePorts([]string{"443"})
	sql, _ := traffic.ParsePorts([]string{"5432"})
	outcomes := before.Check(
		reach.Intent{Name: "web uses db", Expect: reach.MustReach, From: web, To: db, Protocol: traffic.TCP, Ports: sql},
		reach.Intent{
			Name: "db is private", Expect: reach.MustNotReach, From: reach.Selector{Internet: true}, To: db,
			Protocol: traffic.AnyProtocol,
		},
		reach.Intent{
			Name: "web is private", Expect: reach.MustNotReach, From: reach.Selector{Internet: true}, To: web,
			Protocol: traffic.TCP, Ports: https,
		},
		reach.Intent{
			Name: "typo", Expect: reach.MustNotReach, From: web, To: reach.Selector{InstanceIDs: []string{"x"}},
			Protocol: traffic.TCP,
		},
		reach.Intent{Name: "db keeps to itself", Expect: reach.MustNotReach, From: web, To: db, Protocol: traffic.TCP},
	)
	readable(t, report.Outcomes(outcomes))
	golden(t, "outcomes.txt", report.Outcomes(outcomes)+"\n")
	body, err = report.OutcomesJSON(outcomes)
	golden(t, "outcomes.json", valid(t, body, err))
}
