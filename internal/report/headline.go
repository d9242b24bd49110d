package report

import "github.com/vpclab/terraform-provider-vpclab/internal/reach"

// titles are the headlines by the code of the first cause, each the same for every occurrence.
var titles = map[string]string{
	reach.CodeVPCDisconnected:        "VPCs not connected",
	reach.CodePeeringNotActive:       "Peering connection not active",
	reach.CodePeeringOverlapTotal:    "Address blocks of the VPCs overlap",
	reach.CodePeeringTransitRefused:  "Transit through a third VPC",
	reach.CodePeeringEIPNotShared:    "Public address not shared over peering",
	reach.CodeRouteMissingForward:    "No route to the destination",
	reach.CodeRouteMissingReturn:     "No route back",
	reach.CodeRouteShadowedByLocal:   "Route shadowed by a local subnet",
	reach.CodeRouteMoreSpecific:      "More specific route leads elsewhere",
	reach.CodeRouteWrongVPC:          "Route leads to the wrong VPC",
	reach.CodeRouteDeadNextHop:       "Route to a dead next hop",
	reach.CodeRouteLoop:              "Routing loop",
	reach.CodeNoPublicAddress:        "No public address",
	reach.CodeNoInternetRoute:        "No route to the Internet",
	reach.CodePrivateToInternet:      "Private address left to the Internet",
	reach.CodeACLExplicitDeny:        "Network ACL denies it",
	reach.CodeACLDefaultDeny:         "Network ACL does not allow it",
	reach.CodeACLDisabledDeniesAll:   "Disabled network ACL denies everything",
	reach.CodeACLSGConflict:          "Network ACL overrides security group",
	reach.CodeSGNoMatch:              "Security group does not allow it",
	reach.CodeSGNoRules:              "Security group does not allow it",
	reach.CodeSGExplicitDeny:         "Security group denies it",
	reach.CodeSGRemoteNotPreserved:   "Group identity lost on the way",
	reach.CodeEgressIngressDisjoint:  "Source and destination allow different traffic",
	reach.CodeAddressOutsideSubnet:   "Address outside its subnet",
	reach.CodeServiceNotListening:    "Service does not listen",
	reach.CodeGuestFirewallDeny:      "Guest firewall denies it",
	reach.CodeEndpointNotFound:       "Endpoint not in the network",
	reach.CodeEndpointAmbiguous:      "Address in more than one VPC",
	reach.CodeEndpointNoAddress:      "Endpoint without an address of this family",
	reach.CodeAddressNotRoutable:     "Address that is not routed",
	reach.CodeIPFamilyMismatch:       "Addresses of two families",
	reach.CodeProtocolFamilyMismatch: "Protocol of the other address family",
}

// causeOrder is the order in which layers give the headline: what keeps two ends apart altogether comes first.
var causeOrder = []reach.Layer{
	reach.LayerQuestion, reach.LayerVPC, reach.LayerRoute, reach.LayerACL, reach.LayerSG, reach.LayerHost,
}

// Headline is the title of an answer: its first cause, or its verdict.
func Headline(a reach.Answer) string {
	for _, layer := range causeOrder {
		code := ""
		for _, f := range a.Findings {
			if f.Layer != layer || f.Severity != reach.Blocker && f.Severity != reach.Failure {
				continue
			}
			if code == "" || f.Code == reach.CodeACLSGConflict {
				code = f.Code
			}
		}
		if title, ok := titles[code]; ok {
			return title
		}
	}
	switch a.Verdict {
	case reach.Reachable:
		return "Network reachable"
	case reach.Undetermined:
		return "Reachability not decided"
	default:
		return "Network unreachable"
	}
}
