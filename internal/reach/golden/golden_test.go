package golden

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/report"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// site builds networks tersely. Ids are the names.
type site struct{ b *network.Builder }

func newSite() *site { return &site{network.NewBuilder()} }

func (s *site) vpc(name, cidr string) *site {
	v := &network.VPC{Name: name, CIDR: cidr}
	v.ID = name
	v.Normalize()
	s.b.AddPlanned(v)
	return s
}

func (s *site) subnet(name, vpc, cidr string) *site {
	n := &network.Subnet{Name: name, VPCID: vpc, CIDR: cidr}
	n.ID = name
	n.Normalize()
	s.b.Add(n)
	return s
}

// group adds a security group. Each rule is "in|out allow|deny protocol ports remote priority", "-" for none; a remote
// is a block, or the name of a group. A group whose rules start with "defaults" has the four default ones too.
func (s *site) group(name string, rules ...string) *site {
	g := &network.SecurityGroup{Name: name, DeleteDefaultRules: true}
	g.ID = name
	if len(rules) > 0 && rules[0] == "defaults" {
		g.DeleteDefaultRules, rules = false, rules[1:]
	}
	s.b.AddPlanned(g)
	for i, text := range rules {
		f := strings.Fields(text)
		r := &network.SecurityGroupRule{
			SecurityGroupID: name, Direction: network.Ingress, Action: network.Action(f[1]), Protocol: f[2], Priority: new(1),
		}
		if f[0] == "out" {
			r.Direction = network.Egress
		}
		if f[3] != "-" {
			r.Ports = strings.Split(f[3], ",")
		}
		switch {
		case strings.Contains(f[4], "/"):
			r.RemoteIPPrefix = f[4]
		case f[4] != "-":
			r.RemoteGroupID = f[4]
		}
		if len(f) > 5 {
			fmt.Sscan(f[5], r.Priority) //nolint:errcheck // A typo shows in the verdict.
		}
		r.ID = fmt.Sprintf("%s/%d", name, i)
		r.Normalize()
		s.b.Add(r)
	}
	return s
}

// acl adds a network ACL; a rule is "in|out allow|deny protocol source ports".
func (s *site) acl(name string, subnets []string, rules ...string) *site {
	a := &network.NetworkACL{Name: name, SubnetIDs: subnets}
	a.ID = name
	for _, text := range rules {
		f := strings.Fields(text)
		r := network.ACLRule{Action: network.Action(f[1]), Protocol: f[2]}
		if f[3] != "any" {
			r.SourceCIDR = f[3]
		}
		if f[4] != "-" {
			r.DestinationPorts = strings.Split(f[4], ",")
		}
		if f[0] == "in" {
			a.IngressRules = append(a.IngressRules, r)
		} else {
			a.EgressRules = append(a.EgressRules, r)
		}
	}
	a.Normalize()
	s.b.Add(a)
	return s
}

func (s *site) disabled(name string, subnets ...string) *site {
	s.acl(name, subnets, "in allow any any -", "out allow any any -")
	a := network.Get[*network.NetworkACL](s.b.Network(), name)
	off := *a
	off.Enabled = new(false)
	s.b.Add(&off)
	return s
}

func (s *site) instance(name, subnet, address string, groups ...string) *site {
	i := &network.Instance{Name: name, SubnetID: subnet, IPAddress: address, SecurityGroupIDs: groups}
	i.ID = name
	if name == "public" {
		i.PublicIP = "203.0.113.10"
	}
	s.b.Add(i)
	return s
}

func (s *site) peering(name, a, b string, status network.PeeringStatus) *site {
	p := &network.Peering{Name: name, VPCID: a, PeerVPCID: b, Status: status}
	p.ID = name
	s.b.Add(p)
	return s
}

func (s *site) route(vpc, destination, peering string) *site {
	r := &network.Route{VPCID: vpc, Destination: destination, Type: network.RoutePeering, NextHop: peering}
	r.ID = vpc + destination
	r.Normalize()
	s.b.Add(r)
	return s
}

// pair is two subnets of one VPC with an instance each, which are in the groups src and dst.
func pair() *site {
	return newSite().vpc("v", "10.0.0.0/8").subnet("s1", "v", "10.0.1.0/24").subnet("s2", "v", "10.0.2.0/24").
		instance("a", "s1", "10.0.1.10", "src").instance("b", "s2", "10.0.2.10", "dst").group("src", "out allow any - 0.0.0.0/0")
}

