package reach

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// portMappings is a kind of stage that no cloud here has: it carries tcp/80 on to port 8080, and nothing else. It shows that
// a kind registered in stage.go is all that questions, matrices, audits, paths and repairs need.
type portMappings struct{}

type portMapping struct{ *flow }

func (portMappings) on(f *flow, _ Side) stage { return &portMapping{f} }

func (portMappings) distinguishes(*matrixBuilder, *instanceNode, netip.Addr) any { return nil }

func (portMappings) addresses(*Model, func(traffic.AddressSet)) {}

func (portMappings) matrix(b *matrixBuilder) matrixStage { return portMappingMatrix{len(b.classes)} }

type portMappingMatrix struct{ classes int }

func (m portMappingMatrix) restrict(r *matrixRow) {
	for to := range m.classes {
		r.ask(to)
	}
}

func (portMappings) audit(a *auditor) { a.collect(Finding{Code: "port_mapping", Severity: Info}) }

func (portMappings) repair(p *repairPlanner, f *Finding) (Repair, bool) {
	if f.Code != "port_not_mapped" {
		return Repair{}, false
	}
	return Repair{Edit: Edit{Action: "map_port"}}, true
}

func (m *portMapping) pass(arriving traffic.Set) bounds {
	return certain(arriving.Intersect(tcpPort(80)))
}

func (m *portMapping) explain() {
	if stopped := m.sent.Subtract(tcpPort(80)); !stopped.IsEmpty() {
		m.collect(Finding{Code: "port_not_mapped", Severity: Blocker, Layer: LayerRoute}, stopped)
	}
}

func (m *portMapping) hops(out []Hop, p traffic.Packet) []Hop {
	return append(out, Hop{Detail: "mapped from port 80", Drops: p.DestinationPort != 80})
}

func (m *portMapping) rewrite(arriving traffic.Set) traffic.Set { return otherPort(arriving, 80, 8080) }
func (m *portMapping) restore(leaving traffic.Set) traffic.Set  { return otherPort(leaving, 8080, 80) }
func (m *portMapping) rewritePacket(p traffic.Packet) traffic.Packet {
	p.DestinationPort = 8080
	return p
}

func tcpPort(n uint16) traffic.Set { return serviceSet(traffic.TCP, portsOf(n)) }

// otherPort is the traffic of a set to one tcp port, sent to another one instead.
func otherPort(s traffic.Set, from, to uint16) traffic.Set {
	s = s.Intersect(tcpPort(from))
	sources, destinations, ports := s.Sources(), s.Destinations(), portsOf(to)
	out, _ := traffic.Match{
		Source: &sources, Destination: &destinations, Protocols: []traffic.Protocol{traffic.TCP}, DestinationPorts: &ports,
	}.Set()
	return out
}

// mapped is a network in which the servers of group g accept one port.
func mapped(t *testing.T, port string) *Model {
	t.Helper()
	b := network.NewBuilder()
	add := func(id string, o network.Object) { o.Base().ID = id; o.Normalize(); b.Add(o) }
	add("v", &network.VPC{Name: "v", CIDR: "10.0.0.0/16"})
	add("s1", &network.Subnet{VPCID: "v", Name: "s1", CIDR: "10.0.1.0/24"})
	add("s2", &network.Subnet{VPCID: "v", Name: "s2", CIDR: "10.0.2.0/24"})
	add("g", &network.SecurityGroup{Name: "g"})
	in := &network.SecurityGroupRule{SecurityGroupID: "g", Direction: network.Ingress, Protocol: "tcp", Ports: []string{port}}
	add("in", in)
	add("out", &network.SecurityGroupRule{SecurityGroupID: "g", Direction: network.Egress})
	add("a", &network.Instance{Name: "a", SubnetID: "s1", IPAddress: "10.0.1.5", SecurityGroupIDs: []string{"g"}})
	add("b", &network.Instance{Name: "b", SubnetID: "s2", IPAddress: "10.0.2.5", SecurityGroupIDs: []string{"g"}})
	return Compile(b.Network())
}

func aToB(port uint16) Question {
	return Question{
		Source: Endpoint{InstanceID: "a"}, Destination: Endpoint{InstanceID: "b"}, Protocol: traffic.TCP, Ports: portsOf(port),
	}
}

// withStage registers a kind of stage between the ends for one test.
func withStage(t *testing.T, k stageKind) {
	t.Helper()
	before := pathStages
	pathStages = append(slices.Clone(before), k)
	t.Cleanup(func() { pathStages = before })
}

func TestStageThatRewrites(t *testing.T) {
	withStage(t, portMappings{})

	open := mapped(t, "8080")
	a := open.Decide(aToB(80))
	from, to := Member{Address: netip.MustParseAddr("10.0.1.5")}, Member{Address: netip.MustParseAddr("10.0.2.5")}
	sent := open.packetsBetween(from, to, traffic.IPv4)
	if a.Verdict != Reachable || !a.Allowed.Equal(sent.Intersect(tcpPort(80))) {
		t.Errorf("mapped to an open port: %s, allowed %s", a.Verdict, a.Allowed)
	}
	var details []string
	for _, h := range a.Path {
		details = append(details, h.Name+"/"+h.Detail)
	}
	if want := []string{"a/", "g/", "v/local route", "/mapped from port 80", "g/", "b/"}; !slices.Equal(details, want) {
		t.Errorf("path %q, want %q", details, want)
	}

	// The security group sees port 8080: what it stops is reported for port 80, and repaired for port 8080.
	closed := mapped(t, "80")
	a = closed.Decide(aToB(80))
	blockers := a.Blockers()
	if a.Verdict != Blocked || len(blockers) != 1 || blockers[0].Code != CodeSGNoMatch {
		t.Fatalf("mapped to a closed port: %s, %v", a.Verdict, blockers)
	}
	if f := &blockers[0]; !f.Affected.Equal(sent.Intersect(tcpPort(80))) {
		t.Errorf("affected %s", f.Affected)
	}
	repair := blockers[0].Repair
	if repair == nil || !repair.Verified || !slices.Equal(repair.Edit.GroupRules[0].Ports, []string{"8080"}) {
		t.Errorf("repair %+v", repair)
	}
	if after := closed.Repaired(&a).Decide(aToB(80)); after.Verdict != Reachable {
		t.Errorf("repaired: %s", after.Verdict)
	}

	// What the stage itself stops has the stage's finding, and the stage's repair.
	a = open.Decide(aToB(443))
	if i := slices.IndexFunc(a.Findings, func(f Finding) bool { return f.Code == "port_not_mapped" }); i < 0 {
		t.Errorf("443 is not mapped: %v", a.Findings)
	} else if r := a.Findings[i].Repair; r == nil || r.Edit.Action != "map_port" {
		t.Errorf("repair of the stage: %+v", r)
	}

	m := open.Matrix(traffic.IPv4)
	pairs := 0
	for e := range m.Entries() {
		from, to := m.Classes()[e.From].Members, m.Classes()[e.To].Members
		if from[0].Kind == "" || to[0].Kind == "" {
			continue
		}
		pairs++
		if got := e.Cell.Allowed; !got.Equal(tcpPort(80).Intersect(traffic.All(traffic.IPv4))) {
			t.Errorf("matrix %v -> %v: %s", from, to, got)
		}
	}
	if pairs == 0 {
		t.Error("nothing between the instances in the matrix")
	}
	if !slices.ContainsFunc(open.Audit(), func(f Finding) bool { return f.Code == "port_mapping" }) {
		t.Error("the audit does not ask the stage")
	}
}
