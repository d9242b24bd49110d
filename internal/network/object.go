package network

import (
	"strconv"
	"time"

	"github.com/google/uuid"
)

// Kind names a sort of object. It is the resource type without the provider's prefix.
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

// DefaultProject is the account that owns an object when nobody names one. It has the form of a real project id,
// 32 hexadecimal digits, because clients of the cloud put it into their URLs; the first twelve spell "vpclab".
const DefaultProject = "7670636c616200000000000000000000"

// Meta is what every object has.
type Meta struct {
	ID      string `json:"id,omitempty"`
	Project string `json:"project_id,omitempty"`
	// EnterpriseProjectID is the cost centre the cloud's API files the object under; empty is the default one, "0".
	EnterpriseProjectID string `json:"enterprise_project_id,omitempty"`
	// CreatedAt and UpdatedAt come from the store. They are no part of the object's body and never reach a
	// Terraform state, where they would make two equal plans differ.
	CreatedAt time.Time `json:"-"`
	UpdatedAt time.Time `json:"-"`
}

// Base gives access to the fields every object has.
func (m *Meta) Base() *Meta { return m }

// Reference is an id that an object holds, the attribute that holds it, and the kind of object it must name.
type Reference struct {
	Path  Path
	Kinds []Kind
	ID    string
}

// Object is one object of the modelled cloud. Objects are pointers; whoever hands one on no longer changes it.
type Object interface {
	Kind() Kind
	Base() *Meta
	// Title is the object's name, or what tells it from its like when it has none.
	Title() string
	// NaturalKey tells the object from every other of its kind in all projects, out of values its author chose.
	// Together with a generation it determines the id, so that a plan knows the id before anything exists.
	NaturalKey() string
	// References lists the ids the object holds.
	References() []Reference
	// Normalize fills in what the author may leave out, from the object's own values, its id included, and brings
	// every value to the form in which the cloud stores it. It is idempotent.
	Normalize()
	// Validate says what is wrong with the object in itself.
	Validate() Problems
}

// idNamespace makes ids of this program differ from name-based UUIDs of other programs.
var idNamespace = uuid.MustParse("0d5c9f0a-6d2b-5c8e-9a37-7670636c6162")

// IssueID returns the id of the generation'th object (from zero) created under a natural key.
func IssueID(kind Kind, key string, generation int64) string {
	return uuid.NewSHA1(idNamespace, []byte(string(kind)+"\x00"+key+"\x00"+strconv.FormatInt(generation, 10))).String()
}

// CouldBeIssued says whether an id has the form of those this cloud issues: a name-based (version 5) UUID in lower
// case. An id of another form names nothing, whatever store or plan one looks in.
func CouldBeIssued(id string) bool {
	u, err := uuid.Parse(id)
	return err == nil && u.Version() == 5 && u.String() == id
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

func reference(path Path, id string, kinds ...Kind) []Reference {
	if id == "" {
		return nil
	}
	return []Reference{{Path: path, Kinds: kinds, ID: id}}
}
