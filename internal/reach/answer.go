// Package reach is the one evaluator: a question about traffic between two ends becomes a verdict, the way the packets
// take, and every cause that stops some of them, each with a repair that was tried on a copy of the network.
//
// The room imports network and traffic. It holds no prose: package report words what reach finds.
package reach

import (
	"github.com/vpclab/terraform-provider-vpclab/internal/network"
	"github.com/vpclab/terraform-provider-vpclab/internal/traffic"
)

// Endpoint is one end of a question: an instance, a subnet, an address or block, or the Internet.
type Endpoint struct {
	InstanceID string
	SubnetID   string
	// SecurityGroupIDs are the groups an instance at SubnetID or Address would have. Without any, the security groups
	// of this end are not judged.
	SecurityGroupIDs []string
	// Address is an address or CIDR block, inside the VPC VPCID if that is given.
	Address  string
	VPCID    string
	Internet bool
}

// Question asks whether traffic gets from one end to the other.
type Question struct {
	Source, Destination Endpoint
	Protocol            traffic.Protocol
	// Ports are destination ports; they count for tcp and udp. None, and 1-65535, are all ports.
	Ports traffic.PortSet
	// ICMPType and ICMPCode narrow a question about icmp or icmpv6; nil asks for an echo request.
	ICMPType, ICMPCode *int
	// SourcePorts are the ports the traffic comes from; none are those that clients use, 1024-65535. The sets of the
	// answer then hold traffic from other ports too, as far as it shares the fate of traffic that clients send, so that
	// they tell source ports apart only where a rule does.
	SourcePorts traffic.PortSet
	// Family is the address family of the question; 0 is that of the ends, IPv4 where they have both.
	Family traffic.Family
	// Strict forbids transit through a third VPC.
	Strict bool
}

// service is the asked traffic of a family between any two addresses.
func (q *Question) service(f traffic.Family) traffic.Set {
	m := traffic.Match{Family: f}
	if q.Protocol == traffic.AnyProtocol {
		s, _ := m.Set()
		return s
	}
	m.Protocols = []traffic.Protocol{q.Protocol}
	switch {
	case q.Protocol.HasPorts():
		m.DestinationPorts = q.ports()
	case q.Protocol.IsICMP():
		m.ICMPType, m.ICMPCode = q.icmp()
	}
	s, _ := m.Set()
	return s
}

// userPorts is every port a rule can name, which a rule that names them all takes for every port there is.
var userPorts = traffic.NewPortSet(traffic.PortRange{First: 1, Last: 65535})

// ports are the asked destination ports, nil for all.
func (q *Question) ports() *traffic.PortSet {
	if q.Ports.IsEmpty() || userPorts.SubsetOf(q.Ports) {
		return nil
	}
	return &q.Ports
}

// icmp is the asked type and code: an echo request unless the question says otherwise.
func (q *Question) icmp() (icmpType, icmpCode *uint8) {
	if q.ICMPType == nil {
		request := uint8(8)
		if q.Protocol == traffic.ICMPv6 {
			request = 128
		}
		return &request, new(uint8(0))
	}
	icmpType = new(uint8(*q.ICMPType))
	if q.ICMPCode != nil {
		icmpCode = new(uint8(*q.ICMPCode))
	}
	return icmpType, icmpCode
}

// Verdict is the answer in a word.
type Verdict string

// The verdicts.
const (
	Reachable    Verdict = "reachable"
	Partial      Verdict = "partial"
	Blocked      Verdict = "blocked"
	Undetermined Verdict = "undetermined"
)

// Severity says what a finding does to a plan.
type Severity string

// The severities. A hint explains a blocker and never stands alone.
const (
	Blocker Severity = "blocker"
	Hint    Severity = "hint"
	Failure Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Layer is the part of the network a finding is about.
type Layer string

// The layers, in the order in which causes are named first.
const (
	LayerQuestion Layer = "question"
	LayerVPC      Layer = "vpc"
	LayerRoute    Layer = "route"
	LayerACL      Layer = "acl"
	LayerSG       Layer = "sg"
	LayerHost     Layer = "host"
)

// Side is the end of the way a finding is at.
type Side string

// The two sides.
const (
	AtSource      Side = "source"
	AtDestination Side = "destination"
)

// The two legs of a way.
const (
	Forward = "forward"
	Return  = "return"
)

// RuleRef names a rule of a filter.
type RuleRef struct {
	Direction network.Direction
	// Position counts from 1 in the order the rules are written; 0 for a rule that has no position.
	Position int
	Name     string
	ID       string
	Action   network.Action
	Summary  string
}

// Consideration is how a rule compares with the traffic of a finding, field by field: whether any of that traffic has
// what the rule asks for.
type Consideration struct {
	Rule                                           *RuleRef
	Protocol, Source, Destination, DestinationPort bool
}

// Party is an object that a finding sets beside the one at fault: the other layer of a conflict, the far VPC.
type Party struct {
	Kind network.Kind
	ID   string
	Name string
	Rule *RuleRef
}

// Finding is one cause, one object, one repair.
type Finding struct {
	Code     string
	Severity Severity
	// Leg is the way the packet goes: Forward, or Return for the way back of the answers.
	Leg   string
	Side  Side
	Layer Layer
	// Kind, ID and Name are of the object at fault.
	Kind network.Kind
	ID   string
	Name string
	Rule *RuleRef
	// With is the second object the finding is about, if it is about two.
	With *Party
	// Others are further rules the finding names: those that shadow the one at fault or make it redundant, all of them.
	Others []*RuleRef
	// Reason tells apart why, where a code has several reasons.
	Reason string
	// Target is the block a route is missing for.
	Target string
	// Affected is the traffic the finding is about, exactly.
	Affected traffic.Set
	// Contrast is traffic that Affected is set against: for conflict_partial what both layers let through, for
	// egress_ingress_disjoint what the destination accepts, Affected being what the source may send.
	Contrast traffic.Set
	// Considered are the rules that were tried, with the fields that matched.
	Considered []Consideration
	// Related are the codes of findings that say something else about the same object.
	Related []string
	Fix     *Fix
}

// Hop is one station of the way, in the order a packet passes them; the stations of the answer's way come last.
type Hop struct {
	Kind   network.Kind
	ID     string
	Name   string
	Detail string
	Leg    string
	// Rule is the rule that decided at this station, if one did.
	Rule *RuleRef
	// Drops says that the packet would end here.
	Drops bool
}

// Answer is what Decide found.
type Answer struct {
	Question Question
	Verdict  Verdict
	// Allowed and Refused are the asked traffic that gets through and that does not, exactly; Unclear is the traffic that
	// cannot be decided. The three have no packet in common.
	Allowed, Refused, Unclear traffic.Set
	Path                      []Hop
	Findings                  []Finding
	// From and To name the two ends for people.
	From, To string
}

// Blockers are the findings that stop traffic.
func (a Answer) Blockers() []Finding {
	var out []Finding
	for _, f := range a.Findings {
		if f.Severity == Blocker {
			out = append(out, f)
		}
	}
	return out
}
