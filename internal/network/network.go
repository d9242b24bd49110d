package network

import (
	"cmp"
	"maps"
	"slices"
)

// Network is an immutable snapshot of objects. The zero value is an empty network. All lists are ordered by id, so
// that equal networks give equal answers word for word.
type Network struct {
	objects  map[string]Object
	ordered  map[Kind][]Object
	children map[edge][]Object
	missing  []Missing
}

type edge struct {
	kind      Kind
	attribute string
	target    string
}

// Missing is a reference to an object that is not part of the network.
type Missing struct {
	From      Object
	Reference Reference
}

// Builder collects the objects of a Network.
type Builder struct {
	objects   map[string]Object
	decisions []*PeeringAccepter
}

// NewBuilder returns a builder without objects.
func NewBuilder() *Builder { return &Builder{objects: map[string]Object{}} }

// Add puts an object into the network. Of two objects with one id the later one counts.
func (b *Builder) Add(o Object) { b.objects[o.Base().ID] = o }

// Remove takes an object out again.
func (b *Builder) Remove(id string) { delete(b.objects, id) }

// AddPlanned adds an object and whatever the cloud creates together with it: the default route table of a VPC (NET-19), the
// default rules of a security group (SG-20).
func (b *Builder) AddPlanned(o Object) {
	b.Add(o)
	for _, implied := range Implied(o) {
		if _, present := b.objects[implied.Base().ID]; !present {
			b.Add(implied)
		}
	}
}

// AddDecision applies an accepter's answer to its peering connection, in whatever order the two are added.
func (b *Builder) AddDecision(a *PeeringAccepter) { b.decisions = append(b.decisions, a) }

// AddRuleSet adds every rule of a set.
func (b *Builder) AddRuleSet(s *SecurityGroupRuleSet, project string) {
	for _, r := range s.Expand(project) {
		r.ID = IssueID(KindSecurityGroupRule, "set/"+s.SecurityGroupID+"/"+r.Name, 0)
		b.Add(r)
	}
}

// Implied are the objects the cloud creates together with o (NET-19, SG-20).
func Implied(o Object) []Object {
	var out []Object
	switch o := o.(type) {
	case *VPC:
		out = append(out, o.DefaultRouteTable())
	case *SecurityGroup:
		for _, r := range o.DefaultRules() {
			out = append(out, r)
		}
	}
	return out
}

// Network returns the snapshot. The builder may be used on; what it gave out does not change.
func (b *Builder) Network() *Network {
	n := &Network{
		objects: maps.Clone(b.objects), ordered: map[Kind][]Object{}, children: map[edge][]Object{},
	}
	for _, a := range b.decisions {
		if p, ok := n.objects[a.PeeringID].(*Peering); ok {
			decided := *p
			decided.Status = a.Decision()
			n.objects[a.PeeringID] = &decided
		}
	}
	for _, o := range n.objects {
		n.ordered[o.Kind()] = append(n.ordered[o.Kind()], o)
	}
	for _, list := range n.ordered {
		slices.SortFunc(list, func(a, b Object) int { return cmp.Compare(a.Base().ID, b.Base().ID) })
	}
	for _, kind := range Kinds() {
		for _, o := range n.ordered[kind] {
			for _, ref := range o.References() {
				e := edge{kind, ref.Path.Root(), ref.ID}
				if list := n.children[e]; len(list) == 0 || list[len(list)-1] != o {
					n.children[e] = append(list, o)
				}
				if n.objects[ref.ID] == nil {
					n.missing = append(n.missing, Missing{o, ref})
				}
			}
		}
	}
	return n
}

// Len is the number of objects.
func (n *Network) Len() int { return len(n.objects) }

// Object returns the object with an id, or nil.
func (n *Network) Object(id string) Object { return n.objects[id] }

// Missing lists the references that lead out of the network.
func (n *Network) Missing() []Missing { return n.missing }

// Get returns the object of type T with an id; the zero value where there is none.
func Get[T Object](n *Network, id string) T {
	o, _ := n.objects[id].(T)
	return o
}

// All returns every object of type T.
func All[T Object](n *Network) []T {
	var zero T
	return typed[T](n.ordered[zero.Kind()])
}

// Referring returns the objects of type T whose attribute refers to the object with the id target, each once.
func Referring[T Object](n *Network, attribute, target string) []T {
	var zero T
	return typed[T](n.children[edge{zero.Kind(), attribute, target}])
}

func typed[T Object](list []Object) []T {
	out := make([]T, 0, len(list))
	for _, o := range list {
		if t, ok := o.(T); ok {
			out = append(out, t)
		}
	}
	return out
}

// OfKind returns every object of a kind.
func (n *Network) OfKind(kind Kind) []Object { return slices.Clone(n.ordered[kind]) }
