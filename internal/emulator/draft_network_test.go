package emulator_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// titles are the objects of a lab that are no default ones, as kind and name, and those that are not known.
func titles(t *testing.T, d *emulator.Draft) (there, unknown []string) {
	t.Helper()
	lab, err := d.Network(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range network.Kinds() {
		for _, o := range lab.Network.OfKind(kind) {
			if r, ok := o.(*network.SecurityGroupRule); ok && r.Default {
				continue
			}
			if r, ok := o.(*network.RouteTable); ok && r.Default {
				continue
			}
			if o.Kind() == network.KindSecurityGroup && o.Title() == network.DefaultGroupName {
				continue // The project's own.
			}
			there = append(there, string(kind)+" "+o.Title())
		}
	}
	for _, u := range lab.Unknown {
		unknown = append(unknown, string(u.Kind)+" "+u.Name)
	}
	slices.Sort(there)
	return there, unknown
}

func TestDraftNetwork(t *testing.T) {
	cloud := newCloud(t)
	stored := create(t, cloud, &network.VPC{Name: "stored", CIDR: "10.0.0.0/16"})
	subnet := create(t, cloud, &network.Subnet{VPCID: stored.ID, Name: "stored-subnet", CIDR: "10.0.1.0/24"})
	group := create(t, cloud, &network.SecurityGroup{Name: "group"})
	create(t, cloud, &network.SecurityGroupRule{SecurityGroupID: group.ID, Name: "in", Direction: network.Ingress})
	set := &network.SecurityGroupRuleSet{
		SecurityGroupID: group.ID, Rules: map[string]*network.SecurityGroupRule{"a": {Direction: network.Ingress, Protocol: "tcp"}},
	}
	all := []string{"security_group group", "security_group_rule in", "subnet stored-subnet", "vpc stored"}

	for name, test := range map[string]struct {
		plan    func(d *emulator.Draft)
		want    []string
		unknown []string
	}{
		"nothing planned": {func(*emulator.Draft) {}, all, nil},
		"a new object": {func(d *emulator.Draft) {
			quietly(t, put(t, d, emulator.Plan{Object: &network.VPC{Name: "new", CIDR: "10.1.0.0/16"}, Key: []string{"name"}}))
		}, []string{all[0], all[1], all[2], "vpc new", all[3]}, nil},
		"a change": {func(d *emulator.Draft) {
			quietly(t, put(t, d, emulator.Plan{
				Object: &network.VPC{Name: "renamed", CIDR: "10.0.0.0/16"}, ID: stored.ID, Key: []string{"name"},
			}))
		}, append(slices.Clone(all[:3]), "vpc renamed"), nil},
		"a removal": {func(d *emulator.Draft) { quietly(t, drop(t, d, subnet.ID)) }, slices.Delete(slices.Clone(all), 2, 3), nil},
		"a replacement": {func(d *emulator.Draft) {
			quietly(t, put(t, d, emulator.Plan{
				Object: &network.Subnet{VPCID: stored.ID, Name: "other", CIDR: "10.0.2.0/24"}, Replaces: subnet.ID, Key: []string{"cidr"},
			}))
		}, []string{all[0], all[1], "subnet other", all[3]}, nil},
		"a replacement whose successor is still to come": {func(d *emulator.Draft) { d.Replace(subnet.ID) }, all, nil},
		"a group that goes takes its rules along":        {func(d *emulator.Draft) { quietly(t, drop(t, d, group.ID)) }, all[2:], nil},
		"an object whose id is not known": {func(d *emulator.Draft) {
			quietly(t, put(t, d, emulator.Plan{
				Object: &network.VPC{Name: "", CIDR: "10.1.0.0/16"}, Key: []string{"name"}, Unknown: map[string]bool{"name": true},
			}))
		}, all, []string{"vpc "}},
		"an object that a verdict cannot rest on": {func(d *emulator.Draft) {
			quietly(t, put(t, d, emulator.Plan{
				Object: &network.Subnet{VPCID: stored.ID, Name: "stored-subnet", CIDR: "10.0.1.0/24"}, ID: subnet.ID, Key: []string{"cidr"},
				Judged: []string{"ipv6_cidr"}, Unknown: map[string]bool{"ipv6_cidr": true},
			}))
		}, slices.Delete(slices.Clone(all), 2, 3), []string{"subnet stored-subnet"}},
		"a set of rules": {func(d *emulator.Draft) {
			if _, err := d.PutRuleSet(t.Context(), set, network.DefaultProject, nil); err != nil {
				t.Fatal(err)
			}
		}, []string{all[0], "security_group_rule a", all[1], all[2], all[3]}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d := emulator.NewDraft(cloud)
			test.plan(d)
			there, unknown := titles(t, d)
			if !slices.Equal(there, test.want) {
				t.Errorf("there are %q, want %q", there, test.want)
			}
			if !slices.Equal(unknown, test.unknown) {
				t.Errorf("unknown are %q, want %q", unknown, test.unknown)
			}
		})
	}
}

