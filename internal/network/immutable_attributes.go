package network

// FixedAttributes lists the immutable attributes of a kind: an update cannot change them, so a change of one of them
// means another object. For the most part the cloud sets these limits: subnets (NET-13), security group rules (SG-29), address
// groups (AG-02), peering connections (PEER-02) and routes (RT-14). The type of a route is one of this model's own: the kind of
// object that nexthop must name follows from it (API-12).
func FixedAttributes(kind Kind) []string {
	switch kind {
	case KindSubnet:
		return []string{"vpc_id", "cidr", "gateway_ip", "availability_zone"}
	case KindSecurityGroup:
		return []string{"delete_default_rules"}
	case KindSecurityGroupRule, KindSecurityGroupRuleSet:
		return []string{"security_group_id"}
	case KindAddressGroup:
		return []string{"ip_version"}
	case KindPeering:
		return []string{"vpc_id", "peer_vpc_id", "peer_project_id"}
	case KindPeeringAccepter:
		return []string{"vpc_peering_connection_id"}
	case KindRouteTable:
		return []string{"vpc_id"}
	case KindRoute:
		return []string{"vpc_id", "route_table_id", "destination", "type"}
	case KindInstance:
		return []string{"subnet_id", "ip_address", "ipv6_address"}
	default:
		return nil
	}
}
