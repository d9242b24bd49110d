package cloudapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// codeInternal is the code of a failure that is the emulator's own.
const codeInternal = "SYS.0500"

// apiError is an error in the cloud's words.
type apiError struct {
	status        int
	code, message string
}

// Error implements error.
func (e *apiError) Error() string { return e.message + " (" + e.code + ")" }

// notPublished is the gateway's answer to a path that no service has (API-03).
func notPublished() *apiError {
	return &apiError{
		http.StatusNotFound, "APIGW.0101", "The API does not exist or has not been published in the environment",
	}
}

// badRequest is an error with status 400.
func badRequest(code, format string, args ...any) *apiError {
	return &apiError{http.StatusBadRequest, code, fmt.Sprintf(format, args...)}
}

// writeError responds with an error, in the form of the request's generation (API-03).
func (c *requestContext) writeError(err error) {
	e := c.toAPIError(err)
	generation := c.generation
	if strings.HasPrefix(e.code, "APIGW.") {
		generation = gateway
	}
	var body any
	switch generation {
	case v1, v2Tags:
		body = jsonObject{"code": e.code, "message": e.message}
	case v2:
		body = jsonObject{"NeutronError": jsonObject{"type": e.code, "message": e.message, "detail": ""}}
	default:
		body = jsonObject{"error_code": e.code, "error_msg": e.message, "request_id": c.requestID}
	}
	c.writeResponse(response{status: e.status, body: body})
}

// toAPIError puts an error into the words of the request's generation.
func (c *requestContext) toAPIError(err error) *apiError {
	var e *apiError
	var problems network.Problems
	switch {
	case errors.As(err, &e):
		return e
	case errors.As(err, &problems) && len(problems.Refusals()) > 0:
		return c.problemsError(err, problems.Refusals())
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &apiError{http.StatusServiceUnavailable, codeInternal, "The request was given up before it was answered."}
	default:
		c.Logger.Error("request failed", slog.Any("error", err), slog.String("request_id", c.requestID))
		return &apiError{http.StatusInternalServerError, codeInternal, err.Error()}
	}
}

// problemsError is the error for what the emulator finds wrong with a request.
func (c *requestContext) problemsError(err error, problems network.Problems) *apiError {
	first := problems[0]
	status := first.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	if emulator.IsNotFound(err) {
		return &apiError{
			status, c.codeFor(first), "Query resource by id fail.the resource could not be found. " + first.Detail,
		}
	}
	texts := make([]string, 0, len(problems))
	for _, p := range problems {
		texts = append(texts, p.Detail)
	}
	return &apiError{status, c.codeFor(first), strings.Join(texts, " ")}
}

// codeFor is the code of a problem in the request's generation. The emulator gives the code of the newest one.
func (c *requestContext) codeFor(p network.Problem) string {
	reference := p.Class == network.NotFound && len(p.Path) > 0
	switch c.generation {
	case v1:
		// A subnet that is not there and a VPC that is not there for a subnet are told apart by code.
		if reference && c.kind == network.KindSubnet && p.Path.Root() == "vpc_id" {
			return "VPC.0003"
		}
		if reference && strings.Contains(p.Path.Root(), "group_id") {
			return "VPC.0603"
		}
		if code, ok := codesV1[kindAndClass{c.kind, p.Class}]; ok && !reference {
			return code
		}
	case v2Tags:
		if p.Class == network.NotFound {
			return "VPC.2204"
		}
	case v3:
		if code, ok := codesV3[p.Class]; ok && !isNeutronType(p.Code) {
			return code
		}
	case v2:
		if !isNeutronType(p.Code) {
			return neutronType(c.kind, p)
		}
	}
	if p.Code == "" || strings.HasPrefix(p.Code, "Instance") {
		return c.invalidCode
	}
	return p.Code
}

// isNeutronType reports whether the emulator's code is one of those that v2.0 has too (ERR-21). An instance is nothing
// that the API knows.
func isNeutronType(code string) bool {
	return code != "" && !strings.HasPrefix(code, "VPC.") && !strings.HasPrefix(code, "Instance")
}

type kindAndClass struct {
	kind  network.Kind
	class network.Class
}

// codesV1 are the codes of v1 where they are others than those of v3 (ERR-16, ERR-17).
var codesV1 = map[kindAndClass]string{
	{network.KindSecurityGroup, network.NotFound}:     "VPC.0603",
	{network.KindSecurityGroup, network.Quota}:        "VPC.0604",
	{network.KindSecurityGroup, network.Invalid}:      "VPC.0601",
	{network.KindSecurityGroupRule, network.NotFound}: "VPC.0603",
	{network.KindSecurityGroupRule, network.Conflict}: "VPC.0602",
	{network.KindSecurityGroupRule, network.Quota}:    "VPC.0602",
	{network.KindInstance, network.NotFound}:          "VPC.0704",
}

// codesV3 are the codes of v3 where the emulator may give v1's (ERR-17, ERR-20).
var codesV3 = map[network.Class]string{network.NotFound: "VPC.9904", network.Quota: "VPC.9905"}

// neutronType is the exception a Neutron server would name (ERR-21).
func neutronType(kind network.Kind, p network.Problem) string {
	noun := neutronNouns[kind]
	switch p.Class {
	case network.NotFound:
		if path := p.Path.Root(); path != "" {
			noun = neutronReferences[path]
		}
		return noun + "NotFound"
	case network.InUse:
		return noun + "InUse"
	case network.Conflict:
		return noun + "Exists"
	case network.Quota:
		return "OverQuota"
	default:
		return "InvalidInput"
	}
}

var neutronNouns = map[network.Kind]string{
	network.KindSecurityGroup: "SecurityGroup", network.KindSecurityGroupRule: "SecurityGroupRule",
	network.KindNetworkACL: "FirewallGroup", network.KindPeering: "VpcPeering", network.KindRoute: "Route",
	network.KindSubnet: "Network", network.KindInstance: "Port", network.KindFirewallRule: "FirewallRule",
	network.KindFirewallPolicy: "FirewallPolicy",
}

var neutronReferences = map[string]string{
	"security_group_id": "SecurityGroup", "remote_group_id": "SecurityGroup",
	"remote_address_group_id": "AddressGroup", "vpc_id": "Vpc", "peer_vpc_id": "Vpc", "nexthop": "NextHop",
	"ingress_policy_id": "FirewallPolicy", "egress_policy_id": "FirewallPolicy", "rule_ids": "FirewallRule",
	"route_table_id": "RouteTable", "subnet_id": "Network", "subnet_ids": "Network", "security_group_ids": "SecurityGroup",
}
