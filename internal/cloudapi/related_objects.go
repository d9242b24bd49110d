package cloudapi

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/emulator"
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// shortPage is the length up to which a page asks the store again for each of its items. To answer a longer page, what
// belongs to all of the caller's objects is read at once.
const shortPage = 40

// relatedObjects caches what one response tells of objects beside those it is about.
type relatedObjects struct {
	// longPage is set while a page of more than shortPage items is written.
	longPage bool
	// counts and referring have, by the id referred to, how many objects refer to it and which ones.
	counts    map[relation]map[string]int
	referring map[relation]map[string][]network.Object
	subnets   map[string]*network.Subnet
}

// relation is how objects of a kind refer to others.
type relation struct {
	kind      network.Kind
	attribute string
}

// countReferring returns how many objects of a kind refer to target by an attribute.
func (c *requestContext) countReferring(kind network.Kind, attribute, target string) (int, error) {
	if !c.related.longPage {
		return c.cloud.Count(c.r.Context(), kind, emulator.Filter{Attribute: attribute, Target: target})
	}
	at := relation{kind, attribute}
	if c.related.counts[at] == nil {
		counts, err := c.cloud.Tally(c.r.Context(), kind, c.project, attribute)
		if err != nil {
			return 0, err
		}
		if c.related.counts == nil {
			c.related.counts = map[relation]map[string]int{}
		}
		c.related.counts[at] = counts
	}
	return c.related.counts[at][target], nil
}

// referring returns the objects of type T that refer to target by an attribute.
func referring[T network.Object](c *requestContext, attribute, target string) ([]T, error) {
	if !c.related.longPage {
		return emulator.List[T](c.r.Context(), c.cloud, emulator.Filter{Attribute: attribute, Target: target})
	}
	var zero T
	at := relation{zero.Kind(), attribute}
	if c.related.referring[at] == nil {
		all, err := emulator.List[T](c.r.Context(), c.cloud, emulator.Filter{Project: c.project})
		if err != nil {
			return nil, err
		}
		byTarget := map[string][]network.Object{}
		for _, o := range all {
			for _, ref := range o.References() {
				if ref.Path.Root() == attribute {
					byTarget[ref.ID] = append(byTarget[ref.ID], o)
				}
			}
		}
		if c.related.referring == nil {
			c.related.referring = map[relation]map[string][]network.Object{}
		}
		c.related.referring[at] = byTarget
	}
	var out []T
	for _, o := range c.related.referring[at][target] {
		if t, ok := o.(T); ok {
			out = append(out, t)
		}
	}
	return out, nil
}

// subnetOf is the subnet of a port.
func (c *requestContext) subnetOf(i *network.Instance) (*network.Subnet, error) {
	if s := c.related.subnets[i.SubnetID]; s != nil {
		return s, nil
	}
	s, err := emulator.Get[*network.Subnet](c.r.Context(), c.cloud, i.SubnetID)
	if err != nil {
		return nil, err
	}
	if c.related.subnets == nil {
		c.related.subnets = map[string]*network.Subnet{}
	}
	c.related.subnets[i.SubnetID] = s
	return s, nil
}
