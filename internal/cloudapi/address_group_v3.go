package cloudapi

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var addressGroupRoutesV3 = routeGroup{
	generation: v3, kind: network.KindAddressGroup, invalidCode: "VPC.9901",
	routes: []route{
		{"POST /v3/{project_id}/vpc/address-groups", createAddressGroup},
		{"GET /v3/{project_id}/vpc/address-groups", listAddressGroups},
		{"GET /v3/{project_id}/vpc/address-groups/{id}", getAddressGroup},
		{"PUT /v3/{project_id}/vpc/address-groups/{id}", updateAddressGroup},
		{"DELETE /v3/{project_id}/vpc/address-groups/{id}", deleteObject[*network.AddressGroup]},
		{"DELETE /v3/{project_id}/vpc/address-groups/{id}/force", forceDeleteAddressGroup},
		{"GET /v3/{project_id}/vpc/list-address-groups-dependency", listAddressGroupDependencies},
	},
}

type addressEntry struct {
	IP      string `json:"ip"`
	Remarks string `json:"remarks"`
}

func addressGroupV3(g *network.AddressGroup) jsonObject {
	addresses, entries := []string{}, []addressEntry{}
	for _, e := range g.Entries {
		addresses = append(addresses, e.Address)
		entries = append(entries, addressEntry{e.Address, e.Description})
	}
	return jsonObject{
		"id": g.ID, "name": g.Name, "description": g.Description, "tenant_id": g.Project,
		"enterprise_project_id": enterpriseProject(g), "status": "NORMAL", "status_message": "",
		"ip_version": g.IPVersion, "max_capacity": g.Capacity(), "ip_set": addresses, "ip_extra_set": entries,
		"tags": []tag{}, "created_at": timeV3(g.CreatedAt), "updated_at": timeV3(g.UpdatedAt),
	}
}

type addressGroupRequest struct {
	Name                *string         `json:"name"`
	Description         *string         `json:"description"`
	IPVersion           *number         `json:"ip_version"`
	IPSet               *[]string       `json:"ip_set"`
	IPExtraSet          *[]addressEntry `json:"ip_extra_set"`
	MaxCapacity         *number         `json:"max_capacity"`
	EnterpriseProjectID string          `json:"enterprise_project_id"`
}

func (q *addressGroupRequest) apply(g *network.AddressGroup) {
	setIfPresent(&g.Name, q.Name)
	setIfPresent(&g.Description, q.Description)
	if q.MaxCapacity != nil {
		g.MaxCapacity = q.MaxCapacity.integer()
	}
	switch {
	case q.IPExtraSet != nil:
		g.Entries = []network.AddressEntry{}
		for _, e := range *q.IPExtraSet {
			g.Entries = append(g.Entries, network.AddressEntry{Address: e.IP, Description: e.Remarks})
		}
	case q.IPSet != nil:
		g.Entries = []network.AddressEntry{}
		for _, address := range *q.IPSet {
			g.Entries = append(g.Entries, network.AddressEntry{Address: address})
		}
	}
}

func (c *requestContext) addressGroupRequest() (q *addressGroupRequest, dryRun bool, err error) {
	body, err := decode[struct {
		Group  *addressGroupRequest `json:"address_group"`
		DryRun bool                 `json:"dry_run"`
	}](c)
	if err != nil {
		return nil, false, err
	}
	if q, err = required(c, body.Group, "address_group"); err != nil {
		return nil, false, err
	}
	if q.IPSet != nil && q.IPExtraSet != nil && len(*q.IPSet) > 0 && len(*q.IPExtraSet) > 0 {
		return nil, false, c.invalidRequest("address_group has ip_set and ip_extra_set. They are two forms of one list; send one.")
	}
	return q, body.DryRun, nil
}

func createAddressGroup(c *requestContext) (response, error) {
	q, dryRun, err := c.addressGroupRequest()
	if err != nil {
		return response{}, err
	}
	if q.IPVersion == nil {
		return response{}, c.invalidRequest("address_group.ip_version is missing; it must be 4 or 6.")
	}
	g := &network.AddressGroup{IPVersion: int(*q.IPVersion)}
	g.EnterpriseProjectID = q.EnterpriseProjectID
	q.apply(g)
	g, err = createOrValidate(c, dryRun, g)
	switch {
	case err != nil:
		return response{}, err
	case dryRun:
		return dryRunPassed()
	default:
		return respond(http.StatusCreated, jsonObject{"address_group": addressGroupV3(g)})
	}
}