// peers is two peered VPCs with an instance each.
func peers(status network.PeeringStatus) *site {
	return newSite().vpc("va", "172.16.0.0/16").vpc("vb", "10.0.0.0/16").subnet("s1", "va", "172.16.1.0/24").
		subnet("s2", "vb", "10.0.1.0/24").instance("a", "s1", "172.16.1.10", "g").instance("b", "s2", "10.0.1.10", "g").
		group("g", "defaults").peering("ab", "va", "vb", status)
}

const all = "in allow any - 0.0.0.0/0"

// The published scenarios of the modelled cloud; each name starts with its key in the rule book.
func TestScenarios(t *testing.T) {
	t.Parallel()
	open := []string{"in allow any any -", "out allow any any -"}
	for _, c := range []struct {
		name  string
		site  *site
		probe string
		want  reach.Verdict
		codes []string
	}{
		{"G01 ssh open", pair().group("dst", "in allow tcp 22 0.0.0.0/0"), "tcp 22", reach.Reachable, nil},
		{
			"G02 other port", pair().group("dst", "in allow tcp 3389 0.0.0.0/0"), "tcp 22", reach.Blocked,
			[]string{"sg_no_match", "sg_wrong_port"},
		},
		{"G03 from the block", pair().group("dst", "in allow tcp 22 10.0.1.0/24"), "tcp 22", reach.Reachable, nil},
		{
			"G03 from elsewhere", pair().group("dst", "in allow tcp 22 10.0.3.0/24"), "tcp 22", reach.Blocked,
			[]string{"sg_no_match", "sg_wrong_peer"},
		},
		{
			"G06 two of three ports", pair().group("dst", "in allow tcp 80 0.0.0.0/0", "in allow tcp 443 0.0.0.0/0"),
			"tcp 80,443,8080", reach.Partial,
			[]string{"sg_no_match"},
		},
		{"G07 ping", pair().group("dst", "in allow icmp - 0.0.0.0/0"), "icmp", reach.Reachable, nil},
		{
			"G56 ping only", pair().group("dst", "in allow icmp - 0.0.0.0/0"), "tcp 22", reach.Blocked,
			[]string{"sg_wrong_protocol"},
		},
		{"G08 from the group", pair().group("dst", "in allow tcp 3306 src"), "tcp 3306", reach.Reachable, nil},
		{
			"G08 from another group", pair().group("third").group("dst", "in allow tcp 3306 third"), "tcp 3306", reach.Blocked,
			[]string{"sg_wrong_peer"},
		},
		{"G09 groups are isolated", pair().group("dst", "defaults"), "tcp 80", reach.Blocked, []string{"sg_no_match"}},
		{"G14 no self rule", pair().group("dst"), "tcp 80", reach.Blocked, []string{"sg_no_rules"}},
		{
			"G15 same group, other VPC", newSite().vpc("va", "172.16.0.0/16").vpc("vb", "10.0.0.0/16").
				subnet("s1", "va", "172.16.1.0/24").subnet("s2", "vb", "10.0.1.0/24").instance("a", "s1", "172.16.1.10", "g").
				instance("b", "s2", "10.0.1.10", "g").group("g", "defaults"), "tcp 80", reach.Blocked,
			[]string{"vpc_disconnected", "sg_shared_across_disconnected_vpcs"},
		},
		{
			"G17 deny ranked first", pair().group("dst", "in deny tcp 80 0.0.0.0/0 1", "in allow tcp 80 0.0.0.0/0 2"), "tcp 80",
			reach.Blocked,
			[]string{"sg_explicit_deny"},
		},
		{
			"G17 allow ranked first", pair().group("dst", "in deny tcp 80 0.0.0.0/0 2", "in allow tcp 80 0.0.0.0/0 1"), "tcp 80",
			reach.Reachable, nil,
		},
		{
			"equal rank, deny first", pair().group("dst", "in allow tcp 80 0.0.0.0/0", "in deny tcp 80 0.0.0.0/0"), "tcp 80",
			reach.Blocked,
			[]string{"sg_explicit_deny"},
		},
		{"G19 second group", pair().instance("b", "s2", "10.0.2.10", "g1", "dst").group("g1", "in allow tcp 22 0.0.0.0/0").
			group("dst", "in allow tcp 80 0.0.0.0/0"), "tcp 80", reach.Reachable, nil},
		{
			"deny in the first group wins over rank", pair().instance("b", "s2", "10.0.2.10", "g1", "dst").
				group("g1", "in deny tcp 80 0.0.0.0/0 100").group("dst", "in allow tcp 80 0.0.0.0/0 1"), "tcp 80", reach.Blocked,
			[]string{"sg_explicit_deny"},
		},
		{"deny in the second group comes too late", pair().instance("b", "s2", "10.0.2.10", "g1", "dst").
			group("g1", "in allow tcp 80 0.0.0.0/0 100").group("dst", "in deny tcp 80 0.0.0.0/0 1"), "tcp 80", reach.Reachable, nil},
		{
			"wrong direction", pair().group("dst", "out allow tcp 80 10.0.1.0/24"), "tcp 80", reach.Blocked,
			[]string{"sg_no_rules", "sg_wrong_direction"},
		},
		{
			"G24 ACL rule 1", pair().group("dst", all).acl("n", []string{"s2"}, append([]string{"in deny tcp any 445"}, open...)...),
			"tcp 445", reach.Blocked,
			[]string{"acl_explicit_deny", "acl_sg_conflict"},
		},
		{
			"G24 other port", pair().group("dst", all).acl("n", []string{"s2"}, append([]string{"in deny tcp any 445"}, open...)...),
			"tcp 80", reach.Reachable, nil,
		},
		{
			"G27 ACL default", pair().group("dst", all).acl("n", []string{"s2"}, "in allow tcp any 80"), "tcp 22", reach.Blocked,
			[]string{"acl_default_deny", "acl_wrong_port"},
		},
		{
			"G28 ACL by source", pair().group("dst", all).
				acl("n", []string{"s2"}, append([]string{"in deny tcp 10.0.1.10/32 -"}, open...)...), "tcp 80", reach.Blocked,
			[]string{"acl_explicit_deny"},
		},
		{
			"G30 answers need no rule", pair().group("dst", all).acl("n", []string{"s2"}, "in allow tcp any 80"), "tcp 80",
			reach.Reachable, nil,
		},
		{
			"G32 empty ACL at the source", pair().group("dst", all).acl("n", []string{"s1"}), "tcp 80", reach.Blocked,
			[]string{"acl_default_deny"},
		},
		{
			"G36 group denies", pair().group("dst").acl("n", []string{"s2"}, open...), "tcp 80", reach.Blocked,
			[]string{"sg_no_rules", "sg_blocks_acl_allow"},
		},
		{
			"disabled ACL denies", pair().group("dst", all).disabled("n", "s2"), "tcp 80", reach.Blocked,
			[]string{"acl_disabled_denies_all"},
		},
		{"G54 local routes", pair().group("dst", all), "tcp 80", reach.Reachable, nil},
		{"G55 same subnet passes the ACL", pair().group("dst", all).instance("b", "s1", "10.0.1.11", "dst").
			acl("n", []string{"s1"}), "tcp 80", reach.Reachable, nil},
		{
			"G39 peered", peers("ACTIVE").route("va", "10.0.0.0/16", "ab").route("vb", "172.16.0.0/16", "ab"), "tcp 80",
			reach.Reachable, nil,
		},
		{
			"G40 no way back", peers("ACTIVE").route("va", "10.0.0.0/16", "ab"), "tcp 80", reach.Blocked,
			[]string{"route_missing_return"},
		},
		{
			"G40 no way there", peers("ACTIVE").route("vb", "172.16.0.0/16", "ab"), "tcp 80", reach.Blocked,
			[]string{"route_missing_forward"},
		},
		{"G40 neither", peers("ACTIVE"), "tcp 80", reach.Blocked, []string{"route_missing_forward", "route_missing_return"}},
		{
			"G46 pending", peers("PENDING_ACCEPTANCE").route("va", "10.0.0.0/16", "ab").route("vb", "172.16.0.0/16", "ab"),
			"tcp 80", reach.Blocked,
			[]string{"peering_not_active"},
		},
		{
			"G44 overlap", newSite().vpc("va", "10.0.0.0/16").vpc("vb", "10.0.0.0/16").subnet("s1", "va", "10.0.0.0/24").
				subnet("s1b", "va", "10.0.1.0/24").subnet("s2", "vb", "10.0.1.0/24").subnet("s2b", "vb", "10.0.0.0/24").
				instance("a", "s1", "10.0.0.10", "g").instance("b", "s2", "10.0.1.10", "g").group("g", "defaults").
				peering("ab", "va", "vb", "ACTIVE").route("va", "10.0.0.0/15", "ab").route("vb", "10.0.0.0/15", "ab"), "tcp 80",
			reach.Blocked,
			[]string{"route_shadowed_by_local"},
		},
		{"local wins over a longer prefix", pair().group("dst", all).vpc("w", "172.16.0.0/16").peering("vw", "v", "w", "ACTIVE").
			route("v", "10.0.2.10/32", "vw"), "tcp 80", reach.Reachable, nil},
		{"G48 groups of peers", peers("ACTIVE").route("va", "10.0.0.0/16", "ab").route("vb", "172.16.0.0/16", "ab").
			instance("b", "s2", "10.0.1.10", "h").group("h", "defaults"), "tcp 80", reach.Blocked, []string{"sg_no_match"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := reach.Decide(c.site.b.Network(), probe(t, c.probe))
			codes := codesOf(a)
			if a.Verdict != c.want {
				t.Errorf("verdict %s, want %s\n%s", a.Verdict, c.want, report.Text(a))
			}
			for _, code := range c.codes {
				if !slices.Contains(codes, code) {
					t.Errorf("%s is missing from %v", code, codes)
				}
			}
			for _, f := range a.Blockers() {
				if strings.HasPrefix(report.Sentence(f), f.Code) {
					t.Errorf("%s has no sentence", f.Code)
				}
				if f.Code != "route_shadowed_by_local" && (f.Fix == nil || !f.Fix.Verified) {
					t.Errorf("%s has no repair that holds: %+v", f.Code, f.Fix)
				}
			}
			if again := report.Text(reach.Decide(c.site.b.Network(), probe(t, c.probe))); again != report.Text(a) {
				t.Error("two runs differ")
			}
		})
	}
}

