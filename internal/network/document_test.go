package network_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// The document is what every lab stores: its members keep their names.
func TestEncode(t *testing.T) {
	created := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	v := validVPC()
	v.CreatedAt, v.UpdatedAt = created, created
	for _, c := range []struct {
		object network.Object
		want   string
	}{
		{v, `{"id":"v","project_id":"p","name":"v","cidr":"10.0.0.0/16","secondary_cidrs":["23.8.0.0/16"]}`},
		{validInstance(), `{"id":"i","project_id":"p","name":"i","subnet_id":"s","ip_address":"10.0.0.5",` +
			`"security_group_ids":["g"],"listeners":null,"guest_firewall":null}`},
		{
			&rule{SecurityGroupID: "g", Direction: network.Egress, ICMPType: new(0), Enabled: new(false)},
			`{"security_group_id":"g","direction":"egress","icmp_type":0,"enabled":false}`,
		},
	} {
		body, err := network.Encode(c.object)
		if err != nil || string(body) != c.want {
			t.Errorf("the document is %s, %v; want %s", body, err, c.want)
		}
	}
}

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		name string
		kind network.Kind
		body string
		part string
	}{
		{"unknown kind", "server", `{}`, `"server" is not a kind of object; the kinds are address_group, instance, network_acl, route`},
		{"no object of its own", network.KindSecurityGroupRuleSet, `{}`, "is not a kind of object"},
		{"no document", network.KindVPC, `vpc`, "decode VPC: "},
		{"a list", network.KindVPC, `[]`, "decode VPC: "},
		{"a number for a text", network.KindVPC, `{"name":5}`, "decode VPC: "},
		{"two documents", network.KindVPC, `{}{}`, "decode VPC: "},
	} {
		o, err := network.Decode(c.kind, []byte(c.body))
		if err == nil || o != nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: %v, %v; want an error with %q", c.name, o, err, c.part)
		}
	}
	o, err := network.Decode(network.KindVPC, []byte(`{"id":"v","cidr":null,"unknown":1}`))
	if diff := cmp.Diff(network.Object(&network.VPC{Meta: network.Meta{ID: "v"}}), o); diff != "" || err != nil {
		t.Errorf("null and unknown members make another object (-want +got), %v:\n%s", err, diff)
	}
}

// drawObject draws an object whose texts are sometimes valid, sometimes nearly, and sometimes anything.
func drawObject(t *rapid.T, kind network.Kind) network.Object {
	o := network.New(kind)
	fill(t, reflect.ValueOf(o).Elem(), "")
	return o
}

var words = []string{
	"", "a", "web-1", "a b", "ingress", "egress", "allow", "deny", "IPv4", "IPv6", "tcp", "udp", "icmp", "icmpv6", "any", "6", "58",
	"80", "80-90", "1-65535", "0", "090", "10.0.0.0/8", "10.0.0.0/24", "10.0.0.5", "10.0.0.5/24", "10.0.0.5-10.0.0.9", "FD00::/64",
	"fd00::5", "::ffff:10.0.0.5", "::FFFF:0:0/96", "fe80::1%eth0", "0.0.0.0/0", "255.255.255.255/32", "ACTIVE", "peering", "ecs",
	"on",
}

// fill gives a value something of its type. Lists and maps are never empty but nil: a document does not keep that apart.
func fill(t *rapid.T, v reflect.Value, label string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(rapid.OneOf(rapid.SampledFrom(words), rapid.String()).Draw(t, label))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, label))
	case reflect.Int:
		v.SetInt(int64(rapid.OneOf(rapid.SampledFrom([]int{0, 4, 6}), rapid.IntRange(-1, 300)).Draw(t, label)))
	case reflect.Pointer:
		if rapid.Bool().Draw(t, label+" is set") {
			v.Set(reflect.New(v.Type().Elem()))
			fill(t, v.Elem(), label)
		}
	case reflect.Slice:
		for range rapid.IntRange(0, 3).Draw(t, "number of "+label) {
			element := reflect.New(v.Type().Elem()).Elem()
			fill(t, element, label)
			v.Set(reflect.Append(v, element))
		}
	case reflect.Map:
		for range rapid.IntRange(0, 2).Draw(t, "number of "+label) {
			if v.IsNil() {
				v.Set(reflect.MakeMap(v.Type()))
			}
			element := reflect.New(v.Type().Elem()).Elem()
			fill(t, element, label)
			v.SetMapIndex(reflect.ValueOf(rapid.StringN(0, 3, -1).Draw(t, "key of "+label)), element)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return // The store keeps the times beside the document.
		}
		for i := range v.NumField() {
			fill(t, v.Field(i), v.Type().Field(i).Name)
		}
	default:
		t.Fatalf("no values of type %s", v.Type())
	}
}