func addressGroupFilters() queryFilters[*network.AddressGroup] {
	type group = *network.AddressGroup
	return queryFilters[group]{
		"id":                    byID[group],
		"name":                  func(g group, s string) bool { return g.Name == s },
		"ip_version":            func(g group, s string) bool { return strconv.Itoa(g.IPVersion) == s },
		"description":           func(g group, s string) bool { return g.Description == s },
		"enterprise_project_id": byEnterpriseProject[group],
	}
}

func listAddressGroups(c *requestContext) (response, error) {
	p, err := selectPage(c, c.ownFilter(), addressGroupFilters())
	if err != nil {
		return response{}, err
	}
	return respondPage(c, "address_groups", p, addressGroupV3)
}

func getAddressGroup(c *requestContext) (response, error) {
	g, err := get[*network.AddressGroup](c, c.cloud, c.path("id"))
	if err != nil {
		return response{}, err
	}
	return respond(http.StatusOK, jsonObject{"address_group": addressGroupV3(g)})
}

func updateAddressGroup(c *requestContext) (response, error) {
	q, dryRun, err := c.addressGroupRequest()
	if err != nil {
		return response{}, err
	}
	g, err := changeOrValidate(c, dryRun, c.path("id"), func(_ *emulator.Cloud, g *network.AddressGroup) error {
		q.apply(g)
		return nil
	})
	switch {
	case err != nil:
		return response{}, err
	case dryRun:
		return dryRunPassed()
	default:
		return respond(http.StatusOK, jsonObject{"address_group": addressGroupV3(g)})
	}
}

// forceDeleteAddressGroup deletes a group and the rules that name it.
func forceDeleteAddressGroup(c *requestContext) (response, error) {
	err := c.cloud.Atomically(c.r.Context(), func(cloud *emulator.Cloud) error {
		group, err := get[*network.AddressGroup](c, cloud, c.path("id"))
		if err != nil {
			return err
		}
		return cloud.ForgetAddressGroup(c.r.Context(), group.ID)
	})
	if err != nil {
		return response{}, err
	}
	return noContent()
}

type addressGroupDependency struct {
	Type                string `json:"type"`
	InstanceID          string `json:"instance_id"`
	InstanceName        string `json:"instance_name"`
	EnterpriseProjectID string `json:"enterprise_project_id"`
}

// listAddressGroupDependencies says which security groups and network ACLs have rules that name a group.
func listAddressGroupDependencies(c *requestContext) (response, error) {
	p, err := selectPage(c, c.ownFilter(), addressGroupFilters())
	if err != nil {
		return response{}, err
	}
	return respondPageOrError(c, "address_groups", p, func(g *network.AddressGroup) (jsonObject, error) {
		users, err := c.addressGroupDependencies(g)
		return jsonObject{"id": g.ID, "enterprise_project_id": enterpriseProject(g), "dependency": users}, err
	})
}

func (c *requestContext) addressGroupDependencies(g *network.AddressGroup) ([]addressGroupDependency, error) {
	out := []addressGroupDependency{}
	rules, err := emulator.List[*network.SecurityGroupRule](c.r.Context(), c.cloud, emulator.Filter{
		Attribute: "remote_address_group_id", Target: g.ID,
	})
	if err != nil {
		return nil, err
	}
	for _, r := range rules {
		if slices.ContainsFunc(out, func(u addressGroupDependency) bool { return u.InstanceID == r.SecurityGroupID }) {
			continue
		}
		group, err := emulator.Get[*network.SecurityGroup](c.r.Context(), c.cloud, r.SecurityGroupID)
		if err != nil {
			return nil, err
		}
		out = append(out, addressGroupDependency{"sg", group.ID, group.Name, enterpriseProject(group)})
	}
	for _, d := range []network.Direction{network.Ingress, network.Egress} {
		acls, err := emulator.List[*network.NetworkACL](c.r.Context(), c.cloud, emulator.Filter{
			Attribute: network.RulesAttribute(d), Target: g.ID,
		})
		if err != nil {
			return nil, err
		}
		for _, acl := range acls {
			if !slices.ContainsFunc(out, func(u addressGroupDependency) bool { return u.InstanceID == acl.ID }) {
				out = append(out, addressGroupDependency{"firewall", acl.ID, acl.Name, enterpriseProject(acl)})
			}
		}
	}
	return out, nil
}
