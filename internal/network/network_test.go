package network_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func ids[T network.Object](list []T) []string {
	out := make([]string, len(list))
	for i, o := range list {
		out[i] = o.Base().ID
	}
	return out
}

func checkIDs[T network.Object](t *testing.T, what string, got []T, want ...string) {
	t.Helper()
	if !slices.Equal(ids(got), want) {
		t.Errorf("%s are %v; want %v", what, ids(got), want)
	}
}

func subnet(id, vpc string) *network.Subnet {
	return &network.Subnet{Meta: network.Meta{ID: id}, VPCID: vpc}
}

func TestNetwork(t *testing.T) {
	b := network.NewBuilder()
	v := validVPC()
	b.Add(subnet("s2", "v"))
	b.Add(subnet("s1", "v"))
	b.Add(subnet("s3", "elsewhere"))
	b.Add(v)
	b.Add(&instance{Meta: network.Meta{ID: "i"}, SubnetID: "s1", SecurityGroupIDs: []string{"g", "v"}})
	n := b.Network()

	if n.Len() != 5 {
		t.Errorf("there are %d objects; want 5", n.Len())
	}
	checkIDs(t, "the subnets", network.All[*network.Subnet](n), "s1", "s2", "s3")
	checkIDs(t, "the subnets by kind", n.OfKind(network.KindSubnet), "s1", "s2", "s3")
	checkIDs(t, "the groups", network.All[*network.SecurityGroup](n))
	checkIDs(t, "the objects of an unknown kind", n.OfKind("server"))
	checkIDs(t, "the subnets of v", network.Referring[*network.Subnet](n, "vpc_id", "v"), "s1", "s2")
	checkIDs(t, "the subnets of a VPC that is not there", network.Referring[*network.Subnet](n, "vpc_id", "elsewhere"), "s3")
	checkIDs(t, "the subnets by another attribute", network.Referring[*network.Subnet](n, "name", "v"))
	checkIDs(t, "the instances of s1", network.Referring[*network.Instance](n, "subnet_id", "s1"), "i")
	checkIDs(t, "the instances in g", network.Referring[*network.Instance](n, "security_group_ids", "g"), "i")
	if n.Object("v") != network.Object(v) || n.Object("u") != nil {
		t.Errorf("v is %v and u is %v", n.Object("v"), n.Object("u"))
	}
	if network.Get[*network.VPC](n, "v") != v || network.Get[*network.VPC](n, "u") != nil || network.Get[*network.Subnet](n,
		"v") != nil {
		t.Error("an id leads to another object, or to one of another kind")
	}
	var missing []string
	for _, m := range n.Missing() {
		missing = append(missing, m.From.Base().ID+" "+m.Reference.Path.String()+" "+m.Reference.ID)
	}
	// A reference to an object of another kind is not missing: what it means is for the rules between objects to say.
	if diff := cmp.Diff([]string{"s3 vpc_id elsewhere", "i security_group_ids[0] g"}, missing); diff != "" {
		t.Errorf("the missing objects differ (-want +got):\n%s", diff)
	}
}

// A list of rules is one attribute: an ACL that names a group in two of them refers to it once.
func TestReferringOnce(t *testing.T) {
	b := network.NewBuilder()
	for _, id := range []string{"a", "b"} {
		b.Add(&acl{Meta: network.Meta{ID: id}, IngressRules: []aclRule{
			{SourceAddressGroupID: "g"}, {SourceAddressGroupID: "h"}, {DestinationAddressGroupID: "g"},
		}})
	}
	n := b.Network()
	checkIDs(t, "the ACLs with the group g", network.Referring[*acl](n, "ingress_rules", "g"), "a", "b")
	checkIDs(t, "the ACLs with the group h", network.Referring[*acl](n, "ingress_rules", "h"), "a", "b")
}

// What a list function returns belongs to its caller.
func TestOfKindIsACopy(t *testing.T) {
	b := network.NewBuilder()
	b.Add(subnet("s1", "v"))
	b.Add(subnet("s2", "v"))
	n := b.Network()
	slices.Reverse(n.OfKind(network.KindSubnet))
	slices.Reverse(network.All[*network.Subnet](n))
	slices.Reverse(network.Referring[*network.Subnet](n, "vpc_id", "v"))
	checkIDs(t, "the subnets", n.OfKind(network.KindSubnet), "s1", "s2")
	checkIDs(t, "the subnets by type", network.All[*network.Subnet](n), "s1", "s2")
	checkIDs(t, "the subnets of v", network.Referring[*network.Subnet](n, "vpc_id", "v"), "s1", "s2")
}

