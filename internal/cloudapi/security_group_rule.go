package cloudapi

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

func (a *api) registerSecurityGroupRules() {
	for _, dialect := range []struct {
		generation    generation
		base, invalid string
		created       int
		request       func(*call) (*network.SecurityGroupRule, bool, error)
		render        func(*call, *network.SecurityGroupRule) any
	}{
		{v1, "/v1/{project_id}/security-group-rules", "VPC.0601", http.StatusOK, ruleRequestV1, ruleV1},
		{neutron, "/v2.0/security-group-rules", "InvalidInput", http.StatusCreated, ruleRequestV1, ruleV2},
		{v3, "/v3/{project_id}/vpc/security-group-rules", "VPC.9902", http.StatusCreated, ruleRequestV3, ruleV3},
	} {
		g := a.group(dialect.generation, network.KindSecurityGroupRule, dialect.invalid)
		g.on("POST "+dialect.base, func(c *call) (answer, error) {
			rule, dryRun, err := dialect.request(c)
			if err != nil {
				return answer{}, err
			}
			rule, rehearsed, err := createOr(c, dryRun, rule)
			switch {
			case err != nil:
				return answer{}, err
			case rehearsed:
				return c.passed()
			default:
				return c.ok(dialect.created, members{"security_group_rule": dialect.render(c, rule)})
			}
		})
		g.on("GET "+dialect.base, withDefaultGroup(func(c *call) (answer, error) {
			return listRules(c, dialect.render)
		}))
		g.on("GET "+dialect.base+"/{id}", func(c *call) (answer, error) {
			rule, err := get[*network.SecurityGroupRule](c, c.cloud, c.path("id"))
			if err != nil {
				return answer{}, err
			}
			return c.ok(http.StatusOK, members{"security_group_rule": dialect.render(c, rule)})
		})
		g.on("DELETE "+dialect.base+"/{id}", func(c *call) (answer, error) {
			return remove[*network.SecurityGroupRule](c, c.path("id"))
		})
	}
	a.group(v3, network.KindSecurityGroupRule, "VPC.9902").on(
		"POST /v3/{project_id}/vpc/security-groups/{id}/security-group-rules/batch-create", createRules)
}

// portRange is a rule's ports in v1's form: one port or one range. For ICMP the two numbers are type and code. Rules
// with more ports than that have none in v1.
func portRange(r *network.SecurityGroupRule) (low, high *int) {
	if r.ICMPType != nil {
		return r.ICMPType, r.ICMPCode
	}
	if len(r.Ports) != 1 {
		return nil, nil
	}
	first, last, isRange := strings.Cut(r.Ports[0], "-")
	if !isRange {
		last = first
	}
	a, errA := strconv.Atoi(first)
	b, errB := strconv.Atoi(last)
	if errA != nil || errB != nil {
		return nil, nil
	}
	return &a, &b
}

// ruleOptions are the members of a new rule in any of the dialects.
type ruleOptions struct {
	Direction            string  `json:"direction"`
	Ethertype            *string `json:"ethertype"`
	Protocol             *string `json:"protocol"`
	RemoteIPPrefix       *string `json:"remote_ip_prefix"`
	RemoteGroupID        *string `json:"remote_group_id"`
	RemoteAddressGroupID *string `json:"remote_address_group_id"`
	Description          *string `json:"description"`
}

func (o *ruleOptions) rule(group string) *network.SecurityGroupRule {
	return &network.SecurityGroupRule{
		SecurityGroupID: group, Direction: network.Direction(o.Direction), Ethertype: ethertype(o.Ethertype),
		Protocol: or(o.Protocol, ""), RemoteIPPrefix: or(o.RemoteIPPrefix, ""), RemoteGroupID: or(o.RemoteGroupID, ""),
		RemoteAddressGroupID: or(o.RemoteAddressGroupID, ""), Description: or(o.Description, ""),
	}
}

