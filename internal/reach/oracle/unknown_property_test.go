package oracle_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach/oracle"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// TestUnknownAgrees hides values of random networks, and compares what is certain without them with what the whole network
// does: nothing that is certain may turn out to be otherwise.
//
// It compiles every network twice, so it sees fewer of them, before the parallel tests see theirs.
func TestUnknownAgrees(t *testing.T) { //nolint:paralleltest // See above.
	checks := flag.Lookup("rapid.checks").Value
	all, err := strconv.Atoi(checks.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := checks.Set(strconv.Itoa(all)); err != nil {
			t.Error(err)
		}
	}()
	if err := checks.Set(strconv.Itoa(all/5 + 1)); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, unknownAgrees)
}

func unknownAgrees(t *rapid.T) {
	n := oracle.Random(t)
	known, unknown := hide(t, n)
	whole, model := reach.Compile(n), reach.Compile(known, unknown...)
	unknownIntents(t, n, whole, model)
	for range questions {
		q := asReach(oracle.RandomQuestion(t, n))
		a, b := whole.Decide(q), model.Decide(q)
		if b.Verdict == reach.Undetermined && b.Allowed.IsEmpty() && b.Refused.IsEmpty() {
			continue
		}
		if a.Family != b.Family {
			continue
		}
		if a.Allowed.Union(a.Unclear).Overlaps(b.Refused) || a.Refused.Union(a.Unclear).Overlaps(b.Allowed) {
			t.Fatalf("question %s\n  with all values %s: allowed %s; refused %s; unclear %s\n  without %s: allowed %s; refused %s; "+
				"unclear %s\n  unknown %s\n%s", oracleText(q), a.Verdict, a.Allowed, a.Refused, a.Unclear, b.Verdict,
				b.Allowed, b.Refused, b.Unclear,
				unknownText(unknown), listing(n))
		}
	}
}

// unknownIntents compares intents in the same way.
func unknownIntents(t *rapid.T, n *network.Network, whole, model *reach.Model) {
	end := func(label string) (s reach.Selector) {
		instances, groups := n.OfKind(network.KindInstance), n.OfKind(network.KindSecurityGroup)
		switch rapid.IntRange(0, 4).Draw(t, label) {
		case 0:
			s.AllInstances = true
		case 1:
			s.Internet = true
		case 2:
			s.SecurityGroupIDs = []string{rapid.SampledFrom(groups).Draw(t, label+" group").Base().ID}
		default:
			if len(instances) == 0 {
				s.AllInstances = true
				break
			}
			s.InstanceIDs = []string{rapid.SampledFrom(instances).Draw(t, label+" instance").Base().ID}
		}
		if rapid.IntRange(0, 4).Draw(t, label+" quantifier") == 0 {
			s.Quantifier = reach.Some
		}
		return s
	}
	for range questions {
		i := reach.Intent{
			Name: "intent", Expect: rapid.SampledFrom([]reach.Expectation{reach.MustReach, reach.MustNotReach}).Draw(t, "expect"),
			From: end("from"), To: end("to"), Protocol: traffic.TCP,
			Ports: traffic.NewPortSet(traffic.PortRange{First: 80, Last: rapid.SampledFrom([]uint16{80, 443}).Draw(t, "last port")}),
		}
		a, b := whole.Check(i)[0], model.Check(i)[0]
		if !b.Undetermined && (a.Satisfied != b.Satisfied || a.Undetermined) {
			t.Fatalf("intent %+v\n  with all values: satisfied %t, undetermined %t, %s\n  without: satisfied %t, %s\n%s", i, a.Satisfied,
				a.Undetermined, codesOf(a), b.Satisfied, codesOf(b), listing(n))
		}
	}
}

func codesOf(o reach.Outcome) string {
	var out []string
	for _, f := range o.Findings {
		out = append(out, f.Code)
	}
	return strings.Join(out, " ")
}

// hide takes values of some objects out of a network.
func hide(t *rapid.T, n *network.Network) (*network.Network, []reach.Unknown) {
	var all []network.Object
	for _, kind := range network.Kinds() {
		for _, o := range n.OfKind(kind) {
			if r, ok := o.(*network.SecurityGroupRule); ok && r.Default {
				continue // It comes with its group, and has no values of its own.
			}
			if len(hideable[kind]) > 0 {
				all = append(all, o)
			}
		}
	}
	chosen := map[string]bool{}
	for range rapid.IntRange(1, 2).Draw(t, "how many are unknown") {
		chosen[rapid.SampledFrom(all).Draw(t, "unknown").Base().ID] = true
	}
	b := network.NewBuilder()
	var unknown []reach.Unknown
	for _, kind := range network.Kinds() {
		for _, o := range n.OfKind(kind) {
			if !chosen[o.Base().ID] {
				b.Add(o)
				continue
			}
			u := reach.Unknown{Kind: kind, Name: o.Title(), Attributes: map[string]bool{}}
			for _, name := range hideable[kind] {
				if rapid.IntRange(0, 2).Draw(t, name) == 0 {
					u.Attributes[name] = true
				}
			}
			if len(u.Attributes) == 0 {
				u.Attributes[hideable[kind][0]] = true
			}
			u.Object = withoutValues(o, u.Attributes)
			unknown = append(unknown, u)
		}
	}
	return b.Network(), unknown
}

// hideable are the attributes that are hidden, by kind.
var hideable = map[network.Kind][]string{
	network.KindInstance:     {"ip_address", "ipv6_address"},
	network.KindAddressGroup: {"entries"},
	network.KindSecurityGroupRule: {
		"ports", "protocol", "icmp_type", "remote_ip_prefix", "remote_group_id", "remote_address_group_id", "action", "direction",
		"ethertype", "priority", "enabled",
	},
	network.KindNetworkACL: {"ingress_rules", "egress_rules", "enabled"},
	network.KindRoute:      {"destination", "nexthop", "type"},
	network.KindRouteTable: {"subnet_ids"},
	network.KindPeering:    {"status"},
	network.KindVPC:        {"cidr"},
	network.KindSubnet:     {"cidr", "ipv6_enabled"},
}

// withoutValues is an object without some of its values.
func withoutValues(o network.Object, attributes map[string]bool) network.Object {
	body, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	var plain map[string]any
	if err := json.Unmarshal(body, &plain); err != nil {
		panic(err)
	}
	for name := range attributes {
		delete(plain, name)
	}
	if body, err = json.Marshal(plain); err != nil {
		panic(err)
	}
	out := network.New(o.Kind())
	if err := json.Unmarshal(body, out); err != nil {
		panic(err)
	}
	return out
}

func oracleText(q reach.Question) string {
	body, err := json.Marshal(q)
	if err != nil {
		return err.Error()
	}
	return string(body)
}

func unknownText(list []reach.Unknown) string {
	var out []string
	for _, u := range list {
		out = append(out, fmt.Sprintf("%s %s without %v", u.Kind, u.Object.Base().ID, slices.Sorted(maps.Keys(u.Attributes))))
	}
	return strings.Join(out, ", ")
}
