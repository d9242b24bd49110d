package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// routeRoutesV2 are the older form of routes: those of the VPCs' default tables, and of one type only when made.
var routeRoutesV2 = routeGroup{
	generation: neutron, kind: network.KindRoute, invalid: "RouteInvalid",
	routes: []route{
		{"POST /v2.0/vpc/routes", createRoute},
		{"GET /v2.0/vpc/routes", listRoutes},
		{"GET /v2.0/vpc/routes/{id}", getRoute},
		{"DELETE /v2.0/vpc/routes/{id}", remove[*network.Route]},
	},
}

func routeV2(r *network.Route) members {
	return members{
		"id": r.ID, "type": r.Type, "nexthop": r.NextHop, "destination": r.Destination, "vpc_id": r.VPCID,
		"tenant_id": r.Project,
	}
}

func createRoute(c *call) (answer, error) {
	body, err := decode[struct {
		Route *struct {
			Type        string `json:"type"`
			NextHop     string `json:"nexthop"`
			Destination string `json:"destination"`
			VPCID       string `json:"vpc_id"`
		} `json:"route"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	q, err := wrapped(c, body.Route, "route")
	if err != nil {
		return answer{}, err
	}
	if q.Type != string(network.RoutePeering) {
		return answer{}, c.malformed("route.type is %q; this call makes routes of type %q only. Others go into a route table.",
			q.Type, network.RoutePeering)
	}
	r, err := create(c, c.cloud, &network.Route{
		VPCID: q.VPCID, Destination: q.Destination, Type: network.RoutePeering, NextHop: q.NextHop,
	})
	if err != nil {
		return answer{}, err
	}
	return c.ok(http.StatusCreated, members{"route": routeV2(r)})
}

func listRoutes(c *call) (answer, error) {
	type route = *network.Route
	p, err := searchIf(c, c.own("vpc_id"), filters[route]{
		"id":          byID[route],
		"type":        func(r route, s string) bool { return string(r.Type) == s },
		"vpc_id":      func(r route, s string) bool { return r.VPCID == s },
		"destination": func(r route, s string) bool { return r.Destination == network.CanonicalPrefix(s) },
		"tenant_id":   func(r route, s string) bool { return r.Project == s },
	}, func(r route) bool {
		v := network.VPC{}
		v.ID = r.VPCID
		return c.belongs(r) && r.RouteTableID == v.DefaultRouteTable().ID
	})
	if err != nil {
		return answer{}, err
	}
	return show(c, "routes", p, routeV2)
}

func getRoute(c *call) (answer, error) {
	r, err := get[*network.Route](c, c.cloud, c.path("id"))
	if err != nil {
		return answer{}, err
	}
	return c.ok(http.StatusOK, members{"route": routeV2(r)})
}
