package emulator_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/sqlite"
	"github.com/vpclab/terraform-provider-vpclab/internal/store/storetest"
)

func newCloud(t *testing.T, options ...emulator.Option) *emulator.Cloud {
	t.Helper()
	s := sqlite.Open(filepath.Join(t.TempDir(), "lab.db"))
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	// Every transaction runs twice, so that a command that does not bear it fails here.
	return emulator.New(storetest.Repeating(s), options...)
}

func create[T network.Object](t *testing.T, c *emulator.Cloud, o T) T {
	t.Helper()
	made, err := c.Create(t.Context(), o)
	if err != nil {
		t.Fatalf("create %s: %v", o.Kind(), err)
	}
	typed, ok := made.(T)
	if !ok {
		t.Fatalf("created a %T", made)
	}
	return typed
}

// house is one of everything.
type house struct {
	cloud     *emulator.Cloud
	vpc, far  *network.VPC
	subnet    *network.Subnet
	group     *network.SecurityGroup
	addresses *network.AddressGroup
	acl       *network.NetworkACL
	peering   *network.Peering
	route     *network.Route
	instance  *network.Instance
}

func build(t *testing.T) *house {
	t.Helper()
	c := newCloud(t)
	h := &house{cloud: c}
	h.vpc = create(t, c, &network.VPC{Name: "a", CIDR: "10.0.0.0/16"})
	h.far = create(t, c, &network.VPC{Name: "b", CIDR: "10.1.0.0/16"})
	h.subnet = create(t, c, &network.Subnet{VPCID: h.vpc.ID, Name: "s", CIDR: "10.0.1.0/24"})
	h.group = create(t, c, &network.SecurityGroup{Name: "g"})
	h.addresses = create(t, c, &network.AddressGroup{Name: "x", Entries: []network.AddressEntry{{Address: "10.0.0.5"}}})
	h.acl = create(t, c, &network.NetworkACL{Name: "n", SubnetIDs: []string{h.subnet.ID}})
	h.peering = create(t, c, &network.Peering{Name: "p", VPCID: h.vpc.ID, PeerVPCID: h.far.ID})
	h.route = create(t, c, &network.Route{
		VPCID: h.vpc.ID, Destination: "10.1.0.0/16", Type: network.RoutePeering, NextHop: h.peering.ID,
	})
	h.instance = create(t, c, &network.Instance{
		Name: "i", SubnetID: h.subnet.ID, IPAddress: "10.0.1.10", SecurityGroupIDs: []string{h.group.ID},
	})
	return h
}

// Every refusal carries the cloud's code and status (RULES.md, Refusals), and leaves nothing behind.
func TestCreateRefusals(t *testing.T) {
	t.Parallel()
	h := build(t)
	rule := func() *network.SecurityGroupRule {
		return &network.SecurityGroupRule{SecurityGroupID: h.group.ID, Direction: network.Ingress, Protocol: "tcp"}
	}
	create(t, h.cloud, rule())
	for _, c := range []struct {
		name   string
		object network.Object
		class  network.Class
		code   string
		status int
	}{
		{"name taken", &network.VPC{Name: "a", CIDR: "10.9.0.0/16"}, network.Invalid, "VPC.0115", 400},
		{"outside", &network.Subnet{VPCID: h.vpc.ID, Name: "t", CIDR: "10.9.0.0/24"}, network.Invalid, "VPC.0203", 400},
		{"overlap", &network.Subnet{VPCID: h.vpc.ID, Name: "t", CIDR: "10.0.1.128/25"}, network.Invalid, "VPC.0204", 400},
		{"no such VPC", &network.Subnet{VPCID: "nothing", Name: "t", CIDR: "10.0.2.0/24"}, network.NotFound, "VPC.0202", 404},
		{"duplicate rule", rule(), network.Conflict, "VPC.9902", 409},
		{"default name", &network.SecurityGroup{Name: "default"}, network.Conflict, "VPC.9902", 409},
		{"second ACL", &network.NetworkACL{Name: "m", SubnetIDs: []string{h.subnet.ID}}, network.Conflict, "VPC.9902", 409},
		{
			"peered twice", &network.Peering{Name: "q", VPCID: h.far.ID, PeerVPCID: h.vpc.ID},
			network.Conflict, "VpcPeeringDuplicate", 409,
		},
		{
			"route to a subnet", &network.Route{VPCID: h.vpc.ID, Destination: "10.0.1.0/24", Type: "nat", NextHop: "n"},
			network.Conflict, "RouteConflict", 409,
		},
		{
			"destination twice", &network.Route{VPCID: h.vpc.ID, Destination: "10.1.0.0/16", Type: "nat", NextHop: "n"},
			network.Conflict, "RouteConflict", 409,
		},
		{"address in use", &network.Instance{
			Name: "j", SubnetID: h.subnet.ID, IPAddress: "10.0.1.10", SecurityGroupIDs: []string{h.group.ID},
		}, network.Conflict, "VPC.0701", 409},
		{
			"no group", &network.Instance{Name: "j", SubnetID: h.subnet.ID, IPAddress: "10.0.1.11"},
			network.Invalid, "VPC.0607", 400,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := h.cloud.Create(t.Context(), c.object)
			var problems network.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error %v", err)
			}
			if p := problems[0]; p.Class != c.class || p.Code != c.code || p.Status != c.status {
				t.Errorf("%s %s %d: %s", p.Class, p.Code, p.Status, p.Detail)
			}
		})
	}
}

