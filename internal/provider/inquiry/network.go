// Package inquiry is what every way of asking has in common: the data sources, the guard and the functions. It collects
// the objects a question is decided on, reads questions and intents from configuration values, says what a verdict that is
// not as expected does, and turns findings into values.
package inquiry

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/provider/managed"
	"github.com/vpclab/terraform-provider-vpclab/internal/reach"
)

// NetworkDescription says what the attribute or parameter "network" accepts.
const NetworkDescription = "whole resources, their `ref`s, module outputs, in lists, maps and objects nested in any way. " +
	"Objects of another provider can be mapped to the same shape: an object with `kind`, an `id` that is any text, and " +
	"the attributes of the resource of that kind."

// CompleteDescription says what a list must have.
const CompleteDescription = "An object that the plan or the store has and that bears on the verdict has to be listed too: " +
	"a rule of a listed group, the ACL of a listed subnet, a route, a connection, a member of a group that a rule names."

// StoredDescription says what stands for objects that somebody else has built.
const StoredDescription = "A VPC's name stands for what the store holds of that VPC and of those peered with it, whoever " +
	"built it, not for what this configuration plans; `\"stored\"` for all that the store holds. Left out, the lab as it will " +
	"be once this plan is applied: what this provider plans, over what the store holds, without what the plan takes away."

// Scope is what a question is decided on.
type Scope struct {
	Network *network.Network
	// Unknown are the objects that Network lacks because something a verdict rests on is not known yet.
	Unknown []reach.Unknown
	// Problems are values that are no objects, or not valid ones.
	Problems network.Problems
	// Values are the ids of the objects that were handed over whole, so that their provider is not asked for them.
	Values []string
	// Whole says that the network is the lab as the plan leaves it, and not what somebody listed.
	Whole bool
}

// Model is the network made ready for questions.
func (s Scope) Model() *reach.Model { return reach.Compile(s.Network, s.Unknown...) }

