package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// routeRoutesV2 are the older form of routes: those of the VPCs' default tables, and of one type only when made.
var routeRoutesV2 = routeGroup{
	generation: v2, kind: network.KindRoute, invalidCode: "RouteInvalid",
	routes: []route{
		{"POST /v2.0/vpc/routes", createRoute},
		{"GET /v2.0/vpc/routes", listRoutes},
		{"GET /v2.0/vpc/routes/{id}", getRoute},
		{"DELETE /v2.0/vpc/routes/{id}", deleteObject[*network.Route]},
	},
}

func routeV2(r *network.Route) jsonObject {
	return jsonObject{
		"id": r.ID, "type": r.Type, "nexthop": r.NextHop, "destination": r.Destination, "vpc_id": r.VPCID,
		"tenant_id": r.Project,
	}
}

func createRoute(c *requestContext) (response, error) {
	body, err := decode[struct {
		Route *struct {
			Type        string `json:"type"`
			NextHop     string `json:"nexthop"`
			Destination string `json:"destination"`
			VPCID       string `json:"vpc_id"`
		} `json:"route"`
	}](c)
	if err != nil {
		return response{}, err
	}
	q, err := required(c, body.Route, "route")
	if err != nil {
		return response{}, err
	}
	if q.Type != string(network.RoutePeering) {
		return response{}, c.invalidRequest("route.type is %q; this call makes routes of type %q only. Others go into a route table.",
			q.Type, network.RoutePeering)
	}
	r, err := create(c, c.cloud, &network.Route{
		VPCID: q.VPCID, Destination: q.Destination, Type: network.RoutePeering, NextHop: q.NextHop,
	})
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusCreated, jsonObject{"route": routeV2(r)})
}

func listRoutes(c *requestContext) (response, error) {
	type route = *network.Route
	p, err := selectPageIf(c, c.ownFilter("vpc_id"), queryFilters[route]{
		"id":          byID[route],
		"type":        func(r route, s string) bool { return string(r.Type) == s },
		"vpc_id":      func(r route, s string) bool { return r.VPCID == s },
		"destination": func(r route, s string) bool { return r.Destination == network.CanonicalPrefix(s) },
		"tenant_id":   func(r route, s string) bool { return r.Project == s },
	}, func(r route) bool {
		v := network.VPC{}
		v.ID = r.VPCID
		return c.canSee(r) && r.RouteTableID == v.DefaultRouteTable().ID
	})
	if err != nil {
		return response{}, err
	}
	return respondPage(c, "routes", p, routeV2)
}

func getRoute(c *requestContext) (response, error) {
	r, err := get[*network.Route](c, c.cloud, c.path("id"))
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"route": routeV2(r)})
}
