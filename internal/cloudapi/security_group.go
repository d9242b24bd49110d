package cloudapi

import (
	"net/http"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

func (a *api) registerSecurityGroups() {
	type render = func(*call, *network.SecurityGroup, []*network.SecurityGroupRule) any
	show := func(status int, render render) func(*call, *network.SecurityGroup) (answer, error) {
		return func(c *call, g *network.SecurityGroup) (answer, error) {
			rules, err := c.rulesOf(g)
			if err != nil {
				return answer{}, err
			}
			return c.ok(status, members{"security_group": render(c, g, rules)})
		}
	}
	for _, dialect := range []struct {
		generation      generation
		base, invalid   string
		created         int
		render, inLists render
	}{
		{v1, "/v1/{project_id}/security-groups", "VPC.0601", http.StatusOK, securityGroupV1, securityGroupV1},
		{neutron, "/v2.0/security-groups", "InvalidInput", http.StatusCreated, securityGroupV2, securityGroupV2},
		{v3, "/v3/{project_id}/vpc/security-groups", "VPC.9901", http.StatusCreated, securityGroupV3, listedSecurityGroupV3},
	} {
		g := a.group(dialect.generation, network.KindSecurityGroup, dialect.invalid)
		created, shown := show(dialect.created, dialect.render), show(http.StatusOK, dialect.render)
		one := dialect.base + "/{id}"
		g.on("POST "+dialect.base, func(c *call) (answer, error) { return createSecurityGroup(c, created) })
		g.on("GET "+dialect.base, withDefaultGroup(func(c *call) (answer, error) {
			return listSecurityGroups(c, dialect.inLists)
		}))
		g.on("GET "+one, withDefaultGroup(func(c *call) (answer, error) {
			group, err := get[*network.SecurityGroup](c, c.cloud, c.path("id"))
			if err != nil {
				return answer{}, err
			}
			return shown(c, group)
		}))
		// v1 has no call to change a group; clients use v2.0's.
		if dialect.generation != v1 {
			g.on("PUT "+one, withDefaultGroup(func(c *call) (answer, error) { return updateSecurityGroup(c, shown) }))
		}
		g.on("DELETE "+one, withDefaultGroup(func(c *call) (answer, error) {
			return remove[*network.SecurityGroup](c, c.path("id"))
		}))
	}
	a.registerSecurityGroupRules()
}

// withDefaultGroup sees to it that the caller's project has its default group: it is there from the start.
func withDefaultGroup(handle func(*call) (answer, error)) func(*call) (answer, error) {
	return func(c *call) (answer, error) {
		if err := c.cloud.OpenProject(c.r.Context(), c.project); err != nil {
			return answer{}, err
		}
		return handle(c)
	}
}

func (c *call) rulesOf(g *network.SecurityGroup) ([]*network.SecurityGroupRule, error) {
	return referring[*network.SecurityGroupRule](c, "security_group_id", g.ID)
}

func securityGroupV1(c *call, g *network.SecurityGroup, rules []*network.SecurityGroupRule) any {
	return members{
		"id": g.ID, "name": g.Name, "description": g.Description, "enterprise_project_id": enterpriseProject(g),
		"vpc_id": nil, "security_group_rules": each(c, rules, ruleV1),
	}
}

func securityGroupV2(c *call, g *network.SecurityGroup, rules []*network.SecurityGroupRule) any {
	return members{
		"id": g.ID, "name": g.Name, "description": g.Description, "tenant_id": g.Project, "project_id": g.Project,
		"created_at": timeV1(g.CreatedAt), "updated_at": timeV1(g.UpdatedAt), "security_group_rules": each(c, rules, ruleV2),
	}
}

func listedSecurityGroupV3(_ *call, g *network.SecurityGroup, _ []*network.SecurityGroupRule) any {
	return members{
		"id": g.ID, "name": g.Name, "description": g.Description, "project_id": g.Project,
		"enterprise_project_id": enterpriseProject(g), "tags": tagList(g.Tags),
		"created_at": timeV3(g.CreatedAt), "updated_at": timeV3(g.UpdatedAt),
	}
}

func securityGroupV3(c *call, g *network.SecurityGroup, rules []*network.SecurityGroupRule) any {
	body := listedSecurityGroupV3(c, g, nil).(members) //nolint:forcetypeassert // It is written above.
	body["security_group_rules"] = each(c, rules, ruleV3)
	return body
}

// each renders a list inside another object.
func each[T, V any](c *call, items []T, render func(*call, T) V) []V {
	out := make([]V, 0, len(items))
	for _, item := range items {
		out = append(out, render(c, item))
	}
	return out
}

type securityGroupRequest struct {
	Name                *string `json:"name"`
	Description         *string `json:"description"`
	EnterpriseProjectID string  `json:"enterprise_project_id"`
	// VPCID is of v1's first days, when a group belonged to a VPC. It says nothing any more.
	VPCID *string `json:"vpc_id"`
	Tags  []tag   `json:"tags"`
}

func (c *call) securityGroupRequest() (q *securityGroupRequest, dryRun bool, err error) {
	body, err := decode[struct {
		Group  *securityGroupRequest `json:"security_group"`
		DryRun bool                  `json:"dry_run"`
	}](c)
	if err != nil {
		return nil, false, err
	}
	q, err = wrapped(c, body.Group, "security_group")
	return q, body.DryRun, err
}

func createSecurityGroup(c *call, show func(*call, *network.SecurityGroup) (answer, error)) (answer, error) {
	q, dryRun, err := c.securityGroupRequest()
	if err != nil {
		return answer{}, err
	}
	g := &network.SecurityGroup{Name: or(q.Name, ""), Description: or(q.Description, ""), Tags: tagMap(q.Tags)}
	g.EnterpriseProjectID = q.EnterpriseProjectID
	g, rehearsed, err := createOr(c, dryRun, g)
	switch {
	case err != nil:
		return answer{}, err
	case rehearsed:
		return c.passed()
	default:
		return show(c, g)
	}
}

func updateSecurityGroup(c *call, show func(*call, *network.SecurityGroup) (answer, error)) (answer, error) {
	q, dryRun, err := c.securityGroupRequest()
	if err != nil {
		return answer{}, err
	}
	g, rehearsed, err := changeOr(c, dryRun, c.path("id"), func(_ *emulator.Cloud, g *network.SecurityGroup) error {
		set(&g.Name, q.Name)
		set(&g.Description, q.Description)
		return nil
	})
	switch {
	case err != nil:
		return answer{}, err
	case rehearsed:
		return c.passed()
	default:
		return show(c, g)
	}
}

func listSecurityGroups(
	c *call, render func(*call, *network.SecurityGroup, []*network.SecurityGroupRule) any,
) (answer, error) {
	p, err := search(c, c.own(), filters[*network.SecurityGroup]{
		"id":                    byID[*network.SecurityGroup],
		"name":                  func(g *network.SecurityGroup, s string) bool { return g.Name == s },
		"description":           func(g *network.SecurityGroup, s string) bool { return g.Description == s },
		"enterprise_project_id": byEnterpriseProject[*network.SecurityGroup],
		"tenant_id":             func(g *network.SecurityGroup, s string) bool { return g.Project == s },
		"project_id":            func(g *network.SecurityGroup, s string) bool { return g.Project == s },
	})
	if err != nil {
		return answer{}, err
	}
	return showEach(c, "security_groups", p, func(g *network.SecurityGroup) (any, error) {
		var rules []*network.SecurityGroupRule
		if c.generation != v3 { // v3 leaves the rules out of lists.
			if rules, err = c.rulesOf(g); err != nil {
				return nil, err
			}
		}
		return render(c, g, rules), nil
	})
}
