package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/store"
)

// Create makes an object and returns it as stored. An id that the object already carries is a promise made by a plan:
// when it is not the id the cloud issues now, somebody else has created an object under the same natural key since,
// and the command fails without a trace. Refusals are network.Problems.
func (c *Cloud) Create(ctx context.Context, o network.Object) (network.Object, error) {
	var created network.Object
	err := c.store.Update(ctx, func(w store.Writer) error {
		var err error
		created, err = c.create(ctx, w, o, c.session.of())
		return err
	})
	if err == nil {
		c.session.tell(c, created.Base().ID)
	}
	return created, err
}

// create makes an object that carries the name of a session, or hands over the orphan that the object is.
func (c *Cloud) create(ctx context.Context, w store.Writer, o network.Object, session string) (network.Object, error) {
	o, err := clone(o)
	if err != nil {
		return nil, err
	}
	base := o.Base()
	if base.Project == "" {
		base.Project = network.DefaultProject
	}
	promised := base.ID
	base.ID = ""
	o.Normalize()
	key := o.NaturalKey()
	generation, err := w.Generation(ctx, string(o.Kind()), key)
	if err != nil {
		return nil, err
	}
	if session != "" {
		orphan, err := c.orphan(ctx, w, o, generation, nil)
		if err != nil {
			return nil, err
		}
		if orphan != nil && (promised == "" || promised == orphan.Base().ID) {
			return c.adopt(ctx, w, orphan, o, session)
		}
	}
	base.ID = network.IssueID(o.Kind(), key, generation)
	if promised != "" && promised != base.ID {
		return nil, network.Problems{refuse(network.Conflict, nil, "", "Plan out of date",
			"The plan promised the id %s for the %s %q, but another object has been created under the same name since, "+
				"so that id is taken. Nothing was created; make a new plan.", promised, o.Kind().Label(), o.Title())}
	}
	o.Normalize()
	if err := c.ensureProject(ctx, w, base.Project); err != nil {
		return nil, err
	}
	if err := compose(ctx, stored{w}, nil, o); err != nil {
		return nil, err
	}
	if err := c.check(ctx, stored{w}, nil, o); err != nil {
		return nil, err
	}
	if err := c.insert(ctx, w, o, store.Document{Key: key, Generation: generation, Session: session}); err != nil {
		return nil, err
	}
	for _, implied := range network.Implied(o) {
		if err := c.insert(ctx, w, implied, store.Document{Key: impliedKey(implied)}); err != nil {
			return nil, err
		}
	}
	return o, c.applyEffects(ctx, w, o)
}

// impliedKey is the key under which an object that came with another one is counted. It is unlike every natural key,
// so that an object of the author's own never shares it.
func impliedKey(o network.Object) string { return "implied/" + o.Base().ID }

// insert stores an object, with key, generation and session of as.
func (c *Cloud) insert(ctx context.Context, w store.Writer, o network.Object, as store.Document) error {
	d, err := toDocument(o)
	if err != nil {
		return err
	}
	d.Key, d.Generation, d.Session = as.Key, as.Generation, as.Session
	d.CreatedAt = c.stamp()
	d.UpdatedAt = d.CreatedAt
	o.Base().CreatedAt, o.Base().UpdatedAt = d.CreatedAt, d.UpdatedAt
	return w.Insert(ctx, d)
}

// check runs every rule that lets an object in: its own validity, its references, its quota and its place beside the
// others. before is nil for a new object.
func (c *Cloud) check(ctx context.Context, n neighbourhood, before, o network.Object) error {
	problems := o.Validate()
	if problems.Err() == nil {
		found, err := c.relations(ctx, n, before, o)
		if err != nil {
			return err
		}
		problems = append(problems, found...)
	}
	return problems.Err()
}

// ensureProject gives a project its default security group, which the real cloud creates with the account (SG-22).
func (c *Cloud) ensureProject(ctx context.Context, w store.Writer, project string) error {
	g := network.DefaultSecurityGroup(project)
	_, err := w.Get(ctx, g.ID)
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err := c.insert(ctx, w, g, store.Document{Key: g.NaturalKey()}); err != nil {
		return err
	}
	for _, r := range g.DefaultRules() {
		if err := c.insert(ctx, w, r, store.Document{Key: impliedKey(r)}); err != nil {
			return err
		}
	}
	return nil
}

// Get returns the object of type T with an id. There being none is an error for which IsNotFound holds.
func Get[T network.Object](ctx context.Context, c *Cloud, id string) (T, error) {
	var zero T
	o, err := c.Read(ctx, zero.Kind(), id)
	if err != nil {
		return zero, err
	}
	return o.(T), nil //nolint:forcetypeassert // Read returned an object of T's kind.
}

