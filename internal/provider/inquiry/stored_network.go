package inquiry

import (
	"context"
	"fmt"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// Stored stands for all that the store holds.
const Stored = "stored"

// addStored adds what the store holds of the VPC with a name, and of every VPC that peering connections lead to from there:
// whoever built it, this provider or a client of the REST API. An id is not accepted: it comes from a resource, whose
// planned values would be passed over.
func (c *collector) addStored(ctx context.Context, at network.Path, text string) error {
	n, err := c.data.Cloud.Snapshot(ctx)
	if err != nil {
		return fmt.Errorf("read the store: %w", err)
	}
	if text == Stored {
		for _, kind := range network.Kinds() {
			for _, o := range n.OfKind(kind) {
				c.builder.Add(o)
			}
		}
		return nil
	}
	for _, v := range network.All[*network.VPC](n) {
		if v.Name == text && v.Project == c.data.Project {
			c.addConnected(n, v.ID)
			return nil
		}
	}
	c.refuse(at, fmt.Sprintf("%q is no object, no ref, and not the name of a VPC in the store %s. Hand over whole resources or "+
		"their ref attributes: an id alone does not tell whether everything a verdict rests on is known.", text,
		c.data.Cloud.Location()))
	return nil
}

func (c *collector) addConnected(n *network.Network, id string) {
	inside := connected(n, id)
	for _, kind := range network.Kinds() {
		for _, o := range n.OfKind(kind) {
			if belongs(n, o, inside) {
				c.builder.Add(o)
			}
		}
	}
}

// connected are the ids of a VPC and of all VPCs that a chain of peering connections joins with it.
func connected(n *network.Network, id string) map[string]bool {
	inside := map[string]bool{}
	for _, vpc := range network.Joined(id, func(vpc string) []*network.Peering {
		return slices.Concat(network.Referring[*network.Peering](n, "vpc_id", vpc),
			network.Referring[*network.Peering](n, "peer_vpc_id", vpc))
	}) {
		inside[vpc] = true
	}
	return inside
}

// belongs reports whether an object lies in one of the VPCs, or in none as security groups, ACLs and address groups do.
func belongs(n *network.Network, o network.Object, inside map[string]bool) bool {
	switch o := o.(type) {
	case *network.VPC:
		return inside[o.ID]
	case *network.Subnet:
		return inside[o.VPCID]
	case *network.RouteTable:
		return inside[o.VPCID]
	case *network.Route:
		return inside[o.VPCID]
	case *network.Peering:
		return inside[o.VPCID]
	case *network.Instance:
		s := network.Get[*network.Subnet](n, o.SubnetID)
		return s != nil && inside[s.VPCID]
	}
	return true
}
