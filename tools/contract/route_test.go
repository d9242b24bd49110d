package contract

import (
	"fmt"
	"net/http"
	"testing"

	m2 "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/vpc/v2/model"
)

// peered is a lab with two VPCs, a connection between them and a subnet in the first.
type peered struct {
	*lab
	vpc, far, peering string
	subnet            *m2.Subnet
	table             string
}

func newPeered(t *testing.T) *peered {
	t.Helper()
	p := &peered{lab: newLab(t)}
	p.vpc, p.far = p.newVPC(t, "near", "10.0.0.0/16"), p.newVPC(t, "far", "10.1.0.0/16")
	p.subnet = p.newSubnet(t, p.vpc, "s", "10.0.1.0/24")
	p.peering = call(t, http.StatusCreated, p.v2.CreateVpcPeering, peeringRequest("ab", p.vpc, p.far, nil)).Peering.Id
	tables := *call(t, http.StatusOK, p.v2.ListRouteTables, m2.ListRouteTablesRequest{VpcId: &p.vpc}).Routetables
	if len(tables) != 1 || !tables[0].Default || tables[0].Name != "rtb-near" {
		t.Fatalf("route tables of a new VPC: %+v", tables)
	}
	p.table = tables[0].Id
	return p
}

func (p *peered) show(t *testing.T, table string) *m2.RouteTableResp {
	t.Helper()
	return call(t, http.StatusOK, p.v2.ShowRouteTable, m2.ShowRouteTableRequest{RoutetableId: table}).Routetable
}

func (p *peered) change(table string, o m2.UpdateRouteTableReq) m2.UpdateRouteTableRequest {
	return m2.UpdateRouteTableRequest{RoutetableId: table, Body: &m2.UpdateRoutetableReqBody{Routetable: &o}}
}

// customRoutes leaves out the routes that the cloud keeps itself, by destination.
func customRoutes(table *m2.RouteTableResp) map[string]m2.RouteTableRoute {
	out := map[string]m2.RouteTableRoute{}
	for _, r := range table.Routes {
		if r.Type != "local" {
			out[r.Destination] = r
		}
	}
	return out
}

func subnetsOf(list []m2.SubnetList) []string {
	return ids(&list, func(s m2.SubnetList) string { return s.Id })
}

func TestDefaultRouteTable(t *testing.T) {
	p := newPeered(t)
	table := p.show(t, p.table)
	same(t, "VPC", table.VpcId, p.vpc)
	same(t, "tenant", table.TenantId, project)
	same(t, "subnets", subnetsOf(table.Subnets), []string{p.subnet.Id})
	local := ids(&table.Routes, func(r m2.RouteTableRoute) string { return r.Type + " " + r.Destination })
	same(t, "routes of its own", local, []string{"local 10.0.1.0/24"})
	_, err := p.v2.DeleteRouteTable(&m2.DeleteRouteTableRequest{RoutetableId: p.table})
	if status := statusOf(t, err); status != http.StatusConflict && status != http.StatusBadRequest {
		t.Errorf("deleting the default table was answered with status %d", status)
	}
}

func TestRoutesInTable(t *testing.T) {
	p := newPeered(t)
	got := call(t, http.StatusOK, p.v2.UpdateRouteTable, p.change(p.table, m2.UpdateRouteTableReq{
		Routes: &m2.RouteTableRouteAction{Add: &[]m2.AddRouteTableRoute{
			{Type: "peering", Destination: "10.1.0.0/16", Nexthop: p.peering, Description: new("to far")},
			{Type: "peering", Destination: "10.2.0.0/16", Nexthop: p.peering},
		}},
	})).Routetable
	same(t, "how many routes", len(customRoutes(got)), 2)
	same(t, "first route", customRoutes(got)["10.1.0.0/16"], m2.RouteTableRoute{
		Type: "peering", Destination: "10.1.0.0/16", Nexthop: p.peering, Description: new("to far"),
	})
	same(t, "shown routes", customRoutes(p.show(t, p.table)), customRoutes(got))
	call(t, http.StatusOK, p.v2.UpdateRouteTable, p.change(p.table, m2.UpdateRouteTableReq{
		Routes: &m2.RouteTableRouteAction{
			Mod: &[]m2.ModRouteTableRoute{{
				Type: "peering", Destination: "10.1.0.0/16", Nexthop: p.peering, Description: new("changed"),
			}},
			Del: &[]m2.DelRouteTableRoute{{Destination: "10.2.0.0/16"}},
		},
	}))
	left := customRoutes(p.show(t, p.table))
	same(t, "routes after the changes", len(left), 1)
	same(t, "description", text(left["10.1.0.0/16"].Description), "changed")
	same(t, "name after the changes", p.show(t, p.table).Name, "rtb-near")

	_, err := p.v2.UpdateRouteTable(new(p.change(p.table, m2.UpdateRouteTableReq{
		Routes: &m2.RouteTableRouteAction{Add: &[]m2.AddRouteTableRoute{
			{Type: "peering", Destination: "10.1.0.0/16", Nexthop: p.peering},
		}},
	})))
	same(t, "status of a second route to a destination", statusOf(t, err), http.StatusConflict)
	_, err = p.v2.UpdateRouteTable(new(p.change(p.table, m2.UpdateRouteTableReq{
		Routes: &m2.RouteTableRouteAction{Add: &[]m2.AddRouteTableRoute{
			{Type: "peering", Destination: "10.3.0.0/16", Nexthop: nobody},
		}},
	})))
	same(t, "status of a route through no peering", statusOf(t, err), http.StatusNotFound)
	call(t, http.StatusNoContent, p.v2.DeleteVpcPeering, m2.DeleteVpcPeeringRequest{PeeringId: p.peering})
	same(t, "routes after their peering is gone", len(customRoutes(p.show(t, p.table))), 0)
}

