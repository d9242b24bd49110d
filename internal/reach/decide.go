package reach

import (
	"slices"
	"strconv"

	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Decide answers a question on a network. It never stops at the first obstacle: every layer on the way forward and the
// route back are judged, and every cause is named once with all the traffic it stops.
func Decide(n *network.Network, q Question) Answer {
	a := decide(n, q)
	repair(n, &a)
	return a
}

func decide(n *network.Network, q Question) Answer {
	a := Answer{Question: q, Verdict: Undetermined}
	v6 := isIPv6(q)
	from, lostFrom := locate(n, q.Source, AtSource, v6)
	to, lostTo := locate(n, q.Destination, AtDestination, v6)
	a.From, a.To = from.label, to.label
	for _, lost := range []*Finding{lostFrom, lostTo} {
		if lost != nil {
			a.Findings = append(a.Findings, *lost)
		}
	}
	if q.Protocol == traffic.ICMP && v6 || q.Protocol == traffic.ICMPv6 && !v6 {
		a.Findings = append(a.Findings, Finding{
			Code: "protocol_family_mismatch", Severity: Failure, Layer: LayerQuestion, Name: q.Protocol.String(),
		})
	}
	if from.outside && to.outside && len(a.Findings) == 0 {
		a.Findings = append(a.Findings, Finding{
			Code: "endpoint_not_found", Severity: Failure, Layer: LayerQuestion, Name: "both ends are on the Internet",
		})
	}
	if len(a.Findings) > 0 {
		return a
	}
	if from.addresses.Equal(to.addresses) && from.vpc == to.vpc && from.instance != nil {
		a.Verdict = Reachable
		a.Findings = append(a.Findings, Finding{Code: "self_probe", Severity: Info, Layer: LayerQuestion, Name: from.label})
		return a
	}
	w := &walk{n: n, q: q, from: &from, to: &to, v6: v6, findings: map[string]*Finding{}, roads: map[string]road{}}
	w.run()
	a.Path = w.path
	a.Allowed, a.Refused = merge(w.allowed), merge(w.refused)
	a.Findings = w.ordered()
	missing := w.missing()
	switch {
	case len(missing) > 0:
		a.Findings = append(a.Findings, missing...)
	case w.left:
	case len(a.Refused) == 0:
		a.Verdict = Reachable
	case len(a.Allowed) == 0:
		a.Verdict = Blocked
	default:
		a.Verdict = Partial
	}
	return a
}

// isIPv6 takes the family from the first thing in the question that has one.
func isIPv6(q Question) bool {
	if q.Protocol == traffic.ICMPv6 {
		return true
	}
	for _, e := range []Endpoint{q.Source, q.Destination} {
		if e.Address != "" {
			if s, err := traffic.ParseAddressEntry(e.Address); err == nil {
				return s.Prefixes()[0].Addr().Is6()
			}
		}
	}
	return false
}

// walk decides the atoms of one question.
type walk struct {
	n        *network.Network
	q        Question
	from, to *place
	v6       bool
	order    []string
	findings map[string]*Finding
	allowed  []Flow
	refused  []Flow
	roads    map[string]road
	path     []Hop
	// left says that packets go to a next hop outside the model.
	left bool
}

// road is the routing of one pair of addresses, which no port changes.
type road struct {
	open     bool
	findings []Finding
	left     bool
	hops     []Hop
}

func (w *walk) run() {
	c := cutsOf(w.n, *w.from, *w.to)
	asked := w.q.Ports
	if asked.IsEmpty() {
		asked = traffic.AllPorts()
	}
	for _, source := range addressAtoms(w.from.addresses, c.addresses) {
		for _, destination := range addressAtoms(w.to.addresses, c.addresses) {
			for _, protocol := range protocolAtoms(w.q.Protocol, c, w.v6) {
				ports, sourcePorts := []traffic.PortSet{traffic.AllPorts()}, []traffic.PortSet{traffic.AllPorts()}
				if protocol.protocol.HasPorts() {
					ports = portAtoms(asked, c.ports)
					sourcePorts = portAtoms(traffic.AllPorts(), c.sourcePorts)
				}
				for _, set := range ports {
					for _, sourceSet := range sourcePorts {
						w.judge(w.packet(source, destination, protocol, set, sourceSet))
					}
				}
			}
		}
	}
}

func (w *walk) packet(
	source, destination traffic.AddressSet, protocol protocolAtom, ports, sourcePorts traffic.PortSet,
) packet {
	p := packet{
		protocol: protocol.protocol, isOtherProtocolsAtom: protocol.other,
		source: source.Prefixes()[0].Addr(), destination: destination.Prefixes()[0].Addr(),
		sourcePort: sourcePorts.Ranges()[0].First, port: ports.Ranges()[0].First,
		icmpType: 8, sender: w.from, receiver: w.to, sourceSet: source, destSet: destination, ports: ports,
	}
	if protocol.protocol == traffic.ICMPv6 {
		p.icmpType = 128
	}
	if w.q.ICMPType != nil {
		p.icmpType = *w.q.ICMPType
	}
	if w.q.ICMPCode != nil {
		p.icmpCode = *w.q.ICMPCode
	}
	return p
}

// judge walks one packet past every layer and notes every cause that stops it.
func (w *walk) judge(p packet) {
	flow := Flow{Protocol: p.protocol, Source: p.sourceSet, Destination: p.destSet, Ports: p.ports}
	if p.isOtherProtocolsAtom {
		flow.Protocol = traffic.AnyProtocol
	}
	r := w.road(p)
	w.left = w.left || r.left
	open := r.open
	for _, f := range r.findings {
		w.note(f, flow)
	}
	for _, pass := range []func(packet, Flow) bool{w.leaves, w.enters, w.host} {
		if !pass(p, flow) {
			open = false
		}
	}
	if open {
		w.allowed = append(w.allowed, flow)
		if w.path == nil {
			w.path = w.stations(r)
		}
		w.cautions(p, flow)
		return
	}
	w.refused = append(w.refused, flow)
}

// leaves judges the filters at the source, enters those at the destination. The two layers of one side are judged
// together, because their disagreement is a finding of its own.
func (w *walk) leaves(p packet, flow Flow) bool {
	return w.side(p, flow, AtSource, w.from, network.Egress)
}

func (w *walk) enters(p packet, flow Flow) bool {
	return w.side(p, flow, AtDestination, w.to, network.Ingress)
}

func (w *walk) side(p packet, flow Flow, side Side, at *place, d network.Direction) bool {
	if at.outside {
		return true
	}
	group := decision{allowed: true}
	if at.guarded {
		group = groupsDecide(w.n, at, d, p)
	}
	acl := aclDecides(w.n, at.subnet, d, p)
	if !acl.allowed {
		w.aclBlocks(p, flow, side, d, acl)
		if at.guarded && group.allowed {
			f := aclFinding("acl_sg_conflict", Failure, side, d, acl)
			f.Other = group.group.Name + ": " + group.rule.Summary()
			w.note(f, flow)
		}
	}
	if !group.allowed {
		w.groupBlocks(p, flow, side, at, d, group)
		if acl.rule != nil && acl.allowed {
			f := aclFinding("sg_blocks_acl_allow", Warning, side, d, acl)
			f.Other = w.groupNames(at)
			w.note(f, flow)
		}
	}
	return acl.allowed && group.allowed
}

func aclFinding(code string, severity Severity, side Side, d network.Direction, decided aclDecision) Finding {
	f := Finding{
		Code: code, Severity: severity, Leg: "forward", Side: side, Layer: LayerACL,
		Kind: network.KindNetworkACL, ID: decided.acl.ID, Name: decided.acl.Name, Rule: &RuleRef{Direction: d},
	}
	if decided.rule != nil {
		f.Rule.Position, f.Rule.Name = decided.position, decided.rule.Name
		f.Rule.ID, f.Rule.Summary = decided.rule.RuleID, decided.rule.Summary()
	}
	return f
}

func (w *walk) aclBlocks(p packet, flow Flow, side Side, d network.Direction, decided aclDecision) {
	code := "acl_default_deny"
	switch {
	case !decided.acl.IsEnabled():
		code = "acl_disabled_denies_all"
	case decided.rule != nil:
		code = "acl_explicit_deny"
	}
	w.note(aclFinding(code, Blocker, side, d, decided), flow)
	if code != "acl_default_deny" {
		return
	}
	for _, dir := range []network.Direction{d, d.Other()} {
		rules := decided.acl.Rules(dir)
		for i := range rules {
			r := &rules[i]
			if hint := w.aclHint(r, dir == d, p); r.Action == network.Allow && hint != "" {
				f := aclFinding(hint, Hint, side, dir, aclDecision{acl: decided.acl, rule: r, position: i + 1})
				w.note(f, flow)
			}
		}
	}
}

// aclHint says in which one field a rule misses the packet.
func (w *walk) aclHint(r *network.ACLRule, sameDirection bool, p packet) string {
	match := func(f fields) bool { return aclRuleMatches(w.n, r, p, f) }
	switch all := match(fields{true, true, true}); {
	case !sameDirection && all && r.IsEnabled():
		return "acl_wrong_direction"
	case !sameDirection:
		return ""
	case all && !r.IsEnabled():
		return "acl_rule_disabled"
	case match(fields{false, true, true}):
		return "acl_wrong_protocol"
	case match(fields{true, false, true}):
		return "acl_wrong_port"
	default:
		return ""
	}
}

func (w *walk) groupBlocks(p packet, flow Flow, side Side, at *place, d network.Direction, decided decision) {
	f := Finding{
		Code: "sg_no_match", Severity: Blocker, Leg: "forward", Side: side, Layer: LayerSG,
		Kind: network.KindSecurityGroup, Name: w.groupNames(at), Rule: &RuleRef{Direction: d},
	}
	if len(at.groups) > 0 {
		f.ID = at.groups[0]
	}
	switch {
	case decided.rule != nil:
		f.Code, f.ID, f.Name = "sg_explicit_deny", decided.group.ID, decided.group.Name
		f.Rule = ruleRef(decided.rule)
	case decided.none:
		f.Code = "sg_no_rules"
	}
	w.note(f, flow)
	if f.Code == "sg_explicit_deny" {
		return
	}
	for _, id := range at.groups {
		for _, dir := range []network.Direction{d, d.Other()} {
			for _, r := range orderedRules(w.n, id, dir) {
				hint := w.groupHint(r, dir == d, p)
				if r.Default || r.Action != network.Allow || hint == "" {
					continue
				}
				w.note(Finding{
					Code: hint, Severity: Hint, Leg: "forward", Side: side, Layer: LayerSG, Kind: network.KindSecurityGroup,
					ID: id, Name: nameOf(w.n, id), Rule: ruleRef(r),
				}, flow)
			}
		}
	}
}

// groupHint says in which one field a rule misses the packet.
func (w *walk) groupHint(r *network.SecurityGroupRule, sameDirection bool, p packet) string {
	match := func(f fields) bool { return groupRuleMatches(w.n, r, p, f) }
	if !sameDirection {
		// The author meant the peer of the other end, so the addresses are compared as if the packet went back.
		back := p
		back.source, back.destination, back.sender, back.receiver = p.destination, p.source, p.receiver, p.sender
		if r.IsEnabled() && groupRuleMatches(w.n, r, back, fields{true, true, true}) {
			return "sg_wrong_direction"
		}
		return ""
	}
	switch {
	case match(fields{true, true, true}):
		return ""
	case match(fields{false, true, true}):
		return "sg_wrong_protocol"
	case match(fields{true, false, true}):
		return "sg_wrong_port"
	case match(fields{true, true, false}):
		return "sg_wrong_peer"
	default:
		return ""
	}
}

func ruleRef(r *network.SecurityGroupRule) *RuleRef {
	return &RuleRef{Direction: r.Direction, Name: r.Name, ID: r.ID, Summary: r.Summary()}
}

func (w *walk) groupNames(at *place) string {
	out := ""
	for i, id := range at.groups {
		if i > 0 {
			out += ", "
		}
		out += nameOf(w.n, id)
	}
	return out
}

// host judges what the instances themselves do, as far as their author said so.
func (w *walk) host(p packet, flow Flow) bool {
	open := true
	for _, end := range []struct {
		side Side
		at   *place
		d    network.Direction
	}{{AtSource, w.from, network.Egress}, {AtDestination, w.to, network.Ingress}} {
		i := end.at.instance
		if i == nil {
			continue
		}
		f := Finding{
			Severity: Blocker, Leg: "forward", Side: end.side, Layer: LayerHost, Kind: network.KindInstance, ID: i.ID, Name: i.Name,
		}
		if allowed, position := guestDecides(i, end.d, p); !allowed {
			f.Code, f.Rule = "guest_firewall_deny", &RuleRef{Direction: end.d, Position: position}
			w.note(f, flow)
			open = false
		}
		if end.side == AtDestination && !listens(i, p) {
			f.Code, f.Rule = "service_not_listening", nil
			w.note(f, flow)
			open = false
		}
	}
	return open
}

// cautions notes what may still stop traffic the network lets through.
func (w *walk) cautions(p packet, flow Flow) {
	internet := w.from.outside || w.to.outside
	if internet && riskyPort(p) {
		w.note(Finding{Code: "high_risk_port", Severity: Warning, Layer: LayerRoute, Name: strconv.Itoa(int(p.port))}, flow)
	}
	if w.to.outside && p.protocol == traffic.TCP && p.port == 25 {
		w.note(Finding{Code: "smtp25_blocked", Severity: Warning, Layer: LayerRoute, Name: "25"}, flow)
	}
	if i := w.to.instance; i != nil && (i.Listeners == nil || i.GuestFirewall == nil) {
		w.note(Finding{
			Code: "guest_unverifiable", Severity: Info, Layer: LayerHost, Side: AtDestination, Kind: network.KindInstance,
			ID: i.ID, Name: i.Name,
		}, flow)
	}
}

// note keeps a finding once and adds to it the traffic it is about.
func (w *walk) note(f Finding, flow Flow) {
	key := f.Code + "\x00" + string(f.Side) + "\x00" + f.ID + "\x00" + f.Other
	if f.Rule != nil {
		key += "\x00" + string(f.Rule.Direction) + strconv.Itoa(f.Rule.Position) + f.Rule.ID
	}
	known, ok := w.findings[key]
	if !ok {
		f.Affected = flow
		w.findings[key] = &f
		w.order = append(w.order, key)
		return
	}
	if known.Affected.Protocol != flow.Protocol {
		known.Affected.Protocol = traffic.AnyProtocol
	}
	known.Affected.Source = known.Affected.Source.Union(flow.Source)
	known.Affected.Destination = known.Affected.Destination.Union(flow.Destination)
	known.Affected.Ports = known.Affected.Ports.Union(flow.Ports)
}

// ordered lists the findings in the order of the way: routing, source, destination, host, then cautions; a hint comes
// after its blocker.
func (w *walk) ordered() []Finding {
	out := make([]Finding, 0, len(w.order))
	for _, key := range w.order {
		out = append(out, *w.findings[key])
	}
	rank := func(f Finding) int {
		layer := slices.Index([]Layer{LayerQuestion, LayerVPC, LayerRoute, LayerSG, LayerACL, LayerHost}, f.Layer)
		if f.Side == AtDestination {
			layer += 10
			if f.Layer == LayerACL {
				layer -= 2 // A packet meets the destination's ACL before its groups.
			}
		}
		switch f.Severity {
		case Warning:
			layer += 100
		case Info:
			layer += 200
		}
		return layer
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return rank(a) - rank(b) })
	return out
}

