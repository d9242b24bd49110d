package reach

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Unknown is an object of which not everything is known yet, as in a plan. What it may turn out to be is part of every answer:
// an answer is certain only where all of that agrees.
type Unknown struct {
	Kind network.Kind
	// Name is what people call the object.
	Name string
	// Object has the attributes that are known, and zero values for the others; nil where it is not known which object it is.
	Object network.Object
	// Attributes are the names of those that are not known.
	Attributes map[string]bool
}

// lacks reports whether one of some attributes is not known.
func (u *Unknown) lacks(attributes ...string) bool {
	return slices.ContainsFunc(attributes, func(name string) bool { return u.Attributes[name] })
}

// uncertainty is the unknown objects of a model by what they bear on.
type uncertainty struct {
	list []Unknown
	// anything may bear on any question, routes on what leaves a VPC by its id.
	anything []*Unknown
	routes   map[string][]*Unknown
	// rules are security group rules by their group.
	rules map[string][]*Unknown
	// acls are network ACLs by the subnets they are bound to.
	acls map[string]*Unknown
	// instances are instances whose addresses are not known, by their ids.
	instances map[string]*Unknown
	// byID are all whose ids are known.
	byID map[string]*Unknown
}

// uncertain sorts unknown objects by what they bear on; nil where everything is known.
func uncertain(list []Unknown) *uncertainty {
	if len(list) == 0 {
		return nil
	}
	list = slices.Clone(list)
	u := &uncertainty{
		list: list, routes: map[string][]*Unknown{}, rules: map[string][]*Unknown{}, acls: map[string]*Unknown{},
		instances: map[string]*Unknown{}, byID: map[string]*Unknown{},
	}
	for i := range list {
		// Of an instance whose id follows from its address, the id is not known either. Nothing names it.
		if o, ok := list[i].Object.(*network.Instance); ok && o.ID == "" {
			unnamed := *o
			unnamed.ID = fmt.Sprintf("not known yet (%d)", i+1)
			list[i].Object = &unnamed
		}
		if list[i].Object != nil {
			u.byID[list[i].Object.Base().ID] = &list[i]
		}
		if !u.place(&list[i]) {
			u.anything = append(u.anything, &list[i])
		}
	}
	return u
}

// place finds what an object bears on; false where that may be anything. Security groups and address groups that are left out
// of the network need no place: what names them is undecided wherever it matters.
func (u *uncertainty) place(o *Unknown) bool {
	if o.Object == nil {
		return false
	}
	id := o.Object.Base().ID
	switch object := o.Object.(type) {
	case *network.Instance:
		if o.lacks("subnet_id", "security_group_ids", "public_ip", "listeners", "guest_firewall") {
			return false
		}
		u.instances[id] = o
	case *network.SecurityGroupRule:
		if o.lacks("security_group_id") || object.SecurityGroupID == "" {
			return false
		}
		u.rules[object.SecurityGroupID] = append(u.rules[object.SecurityGroupID], o)
	case *network.SecurityGroup, *network.AddressGroup:
		return id != ""
	case *network.NetworkACL:
		if o.lacks("subnet_ids") {
			return false
		}
		for _, subnet := range object.SubnetIDs {
			u.acls[subnet] = o
		}
	case *network.VPC:
		return u.bearsOnRoutes(o, id)
	case *network.RouteTable:
		return !o.lacks("vpc_id") && u.bearsOnRoutes(o, object.VPCID)
	case *network.Route:
		return !o.lacks("vpc_id") && u.bearsOnRoutes(o, object.VPCID)
	case *network.Peering:
		return !o.lacks("vpc_id", "peer_vpc_id") && u.bearsOnRoutes(o, object.VPCID, object.PeerVPCID)
	default:
		return false // Of a subnet, not even who is in it.
	}
	return true
}

func (u *uncertainty) bearsOnRoutes(o *Unknown, vpcs ...string) bool {
	for _, id := range vpcs {
		if id == "" {
			return false
		}
		u.routes[id] = append(u.routes[id], o)
	}
	return true
}