func TestRouteTableLife(t *testing.T) {
	p := newPeered(t)
	created := call(t, http.StatusOK, p.v2.CreateRouteTable, m2.CreateRouteTableRequest{Body: &m2.CreateRoutetableReqBody{
		Routetable: &m2.CreateRouteTableReq{
			Name: new("custom"), Description: new("why"), VpcId: p.vpc, Routes: &[]m2.RouteTableRoute{
				{Type: "peering", Destination: "10.1.0.0/16", Nexthop: p.peering},
			},
		},
	}}).Routetable
	same(t, "default", created.Default, false)
	same(t, "subnets of a new table", subnetsOf(created.Subnets), []string{})
	same(t, "routes given at creation", len(customRoutes(created)), 1)
	move := func(o m2.AssociateRouteTableAndSubnetReq) *m2.RouteTableResp {
		t.Helper()
		return call(t, http.StatusOK, p.v2.AssociateRouteTable, m2.AssociateRouteTableRequest{
			RoutetableId: created.Id, Body: &m2.RoutetableAssociateReqbody{Routetable: &m2.AsscoiateReq{Subnets: &o}},
		}).Routetable
	}
	got := move(m2.AssociateRouteTableAndSubnetReq{Associate: &[]string{p.subnet.Id}})
	same(t, "subnets that joined", subnetsOf(got.Subnets), []string{p.subnet.Id})
	same(t, "subnets left in the default table", subnetsOf(p.show(t, p.table).Subnets), []string{})
	bySubnet := call(t, http.StatusOK, p.v2.ListRouteTables, m2.ListRouteTablesRequest{SubnetId: &p.subnet.Id}).Routetables
	same(t, "table by subnet", ids(bySubnet, func(r m2.RouteTableListResp) string { return r.Id }), []string{created.Id})
	_, err := p.v2.DeleteRouteTable(&m2.DeleteRouteTableRequest{RoutetableId: created.Id})
	same(t, "status of deleting a table with subnets", statusOf(t, err), http.StatusConflict)
	got = call(t, http.StatusOK, p.v2.UpdateRouteTable, p.change(created.Id, m2.UpdateRouteTableReq{
		Name: new("renamed"), Description: new(""),
	})).Routetable
	same(t, "name", got.Name, "renamed")
	same(t, "description", got.Description, "")
	same(t, "routes that the update did not name", len(customRoutes(got)), 1)
	move(m2.AssociateRouteTableAndSubnetReq{Disassociate: &[]string{p.subnet.Id}})
	same(t, "subnets back in the default table", subnetsOf(p.show(t, p.table).Subnets), []string{p.subnet.Id})
	call(t, http.StatusNoContent, p.v2.DeleteRouteTable, m2.DeleteRouteTableRequest{RoutetableId: created.Id})
	_, err = p.v2.ShowRouteTable(&m2.ShowRouteTableRequest{RoutetableId: created.Id})
	same(t, "status of a table that is gone", statusOf(t, err), http.StatusNotFound)
	all := call(t, http.StatusOK, p.v2.ListRouteTables, m2.ListRouteTablesRequest{Id: &p.table}).Routetables
	same(t, "tables by id", ids(all, func(r m2.RouteTableListResp) string { return r.Id }), []string{p.table})
}

func TestRouteTableTakesFiveRoutesAtCreation(t *testing.T) {
	p := newPeered(t)
	routes := []m2.RouteTableRoute{}
	for i := range 6 {
		routes = append(routes, m2.RouteTableRoute{
			Type: "peering", Destination: fmt.Sprintf("10.%d.0.0/16", 2+i), Nexthop: p.peering,
		})
	}
	create := func(routes []m2.RouteTableRoute) *m2.CreateRouteTableRequest {
		return &m2.CreateRouteTableRequest{Body: &m2.CreateRoutetableReqBody{
			Routetable: &m2.CreateRouteTableReq{Name: new("custom"), VpcId: p.vpc, Routes: &routes},
		}}
	}
	_, err := p.v2.CreateRouteTable(create(routes))
	same(t, "status of six routes", statusOf(t, err), http.StatusBadRequest)
	made := call(t, http.StatusOK, p.v2.CreateRouteTable, *create(routes[:5])).Routetable
	same(t, "five routes", len(customRoutes(made)), 5)
}

