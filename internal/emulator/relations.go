package emulator

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// relations judges an object beside the others: what it refers to, its quota, and the rules of its kind. before is
// the object as it was, nil for a new one. Plan and apply both come here; there is no second place for such a rule.
func (c *Cloud) relations(
	ctx context.Context, n neighbourhood, before, o network.Object,
) (network.Problems, error) {
	out, err := checkReferences(ctx, n, o)
	if err != nil {
		return nil, err
	}
	if before == nil {
		problems, err := c.quota.checkQuota(ctx, n, o)
		if err != nil {
			return nil, err
		}
		out = append(out, problems...)
	}
	var problems network.Problems
	switch o := o.(type) {
	case *network.VPC:
		problems, err = checkVPC(ctx, n, o)
	case *network.Subnet:
		problems, err = checkSubnet(ctx, n, o)
	case *network.SecurityGroup:
		problems = checkSecurityGroup(before, o)
	case *network.SecurityGroupRule:
		problems, err = checkSecurityGroupRule(ctx, n, o)
	case *network.NetworkACL:
		problems, err = checkNetworkACL(ctx, n, o)
	case *network.AddressGroup:
		// Nothing beside a group of addresses limits it.
	case *network.Peering:
		problems, err = checkPeering(ctx, n, o)
	case *network.RouteTable:
		problems, err = c.checkRouteTable(ctx, n, o)
	case *network.Route:
		problems, err = c.checkRoute(ctx, n, o)
	case *network.Instance:
		problems, err = checkInstance(ctx, n, o)
	case *network.Reservation:
		problems, err = checkReservation(ctx, n, o)
	}
	return append(out, problems...), err
}

// checkReferences says which ids of an object name nothing, or something of another kind.
func checkReferences(ctx context.Context, n neighbourhood, o network.Object) (network.Problems, error) {
	var out network.Problems
	for _, ref := range o.References() {
		if ref.ID == o.Base().ID {
			continue
		}
		target, err := n.object(ctx, ref.ID)
		if err != nil {
			return nil, err
		}
		switch {
		case target == nil:
			out = append(out, absent(n, o, ref)...)
		case !slices.Contains(ref.Kinds, target.Kind()):
			out = append(out, refuse(network.Invalid, ref.Path, notFoundCodes[ref.Kinds[0]], "Reference to another kind of object",
				"%s is the id of the %s %s; the id of a %s belongs here.",
				ref.ID, target.Kind().Label(), called(target), labels(ref.Kinds)))
		case projectOf(o, ref) != "" && target.Base().Project != projectOf(o, ref):
			out = append(out, foreign(ref, target, projectOf(o, ref)))
		}
	}
	return out, nil
}

// absent is about an id that is neither planned nor stored. At plan that proves a mistake only when the id has a form
// no object's id has: an id of the right form may be planned by another configuration of the provider, which is
// another process.
func absent(n neighbourhood, o network.Object, ref network.Reference) network.Problems {
	if n.planning() && network.CouldBeIssued(ref.ID) {
		if projectOf(o, ref) != o.Base().Project {
			return nil // Another project's objects cannot be seen from this one.
		}
		return network.Problems{advise(ref.Path, "Reference not found at plan",
			"%s is the id of no %s in this plan or in the store. Unless another provider configuration creates it before "+
				"the apply comes to this object, the apply will fail.", ref.ID, labels(ref.Kinds))}
	}
	return network.Problems{missingReference(ref)}
}

func missingReference(ref network.Reference) network.Problem {
	return refuse(network.NotFound, ref.Path, notFoundCodes[ref.Kinds[0]], "Reference to nothing",
		"There is no %s with id %q.", labels(ref.Kinds), ref.ID).
		Advising("Refer to the resource's id, such as vpclab_%s.NAME.id, instead of writing it out.", ref.Kinds[0])
}

func foreign(ref network.Reference, target network.Object, project string) network.Problem {
	return refuse(network.NotFound, ref.Path, notFoundCodes[ref.Kinds[0]], "Reference into another project",
		"The %s %s belongs to project %s, and project %s cannot see it.",
		target.Kind().Label(), called(target), target.Base().Project, project)
}

// projectOf is the project a reference must stay in: the object's own, but for the far side of a peering.
func projectOf(o network.Object, ref network.Reference) string {
	if p, ok := o.(*network.Peering); ok && ref.Path.Root() == "peer_vpc_id" {
		return p.PeerProjectID
	}
	if r, ok := o.(*network.Route); ok && r.Type == network.RoutePeering && ref.Path.Root() == "nexthop" {
		// A connection between projects belongs to the requester, and both sides route through it (PEER-03).
		return ""
	}
	return o.Base().Project
}

func labels(kinds []network.Kind) string {
	texts := make([]string, len(kinds))
	for i, k := range kinds {
		texts[i] = k.Label()
	}
	return strings.Join(texts, " or ")
}

// related returns the objects of type T whose attribute refers to target, the object self left out.
func related[T network.Object](
	ctx context.Context, n neighbourhood, attribute, target, self string,
) ([]T, error) {
	var zero T
	objects, err := n.referring(ctx, zero.Kind(), attribute, target)
	if err != nil {
		return nil, err
	}
	return others[T](objects, self), nil
}

func others[T network.Object](objects []network.Object, self string) []T {
	out := make([]T, 0, len(objects))
	for _, o := range objects {
		if t, ok := o.(T); ok && o.Base().ID != self {
			out = append(out, t)
		}
	}
	return out
}

// lookup returns the object of type T with an id; ok is false where there is none.
func lookup[T network.Object](ctx context.Context, n neighbourhood, id string) (T, bool, error) {
	var zero T
	o, err := n.object(ctx, id)
	if err != nil {
		return zero, false, fmt.Errorf("look up %s: %w", id, err)
	}
	t, ok := o.(T)
	return t, ok, nil
}
