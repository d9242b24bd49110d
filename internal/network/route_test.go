package network_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

type route = network.Route

func validRoute() *route {
	return &route{
		Meta: network.Meta{ID: "r", Project: "p"}, VPCID: "v", RouteTableID: "t", Destination: "10.1.0.0/16",
		Type: network.RoutePeering, NextHop: "c",
	}
}

func TestValidateRoute(t *testing.T) {
	const code = "RouteInvalid"
	to := func(text string) func(*route) { return func(r *route) { r.Destination = text } }
	rows := []row[*route]{
		{"no VPC", func(r *route) { r.VPCID = "" }, refused("vpc_id", code, "vpc_id is empty")},
		{"no table", func(r *route) { r.RouteTableID = "" }, nil},
		{"no destination", to(""), refused("destination", code, `"" is not an address block`)},
		{"host bits", to("10.1.0.1/16"), refused("destination", code, "The network it lies in is 10.1.0.0/16")},
		{"everywhere", to("0.0.0.0/0"), nil},
		{"everywhere in IPv6", to("::/0"), nil},
		{"one address", to("10.1.0.1/32"), nil},
		{"loopback", to("127.0.0.0/8"), refused("destination", code, "127.0.0.0/8 holds loopback, link-local or multicast")},
		{"link-local", to("169.254.0.0/16"), refused("destination", code, "169.254.0.0/16 holds loopback")},
		{"multicast", to("224.0.0.0/24"), refused("destination", code, "224.0.0.0/24 holds loopback")},
		{"loopback of IPv6", to("::1/128"), refused("destination", code, "::1/128 holds loopback")},
		{"link-local of IPv6", to("fe80::/10"), refused("destination", code, "fe80::/10 holds loopback")},
		{"multicast of IPv6", to("ff00::/8"), refused("destination", code, "ff00::/8 holds loopback")},
		{"no next hop", func(r *route) { r.NextHop = "" }, refused("nexthop", code, "nexthop is empty; it identifies the peering")},
		{"no type", func(r *route) { r.Type = "" }, refused("type", code, `type is ""; it must be one of ecs, eni, vip, nat, peering`)},
		{"local route", func(r *route) { r.Type = "local" }, refused("type", code, "Routes to the VPC's own subnets are there")},
	}
	for _, kind := range network.RouteTypes() {
		rows = append(rows, row[*route]{"type " + string(kind), func(r *route) { r.Type = kind }, nil})
	}
	rows = append(rows, descriptionRows(code, "description", func(r *route, s string) { r.Description = s })...)
	checkValidate(t, validRoute, rows)
}

// The types are those of the cloud's reference, but for local, which no client can write.
func TestRouteTypes(t *testing.T) {
	want := []network.RouteType{"ecs", "eni", "vip", "nat", "peering", "vpn", "dc", "cc", "egw", "er", "subeni"}
	if diff := cmp.Diff(want, network.RouteTypes()); diff != "" {
		t.Errorf("the types differ (-want +got):\n%s", diff)
	}
}

func TestNormalizeRoute(t *testing.T) {
	v := &network.VPC{Meta: network.Meta{ID: "v"}}
	checkNormalize(t, []normalized{
		{"default table of the VPC", &route{VPCID: "v"}, &route{VPCID: "v", RouteTableID: v.DefaultRouteTable().ID}},
		{"table of the author's", &route{VPCID: "v", RouteTableID: "t"}, &route{VPCID: "v", RouteTableID: "t"}},
		{"no table without a VPC", &route{}, &route{}},
		{"bare address", &route{Destination: "FD00::1"}, &route{Destination: "fd00::1/128"}},
	})
}

func TestRouteKey(t *testing.T) {
	checkKey(t, validRoute, map[string]func(*route){
		"route_table_id": func(r *route) { r.RouteTableID = "u" },
		"destination":    func(r *route) { r.Destination = "10.2.0.0/16" },
	}, map[string]func(*route){
		"project_id":  func(r *route) { r.Project = "q" },
		"vpc_id":      func(r *route) { r.VPCID = "w" },
		"type":        func(r *route) { r.Type = network.RouteECS },
		"nexthop":     func(r *route) { r.NextHop = "d" },
		"description": func(r *route) { r.Description = "d" },
	})
}

func TestRouteTexts(t *testing.T) {
	r := validRoute()
	if got, want := r.Title(), "10.1.0.0/16 via peering c"; got != want {
		t.Errorf("the title is %q; want %q", got, want)
	}
	if got, want := r.TitleNaming(func(id string) string { return "<" + id + ">" }), "10.1.0.0/16 via peering <c>"; got != want {
		t.Errorf("the title with names is %q; want %q", got, want)
	}
	if r.Prefix().String() != "10.1.0.0/16" || (&route{}).Prefix().IsValid() {
		t.Errorf("the blocks are %s and %s", r.Prefix(), (&route{}).Prefix())
	}
	checkReferences(t, r, "vpc_id vpc v", "route_table_id route_table t", "nexthop vpc_peering_connection c")
	r.Type = network.RouteECS
	checkReferences(t, r, "vpc_id vpc v", "route_table_id route_table t", "nexthop instance c")
	// Next hops of other types are no objects of the model.
	r.Type = network.RouteNAT
	checkReferences(t, r, "vpc_id vpc v", "route_table_id route_table t")
}
