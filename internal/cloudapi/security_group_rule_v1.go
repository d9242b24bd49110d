package cloudapi

import (
	"net/http"
	"strconv"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

var securityGroupRuleRoutesV1 = routeGroup{
	generation: v1, kind: network.KindSecurityGroupRule, invalidCode: "VPC.0601",
	routes: []route{
		{
			"POST /v1/{project_id}/security-group-rules",
			createSecurityGroupRule(http.StatusOK, parseSecurityGroupRuleV1, securityGroupRuleV1),
		},
		{"GET /v1/{project_id}/security-group-rules", listSecurityGroupRules(securityGroupRuleV1)},
		{"GET /v1/{project_id}/security-group-rules/{id}", getSecurityGroupRule(securityGroupRuleV1)},
		{"DELETE /v1/{project_id}/security-group-rules/{id}", deleteObject[*network.SecurityGroupRule]},
	},
}

// securityGroupRuleBodyV1 is the rule as v1 knows it: with one range of ports, and nothing that came later. The rules of security
// groups are the longest lists of most labs, so they are written as structures.
type securityGroupRuleBodyV1 struct {
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

func securityGroupRuleV1(r *network.SecurityGroupRule) securityGroupRuleBodyV1 {
	low, high := portRange(r)
	return securityGroupRuleBodyV1{
		ID: r.ID, Description: r.Description, SecurityGroupID: r.SecurityGroupID, Direction: r.Direction,
		Ethertype: r.Ethertype, Protocol: protocol(r.Protocol), PortRangeMin: low, PortRangeMax: high,
		RemoteIPPrefix: nullIfEmpty(r.RemoteIPPrefix), RemoteGroupID: nullIfEmpty(r.RemoteGroupID),
		RemoteAddressGroupID: nullIfEmpty(r.RemoteAddressGroupID), TenantID: r.Project,
	}
}

func parseSecurityGroupRuleV1(c *requestContext) (*network.SecurityGroupRule, bool, error) {
	body, err := decode[struct {
		Rule *struct {
			securityGroupRuleFields
			SecurityGroupID string  `json:"security_group_id"`
			PortRangeMin    *number `json:"port_range_min"`
			PortRangeMax    *number `json:"port_range_max"`
		} `json:"security_group_rule"`
	}](c)
	if err != nil {
		return nil, false, err
	}
	q, err := required(c, body.Rule, "security_group_rule")
	if err != nil {
		return nil, false, err
	}
	rule := q.rule(q.SecurityGroupID)
	low, high := q.PortRangeMin.integer(), q.PortRangeMax.integer()
	p, err := traffic.ParseProtocol(rule.Protocol)
	switch {
	case err == nil && p.IsICMP():
		rule.ICMPType, rule.ICMPCode = low, high
	case low == nil && high == nil:
		// Every port.
	case low == nil || high == nil:
		return nil, false, c.invalidRequest("port_range_min and port_range_max come together: one of them is missing.")
	case *low > *high:
		return nil, false, c.invalidRequest("port_range_min is %d, which is above port_range_max, %d.", *low, *high)
	case *low == *high:
		rule.Ports = []string{strconv.Itoa(*low)}
	default:
		rule.Ports = []string{strconv.Itoa(*low) + "-" + strconv.Itoa(*high)}
	}
	return rule, false, nil
}