func copyOf(t *rapid.T, o network.Object) network.Object {
	body, err := network.Encode(o)
	if err != nil {
		t.Fatal(err)
	}
	again, err := network.Decode(o.Kind(), body)
	if err != nil {
		t.Fatalf("%s does not read back: %v", body, err)
	}
	return again
}

func TestEveryObject(t *testing.T) {
	for _, kind := range everyKind() {
		t.Run(string(kind), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				o := drawObject(t, kind)
				if diff := cmp.Diff(o, copyOf(t, o)); diff != "" {
					t.Fatalf("the document makes another object (-want +got):\n%s", diff)
				}
				_, _, _ = o.Validate(), o.Title(), o.NaturalKey()
				for _, ref := range o.References() {
					if ref.ID == "" || len(ref.Kinds) == 0 || ref.Path.Root() == "" {
						t.Fatalf("the reference %+v leads nowhere", ref)
					}
				}

				o.Normalize()
				once := copyOf(t, o)
				o.Normalize()
				if diff := cmp.Diff(once, o); diff != "" {
					t.Fatalf("a second Normalize changes the object (-want +got):\n%s", diff)
				}
				problems := o.Validate()
				checkPaths(t, o, problems)
				if again := copyOf(t, o).Validate(); !cmp.Equal(problems, again) {
					t.Fatalf("one object has two lists of problems:\n%s\n\n%s", list(problems), list(again))
				}
			})
		})
	}
}

// checkPaths sees that the problems speak of attributes the object has.
func checkPaths(t *rapid.T, o network.Object, problems network.Problems) {
	names := attributes(reflect.TypeOf(o).Elem())
	for _, p := range problems {
		if !slices.Contains(names, p.Path.Root()) {
			t.Fatalf("the %s has no attribute %q: %s", o.Kind().Label(), p.Path.Root(), p.Error())
		}
		for _, name := range p.Involves {
			if len(p.Path) == 1 && !slices.Contains(names, name) {
				t.Fatalf("the %s has no attribute %q, which this involves: %s", o.Kind().Label(), name, p.Error())
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, kind := range everyKind() {
		f.Add(string(kind), []byte(`{"id":"x","name":"n","cidr":"10.0.0.0/8","tags":{"a":"b"},"ports":["80"],"rules":null}`))
	}
	f.Add("vpc", []byte(`{"secondary_cidrs":[null,"FD00::1"]}`))
	f.Add("network_acl", []byte(`{"id":"x","ingress_rules":[null,{"protocol":"58"}]}`))
	f.Add("instance", []byte(`{"listeners":[],"guest_firewall":[null],"port":{"allowed_address_pairs":[null]}}`))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		o, err := network.Decode(network.Kind(kind), body)
		if err != nil {
			return
		}
		o.Normalize()
		_ = o.Validate()
		first, err := network.Encode(o)
		if err != nil {
			t.Fatal(err)
		}
		again, err := network.Decode(o.Kind(), first)
		if err != nil {
			t.Fatalf("%s does not read back: %v", first, err)
		}
		again.Normalize()
		if second, err := network.Encode(again); err != nil || string(second) != string(first) {
			t.Errorf("the document %s becomes %s, %v", first, second, err)
		}
	})
}
