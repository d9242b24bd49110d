package network

// Kind is a kind of object. It is the resource type without the provider's prefix.
type Kind string

// The kinds of the modelled cloud.
const (
	KindVPC               Kind = "vpc"
	KindSubnet            Kind = "subnet"
	KindSecurityGroup     Kind = "security_group"
	KindSecurityGroupRule Kind = "security_group_rule"
	KindNetworkACL        Kind = "network_acl"
	KindAddressGroup      Kind = "address_group"
	KindPeering           Kind = "vpc_peering_connection"
	KindRouteTable        Kind = "route_table"
	KindRoute             Kind = "route"
	KindInstance          Kind = "instance"
)

// The kinds that only clients of the cloud's API know. They are stored, but no part of a network: no verdict rests on
// them, and Kinds leaves them out.
const (
	KindReservation    Kind = "subnet_cidr_reservation"
	KindFirewallRule   Kind = "firewall_rule"
	KindFirewallPolicy Kind = "firewall_policy"
)

// The kinds that are written in a configuration but are not objects of their own: a decision about a peering
// connection, and a set of rules.
const (
	KindPeeringAccepter      Kind = "vpc_peering_connection_accepter"
	KindSecurityGroupRuleSet Kind = "security_group_rules"
)

// Label is the kind as a person would write it in a sentence.
func (k Kind) Label() string {
	switch k {
	case KindVPC:
		return "VPC"
	case KindSecurityGroup:
		return "security group"
	case KindSecurityGroupRule:
		return "security group rule"
	case KindSecurityGroupRuleSet:
		return "set of security group rules"
	case KindNetworkACL:
		return "network ACL"
	case KindAddressGroup:
		return "address group"
	case KindPeering:
		return "VPC peering connection"
	case KindPeeringAccepter:
		return "VPC peering connection accepter"
	case KindRouteTable:
		return "route table"
	case KindReservation:
		return "reservation"
	case KindFirewallRule:
		return "firewall rule"
	case KindFirewallPolicy:
		return "firewall policy"
	default:
		return string(k)
	}
}

// New returns an empty object of a kind, or nil for a kind that is no object of its own. Kinds that are no part of a
// network have objects too.
func New(kind Kind) Object {
	switch kind {
	case KindVPC:
		return &VPC{}
	case KindSubnet:
		return &Subnet{}
	case KindSecurityGroup:
		return &SecurityGroup{}
	case KindSecurityGroupRule:
		return &SecurityGroupRule{}
	case KindNetworkACL:
		return &NetworkACL{}
	case KindAddressGroup:
		return &AddressGroup{}
	case KindPeering:
		return &Peering{}
	case KindRouteTable:
		return &RouteTable{}
	case KindRoute:
		return &Route{}
	case KindInstance:
		return &Instance{}
	case KindReservation:
		return &Reservation{}
	case KindFirewallRule:
		return &FirewallRule{}
	case KindFirewallPolicy:
		return &FirewallPolicy{}
	default:
		return nil
	}
}

// Kinds lists every kind of object a network is made of, parents before children.
func Kinds() []Kind {
	return []Kind{
		KindVPC, KindSubnet, KindAddressGroup, KindSecurityGroup, KindSecurityGroupRule, KindNetworkACL,
		KindPeering, KindRouteTable, KindRoute, KindInstance,
	}
}
