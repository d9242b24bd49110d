package inquiry_test

import (
	"strings"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/inquiry"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// A way that is open only to what comes from port 53 is of no use to clients, and is no closed way either.
func TestExpectationsAndSourcePorts(t *testing.T) {
	b := network.NewBuilder()
	for id, o := range map[string]network.Object{
		"v":  &network.VPC{Name: "v", CIDR: "10.0.0.0/16"},
		"s1": &network.Subnet{VPCID: "v", Name: "s1", CIDR: "10.0.1.0/24"},
		"s2": &network.Subnet{VPCID: "v", Name: "s2", CIDR: "10.0.2.0/24"},
		"g":  &network.SecurityGroup{Name: "g"},
		"in": &network.SecurityGroupRule{SecurityGroupID: "g", Direction: network.Ingress, Action: network.Allow},
		"a":  &network.Instance{Name: "a", SubnetID: "s1", IPAddress: "10.0.1.4", SecurityGroupIDs: []string{"g"}},
		"b":  &network.Instance{Name: "b", SubnetID: "s2", IPAddress: "10.0.2.4", SecurityGroupIDs: []string{"g"}},
		"n": &network.NetworkACL{Name: "n", SubnetIDs: []string{"s2"}, IngressRules: []network.ACLRule{
			{Action: network.Allow, Protocol: "udp", SourcePorts: []string{"53"}},
		}},
	} {
		o.Base().ID = id
		o.Normalize()
		b.AddPlanned(o)
	}
	w := reach.Compile(b.Network())
	for _, expect := range []string{inquiry.ExpectReachable, inquiry.ExpectBlocked} {
		v, err := inquiry.Decide(w, inquiry.Question{
			Source: inquiry.Endpoint{InstanceID: "a"}, Destination: inquiry.Endpoint{InstanceID: "b"}, Expect: expect,
			Traffic: inquiry.Traffic{Protocol: "udp", Ports: []string{"161"}},
		})
		if err != nil || v.Satisfied {
			t.Errorf("%s is satisfied, verdict %s (%v)", expect, v.Answer.Verdict, err)
		}
	}
}

// dualStack is two subnets with both families and an instance in each. The rules are those of b.
func dualStack(rules ...*network.SecurityGroupRule) *reach.Model {
	b := network.NewBuilder()
	add := func(id string, o network.Object) {
		o.Base().ID = id
		o.Normalize()
		b.Add(o)
	}
	add("v", &network.VPC{Name: "v", CIDR: "10.0.0.0/16"})
	add("s1", &network.Subnet{VPCID: "v", Name: "s1", CIDR: "10.0.1.0/24", IPv6CIDR: "2001:db8:0:1::/64"})
	add("s2", &network.Subnet{VPCID: "v", Name: "s2", CIDR: "10.0.2.0/24", IPv6CIDR: "2001:db8:0:2::/64"})
	for _, id := range []string{"g1", "g2"} {
		add(id, &network.SecurityGroup{Name: id, DeleteDefaultRules: true})
	}
	for _, e := range []network.Ethertype{network.EthertypeIPv4, network.EthertypeIPv6} {
		add("out-"+string(e), &network.SecurityGroupRule{
			SecurityGroupID: "g1", Direction: network.Egress, Ethertype: e, Action: network.Allow,
		})
	}
	for i, r := range rules {
		r.SecurityGroupID, r.Direction, r.Action = "g2", network.Ingress, network.Allow
		add("r"+string(rune('0'+i)), r)
	}
	add("a", &network.Instance{
		Name: "a", SubnetID: "s1", IPAddress: "10.0.1.4", IPv6Address: "2001:db8:0:1::4", SecurityGroupIDs: []string{"g1"},
	})
	add("b", &network.Instance{
		Name: "b", SubnetID: "s2", IPAddress: "10.0.2.4", IPv6Address: "2001:db8:0:2::4", SecurityGroupIDs: []string{"g2"},
	})
	return reach.Compile(b.Network())
}

// A question and an intent about the same ends get one answer: what is expected to get through is decided in the first family
// both ends have, what is expected to be blocked in each of them, and what is certain decides.
func TestQuestionAndIntentAgree(t *testing.T) {
	four := &network.SecurityGroupRule{Protocol: "tcp", Ports: []string{"80"}}
	six := &network.SecurityGroupRule{Protocol: "tcp", Ports: []string{"80"}, Ethertype: network.EthertypeIPv6}
	unreachable := 3
	icmp := &network.SecurityGroupRule{Protocol: "icmp", ICMPType: &unreachable}
	listed := &network.SecurityGroupRule{Protocol: "tcp", Ports: []string{"81"}, RemoteAddressGroupID: "absent"}
	const satisfied, violated, undetermined = inquiry.StandsSatisfied, inquiry.StandsViolated, inquiry.StandsUndetermined
	for _, c := range []struct {
		name              string
		network           *reach.Model
		from              string // an instance's id; empty for the Internet
		traffic           inquiry.Traffic
		reachable, closed string
		says              string // what the report of the closed one says
	}{
		{"IPv4 open", dualStack(four), "a", inquiry.Traffic{Ports: []string{"80"}}, satisfied, violated, "over IPv4: reachable"},
		{"IPv6 open", dualStack(six), "a", inquiry.Traffic{Ports: []string{"80"}}, violated, violated, "over IPv6: reachable"},
		{"both open", dualStack(four, six), "a", inquiry.Traffic{Ports: []string{"80"}}, satisfied, violated, "over IPv4"},
		{"both closed", dualStack(), "a", inquiry.Traffic{Ports: []string{"80"}}, violated, satisfied, ""},
		{"IPv6 from the Internet", dualStack(six), "", inquiry.Traffic{Ports: []string{"80"}}, violated, undetermined, "over IPv6"},
		{"closed to the Internet", dualStack(four), "", inquiry.Traffic{Ports: []string{"80"}}, violated, satisfied, ""},
		{"some refused, some not known", dualStack(listed), "a", inquiry.Traffic{Ports: []string{"80-81"}}, violated, undetermined, ""},
		{
			"some open, some not known", dualStack(four, listed), "a",
			inquiry.Traffic{Ports: []string{"80-81"}},
			undetermined, violated,
			"",
		},
		{"one ICMP type", dualStack(icmp), "a", inquiry.Traffic{Protocol: "icmp"}, violated, violated, ""},
	} {
		for _, expect := range []string{inquiry.ExpectReachable, inquiry.ExpectBlocked} {
			t.Run(c.name+"/"+expect, func(t *testing.T) {
				want := c.reachable
				if expect == inquiry.ExpectBlocked {
					want = c.closed
				}
				q := inquiry.Question{
					Traffic: c.traffic, Source: inquiry.Endpoint{InstanceID: c.from, Internet: c.from == ""},
					Destination: inquiry.Endpoint{InstanceID: "b"}, Expect: expect,
				}
				v, err := inquiry.Decide(c.network, q)
				got := violated
				switch {
				case v.Satisfied:
					got = satisfied
				case v.Undetermined:
					got = undetermined
				}
				if err != nil || got != want {
					t.Errorf("the question is %s, want %s (%v)\n%s", got, want, err, v.Report)
				}
				intent := inquiry.Intent{
					Traffic: c.traffic, Source: inquiry.Selector{Internet: c.from == ""},
					Destination: inquiry.Selector{InstanceIDs: []string{"b"}}, Expect: expect,
				}
				if c.from != "" {
					intent.Source.InstanceIDs = []string{c.from}
				}
				standings, err := inquiry.Check(c.network, map[string]inquiry.Intent{"i": intent})
				if err != nil || standings[0].Word != want {
					t.Errorf("the intent is %s, want %s (%v)\n%s", standings[0].Word, want, err, standings[0].Report)
				}
				said := strings.Contains(v.Report, c.says) && strings.Contains(standings[0].Report, c.says)
				if expect == inquiry.ExpectBlocked && !said {
					t.Errorf("%q is not said:\n%s\n%s", c.says, v.Report, standings[0].Report)
				}
				if got == violated && (v.Reason == "" || v.Reason == "Reachability not decided" || standings[0].Summary != v.Reason) {
					t.Errorf("the question's reason is %q, the intent's %q", v.Reason, standings[0].Summary)
				}
			})
		}
	}
}