func put(t *testing.T, d *emulator.Draft, p emulator.Plan) network.Problems {
	t.Helper()
	problems, err := d.Put(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return problems
}

// quietly fails where there are problems.
func quietly(t *testing.T, problems network.Problems) {
	t.Helper()
	for _, p := range problems.Refusals() {
		t.Error(p)
	}
}

func drop(t *testing.T, d *emulator.Draft, id string) network.Problems {
	t.Helper()
	problems, err := d.Drop(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return problems
}

// vpcs is a question about a lab: which VPCs it has.
func vpcs(lab emulator.Lab) string {
	var names []string
	for _, v := range network.All[*network.VPC](lab.Network) {
		names = append(names, v.Name)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func keepOpen(t *testing.T, d *emulator.Draft, decide func(emulator.Lab) string) {
	t.Helper()
	lab, err := d.Network(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d.KeepOpen(&emulator.OpenQuestion{
		Decide: decide, Outcome: decide(lab),
		Changed: func(_, outcome string) network.Problem { return network.Problem{Summary: "now " + outcome} },
	})
}

// A question that was decided is decided again when something is planned or taken away that it did not see. The object
// that changes the outcome is refused, once; others are not.
func TestOpenQuestions(t *testing.T) {
	t.Parallel()
	cloud := newCloud(t)
	stored := create(t, cloud, &network.VPC{Name: "stored", CIDR: "10.0.0.0/16"})
	vpc := func(name string) emulator.Plan {
		return emulator.Plan{Object: &network.VPC{Name: name, CIDR: "10.1.0.0/16"}, Key: []string{"name"}}
	}
	d := emulator.NewDraft(cloud)
	quietly(t, put(t, d, vpc("a")))
	keepOpen(t, d, vpcs)
	if got := put(t, d, emulator.Plan{Object: &network.SecurityGroup{Name: "g"}, Key: []string{"name"}}); got != nil {
		t.Errorf("an object that changes nothing: %v", got)
	}
	got := put(t, d, vpc("b"))
	if len(got) != 1 || got[0].Summary != "now a b stored" {
		t.Errorf("an object that changes the outcome: %v", got)
	}
	if got := put(t, d, vpc("c")); got != nil {
		t.Errorf("the question was answered already: %v", got)
	}
	keepOpen(t, d, vpcs)
	if got := drop(t, d, stored.ID); len(got) != 1 || got[0].Summary != "now a b c" {
		t.Errorf("an object that goes: %v", got)
	}
}

// However objects are planned side by side, one of them is refused.
func TestOpenQuestionsSideBySide(t *testing.T) {
	t.Parallel()
	d := emulator.NewDraft(newCloud(t))
	keepOpen(t, d, vpcs)
	var wait sync.WaitGroup
	problems := make(chan network.Problem, 100)
	for i := range 20 {
		wait.Go(func() {
			list, err := d.Put(t.Context(), emulator.Plan{
				Object: &network.VPC{Name: fmt.Sprint("v", i), CIDR: "10.1.0.0/16"}, Key: []string{"name"},
			})
			if err != nil {
				t.Error(err)
			}
			for _, p := range list {
				problems <- p
			}
		})
	}
	wait.Wait()
	if n := len(problems); n != 1 {
		t.Errorf("the question is answered anew %d times, want once", n)
	}
}