func probe(t *testing.T, text string) reach.Question {
	t.Helper()
	f := strings.Fields(text)
	protocol, err := traffic.ParseProtocol(f[0])
	if err != nil {
		t.Fatal(err)
	}
	q := reach.Question{
		Source: reach.Endpoint{InstanceID: "a"}, Destination: reach.Endpoint{InstanceID: "b"}, Protocol: protocol,
		Ports: traffic.AllPorts(),
	}
	if len(f) > 1 {
		if q.Ports, err = traffic.ParsePorts(strings.Split(f[1], ",")); err != nil {
			t.Fatal(err)
		}
	}
	return q
}

func codesOf(a reach.Answer) []string {
	var out []string
	for _, f := range a.Findings {
		out = append(out, f.Code)
	}
	return out
}

// The Internet reaches an instance with a public address, and only that.
func TestInternet(t *testing.T) {
	t.Parallel()
	s := pair().group("dst", all).instance("public", "s2", "10.0.2.11", "dst")
	for _, c := range []struct {
		to   string
		port string
		want reach.Verdict
		code string
	}{
		{"public", "443", reach.Reachable, "guest_unverifiable"},
		{"public", "445", reach.Reachable, "high_risk_port"},
		{"b", "443", reach.Blocked, "no_public_address"},
	} {
		q := probe(t, "tcp "+c.port)
		q.Source, q.Destination = reach.Endpoint{Internet: true}, reach.Endpoint{InstanceID: c.to}
		a := reach.Decide(s.b.Network(), q)
		if a.Verdict != c.want || !slices.Contains(codesOf(a), c.code) {
			t.Errorf("to %s port %s: %s", c.to, c.port, report.Text(a))
		}
	}
}

