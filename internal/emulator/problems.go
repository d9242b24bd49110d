package emulator

import (
	"errors"
	"fmt"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// HasClass reports whether an error refuses a command for a reason of this class.
func HasClass(err error, class network.Class) bool {
	var problems network.Problems
	if !errors.As(err, &problems) {
		return false
	}
	for _, p := range problems {
		if p.Class == class {
			return true
		}
	}
	return false
}

// IsNotFound reports whether an error means that the object a command is about does not exist. An object that refers to
// another one that does not exist is a different matter: there the problem names the attribute.
func IsNotFound(err error) bool {
	var problems network.Problems
	return errors.As(err, &problems) && len(problems) == 1 && problems[0].Class == network.NotFound &&
		len(problems[0].Path) == 0
}

// notFoundCodes are the cloud's codes for an id that names nothing (ERR-20), and stand-ins where none is published
// (ERR-21).
var notFoundCodes = map[network.Kind]string{
	network.KindVPC:               "VPC.0202",
	network.KindSubnet:            "VPC.0202",
	network.KindSecurityGroup:     "VPC.9904",
	network.KindSecurityGroupRule: "VPC.9904",
	network.KindNetworkACL:        "VPC.9904",
	network.KindAddressGroup:      "VPC.9904",
	network.KindPeering:           "VpcPeeringNotFound",
	network.KindRouteTable:        "RouteTableNotFound",
	network.KindRoute:             "RouteNotFound",
	network.KindInstance:          "InstanceNotFound",
	network.KindReservation:       "VPC.9904",
	network.KindFirewallRule:      "FirewallRuleNotFound",
	network.KindFirewallPolicy:    "FirewallPolicyNotFound",
}

// NotFound is the error for an id that names no object of a kind.
func NotFound(kind network.Kind, id string) network.Problems {
	return network.Problems{{
		Class: network.NotFound, Code: notFoundCodes[kind], Status: 404,
		Summary: "No such object",
		Detail:  fmt.Sprintf("There is no %s with id %q.", kind.Label(), id),
	}}
}

func refuse(class network.Class, path network.Path, code, summary, format string, args ...any) network.Problem {
	status := map[network.Class]int{
		network.Invalid: 400, network.NotFound: 404, network.Conflict: 409, network.InUse: 409, network.Quota: 409,
	}[class]
	return network.Problem{
		Class: class, Path: path, Code: code, Status: status, Summary: summary, Detail: fmt.Sprintf(format, args...),
	}
}

func full(code, format string, args ...any) network.Problem {
	return refuse(network.Quota, nil, code, "Quota exceeded", format, args...)
}

func inUse(code, format string, args ...any) network.Problem {
	return refuse(network.InUse, nil, code, "Object in use", format, args...)
}

func advise(path network.Path, summary, format string, args ...any) network.Problem {
	return refuse(network.Advice, path, "", summary, format, args...)
}

// called is an object's name and id for a sentence.
func called(o network.Object) string {
	if o.Title() == "" {
		return o.Base().ID
	}
	return fmt.Sprintf("%q (%s)", o.Title(), o.Base().ID)
}