func TestEmptyNetwork(t *testing.T) {
	for _, n := range []*network.Network{{}, network.NewBuilder().Network()} {
		if n.Len() != 0 || n.Object("") != nil || len(n.Missing()) != 0 || len(network.All[*network.VPC](n)) != 0 ||
			len(network.Referring[*network.Subnet](n, "vpc_id", "")) != 0 {
			t.Errorf("the empty network holds something: %+v", n)
		}
	}
}

// A snapshot stays what it is while its builder goes on.
func TestNetworkIsASnapshot(t *testing.T) {
	b := network.NewBuilder()
	b.Add(subnet("s", "v"))
	c := validPeering()
	c.Status = network.PeeringPending
	b.Add(c)
	before := b.Network()
	b.Add(subnet("t", "v"))
	b.AddDecision(&network.PeeringAccepter{PeeringID: "c"})
	after := b.Network()
	if before.Len() != 2 || after.Len() != 3 {
		t.Errorf("the snapshots hold %d and %d objects; want 2 and 3", before.Len(), after.Len())
	}
	if got := network.Get[*peering](before, "c").Status; got != network.PeeringPending {
		t.Errorf("the status in the earlier snapshot is %s", got)
	}
	if got := network.Get[*peering](after, "c").Status; got != network.PeeringActive || c.Status != network.PeeringPending {
		t.Errorf("the status in the later snapshot is %s, of the object given %s", got, c.Status)
	}
}

func TestLaterObjectCounts(t *testing.T) {
	b := network.NewBuilder()
	b.Add(subnet("x", "v"))
	b.Add(subnet("x", "w"))
	n := b.Network()
	checkIDs(t, "the subnets", network.All[*network.Subnet](n), "x")
	if got := network.Get[*network.Subnet](n, "x").VPCID; got != "w" {
		t.Errorf("x is in %s; want the later one, in w", got)
	}
	checkIDs(t, "the subnets of the earlier one", network.Referring[*network.Subnet](n, "vpc_id", "v"))
	b.Add(&network.VPC{Meta: network.Meta{ID: "x"}})
	checkIDs(t, "the subnets beside a later VPC", b.Network().OfKind(network.KindSubnet))
}

func TestAddPlanned(t *testing.T) {
	b := network.NewBuilder()
	v, g := validVPC(), validGroup()
	own := v.DefaultRouteTable()
	own.Name = "renamed"
	b.Add(own)
	b.AddPlanned(v)
	b.AddPlanned(g)
	n := b.Network()
	if got := network.Get[*table](n, own.ID); got != own || len(network.All[*table](n)) != 1 {
		t.Errorf("beside a default table that is there already, the tables are %v", network.All[*table](n))
	}
	if got := network.Referring[*rule](n, "security_group_id", "g"); len(got) != 4 {
		t.Errorf("the new group has %d rules; want 4", len(got))
	}
	if got := network.Implied(subnet("s", "v")); got != nil {
		t.Errorf("a subnet implies %v", got)
	}
	if got := network.Implied(v); len(got) != 1 || got[0].Kind() != network.KindRouteTable {
		t.Errorf("a VPC implies %v; want its default route table", got)
	}
}

func TestDecisions(t *testing.T) {
	for _, c := range []struct {
		name   string
		accept []*bool
		want   network.PeeringStatus
	}{
		{"none", nil, network.PeeringPending},
		{"accepted", []*bool{new(true)}, network.PeeringActive},
		{"rejected", []*bool{new(false)}, network.PeeringRejected},
		{"the later decision counts", []*bool{new(false), nil}, network.PeeringActive},
	} {
		b := network.NewBuilder()
		for _, accept := range c.accept {
			b.AddDecision(&network.PeeringAccepter{PeeringID: "c", Accept: accept})
		}
		b.AddDecision(&network.PeeringAccepter{PeeringID: "nothing"})
		b.AddDecision(&network.PeeringAccepter{PeeringID: "s", Accept: new(true)})
		b.Add(subnet("s", "v"))
		p := validPeering()
		p.Status = network.PeeringPending
		b.Add(p)
		if got := network.Get[*peering](b.Network(), "c").Status; got != c.want {
			t.Errorf("%s: the status is %s; want %s", c.name, got, c.want)
		}
	}
}

func TestAddRuleSet(t *testing.T) {
	b := network.NewBuilder()
	b.AddRuleSet(validSet(), "p")
	rules := network.Referring[*rule](b.Network(), "security_group_id", "g")
	var got []string
	for _, r := range rules {
		got = append(got, r.Name+" "+r.Project)
		if !network.CouldBeIssued(r.ID) {
			t.Errorf("rule %s has the id %q", r.Name, r.ID)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"dns p", "web p"}, got); diff != "" {
		t.Errorf("the rules differ (-want +got):\n%s", diff)
	}
	b.AddRuleSet(validSet(), "p")
	if got := b.Network().Len(); got != 2 {
		t.Errorf("the same set twice makes %d rules; want 2", got)
	}
}