func TestDeleteRefusals(t *testing.T) {
	t.Parallel()
	h := build(t)
	other := create(t, h.cloud, &network.SecurityGroup{Name: "other"})
	create(t, h.cloud, &network.SecurityGroupRule{
		SecurityGroupID: h.group.ID, Direction: network.Ingress, RemoteGroupID: other.ID,
	})
	create(t, h.cloud, &network.SecurityGroupRule{
		SecurityGroupID: h.group.ID, Direction: network.Ingress, RemoteAddressGroupID: h.addresses.ID,
	})
	for _, c := range []struct {
		name, id string
		kind     network.Kind
		code     string
	}{
		{"VPC with subnets", h.vpc.ID, network.KindVPC, "VPC.0104"},
		{"peered VPC", h.far.ID, network.KindVPC, "VpcInUse"},
		{"subnet with instance", h.subnet.ID, network.KindSubnet, "VPC.0209"},
		{"group of an instance", h.group.ID, network.KindSecurityGroup, "VPC.9902"},
		{"group of another group's rule", other.ID, network.KindSecurityGroup, "VPC.9902"},
		{"default group", network.DefaultSecurityGroup(network.DefaultProject).ID, network.KindSecurityGroup, "VPC.9902"},
		{"address group of a rule", h.addresses.ID, network.KindAddressGroup, "VPC.9907"},
		{"default table", h.vpc.DefaultRouteTableID, network.KindRouteTable, "RouteTableInUse"},
		{"bound ACL", h.acl.ID, network.KindNetworkACL, "VPC.9902"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := h.cloud.Delete(t.Context(), c.kind, c.id)
			var problems network.Problems
			if !errors.As(err, &problems) || !emulator.HasClass(err, network.InUse) || problems[0].Code != c.code {
				t.Errorf("error %v", err)
			}
		})
	}
}