// missing lists what the two ends refer to and the network does not hold: groups, and what their rules name.
func (w *walk) missing() []Finding {
	var out []Finding
	concerned := map[string]bool{}
	for _, at := range []*place{w.from, w.to} {
		if at.instance != nil {
			concerned[at.instance.ID] = true
		}
		for _, g := range at.groups {
			concerned[g] = true
			for _, r := range network.Referring[*network.SecurityGroupRule](w.n, "security_group_id", g) {
				concerned[r.ID] = true
			}
		}
		if at.subnet != nil {
			for _, a := range network.Referring[*network.NetworkACL](w.n, "subnet_ids", at.subnet.ID) {
				concerned[a.ID] = true
			}
		}
	}
	for _, m := range w.n.Missing() {
		root := m.Reference.Path.Root()
		if !concerned[m.From.Base().ID] || root == "subnet_ids" || root == "subnet_id" {
			continue
		}
		out = append(out, Finding{
			Code: "unknown_until_apply", Severity: Failure, Layer: LayerQuestion, Kind: m.Reference.Kinds[0],
			ID: m.Reference.ID, Name: m.Reference.ID, Other: m.From.Kind().Label() + " " + m.From.Title(),
		})
	}
	return out
}

func (w *walk) stations(r road) []Hop {
	var out []Hop
	end := func(at *place) Hop {
		h := Hop{Name: at.label}
		if at.instance != nil {
			h.Kind, h.ID = network.KindInstance, at.instance.ID
		} else if at.subnet != nil {
			h.Kind, h.ID = network.KindSubnet, at.subnet.ID
		}
		return h
	}
	out = append(out, end(w.from))
	out = append(out, r.hops...)
	return append(out, end(w.to))
}