// Read returns the object of a kind with an id. There being none is an error for which IsNotFound holds.
func (c *Cloud) Read(ctx context.Context, kind network.Kind, id string) (network.Object, error) {
	found, orphan, err := c.find(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case found == nil || found.Kind() != kind:
		return nil, NotFound(kind, id)
	case orphan:
		c.session.tell(c, id) // Whoever knows the id has it on record.
	}
	return found, nil
}

// find returns the object with an id, whatever its kind, or nil; and whether it is an orphan.
func (c *Cloud) find(ctx context.Context, id string) (found network.Object, orphan bool, err error) {
	err = c.store.View(ctx, func(r store.Reader) error {
		found, orphan = nil, false
		d, err := r.Get(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err == nil {
			found, err = c.decode(d)
		}
		orphan = c.session.isOrphan(c, d)
		return err
	})
	return found, orphan, err
}

// Update changes an object and returns it as stored. Attributes of network.FixedAttributes must be as they were.
func (c *Cloud) Update(ctx context.Context, o network.Object) (network.Object, error) {
	var updated network.Object
	err := c.store.Update(ctx, func(w store.Writer) error {
		var err error
		updated, err = c.update(ctx, w, o)
		return err
	})
	return updated, err
}

func (c *Cloud) update(ctx context.Context, w store.Writer, o network.Object) (network.Object, error) {
	before, err := stored{w}.object(ctx, o.Base().ID)
	if err != nil {
		return nil, err
	}
	if before == nil || before.Kind() != o.Kind() {
		return nil, NotFound(o.Kind(), o.Base().ID)
	}
	if o, err = clone(o); err != nil {
		return nil, err
	}
	o.Base().Project, o.Base().CreatedAt = before.Base().Project, before.Base().CreatedAt
	inherit(before, o)
	o.Normalize()
	if problems := unfixed(before, o); problems != nil {
		return nil, problems
	}
	if err := compose(ctx, stored{w}, before, o); err != nil {
		return nil, err
	}
	if err := c.check(ctx, stored{w}, before, o); err != nil {
		return nil, err
	}
	if err := c.replace(ctx, w, o); err != nil {
		return nil, err
	}
	return o, c.applyEffects(ctx, w, o)
}

func (c *Cloud) replace(ctx context.Context, w store.Writer, o network.Object) error {
	d, err := toDocument(o)
	if err != nil {
		return err
	}
	d.UpdatedAt = c.stamp()
	o.Base().UpdatedAt = d.UpdatedAt
	return w.Replace(ctx, d)
}

// unfixed names the fixed attributes whose value differs.
func unfixed(before, after network.Object) network.Problems {
	var out network.Problems
	old, now := attributes(before), attributes(after)
	for _, name := range network.FixedAttributes(after.Kind()) {
		if !reflect.DeepEqual(old[name], now[name]) {
			out = append(out, refuse(network.Invalid, network.At(name), "", "Attribute cannot change",
				"%s of the %s %s is %v and cannot become %v: the cloud fixes it when the object is created.",
				name, after.Kind().Label(), called(before), old[name], now[name]))
		}
	}
	return out
}

// Delete removes an object. What belongs to it alone goes with it: the rules of a group (ERR-08), the default table of
// a VPC (NET-19), the routes through a peering connection (PEER-13), a subnet's place in ACLs and route tables. An
// object that others need is refused with the class InUse.
func (c *Cloud) Delete(ctx context.Context, kind network.Kind, id string) error {
	return c.store.Update(ctx, func(w store.Writer) error { return c.delete(ctx, w, kind, id) })
}

// Retire is Delete for an ACL or route table that still serves subnets: it takes them out first, in the same
// transaction. Clients of the cloud do so in two calls (ERR-10, ERR-11).
func (c *Cloud) Retire(ctx context.Context, kind network.Kind, id string) error {
	return c.store.Update(ctx, func(w store.Writer) error {
		o, err := stored{w}.object(ctx, id)
		if err != nil {
			return err
		}
		switch o := o.(type) {
		case *network.NetworkACL:
			o.SubnetIDs = nil
			err = c.replace(ctx, w, o)
		case *network.RouteTable:
			o.SubnetIDs = nil
			err = c.replace(ctx, w, o)
		}
		if err != nil {
			return err
		}
		return c.delete(ctx, w, kind, id)
	})
}

func (c *Cloud) delete(ctx context.Context, w store.Writer, kind network.Kind, id string) error {
	o, err := stored{w}.object(ctx, id)
	if err != nil {
		return err
	}
	if o == nil || o.Kind() != kind {
		return NotFound(kind, id)
	}
	problems, err := obstacles(ctx, stored{w}, o)
	if err != nil {
		return err
	}
	if err := problems.Err(); err != nil {
		return err
	}
	if err := c.cascade(ctx, w, o); err != nil {
		return err
	}
	return c.erase(ctx, w, id)
}

// cascade removes and mends what an object leaves behind.
func (c *Cloud) cascade(ctx context.Context, w store.Writer, o network.Object) error {
	id := o.Base().ID
	switch o.(type) {
	case *network.VPC:
		return c.removeAll(ctx, w, network.KindRouteTable, "vpc_id", id)
	case *network.SecurityGroup:
		return c.removeAll(ctx, w, network.KindSecurityGroupRule, "security_group_id", id)
	case *network.Peering:
		return c.removeAll(ctx, w, network.KindRoute, "nexthop", id)
	case *network.RouteTable:
		return c.removeAll(ctx, w, network.KindRoute, "route_table_id", id)
	case *network.Subnet:
		if err := c.removeAll(ctx, w, network.KindReservation, "subnet_id", id); err != nil {
			return err
		}
		return c.leaveLists(ctx, w, id)
	default:
		return nil
	}
}

func (c *Cloud) removeAll(ctx context.Context, w store.Writer, kind network.Kind, attribute, target string) error {
	objects, err := stored{w}.referring(ctx, kind, attribute, target)
	if err != nil {
		return err
	}
	for _, o := range objects {
		if err := c.erase(ctx, w, o.Base().ID); err != nil {
			return err
		}
	}
	return nil
}

// leaveLists takes a subnet out of the ACL and the route table that list it.
func (c *Cloud) leaveLists(ctx context.Context, w store.Writer, subnet string) error {
	for _, kind := range []network.Kind{network.KindNetworkACL, network.KindRouteTable} {
		objects, err := stored{w}.referring(ctx, kind, "subnet_ids", subnet)
		if err != nil {
			return err
		}
		for _, o := range objects {
			switch o := o.(type) {
			case *network.NetworkACL:
				o.SubnetIDs = without(o.SubnetIDs, subnet)
			case *network.RouteTable:
				o.SubnetIDs = without(o.SubnetIDs, subnet)
			}
			if err := c.replace(ctx, w, o); err != nil {
				return err
			}
		}
	}
	return nil
}

func without(list []string, item string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == item })
}

