package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// portRoutesV1 are the network interfaces. A port is an instance of the emulated cloud: an address in a subnet with the
// groups that filter it. Instances that a lab's author has written are ports of servers.
var portRoutesV1 = routeGroup{
	generation: v1, kind: network.KindInstance, invalidCode: "VPC.0701",
	routes: []route{
		{"POST /v1/{project_id}/ports", createPort(http.StatusOK, portV1)},
		{"GET /v1/{project_id}/ports", listPorts(portV1)},
		{"GET /v1/{project_id}/ports/{id}", getPort(portV1)},
		{"PUT /v1/{project_id}/ports/{id}", updatePort(portV1)},
		{"DELETE /v1/{project_id}/ports/{id}", deletePort},
	},
}

func portV1(c *requestContext, i *network.Instance) (jsonObject, error) {
	body, s, err := c.portBody(i)
	if err != nil {
		return nil, err
	}
	body["instance_id"], body["instance_type"] = "", ""
	body["zone_id"], body["enable_efi"], body["ipv6_bandwidth_id"] = s.AvailabilityZone, false, ""
	return body, nil
}
