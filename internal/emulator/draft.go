package emulator

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
)

// Draft is the network a plan is about to make, laid over the store. Every resource of the configuration puts its
// planned object in; the rules between objects judge it there and then, and its id is known from then on.
//
// A draft lives for one walk of one provider configuration, or for several in a row. Rules see planned siblings only: a
// sibling in the store that is not planned may be one whose removal has not been planned yet. What an object refers to is
// looked up in the store too.
type Draft struct {
	cloud *Cloud
	// walksAgain tells that the author's tool plans several times with one draft, and walk is which time it is.
	walksAgain func() bool
	walk       int

	mu      sync.Mutex
	objects map[string]*planned
	// index holds the ids of the objects that refer to another, in order.
	index map[relation][]string
	keys  map[string]string
	// dropped are the walks in which objects were taken away, by their ids. replacing are those whose successors are still
	// to come.
	dropped   map[string]int
	replacing map[string]bool
	// sets are the walks in which the rule sets of groups were planned.
	sets  map[string]int
	sizes map[size]int
	// unidentified are the planned objects whose ids are not known yet.
	unidentified []unidentified
	// version counts changes; stored is what the store held when it was first asked for.
	version int
	stored  *network.Network

	// open are the questions that may have to be decided again, decided the version they were decided on last.
	open     []openQuestion
	deciding sync.Mutex
	decided  int
}

// unidentified is a planned object whose natural key is not known yet.
type unidentified struct {
	UnknownObject

	walk int
}

// size is what objects are counted by: quotas are judged at every object.
type size struct {
	kind    network.Kind
	project string
	walk    int
}

type planned struct {
	object   network.Object
	key      string
	created  bool
	complete bool
	// unknown are the attributes that are not known yet.
	unknown map[string]bool
	walk    int
}

type relation struct {
	kind      network.Kind
	attribute string
	target    string
}

// DraftOption changes how a draft is used.
type DraftOption func(*Draft)

// WalkingAgain is for a draft that may see several walks, one after the other, without being told where one ends: an
// object that comes a second time is then the same one in the next walk, if again says so. It is asked only when that
// happens.
func WalkingAgain(again func() bool) DraftOption { return func(d *Draft) { d.walksAgain = again } }

// NewDraft returns an empty draft over the cloud's store.
func NewDraft(c *Cloud, options ...DraftOption) *Draft {
	d := &Draft{
		walksAgain: func() bool { return false },
		cloud:      c, objects: map[string]*planned{}, index: map[relation][]string{}, keys: map[string]string{},
		dropped: map[string]int{}, replacing: map[string]bool{}, sets: map[string]int{}, sizes: map[size]int{},
	}
	for _, option := range options {
		option(d)
	}
	return d
}

// Plan is one object to put into a draft.
type Plan struct {
	Object network.Object
	// ID is the id of the existing object, empty for one to be created.
	ID string
	// Replaces is the id of the object that this new one replaces, if any.
	Replaces string
	// Unknown holds the attributes whose values are not known yet. The object has zero values there.
	Unknown map[string]bool
	// Key lists the attributes the natural key is made of. While one of them is unknown, so is the id.
	Key []string
	// Judged lists the attributes a verdict rests on. While one of them is unknown, the object is incomplete.
	Judged []string
}

// Put puts a planned object into the draft, gives it its id, fills in what follows from its values, and judges it
// beside the others. The id stays empty when the natural key is not known yet. The object must not be changed
// afterwards.
func (d *Draft) Put(ctx context.Context, p Plan) (network.Problems, error) {
	problems, err := d.put(ctx, p)
	if err != nil || problems.Refusals() != nil {
		return problems, err
	}
	changed, err := d.reopen(ctx, objectLabel(p.Object))
	return append(problems, changed...), err
}

// objectLabel is what people call an object.
func objectLabel(o network.Object) string {
	return strings.TrimSpace(o.Kind().Label() + " " + o.Title())
}

