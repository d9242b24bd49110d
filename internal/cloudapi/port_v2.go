package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// portRoutesV2 are the ports of v2.0. Among them are those of the gateways of subnets.
var portRoutesV2 = routeGroup{
	generation: v2, kind: network.KindInstance, invalidCode: "InvalidInput",
	routes: []route{
		{"POST /v2.0/ports", createPort(http.StatusCreated, portV2)},
		{"GET /v2.0/ports", listPortsV2},
		{"GET /v2.0/ports/{id}", getPortV2},
		{"PUT /v2.0/ports/{id}", updatePort(portV2)},
		{"DELETE /v2.0/ports/{id}", deletePort},
	},
}

func portV2(c *requestContext, i *network.Instance) (jsonObject, error) {
	body, _, err := c.portBody(i)
	if err != nil {
		return nil, err
	}
	body["project_id"] = i.Project
	body["created_at"], body["updated_at"] = timeV1(i.CreatedAt), timeV1(i.UpdatedAt)
	return body, nil
}

// listPortsV2 lists ports. The list of one network's ports begins with its gateway's.
func listPortsV2(c *requestContext) (response, error) {
	gateway, err := c.listedGateway()
	if err != nil {
		return response{}, err
	}
	p, err := selectPage(c, c.inNetwork(), c.portFilters())
	if err != nil {
		return response{}, err
	}
	if gateway != nil {
		p.items = append([]*network.Instance{gateway}, p.items...)
	}
	return showPorts(c, p, portV2)
}

func getPortV2(c *requestContext) (response, error) {
	i, err := c.portOrGateway(c.path("id"))
	if err != nil {
		return response{}, err
	}
	return showPort(c, http.StatusOK, i, portV2)
}