// unknown are the objects a model was compiled with that are not known.
func (m *Model) unknown() []Unknown {
	if m.uncertain == nil {
		return nil
	}
	return m.uncertain.list
}

// withInstances is a network with the instances whose addresses are not known.
func (u *uncertainty) withInstances(n *network.Network) *network.Network {
	if u == nil || len(u.instances) == 0 {
		return n
	}
	b := network.NewBuilder()
	for _, kind := range network.Kinds() {
		for _, o := range n.OfKind(kind) {
			b.Add(o)
		}
	}
	for _, o := range u.instances {
		b.Add(o.Object)
	}
	return b.Network()
}

// candidates are the addresses that an instance may turn out to have in a family: the free ones of its subnet. ok is false
// for an instance whose address is known.
func (m *Model) candidates(i *instanceNode, f traffic.Family) (free traffic.AddressSet, ok bool) {
	if m.uncertain == nil || i.subnet == nil {
		return free, false
	}
	attribute := "ip_address"
	if f == traffic.IPv6 {
		attribute = "ipv6_address"
	}
	if u := m.uncertain.instances[i.ID]; u == nil || !u.lacks(attribute) {
		return free, false
	}
	free = i.subnet.assignable(f)
	for _, other := range network.All[*network.Instance](m.base) {
		if other.SubnetID == i.SubnetID {
			taken := [2]netip.Addr{other.Address(), other.IPv6()}
			free = free.Subtract(traffic.FromAddr(taken[index(f)]))
		}
	}
	return free, !free.IsEmpty()
}

// uncertainRules are rules that stand for what is not known of a group: each may match anything that its known attributes leave
// open. They come first, as their priorities may be any.
func (m *Model) uncertainRules(cache matchFieldsCache, g *groupNode) [2][]*rule {
	var out [2][]*rule
	if m.uncertain == nil {
		return out
	}
	for _, u := range m.uncertain.rules[g.id] {
		r := u.Object.(*network.SecurityGroupRule) //nolint:forcetypeassert // Only rules are filed under rules.
		if !r.IsEnabled() && !u.lacks("enabled") {
			continue
		}
		for k, d := range [...]network.Direction{network.Ingress, network.Egress} {
			if r.Direction != d && !u.lacks("direction") {
				continue
			}
			for _, ethertype := range [...]network.Ethertype{network.EthertypeIPv4, network.EthertypeIPv6} {
				if r.Ethertype != ethertype && !u.lacks("ethertype", "remote_ip_prefix", "protocol") {
					continue
				}
				may := *r
				may.Direction, may.Ethertype = d, ethertype
				for _, field := range []struct {
					name  string
					clear func()
				}{
					{"protocol", func() { may.Protocol, may.Ports, may.ICMPType, may.ICMPCode = "", nil, nil, nil }},
					{"ports", func() { may.Ports = nil }},
					{"icmp_type", func() { may.ICMPType, may.ICMPCode = nil, nil }},
					{"icmp_code", func() { may.ICMPCode = nil }},
				} {
					if u.lacks(field.name) {
						field.clear()
					}
				}
				if u.lacks("remote_ip_prefix", "remote_group_id", "remote_address_group_id") {
					may.RemoteIPPrefix, may.RemoteGroupID, may.RemoteAddressGroupID = "", "", ""
				}
				c := &rule{
					direction: d, allow: r.Action == network.Allow, unknownGroup: u.lacks("action"), remote: may.RemoteGroupID, group: g,
					sg: &may, ref: m.groupRef(&may), missing: &missingObject{kind: u.Kind, id: u.Name, from: g.label, unknown: u},
				}
				c.matchFields = cache.ofGroupRule(&may, m.addressGroups[may.RemoteAddressGroupID])
				out[k] = append(out[k], c)
			}
		}
	}
	return out
}

