package cloudapi

import (
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// The rules of security groups are the longest lists of most labs, so they are written as structures.

// ruleBodyV1 is the rule as v1 knows it: with one range of ports, and nothing that came later.
type ruleBodyV1 struct {
	ID                   string            `json:"id"`
	Description          string            `json:"description"`
	SecurityGroupID      string            `json:"security_group_id"`
	Direction            network.Direction `json:"direction"`
	Ethertype            network.Ethertype `json:"ethertype"`
	Protocol             *string           `json:"protocol"`
	PortRangeMin         *int              `json:"port_range_min"`
	PortRangeMax         *int              `json:"port_range_max"`
	RemoteIPPrefix       *string           `json:"remote_ip_prefix"`
	RemoteGroupID        *string           `json:"remote_group_id"`
	RemoteAddressGroupID *string           `json:"remote_address_group_id"`
	TenantID             string            `json:"tenant_id"`
}

type ruleBodyV2 struct {
	ruleBodyV1

	ProjectID string `json:"project_id"`
	CreatedAt string `json:"created_at"`
	UpdatedAt string `json:"updated_at"`
}

type ruleBodyV3 struct {
	ID                   string            `json:"id"`
	Description          string            `json:"description"`
	SecurityGroupID      string            `json:"security_group_id"`
	Direction            network.Direction `json:"direction"`
	Ethertype            network.Ethertype `json:"ethertype"`
	Protocol             *string           `json:"protocol"`
	Multiport            *string           `json:"multiport"`
	Action               network.Action    `json:"action"`
	Priority             int               `json:"priority"`
	RemoteIPPrefix       *string           `json:"remote_ip_prefix"`
	RemoteGroupID        *string           `json:"remote_group_id"`
	RemoteAddressGroupID *string           `json:"remote_address_group_id"`
	Enabled              bool              `json:"enabled"`
	ProjectID            string            `json:"project_id"`
	CreatedAt            string            `json:"created_at"`
	UpdatedAt            string            `json:"updated_at"`
}

func bodyV1(r *network.SecurityGroupRule) ruleBodyV1 {
	low, high := portRange(r)
	return ruleBodyV1{
		ID: r.ID, Description: r.Description, SecurityGroupID: r.SecurityGroupID, Direction: r.Direction,
		Ethertype: r.Ethertype, Protocol: protocol(r.Protocol), PortRangeMin: low, PortRangeMax: high,
		RemoteIPPrefix: text(r.RemoteIPPrefix), RemoteGroupID: text(r.RemoteGroupID),
		RemoteAddressGroupID: text(r.RemoteAddressGroupID), TenantID: r.Project,
	}
}

func ruleV1(_ *call, r *network.SecurityGroupRule) any { return bodyV1(r) }

func ruleV2(_ *call, r *network.SecurityGroupRule) any {
	return ruleBodyV2{bodyV1(r), r.Project, timeV1(r.CreatedAt), timeV1(r.UpdatedAt)}
}

func ruleV3(_ *call, r *network.SecurityGroupRule) any {
	return ruleBodyV3{
		ID: r.ID, Description: r.Description, SecurityGroupID: r.SecurityGroupID, Direction: r.Direction,
		Ethertype: r.Ethertype, Protocol: protocol(r.Protocol), Multiport: text(strings.Join(r.Ports, ",")),
		Action: r.Action, Priority: r.Rank(), RemoteIPPrefix: text(r.RemoteIPPrefix),
		RemoteGroupID: text(r.RemoteGroupID), RemoteAddressGroupID: text(r.RemoteAddressGroupID),
		Enabled: r.IsEnabled(), ProjectID: r.Project, CreatedAt: timeV3(r.CreatedAt), UpdatedAt: timeV3(r.UpdatedAt),
	}
}

// protocol is null for every protocol.
func protocol(name string) *string {
	if p, err := traffic.ParseProtocol(name); err == nil && p == traffic.AnyProtocol {
		return nil
	}
	return text(name)
}
