package emulator

import (
	"context"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// obstacle is one reason why an object cannot go: another object of a kind refers to it.
type obstacle struct {
	kind      network.Kind
	attribute string
	code      string
	// excuse says that the referring object does not count.
	excuse func(gone, referring network.Object) bool
}

// obstacleTable lists what keeps objects of a kind from being deleted, from the cloud's deletion rules (ERR-01 to ERR-09,
// ERR-23). The cloud reports a subnet in use with HTTP status 500; the emulator sends 409 with the same code, as for
// every other kind (ERR-05).
var obstacleTable = map[network.Kind][]obstacle{
	network.KindVPC: {
		{kind: network.KindSubnet, attribute: "vpc_id", code: "VPC.0104"},
		{kind: network.KindRoute, attribute: "vpc_id", code: "VPC.0120"},
		{kind: network.KindPeering, attribute: "vpc_id", code: "VpcInUse"},
		{kind: network.KindPeering, attribute: "peer_vpc_id", code: "VpcInUse"},
		{kind: network.KindRouteTable, attribute: "vpc_id", code: "VpcInUse", excuse: isDefaultTable},
	},
	network.KindSubnet: {
		{kind: network.KindInstance, attribute: "subnet_id", code: "VPC.0209"},
	},
	network.KindSecurityGroup: {
		{kind: network.KindInstance, attribute: "security_group_ids", code: "VPC.9902"},
		{kind: network.KindSecurityGroupRule, attribute: "remote_group_id", code: "VPC.9902", excuse: isOwnRule},
	},
	network.KindAddressGroup: {
		{kind: network.KindSecurityGroupRule, attribute: "remote_address_group_id", code: "VPC.9907"},
		{kind: network.KindNetworkACL, attribute: "ingress_rules", code: "VPC.9907"},
		{kind: network.KindNetworkACL, attribute: "egress_rules", code: "VPC.9907"},
	},
	network.KindInstance: {
		{kind: network.KindRoute, attribute: "nexthop", code: "InstanceInUse"},
	},
	network.KindFirewallRule: {
		{kind: network.KindFirewallPolicy, attribute: "rule_ids", code: "FirewallRuleInUse"},
	},
	network.KindFirewallPolicy: {
		{kind: network.KindNetworkACL, attribute: "ingress_policy_id", code: "FirewallPolicyInUse"},
		{kind: network.KindNetworkACL, attribute: "egress_policy_id", code: "FirewallPolicyInUse"},
	},
}

func isDefaultTable(_, referring network.Object) bool {
	t, ok := referring.(*network.RouteTable)
	return ok && t.Default
}

// isOwnRule excuses the rules of the group itself, which go with it (ERR-08).
func isOwnRule(gone, referring network.Object) bool {
	r, ok := referring.(*network.SecurityGroupRule)
	return ok && r.SecurityGroupID == gone.Base().ID
}

// obstacles says why an object cannot be deleted: by obstacleTable, and what no reference shows (ERR-06, ERR-10, ERR-11).
func obstacles(ctx context.Context, n neighbourhood, o network.Object) (network.Problems, error) {
	var out network.Problems
	switch o := o.(type) {
	case *network.SecurityGroup:
		if o.IsDefault() {
			out = append(out, inUse("VPC.9902", "The security group %s is the default group of its project and cannot be "+
				"deleted.", called(o)))
		}
	case *network.NetworkACL:
		if len(o.SubnetIDs) > 0 {
			out = append(out, inUse("VPC.9902", "The network ACL %s is bound to %d subnets. Take them out of it first.",
				called(o), len(o.SubnetIDs)))
		}
	case *network.RouteTable:
		if o.Default {
			out = append(out, inUse("RouteTableInUse", "The route table %s is the default table of its VPC and goes only "+
				"with it.", called(o)))
		}
		if len(o.SubnetIDs) > 0 {
			out = append(out, inUse("RouteTableInUse", "The route table %s serves %d subnets. Take them out of it first; they "+
				"fall back to the default table.", called(o), len(o.SubnetIDs)))
		}
	}
	for _, b := range obstacleTable[o.Kind()] {
		users, err := n.referring(ctx, b.kind, b.attribute, o.Base().ID)
		if err != nil {
			return nil, err
		}
		for _, user := range users {
			if b.excuse != nil && b.excuse(o, user) {
				continue
			}
			out = append(out, inUse(b.code, "The %s %s is needed by the %s %s. Delete or change that first.",
				o.Kind().Label(), called(o), user.Kind().Label(), called(user)).
				Advising("It is named there by %s.", b.attribute))
		}
	}
	return out, nil
}