// uncertainACL stands for a network ACL whose rules are not known: each direction may allow or deny anything.
func (m *Model) uncertainACL(u *Unknown) *aclNode {
	acl := *u.Object.(*network.NetworkACL) //nolint:forcetypeassert // Only ACLs are filed under ACLs.
	acl.Enabled = nil
	out := &aclNode{acl: &acl, label: u.Name, tellsSourcePorts: true}
	for k, d := range [...]network.Direction{network.Ingress, network.Egress} {
		out.rules[k] = []*rule{anyRule(d, &missingObject{kind: u.Kind, id: u.Name, unknown: u})}
	}
	return out
}

// anyRule may allow or deny anything.
func anyRule(d network.Direction, missing *missingObject) *rule {
	return &rule{
		matchFields: &matchFields{packets: traffic.All(0), source: traffic.AnyAddress(0), destination: traffic.AnyAddress(0)},
		direction:   d, unknownGroup: true, missing: missing,
	}
}

// uncertainBetween are the unknown objects that leave nothing certain about the traffic between two ends.
func (m *Model) uncertainBetween(from, to *resolvedEndpoint) []*Unknown {
	u := m.uncertain
	if u == nil {
		return nil
	}
	out := slices.Clone(u.anything)
	if len(u.routes) == 0 || from.vpc == to.vpc && from.vpc != "" {
		return out
	}
	for _, end := range []*resolvedEndpoint{from, to} {
		if end.vpc == "" {
			continue
		}
		for _, vpc := range m.connectedVPCs(end.vpc) {
			for _, o := range u.routes[vpc] {
				if !slices.Contains(out, o) {
					out = append(out, o)
				}
			}
		}
	}
	return out
}

// whateverIsUnknown makes what was decided right for everything that is not known yet: certain is what gets through, or does
// not, whichever of their addresses the ends turn out to have, and nothing is where an unknown object may decide everything.
func (e *evaluation) whateverIsUnknown() {
	if e.model.uncertain == nil {
		return
	}
	if len(e.model.uncertainBetween(e.from, e.to)) > 0 || e.from.mayLackAddress || e.to.mayLackAddress {
		e.passing = bounds{possible: e.asked}
		return
	}
	widen := func(s traffic.Set) traffic.Set {
		if e.from.anyAddress {
			s = s.FromAnywhere()
		}
		if e.to.anyAddress {
			s = s.ToAnywhere()
		}
		return s
	}
	if !e.from.anyAddress && !e.to.anyAddress {
		return
	}
	stopped := e.asked.Subtract(e.passing.sure)
	e.passing = bounds{e.asked.Subtract(widen(stopped)), e.asked.Intersect(widen(e.passing.possible))}
}

// unknownFindings are one finding for each unknown object.
func (m *Model) unknownFindings() []Finding {
	var out []Finding
	for _, u := range m.unknown() {
		f := Finding{Code: CodeValueUnknown, Severity: Info, Leg: Forward, Layer: LayerQuestion, Kind: u.Kind, Name: u.Name}
		if u.Object != nil {
			f.ID = u.Object.Base().ID
		}
		out = append(out, f)
	}
	return out
}

// explainUnknown collects what has to become known before the question is decided.
func (e *evaluation) explainUnknown() {
	unclear := e.passing.possible.Subtract(e.passing.sure)
	if e.model.uncertain == nil || unclear.IsEmpty() {
		return
	}
	add := func(kind network.Kind, id, name, reason string, side Side) {
		e.collect(Finding{
			Code: CodeValueUnknown, Severity: Info, Side: side, Layer: LayerQuestion, Kind: kind, ID: id, Name: name, Reason: reason,
		}, unclear)
	}
	for _, u := range e.model.uncertainBetween(e.from, e.to) {
		id := ""
		if u.Object != nil {
			id = u.Object.Base().ID
		}
		add(u.Kind, id, u.Name, "", AtSource)
	}
	for _, end := range []struct {
		*resolvedEndpoint
		side Side
	}{{e.from, AtSource}, {e.to, AtDestination}} {
		if end.anyAddress {
			add(end.kind, end.id, end.label, ReasonAddress, end.side)
		}
	}
}
