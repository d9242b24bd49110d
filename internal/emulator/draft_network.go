package emulator

import (
	"context"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// Lab is a lab as a plan would leave it.
type Lab struct {
	Network *network.Network
	// Unknown are the planned objects that Network lacks, because something a verdict rests on is not known yet.
	Unknown []UnknownObject
}

// UnknownObject is a planned object that is not known well enough.
type UnknownObject struct {
	Kind network.Kind
	Name string
	// Object has zero values for the Attributes that are not known. A set of rules whose group is known is a rule of that group
	// with no attribute known; Object is nil for one whose group is not.
	Object     network.Object
	Attributes map[string]bool
}

func unknownObject(o network.Object, attributes map[string]bool) UnknownObject {
	return UnknownObject{Kind: o.Kind(), Name: o.Title(), Object: o, Attributes: attributes}
}

// unknownRuleSet is a set of rules of which no more is known than its group.
func unknownRuleSet(groupID string) UnknownObject {
	u := UnknownObject{Kind: network.KindSecurityGroupRuleSet, Name: groupID}
	if groupID == "" {
		return u
	}
	u.Object, u.Attributes = &network.SecurityGroupRule{SecurityGroupID: groupID}, map[string]bool{}
	for _, name := range []string{
		"direction", "ethertype", "protocol", "ports", "icmp_type", "remote_ip_prefix", "remote_group_id", "remote_address_group_id",
		"action", "priority", "enabled",
	} {
		u.Attributes[name] = true
	}
	return u
}

// Unknown is a planned object of which a verdict cannot be sure; false where there is no such object, or it is known.
func (d *Draft) Unknown(id string) (u UnknownObject, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p, ok := d.objects[id]
	if !ok || p.complete {
		return u, false
	}
	return unknownObject(p.object, p.unknown), true
}

// Network is the lab as it will be once what is planned so far is applied: the planned objects over what the store holds,
// whoever built it, without what the plan takes away. It is of this moment; KeepOpen tells whether it stayed right.
func (d *Draft) Network(ctx context.Context) (Lab, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	lab, _, err := d.network(ctx)
	return lab, err
}

func (d *Draft) network(ctx context.Context) (lab Lab, version int, err error) {
	if d.stored == nil {
		if d.stored, err = d.cloud.Snapshot(ctx); err != nil {
			return lab, 0, err
		}
	}
	b := network.NewBuilder()
	for _, kind := range network.Kinds() {
		for _, o := range d.stored.OfKind(kind) {
			if !d.goes(o) {
				b.Add(o)
			}
		}
	}
	for _, p := range d.objects {
		switch {
		case p.walk != d.walk:
		case p.complete:
			b.Add(p.object)
		default:
			b.Remove(p.object.Base().ID)
			lab.Unknown = append(lab.Unknown, unknownObject(p.object, p.unknown))
		}
	}
	d.addDefaultGroups(b)
	for _, u := range d.unidentified {
		if u.walk == d.walk {
			lab.Unknown = append(lab.Unknown, u.UnknownObject)
		}
	}
	lab.Network = b.Network()
	return lab, d.version, nil
}

// addDefaultGroups adds the group that every project has from its first object on (SG-22).
func (d *Draft) addDefaultGroups(b *network.Builder) {
	for by, n := range d.sizes {
		if by.walk != d.walk || n == 0 || by.project == "" {
			continue
		}
		if g := network.DefaultSecurityGroup(by.project); d.stored.Object(g.ID) == nil {
			b.AddPlanned(g)
		}
	}
}

// goes reports whether the plan takes a stored object away, or puts another one in its place.
func (d *Draft) goes(o network.Object) bool {
	id := o.Base().ID
	if p, ok := d.objects[id]; ok && p.walk == d.walk {
		return true
	}
	if d.isDropped(id) && !d.replacing[id] {
		return true
	}
	r, ok := o.(*network.SecurityGroupRule)
	if !ok {
		return false
	}
	if r.Set {
		// A planned set holds all the rules there will be, a set that goes takes its rules with it.
		walk, planned := d.sets[r.SecurityGroupID]
		return planned && walk == d.walk || d.isDropped(ruleSetHolder(r.SecurityGroupID))
	}
	// The cloud deletes a group's rules with the group, and no plan says so of the default ones.
	return d.isDropped(r.SecurityGroupID) && !d.replacing[r.SecurityGroupID]
}

// Applying says that this walk changes the store, so that what was read of it before is no longer what it holds.
func (d *Draft) Applying() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stored = nil
}

// OpenQuestion is a question that was decided on a draft's network. Terraform plans in an order of its own, so that what
// bears on the question may be planned after it was decided.
type OpenQuestion struct {
	// Decide is the outcome on a lab, as a text that differs where the outcome does.
	Decide func(Lab) string
	// Outcome is what was decided.
	Outcome string
	// Changed is the problem of the object whose plan changed the outcome, which is given for people.
	Changed func(object, outcome string) network.Problem
}

// KeepOpen has a question decided again whenever the plan goes on. The plan of the object with which the outcome turns out
// to be another one is refused, once for each question.
func (d *Draft) KeepOpen(q *OpenQuestion) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open = append(d.open, openQuestion{q, d.walk})
}

type openQuestion struct {
	*OpenQuestion

	walk int
}

// reopen decides the open questions on the network as it is now. One decision serves all objects that came meanwhile.
func (d *Draft) reopen(ctx context.Context, object string) (network.Problems, error) {
	d.mu.Lock()
	mine, waiting := d.version, len(d.open)
	d.mu.Unlock()
	if waiting == 0 {
		return nil, nil
	}
	d.deciding.Lock()
	defer d.deciding.Unlock()
	d.mu.Lock()
	if d.decided >= mine {
		d.mu.Unlock()
		return nil, nil
	}
	lab, version, err := d.network(ctx)
	open, walk := d.open, d.walk
	d.mu.Unlock()
	if err != nil {
		return nil, err
	}
	var problems network.Problems
	var still []openQuestion
	for _, q := range open {
		if q.walk != walk {
			continue
		}
		if outcome := q.Decide(lab); outcome != q.Outcome {
			problems = append(problems, q.Changed(object, outcome))
			continue
		}
		still = append(still, q)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open, d.decided = append(still, d.open[len(open):]...), version
	return problems, nil
}