func (d *Draft) put(ctx context.Context, p Plan) (network.Problems, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p.Replaces != "" {
		d.drop(p.Replaces)
		delete(d.replacing, p.Replaces)
	}
	o, base := p.Object, p.Object.Base()
	base.ID = p.ID
	o.Normalize()
	if anyOf(p.Key, p.Unknown) {
		d.version++
		d.unidentified = append(d.unidentified, unidentified{unknownObject(o, p.Unknown), d.walk})
		return nil, nil
	}
	created := p.ID == ""
	if created {
		id, err := d.cloud.promise(ctx, o, p.Unknown)
		if err != nil {
			return nil, err
		}
		base.ID = id
		o.Normalize()
	}
	if problem, taken := d.clash(o); taken {
		return network.Problems{problem}, nil
	}
	complete := !anyOf(p.Judged, p.Unknown)
	d.insert(&planned{object: o, created: created, complete: complete, unknown: p.Unknown})
	for _, implied := range network.Implied(o) {
		d.insert(&planned{object: implied, created: created, complete: true})
	}
	var before network.Object
	if !created {
		before = o
	}
	problems, err := d.cloud.relations(ctx, drafted{d}, before, o)
	return problems.Knowing(p.Unknown), err
}

// PutRuleSet puts the rules of a set into the draft, in the place of those of some groups. The set has no id of its own; it
// is known by its group's.
func (d *Draft) PutRuleSet(
	ctx context.Context, s *network.SecurityGroupRuleSet, project string, unknown map[string]bool, replaces ...string,
) (network.Problems, error) {
	for _, groupID := range replaces {
		if groupID != "" {
			d.dropRuleSet(groupID)
		}
	}
	problems, err := d.putRuleSet(ctx, s, project, unknown)
	if err != nil || problems.Refusals() != nil {
		return problems, err
	}
	changed, err := d.reopen(ctx, network.KindSecurityGroupRuleSet.Label())
	return append(problems, changed...), err
}

func (d *Draft) putRuleSet(
	ctx context.Context, s *network.SecurityGroupRuleSet, project string, unknown map[string]bool,
) (network.Problems, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if unknown["security_group_id"] || unknown["rules"] {
		d.version++
		d.unidentified = append(d.unidentified, unidentified{
			unknownRuleSet(s.SecurityGroupID), d.walk,
		})
		return nil, nil
	}
	holder, key := ruleSetHolder(s.SecurityGroupID), ruleSetKey(s.SecurityGroupID)
	if _, taken := d.keys[key]; taken && !d.isDropped(holder) && !d.walksAgain() {
		return network.Problems{refuse(network.Conflict, network.At("security_group_id"), "", "Two sets of rules for one group",
			"Another vpclab_security_group_rules writes the rules of the group %s. Put all of them into one of the two.",
			s.SecurityGroupID)}, nil
	}
	d.keys[key] = holder
	d.sets[s.SecurityGroupID] = d.walk
	delete(d.dropped, holder)
	var out network.Problems
	for _, r := range s.Expand(project) {
		r.ID = network.IssueID(network.KindSecurityGroupRule, "set/"+s.SecurityGroupID+"/"+r.Name, 0)
		d.insert(&planned{object: r, created: true, complete: true})
		problems, err := d.cloud.relations(ctx, drafted{d}, r, r)
		if err != nil {
			return nil, err
		}
		for _, p := range problems {
			if p.Path.Root() == "security_group_id" {
				out = appendOnce(out, p)
				continue
			}
			out = append(out, network.Problems{p}.Within(network.At("rules").Key(r.Name))...)
		}
	}
	return out, nil
}

// DropRuleSet takes the rules of a group's set out of the draft. The problems are those of Drop.
func (d *Draft) DropRuleSet(ctx context.Context, groupID string) (network.Problems, error) {
	d.dropRuleSet(groupID)
	return d.reopen(ctx, network.KindSecurityGroupRuleSet.Label()+", which goes")
}

func (d *Draft) dropRuleSet(groupID string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.keys, ruleSetKey(groupID))
	delete(d.sets, groupID)
	d.version++
	d.dropped[ruleSetHolder(groupID)] = d.walk
	for id, p := range d.objects {
		if r, ok := p.object.(*network.SecurityGroupRule); ok && r.Set && r.SecurityGroupID == groupID {
			d.remove(id)
		}
	}
}

// ruleSetKey is the key under which the set of a group is planned, ruleSetHolder what stands for its id.
func ruleSetKey(groupID string) string {
	return string(network.KindSecurityGroupRuleSet) + "\x00" + groupID
}

func ruleSetHolder(groupID string) string { return "set of " + groupID }

