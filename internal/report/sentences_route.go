package report

import (
	"fmt"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

var questionSentences = map[string]func(words) string{
	reach.CodeEndpointNotFound: func(w words) string {
		if w.Reason != "" {
			return fmt.Sprintf("The %s is no address: %s.", w.Side, w.Reason)
		}
		return fmt.Sprintf("The %s %q is not in the network the question is decided on. List it in network.", w.Side, w.Name)
	},
	reach.CodeEndpointAmbiguous: func(w words) string {
		return fmt.Sprintf("The address %s lies in more than one VPC. Name the VPC with vpc_id.", w.Name)
	},
	reach.CodeEndpointNoAddress: func(w words) string {
		return fmt.Sprintf("%s has no address of the family asked for. Give it one, or ask for the other family.", w.Name)
	},
	reach.CodeAddressOutsideSubnet: func(w words) string {
		return fmt.Sprintf("The address of the instance %s is not in the block of its subnet. Choose one inside.", w.Name)
	},
	reach.CodeAddressNotRoutable: func(w words) string {
		return fmt.Sprintf("%s is a loopback, link-local, multicast or unspecified address, which is never routed.", w.Name)
	},
	reach.CodeAddressUnowned: func(w words) string {
		if strings.Contains(w.Name, "/") {
			return fmt.Sprintf("Some addresses of %s in the subnet %s are no instance's. List the instances in network, ask about the "+
				"whole subnet, or name with security_group_ids the groups of whoever has them.", w.Name, w.other)
		}
		return fmt.Sprintf("No instance has the address %s of the subnet %s. Correct it, list the instance in network, or name with "+
			"security_group_ids the groups of whoever has it.", w.Name, w.other)
	},
	reach.CodeIPFamilyMismatch: func(w words) string {
		return fmt.Sprintf("%s are of different address families, so no packet has both.", w.Name)
	},
	reach.CodeProtocolFamilyMismatch: func(w words) string {
		return fmt.Sprintf("%s belongs to the other address family. Use icmp with IPv4 and icmpv6 with IPv6.", w.Name)
	},
	reach.CodeSelfProbe: func(w words) string { return fmt.Sprintf("Source and destination are both %s.", w.Name) },
	reach.CodeValueUnknown: func(w words) string {
		if w.Reason == reach.ReasonAddress {
			return fmt.Sprintf("The address of %s is not known yet, and the free addresses of its subnet do not all fare alike.", w.Name)
		}
		return fmt.Sprintf("Not everything is known yet about %s, which may decide about this traffic.",
			strings.TrimSpace(w.Kind.Label()+" "+w.Name))
	},
	reach.CodeUnknownUntilApply: func(w words) string {
		return fmt.Sprintf("%s refers to the %s %s, which is not in the network the question is decided on. List it in network.",
			w.other, w.Kind.Label(), w.ID)
	},
}

var routeSentences = map[string]func(words) string{
	reach.CodeVPCDisconnected: func(w words) string {
		return fmt.Sprintf("The VPCs %s and %s share no chain of peering connections, so nothing gets from one to the other.",
			w.Name, w.other)
	},
	reach.CodeSGShared: func(w words) string {
		if w.Severity != reach.Hint {
			return fmt.Sprintf("Instances of the security group %s are in %s, which are not connected. A group connects nothing: "+
				"peer the VPCs.", w.Name, w.other)
		}
		return fmt.Sprintf("Both ends are in the security group %s, but a group connects nothing: the VPCs must be peered.",
			w.Name)
	},
	reach.CodePeeringNotActive: func(w words) string {
		return fmt.Sprintf("The peering connection %s is not active, and only an active one carries traffic.", w.Name)
	},
	reach.CodePeeringOverlapTotal: func(w words) string {
		if w.Reason == reach.ReasonIPv6 {
			return fmt.Sprintf("The IPv4 blocks of the VPCs joined by %s overlap, so the connection carries no IPv6 either. "+
				"Renumber one.", w.Name)
		}
		return fmt.Sprintf("All subnets of the VPCs joined by %s overlap, so local routes win on both sides. Renumber one.",
			w.Name)
	},
	reach.CodePeeringOverlapPartial: func(w words) string {
		return fmt.Sprintf("The blocks of the VPCs joined by %s overlap. Route by subnet: only subnets whose block the other "+
			"side does not use can be reached.", w.Name)
	},
	reach.CodePeeringTransit: func(w words) string { return fmt.Sprintf("The way leads through the VPC %s.", w.Name) },
	reach.CodePeeringTransitRefused: func(w words) string {
		return fmt.Sprintf("The way leads through the VPC %s, and the question forbids transit. Peer the two VPCs directly.",
			w.Name)
	},
	reach.CodePeeringEIPNotShared: func(w words) string {
		return fmt.Sprintf("The VPC %s shares no public address over the peering connection. Add a default route there to an "+
			"instance that translates addresses, or bind a public address.", w.Name)
	},
	reach.CodePeeringDuplicate: func(w words) string {
		return fmt.Sprintf("The peering connections %s and %s join the same two VPCs. Remove one.", w.Name, w.other)
	},
	reach.CodePeeringSelf: func(w words) string {
		return fmt.Sprintf("The peering connection %s joins a VPC with itself. Choose another VPC.", w.Name)
	},
	reach.CodeCIDROverlap: func(w words) string {
		return fmt.Sprintf("The subnets %s and %s of one VPC overlap. Choose another block.", w.Name, w.other)
	},
	reach.CodeRouteMissingForward: func(w words) string {
		if w.Reason == reach.ReasonOwnPublicAddress {
			return publicFirst(w)
		}
		return fmt.Sprintf("The VPC %s has no route to %s in table %s.", w.Name, w.target, w.other)
	},
	reach.CodeRouteMissingReturn: func(w words) string {
		if w.Reason == reach.ReasonOwnPublicAddress {
			return "Answers have no way back. " + publicFirst(w)
		}
		return fmt.Sprintf("Answers have no way back: the VPC %s has no route to %s in table %s.", w.Name, w.target, w.other)
	},
	reach.CodeRouteShadowedByLocal: func(w words) string {
		if w.Kind == network.KindRoute {
			return fmt.Sprintf("The route %s carries nothing: the local subnet %s has its destination, and local routes always "+
				"win.", w.Name, w.other)
		}
		return fmt.Sprintf("On the %s leg, %s lies in the local subnet %s too, and local routes always win.", w.Leg, w.target,
			w.Name)
	},
	reach.CodeRouteMoreSpecific: func(w words) string {
		return fmt.Sprintf("On the %s leg, the more specific route %s takes the traffic to %s elsewhere.", w.Leg, w.Name,
			w.target)
	},
	reach.CodeRouteWrongVPC: func(w words) string {
		return fmt.Sprintf("On the %s leg, the routes end at %s, which is not where %s is.", w.Leg, w.Name, w.target)
	},
	reach.CodeRouteDeadNextHop: func(w words) string {
		return fmt.Sprintf("The route %s leads to a next hop that is not there or carries nothing.", w.Name)
	},
	reach.CodeRouteLoop: func(w words) string {
		return fmt.Sprintf("The tables send the packet round in a circle; the route %s closes it.", w.Name)
	},
	reach.CodeRouteAsymmetric: func(w words) string {
		return fmt.Sprintf("Answers from the VPC %s pass other VPCs than the requests.", w.Name)
	},
	reach.CodeRouteDuplicate: func(w words) string {
		return fmt.Sprintf("The table %s has two routes to %s. Keep one.", w.other, w.Name)
	},
	reach.CodeRouteConflictsWithSubnet: func(w words) string {
		return fmt.Sprintf("The route %s is equal to or inside the subnet %s of its own VPC, where local routes always win. "+
			"Choose a wider or another block.", w.Name, w.other)
	},
	reach.CodeForwarderUnverifiable: func(w words) string {
		return fmt.Sprintf("The route %s hands the traffic to a next hop outside the model; what that does cannot be seen.",
			w.Name)
	},
	reach.CodeNoPublicAddress: func(w words) string {
		return fmt.Sprintf("%s has no public address, and no route leads to something that shares one.", w.Name)
	},
	reach.CodeExposureUnmodelled: func(w words) string {
		return fmt.Sprintf("%s has no public address, but the route %s leads to a next hop outside the model, which may let the "+
			"Internet in; whether it does cannot be seen.", w.other, w.Name)
	},
	reach.CodeIPv6Bandwidth: func(w words) string {
		return fmt.Sprintf("Whether the IPv6 address of %s is in a shared bandwidth cannot be seen; without one it is internal, and "+
			"with one the Internet is reached directly, both ways.", w.Name)
	},
	reach.CodeNoInternetRoute: func(w words) string {
		return fmt.Sprintf("There is no default way out of %s: add a route for 0.0.0.0/0 to something that shares a public "+
			"address.", w.Name)
	},
	reach.CodePrivateToInternet: func(w words) string {
		if w.other != "" {
			return fmt.Sprintf("%s lies in a block of the VPC %s and in none of its subnets, so no local route leads there, and the "+
				"routes leave it to the Internet. Correct the address, or list the subnet.", w.Name, w.other)
		}
		return fmt.Sprintf("%s is a private address in no VPC of the network, and the routes leave it to the Internet. Use a "+
			"peering connection or a public address.", w.Name)
	},
}

// publicFirst: an instance with a public address of its own does not use the default route.
func publicFirst(w words) string {
	return fmt.Sprintf("In the VPC %s only the default route of table %s leads to %s, and the instance's own public "+
		"address goes before that. Add a route to the block itself.", w.Name, w.other, w.target)
}
