package network_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// plain is an object as an author's plain value.
type plain = map[string]any

func TestAddValue(t *testing.T) {
	for _, c := range []struct {
		name  string
		value plain
		want  network.Object
	}{
		{
			"the project is the asker's",
			plain{"kind": "vpc", "id": "v", "name": "v", "cidr": "10.0.0.0/16"},
			&network.VPC{
				Meta: network.Meta{ID: "v", Project: "p"}, Name: "v", CIDR: "10.0.0.0/16",
				DefaultRouteTableID: (&network.VPC{Meta: network.Meta{ID: "v"}}).DefaultRouteTable().ID,
			},
		},
		{
			"the project is the object's own",
			plain{
				"kind": "address_group", "id": "a", "project_id": "q", "name": "a",
				"entries": []any{},
			},
			&group{Meta: network.Meta{ID: "a", Project: "q"}, Name: "a", IPVersion: 4, Entries: entries()},
		},
		{"null is as good as absent", plain{
			"kind": "route_table", "id": "t", "vpc_id": "v", "name": "t", "subnet_ids": nil,
			"description": nil, "project_id": nil,
		}, &table{Meta: network.Meta{ID: "t", Project: "p"}, VPCID: "v", Name: "t"}},
		{
			"other members are ignored",
			plain{"kind": "security_group", "id": "g", "name": "g", "ref": "security_group/g", "rules": 5},
			&network.SecurityGroup{Meta: network.Meta{ID: "g", Project: "p"}, Name: "g"},
		},
		{"nested lists", plain{"kind": "network_acl", "id": "a", "name": "a", "enabled": false, "ingress_rules": []any{
			plain{"rule_id": "r", "action": "deny", "protocol": "tcp", "destination_ports": []any{"80", "90-99"}, "enabled": nil},
		}}, &acl{Meta: network.Meta{ID: "a", Project: "p"}, Name: "a", Enabled: new(false), IngressRules: []aclRule{{
			RuleID: "r", Action: network.Deny, Protocol: "tcp", DestinationPorts: []string{
				"80",
				"90-99",
			}, IPVersion: 4, Enabled: new(true),
		}}}},
		{
			"whole numbers of every sort",
			plain{
				"kind": "security_group_rule", "id": "r", "security_group_id": "g",
				"direction": "ingress",
				"protocol":  "icmp", "icmp_type": float64(3), "icmp_code": int64(4), "priority": json.Number("7"),
			},
			&rule{
				Meta: network.Meta{ID: "r", Project: "p"}, SecurityGroupID: "g", Direction: network.Ingress, Protocol: "icmp",
				ICMPType: new(3), ICMPCode: new(4), Priority: new(7), Ethertype: "IPv4", Action: network.Allow, Enabled: new(true),
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := network.NewBuilder()
			checkProblems(t, b.AddValue(c.value, "p"), nil)
			if diff := cmp.Diff(c.want, b.Network().Object(c.want.Base().ID)); diff != "" {
				t.Errorf("the object differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAddValueRefuses(t *testing.T) {
	for _, c := range []struct {
		name     string
		value    plain
		problems []want
	}{
		{"nothing", plain{}, refused("kind", "", `The object without name or id has kind ""; the kinds are address_group, instance`)},
		{"unknown kind", plain{"kind": "server", "id": "x"}, refused("kind", "", `The object "x" has kind "server"`)},
		{"kind of the cloud's API only", plain{"kind": "firewall_rule", "id": "x"}, refused("kind", "", `has kind "firewall_rule"`)},
		{"no id", plain{"kind": "vpc", "name": "v"}, refused("id", "", `The VPC "v" has no id`)},
		{"empty id", plain{"kind": "subnet", "id": "", "cidr": "10.0.0.0/24"}, refused("id", "", `The subnet "10.0.0.0/24" has no id`)},
		{
			"null id",
			plain{"kind": "route", "id": nil, "destination": "0.0.0.0/0"},
			refused("id", "", `The route "0.0.0.0/0" has no id`),
		},
		{
			"a number for an id",
			plain{"kind": "vpc", "id": 5, "name": "v"},
			refused("id", "", `id of the VPC "v" holds a number where a string is expected`),
		},
		{
			"a number for a project",
			plain{"kind": "vpc", "id": "v", "project_id": 7},
			refused("project_id", "", `project_id of the VPC "v" holds a number where a string is expected`),
		},
		{
			"a number for a port",
			plain{"kind": "instance", "id": "i", "listeners": []any{plain{"protocol": "tcp", "ports": []any{80}}}},
			refused("listeners.ports", "", `listeners.ports of the instance "i" holds a number where a string is expected`),
		},
		{
			"a number for a tag",
			plain{"kind": "subnet", "id": "s", "tags": plain{"a": 1}},
			refused("tags", "", `tags of the subnet "s" holds a number where a string is expected`),
		},
		{
			"a text for a list",
			plain{"kind": "security_group_rule", "id": "r", "ports": "80"},
			refused("ports", "", `ports of the security group rule "r" holds a string where a list is expected`),
		},
		{
			"a list for a map",
			plain{"kind": "vpc", "id": "v", "tags": []any{"a"}},
			refused("tags", "", `tags of the VPC "v" holds a list where a map is expected`),
		},
		{
			"a list for an object",
			plain{"kind": "network_acl", "id": "a", "ingress_rules": []any{[]any{}}},
			refused("ingress_rules", "", `ingress_rules of the network ACL "a" holds a list where an object is expected`),
		},
		{
			"an object for a list",
			plain{"kind": "instance", "id": "i", "listeners": plain{}},
			refused("listeners", "", `listeners of the instance "i" holds an object where a list is expected`),
		},
		{
			"a text for a number",
			plain{"kind": "security_group_rule", "id": "r", "priority": "5"},
			refused("priority", "", `priority of the security group rule "r" holds a string where a whole number is expected`),
		},
		{
			"a fraction",
			plain{"kind": "security_group_rule", "id": "r", "priority": 1.5},
			refused("priority", "", `priority of the security group rule "r" holds the number 1.5 where a whole number is expected`),
		},
		{
			"a number beyond",
			plain{"kind": "security_group_rule", "id": "r", "priority": 1e30},
			refused("priority", "", "holds the number 1e+30 where a whole number is expected"),
		},
		{
			"a text for a switch",
			plain{"kind": "security_group_rule", "id": "r", "enabled": "true"},
			refused("enabled", "", "holds a string where a bool is expected"),
		},
		{
			"a switch for a text",
			plain{"kind": "network_acl", "id": "a", "egress_rules": []any{plain{"action": true}}},
			refused("egress_rules.action", "", "holds a bool where a string is expected"),
		},
		{
			"a text for a rule of a set",
			plain{"kind": "security_group_rules", "rules": plain{"web": "tcp/80"}},
			refused("rules", "", "rules of the set of security group rules without name or id holds a string where"),
		},
		{
			"a text for the decision of an accepter",
			plain{"kind": "vpc_peering_connection_accepter", "accept": "yes"},
			refused("accept", "", "holds a string where a bool is expected"),
		},
		{
			"not valid",
			plain{"kind": "subnet", "id": "s", "vpc_id": "v", "name": "s", "cidr": "10.0.0.0/29"},
			refused("cidr", "VPC.0212", "10.0.0.0/29 is smaller"),
		},
		{"an empty port", plain{
			"kind": "security_group_rule", "id": "r", "security_group_id": "g", "direction": "ingress",
			"protocol": "tcp", "ports": []any{"80", nil},
		}, refused("ports[1]", "VPC.9902", `"" is not a port`)},
		{"advice refuses nothing", plain{"kind": "vpc", "id": "v", "name": "v", "cidr": "10.0.0.0/28"}, nil},
		{
			"an accepter of nothing",
			plain{"kind": "vpc_peering_connection_accepter"},
			refused("vpc_peering_connection_id", "VpcPeeringInvalid", "vpc_peering_connection_id is empty"),
		},
		{
			"a set of no group",
			plain{"kind": "security_group_rules", "rules": plain{}},
			refused("security_group_id", "VPC.9902", "security_group_id is empty"),
		},
		{
			"no JSON",
			plain{"kind": "security_group_rule", "id": "r", "priority": math.NaN()},
			refused("", "", `The security group rule "r" cannot be read: json: unsupported value: NaN`),
		},
		{
			"an accepter that is no JSON",
			plain{"kind": "vpc_peering_connection_accepter", "accept": func() {}},
			refused("", "", "The VPC peering connection accepter without name or id cannot be read"),
		},
		{
			"a set that is no JSON",
			plain{"kind": "security_group_rules", "rules": func() {}},
			refused("", "", "The set of security group rules without name or id cannot be read"),
		},
	} {
		t.Run(c.name, func(t *testing.T) { checkProblems(t, network.NewBuilder().AddValue(c.value, "p"), c.problems) })
	}
}

// The list of kinds in the message is what the documentation of the question names.
func TestAddValueNamesEveryKind(t *testing.T) {
	detail := network.NewBuilder().AddValue(plain{}, "p")[0].Detail
	for _, kind := range append(network.Kinds(), network.KindPeeringAccepter, network.KindSecurityGroupRuleSet) {
		if !strings.Contains(detail, " "+string(kind)+",") && !strings.Contains(detail, " "+string(kind)+".") {
			t.Errorf("the message does not name %s: %s", kind, detail)
		}
	}
}

// A VPC and a group bring along what the cloud creates with them; a set of rules and a decision are no objects.
func TestAddValueImplies(t *testing.T) {
	b := network.NewBuilder()
	for _, value := range []plain{
		{"kind": "vpc", "id": "v", "name": "v", "cidr": "10.0.0.0/16"},
		{"kind": "security_group", "id": "g", "name": "g", "delete_default_rules": true},
		{"kind": "security_group_rules", "security_group_id": "g", "rules": plain{
			"all": plain{"direction": "ingress"}, "none": nil,
		}},
		{"kind": "vpc_peering_connection_accepter", "vpc_peering_connection_id": "c", "accept": false},
		{"kind": "vpc_peering_connection", "id": "c", "name": "c", "vpc_id": "v", "peer_vpc_id": "w", "peer_project_id": "q"},
	} {
		checkProblems(t, b.AddValue(value, "p"), nil)
	}
	n := b.Network()
	if tables := network.Referring[*table](n, "vpc_id", "v"); len(tables) != 1 || !tables[0].Default {
		t.Errorf("the tables of the VPC are %v; want its default table", tables)
	}
	rules := network.Referring[*rule](n, "security_group_id", "g")
	if len(rules) != 1 || rules[0].Name != "all" || rules[0].Project != "p" {
		t.Errorf("the rules of the group are %v; want the one of the set", rules)
	}
	if got := network.Get[*peering](n, "c").Status; got != network.PeeringRejected {
		t.Errorf("the status of the rejected connection is %s", got)
	}
	if n.Len() != 5 {
		t.Errorf("there are %d objects; want VPC, table, group, rule and connection", n.Len())
	}
}

// asValue is an object as the value of a resource that a configuration hands on.
func asValue(t *rapid.T, o network.Object) plain {
	body, err := network.Encode(o)
	if err != nil {
		t.Fatal(err)
	}
	value := plain{}
	if err := json.Unmarshal(body, &value); err != nil {
		t.Fatal(err)
	}
	value["kind"] = string(o.Kind())
	return value
}

// A resource handed on whole is the object it was.
func TestAddValueRoundTrip(t *testing.T) {
	for _, kind := range network.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				o := drawObject(t, kind)
				if o.Base().ID == "" {
					o.Base().ID = "x"
				}
				if o.Base().Project == "" {
					o.Base().Project = "p"
				}
				o.Normalize()
				b := network.NewBuilder()
				if diff := cmp.Diff(o.Validate().Refusals(), b.AddValue(asValue(t, o), "p")); diff != "" {
					t.Fatalf("the problems differ (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(o, b.Network().Object(o.Base().ID)); diff != "" {
					t.Fatalf("the object differs (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func FuzzAddValue(f *testing.F) {
	for _, seed := range []string{
		`{"kind":"vpc","id":"v","name":"v","cidr":"10.0.0.0/16","secondary_cidrs":["23.8.0.0/16"]}`,
		`{"kind":"security_group","id":"g","name":"g"}`,
		`{"kind":"security_group_rules","security_group_id":"g","rules":{"a":{"direction":"ingress"},"b":null}}`,
		`{"kind":"vpc_peering_connection_accepter","vpc_peering_connection_id":"c","accept":false}`,
		`{"kind":"network_acl","id":"a","ingress_rules":[null,{"protocol":"58"}],"subnet_ids":[null]}`,
		`{"kind":"instance","id":"i","listeners":[{"ports":[80]}],"tags":[]}`, `{"kind":5}`, `{}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		value := plain{}
		if json.Unmarshal(body, &value) != nil {
			return
		}
		b := network.NewBuilder()
		problems := b.AddValue(value, "p")
		for _, p := range problems {
			if p.Detail == "" || p.Class == network.Advice {
				t.Errorf("%s: %+v", body, p)
			}
		}
		for _, kind := range network.Kinds() {
			for _, o := range b.Network().OfKind(kind) {
				o.Normalize()
				first, err := network.Encode(o)
				if err != nil {
					t.Fatal(err)
				}
				again, err := network.Decode(kind, first)
				if err != nil {
					t.Fatalf("%s does not read back: %v", first, err)
				}
				if diff := cmp.Diff(o.Validate(), again.Validate()); diff != "" {
					t.Errorf("%s has other problems once stored:\n%s", first, diff)
				}
			}
		}
	})
}
