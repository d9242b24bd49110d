package cloudapi

import (
	"maps"
	"net/http"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// portRoutesV3 are the ports of v3, which reads them and changes the order of their security groups.
var portRoutesV3 = routeGroup{
	generation: v3, kind: network.KindInstance, invalidCode: "VPC.0701",
	routes: []route{
		{"GET /v3/{project_id}/ports", listPorts(portV3)},
		{"GET /v3/{project_id}/ports/{id}", getPort(portV3)},
		{"PUT /v3/{project_id}/ports/{id}/insert-security-groups", insertPortSecurityGroups},
		{"PUT /v3/{project_id}/ports/{id}/remove-security-groups", removePortSecurityGroups},
	},
}

type subnetAddress struct {
	SubnetCIDRID string `json:"subnet_cidr_id"`
	IPAddress    string `json:"ip_address"`
}

func portV3(c *requestContext, i *network.Instance) (jsonObject, error) {
	body, s, err := c.portBody(i)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"network_id", "fixed_ips", "dns_assignment", "dns_name"} {
		delete(body, name)
	}
	addresses := []subnetAddress{}
	for _, ip := range fixedIPs(i, s) {
		addresses = append(addresses, subnetAddress{ip.SubnetID, ip.IPAddress})
	}
	tags := []tag{}
	if i.Port != nil {
		tags = tagList(i.Port.Tags)
	}
	maps.Copy(body, jsonObject{
		"virsubnet_id": s.ID, "vpc_id": s.VPCID, "private_ips": addresses, "project_id": i.Project,
		"vpc_tenant_id": s.Project, "zone_id": s.AvailabilityZone, "scope": "center", "description": "", "tags": tags,
		"instance_id": "", "instance_type": "", "instance_info": nil, "ecs_flavor": "", "enable_efi": false,
		"vtep_ip": "", "position_type": "", "binding:host_id": "", "binding:vif_type": "unbound",
		"binding:migration_info": nil, "created_at": timeV3(i.CreatedAt), "updated_at": timeV3(i.UpdatedAt),
	})
	return body, nil
}

func insertPortSecurityGroups(c *requestContext) (response, error) {
	return changePortSecurityGroups(c, func(i *network.Instance, groups []string, at int) error {
		i.SecurityGroupIDs = slices.Insert(i.SecurityGroupIDs, at, groups...)
		return nil
	})
}

func removePortSecurityGroups(c *requestContext) (response, error) {
	return changePortSecurityGroups(c, func(i *network.Instance, groups []string, _ int) error {
		for _, id := range groups {
			at := slices.Index(i.SecurityGroupIDs, id)
			if at < 0 {
				return badRequest("VPC.0607", "The port %s is not in the security group %s.", i.ID, id)
			}
			i.SecurityGroupIDs = slices.Delete(i.SecurityGroupIDs, at, at+1)
		}
		return nil
	})
}

// changePortSecurityGroups changes the security groups of a port. New ones go to the end unless the request names a
// position, counted from zero (SG-27).
func changePortSecurityGroups(
	c *requestContext, edit func(i *network.Instance, groups []string, at int) error,
) (response, error) {
	body, err := decode[struct {
		Port *struct {
			SecurityGroups []string `json:"security_groups"`
			Index          *number  `json:"index"`
		} `json:"port"`
		DryRun bool `json:"dry_run"`
	}](c)
	if err != nil {
		return response{}, err
	}
	q, err := required(c, body.Port, "port")
	if err != nil {
		return response{}, err
	}
	if len(q.SecurityGroups) == 0 {
		return response{}, c.invalidRequest("port.security_groups names no group.")
	}
	i, err := changeOrValidate(c, body.DryRun, c.path("id"), func(_ *emulator.Cloud, i *network.Instance) error {
		at := valueOr(q.Index.integer(), len(i.SecurityGroupIDs))
		if at < 0 || at > len(i.SecurityGroupIDs) {
			return c.invalidRequest("port.index is %d; the port has %d security groups.", at, len(i.SecurityGroupIDs))
		}
		return edit(i, q.SecurityGroups, at)
	})
	switch {
	case err != nil:
		return response{}, err
	case body.DryRun:
		return dryRunPassed()
	default:
		return showPort(c, http.StatusOK, i, portV3)
	}
}
