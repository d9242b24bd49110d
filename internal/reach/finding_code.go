package reach

// The codes of findings. A code is one cause and never renamed.
const (
	CodeEndpointNotFound       = "endpoint_not_found"
	CodeEndpointNoAddress      = "endpoint_no_address"
	CodeEndpointAmbiguous      = "endpoint_ambiguous"
	CodeAddressNotRoutable     = "address_not_routable"
	CodeIPFamilyMismatch       = "ip_family_mismatch"
	CodeProtocolFamilyMismatch = "protocol_family_mismatch"
	CodeAddressUnowned         = "address_unowned"
	CodeSelfProbe              = "self_probe"
	CodeUnknownUntilApply      = "unknown_until_apply"
	CodeValueUnknown           = "value_unknown"

	CodeVPCDisconnected       = "vpc_disconnected"
	CodeSGShared              = "sg_shared_across_disconnected_vpcs"
	CodePeeringNotActive      = "peering_not_active"
	CodePeeringOverlapTotal   = "peering_overlap_total"
	CodePeeringTransit        = "peering_transit"
	CodePeeringTransitRefused = "peering_transit_unsupported"
	CodePeeringEIPNotShared   = "peering_eip_not_shared"

	CodeRouteMissingForward   = "route_missing_forward"
	CodeRouteMissingReturn    = "route_missing_return"
	CodeRouteShadowedByLocal  = "route_shadowed_by_local"
	CodeRouteMoreSpecific     = "route_more_specific_elsewhere"
	CodeRouteWrongVPC         = "route_wrong_vpc"
	CodeRouteDeadNextHop      = "route_dead_next_hop"
	CodeRouteLoop             = "route_loop"
	CodeRouteAsymmetric       = "route_asymmetric"
	CodeForwarderUnverifiable = "forwarder_unverifiable"
	CodeNoPublicAddress       = "no_public_address"
	CodeExposureUnmodelled    = "exposure_unmodelled"
	CodeIPv6Bandwidth         = "ipv6_bandwidth_unmodelled"
	CodeHighRiskPort          = "high_risk_port"
	CodeSMTP25Blocked         = "smtp25_blocked"
	CodeACLExplicitDeny       = "acl_explicit_deny"
	CodeACLDefaultDeny        = "acl_default_deny"
	CodeACLDisabledDeniesAll  = "acl_disabled_denies_all"
	CodeACLWrongDirection     = "acl_wrong_direction"
	CodeACLWrongProtocol      = "acl_wrong_protocol"
	CodeACLWrongPort          = "acl_wrong_port"
	CodeACLRuleDisabled       = "acl_rule_disabled"
	CodeACLExempt             = "acl_exempt"
	CodeSGNoMatch             = "sg_no_match"
	CodeSGExplicitDeny        = "sg_explicit_deny"
	CodeSGNoRules             = "sg_no_rules"
	CodeSGWrongDirection      = "sg_wrong_direction"
	CodeSGWrongProtocol       = "sg_wrong_protocol"
	CodeSGWrongPort           = "sg_wrong_port"
	CodeSGWrongPeer           = "sg_wrong_peer"
	CodeSGRuleDisabled        = "sg_rule_disabled"
	CodeACLSGConflict         = "acl_sg_conflict"
	CodeSGBlocksACLAllow      = "sg_blocks_acl_allow"
	CodeServiceNotListening   = "service_not_listening"
	CodeGuestFirewallDeny     = "guest_firewall_deny"
	CodeGuestUnverifiable     = "guest_unverifiable"

	CodeAddressOutsideSubnet  = "address_outside_subnet"
	CodePrivateToInternet     = "private_address_to_internet"
	CodeNoInternetRoute       = "no_internet_route"
	CodeConflictPartial       = "conflict_partial"
	CodeEgressIngressDisjoint = "egress_ingress_disjoint"
	CodeSGOrderSurprise       = "sg_order_surprise"
	CodeSGRemoteNotPreserved  = "sg_remote_group_not_preserved"

	CodePeeringOverlapPartial    = "peering_overlap_partial"
	CodePeeringDuplicate         = "peering_duplicate"
	CodePeeringSelf              = "peering_self"
	CodeCIDROverlap              = "cidr_overlap"
	CodeRouteDuplicate           = "route_duplicate_destination"
	CodeRouteConflictsWithSubnet = "route_conflicts_with_subnet"
	CodeACLRuleShadowed          = "acl_rule_shadowed"
	CodeACLRuleRedundant         = "acl_rule_redundant"
	CodeACLRuleUnmatchable       = "acl_rule_unmatchable"
	CodeACLDenyNotEffective      = "acl_deny_not_effective"
	CodeACLUnassociated          = "acl_unassociated"
	CodeACLRuleOutsideSubnet     = "acl_rule_outside_subnet"
	CodeSGRuleShadowed           = "sg_rule_shadowed"
	CodeSGRuleRedundant          = "sg_rule_redundant"
	CodeSGDuplicateRule          = "sg_duplicate_rule"
	CodeSGUnattached             = "sg_unattached"
	CodeSGRemoteGroupEmpty       = "sg_remote_group_empty"
	CodeSGRemoteGroupUnreachable = "sg_remote_group_unreachable_vpc"
	CodeSGRuleOverLimit          = "sg_rule_over_limit"

	CodeIntentViolatedBlocked   = "intent_violated_blocked"
	CodeIntentViolatedReachable = "intent_violated_reachable"
	CodeIntentVacuous           = "intent_vacuous"
	CodeIntentContradictory     = "intent_contradictory"
)

// The codes of a Change.
const (
	CodeReachabilityGained   = "reachability_gained"
	CodeReachabilityLost     = "reachability_lost"
	CodeReachabilityWidened  = "reachability_widened"
	CodeReachabilityNarrowed = "reachability_narrowed"
)

// The reasons of acl_deny_not_effective.
const (
	ReasonUnbound    = "unbound"
	ReasonDisabled   = "disabled"
	ReasonShadowed   = "shadowed"
	ReasonSameSubnet = "same_subnet"
	ReasonExempt     = "exempt"
)

// ReasonAddress is the reason of a value_unknown about an end whose address is not known.
const ReasonAddress = "address"

// ReasonOneEnd is the reason of an intent_vacuous whose selectors name one and the same end.
const ReasonOneEnd = "one_end"

// The reasons of findings about routes.
const (
	// ReasonOwnPublicAddress: the instance's public address goes before the default route (RT-08).
	ReasonOwnPublicAddress = "own_public_address"
	// ReasonIPv6: overlapping IPv4 blocks make a peering connection useless for IPv6 too (PEER-10).
	ReasonIPv6 = "ipv6"
)
