package reach

// pathCatalogue has the codes about the question, and about where packets go.
var pathCatalogue = []Explanation{
	{
		Code: CodeEndpointNotFound, Title: "Endpoint not in the network",
		Topic: topicQuestion, Severities: []Severity{Failure},
		Meaning: "An end the question names is not in the network it is decided on.",
		Repair:  "List it in `network`, or correct the reference.",
	},
	{
		Code: CodeEndpointNoAddress, Title: "Endpoint without an address of this family",
		Topic: topicQuestion, Severities: []Severity{Failure},
		Meaning: "An end has no address of the family asked for.",
		Repair:  "Give it one, or ask for the other family.",
	},
	{
		Code: CodeEndpointAmbiguous, Title: "Address in more than one VPC",
		Topic: topicQuestion, Severities: []Severity{Failure},
		Meaning: "An address lies in more than one VPC.",
		Repair:  "Name the VPC with `vpc_id`.",
	},
	{
		Code: CodeAddressOutsideSubnet, Title: "Address outside its subnet",
		Topic: topicQuestion, Severities: []Severity{Failure},
		Meaning: "An instance's address is not in its subnet's block.",
		Repair:  "Choose an address inside the block.",
	},
	{
		Code: CodeAddressNotRoutable, Title: "Address that is not routed",
		Topic: topicQuestion, Severities: []Severity{Failure},
		Meaning: "A loopback, link-local, multicast or unspecified address.",
		Repair:  "Ask about a unicast address.",
	},
	{
		Code: CodeAddressUnowned, Title: "Address that no instance has",
		Topic: topicQuestion, Severities: []Severity{Warning},
		Meaning: "An address of a subnet that no instance has: a virtual address, an instance that is not listed, or a misspelt " +
			"number. Who answers there is not known; the verdict is undetermined.",
		Repair: "Correct the address, list the instance, or name the groups it would have with `security_group_ids`.",
	},
	{
		Code: CodeIPFamilyMismatch, Title: "Addresses of two families",
		Topic: topicQuestion, Severities: []Severity{Failure},
		Meaning: "The ends are of different address families.",
		Repair:  "Ask about one family.",
	},
	{
		Code: CodeProtocolFamilyMismatch, Title: "Protocol of the other address family",
		Topic: topicQuestion, Severities: []Severity{Failure},
		Meaning: "icmp with IPv6, or icmpv6 with IPv4.",
		Repair:  "Use the protocol of the family.",
	},
	{
		Code: CodeSelfProbe, Title: "Question about one instance",
		Topic: topicQuestion, Severities: []Severity{Info},
		Meaning: "Source and destination are one instance.",
		Repair:  "Nothing: an instance reaches itself.",
	},
	{
		Code: CodeUnknownUntilApply, Title: "Something not in the network",
		Topic: topicQuestion, Severities: []Severity{Info},
		Meaning: "An object the decision rests on is not in the network.",
		Repair:  "List it in `network`.",
	},
	{
		Code: CodeValueUnknown, Title: "Something not known yet",
		Topic: topicQuestion, Severities: []Severity{Info},
		Meaning: "An object, or the address of an end, is not known yet, and what it turns out to be decides.",
		Repair:  "Give it a value that is known at plan, or let the apply decide.",
	},
	{
		Code: CodeVPCDisconnected, Title: "VPCs not connected",
		Topic: topicVPC, Severities: []Severity{Blocker},
		Meaning: "The VPCs share no chain of peering connections.",
		Repair:  "Create a connection, and a route on either side.",
	},
	{
		Code: CodeSGShared, Title: "Security group shared across disconnected VPCs",
		Topic: topicVPC, Severities: []Severity{Hint, Warning},
		Meaning: "Ends of one security group in VPCs that are not connected. A group connects nothing.",
		Repair:  "Peer the VPCs.",
	},
	{
		Code: CodePeeringNotActive, Title: "Peering connection not active",
		Topic: topicVPC, Severities: []Severity{Blocker, Warning},
		Meaning: "The connection is pending, rejected or expired.",
		Repair:  "Accept it, or create it again.",
	},
	{
		Code: CodePeeringOverlapTotal, Title: "Address blocks of the VPCs overlap",
		Topic: topicVPC, Severities: []Severity{Blocker, Failure},
		Meaning: "All subnets of the two VPCs overlap, so local routes win on both sides; or their IPv4 blocks overlap, so the " +
			"connection carries no IPv6 either.",
		Repair: "Renumber one side.",
	},
	{
		Code: CodePeeringOverlapPartial, Title: "Address blocks of the VPCs overlap in part",
		Topic: topicVPC, Severities: []Severity{Warning},
		Meaning: "Blocks of the two VPCs overlap, some subnets do not.",
		Repair:  "Route by the blocks of subnets.",
	},
	{
		Code: CodePeeringTransit, Title: "Way through a third VPC",
		Topic: topicVPC, Severities: []Severity{Info},
		Meaning: "The way leads through a third VPC.",
		Repair:  "Nothing, unless transit is not wanted.",
	},
	{
		Code: CodePeeringTransitRefused, Title: "Transit through a third VPC",
		Topic: topicVPC, Severities: []Severity{Blocker},
		Meaning: "The same, and the question forbids transit.",
		Repair:  "Peer the two VPCs directly.",
	},
	{
		Code: CodePeeringEIPNotShared, Title: "Public address not shared over peering",
		Topic: topicVPC, Severities: []Severity{Blocker},
		Meaning: "The Internet is asked for through a peer that shares no public address.",
		Repair:  "Bind an own address, or add a default route and address translation in the peer.",
	},
	{
		Code: CodePeeringDuplicate, Title: "Second peering connection of two VPCs",
		Topic: topicVPC, Severities: []Severity{Failure},
		Meaning: "A second connection of one pair of VPCs.",
		Repair:  "Remove one.",
	},
	{
		Code: CodePeeringSelf, Title: "VPC peered with itself",
		Topic: topicVPC, Severities: []Severity{Failure},
		Meaning: "A VPC joined with itself.",
		Repair:  "Choose another VPC.",
	},
	{
		Code: CodeCIDROverlap, Title: "Subnet blocks overlap",
		Topic: topicVPC, Severities: []Severity{Failure},
		Meaning: "Two subnets of a VPC overlap, or one lies outside of its VPC.",
		Repair:  "Choose another block.",
	},
	{
		Code: CodeRouteMissingForward, Title: "No route to the destination",
		Topic: topicRoute, Severities: []Severity{Blocker, Warning},
		Meaning: "No route leads to the destination.",
		Repair:  "Add the route.",
	},
	{
		Code: CodeRouteMissingReturn, Title: "No route back",
		Topic: topicRoute, Severities: []Severity{Blocker, Warning},
		Meaning: "No route leads the answers back.",
		Repair:  "Add the mirror route in the other VPC.",
	},
	{
		Code: CodeRouteShadowedByLocal, Title: "Route shadowed by a local subnet",
		Topic: topicRoute, Severities: []Severity{Blocker},
		Meaning: "The destination lies in a local subnet too, and local routes always win.",
		Repair:  "Renumber, or ask for another address.",
	},
	{
		Code: CodeRouteMoreSpecific, Title: "More specific route leads elsewhere",
		Topic: topicRoute, Severities: []Severity{Blocker},
		Meaning: "A longer prefix takes the traffic to another next hop.",
		Repair:  "Remove or narrow that route.",
	},
	{
		Code: CodeRouteWrongVPC, Title: "Route leads to the wrong VPC",
		Topic: topicRoute, Severities: []Severity{Blocker},
		Meaning: "The routes end in a VPC that does not have the destination.",
		Repair:  "Correct the next hop.",
	},
	{
		Code: CodeRouteDeadNextHop, Title: "Route to a dead next hop",
		Topic: topicRoute, Severities: []Severity{Blocker, Warning},
		Meaning: "The next hop is not there or carries nothing.",
		Repair:  "Repair or delete the route.",
	},
	{
		Code: CodeRouteLoop, Title: "Routing loop",
		Topic: topicRoute, Severities: []Severity{Blocker},
		Meaning: "The tables send the packet round in a circle.",
		Repair:  "Break the circle at the route named.",
	},
	{
		Code: CodeRouteAsymmetric, Title: "Answers take another way",
		Topic: topicRoute, Severities: []Severity{Warning},
		Meaning: "Answers pass other VPCs than requests.",
		Repair:  "Make both sides alike.",
	},
	{
		Code: CodeRouteDuplicate, Title: "Two routes to one destination",
		Topic: topicRoute, Severities: []Severity{Failure},
		Meaning: "A table has two routes to one destination.",
		Repair:  "Keep one.",
	},
	{
		Code: CodeRouteConflictsWithSubnet, Title: "Route into a subnet of its own VPC",
		Topic: topicRoute, Severities: []Severity{Failure},
		Meaning: "A route equal to or inside a subnet of its own VPC.",
		Repair:  "Choose a wider or another block.",
	},
	{
		Code: CodeForwarderUnverifiable, Title: "Next hop outside the model",
		Topic: topicRoute, Severities: []Severity{Warning},
		Meaning: "A next hop outside the model takes the traffic; the verdict is undetermined.",
		Repair:  "Check the forwarder itself.",
	},
	{
		Code: CodeNoPublicAddress, Title: "No public address",
		Topic: topicRoute, Severities: []Severity{Blocker},
		Meaning: "The Internet is asked for, and no public address is bound or shared.",
		Repair:  "Bind one.",
	},
	{
		Code: CodeExposureUnmodelled, Title: "Way in outside the model",
		Topic: topicRoute, Severities: []Severity{Warning},
		Meaning: "No public address is bound, but the VPC has a route to a gateway or a forwarder outside the model, which may " +
			"lead packets from the Internet in; the verdict is undetermined.",
		Repair: "Check what the next hop publishes, or have the filters stop the traffic.",
	},
	{
		Code: CodeIPv6Bandwidth, Title: "IPv6 bandwidth outside the model",
		Topic: topicRoute, Severities: []Severity{Warning},
		Meaning: "An IPv6 address reaches the Internet, and is reached from it, only as a member of a shared bandwidth, and " +
			"bandwidths are not modelled; the verdict is undetermined.",
		Repair: "Check the shared bandwidth, or have the filters stop the traffic.",
	},
	{
		Code: CodeNoInternetRoute, Title: "No route to the Internet",
		Topic: topicRoute, Severities: []Severity{Blocker},
		Meaning: "There is no default way out of a subnet.",
		Repair:  "Add the route.",
	},
	{
		Code: CodePrivateToInternet, Title: "Private address left to the Internet",
		Topic: topicRoute, Severities: []Severity{Blocker},
		Meaning: "A private address in no subnet of the network is left to the Internet.",
		Repair:  "Use a peering connection or a public address, or list the subnet.",
	},
}
