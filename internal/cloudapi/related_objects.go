package cloudapi

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// fewItems is the length up to which a page asks the store again for each of its items. To answer a longer page, what
// belongs to all of the caller's objects is read at once.
const fewItems = 40

// lookups remembers what one answer has looked up beside the objects it is about.
type lookups struct {
	// long says that a page of more than fewItems is being written.
	long    bool
	tallies map[relation]map[string]int
	groups  map[relation]map[string][]network.Object
	subnets map[string]*network.Subnet
}

// relation is how objects of a kind refer to others.
type relation struct {
	kind      network.Kind
	attribute string
}

// count returns how many objects of a kind refer to target by an attribute.
func (c *call) count(kind network.Kind, attribute, target string) (int, error) {
	if !c.seen.long {
		return c.cloud.Count(c.r.Context(), kind, emulator.Filter{Attribute: attribute, Target: target})
	}
	at := relation{kind, attribute}
	if c.seen.tallies[at] == nil {
		tally, err := c.cloud.Tally(c.r.Context(), kind, c.project, attribute)
		if err != nil {
			return 0, err
		}
		if c.seen.tallies == nil {
			c.seen.tallies = map[relation]map[string]int{}
		}
		c.seen.tallies[at] = tally
	}
	return c.seen.tallies[at][target], nil
}

// referring returns the objects of type T that refer to target by an attribute.
func referring[T network.Object](c *call, attribute, target string) ([]T, error) {
	if !c.seen.long {
		return emulator.List[T](c.r.Context(), c.cloud, emulator.Filter{Attribute: attribute, Target: target})
	}
	var zero T
	at := relation{zero.Kind(), attribute}
	if c.seen.groups[at] == nil {
		all, err := emulator.List[T](c.r.Context(), c.cloud, emulator.Filter{Project: c.project})
		if err != nil {
			return nil, err
		}
		groups := map[string][]network.Object{}
		for _, o := range all {
			for _, ref := range o.References() {
				if ref.Path.Root() == attribute {
					groups[ref.ID] = append(groups[ref.ID], o)
				}
			}
		}
		if c.seen.groups == nil {
			c.seen.groups = map[relation]map[string][]network.Object{}
		}
		c.seen.groups[at] = groups
	}
	var out []T
	for _, o := range c.seen.groups[at][target] {
		if t, ok := o.(T); ok {
			out = append(out, t)
		}
	}
	return out, nil
}

// subnetOf is the subnet of a port.
func (c *call) subnetOf(i *network.Instance) (*network.Subnet, error) {
	if s := c.seen.subnets[i.SubnetID]; s != nil {
		return s, nil
	}
	s, err := emulator.Get[*network.Subnet](c.r.Context(), c.cloud, i.SubnetID)
	if err != nil {
		return nil, err
	}
	if c.seen.subnets == nil {
		c.seen.subnets = map[string]*network.Subnet{}
	}
	c.seen.subnets[i.SubnetID] = s
	return s, nil
}