// ethertype is the family of a rule; one that names none is about IPv4, whatever its prefix.
func ethertype(name *string) network.Ethertype {
	for _, e := range []network.Ethertype{network.EthertypeIPv4, network.EthertypeIPv6} {
		if name != nil && strings.EqualFold(*name, string(e)) {
			return e
		}
	}
	if or(name, "") == "" {
		return network.EthertypeIPv4
	}
	return network.Ethertype(*name)
}

func ruleRequestV1(c *call) (*network.SecurityGroupRule, bool, error) {
	body, err := decode[struct {
		Rule *struct {
			ruleOptions
			SecurityGroupID string  `json:"security_group_id"`
			PortRangeMin    *number `json:"port_range_min"`
			PortRangeMax    *number `json:"port_range_max"`
		} `json:"security_group_rule"`
	}](c)
	if err != nil {
		return nil, false, err
	}
	q, err := wrapped(c, body.Rule, "security_group_rule")
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
		return nil, false, c.malformed("port_range_min and port_range_max come together: one of them is missing.")
	case *low > *high:
		return nil, false, c.malformed("port_range_min is %d, which is above port_range_max, %d.", *low, *high)
	case *low == *high:
		rule.Ports = []string{strconv.Itoa(*low)}
	default:
		rule.Ports = []string{strconv.Itoa(*low) + "-" + strconv.Itoa(*high)}
	}
	return rule, false, nil
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
	var created []any
	rehearsed, err := c.perform(body.DryRun, func(cloud *emulator.Cloud) error {
		created = []any{}
		if _, err := get[*network.SecurityGroup](c, cloud, c.path("id")); err != nil {
			return err
		}
		for i := range body.Rules {
			rule, err := create(c, cloud, body.Rules[i].rule(c.path("id")))
			switch {
			case err == nil:
				created = append(created, ruleV3(c, rule))
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

func listRules(c *call, render func(*call, *network.SecurityGroupRule) any) (answer, error) {
	type rule = *network.SecurityGroupRule
	port := func(r rule, wanted string, second bool) bool {
		low, high := portRange(r)
		if second {
			low = high
		}
		return low != nil && strconv.Itoa(*low) == wanted
	}
	p, err := search(c, c.own("security_group_id", "remote_group_id", "remote_address_group_id"), filters[rule]{
		"id":                      byID[rule],
		"security_group_id":       func(r rule, s string) bool { return r.SecurityGroupID == s },
		"remote_group_id":         func(r rule, s string) bool { return r.RemoteGroupID == s },
		"remote_address_group_id": func(r rule, s string) bool { return r.RemoteAddressGroupID == s },
		"remote_ip_prefix":        func(r rule, s string) bool { return r.RemoteIPPrefix == network.CanonicalPrefix(s) },
		"protocol":                func(r rule, s string) bool { return strings.EqualFold(or(protocol(r.Protocol), ""), s) },
		"description":             func(r rule, s string) bool { return r.Description == s },
		"direction":               func(r rule, s string) bool { return string(r.Direction) == s },
		"action":                  func(r rule, s string) bool { return string(r.Action) == s },
		"priority":                func(r rule, s string) bool { return strconv.Itoa(r.Rank()) == s },
		"ethertype":               func(r rule, s string) bool { return strings.EqualFold(string(r.Ethertype), s) },
		"enabled":                 func(r rule, s string) bool { return strconv.FormatBool(r.IsEnabled()) == s },
		"port_range_min":          func(r rule, s string) bool { return port(r, s, false) },
		"port_range_max":          func(r rule, s string) bool { return port(r, s, true) },
		"tenant_id":               func(r rule, s string) bool { return r.Project == s },
		"project_id":              func(r rule, s string) bool { return r.Project == s },
	})
	if err != nil {
		return answer{}, err
	}
	return show(c, "security_group_rules", p, func(r rule) any { return render(c, r) })
}
