package emulator

import (
	"context"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// recommendedRules is the number of rules in one group the cloud's guide gives as its default limit. Its quota call
// counts rules by project only, so more are accepted, with advice.
const recommendedRules = 50

// checkSecurityGroup keeps the name of the project's own group for that group. Other names may be borne by several
// groups; this one is refused as Neutron does, whose dialect the cloud speaks (SG-31). before is nil for a new group:
// the project's own is never made by a command, and a first group of its name would have its id.
func checkSecurityGroup(before network.Object, g *network.SecurityGroup) network.Problems {
	if g.Name != network.DefaultGroupName || before != nil && g.IsDefault() {
		return nil
	}
	return network.Problems{refuse(network.Conflict, network.At("name"), "VPC.9902", "Reserved security group name",
		"Every project has a group named %q from the start.", g.Name).
		Advising("Choose another name, or look that group up with the data source vpclab_security_group.")}
}

func checkSecurityGroupRule(
	ctx context.Context, n neighbourhood, r *network.SecurityGroupRule,
) (network.Problems, error) {
	siblings, err := related[*network.SecurityGroupRule](ctx, n, "security_group_id", r.SecurityGroupID, r.ID)
	if err != nil {
		return nil, err
	}
	var out network.Problems
	custom, mixed := 1, false
	for _, other := range siblings {
		if !other.Default {
			custom++
		}
		if other.Same(r) {
			out = append(out, refuse(network.Conflict, nil, "VPC.9902", "Duplicate security group rule",
				"The security group rule already exists. Rule id is %s: %s.", other.ID, other.Title()).
				Advising("Two equal rules do no more than one; remove this one, or make it differ."))
		}
		mixed = mixed || n.planning() && other.Set != r.Set && !other.Default
	}
	if mixed {
		out = append(out, refuse(network.Conflict, network.At("security_group_id"), "", "Rules of one group in two forms",
			"The group %s gets rules from vpclab_security_group_rules and from vpclab_security_group_rule. Write all of "+
				"its rules in one of the two forms, so that it is clear which resource a rule belongs to.",
			r.SecurityGroupID))
	}
	if custom == recommendedRules+1 && !r.Default {
		out = append(out, advise(network.At("security_group_id"), "Many rules in one security group",
			"The group %s has %d rules; an account's usual limit for one group is %d.",
			r.SecurityGroupID, custom, recommendedRules))
	}
	problems, err := checkFamily(ctx, n, network.At("remote_address_group_id"), r.RemoteAddressGroupID,
		r.Ethertype.IPVersion())
	return append(out, problems...), err
}

// checkFamily compares the family of a rule with that of the address group it names (AG-02).
func checkFamily(
	ctx context.Context, n neighbourhood, path network.Path, group string, version int,
) (network.Problems, error) {
	if group == "" {
		return nil, nil
	}
	g, ok, err := lookup[*network.AddressGroup](ctx, n, group)
	if err != nil || !ok || g.IPVersion == version {
		return nil, err
	}
	return network.Problems{refuse(network.Invalid, path, "VPC.9902", "Address group of the other family",
		"The address group %s holds IPv%d addresses, and the rule is about IPv%d, so it would match nothing.",
		called(g), g.IPVersion, version)}, nil
}