func TestRouteOverV20(t *testing.T) {
	p := newPeered(t)
	create := func(destination, nexthop string) m2.CreateVpcRouteRequest {
		return m2.CreateVpcRouteRequest{Body: &m2.CreateVpcRouteRequestBody{Route: &m2.CreateVpcRouteOption{
			Destination: destination, Nexthop: nexthop, Type: m2.GetCreateVpcRouteOptionTypeEnum().PEERING, VpcId: p.vpc,
		}}}
	}
	route := call(t, http.StatusCreated, p.v2.CreateVpcRoute, create("10.1.0.0/16", p.peering)).Route
	same(t, "route", *route, m2.VpcRoute{
		Id: route.Id, Destination: "10.1.0.0/16", Nexthop: p.peering, Type: m2.GetVpcRouteTypeEnum().PEERING, VpcId: p.vpc,
		TenantId: project,
	})
	same(t, "shown route", *call(t, http.StatusOK, p.v2.ShowVpcRoute, m2.ShowVpcRouteRequest{RouteId: route.Id}).Route,
		*route)
	same(t, "route in the default table", customRoutes(p.show(t, p.table))["10.1.0.0/16"].Nexthop, p.peering)
	// And the other way round: a route made in the table is a route of the old API.
	call(t, http.StatusOK, p.v2.UpdateRouteTable, p.change(p.table, m2.UpdateRouteTableReq{
		Routes: &m2.RouteTableRouteAction{Add: &[]m2.AddRouteTableRoute{
			{Type: "peering", Destination: "10.2.0.0/16", Nexthop: p.peering},
		}},
	}))
	list := func(q m2.ListVpcRoutesRequest) []string {
		t.Helper()
		return ids(call(t, http.StatusOK, p.v2.ListVpcRoutes, q).Routes, func(r m2.VpcRoute) string { return r.Destination })
	}
	peering := m2.GetListVpcRoutesRequestTypeEnum().PEERING
	same(t, "by VPC and type", list(m2.ListVpcRoutesRequest{VpcId: &p.vpc, Type: &peering}),
		[]string{"10.1.0.0/16", "10.2.0.0/16"})
	same(t, "by id", list(m2.ListVpcRoutesRequest{Id: &route.Id}), []string{"10.1.0.0/16"})
	same(t, "by destination", list(m2.ListVpcRoutesRequest{Destination: new("10.2.0.0/16")}), []string{"10.2.0.0/16"})
	same(t, "by another VPC", list(m2.ListVpcRoutesRequest{VpcId: &p.far, Type: &peering}), []string{})
	_, err := p.v2.CreateVpcRoute(new(create("10.1.0.0/16", p.peering)))
	same(t, "status of a second route to a destination", statusOf(t, err), http.StatusConflict)
	refused(t, http.StatusNotFound, "", "NeutronError", p.v2.CreateVpcRoute, create("10.3.0.0/16", nobody))
	call(t, http.StatusNoContent, p.v2.DeleteVpcRoute, m2.DeleteVpcRouteRequest{RouteId: route.Id})
	refused(t, http.StatusNotFound, "", "NeutronError", p.v2.ShowVpcRoute, m2.ShowVpcRouteRequest{RouteId: route.Id})
	same(t, "routes in the default table", len(customRoutes(p.show(t, p.table))), 1)
}

func TestRouteTableRefusals(t *testing.T) {
	p := newPeered(t)
	_, err := p.v2.CreateRouteTable(&m2.CreateRouteTableRequest{Body: &m2.CreateRoutetableReqBody{
		Routetable: &m2.CreateRouteTableReq{Name: new("x"), VpcId: nobody},
	}})
	same(t, "status of a table in no VPC", statusOf(t, err), http.StatusNotFound)
	_, err = p.v2.ShowRouteTable(&m2.ShowRouteTableRequest{RoutetableId: nobody})
	same(t, "status of no table", statusOf(t, err), http.StatusNotFound)
	_, err = p.v2.AssociateRouteTable(&m2.AssociateRouteTableRequest{
		RoutetableId: p.table, Body: &m2.RoutetableAssociateReqbody{
			Routetable: &m2.AsscoiateReq{Subnets: &m2.AssociateRouteTableAndSubnetReq{Associate: &[]string{nobody}}},
		},
	})
	same(t, "status of associating no subnet", statusOf(t, err), http.StatusNotFound)
	for _, o := range []m2.AddRouteTableRoute{
		{Type: "peering", Destination: "10.0.1.0/24", Nexthop: p.peering},
		{Type: "peering", Destination: "10.1.0.0/99", Nexthop: p.peering},
		{Type: "teleport", Destination: "10.1.0.0/16", Nexthop: p.peering},
	} {
		_, err = p.v2.UpdateRouteTable(new(p.change(p.table, m2.UpdateRouteTableReq{
			Routes: &m2.RouteTableRouteAction{Add: &[]m2.AddRouteTableRoute{o}},
		})))
		if status := statusOf(t, err); status != http.StatusBadRequest && status != http.StatusConflict {
			t.Errorf("route %s %s was answered with status %d", o.Type, o.Destination, status)
		}
	}
	same(t, "routes after the refusals", len(customRoutes(p.show(t, p.table))), 0)
}
