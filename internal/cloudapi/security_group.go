package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// securityGroupRenderer writes a security group as a generation does.
type securityGroupRenderer func(*requestContext, *network.SecurityGroup) (jsonObject, error)

func showSecurityGroup(c *requestContext, status int, g *network.SecurityGroup, render securityGroupRenderer) (response, error) {
	body, err := render(c, g)
	if err != nil {
		return response{}, err
	}
	return respond(status, jsonObject{"security_group": body})
}

// securityGroupRulesOf are the rules of a group in a generation's form.
func securityGroupRulesOf[V any](
	c *requestContext, g *network.SecurityGroup, render func(*network.SecurityGroupRule) V,
) ([]V, error) {
	rules, err := referring[*network.SecurityGroupRule](c, "security_group_id", g.ID)
	out := make([]V, 0, len(rules))
	for _, r := range rules {
		out = append(out, render(r))
	}
	return out, err
}

// withDefaultGroup sees to it that the caller's project has its default group: it is there from the start (SG-22).
func withDefaultGroup(handle func(*requestContext) (response, error)) func(*requestContext) (response, error) {
	return func(c *requestContext) (response, error) {
		if err := c.cloud.OpenProject(c.r.Context(), c.project); err != nil {
			return response{}, err
		}
		return handle(c)
	}
}

type securityGroupRequest struct {
	Name                *string `json:"name"`
	Description         *string `json:"description"`
	EnterpriseProjectID string  `json:"enterprise_project_id"`
	// VPCID is of v1's first days, when a group belonged to a VPC. It says nothing any more (SG-25).
	VPCID *string `json:"vpc_id"`
	Tags  []tag   `json:"tags"`
}

func (c *requestContext) securityGroupRequest() (q *securityGroupRequest, dryRun bool, err error) {
	body, err := decode[struct {
		Group  *securityGroupRequest `json:"security_group"`
		DryRun bool                  `json:"dry_run"`
	}](c)
	if err != nil {
		return nil, false, err
	}
	q, err = required(c, body.Group, "security_group")
	return q, body.DryRun, err
}

// createSecurityGroup returns the handler that creates a group and answers with a status and the group in a
// generation's form.
func createSecurityGroup(status int, render securityGroupRenderer) handler {
	return func(c *requestContext) (response, error) {
		q, dryRun, err := c.securityGroupRequest()
		if err != nil {
			return response{}, err
		}
		g := &network.SecurityGroup{Name: valueOr(q.Name, ""), Description: valueOr(q.Description, ""), Tags: tagMap(q.Tags)}
		g.EnterpriseProjectID = q.EnterpriseProjectID
		g, err = createOrValidate(c, dryRun, g)
		switch {
		case err != nil:
			return response{}, err
		case dryRun:
			return dryRunPassed()
		default:
			return showSecurityGroup(c, status, g, render)
		}
	}
}

func listSecurityGroups(render securityGroupRenderer) handler {
	return withDefaultGroup(func(c *requestContext) (response, error) {
		p, err := selectPage(c, c.ownFilter(), queryFilters[*network.SecurityGroup]{
			"id":                    byID[*network.SecurityGroup],
			"name":                  func(g *network.SecurityGroup, s string) bool { return g.Name == s },
			"description":           func(g *network.SecurityGroup, s string) bool { return g.Description == s },
			"enterprise_project_id": byEnterpriseProject[*network.SecurityGroup],
			"tenant_id":             func(g *network.SecurityGroup, s string) bool { return g.Project == s },
			"project_id":            func(g *network.SecurityGroup, s string) bool { return g.Project == s },
		})
		if err != nil {
			return response{}, err
		}
		return respondPageOrError(c, "security_groups", p, func(g *network.SecurityGroup) (jsonObject, error) { return render(c, g) })
	})
}

func getSecurityGroup(render securityGroupRenderer) handler {
	return withDefaultGroup(func(c *requestContext) (response, error) {
		g, err := get[*network.SecurityGroup](c, c.cloud, c.path("id"))
		if err != nil {
			return response{}, err
		}
		return showSecurityGroup(c, http.StatusOK, g, render)
	})
}

func updateSecurityGroup(render securityGroupRenderer) handler {
	return withDefaultGroup(func(c *requestContext) (response, error) {
		q, dryRun, err := c.securityGroupRequest()
		if err != nil {
			return response{}, err
		}
		g, err := changeOrValidate(c, dryRun, c.path("id"), func(_ *emulator.Cloud, g *network.SecurityGroup) error {
			setIfPresent(&g.Name, q.Name)
			setIfPresent(&g.Description, q.Description)
			return nil
		})
		switch {
		case err != nil:
			return response{}, err
		case dryRun:
			return dryRunPassed()
		default:
			return showSecurityGroup(c, http.StatusOK, g, render)
		}
	})
}