// Nothing that is missing makes the evaluator panic or claim more than it knows.
func TestIncompleteNetworks(t *testing.T) {
	t.Parallel()
	empty := reach.Decide(network.NewBuilder().Network(), probe(t, "tcp 80"))
	if empty.Verdict != reach.Undetermined || report.Headline(empty) != "Endpoint not in the network" {
		t.Error(report.Text(empty))
	}
	dangling := reach.Decide(pair().b.Network(), probe(t, "tcp 80"))
	if dangling.Verdict != reach.Undetermined || !slices.Contains(codesOf(dangling), "unknown_until_apply") {
		t.Error(report.Text(dangling))
	}
	q := probe(t, "tcp 80")
	for _, e := range []reach.Endpoint{
		{},
		{Address: "x"},
		{Address: "10.0.2.10"},
		{Address: "10.0.2.10", VPCID: "v"},
		{SubnetID: "s2"},
		{SubnetID: "no"},
		{Internet: true},
		{InstanceID: "a"},
		{Address: "2001:db8::1"},
	} {
		for _, n := range []*network.Network{network.NewBuilder().Network(), pair().b.Network()} {
			q.Destination = e
			report.Text(reach.Decide(n, q))
			q.Source, q.Destination = e, reach.Endpoint{InstanceID: "b"}
			report.Text(reach.Decide(n, q))
			q.Source = reach.Endpoint{InstanceID: "a"}
		}
	}
}
