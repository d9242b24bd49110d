package cloudapi

import (
	"net/http"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var securityGroupRuleRoutesV3 = routeGroup{
	generation: v3, kind: network.KindSecurityGroupRule, invalidCode: "VPC.9902",
	routes: []route{
		{
			"POST /v3/{project_id}/vpc/security-group-rules",
			createSecurityGroupRule(http.StatusCreated, parseSecurityGroupRuleV3, securityGroupRuleV3),
		},
		{"GET /v3/{project_id}/vpc/security-group-rules", listSecurityGroupRules(securityGroupRuleV3)},
		{"GET /v3/{project_id}/vpc/security-group-rules/{id}", getSecurityGroupRule(securityGroupRuleV3)},
		{"DELETE /v3/{project_id}/vpc/security-group-rules/{id}", deleteObject[*network.SecurityGroupRule]},
		{"POST /v3/{project_id}/vpc/security-groups/{id}/security-group-rules/batch-create", batchCreateSecurityGroupRules},
	},
}

type securityGroupRuleBodyV3 struct {
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

func securityGroupRuleV3(r *network.SecurityGroupRule) securityGroupRuleBodyV3 {
	return securityGroupRuleBodyV3{
		ID: r.ID, Description: r.Description, SecurityGroupID: r.SecurityGroupID, Direction: r.Direction,
		Ethertype: r.Ethertype, Protocol: protocol(r.Protocol), Multiport: nullIfEmpty(strings.Join(r.Ports, ",")),
		Action: r.Action, Priority: r.Rank(), RemoteIPPrefix: nullIfEmpty(r.RemoteIPPrefix),
		RemoteGroupID: nullIfEmpty(r.RemoteGroupID), RemoteAddressGroupID: nullIfEmpty(r.RemoteAddressGroupID),
		Enabled: r.IsEnabled(), ProjectID: r.Project, CreatedAt: timeV3(r.CreatedAt), UpdatedAt: timeV3(r.UpdatedAt),
	}
}

// securityGroupRuleFieldsV3 are the members of a new rule in v3, where it is one of several too.
type securityGroupRuleFieldsV3 struct {
	securityGroupRuleFields
	Multiport *string `json:"multiport"`
	Action    *string `json:"action"`
	Priority  *number `json:"priority"`
	Enabled   *bool   `json:"enabled"`
}

func (o *securityGroupRuleFieldsV3) rule(group string) *network.SecurityGroupRule {
	rule := o.securityGroupRuleFields.rule(group)
	rule.Ports = splitList(valueOr(o.Multiport, ""))
	rule.Action, rule.Priority, rule.Enabled = network.Action(valueOr(o.Action, "")), o.Priority.integer(), o.Enabled
	return rule
}

func parseSecurityGroupRuleV3(c *requestContext) (*network.SecurityGroupRule, bool, error) {
	body, err := decode[struct {
		Rule *struct {
			securityGroupRuleFieldsV3
			SecurityGroupID string `json:"security_group_id"`
		} `json:"security_group_rule"`
		DryRun bool `json:"dry_run"`
	}](c)
	if err != nil {
		return nil, false, err
	}
	q, err := required(c, body.Rule, "security_group_rule")
	if err != nil {
		return nil, false, err
	}
	return q.rule(q.SecurityGroupID), body.DryRun, nil
}

// batchCreateSecurityGroupRules makes several rules of one group, or none. With ignore_duplicate, rules that are there
// are passed over.
func batchCreateSecurityGroupRules(c *requestContext) (response, error) {
	body, err := decode[struct {
		Rules           []securityGroupRuleFieldsV3 `json:"security_group_rules"`
		IgnoreDuplicate bool                        `json:"ignore_duplicate"`
		DryRun          bool                        `json:"dry_run"`
	}](c)
	if err != nil {
		return response{}, err
	}
	if len(body.Rules) == 0 {
		return response{}, c.invalidRequest("security_group_rules names no rule.")
	}
	var created []securityGroupRuleBodyV3
	err = c.runOrValidate(body.DryRun, func(cloud *emulator.Cloud) error {
		created = []securityGroupRuleBodyV3{}
		if _, err := get[*network.SecurityGroup](c, cloud, c.path("id")); err != nil {
			return err
		}
		for i := range body.Rules {
			rule, err := create(c, cloud, body.Rules[i].rule(c.path("id")))
			switch {
			case err == nil:
				created = append(created, securityGroupRuleV3(rule))
			case body.IgnoreDuplicate && emulator.HasClass(err, network.Conflict):
				// It is there already.
			default:
				return err
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return response{}, err
	case body.DryRun:
		return dryRunPassed()
	default:
		return respond(http.StatusCreated, jsonObject{"security_group_rules": created})
	}
}
