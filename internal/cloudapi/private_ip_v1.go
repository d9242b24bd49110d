package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// privateIPRoutesV1 are v1's other view of ports: addresses of a subnet that are set aside or in use.
var privateIPRoutesV1 = routeGroup{
	generation: v1, kind: network.KindInstance, invalidCode: "VPC.0701",
	routes: []route{
		{"POST /v1/{project_id}/privateips", createPrivateIPs},
		{"GET /v1/{project_id}/privateips/{id}", getPrivateIP},
		{"DELETE /v1/{project_id}/privateips/{id}", deletePort},
		{"GET /v1/{project_id}/subnets/{id}/privateips", listPrivateIPs},
	},
}

func privateIP(i *network.Instance) jsonObject {
	owner := ""
	switch {
	case i.Port == nil:
		owner = ownerCompute
	case i.Port.DeviceOwner != "":
		owner = i.Port.DeviceOwner
	}
	return jsonObject{
		"id": i.ID, "status": portStatus(i), "subnet_id": i.SubnetID, "tenant_id": i.Project, "device_owner": owner,
		"ip_address": i.MainAddress(),
	}
}

// createPrivateIPs sets addresses aside, all of those asked for or none.
func createPrivateIPs(c *requestContext) (response, error) {
	body, err := decode[struct {
		PrivateIPs []struct {
			SubnetID    string `json:"subnet_id"`
			IPAddress   string `json:"ip_address"`
			DeviceOwner string `json:"device_owner"`
		} `json:"privateips"`
	}](c)
	if err != nil {
		return response{}, err
	}
	if len(body.PrivateIPs) == 0 {
		return response{}, c.invalidRequest("privateips names no address.")
	}
	var out []jsonObject
	err = c.cloud.Atomically(c.r.Context(), func(cloud *emulator.Cloud) error {
		out = nil
		if err := cloud.OpenProject(c.r.Context(), c.project); err != nil {
			return err
		}
		for _, q := range body.PrivateIPs {
			s, err := get[*network.Subnet](c, cloud, q.SubnetID)
			if emulator.IsNotFound(err) {
				return c.subnetNotFound(q.SubnetID)
			}
			if err != nil {
				return err
			}
			i := &network.Instance{
				SubnetID: s.ID, Port: &network.Port{DeviceOwner: q.DeviceOwner},
				SecurityGroupIDs: []string{network.DefaultSecurityGroup(c.project).ID},
			}
			if err := c.assignAddresses(cloud, i, s, []fixedIP{{IPAddress: q.IPAddress}}); err != nil {
				return err
			}
			if i, err = create(c, cloud, i); err != nil {
				return err
			}
			out = append(out, privateIP(i))
		}
		return nil
	})
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"privateips": out})
}

func getPrivateIP(c *requestContext) (response, error) {
	i, err := get[*network.Instance](c, c.cloud, c.path("id"))
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"privateip": privateIP(i)})
}

func listPrivateIPs(c *requestContext) (response, error) {
	if _, err := get[*network.Subnet](c, c.cloud, c.path("id")); emulator.IsNotFound(err) {
		return response{}, c.subnetNotFound(c.path("id"))
	} else if err != nil {
		return response{}, err
	}
	p, err := selectPage(c, emulator.Filter{Project: c.project, Attribute: "subnet_id", Target: c.path("id")},
		queryFilters[*network.Instance]{})
	if err != nil {
		return response{}, err
	}
	return respondPage(c, "privateips", p, privateIP)
}
