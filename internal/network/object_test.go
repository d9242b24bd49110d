package network_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// everyKind lists the kinds that have objects, those of the cloud's API included.
func everyKind() []network.Kind {
	return append(network.Kinds(), network.KindReservation, network.KindFirewallRule, network.KindFirewallPolicy)
}

func TestKinds(t *testing.T) {
	labels := map[network.Kind]string{
		"vpc": "VPC", "subnet": "subnet", "security_group": "security group", "security_group_rule": "security group rule",
		"security_group_rules": "set of security group rules", "network_acl": "network ACL", "address_group": "address group",
		"vpc_peering_connection": "VPC peering connection", "vpc_peering_connection_accepter": "VPC peering connection accepter",
		"route_table": "route table", "route": "route", "instance": "instance", "subnet_cidr_reservation": "reservation",
		"firewall_rule": "firewall rule", "firewall_policy": "firewall policy",
	}
	for kind, want := range labels {
		if got := kind.Label(); got != want {
			t.Errorf("the label of %s is %q; want %q", kind, got, want)
		}
	}
	for _, kind := range everyKind() {
		o := network.New(kind)
		if o == nil || o.Kind() != kind || labels[kind] == "" {
			t.Errorf("the empty object of kind %s is %#v", kind, o)
		}
	}
	for _, kind := range []network.Kind{network.KindPeeringAccepter, network.KindSecurityGroupRuleSet, "server", ""} {
		if o := network.New(kind); o != nil {
			t.Errorf("kind %q has the object %#v", kind, o)
		}
	}
}

// Kinds lists parents before children: a reference leads to a kind further up, or to its own.
func TestKindsInOrder(t *testing.T) {
	kinds := network.Kinds()
	for _, o := range []network.Object{
		validVPC(), validSubnet(), validAddressGroup(), validGroup(), validRule(), validACL(), validPeering(), validTable(),
		validInstance(),
	} {
		for _, ref := range o.References() {
			for _, kind := range ref.Kinds {
				if slices.Index(kinds, kind) > slices.Index(kinds, o.Kind()) {
					t.Errorf("%s refers to %s, which comes later", o.Kind(), kind)
				}
			}
		}
	}
}

func TestIssueID(t *testing.T) {
	id := network.IssueID(network.KindVPC, "p/v", 0)
	// The id is part of every lab that exists: another one would lose its objects.
	if want := "157d740c-666f-5d92-b915-c974f89dac3e"; id != want {
		t.Errorf("the first id of p/v is %s; want %s", id, want)
	}
	if !network.CouldBeIssued(id) {
		t.Errorf("%s could not be issued", id)
	}
	for _, other := range []string{
		network.IssueID(network.KindVPC, "p/v", 1), network.IssueID(network.KindVPC, "p/w", 0),
		network.IssueID(network.KindSubnet, "p/v", 0), network.IssueID("vp", "c\x00p/v", 0),
	} {
		if other == id {
			t.Errorf("two objects have the id %s", id)
		}
	}
	for _, no := range []string{
		"", "x", uuid.New().String(), "{" + id + "}", "urn:uuid:" + id, uuid.MustParse(id).String()[:35], id + " ",
		"0D5C9F0A-6D2B-5C8E-9A37-7670636C6162",
	} {
		if network.CouldBeIssued(no) {
			t.Errorf("%q could be issued", no)
		}
	}
}

func TestBase(t *testing.T) {
	for _, kind := range everyKind() {
		o := network.New(kind)
		o.Base().ID = "i"
		if got := reflect.ValueOf(o).Elem().FieldByName("ID").String(); got != "i" {
			t.Errorf("the base of %s is not its own: the id is %q", kind, got)
		}
	}
}
