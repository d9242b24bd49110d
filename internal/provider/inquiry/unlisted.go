package inquiry

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
)

// ScopeIncomplete is the code with which objects that a list in "network" leaves out are accepted.
const ScopeIncomplete = "scope_incomplete"

// Complete reports whether a listed network has everything that bears on a verdict. It compares the list with the lab as the
// plan leaves it, now and while the plan goes on. The message names what is missing and not accepted.
func Complete(
	ctx context.Context, data *managed.ProviderData, scope Scope, asker string, accepted []Ignored,
) (m Message, complete bool, err error) {
	if scope.Whole || data == nil || data.Draft == nil {
		return m, true, nil
	}
	missing := func(s Scope) []string { return unlisted(scope.Network, s.Network, accepted) }
	names, err := unlistedNow(ctx, data, missing)
	if err == nil && len(names) > 0 {
		// What goes in this very apply may only now be on its way.
		data.Quiet(ctx)
		names, err = unlistedNow(ctx, data, missing)
	}
	if err != nil {
		return m, false, err
	}
	keepOpen(data, names, func(s Scope) []string { return missing(s) }, func(object string, more []string) network.Problem {
		return network.Problem{
			Summary: "Object left out of a question's network",
			Detail: fmt.Sprintf("Terraform planned this, %s, after %s had been decided on a network that lists other objects and not "+
				"this one, although it bears on the verdict: %s. %s [%s]", object, asker, List(more), unlistedRemedy, ScopeIncomplete),
		}
	})
	if len(names) == 0 {
		return m, true, nil
	}
	return Message{
		At: path.Root("network"), Summary: "Network not complete",
		Text: fmt.Sprintf("The list in network leaves out what bears on the verdict: %s. %s [%s]", List(names), unlistedRemedy,
			ScopeIncomplete),
	}, false, nil
}

const unlistedRemedy = "Leave network out, which stands for the lab as this plan leaves it; or list the object too; or accept " +
	"that it is left out, in ignore, with the code " + ScopeIncomplete + ", the object and a reason."

func unlistedNow(ctx context.Context, data *managed.ProviderData, missing func(Scope) []string) ([]string, error) {
	lab, err := data.Draft.Network(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the planned network: %w", err)
	}
	return missing(Scope{Network: lab.Network}), nil
}

// unlisted are the objects of a lab that bear on listed ones and are not listed, for people.
func unlisted(listed, lab *network.Network, accepted []Ignored) []string {
	var out []string
	for _, kind := range network.Kinds() {
		for _, o := range lab.OfKind(kind) {
			if listed.Object(o.Base().ID) != nil {
				continue
			}
			on := bearsOn(listed, o)
			if on == nil || slices.ContainsFunc(accepted, func(i Ignored) bool {
				return i.Code == ScopeIncomplete && (i.Object == "" || i.Object == o.Base().ID || i.Object == o.Title())
			}) {
				continue
			}
			out = append(out, fmt.Sprintf("the %s %s of the %s %s", kind.Label(), nameOf(lab, o), on.Kind().Label(), nameOf(lab, on)))
		}
	}
	return out
}

// nameOf is what people call an object of a lab, with names for the ids in it.
func nameOf(lab *network.Network, o network.Object) string {
	name := o.Title()
	naming := func(id string) string {
		if named := lab.Object(id); named != nil && named.Title() != "" {
			return named.Title()
		}
		return id
	}
	switch o := o.(type) {
	case *network.SecurityGroupRule:
		if o.Name == "" {
			name = o.SummaryNaming(naming)
		}
	case *network.Route:
		name = o.TitleNaming(naming)
	}
	if name == "" {
		return o.Base().ID
	}
	return name
}

// bearsOn is the listed object whose traffic an object decides about, nil for none: the rules of a group, the ACL of a subnet,
// the routes of a VPC and the table of a subnet, the connection of two VPCs, the members of a group that a rule names, and the
// addresses that a rule names.
func bearsOn(listed *network.Network, o network.Object) network.Object {
	first := func(ids ...string) network.Object {
		for _, id := range ids {
			if on := listed.Object(id); on != nil {
				return on
			}
		}
		return nil
	}
	switch o := o.(type) {
	case *network.SecurityGroupRule:
		return first(o.SecurityGroupID)
	case *network.NetworkACL:
		return first(o.SubnetIDs...)
	case *network.Route:
		return first(o.VPCID)
	case *network.RouteTable:
		return first(o.SubnetIDs...)
	case *network.Peering:
		if listed.Object(o.PeerVPCID) == nil {
			return nil
		}
		return first(o.VPCID)
	case *network.Instance:
		for _, r := range network.All[*network.SecurityGroupRule](listed) {
			if r.RemoteGroupID != "" && slices.Contains(o.SecurityGroupIDs, r.RemoteGroupID) && listed.Object(o.SubnetID) != nil {
				return first(r.RemoteGroupID)
			}
		}
	case *network.AddressGroup:
		for _, m := range listed.Missing() {
			if m.Reference.ID == o.ID {
				return m.From
			}
		}
	}
	return nil
}