// What belongs to an object alone goes with it.
func TestDeleteCascades(t *testing.T) {
	t.Parallel()
	h := build(t)
	ctx := t.Context()
	if err := h.cloud.Delete(ctx, network.KindPeering, h.peering.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := emulator.Get[*network.Route](ctx, h.cloud, h.route.ID); !emulator.IsNotFound(err) {
		t.Errorf("the route through the connection: %v", err)
	}
	if err := h.cloud.Delete(ctx, network.KindInstance, h.instance.ID); err != nil {
		t.Fatal(err)
	}
	if err := h.cloud.Delete(ctx, network.KindSubnet, h.subnet.ID); err != nil {
		t.Fatal(err)
	}
	if acl, err := emulator.Get[*network.NetworkACL](ctx, h.cloud, h.acl.ID); err != nil || len(acl.SubnetIDs) != 0 {
		t.Errorf("the ACL: %v, %v", acl, err)
	}
	if err := h.cloud.Delete(ctx, network.KindVPC, h.vpc.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := emulator.Get[*network.RouteTable](ctx, h.cloud, h.vpc.DefaultRouteTableID); !emulator.IsNotFound(err) {
		t.Errorf("the default table: %v", err)
	}
}

// A new group has four rules of priority 100 (SG-20, SG-21), and its project a group named default (SG-22).
func TestDefaultRules(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	g := create(t, c, &network.SecurityGroup{Name: "g"})
	rules, err := emulator.List[*network.SecurityGroupRule](t.Context(), c, emulator.Filter{
		Attribute: "security_group_id", Target: g.ID,
	})
	if err != nil || len(rules) != 4 {
		t.Fatalf("%d rules, error %v", len(rules), err)
	}
	for _, r := range rules {
		if r.Rank() != 100 || r.Action != network.Allow {
			t.Error(r.Summary())
		}
	}
	bare := create(t, c, &network.SecurityGroup{Name: "bare", DeleteDefaultRules: true})
	rules, err = emulator.List[*network.SecurityGroupRule](t.Context(), c, emulator.Filter{
		Attribute: "security_group_id", Target: bare.ID,
	})
	if err != nil || len(rules) != 0 {
		t.Errorf("%d rules, error %v", len(rules), err)
	}
	groups, err := emulator.List[*network.SecurityGroup](t.Context(), c, emulator.Filter{})
	if err != nil || len(groups) != 3 || !groups[0].IsDefault() {
		t.Errorf("groups %v, error %v", groups, err)
	}
}

// Ids follow from kind, natural key and generation; a promise that somebody else has overtaken is refused.
func TestPromisedIDs(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	id, err := c.NextID(t.Context(), network.KindVPC, network.DefaultProject+"/a")
	if err != nil {
		t.Fatal(err)
	}
	v := &network.VPC{Name: "a", CIDR: "10.0.0.0/16"}
	v.ID = id
	made := create(t, c, v)
	if made.ID != id {
		t.Errorf("promised %s, issued %s", id, made.ID)
	}
	if err := c.Delete(t.Context(), network.KindVPC, id); err != nil {
		t.Fatal(err)
	}
	_, err = c.Create(t.Context(), v)
	if !emulator.HasClass(err, network.Conflict) {
		t.Errorf("error %v", err)
	}
	if again := create(t, c, &network.VPC{Name: "a", CIDR: "10.0.0.0/16"}); again.ID == id {
		t.Error("an id was issued twice")
	}
}

func TestPeeringBetweenProjects(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	ours := create(t, c, &network.VPC{Name: "a", CIDR: "10.0.0.0/16"})
	foreign := &network.VPC{Name: "b", CIDR: "10.1.0.0/16"}
	foreign.Project = "them"
	theirs := create(t, c, foreign)
	p := create(t, c, &network.Peering{Name: "p", VPCID: ours.ID, PeerVPCID: theirs.ID, PeerProjectID: "them"})
	if p.Status != network.PeeringPending {
		t.Error(p.Status)
	}
	if _, err := c.DecidePeering(t.Context(), p.ID, network.DefaultProject, network.PeeringActive); err == nil {
		t.Error("the requester accepted its own request")
	}
	if _, err := c.DecidePeering(t.Context(), p.ID, "them", network.PeeringActive); err != nil {
		t.Error(err)
	}
	if _, err := c.DecidePeering(t.Context(), p.ID, "them", network.PeeringRejected); err == nil {
		t.Error("a decision was taken back")
	}
}

func TestQuota(t *testing.T) {
	t.Parallel()
	q, err := emulator.DefaultQuota().With(map[string]int{"vpc": 2})
	if err != nil {
		t.Fatal(err)
	}
	c := newCloud(t, emulator.WithQuota(q))
	var wait sync.WaitGroup
	failed := make(chan error, 5)
	for i := range 5 {
		wait.Go(func() {
			_, err := c.Create(t.Context(), &network.VPC{Name: fmt.Sprintf("v%d", i), CIDR: "10.0.0.0/16"})
			failed <- err
		})
	}
	wait.Wait()
	close(failed)
	full := 0
	for err := range failed {
		if emulator.HasClass(err, network.Quota) {
			full++
		}
	}
	if full != 3 {
		t.Errorf("%d of 5 were refused, want 3", full)
	}
}

func TestRuleSet(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	g := create(t, c, &network.SecurityGroup{Name: "g"})
	rule := func(port string) *network.SecurityGroupRule {
		return &network.SecurityGroupRule{Direction: network.Ingress, Protocol: "tcp", Ports: []string{port}}
	}
	put := func(rules map[string]*network.SecurityGroupRule) map[string]*network.SecurityGroupRule {
		set := &network.SecurityGroupRuleSet{SecurityGroupID: g.ID, Rules: rules}
		if _, err := c.PutRuleSet(t.Context(), set, network.DefaultProject); err != nil {
			t.Fatal(err)
		}
		got, err := c.RuleSet(t.Context(), g.ID)
		if err != nil || len(got.Rules) != len(rules) {
			t.Fatalf("%v, %v", got, err)
		}
		return got.Rules
	}
	before := put(map[string]*network.SecurityGroupRule{"a": rule("80"), "b": rule("81")})
	// Two rules swap what they say, a third one stays.
	put(map[string]*network.SecurityGroupRule{"a": rule("81"), "b": rule("80")})
	after := put(map[string]*network.SecurityGroupRule{"a": rule("81"), "c": rule("82")})
	if before["a"].ID == after["a"].ID || after["c"].Ports[0] != "82" {
		t.Errorf("before %v, after %v", before, after)
	}
	if err := c.DeleteRuleSet(t.Context(), g.ID); err != nil {
		t.Fatal(err)
	}
	put(map[string]*network.SecurityGroupRule{})
}