// Decide applies an accepter's answer to a planned or stored peering connection.
func (d *Draft) Decide(ctx context.Context, a *network.PeeringAccepter, project string) (network.Problems, error) {
	problems, err := d.decide(ctx, a, project)
	if err != nil || problems.Refusals() != nil {
		return problems, err
	}
	changed, err := d.reopen(ctx, network.KindPeeringAccepter.Label())
	return append(problems, changed...), err
}

func (d *Draft) decide(ctx context.Context, a *network.PeeringAccepter, project string) (network.Problems, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	o, err := drafted{d}.object(ctx, a.PeeringID)
	if err != nil {
		return nil, err
	}
	p, ok := o.(*network.Peering)
	if !ok {
		ref := network.Reference{
			Path: network.At("vpc_peering_connection_id"), Kinds: []network.Kind{network.KindPeering}, ID: a.PeeringID,
		}
		if o == nil && network.CouldBeIssued(a.PeeringID) {
			return nil, nil // The requester's configuration is another one, and so is its plan.
		}
		return network.Problems{missingReference(ref)}, nil
	}
	if p.Status == a.Decision() {
		return nil, nil
	}
	if problems := decidable(p, project, a.Decision()); problems != nil {
		return problems, nil
	}
	decided := *p
	decided.Status = a.Decision()
	d.insert(&planned{object: &decided, complete: true})
	return nil, nil
}

func appendOnce(list network.Problems, p network.Problem) network.Problems {
	for _, q := range list {
		if q.Summary == p.Summary && q.Detail == p.Detail {
			return list
		}
	}
	return append(list, p)
}

// Drop takes an object out of the draft: the plan deletes it. The problems are about questions that it changes the outcome
// of.
func (d *Draft) Drop(ctx context.Context, id string) (network.Problems, error) {
	d.mu.Lock()
	o, err := drafted{d}.object(ctx, id)
	d.drop(id)
	d.mu.Unlock()
	if err != nil || o == nil {
		return nil, err
	}
	return d.reopen(ctx, objectLabel(o)+", which goes")
}

// Dropped reports whether the plan deletes or replaces the object with an id.
func (d *Draft) Dropped(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.isDropped(id)
}

// Replace notes that the plan replaces an object whose successor, which Put brings, is not planned yet: rules between
// objects pass it over, and Network has it until then.
func (d *Draft) Replace(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.drop(id)
	d.replacing[id] = true
}

func (d *Draft) isDropped(id string) bool {
	walk, ok := d.dropped[id]
	return ok && walk == d.walk
}

// Find returns the planned object with an id, or else the stored one. There being none is a nil object.
func (d *Draft) Find(ctx context.Context, id string) (network.Object, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p, ok := d.objects[id]; ok {
		return p.object, nil
	}
	return drafted{d}.object(ctx, id)
}

// RulesOf returns the planned rules of a group's set.
func (d *Draft) RulesOf(ctx context.Context, groupID string) ([]network.Object, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return drafted{d}.referring(ctx, network.KindSecurityGroupRule, "security_group_id", groupID)
}

// clash reports whether another planned object holds the id or the natural key of o.
func (d *Draft) clash(o network.Object) (network.Problem, bool) {
	key := planKey(o)
	holder, taken := d.keys[key]
	if !taken || holder == o.Base().ID && !d.isOther(holder, o) || d.nextWalk(holder) {
		return network.Problem{}, false
	}
	path, what := identity(o.Kind())
	return refuse(network.Conflict, path, "", "Two resources for one object",
		"Two resources of this configuration describe the same %s: both have %s. Change one of them, or remove it.",
		o.Kind().Label(), what), true
}

// Walk is which walk the draft is in, counted from 0. Only a draft made with WalkingAgain gets beyond the first.
func (d *Draft) Walk() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.walk
}

// nextWalk reports whether the planned object with this id was planned in an earlier walk, and begins the next one when it
// is the first to come again. What earlier walks planned can be referred to until it comes, but is no sibling any more.
func (d *Draft) nextWalk(id string) bool {
	p, ok := d.objects[id]
	if !ok || !d.walksAgain() {
		return false
	}
	if p.walk == d.walk {
		d.walk++
	}
	return true
}

// isOther reports whether the planned object with this id is a different one that was planned as new, so that two new
// objects were issued the same id.
func (d *Draft) isOther(id string, o network.Object) bool {
	p, ok := d.objects[id]
	return ok && p.created && p.object != o
}