// UnknownNames are the objects of which not everything is known, for people.
func (s Scope) UnknownNames() []string {
	var out []string
	for _, u := range s.Unknown {
		out = append(out, strings.TrimSpace(u.Kind.Label()+" "+u.Name))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// ErrNoLab is returned for a scope that needs a lab, while the provider's own configuration is not known.
var ErrNoLab = errors.New("the configuration of the provider vpclab is not known yet, so there is no lab to decide the " +
	"question in; give its \"store\" and \"project_id\" values that are known at plan")

// Collect reads a value of the attribute "network". Null stands for the lab as the plan leaves it. Without a lab, as in a
// function, only whole objects are accepted.
func Collect(ctx context.Context, data *managed.ProviderData, value tftypes.Value) (Scope, error) {
	if data != nil && data.Cloud == nil {
		return Scope{}, ErrNoLab
	}
	if value.IsNull() && data != nil {
		return planned(ctx, data)
	}
	c := collector{
		data: data, builder: network.NewBuilder(), project: network.DefaultProject, given: map[string]givenObject{},
	}
	if data != nil {
		c.project = data.Project
	}
	if err := c.add(ctx, network.At("network"), value); err != nil {
		return Scope{}, err
	}
	c.scope.Network = c.builder.Network()
	return c.scope, nil
}

type collector struct {
	data    *managed.ProviderData
	builder *network.Builder
	project string
	scope   Scope
	// given are the whole objects so far by their ids.
	given map[string]givenObject
}

// givenObject is a whole object and where it stands.
type givenObject struct {
	at  network.Path
	doc managed.Document
}

// add descends into whatever the author handed over: an object with a kind is one object of the network, a text is a
// ref, and everything else is a container.
func (c *collector) add(ctx context.Context, at network.Path, value tftypes.Value) error {
	switch {
	case !value.IsKnown():
		c.scope.Unknown = append(c.scope.Unknown, reach.Unknown{Name: "a part of the network"})
		return nil
	case value.IsNull():
		return nil
	}
	switch t := value.Type(); {
	case t.Is(tftypes.String):
		var ref string
		if err := value.As(&ref); err != nil {
			return fmt.Errorf("read ref: %w", err)
		}
		return c.addRef(ctx, at, ref)
	case t.Is(tftypes.List{}), t.Is(tftypes.Set{}), t.Is(tftypes.Tuple{}):
		var items []tftypes.Value
		if err := value.As(&items); err != nil {
			return fmt.Errorf("read list: %w", err)
		}
		for i, item := range items {
			if err := c.add(ctx, at.Index(i), item); err != nil {
				return err
			}
		}
		return nil
	case t.Is(tftypes.Map{}), t.Is(tftypes.Object{}):
		return c.addObject(ctx, at, value)
	default:
		plain, err := managed.Plain(value)
		c.refuse(at, fmt.Sprintf("%v is neither an object nor a ref.", plain))
		return err
	}
}

func (c *collector) addObject(ctx context.Context, at network.Path, value tftypes.Value) error {
	var members map[string]tftypes.Value
	if err := value.As(&members); err != nil {
		return fmt.Errorf("read object: %w", err)
	}
	var kind string
	if k, ok := members["kind"]; ok && k.IsKnown() && !k.IsNull() && k.Type().Is(tftypes.String) {
		if err := k.As(&kind); err != nil {
			return fmt.Errorf("read kind: %w", err)
		}
	}
	if kind == "" {
		names := make([]string, 0, len(members))
		for name := range members {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if err := c.add(ctx, member(at, value.Type(), name), members[name]); err != nil {
				return err
			}
		}
		return nil
	}
	plain, err := managed.Plain(value)
	if err != nil {
		return err
	}
	doc, _ := plain.(managed.Document)
	if !settled(members) {
		c.scope.Unknown = append(c.scope.Unknown, unsettled(network.Kind(kind), members, doc))
		return nil
	}
	if id, ok := doc["id"].(string); ok && id != "" {
		key := id
		switch network.Kind(kind) {
		case network.KindPeeringAccepter, network.KindSecurityGroupRuleSet:
			key = kind + "/" + id // They have the id of what they are about.
		}
		if other, twice := c.given[key]; twice && !reflect.DeepEqual(other.doc, doc) {
			c.scope.Problems = append(c.scope.Problems, network.Problem{
				Path: at, Summary: "Two objects of one id",
				Detail: fmt.Sprintf("The object at %s has the id %q too, and is another one. Give each object an id of its own.",
					other.at, id),
			})
			return nil
		}
		c.given[key] = givenObject{at, doc}
		c.scope.Values = append(c.scope.Values, id)
	}
	for _, p := range c.builder.AddValue(doc, c.project) {
		p.Path = slices.Concat(at, p.Path)
		c.scope.Problems = append(c.scope.Problems, p)
	}
	return nil
}

// member is the path of a member of an object, or of an entry of a map.
func member(at network.Path, t tftypes.Type, name string) network.Path {
	if t.Is(tftypes.Map{}) {
		return at.Key(name)
	}
	return at.Attr(name)
}

// settled reports whether everything about an object is known that a verdict can rest on. A resource's own ref says it; of
// other objects everything but the words about them has to be known.
func settled(members map[string]tftypes.Value) bool {
	if ref, ok := members["ref"]; ok && !ref.IsNull() {
		return ref.IsKnown()
	}
	for name, v := range members {
		if name != "description" && name != "tags" && !v.IsFullyKnown() {
			return false
		}
	}
	return true
}

// unsettled is an object of which not everything is known. Its values are not judged before they are.
func unsettled(kind network.Kind, members map[string]tftypes.Value, doc managed.Document) reach.Unknown {
	u := reach.Unknown{Kind: kind, Name: title(doc), Attributes: map[string]bool{}}
	for name, v := range members {
		if !v.IsFullyKnown() {
			u.Attributes[name] = true
		}
	}
	if !u.Attributes["id"] && slices.Contains(network.Kinds(), kind) {
		u.Object = network.DecodeValue(doc)
	}
	return u
}

func title(doc managed.Document) string {
	for _, member := range []string{"name", "cidr", "destination", "id"} {
		if text, ok := doc[member].(string); ok && text != "" {
			return text
		}
	}
	return "without a name"
}

func (c *collector) refuse(at network.Path, detail string) {
	c.scope.Problems = append(c.scope.Problems, network.Problem{
		Path: at, Summary: "Not an object of the network", Detail: detail,
	})
}

func (c *collector) addRef(ctx context.Context, at network.Path, ref string) error {
	kind, id, ok := strings.Cut(ref, "/")
	switch {
	case !ok && c.data != nil:
		return c.addStored(ctx, at, ref)
	case !ok:
		c.refuse(at, fmt.Sprintf("%q is no object of the network. Hand over the whole resource.", ref))
		return nil
	case c.data == nil:
		c.refuse(at, fmt.Sprintf("%q is a ref, and a function sees neither plan nor store. Hand over the whole resource.", ref))
		return nil
	case network.Kind(kind) == network.KindSecurityGroupRuleSet:
		return c.addRuleSet(ctx, id)
	case network.Kind(kind) == network.KindPeeringAccepter:
		kind = string(network.KindPeering)
	}
	o, err := c.data.Draft.Find(ctx, id)
	unknown, incomplete := c.data.Draft.Unknown(id)
	switch {
	case err != nil:
		return fmt.Errorf("look up %s: %w", ref, err)
	case o == nil || string(o.Kind()) != kind:
		c.refuse(at, fmt.Sprintf("%q names nothing that this provider configuration plans or that its store holds. Objects of "+
			"another provider configuration are handed over whole, not by ref.", ref))
	case incomplete:
		c.scope.Unknown = append(c.scope.Unknown, reach.Unknown(unknown))
	default:
		c.builder.AddPlanned(o)
	}
	return nil
}

func (c *collector) addRuleSet(ctx context.Context, groupID string) error {
	rules, err := c.data.Draft.RulesOf(ctx, groupID)
	if err == nil && len(rules) == 0 {
		rules, err = c.data.Cloud.RulesOf(ctx, groupID)
	}
	if err != nil {
		return fmt.Errorf("look up the rules of %s: %w", groupID, err)
	}
	for _, r := range rules {
		c.builder.Add(r)
	}
	return nil
}