// applyEffects changes other objects as the cloud does when one is written: a subnet that joins a route table leaves
// the one it was in (RT-04), and network ACLs follow the policies and rules of the older form (ACL-27).
func (c *Cloud) applyEffects(ctx context.Context, w store.Writer, o network.Object) error {
	switch o := o.(type) {
	case *network.RouteTable:
		return c.leaveOtherTables(ctx, w, o)
	case *network.FirewallRule:
		policies, err := related[*network.FirewallPolicy](ctx, stored{w}, "rule_ids", o.ID, "")
		for _, p := range policies {
			if err == nil {
				err = c.recompose(ctx, w, p)
			}
		}
		return err
	case *network.FirewallPolicy:
		return c.recompose(ctx, w, o)
	default:
		return nil
	}
}

func (c *Cloud) leaveOtherTables(ctx context.Context, w store.Writer, table *network.RouteTable) error {
	for _, subnet := range table.SubnetIDs {
		others, err := stored{w}.referring(ctx, network.KindRouteTable, "subnet_ids", subnet)
		if err != nil {
			return err
		}
		for _, other := range others {
			other, ok := other.(*network.RouteTable)
			if !ok || other.ID == table.ID {
				continue
			}
			other.SubnetIDs = without(other.SubnetIDs, subnet)
			if err := c.replace(ctx, w, other); err != nil {
				return err
			}
		}
	}
	return nil
}

// clone copies an object deeply, so that a command never changes what its caller holds.
func clone(o network.Object) (network.Object, error) {
	body, err := network.Encode(o)
	if err != nil {
		return nil, err
	}
	c, err := network.Decode(o.Kind(), body)
	if err != nil {
		return nil, err
	}
	*c.Base() = *o.Base()
	return c, nil
}

// attributes are the members of an object's document by name.
func attributes(o network.Object) map[string]any {
	out := map[string]any{}
	if body, err := network.Encode(o); err == nil {
		_ = json.Unmarshal(body, &out) // What Encode wrote is an object.
	}
	return out
}

// Objects returns every object of a kind in a project, in the order of their creation. The project's default security
// group is among its groups even before anything has been written.
func (c *Cloud) Objects(ctx context.Context, kind network.Kind, project string) ([]network.Object, error) {
	var out []network.Object
	err := c.store.View(ctx, func(r store.Reader) error {
		var err error
		if out, err = (stored{r}).ofKind(ctx, kind, project); err != nil {
			return err
		}
		g := network.DefaultSecurityGroup(project)
		if _, err = r.Get(ctx, g.ID); !errors.Is(err, store.ErrNotFound) {
			return err
		}
		for _, o := range append([]network.Object{g}, network.Implied(g)...) {
			if o.Kind() == kind {
				out = append(out, o)
			}
		}
		return nil
	})
	return out, err
}