// identity says which attribute, and in words what, tells objects of a kind apart.
func identity(kind network.Kind) (network.Path, string) {
	switch kind {
	case network.KindSubnet:
		return network.At("cidr"), "the same VPC and block"
	case network.KindSecurityGroupRule:
		return nil, "the same group, match, action and priority"
	case network.KindPeering:
		return network.At("peer_vpc_id"), "the same pair of VPCs"
	case network.KindRouteTable:
		return network.At("name"), "the same VPC and name"
	case network.KindRoute:
		return network.At("destination"), "the same route table and destination"
	case network.KindInstance:
		return network.At("ip_address"), "the same subnet and address"
	default:
		return network.At("name"), "the same name"
	}
}

func planKey(o network.Object) string { return string(o.Kind()) + "\x00" + o.NaturalKey() }

func (d *Draft) insert(p *planned) {
	id := p.object.Base().ID
	p.walk = d.walk
	d.version++
	d.remove(id)
	delete(d.dropped, id)
	d.objects[id] = p
	p.key = planKey(p.object)
	d.keys[p.key] = id
	d.sizes[size{p.object.Kind(), p.object.Base().Project, p.walk}]++
	for _, ref := range p.object.References() {
		at := relation{p.object.Kind(), ref.Path.Root(), ref.ID}
		if i, there := slices.BinarySearch(d.index[at], id); !there {
			d.index[at] = slices.Insert(d.index[at], i, id)
		}
	}
}

func (d *Draft) remove(id string) {
	p, ok := d.objects[id]
	if !ok {
		return
	}
	delete(d.objects, id)
	d.sizes[size{p.object.Kind(), p.object.Base().Project, p.walk}]--
	if d.keys[p.key] == id {
		delete(d.keys, p.key)
	}
	for _, ref := range p.object.References() {
		at := relation{p.object.Kind(), ref.Path.Root(), ref.ID}
		if i, there := slices.BinarySearch(d.index[at], id); there {
			d.index[at] = slices.Delete(d.index[at], i, i+1)
		}
	}
}

func (d *Draft) drop(id string) {
	if p, ok := d.objects[id]; ok {
		for _, implied := range network.Implied(p.object) {
			d.remove(implied.Base().ID)
			d.dropped[implied.Base().ID] = d.walk
		}
	}
	d.remove(id)
	d.dropped[id] = d.walk
	d.version++
}

func anyOf(names []string, set map[string]bool) bool {
	return slices.ContainsFunc(names, func(name string) bool { return set[name] })
}

// drafted is the neighbourhood at plan. Its methods run under the draft's lock.
type drafted struct{ d *Draft }

func (n drafted) object(ctx context.Context, id string) (network.Object, error) {
	if p, ok := n.d.objects[id]; ok {
		return p.object, nil
	}
	if n.d.isDropped(id) || !network.CouldBeIssued(id) {
		return nil, nil
	}
	o, _, err := n.d.cloud.find(ctx, id)
	return o, err
}

func (n drafted) referring(
	_ context.Context, kind network.Kind, attribute, target string,
) ([]network.Object, error) {
	ids := n.d.index[relation{kind, attribute, target}]
	out := make([]network.Object, 0, len(ids))
	for _, id := range ids {
		if p := n.d.objects[id]; p.walk == n.d.walk {
			out = append(out, p.object)
		}
	}
	return out, nil
}

func (n drafted) ofKind(_ context.Context, kind network.Kind, project string) ([]network.Object, error) {
	var out []network.Object
	for _, p := range n.d.objects {
		if p.walk == n.d.walk && p.object.Kind() == kind && (project == "" || p.object.Base().Project == project) {
			out = append(out, p.object)
		}
	}
	sortByID(out)
	return out, nil
}

func (n drafted) count(_ context.Context, kind network.Kind, project string) (int, error) {
	total := n.d.sizes[size{kind, project, n.d.walk}]
	if project == "" {
		for by, of := range n.d.sizes {
			if by.kind == kind && by.walk == n.d.walk && by.project != "" {
				total += of
			}
		}
	}
	// The object being judged is in the draft already.
	return total - 1, nil
}

func (n drafted) planning() bool { return true }

func (n drafted) isNew(id string) bool {
	p, ok := n.d.objects[id]
	return ok && p.created
}

func sortByID(list []network.Object) {
	slices.SortFunc(list, func(a, b network.Object) int { return strings.Compare(a.Base().ID, b.Base().ID) })
}
