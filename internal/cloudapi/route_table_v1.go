package cloudapi

import (
	"net/http"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var routeTableRoutesV1 = routeGroup{
	generation: v1, kind: network.KindRouteTable, invalidCode: "RouteTableInvalid",
	routes: []route{
		{"POST /v1/{project_id}/routetables", createRouteTable},
		{"GET /v1/{project_id}/routetables", listRouteTables},
		{"GET /v1/{project_id}/routetables/{id}", getRouteTable},
		{"PUT /v1/{project_id}/routetables/{id}", updateRouteTable},
		{"DELETE /v1/{project_id}/routetables/{id}", deleteObject[*network.RouteTable]},
		{"POST /v1/{project_id}/routetables/{id}/action", changeRouteTableSubnets},
	},
}

// maxInlineRoutes is the number of routes a new table can be given; further ones are added to it.
const maxInlineRoutes = 5

type routeV1 struct {
	Type        string  `json:"type"`
	Destination string  `json:"destination"`
	NextHop     string  `json:"nexthop"`
	Description *string `json:"description"`
}

// routeTableV1 is a table as lists show it: without its routes.
func (c *requestContext) routeTableV1(t *network.RouteTable) (jsonObject, error) {
	served, err := c.subnetsOf(t)
	if err != nil {
		return nil, err
	}
	subnets := make([]jsonObject, 0, len(served))
	for _, id := range served {
		subnets = append(subnets, jsonObject{"id": id})
	}
	return jsonObject{
		"id": t.ID, "name": t.Name, "description": t.Description, "default": t.Default, "vpc_id": t.VPCID,
		"tenant_id": t.Project, "subnets": subnets, "created_at": timeV1(t.CreatedAt), "updated_at": timeV1(t.UpdatedAt),
	}, nil
}

// subnetsOf are the subnets a table serves; the default one serves those that no other table lists.
func (c *requestContext) subnetsOf(t *network.RouteTable) ([]string, error) {
	if !t.Default {
		return t.SubnetIDs, nil
	}
	subnets, err := objectsInVPC[*network.Subnet](c, t.VPCID)
	if err != nil {
		return nil, err
	}
	tables, err := objectsInVPC[*network.RouteTable](c, t.VPCID)
	if err != nil {
		return nil, err
	}
	elsewhere := map[string]bool{}
	for _, other := range tables {
		for _, id := range other.SubnetIDs {
			elsewhere[id] = !other.Default
		}
	}
	var out []string
	for _, s := range subnets {
		if !elsewhere[s.ID] {
			out = append(out, s.ID)
		}
	}
	return out, nil
}

func objectsInVPC[T network.Object](c *requestContext, vpc string) ([]T, error) {
	return referring[T](c, "vpc_id", vpc)
}

// showRouteTable answers with a table and its routes: first those to the VPC's own subnets, which nobody writes (RT-01).
func (c *requestContext) showRouteTable(t *network.RouteTable) (response, error) {
	body, err := c.routeTableV1(t)
	if err != nil {
		return response{}, err
	}
	subnets, err := objectsInVPC[*network.Subnet](c, t.VPCID)
	if err != nil {
		return response{}, err
	}
	routes := []routeV1{}
	for _, s := range subnets {
		for _, p := range s.Prefixes() {
			routes = append(routes, routeV1{"local", p.String(), "-", new("")})
		}
	}
	custom, err := routesOfTable(c, c.cloud, t.ID)
	if err != nil {
		return response{}, err
	}
	for _, r := range custom {
		routes = append(routes, routeV1{string(r.Type), r.Destination, r.NextHop, &r.Description})
	}
	body["routes"] = routes
	return respond(http.StatusOK, jsonObject{"routetable": body})
}

func routesOfTable(c *requestContext, cloud *emulator.Cloud, table string) ([]*network.Route, error) {
	return emulator.List[*network.Route](c.r.Context(), cloud, emulator.Filter{Attribute: "route_table_id", Target: table})
}

func createRouteTable(c *requestContext) (response, error) {
	body, err := decode[struct {
		Table *struct {
			Name        string    `json:"name"`
			VPCID       string    `json:"vpc_id"`
			Description string    `json:"description"`
			Routes      []routeV1 `json:"routes"`
		} `json:"routetable"`
	}](c)
	if err != nil {
		return response{}, err
	}
	q, err := required(c, body.Table, "routetable")
	if err != nil {
		return response{}, err
	}
	if len(q.Routes) > maxInlineRoutes {
		return response{}, c.invalidRequest("routetable.routes has %d routes; a new table takes up to %d. Add the others to the table "+
			"once it is there.", len(q.Routes), maxInlineRoutes)
	}
	var t *network.RouteTable
	err = c.cloud.Atomically(c.r.Context(), func(cloud *emulator.Cloud) error {
		t, err = create(c, cloud, &network.RouteTable{Name: q.Name, VPCID: q.VPCID, Description: q.Description})
		if err != nil {
			return err
		}
		return addRoutes(c, cloud, t, q.Routes)
	})
	if err != nil {
		return response{}, err
	}
	return c.showRouteTable(t)
}

func listRouteTables(c *requestContext) (response, error) {
	type table = *network.RouteTable
	var ofSubnet string
	if id := c.r.URL.Query().Get("subnet_id"); id != "" {
		var err error
		if ofSubnet, err = c.routeTableOfSubnet(id); err != nil {
			return response{}, err
		}
	}
	p, err := selectPage(c, c.ownFilter("vpc_id"), queryFilters[table]{
		"id":        byID[table],
		"vpc_id":    func(t table, s string) bool { return t.VPCID == s },
		"subnet_id": func(t table, _ string) bool { return t.ID == ofSubnet },
	})
	if err != nil {
		return response{}, err
	}
	return respondPageOrError(c, "routetables", p, c.routeTableV1)
}

// routeTableOfSubnet is the id of the table that serves a subnet, "" for a subnet that is not there.
func (c *requestContext) routeTableOfSubnet(subnet string) (string, error) {
	s, err := get[*network.Subnet](c, c.cloud, subnet)
	if emulator.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	tables, err := objectsInVPC[*network.RouteTable](c, s.VPCID)
	if err != nil {
		return "", err
	}
	var id string
	for _, t := range tables {
		if !t.Default && slices.Contains(t.SubnetIDs, subnet) {
			return t.ID, nil
		}
		if t.Default {
			id = t.ID
		}
	}
	return id, nil
}

func getRouteTable(c *requestContext) (response, error) {
	t, err := get[*network.RouteTable](c, c.cloud, c.path("id"))
	if err != nil {
		return response{}, err
	}
	return c.showRouteTable(t)
}

func updateRouteTable(c *requestContext) (response, error) {
	body, err := decode[struct {
		Table *struct {
			Name        *string `json:"name"`
			Description *string `json:"description"`
			Routes      struct {
				Add    []routeV1     `json:"add"`
				Modify []routeChange `json:"mod"`
				Delete []routeChange `json:"del"`
			} `json:"routes"`
		} `json:"routetable"`
	}](c)
	if err != nil {
		return response{}, err
	}
	q, err := required(c, body.Table, "routetable")
	if err != nil {
		return response{}, err
	}
	t, err := change(c, c.path("id"), func(cloud *emulator.Cloud, t *network.RouteTable) error {
		setIfPresent(&t.Name, q.Name)
		setIfPresent(&t.Description, q.Description)
		// Routes that go make room for those that come.
		if err := deleteRoutes(c, cloud, t, q.Routes.Delete); err != nil {
			return err
		}
		if err := modifyRoutes(c, cloud, t, q.Routes.Modify); err != nil {
			return err
		}
		return addRoutes(c, cloud, t, q.Routes.Add)
	})
	if err != nil {
		return response{}, err
	}
	return c.showRouteTable(t)
}

// routeChange names a route of a table by its destination, and says what else it is or shall be.
type routeChange struct {
	Destination string  `json:"destination"`
	Type        *string `json:"type"`
	NextHop     *string `json:"nexthop"`
	Description *string `json:"description"`
}

func addRoutes(c *requestContext, cloud *emulator.Cloud, t *network.RouteTable, routes []routeV1) error {
	for _, r := range routes {
		_, err := create(c, cloud, &network.Route{
			VPCID: t.VPCID, RouteTableID: t.ID, Destination: r.Destination, Type: network.RouteType(r.Type), NextHop: r.NextHop,
			Description: valueOr(r.Description, ""),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func modifyRoutes(c *requestContext, cloud *emulator.Cloud, t *network.RouteTable, changes []routeChange) error {
	for _, q := range changes {
		r, err := findRoute(c, cloud, t, q.Destination)
		if err != nil {
			return err
		}
		setIfPresent(&r.NextHop, q.NextHop)
		setIfPresent(&r.Description, q.Description)
		if q.Type == nil || string(r.Type) == *q.Type {
			if _, err := update(c, cloud, r); err != nil {
				return err
			}
			continue
		}
		// The cloud changes the type in place; to the emulator a route of another type is another route (API-12).
		if err := cloud.Delete(c.r.Context(), r.Kind(), r.ID); err != nil {
			return err
		}
		replacement := *r
		replacement.ID, replacement.Type = "", network.RouteType(*q.Type)
		if _, err := create(c, cloud, &replacement); err != nil {
			return err
		}
	}
	return nil
}

func deleteRoutes(c *requestContext, cloud *emulator.Cloud, t *network.RouteTable, changes []routeChange) error {
	for _, q := range changes {
		r, err := findRoute(c, cloud, t, q.Destination)
		if err != nil {
			return err
		}
		if err := cloud.Delete(c.r.Context(), r.Kind(), r.ID); err != nil {
			return err
		}
	}
	return nil
}

// findRoute is the route of a table to a destination.
func findRoute(c *requestContext, cloud *emulator.Cloud, t *network.RouteTable, destination string) (*network.Route, error) {
	routes, err := routesOfTable(c, cloud, t.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range routes {
		if r.Destination == network.CanonicalPrefix(destination) {
			return r, nil
		}
	}
	return nil, &apiError{
		http.StatusNotFound, "RouteNotFound", "The route table " + t.ID + " has no route to " + destination + ".",
	}
}

func changeRouteTableSubnets(c *requestContext) (response, error) {
	body, err := decode[struct {
		Table *struct {
			Subnets struct {
				Associate    []string `json:"associate"`
				Disassociate []string `json:"disassociate"`
			} `json:"subnets"`
		} `json:"routetable"`
	}](c)
	if err != nil {
		return response{}, err
	}
	q, err := required(c, body.Table, "routetable")
	if err != nil {
		return response{}, err
	}
	t, err := change(c, c.path("id"), func(_ *emulator.Cloud, t *network.RouteTable) error {
		for _, id := range q.Subnets.Disassociate {
			at := slices.Index(t.SubnetIDs, id)
			if at < 0 {
				return badRequest("RouteTableInvalid", "The subnet %s is not associated with the route table %s.", id, t.ID)
			}
			t.SubnetIDs = slices.Delete(t.SubnetIDs, at, at+1)
		}
		// A subnet that joins this table leaves the one it was in (RT-04); that is the emulator's doing.
		t.SubnetIDs = append(t.SubnetIDs, q.Subnets.Associate...)
		return nil
	})
	if err != nil {
		return response{}, err
	}
	return c.showRouteTable(t)
}
