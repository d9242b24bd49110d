package cloudapi

import (
	"net/http"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

var securityGroupRuleRoutesV3 = routeGroup{
	generation: v3, kind: network.KindSecurityGroupRule, invalid: "VPC.9902",
	routes: []route{
		{"POST /v3/{project_id}/vpc/security-group-rules", createSecurityGroupRule(http.StatusCreated, ruleRequestV3, ruleV3)},
		{"GET /v3/{project_id}/vpc/security-group-rules", listSecurityGroupRules(ruleV3)},
		{"GET /v3/{project_id}/vpc/security-group-rules/{id}", getSecurityGroupRule(ruleV3)},
		{"DELETE /v3/{project_id}/vpc/security-group-rules/{id}", remove[*network.SecurityGroupRule]},
		{"POST /v3/{project_id}/vpc/security-groups/{id}/security-group-rules/batch-create", createRules},
	},
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

func ruleV3(r *network.SecurityGroupRule) ruleBodyV3 {
	return ruleBodyV3{
		ID: r.ID, Description: r.Description, SecurityGroupID: r.SecurityGroupID, Direction: r.Direction,
		Ethertype: r.Ethertype, Protocol: protocol(r.Protocol), Multiport: text(strings.Join(r.Ports, ",")),
		Action: r.Action, Priority: r.Rank(), RemoteIPPrefix: text(r.RemoteIPPrefix),
		RemoteGroupID: text(r.RemoteGroupID), RemoteAddressGroupID: text(r.RemoteAddressGroupID),
		Enabled: r.IsEnabled(), ProjectID: r.Project, CreatedAt: timeV3(r.CreatedAt), UpdatedAt: timeV3(r.UpdatedAt),
	}
}

// ruleOptionsV3 are the members of a new rule in v3, where it is one of several too.
type ruleOptionsV3 struct {
	ruleOptions
	Multiport *string `json:"multiport"`
	Action    *string `json:"action"`
	Priority  *number `json:"priority"`
	Enabled   *bool   `json:"enabled"`
}

func (o *ruleOptionsV3) rule(group string) *network.SecurityGroupRule {
	rule := o.ruleOptions.rule(group)
	rule.Ports = splitList(or(o.Multiport, ""))
	rule.Action, rule.Priority, rule.Enabled = network.Action(or(o.Action, "")), o.Priority.integer(), o.Enabled
	return rule
}

func ruleRequestV3(c *call) (*network.SecurityGroupRule, bool, error) {
	body, err := decode[struct {
		Rule *struct {
			ruleOptionsV3
			SecurityGroupID string `json:"security_group_id"`
		} `json:"security_group_rule"`
		DryRun bool `json:"dry_run"`
	}](c)
	if err != nil {
		return nil, false, err
	}
	q, err := wrapped(c, body.Rule, "security_group_rule")
	if err != nil {
		return nil, false, err
	}
	return q.rule(q.SecurityGroupID), body.DryRun, nil
}

// createRules makes several rules of one group, or none. With ignore_duplicate, rules that are there are passed over.
func createRules(c *call) (answer, error) {
	body, err := decode[struct {
		Rules           []ruleOptionsV3 `json:"security_group_rules"`
		IgnoreDuplicate bool            `json:"ignore_duplicate"`
		DryRun          bool            `json:"dry_run"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	if len(body.Rules) == 0 {
		return answer{}, c.malformed("security_group_rules names no rule.")
	}
	var created []ruleBodyV3
	rehearsed, err := c.perform(body.DryRun, func(cloud *emulator.Cloud) error {
		created = []ruleBodyV3{}
		if _, err := get[*network.SecurityGroup](c, cloud, c.path("id")); err != nil {
			return err
		}
		for i := range body.Rules {
			rule, err := create(c, cloud, body.Rules[i].rule(c.path("id")))
			switch {
			case err == nil:
				created = append(created, ruleV3(rule))
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
		return answer{}, err
	case rehearsed:
		return c.passed()
	default:
		return c.ok(http.StatusCreated, members{"security_group_rules": created})
	}
}