// riskyPorts are the ports that some carriers block on the Internet, from the cloud's published list.
var riskyPorts = map[traffic.Protocol][]uint16{
	traffic.TCP: {
		42, 135, 137, 138, 139, 444, 445, 593, 1025, 1068, 1433, 1434, 3127, 3128, 3129, 3130, 4444, 4789, 5554, 5800, 5900,
		8998, 9995, 9996,
	},
	traffic.UDP: {135, 136, 137, 138, 139, 1026, 1027, 1028, 1068, 1433, 1434, 4789, 5554, 9995, 9996},
}

func riskyPort(p packet) bool {
	return slices.ContainsFunc(riskyPorts[p.protocol], p.ports.Contains)
}

// merge joins flows that differ in one field only.
func merge(flows []Flow) []Flow {
	join := func(a, b Flow) (Flow, bool) {
		if a.Protocol != b.Protocol {
			return a, false
		}
		ports, source, destination := a.Ports.Equal(b.Ports), a.Source.Equal(b.Source), a.Destination.Equal(b.Destination)
		switch {
		case source && destination:
			a.Ports = a.Ports.Union(b.Ports)
		case ports && source:
			a.Destination = a.Destination.Union(b.Destination)
		case ports && destination:
			a.Source = a.Source.Union(b.Source)
		default:
			return a, false
		}
		return a, true
	}
	out := slices.Clone(flows)
	for changed := true; changed; {
		changed = false
		for i := 0; i < len(out) && !changed; i++ {
			for k := i + 1; k < len(out); k++ {
				if joined, ok := join(out[i], out[k]); ok {
					out[i] = joined
					out = slices.Delete(out, k, k+1)
					changed = true
					break
				}
			}
		}
	}
	return out
}
