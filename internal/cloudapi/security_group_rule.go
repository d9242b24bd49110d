package cloudapi

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// createSecurityGroupRule returns the handler that creates a rule, which parse reads from the request, and answers with
// a status and the rule in a generation's form.
func createSecurityGroupRule[V any](
	status int, parse func(*requestContext) (rule *network.SecurityGroupRule, dryRun bool, err error),
	render func(*network.SecurityGroupRule) V,
) handler {
	return func(c *requestContext) (response, error) {
		rule, dryRun, err := parse(c)
		if err != nil {
			return response{}, err
		}
		rule, err = createOrValidate(c, dryRun, rule)
		switch {
		case err != nil:
			return response{}, err
		case dryRun:
			return dryRunPassed()
		default:
			return respond(status, jsonObject{"security_group_rule": render(rule)})
		}
	}
}

func getSecurityGroupRule[V any](render func(*network.SecurityGroupRule) V) handler {
	return func(c *requestContext) (response, error) {
		rule, err := get[*network.SecurityGroupRule](c, c.cloud, c.path("id"))
		if err != nil {
			return response{}, err
		}
		return respond(http.StatusOK, jsonObject{"security_group_rule": render(rule)})
	}
}

func listSecurityGroupRules[V any](render func(*network.SecurityGroupRule) V) handler {
	return withDefaultGroup(func(c *requestContext) (response, error) {
		type rule = *network.SecurityGroupRule
		port := func(r rule, wanted string, second bool) bool {
			low, high := portRange(r)
			if second {
				low = high
			}
			return low != nil && strconv.Itoa(*low) == wanted
		}
		p, err := selectPage(c, c.ownFilter("security_group_id", "remote_group_id", "remote_address_group_id"), queryFilters[rule]{
			"id":                      byID[rule],
			"security_group_id":       func(r rule, s string) bool { return r.SecurityGroupID == s },
			"remote_group_id":         func(r rule, s string) bool { return r.RemoteGroupID == s },
			"remote_address_group_id": func(r rule, s string) bool { return r.RemoteAddressGroupID == s },
			"remote_ip_prefix":        func(r rule, s string) bool { return r.RemoteIPPrefix == network.CanonicalPrefix(s) },
			"protocol":                func(r rule, s string) bool { return strings.EqualFold(valueOr(protocol(r.Protocol), ""), s) },
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
			return response{}, err
		}
		return respondPage(c, "security_group_rules", p, render)
	})
}

// securityGroupRuleFields are the members of a new rule in any generation.
type securityGroupRuleFields struct {
	Direction            string  `json:"direction"`
	Ethertype            *string `json:"ethertype"`
	Protocol             *string `json:"protocol"`
	RemoteIPPrefix       *string `json:"remote_ip_prefix"`
	RemoteGroupID        *string `json:"remote_group_id"`
	RemoteAddressGroupID *string `json:"remote_address_group_id"`
	Description          *string `json:"description"`
}

func (o *securityGroupRuleFields) rule(group string) *network.SecurityGroupRule {
	return &network.SecurityGroupRule{
		SecurityGroupID: group, Direction: network.Direction(o.Direction), Ethertype: ethertype(o.Ethertype),
		Protocol: valueOr(o.Protocol, ""), RemoteIPPrefix: valueOr(o.RemoteIPPrefix, ""), RemoteGroupID: valueOr(o.RemoteGroupID, ""),
		RemoteAddressGroupID: valueOr(o.RemoteAddressGroupID, ""), Description: valueOr(o.Description, ""),
	}
}

// ethertype is the family of a rule; one that names none is about IPv4, whatever its prefix (SG-03).
func ethertype(name *string) network.Ethertype {
	for _, e := range []network.Ethertype{network.EthertypeIPv4, network.EthertypeIPv6} {
		if name != nil && strings.EqualFold(*name, string(e)) {
			return e
		}
	}
	if valueOr(name, "") == "" {
		return network.EthertypeIPv4
	}
	return network.Ethertype(*name)
}

// portRange is a rule's ports in v1's form: one port or one range. For ICMP the two numbers are type and code (SG-06).
// Rules with more ports than that have none in v1 (API-10).
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

// protocol is null for every protocol.
func protocol(name string) *string {
	if p, err := traffic.ParseProtocol(name); err == nil && p == traffic.AnyProtocol {
		return nil
	}
	return nullIfEmpty(name)
}
