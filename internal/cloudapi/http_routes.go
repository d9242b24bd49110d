package cloudapi

import "github.com/vpclab/terraform-provider-vpclab/internal/network"

// handler answers the requests of one route.
type handler func(*requestContext) (response, error)

// route is one call of the API.
type route struct {
	// pattern is the method and the path, as http.ServeMux takes them.
	pattern string
	handle  handler
}

// routeGroup is the routes about one kind of object in one generation of the API.
type routeGroup struct {
	generation generation
	// kind is the kind of object the routes are about.
	kind network.Kind
	// invalidCode is the error code of a request that is no valid one.
	invalidCode string
	// open routes need no credentials.
	open   bool
	routes []route
}

// generation is a version of the API. It decides about the error body (API-03), and about what lists carry besides items.
type generation int

const (
	// gateway is what stands before every service.
	gateway generation = iota
	v1
	// v2 is v2.0, which is Neutron's.
	v2
	// v2Tags are the calls about tags, which were added to v2.0 and have the errors of v1.
	v2Tags
	v3
)

// routeGroups are all routes of the API. Each stands beside its handler, in the file of its noun and generation.
var routeGroups = []routeGroup{
	healthRoutes,
	versionRoutesV2,

	iamTokenRoutesV3, iamCatalogRoutesV3, iamDomainRoutesV3, iamProjectRoutesV3, iamUserRoutesV3,
	iamEnterpriseProjectRoutesV1,

	vpcRoutesV1, vpcRoutesV3,
	subnetRoutesV1, virsubnetRoutesV3, virsubnetCIDRReservationRoutesV3, networkIPAvailabilityRoutesV2,
	portRoutesV1, portRoutesV2, portRoutesV3, privateIPRoutesV1,
	securityGroupRoutesV1, securityGroupRoutesV2, securityGroupRoutesV3,
	securityGroupRuleRoutesV1, securityGroupRuleRoutesV2, securityGroupRuleRoutesV3,
	addressGroupRoutesV3,
	firewallRoutesV3, firewallRuleRoutesV3,
	fwaasFirewallGroupRoutesV2, fwaasFirewallPolicyRoutesV2, fwaasFirewallRuleRoutesV2,
	peeringRoutesV2, routeTableRoutesV1, routeRoutesV2,
	tagRoutesV2[*network.VPC]("vpcs"), tagRoutesV2[*network.Subnet]("subnets"),
	tagRoutesV2[*network.SecurityGroup]("security-groups"),
	tagRoutesV3[*network.NetworkACL]("firewalls"), tagRoutesV3[*network.Instance]("ports"),
	quotaRoutesV1, quotaRoutesV3,

	availabilityZoneRoutesV2, nameserverRoutesV2, serviceTypeRoutesV2,
}
